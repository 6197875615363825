"""What somebody sees whose log-in is locked; django-axes counts the failures."""

import math
from datetime import timedelta

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.shortcuts import render
from django.utils import timezone

from .audit import record
from .models import Event
from .rights import FLAGS

WRONG = "用户名或密码不对。"


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
    """Says how many tries are left, and to whom it is that may not come in."""

    error_messages = {**AdminAuthenticationForm.error_messages, "invalid_login": WRONG}

    def get_invalid_login_error(self):
        error = super().get_invalid_login_error()
        failures = getattr(self.request, "axes_failures_since_start", None)
        if failures and failures < settings.AXES_FAILURE_LIMIT:
            left = settings.AXES_FAILURE_LIMIT - failures
            minutes = settings.AXES_COOLOFF_TIME // timedelta(minutes=1)
            error.message = f"{WRONG}再错 {left} 次，将锁定 {minutes} 分钟。"
        return error

    def confirm_login_allowed(self, user):
        # Whoever is here gave the right password: it is not that which keeps him out.
        if user.is_active and not user.is_staff:
            label = FLAGS["is_staff"]
            record(
                Event.LOGIN_FAILED,
                request=self.request,
                user_name=user.get_username(),
                succeeded=False,
                detail=f"密码对，但没有勾选“{label}”。",
            )
            text = f"这个账号还不能登录后台，请管理员在账号里勾选“{label}”。"
            raise ValidationError(text, code="no_entry")
        super().confirm_login_allowed(user)
