"""纠错 in the admin: what readers reported, and what became of it."""

from django.contrib import admin
from django.utils.html import format_html

from ..models import ErrorReport, ReportState


@admin.register(ErrorReport)
class ErrorReportAdmin(admin.ModelAdmin):
    list_display = ["summary", "about", "created_at", "state", "handled_by"]
    list_display_links = ["summary"]
    list_filter = ["state"]
    list_select_related = ["case", "handled_by"]
    search_fields = ["text", "case__title", "note"]
    search_help_text = "可搜内容、案例标题和处理说明。"
    fields = ["text", "about", "contact", "created_at", "state", "note", "handled_by"]
    readonly_fields = ["text", "about", "contact", "created_at", "handled_by"]
    actions = ["mark_done"]

    def has_add_permission(self, request):
        return False

    def save_model(self, request, obj, form, change):
        obj.handled_by = request.user if obj.state == ReportState.DONE else None
        super().save_model(request, obj, form, change)

    @admin.action(description="标为已处理", permissions=["change"])
    def mark_done(self, request, queryset):
        number = queryset.filter(state=ReportState.OPEN).update(
            state=ReportState.DONE, handled_by=request.user
        )
        self.message_user(request, f"{number} 条已标为已处理。")

    @admin.display(description="哪里不对")
    def summary(self, report):
        return report.text[:60]

    @admin.display(description="页面")
    def about(self, report):
        if not report.page:
            return "没有说明"
        return format_html('<a href="{}">{}</a>', report.page, report.case or report.page)
