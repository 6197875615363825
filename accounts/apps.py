from django.apps import AppConfig
from django.contrib.admin import apps as admin


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "审计"
    default = True

    def ready(self):
        from . import listening  # noqa: F401


class DeskConfig(admin.AdminConfig):
    """Django's admin with the site of our own."""

    default_site = "accounts.site.Desk"
    default = False
