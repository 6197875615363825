"""What a password has to be beside long enough (the length is Django's own rule)."""

from django.core.exceptions import ValidationError


class KindsValidator:
    """At least `least` of the four kinds: capitals, small letters, digits, other signs."""

    def __init__(self, least: int = 3):
        self.least = least

    def validate(self, password, user=None):
        kinds = {_kind(sign) for sign in password}
        if len(kinds) < self.least:
            raise ValidationError(
                f"密码太简单。大写字母、小写字母、数字、其他符号这四类至少用 {self.least} 类。",
                code="password_too_few_kinds",
            )

    def get_help_text(self):
        return f"大写字母、小写字母、数字、其他符号，至少用其中 {self.least} 类。"


def _kind(sign: str) -> str:
    if sign.isdigit():
        return "digit"
    if sign.isupper():
        return "capital"
    return "small" if sign.islower() else "other"
