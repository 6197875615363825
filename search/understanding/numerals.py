"""Chinese and Arabic numerals as ways of writing the same: 12证同发, 十二证同发. Pure."""

import re

_DIGITS = "零一二三四五六七八九"
_VALUES = {character: value for value, character in enumerate(_DIGITS)} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_ARABIC = re.compile(r"(?<![\d.])\d{1,4}(?![\d.])")
_CHINESE = re.compile(r"[零〇一二两三四五六七八九十百千]+")


def to_chinese(number: int) -> str:
    """12 -> 十二, 105 -> 一百零五, 2025 -> 二千零二十五; from 0 to 9999."""
    if number < 10:
        return _DIGITS[number]
    text, pending_zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            text += ("零" if pending_zero and text else "") + _DIGITS[digit] + name
        pending_zero = not digit
    return text.removeprefix("一") if text.startswith("一十") else text


def to_arabic(numeral: str) -> int | None:
    """十二 -> 12; None where it is no number below 10000."""
    total, digit, last_unit = 0, None, 10_000
    for character in numeral:
        if character in _VALUES:
            if digit:
                return None
            digit = _VALUES[character]
        else:
            unit = _UNITS[character]
            if unit >= last_unit:
                return None
            total += (1 if digit is None else digit) * unit
            digit, last_unit = None, unit
    return total + (digit or 0)


def variants(text: str) -> list[str]:
    """`text` with its numbers written the other way; empty where it has none."""
    found = []
    if _ARABIC.search(text):
        found.append(_ARABIC.sub(lambda match: to_chinese(int(match[0])), text))
    if _CHINESE.search(text):
        arabic = _CHINESE.sub(lambda match: str(_number(match[0])), text)
        found.append(arabic)
    return [variant for variant in found if variant != text]


def _number(numeral: str):
    # 零 of 零工 and 千 of 千万 are not numbers that anyone writes in digits.
    value = to_arabic(numeral) if re.search("[一二三四五六七八九十]", numeral) else None
    return numeral if value is None else value
