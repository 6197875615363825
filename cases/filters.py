"""The filters of the case list, declared once: for the page, the API and every export."""

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from .models import Approach, Case, IssuingBody, Level, Maturity, Notice, Region, Theme

YEARS = [(str(year), f"{year}年") for year in range(1990, 2101)]


class UnknownValues(ValidationError):
    """Some of the given values do not exist; `values` names them."""

    def __init__(self, values):
        self.values = sorted(values)
        super().__init__(f"没有这个选项：{'、'.join(self.values)}。", code="invalid_choice")


class TermField(forms.ModelMultipleChoiceField):
    """Several terms, each given by its code or by its name (厦门市, 厦门)."""

    names = ("code", "name")

    def _check_values(self, value):
        wanted = {str(one).strip() for one in value}
        condition = Q()
        for name in self.names:
            condition |= Q(**{f"{name}__in": wanted})
        found = list(self.queryset.filter(condition))
        unknown = wanted - {str(getattr(term, name)) for term in found for name in self.names}
        if unknown:
            raise UnknownValues(unknown)
        return found


class RegionField(TermField):
    names = ("code", "name", "short_name")


class NoticeField(TermField):
    names = ("pk",)

    def _check_values(self, value):
        numbers = {one for one in value if str(one).isdecimal() and len(str(one)) < 18}
        if unknown := {str(one) for one in value} - {str(one) for one in numbers}:
            raise UnknownValues(unknown)
        return super()._check_values(numbers)


class ChoicesField(forms.MultipleChoiceField):
    def validate(self, value):
        if unknown := [one for one in value if not self.valid_value(one)]:
            raise UnknownValues(unknown)


class TermFilter(filters.ModelMultipleChoiceFilter):
    field_class = TermField

    def __init__(self, **kwargs):
        super().__init__(to_field_name="code", **kwargs)


class RegionFilter(TermFilter):
    field_class = RegionField


class NoticeFilter(filters.ModelMultipleChoiceFilter):
    field_class = NoticeField


class ChoicesFilter(filters.MultipleChoiceFilter):
    field_class = ChoicesField


class CaseFilter(filters.FilterSet):
    """Several values of one filter mean or; several filters mean and. Regions roll up."""

    city = RegionFilter(
        label="城市",
        queryset=lambda request: Region.objects.provinces_and_cities(),
        method="in_regions",
    )
    district = RegionFilter(label="区县", queryset=Region.objects.all(), method="in_regions")
    level = ChoicesFilter(label="层级", choices=Level, method="at_levels")
    theme = TermFilter(label="领域", queryset=Theme.objects.all(), method="in_themes")
    approach = TermFilter(
        label="改革手段",
        queryset=Approach.objects.all(),
        field_name="approaches",
        method="with_any",
    )
    body = TermFilter(
        label="牵头部门", queryset=IssuingBody.objects.all(), field_name="bodies", method="with_any"
    )
    notice = NoticeFilter(label="通知", queryset=Notice.objects.all(), method="with_any")
    year = ChoicesFilter(label="年份", choices=YEARS, method="in_years")
    maturity = ChoicesFilter(label="推广阶段", choices=Maturity.choices, method="at_maturities")

    class Meta:
        model = Case
        fields = []

    def in_regions(self, queryset, name, regions):
        return queryset.in_any(queryset.in_region, regions)

    def in_themes(self, queryset, name, themes):
        return queryset.in_any(queryset.in_theme, themes)

    def at_levels(self, queryset, name, levels):
        return queryset.in_any(queryset.at_level, levels)

    def in_years(self, queryset, name, years):
        return queryset.in_any(queryset.in_year, [int(year) for year in years])

    def at_maturities(self, queryset, name, maturities):
        return queryset.filter(maturity__in=maturities) if maturities else queryset

    def with_any(self, queryset, name, terms):
        return queryset.filter(**{f"{name}__in": terms}).distinct() if terms else queryset
