"""复制推广台账: below the case, also a published one, and as a list of its own."""

from django import forms
from django.contrib import admin
from django.db import models
from django.utils.text import Truncator

from ..models import Adoption, Region
from .prose import prose_fields
from .regions import ChoosesRegion, hide_related_links

FIELDS = {
    **prose_fields(rows=2),
    models.URLField: {"assume_scheme": "https"},
}


class AdoptionForm(forms.ModelForm):
    def clean_case(self):
        case = self.cleaned_data["case"]
        # The ledger belongs to the case that readers see; its revision will be gone.
        return case.revises or case


class AdoptingRegionFilter(admin.SimpleListFilter):
    """Provinces that copy, and the cities of the chosen one; both with what lies below."""

    title = "复制地区（含下级）"
    parameter_name = "region"

    def lookups(self, request, model_admin):
        copying = Region.objects.filter(adoptions__isnull=False).distinct().with_path()
        places = {one for region in copying for one in (region.ancestors[0], region.city)}
        for place in sorted(places, key=lambda region: region.code):
            yield place.code, place.name if place.parent_id is None else f"\u3000{place.name}"

    def queryset(self, request, queryset):
        region = Region.objects.filter(code=self.value()).first()
        return queryset.filter(region__in=Region.objects.within(region)) if region else queryset


class AdoptionInline(ChoosesRegion, admin.TabularInline):
    model = Adoption
    fields = ["region", "status", "dated", "effect", "source_url"]
    formfield_overrides = FIELDS
    verbose_name = verbose_name_plural = "复制推广"

    def get_extra(self, request, obj=None, **kwargs):
        return 1 if request.GET.get("more") == "adoptions" else 0

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("region__parent__parent__parent")


@admin.register(Adoption)
class AdoptionAdmin(ChoosesRegion, admin.ModelAdmin):
    form = AdoptionForm
    list_display = ["region_path", "its_case", "status", "dated", "its_effect", "recorded_by"]
    list_display_links = ["region_path"]
    list_filter = [
        "status",
        AdoptingRegionFilter,
        ("case", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["case", "region__parent__parent__parent", "recorded_by"]
    search_fields = ["case__title", "region__name", "region__parent__name", "effect"]
    search_help_text = "可搜案例标题、地区和成效。"
    date_hierarchy = "dated"
    autocomplete_fields = ["case"]
    formfield_overrides = FIELDS
    fields = ["case", "region", "status", "dated", "effect", "source_url"]
    ordering = ["-dated", "-pk"]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.is_relation and field is not None:
            hide_related_links(field)
        return field

    def save_model(self, request, obj, form, change):
        if not change:
            obj.recorded_by = request.user
        super().save_model(request, obj, form, change)

    @admin.display(description="复制地区", ordering="region__code")
    def region_path(self, adoption):
        return adoption.region.path

    @admin.display(description="案例", ordering="case__title")
    def its_case(self, adoption):
        return Truncator(adoption.case.title).chars(40)

    @admin.display(description="成效")
    def its_effect(self, adoption):
        return Truncator(adoption.effect).chars(40)
