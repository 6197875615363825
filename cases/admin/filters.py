"""Filters of the case list. The choices stay few: 3,200 districts in a side bar help nobody."""

from django.contrib import admin
from django.db.models import Exists, OuterRef

from ..models import Level, Region, Section, Theme


class RegionFilter(admin.SimpleListFilter):
    """Provinces that have cases, and the cities of the chosen one; both with what lies below."""

    title = "地区（含下级）"
    parameter_name = "region"

    def lookups(self, request, model_admin):
        chosen = self.value()
        cities = {}
        for region in Region.objects.filter(cases__isnull=False).distinct().with_path():
            cities.setdefault(region.ancestors[0], set()).add(region.city)
        for province in sorted(cities, key=lambda region: region.code):
            below = cities[province] - {province}
            yield province.code, province.name
            if len(cities) == 1 or chosen in {region.code for region in {province, *below}}:
                for city in sorted(below, key=lambda region: region.code):
                    yield city.code, f"\u3000{city.name}"

    def queryset(self, request, queryset):
        region = Region.objects.filter(code=self.value()).first()
        return queryset.in_region(region) if region else queryset


class LevelFilter(admin.SimpleListFilter):
    title = "层级"
    parameter_name = "level"

    def lookups(self, request, model_admin):
        return Level.choices

    def queryset(self, request, queryset):
        return queryset.at_level(self.value()) if self.value() else queryset


class ThemeFilter(admin.SimpleListFilter):
    title = "领域（主要或其他）"
    parameter_name = "theme"

    def lookups(self, request, model_admin):
        return Theme.objects.values_list("code", "name")

    def queryset(self, request, queryset):
        theme = Theme.objects.filter(code=self.value()).first()
        return queryset.in_theme(theme) if theme else queryset


class MissingFilter(admin.SimpleListFilter):
    title = "待补全"
    parameter_name = "missing"

    def lookups(self, request, model_admin):
        return [("region", "缺地区"), ("theme", "缺领域"), ("text", "缺正文")]

    def queryset(self, request, queryset):
        match self.value():
            case "region":
                return queryset.filter(region=None)
            case "theme":
                return queryset.filter(primary_theme=None)
            case "text":
                text = Section.objects.filter(case=OuterRef("pk")).exclude(text="")
                return queryset.exclude(Exists(text))
        return queryset
