"""The forms in which accounts are made and changed, in words that staff use."""

from django import forms
from django.contrib.auth.forms import (
    AdminPasswordChangeForm,
    ReadOnlyPasswordHashField,
    ReadOnlyPasswordHashWidget,
    UserChangeForm,
)
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

from . import rights

# Field: label and help; Django's own speak of staff status and single sign-on.
WORDS = {
    "username": ("用户名", "登录时填的名字，可用文字、数字和 @ . + - _。"),
    "last_name": ("姓", ""),
    "first_name": ("名", ""),
    "email": ("电子邮件", ""),
    "is_staff": (rights.FLAGS["is_staff"], "不勾选就不能登录。"),
    "is_active": (
        rights.FLAGS["is_active"],
        "离开岗位的人，去掉这个勾选，就不能再登录；他的操作记录都留着。",
    ),
    "is_superuser": (rights.FLAGS["is_superuser"], "什么都可以做，不看组和权限。"),
    "groups": (rights.RELATIONS["groups"], "编辑写和送审，审核还能发布，管理员还管词典和账号。"),
    "user_permissions": (rights.RELATIONS["user_permissions"], "组里没有、只给这个人的权限。"),
    "permissions": (rights.RELATIONS["permissions"], "这个组的每个人都有。"),
}


class PermissionField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, permission):
        return rights.label_of(permission)


class PasswordState(ReadOnlyPasswordHashWidget):
    """Whether there is a password, and the way to another; not how it is encrypted."""

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        is_set = bool(value) and not value.startswith(UNUSABLE_PASSWORD_PREFIX)
        context["summary"] = [{"label": "已设置，谁也看不到。" if is_set else "还没有设置。"}]
        context["button_label"] = "重设密码" if is_set else "设置密码"
        return context


class AccountForm(UserChangeForm):
    password = ReadOnlyPasswordHashField(label="密码", widget=PasswordState)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "password" in self.fields:
            self.fields["password"].help_text = ""


class NewPasswordForm(AdminPasswordChangeForm):
    """Without the choice of having no password: whoever is to stay out is switched off."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields.pop("usable_password", None)
        for field in self.fields.values():
            field.required = True
