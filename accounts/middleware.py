"""Around every page of the admin: the audit of what fails, and the end of idle sessions."""

import html
import re
import time

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.http import urlencode

from . import deeds, kept
from .audit import current_request, record
from .models import Event

SEEN = "accounts.seen"
# The session is written that often at most; it ends so much too early, never too late.
GRAIN = 15


def is_admin(request) -> bool:
    return request.path.startswith(reverse("admin:index"))


def audit(get_response):
    """Keep the request at hand for the signals, and record what staff tried without success."""

    def middleware(request):
        token = current_request.set(request)
        try:
            # Logging out changes the user: this is the one who asked.
            user = request.user if is_admin(request) else None
            response = get_response(request)
            if user is not None and user.is_authenticated and not hasattr(request, "idled_out"):
                _record_outcome(request, user, response)
            return response
        finally:
            current_request.reset(token)

    return middleware


def _record_outcome(request, user, response):
    failure = _failure(request, response)
    if not failure:
        answered = request.method == "POST" and response.status_code == 302
        told = getattr(request, "was_audited", False)
        if told or not answered or not deeds.was_done(request):
            return
    event, words = deeds.event_of(request), failure or deeds.words_of(request)
    if words or event != Event.OTHER:
        what = deeds.object_of(request)
        record(event, user=user, succeeded=not failure, detail=words, **what)


def _failure(request, response) -> str:
    """What went wrong, in words; "" where nothing did."""
    if response.status_code == 403:
        return f"没有权限：{deeds.attempt(request)}"
    if response.status_code >= 500:
        return f"程序出错：{deeds.attempt(request)}"
    if request.method != "POST":
        return ""
    if response.status_code >= 400:
        return f"没有办成（{response.status_code}）：{deeds.attempt(request)}"
    if response.status_code == 302:
        if not deeds.name_of(request):
            return f"没有这样的操作：{request.path}"
        return _refusal(request)
    return _mistakes(response)


def _refusal(request) -> str:
    """The warnings that go to the next page: why what was asked for was not done."""
    warnings = [one.message for one in deeds.news(request) if one.level >= messages.WARNING]
    texts = (strip_tags(re.sub("<br>", "；", str(text))) for text in warnings)
    return " ".join(html.unescape(text).replace("：；", "：") for text in texts)


def _mistakes(response) -> str:
    """What a form that came back complains of: the labels of its fields, or its own sentences."""
    context = getattr(response, "context_data", None) or {}
    form = getattr(context.get("adminform"), "form", None) or context.get("form")
    errors = context.get("errors")
    wrong = getattr(form, "errors", None) or {}
    if not errors and not wrong:
        return ""
    labels = [str(form.fields[name].label or name) for name in wrong if name in form.fields]
    sentences = [error for error in errors or () if isinstance(error, str)]
    return f"填写有误，没有保存：{'、'.join(labels) or ' '.join(sentences)}".removesuffix("：")


class IdleTimeout:
    """Staff who did nothing for settings.STAFF_IDLE_SECONDS are logged out.

    It is decided here, when the next request comes, whatever the browser believes. A form that
    comes too late is kept for the same person until he has logged in again (see kept.py).
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        # After the check against forged requests: a form that is kept came from our own page.
        if not is_admin(request) or not request.user.is_authenticated:
            return None
        now = time.time()
        idle = now - request.session.get(SEEN, now)
        if idle > settings.STAFF_IDLE_SECONDS - GRAIN:
            return self._end(request)
        if getattr(view, "looks_on_only", False):
            return None
        if SEEN not in request.session or idle > GRAIN:
            request.session[SEEN] = now
        if request.method == "POST":
            kept.forget(request)
        return None

    def _end(self, request):
        if request.resolver_match.url_name == "logout":
            return None
        user, form = request.user, kept.of(request)
        record(Event.IDLE, user=user)
        request.idled_out = True
        logout(request)
        minutes = settings.STAFF_IDLE_SECONDS // 60
        text = f"超过 {minutes} 分钟没有操作，已自动退出。请重新登录，登录后回到刚才的页面。"
        if form:
            kept.keep(request, user, form)
            text += "刚才填写的内容已留着。"
        messages.warning(request, text)
        after = reverse("admin:resume") if form else request.get_full_path()
        if request.method != "GET" and not form:
            after = reverse("admin:index")
        return redirect(f"{reverse('admin:login')}?{urlencode({'next': after})}")
