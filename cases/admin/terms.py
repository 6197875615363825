"""Themes, approaches and issuing bodies: ordered lists that staff keep."""

from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html

from ..models import Approach, Case, IssuingBody, Status, Theme
from .deleting import ExplainedDeletion
from .merging import MergesTerms
from .prose import prose_fields
from .sheets import HasSheets


class TermAdmin(HasSheets, MergesTerms, ExplainedDeletion, admin.ModelAdmin):
    list_display = ["name", "code", "order", "published_cases"]
    list_editable = ["order"]
    list_per_page = 100
    search_fields = ["name", "code", "cues"]
    search_help_text = "可搜名称、代码和提示词。"
    ordering = ["order", "code"]
    fields = ["name", "code", "order", "cues"]
    formfield_overrides = prose_fields(rows=8)
    # The parameter of the case list that shows a term's cases; its value is the term's attribute.
    case_filter = ""
    case_filter_value = "pk"

    def get_queryset(self, request):
        return super().get_queryset(request).with_counts()

    def get_readonly_fields(self, request, obj=None):
        return ["code"] if obj else []

    def cases_of(self, term):
        """All cases with the term, published or not."""
        return term.cases.all()

    @admin.display(description="已发布案例", ordering="published_count")
    def published_cases(self, term):
        query = {
            self.case_filter: getattr(term, self.case_filter_value),
            "status__exact": Status.PUBLISHED.value,
        }
        address = f"{reverse('admin:cases_case_changelist')}?{urlencode(query)}"
        return format_html('<a href="{}">{}</a>', address, term.published_count)

    def why_not_delete(self, term):
        number = self.cases_of(term).count()
        if not number:
            return ""
        kind = self.opts.verbose_name
        return (
            f"{kind}“{term.name}”还有 {number} 个案例在用（含未发布的）。"
            f"请先在这些案例里改选别的{kind}，再删除。"
        )


@admin.register(Theme)
class ThemeAdmin(TermAdmin):
    list_display = ["name", "code", "b_ready_topic", "order", "published_cases"]
    fields = ["name", "code", "b_ready_topic", "order", "cues"]
    case_filter, case_filter_value = "theme", "code"

    def cases_of(self, theme):
        return Case.objects.filter(Q(primary_theme=theme) | Q(other_themes=theme)).distinct()


@admin.register(Approach)
class ApproachAdmin(TermAdmin):
    case_filter = "approaches__id__exact"


@admin.register(IssuingBody)
class IssuingBodyAdmin(TermAdmin):
    case_filter = "bodies__id__exact"
