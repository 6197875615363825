"""What somebody sees whose log-in is locked; django-axes counts the failures."""

import math
from datetime import timedelta

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.db.models import Max
from django.shortcuts import render
from django.utils import timezone


def locked_page(request, response=None, credentials=None):
    """The answer to a locked log-in: until when, and what to do."""
    until = _locked_until(request, credentials or {})
    seconds = max(1, math.ceil((until - timezone.now()).total_seconds()))
    context = {
        **admin.site.each_context(request),
        "title": "暂时不能登录",
        "limit": settings.AXES_FAILURE_LIMIT,
        "until": until,
        "minutes": math.ceil(seconds / 60),
        # Whoever is being asked for his code is not logged in either.
        "has_permission": False,
        "is_nav_sidebar_enabled": False,
    }
    page = render(request, "accounts/locked.html", context, status=429)
    page["Retry-After"] = str(seconds)
    return page


def _locked_until(request, credentials):
    attempts = AccessAttempt.objects.filter(
        username=credentials.get("username"), ip_address=request.axes_ip_address
    )
    last = attempts.aggregate(last=Max("attempt_time"))["last"] or timezone.now()
    return last + settings.AXES_COOLOFF_TIME


def is_locked(request, username: str) -> bool:
    return not AxesProxyHandler.is_allowed(request, {"username": username})


class LoginForm(AdminAuthenticationForm):
    """Says how many tries are left."""

    def get_invalid_login_error(self):
        error = super().get_invalid_login_error()
        failures = getattr(self.request, "axes_failures_since_start", None)
        if failures and failures < settings.AXES_FAILURE_LIMIT:
            left = settings.AXES_FAILURE_LIMIT - failures
            minutes = settings.AXES_COOLOFF_TIME // timedelta(minutes=1)
            error.message = f"用户名或密码不对。再错 {left} 次，将锁定 {minutes} 分钟。"
        return error
