"""Accounts and groups, with their permissions as boxes to tick, named in Chinese.

Django keeps the names of permissions in the database, in English ("Can add …"), and its two-column
chooser speaks English in part.
"""

from django import forms
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType

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


admin.site.unregister([User, Group])


@admin.register(User)
class ChineseUserAdmin(ChoosesPermissions, UserAdmin):
    list_display = ["username", "whole_name", "email", "groups_in_words", "state"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

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


@admin.register(Group)
class ChineseGroupAdmin(ChoosesPermissions, GroupAdmin):
    pass
