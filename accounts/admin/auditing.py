"""The audit, to read and to take along."""

from django.contrib import admin
from django.contrib.auth.models import User
from django.utils import timezone

from ..audit import record
from ..exporting import KINDS, export_response
from ..models import AuditEvent, Event


class UserNameFilter(admin.SimpleListFilter):
    title = "用户"
    parameter_name = "who"

    def lookups(self, request, model_admin):
        names = User.objects.filter(is_staff=True).order_by("username")
        return [(name, name) for name in names.values_list("username", flat=True)[:50]]

    def queryset(self, request, queryset):
        return queryset.filter(user_name=self.value()) if self.value() else queryset


class OutcomeFilter(admin.SimpleListFilter):
    title = "结果"
    parameter_name = "outcome"

    def lookups(self, request, model_admin):
        return [("1", "成功"), ("0", "失败")]

    def queryset(self, request, queryset):
        return queryset.filter(succeeded=self.value() == "1") if self.value() else queryset


@admin.register(AuditEvent)
class AuditEventAdmin(admin.ModelAdmin):
    """Nobody adds, changes or deletes, superusers neither."""

    list_display = ["moment", "user_name", "address", "event", "what", "outcome", "detail"]
    list_display_links = ["moment"]
    list_filter = ["at", "event", OutcomeFilter, UserNameFilter]
    search_fields = ["user_name", "address", "object_name", "detail"]
    search_help_text = "可搜用户名、地址、对象和说明。"
    list_per_page = 100
    show_full_result_count = False
    actions = None
    fields = [
        "moment",
        "user_name",
        "address",
        "event",
        ("object_type", "object_id", "object_name"),
        "outcome",
        "detail",
        "digest",
    ]
    change_list_template = "accounts/audit_list.html"

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        kind = request.GET.get("export")
        if kind in KINDS and self.has_view_permission(request):
            return self._export(request, kind)
        answer = super().changelist_view(
            request, {**(extra_context or {}), "title": self.opts.verbose_name}
        )
        record(Event.VIEW, detail=request.GET.urlencode())
        return answer

    def _export(self, request, kind):
        request.GET = request.GET.copy()
        del request.GET["export"]
        chosen = self.get_changelist_instance(request).get_queryset(request)
        how = f"{kind} {request.GET.urlencode()}".strip()
        # Recorded first: an export that breaks off has been one all the same.
        record(Event.EXPORT, object_type=self.opts.verbose_name, detail=how)
        return export_response(chosen, kind)

    @admin.display(description="时间", ordering="at")
    def moment(self, event):
        return f"{timezone.localtime(event.at):%Y-%m-%d %H:%M:%S}"

    @admin.display(description="对象", ordering="object_name")
    def what(self, event):
        return " ".join(filter(None, [event.object_type, event.object_name]))

    @admin.display(description="结果", ordering="succeeded")
    def outcome(self, event):
        return event.outcome
