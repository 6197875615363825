"""Accounts and groups, with their permissions as boxes to tick, named in Chinese; and the audit.

Django keeps the names of permissions in the database, in English ("Can add …"), and its two-column
chooser speaks English in part.
"""

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from cases.admin.deleting import ExplainedDeletion

from . import second_factor
from .audit import record
from .exporting import KINDS, export_response
from .models import AuditEvent, Event

VERBS = {"add": "添加", "change": "修改", "delete": "删除", "view": "查看"}


class PermissionField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, permission):
        verb, _, model = permission.codename.partition("_")
        label = VERBS.get(verb) if model == permission.content_type.model else None
        return f"{permission.content_type.name}：{label or permission.name}"


class ChoosesPermissions:
    """A mixin for a ModelAdmin: it offers the permissions that the admin's pages ask for."""

    filter_horizontal = ()

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):
        kwargs["widget"] = forms.CheckboxSelectMultiple(attrs={"class": "term-boxes"})
        if db_field.related_model is Permission:
            models = filter(self.admin_site.is_registered, apps.get_models())
            types = ContentType.objects.get_for_models(*models).values()
            kwargs["form_class"] = PermissionField
            kwargs["queryset"] = Permission.objects.filter(content_type__in=types)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_deleted_objects(self, objs, request):
        """Without the rows that tie accounts, groups and permissions: Django names them in English,
        and they go with what they tie."""
        named, counts, needed, protected = super().get_deleted_objects(objs, request)
        if not protected:
            named = [f"{self.opts.verbose_name}：{obj}" for obj in objs]
            counts = {self.opts.verbose_name_plural: len(named)}
        return named, counts, needed, protected


# Users set up the second step on a page of their own; Django's log is part of the audit.
admin.site.unregister([User, Group, StaticDevice, TOTPDevice])


@admin.register(User)
class ChineseUserAdmin(ChoosesPermissions, ExplainedDeletion, UserAdmin):
    list_display = ["username", "whole_name", "email", "groups_in_words", "state", "second_step"]
    readonly_fields = ["second_step", "last_login", "date_joined"]
    actions = ["reset_second_step"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups", "totpdevice_set")

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            return fieldsets
        return [*fieldsets, ("两步验证", {"fields": ["second_step"]})]

    @admin.display(description="姓名")
    def whole_name(self, user):
        return f"{user.last_name}{user.first_name}"

    @admin.display(description="组")
    def groups_in_words(self, user):
        return "、".join(group.name for group in user.groups.all())

    # Django's own columns are pictures, whose texts for readers of screens are True and False.
    @admin.display(description="可登录后台")
    def state(self, user):
        return "是" if user.is_active and user.is_staff else "否"

    @admin.display(description="两步验证")
    def second_step(self, user):
        confirmed = any(device.confirmed for device in user.totpdevice_set.all())
        return "已启用" if confirmed else "未启用"

    @admin.action(description="重置所选用户的两步验证", permissions=["change"])
    def reset_second_step(self, request, queryset):
        done = 0
        for user in queryset:
            # Whoever is not a superuser does not open a superuser's account with a password alone.
            if user.is_superuser and not request.user.is_superuser:
                self.message_user(
                    request, f"“{user}”是超级用户，只能由超级用户重置。", messages.WARNING
                )
            elif second_factor.reset(user):
                record(Event.SECOND_FACTOR, obj=user, detail="管理员重置。")
                done += 1
        text = f"已重置 {done} 个用户的两步验证，他们下次登录只用密码，可以重新设置。"
        if done:
            self.message_user(request, text, messages.SUCCESS)
        else:
            self.message_user(request, "所选用户没有可以重置的两步验证。", messages.WARNING)

    def why_not_delete(self, user):
        if AuditEvent.objects.filter(user_id=user.pk).exists():
            return f"用户“{user}”有操作记录，不能删除。请去掉“有效”的勾选，他就不能再登录。"
        return ""


@admin.register(Group)
class ChineseGroupAdmin(ChoosesPermissions, GroupAdmin):
    pass


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
    """To read and to take along; nobody adds, changes or deletes, superusers neither."""

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
