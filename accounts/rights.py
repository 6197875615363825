"""Who may give which rights to whom, and what they are called.

Nobody gives a right that he has not himself, and nobody manages an account that may do more than
he may: otherwise he would have only to set its password to be as mighty.
"""

from types import SimpleNamespace

from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Q

# The product relies on these groups: their rights may be changed, they themselves stay.
BUILT_IN = ("编辑", "审核", "管理员")
VERBS = {"add": "添加", "change": "修改", "delete": "删除", "view": "查看"}
# What a field of the forms is called where it gives or takes rights.
FLAGS = {"is_staff": "可以登录后台", "is_active": "账号有效", "is_superuser": "超级用户"}
RELATIONS = {"groups": "组", "user_permissions": "另外给的权限", "permissions": "权限"}


def label_of(permission: Permission) -> str:
    verb, _, model = permission.codename.partition("_")
    label = VERBS.get(verb) if model == permission.content_type.model else None
    return f"{permission.content_type.name}：{label or permission.name}"


def offered():
    """The permissions that some page heeds: what even a superuser cannot do is not to be given."""
    superuser = SimpleNamespace(user=User(is_active=True, is_superuser=True))
    condition = Q()
    for model in apps.get_models():
        opts = model._meta
        names = [codename for codename, _ in opts.permissions]
        if admin.site.is_registered(model):
            pages = admin.site.get_model_admin(model)
            names += [
                get_permission_codename(verb, opts)
                for verb in opts.default_permissions
                if getattr(pages, f"has_{verb}_permission")(superuser)
            ]
        if names:
            kind = {
                "content_type__app_label": opts.app_label,
                "content_type__model": opts.model_name,
            }
            condition |= Q(**kind, codename__in=names)
    return Permission.objects.filter(condition).select_related("content_type")


def _held(user):
    """Also those of an account that is switched off: it may be switched on again."""
    return Permission.objects.filter(Q(user=user) | Q(group__user=user)).values("pk")


def _beyond(user):
    """The permissions that the user has not himself."""
    if user.is_superuser:
        return Permission.objects.none()
    return offered().exclude(pk__in=_held(user)).values("pk")


def to_give(giver, holder=None):
    """The permissions that a form of the account or group `holder` offers. What it holds already
    is among them, so that saving takes nothing away unseen."""
    allowed = offered().exclude(pk__in=_beyond(giver)).values("pk")
    condition = Q(pk__in=allowed)
    if holder is not None and holder.pk:
        name = "group" if isinstance(holder, Group) else "user"
        condition |= Q(pk__in=Permission.objects.filter(**{name: holder}).values("pk"))
    return Permission.objects.filter(condition).select_related("content_type")


def groups_to_give(giver, holder=None):
    condition = ~Q(pk__in=Group.objects.filter(permissions__in=_beyond(giver)).values("pk"))
    if holder is not None and holder.pk:
        condition |= Q(pk__in=holder.groups.values("pk"))
    return Group.objects.filter(condition)


def may_manage(user, account) -> bool:
    """Whether `user` may change `account`, set its password, reset its second step or delete it."""
    if user.is_superuser:
        return True
    if account.is_superuser:
        return False
    return not _beyond(user).filter(pk__in=_held(account)).exists()
