"""Django's admin with a second step to the log-in, pages for the user's own account, and a first
page that each part of the product adds its own piece to."""

import time
from collections.abc import Callable
from functools import update_wrapper

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.admin.actions import delete_selected as django_delete_selected
from django.contrib.auth import login
from django.contrib.auth.views import LoginView, RedirectURLMixin
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, resolve_url
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from . import kept, lockout, second_factor
from .audit import record
from .middleware import GRAIN, SEEN
from .models import Event


def delete_selected(modeladmin, request, queryset):
    """Django's own action; it logs several deletions at once without a signal."""
    chosen = list(queryset)
    answer = django_delete_selected(modeladmin, request, queryset)
    if answer is None and len(chosen) > 1:
        for obj in chosen:
            record(Event.DELETE, obj=obj)
    return answer


update_wrapper(delete_selected, django_delete_selected)


class PasswordStep(LoginView):
    """The first step; whoever has set up a second one is not logged in by it."""

    next_page = "admin:index"

    def form_valid(self, form):

        user = form.get_user()
        if second_factor.device_of(user) is None:
            return super().form_valid(form)
        second_factor.wait_for_code(self.request, user)
        query = urlencode({"next": self.get_success_url()})
        return redirect(f"{reverse('admin:second_step')}?{query}")


class SafeTarget(RedirectURLMixin):
    """Where to go after logging in: only to a page of this site."""

    next_page = "admin:index"

    def __init__(self, request):
        self.request = request

    def address(self):
        return self.get_redirect_url() or resolve_url(self.next_page)


class Desk(AdminSite):
    """panels: each takes a request and gives (template, context), or None where the person at work
    can do nothing about it; they stand on the first page in the order of `place`."""

    index_template = "admin/index.html"

    def __init__(self, name="admin"):
        super().__init__(name)
        self.panels: list[tuple[int, Callable]] = []
        for actions in (self._actions, self._global_actions):
            actions["delete_selected"] = delete_selected

    def panel(self, place: int):
        """A decorator that puts a piece on the first page."""

        def add(function):
            self.panels.append((place, function))
            return function

        return add

    def get_urls(self):
        view = self.admin_view
        here = view(self.here)
        here.looks_on_only = True
        return [
            path("code/", self.second_step, name="second_step"),
            path("two-steps/", view(self.two_steps), name="two_steps"),
            path("resume/", view(self.resume), name="resume"),
            path("here/", here, name="here"),
            *super().get_urls(),
        ]

    def index(self, request, extra_context=None):
        panels = []
        for _, function in sorted(self.panels, key=lambda pair: pair[0]):
            if shown := function(request):
                panels.append({"template": shown[0], **shown[1]})
        return super().index(request, {**(extra_context or {}), "panels": panels})

    def page(self, request, template, **context):
        request.current_app = self.name
        return TemplateResponse(request, template, {**self.each_context(request), **context})

    # Logging in

    @method_decorator(never_cache)
    @method_decorator(sensitive_post_parameters())
    def login(self, request, extra_context=None):
        if request.method == "GET" and self.has_permission(request):
            return redirect("admin:index")

        request.current_app = self.name
        context = {
            **self.each_context(request),
            "title": "登录",
            "subtitle": None,
            "app_path": request.get_full_path(),
            "username": request.user.get_username(),
            "next": SafeTarget(request).address(),
            **(extra_context or {}),
        }
        return PasswordStep.as_view(
            extra_context=context,
            authentication_form=lockout.LoginForm,
            template_name="admin/login.html",
        )(request)

    @method_decorator(never_cache)
    def second_step(self, request):

        user = second_factor.waiting_user(request)
        after = SafeTarget(request).address()
        if user is None:
            messages.warning(request, "等得太久了，请重新输入用户名和密码。")
            return redirect(f"{reverse('admin:login')}?{urlencode({'next': after})}")
        if lockout.is_locked(request, user.get_username()):
            return lockout.locked_page(request, credentials={"username": user.get_username()})
        form = second_factor.CodeForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            problem = second_factor.verify(user, form.cleaned_data["code"])
            if not problem:
                second_factor.stop_waiting(request)
                login(request, user)
                self._warn_of_few_codes(request, user)
                return HttpResponseRedirect(after)
            second_factor.tell_of_failure(request, user, problem)
            form.add_error("code", problem)
        return self.page(
            request,
            "accounts/second_step.html",
            title="两步验证",
            form=form,
            next=after,
            is_nav_sidebar_enabled=False,
            has_permission=False,
        )

    def _warn_of_few_codes(self, request, user):

        left = second_factor.recovery_codes_left(user)
        if left <= 2:
            messages.warning(request, f"恢复码还剩 {left} 个，请在“两步验证”里换一套新的。")

    # The user's own account

    @method_decorator(never_cache)
    def two_steps(self, request):
        """Set up, renew the recovery codes of, or take away the second step of one's own."""
        user, posted = request.user, request.POST if request.method == "POST" else {}
        device = second_factor.device_of(user)
        context = {"title": "两步验证", "device": device}
        if device is None:
            return self._set_up(request, posted, context)
        form = second_factor.PasswordForm(posted or None, user=user)
        if posted and form.is_valid():
            if "renew" in posted:
                record(Event.SECOND_FACTOR, obj=user, detail="更换恢复码。")
                codes = second_factor.new_recovery_codes(user)
                return self.page(request, "accounts/recovery_codes.html", codes=codes, **context)
            if "remove" in posted:
                second_factor.reset(user)
                record(Event.SECOND_FACTOR, obj=user, detail="自己关闭。")
                messages.success(request, "两步验证已关闭，以后登录只用密码。")
                return redirect("admin:two_steps")
        context |= {"form": form, "left": second_factor.recovery_codes_left(user)}
        return self.page(request, "accounts/two_steps.html", **context)

    def _set_up(self, request, posted, context):

        form = None
        if "begin" in posted or "code" in posted:
            device = second_factor.begin(request.user)
            form = second_factor.CodeForm(posted if "code" in posted else None)
            if form.is_bound and form.is_valid():
                if second_factor.confirm(device, form.cleaned_data["code"].replace(" ", "")):
                    record(Event.SECOND_FACTOR, obj=request.user, detail="启用。")
                    codes = second_factor.new_recovery_codes(request.user)
                    return self.page(
                        request, "accounts/recovery_codes.html", codes=codes, new=True, **context
                    )
                form.add_error("code", "验证码不对，请输手机上现在的六位数字。")
            context |= {
                "picture": second_factor.picture(device),
                "key": second_factor.spelled_key(device),
            }
        return self.page(request, "accounts/two_steps.html", form=form, **context)

    @method_decorator(never_cache)
    def resume(self, request):
        """What somebody wrote before his session ended, to be sent once more."""
        if request.method == "POST":
            kept.forget(request)
            return redirect("admin:index")
        form = kept.found(request)
        if form is None:
            return redirect("admin:index")
        return self.page(request, "accounts/resume.html", title="刚才填写的内容", kept=form)

    def here(self, request):
        """Seconds until the session ends. GET only asks; POST says that somebody is at work."""

        if request.method == "POST":
            request.session[SEEN] = time.time()
        idle = time.time() - request.session.get(SEEN, time.time())
        left = settings.STAFF_IDLE_SECONDS - GRAIN - idle
        return JsonResponse({"left": max(0, int(left))})
