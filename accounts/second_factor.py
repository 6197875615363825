"""The second step of a log-in: a code from the user's telephone, or one of his recovery codes.

Each user sets it up for himself, or not. The secret and its picture never leave this site.
"""

import math
import re
import time

import segno
from django import forms
from django.contrib.auth import get_user_model, user_login_failed
from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.utils import timezone
from django.utils.html import escape
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

PENDING = "accounts.second_step"
# From the password to the code, in seconds.
PATIENCE = 300
CODES = 10
# Steps of 30 s that a telephone's clock may be off when it is set up: ten minutes. The difference
# is kept, and from then on the code may be one step off.
FIRST_TOLERANCE, TOLERANCE = 20, 1


def device_of(user) -> TOTPDevice | None:
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def recovery_codes_left(user) -> int:
    return StaticToken.objects.filter(device__user=user).count()


def begin(user) -> TOTPDevice:
    """The device that is being set up; a new one where there is none yet."""
    device, _ = TOTPDevice.objects.get_or_create(
        user=user, confirmed=False, defaults={"name": "动态码", "tolerance": TOLERANCE}
    )
    return device


def confirm(device: TOTPDevice, code: str) -> bool:
    """Take the device into use if the code is right, and learn how far its clock is off.

    The secret is on the user's screen: nobody guesses here, so nobody has to wait after a mistake.
    """
    device.tolerance = FIRST_TOLERANCE
    device.throttle_reset(commit=False)
    if not device.verify_token(code):
        return False
    device.tolerance, device.confirmed = TOLERANCE, True
    device.save()
    return True


def new_recovery_codes(user) -> list[str]:
    with transaction.atomic():
        StaticDevice.objects.filter(user=user).delete()
        device = StaticDevice.objects.create(user=user, name="恢复码")
        codes = [StaticToken.random_token() for _ in range(CODES)]
        StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def reset(user) -> bool:
    """Take the second step away; whether there was one."""
    with transaction.atomic():
        StaticDevice.objects.filter(user=user).delete()
        removed, _ = TOTPDevice.objects.filter(user=user).delete()
    return bool(removed)


def verify(user, code: str) -> str:
    """ "" where the code is right, else what is wrong, in words."""
    code = re.sub(r"[\s-]", "", code).lower()
    model = TOTPDevice if re.fullmatch(r"\d{6}", code) else StaticDevice
    # The row is held, so that a code cannot be used twice at the same moment.
    with transaction.atomic():
        devices = model.objects.select_for_update().filter(user=user, confirmed=True)
        device = devices.first()
        if device is None:
            return "验证码不对，请看手机上现在的六位数字。"
        allowed, why = device.verify_is_allowed()
        if not allowed:
            # The code has not been looked at: nothing is said of whether it is right.
            return f"刚才输错过，请等 {_seconds_to(why['locked_until'])} 秒，再输现在的验证码。"
        if device.verify_token(code):
            return ""
    if model is StaticDevice:
        return "恢复码不对，或已经用过。"
    return "验证码不对，请看手机上现在的六位数字。手机的时间也要准。"


def _seconds_to(moment) -> int:
    return max(1, math.ceil((moment - timezone.now()).total_seconds()))


def picture(device: TOTPDevice) -> str:
    """The address of the device as a QR code, in SVG."""
    return segno.make(device.config_url, error="m").svg_inline(scale=5, light="#fff", border=3)


def spelled_key(device: TOTPDevice) -> str:
    """The secret for typing in: four characters a group."""
    key = re.search(r"secret=([A-Z2-7]+)", device.config_url)[1]
    return " ".join(re.findall(".{1,4}", escape(key)))


# Between the two steps


def wait_for_code(request, user) -> None:
    request.session[PENDING] = {"user": user.pk, "backend": user.backend, "at": time.time()}


def waiting_user(request):
    """Whoever gave the right password in this session a moment ago; None where nobody did."""
    pending = request.session.get(PENDING)
    if not pending or time.time() - pending["at"] > PATIENCE:
        request.session.pop(PENDING, None)
        return None
    user = get_user_model().objects.filter(pk=pending["user"], is_active=True).first()
    if user is not None:
        user.backend = pending["backend"]
    return user


def stop_waiting(request) -> None:
    request.session.pop(PENDING, None)


def tell_of_failure(request, user, reason: str) -> None:
    """A wrong code counts like a wrong password: five of them lock."""
    credentials = {"username": user.get_username(), "reason": reason}
    user_login_failed.send(__name__, credentials=credentials, request=request)


class CodeForm(forms.Form):
    code = forms.CharField(
        label="验证码",
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "text",
                "autofocus": True,
                "class": "vTextField",
            }
        ),
    )


class PasswordForm(forms.Form):
    """Asks who is there once more before the second step is changed."""

    password = forms.CharField(
        label="登录密码",
        widget=forms.PasswordInput(
            attrs={"autocomplete": "current-password", "class": "vTextField"}
        ),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self):
        password = self.cleaned_data["password"]
        if not check_password(password, self.user.password):
            raise forms.ValidationError("密码不对。")
        return password
