"""Quantities as official prose writes them: to show what is stored, and to read what staff type.

Pure. read() understands whatever write() makes of what it read.
"""

import re
from dataclasses import replace
from decimal import Decimal

from .notices.figures.quantities import Quantity, at_once, find_quantities, plain

# Words that stand before a number, those inside it, and those behind the unit.
_BEHIND = "(?P<behind>以上|以下|以内|之内|左右|上下|不等|有余|内)?"
_BOUND = re.compile(rf"(?P<before>.*?)(?P<inside>[余多]?){_BEHIND}")
_UNIT = re.compile(r"(?P<scale>万亿|万|亿)?(?P<rest>.*)")
_OTHER = re.compile(
    rf"(?P<number>.*?\d(?:[万亿]{{1,2}})?[余多]?)(?P<unit>[^\d\s%.,-]{{1,20}}?){_BEHIND}"
)
_FALL = r"减少|降低|压缩|缩短|下降|节约|节省|减|降|-"
_RISE = r"增加|提高|提升|增长|上升|扩大|增|升|\+"
_CHANGE = re.compile(rf"(?:(?P<fall>{_FALL})|(?P<rise>{_RISE}))(?:了|约)?(?P<rest>.+)")


def number(value: Decimal) -> str:
    """Without an exponent and without zeros at the end."""
    return f"{value.normalize():f}"


def write(low: Decimal | None, high: Decimal | None, unit: str, bound: str = "") -> str:
    """约3—12个月, 1.2万余件, 5个工作日以内; "" where there is no number."""
    if low is None:
        return ""
    span = number(low) if high is None else f"{number(low)}—{number(high)}"
    words, parts = _BOUND.fullmatch(bound), _UNIT.fullmatch(unit)
    scale, rest = parts["scale"] or "", parts["rest"]
    before, inside, behind = words["before"], words["inside"], words["behind"] or ""
    return f"{before}{span}{scale}{inside}{rest}{behind}"


def read(text: str) -> Quantity | None:
    """The one quantity that the text is; None where it is none, or more than that.

    A unit that the extractor does not know, 3头, is taken as it is.
    """
    words = "".join(plain(text).split())
    if not words:
        return None
    if at_once(words, 0) == len(words):
        return Quantity(0, len(words), Decimal(0), None, "")
    known = _only(words)
    if known is not None:
        return known
    other = _OTHER.fullmatch(words)
    if other is None:
        return None
    counted = _only(f"{other['number']}个{other['behind'] or ''}")
    if counted is None or not counted.unit.endswith("个"):
        return None
    return replace(counted, unit=f"{counted.unit.removesuffix('个')}{other['unit']}")


def _only(words: str) -> Quantity | None:
    found = find_quantities(words)
    if len(found) != 1 or found[0].end != len(words):
        return None
    # What stands before the number has to be a word that limits it.
    before = words[: found[0].start].rstrip("了达为在至到")
    return found[0] if found[0].bound.startswith(before) else None


def write_change(value: Decimal | None, unit: str = "%", bound: str = "") -> str:
    """减少超70%, 增加3个百分点; "" where there is none."""
    if value is None:
        return ""
    return f"{'减少' if value < 0 else '增加'}{write(abs(value), None, unit, bound)}"


def read_change(text: str) -> tuple[Quantity, int] | None:
    """The size of a change, in % or 个百分点, and its sign; None where either is missing."""
    found = _CHANGE.fullmatch("".join(plain(text).split()))
    size = found and read(found["rest"])
    if size is None or size.unit not in ("%", "个百分点") or size.high is not None:
        return None
    return size, -1 if found["fall"] else 1
