"""The language of the search in the admin: synonyms, words, and what people searched for."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import format_html, format_html_join

from cases.models import Case

from . import desk
from .index import IndexUnavailable
from .models import SearchLog, SynonymGroup, Word
from .searching import SearchRequest, search_documents

TOUCHED = 8


def touched_cases(expressions):
    """The published cases that any of `expressions` stands in, as links, with their number."""
    ids: dict[int, None] = {}
    try:
        for expression in expressions:
            found = search_documents(SearchRequest(f"“{expression}”", places=False))
            ids.update(dict.fromkeys(found))
    except IndexUnavailable:
        return "检索索引还没有准备好，稍后再看。"
    if not ids:
        return "没有已发布的案例用到"
    cases = Case.objects.published().in_bulk(list(ids)[:TOUCHED])
    links = format_html_join(
        "",
        '<li><a href="{}">{}</a></li>',
        ((case.get_absolute_url(), case.title) for case in cases.values()),
    )
    return format_html("{} 个案例<ul>{}</ul>", len(ids), links)


@admin.register(SynonymGroup)
class SynonymGroupAdmin(admin.ModelAdmin):
    list_display = ["term", "others", "theme", "updated_at"]
    list_filter = ["theme"]
    list_select_related = ["theme"]
    search_fields = ["term", "synonyms", "note"]
    readonly_fields = ["touches"]
    fields = ["term", "synonyms", "theme", "note", "touches"]
    list_per_page = 50

    @admin.display(description="其他说法")
    def others(self, group):
        return "、".join(group.expressions[1:])

    @admin.display(description="涉及的案例")
    def touches(self, group):
        return touched_cases(group.expressions) if group.pk else "保存后显示"


@admin.register(Word)
class WordAdmin(admin.ModelAdmin):
    list_display = ["text"]
    search_fields = ["text"]
    readonly_fields = ["touches"]
    list_per_page = 100

    def get_urls(self):
        state = self.admin_site.admin_view(desk.rebuild_page)
        return [path("index/", state, name="search_index"), *super().get_urls()]

    @admin.display(description="涉及的案例")
    def touches(self, word):
        return touched_cases([word.text]) if word.pk else "保存后显示"


@admin.register(SearchLog)
class SearchLogAdmin(admin.ModelAdmin):
    """Read only, and the reports that say which synonyms are missing."""

    list_display = ["text", "count", "full", "corrected", "clicked_position", "created_at"]
    list_filter = ["created_at"]
    search_fields = ["text"]
    change_list_template = "admin/search/searchlog/change_list.html"

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def get_urls(self):
        report = self.admin_site.admin_view(self.report)
        return [path("report/", report, name="search_searchlog_report"), *super().get_urls()]

    def report(self, request):
        """Searches that found nothing whole, and searches that nobody opened a case from."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        texts = SearchLog.objects.by_text()
        context = {
            **self.admin_site.each_context(request),
            "title": "检索报告",
            "without_hits": texts.filter(most_full=0)[:100],
            "unclicked": texts.filter(Q(most_full__gt=0), clicks=0, times__gte=2)[:100],
        }
        return TemplateResponse(request, "admin/search/searchlog/report.html", context)
