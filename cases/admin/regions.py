"""Regions: the tree as a list, and the search box that every form uses to choose one."""

from django import forms
from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AutocompleteSelect
from django.urls import path
from django.utils.html import format_html

from ..models import Region, RegionKind
from .deleting import ExplainedDeletion


def hide_related_links(field):
    """Take the icons for adding, changing and deleting the chosen object away from its field."""
    for what in ("add", "change", "delete", "view"):
        setattr(field.widget, f"can_{what}_related", False)


class RegionSelect(AutocompleteSelect):
    url_name = "%s:cases_region_choices"


class RegionField(forms.ModelChoiceField):
    def label_from_instance(self, region):
        return region.path


class RegionChoices(AutocompleteJsonView):
    """Whole paths: there are a 鼓楼区 in four cities, and a name alone would not tell which."""

    def serialize_result(self, obj, to_field_name):
        return {**super().serialize_result(obj, to_field_name), "text": obj.path}


class ChoosesRegion:
    """A mixin for a ModelAdmin: fields that point at a region are searched, not scrolled."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.related_model is Region:
            kwargs |= {
                "form_class": RegionField,
                "queryset": Region.objects.with_path(),
                "widget": RegionSelect(db_field, self.admin_site),
            }
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.related_model is Region and field is not None:
            hide_related_links(field)
        return field


class ProvinceFilter(admin.SimpleListFilter):
    title = "省份"
    parameter_name = "province"

    def lookups(self, request, model_admin):
        return Region.objects.filter(kind=RegionKind.PROVINCE).values_list("code", "name")

    def queryset(self, request, queryset):
        province = Region.objects.filter(code=self.value()).first()
        return queryset.within(province) if province else queryset


@admin.register(Region)
class RegionAdmin(ExplainedDeletion, ChoosesRegion, admin.ModelAdmin):
    list_display = ["name_in_tree", "code", "short_name", "kind", "full_path"]
    list_filter = ["kind", ProvinceFilter]
    list_select_related = ["parent__parent__parent"]
    search_fields = ["name", "short_name", "^code", "parent__name"]
    search_help_text = "可搜名称、简称、代码和上级地区的名称。"
    ordering = ["code"]
    list_per_page = 150
    fields = ["code", "name", "short_name", "kind", "parent"]

    def get_readonly_fields(self, request, obj=None):
        return ["code"] if obj else []

    def get_queryset(self, request):
        return super().get_queryset(request).with_path()

    def get_urls(self):
        choices = self.admin_site.admin_view(self.choices_view)
        return [path("choices/", choices, name="cases_region_choices"), *super().get_urls()]

    def choices_view(self, request):
        return RegionChoices.as_view(admin_site=self.admin_site)(request)

    @admin.display(description="名称", ordering="code")
    def name_in_tree(self, region):
        depth = len(region.ancestors) - 1
        return format_html('<span class="tree-{}">{}</span>', depth, region.name)

    @admin.display(description="所在位置")
    def full_path(self, region):
        return region.path

    def why_not_delete(self, region):
        users = {
            "下级地区": region.children.count(),
            "案例": region.cases.count(),
            "通知": region.notices.count(),
        }
        used = "、".join(f"{number} 个{what}" for what, number in users.items() if number)
        return f"“{region.path}”还有 {used}。请先把它们改到别的地区，再删除。" if used else ""
