"""The desk of the staff: Django's admin, in Chinese, for people who are not programmers."""

from django.conf import settings
from django.contrib import admin

from . import cases, dashboard, notices, regions, reports, terms, uploads

__all__ = ["cases", "dashboard", "notices", "regions", "reports", "terms", "uploads"]

admin.site.site_header = admin.site.site_title = f"{settings.SITE['name']} 管理后台"
admin.site.index_title = "录入与管理"
