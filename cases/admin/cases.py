"""Cases: the list that staff work through, and the form that a case is written in."""

from django import forms
from django.contrib import admin
from django.db.models import F
from django.utils.html import format_html_join
from django.utils.text import Truncator

from ..models import COPIER_FIELDS, Adoption, Case
from .adoption import AdoptionInline
from .bulk import SetsMany
from .buttons import FormButtons
from .deleting import ExplainedDeletion
from .filters import LevelFilter, MissingFilter, RegionFilter, ThemeFilter
from .history import History
from .notices import link_to_original
from .outcomes import OutcomeInline
from .preview import Previews
from .prose import prose_fields
from .regions import ChoosesRegion, hide_related_links
from .review import Review
from .sections import SectionInline
from .sheets import HasSheets
from .workflow import StatusFilter, Workflow

# Fieldsets that stand below the text and its numbers.
AFTER_TEXT = "after-text"
COPIER_HINTS = {
    "conditions": "别处要照着做，先要具备什么：事权、数据、机构、法规授权。",
    "lead_bodies": "哪个单位牵头，哪些单位配合，各管什么。",
    "policy_basis": "依据的文件，用《》写全名，后面括注文号。",
    "systems": "用了哪些系统或平台，是自建、统建还是采购，能不能共用。",
    "funding": "花了多少，谁出，每年运行维护要多少。",
    "duration": "从启动到见效用了多久，分几步。",
    "risks": "走过的弯路、还没有解决的问题、要防的风险。",
    "contact": "可以请教的单位和办公电话；不写个人手机号。",
}


class CaseForm(forms.ModelForm):
    class Meta:
        help_texts = COPIER_HINTS

    def clean_region(self):
        region = self.cleaned_data["region"]
        if region is None and self.instance.is_published:
            raise forms.ValidationError("已发布的案例不能没有地区。请选地区，或先撤回案例。")
        return region


@admin.register(Case)
class CaseAdmin(
    SetsMany,
    HasSheets,
    Workflow,
    Review,
    History,
    Previews,
    FormButtons,
    ExplainedDeletion,
    ChoosesRegion,
    admin.ModelAdmin,
):
    form = CaseForm
    inlines = [SectionInline, OutcomeInline, AdoptionInline]
    formfield_overrides = prose_fields(rows=3)

    list_display = [
        "position",
        "title",
        "status_badge",
        "region_path",
        "primary_theme",
        "from_notice",
        "updated_at",
    ]
    # What was taken in last is worked on now.
    ordering = [F("notice__created_at").desc(nulls_first=True), "notice", "number", "-pk"]
    list_display_links = ["title"]
    list_filter = [
        StatusFilter,
        MissingFilter,
        RegionFilter,
        LevelFilter,
        ThemeFilter,
        "approaches",
        "bodies",
        ("notice", admin.RelatedOnlyFieldListFilter),
        "maturity",
    ]
    list_select_related = ["notice", "primary_theme", "region__parent__parent__parent"]
    list_per_page = 50
    search_fields = [
        "title",
        "sections__text",
        "region__name",
        "region__parent__name",
        "notice__doc_number",
    ]
    search_help_text = "可搜标题、正文、地区和通知的文号；几个词之间加空格。"

    autocomplete_fields = ["notice"]
    fieldsets = [
        ("基本信息", {"fields": ["title", "highlight", "region"]}),
        (
            "分类",
            {"fields": ["primary_theme", "other_themes", "approaches", "bodies", "maturity"]},
        ),
        (
            "供复制者参考",
            {
                "fields": list(COPIER_FIELDS),
                "classes": [AFTER_TEXT],
                "description": "通知里往往没有，请向做这件事的单位了解后填写；不知道的空着。",
            },
        ),
        (
            "来源",
            {
                "fields": ["notice", ("number", "mark"), "group", "provenance"],
                "classes": [AFTER_TEXT],
            },
        ),
        (
            "状态",
            {
                "fields": [
                    "status_badge",
                    ("published_at", "withdrawn_at"),
                    ("created_at", "updated_at"),
                ],
                "classes": [AFTER_TEXT],
            },
        ),
    ]
    readonly_fields = [
        "provenance",
        "status_badge",
        "published_at",
        "withdrawn_at",
        "created_at",
        "updated_at",
    ]

    def get_search_results(self, request, queryset, search_term):
        found, duplicates = super().get_search_results(request, queryset, search_term)
        if request.resolver_match and request.resolver_match.url_name == "autocomplete":
            # A revision is the same case once more.
            found = found.originals()
        return found, duplicates

    def get_queryset(self, request):
        # A joined notice would bring its whole letter along with every row.
        return super().get_queryset(request).defer("notice__letter")

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        kwargs["widget"] = forms.CheckboxSelectMultiple(attrs={"class": "term-boxes"})
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.is_relation and field is not None:
            # Terms and notices have their own pages; icons beside each field only distract.
            hide_related_links(field)
        return field

    def save_formset(self, request, form, formset, change):
        if formset.model is Adoption:
            for one in formset.extra_forms:
                one.instance.recorded_by = request.user
        super().save_formset(request, form, formset, change)

    def view_on_site(self, case):
        return case.get_absolute_url() if case.is_published else None

    @admin.display(description="序号", ordering="number")
    def position(self, case):
        return case.number

    @admin.display(description="地区", ordering="region__code")
    def region_path(self, case):
        return case.region.path if case.region else None

    @admin.display(description="通知", ordering="notice__issued_on")
    def from_notice(self, case):
        return case.notice and (case.notice.doc_number or Truncator(case.notice.title).chars(20))

    @admin.display(description="出处")
    def provenance(self, case):
        source = case.revises or case
        if not source.imported_digest:
            return "手工录入"
        if source is not case:
            lines = [f"《{source.title}》的修订稿，原案例从通知导入。"]
        elif source.imported_digest != source.content_digest():
            lines = ["从通知导入，导入后有改动。"]
        else:
            lines = ["从通知导入，导入后没有改动。"]
        if source.notice:
            files = source.notice.files.defer("content").order_by("pk")
            lines += [link_to_original(file) for file in files]
        return format_html_join(" ", "{}", ((line,) for line in lines))

    def why_not_delete(self, case):
        return f"《{case.title}》已经发布。请先撤回，再删除。" if case.is_published else ""
