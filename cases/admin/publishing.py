"""Publishing and withdrawing, for one case from its form and for many from the list.

The status is never a field of a form. It changes through Case.publish() and Case.withdraw() only,
for staff who hold the permission cases.publish_case.
"""

from django.contrib import admin, messages
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join

PERMISSION = "cases.publish_case"
ACTIONS = {"publish_selected", "withdraw_selected"}
BUTTONS = {"_publish", "_withdraw"}


class Publishing:
    """A mixin for the ModelAdmin of cases."""

    actions = sorted(ACTIONS)

    def has_publish_permission(self, request):
        return request.user.has_perm(PERMISSION)

    def changelist_view(self, request, extra_context=None):
        # Django answers an action that the user may not see with a page that says nothing.
        if ACTIONS & set(request.POST.getlist("action")) and not self.has_publish_permission(
            request
        ):
            raise PermissionDenied
        return super().changelist_view(request, extra_context)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        may_publish = self.has_publish_permission(request)
        # Before the form is read: whoever may not publish does not half succeed by saving.
        if BUTTONS & request.POST.keys() and not may_publish:
            raise PermissionDenied
        context = {**(extra_context or {}), "may_publish": may_publish}
        return super().changeform_view(request, object_id, form_url, context)

    def save_model(self, request, obj, form, change):
        if not change:
            return super().save_model(request, obj, form, change)
        # A form that was loaded before somebody published must not write the old status back.
        fields = {field.name for field in self.opts.concrete_fields if not field.primary_key}
        obj.save(update_fields=fields - {"status", "published_at", "withdrawn_at"})

    def response_add(self, request, obj, post_url_continue=None):
        return self._after_button(request, obj) or super().response_add(
            request, obj, post_url_continue
        )

    def response_change(self, request, obj):
        return self._after_button(request, obj) or super().response_change(request, obj)

    def _after_button(self, request, case):
        """Publish or withdraw the saved case; None where neither button was pressed."""
        if "_publish" in request.POST:
            try:
                case.publish()
            except ValidationError as problem:
                text = f"已保存，但还没有发布。{problem.message}"
                self.message_user(request, text, messages.WARNING)
            else:
                self.log_change(request, case, "发布。")
                text = f"已保存并发布《{case.title}》，读者现在可以看到。"
                self.message_user(request, text, messages.SUCCESS)
        elif "_withdraw" in request.POST:
            case.withdraw()
            self.log_change(request, case, "撤回。")
            text = f"已保存并撤回《{case.title}》，读者不再看到，后台仍保留。"
            self.message_user(request, text, messages.SUCCESS)
        else:
            return None
        address = reverse("admin:cases_case_change", args=[case.pk])
        filters = {"preserved_filters": self.get_preserved_filters(request), "opts": self.opts}
        return HttpResponseRedirect(add_preserved_filters(filters, address))

    @admin.action(description="发布所选案例", permissions=["publish"])
    def publish_selected(self, request, queryset):
        done, unchanged, problems = 0, 0, []
        for case in queryset.prefetch_related("sections"):
            if case.is_published:
                unchanged += 1
                continue
            try:
                case.publish()
            except ValidationError as problem:
                problems.append(problem.message)
            else:
                done += 1
                self.log_change(request, case, "发布。")
        if done:
            text = f"已发布 {done} 个案例，读者现在可以看到。"
            self.message_user(request, text, messages.SUCCESS)
        if unchanged:
            self.message_user(request, f"{unchanged} 个案例此前已经发布，未作改动。")
        if problems:
            # Not a list: the style sheet would draw each item as a message of success.
            reasons = format_html_join("", "<br>{}", ((problem,) for problem in problems))
            text = format_html("{} 个案例没有发布：{}", len(problems), reasons)
            self.message_user(request, text, messages.WARNING)

    @admin.action(description="撤回所选案例", permissions=["publish"])
    def withdraw_selected(self, request, queryset):
        done, unchanged = 0, 0
        for case in queryset:
            if not case.is_published:
                unchanged += 1
                continue
            case.withdraw()
            done += 1
            self.log_change(request, case, "撤回。")
        if done:
            text = f"已撤回 {done} 个案例，读者不再看到，后台仍保留。"
            self.message_user(request, text, messages.SUCCESS)
        if unchanged:
            self.message_user(request, f"{unchanged} 个案例不在发布状态，未作改动。")
