"""Accounts and groups, with their permissions as boxes to tick, named in Chinese.

Django keeps the names of permissions in the database, in English ("Can add …"), and its two-column
chooser speaks English in part.
"""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import Group, Permission, User
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from cases.admin.deleting import ExplainedDeletion
from cases.admin.regions import hide_related_links

from .. import rights, second_factor
from ..audit import record
from ..forms import WORDS, AccountForm, NewPasswordForm, PermissionField
from ..models import AuditEvent, Event

NAMES = ("个人信息", {"fields": [("last_name", "first_name"), "email"]})


class GivesRights:
    """A mixin for a ModelAdmin: its forms offer the permissions that the user may give."""

    filter_horizontal = ()
    # The pages that say why something must stay, instead of listing what stands in the way.
    delete_confirmation_template = "admin/cases/delete_confirmation.html"
    delete_selected_confirmation_template = "admin/cases/delete_selected_confirmation.html"

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name in WORDS:
            field.label, field.help_text = WORDS[db_field.name]
        return field

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):
        kwargs["widget"] = forms.CheckboxSelectMultiple(attrs={"class": "term-boxes"})
        if db_field.related_model is Permission:
            kwargs["form_class"] = PermissionField
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        for name, to_give in (
            ("groups", rights.groups_to_give),
            ("user_permissions", rights.to_give),
            ("permissions", rights.to_give),
        ):
            if name in form.base_fields:
                form.base_fields[name].queryset = to_give(request.user, obj)
                hide_related_links(form.base_fields[name])
        return form

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


class EntryFilter(admin.SimpleListFilter):
    title = rights.FLAGS["is_staff"]
    parameter_name = "entry"

    def lookups(self, request, model_admin):
        return [("1", "是"), ("0", "否")]

    def queryset(self, request, queryset):
        able = {"is_active": True, "is_staff": True}
        if self.value() == "1":
            return queryset.filter(**able)
        return queryset.exclude(**able) if self.value() == "0" else queryset


@admin.register(User)
class ChineseUserAdmin(GivesRights, ExplainedDeletion, UserAdmin):
    form = AccountForm
    add_form = UserCreationForm
    add_form_template = None
    change_password_form = NewPasswordForm
    change_user_password_template = "accounts/set_password.html"
    list_display = ["username", "whole_name", "email", "groups_in_words", "state", "second_step"]
    list_filter = [EntryFilter, "groups"]
    search_help_text = "可搜用户名、姓名和电子邮件。"
    readonly_fields = [
        "whole_name",
        "groups_in_words",
        "state",
        "second_step",
        "last_login",
        "date_joined",
    ]
    actions = ["reset_second_step"]
    add_fieldsets = [
        (None, {"fields": ["username", "password1", "password2"]}),
        NAMES,
        ("权限", {"fields": ["is_staff", "groups"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups", "totpdevice_set")

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return self.add_fieldsets
        times = ("时间", {"fields": ["last_login", "date_joined"]})
        if not self.has_change_permission(request, obj):
            shown = ["whole_name", "email", "groups_in_words", "state", "second_step"]
            why = "" if rights.may_manage(request.user, obj) else _beyond_him(obj)
            return [(None, {"fields": shown, "description": why}), times]
        flags = [
            name for name in rights.FLAGS if name != "is_superuser" or request.user.is_superuser
        ]
        return [
            (None, {"fields": ["username", "password"]}),
            NAMES,
            ("权限", {"fields": [*flags, "groups", "user_permissions"]}),
            ("两步验证", {"fields": ["second_step"]}),
            times,
        ]

    def get_changeform_initial_data(self, request):
        return {"is_staff": True, **super().get_changeform_initial_data(request)}

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self._may_manage(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self._may_manage(request, obj)

    def _may_manage(self, request, obj):
        return obj is None or rights.may_manage(request.user, obj)

    def get_deleted_objects(self, objs, request):
        beyond = [_beyond_him(obj) for obj in objs if not self._may_manage(request, obj)]
        if beyond:
            return [], {}, set(), beyond
        return super().get_deleted_objects(objs, request)

    @admin.display(description="姓名")
    def whole_name(self, user):
        return f"{user.last_name}{user.first_name}"

    @admin.display(description="组")
    def groups_in_words(self, user):
        return "、".join(group.name for group in user.groups.all())

    # Django's own columns are pictures, whose texts for readers of screens are True and False.
    @admin.display(description=rights.FLAGS["is_staff"])
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
            # With the password alone nobody opens an account that may do more than his own.
            if not rights.may_manage(request.user, user):
                self.message_user(request, _beyond_him(user), messages.WARNING)
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
            label = rights.FLAGS["is_active"]
            return f"用户“{user}”有操作记录，不能删除。请去掉“{label}”的勾选，他就不能再登录。"
        return ""


def _beyond_him(user):
    if user.is_superuser:
        return f"“{user}”是超级用户，只能由超级用户管理。"
    return f"“{user}”有您没有的权限，请由超级用户管理。"


@admin.register(Group)
class ChineseGroupAdmin(GivesRights, ExplainedDeletion, GroupAdmin):
    list_display = ["name", "members"]
    fields = ["name", "permissions"]

    def get_readonly_fields(self, request, obj=None):
        return ["name"] if obj is not None and obj.name in rights.BUILT_IN else []

    @admin.display(description="用户")
    def members(self, group):
        return "、".join(user.get_username() for user in group.user_set.all())

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("user_set")

    def why_not_delete(self, group):
        if group.name in rights.BUILT_IN:
            return f"“{group}”是系统自带的组，不能删除。可以改它的权限，或把用户移出这个组。"
        return ""
