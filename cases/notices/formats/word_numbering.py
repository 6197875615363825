"""Word's automatic numbering: numbering.xml and counters -> the number as readers see it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from cases.notices.formats.word_elements import W

_CN_DIGITS = "〇一二三四五六七八九"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_LEGAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"


@dataclass(frozen=True)
class Level:
    """One level of a list: start value, number format, text pattern (第%1章), separator."""

    start: int
    format: str
    text: str
    separator: str
    restart: int | None
    legal: bool


def chinese(number: int) -> str:
    """一, 十二, 三十五, 一百零三: the way a Chinese text counts, 1 to 9999."""
    if not 0 < number < 10_000:
        return str(number)
    text, zero = "", False
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit:
            if zero and text:
                text += "零"
            zero = False
            text += _CN_DIGITS[digit] + unit
        else:
            zero = True
    return text[1:] if text.startswith("一十") else text


def _roman(number: int) -> str:
    if not 0 < number < 4000:
        return str(number)
    text = ""
    for value, sign in (
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ):
        while number >= value:
            text, number = text + sign, number - value
    return text


def _letters(number: int) -> str:
    """a … z, aa, bb …, as Word counts with letters."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if number > 0 else "0"


def _signs(number: int, signs: str) -> str:
    return signs[number - 1] if 0 < number <= len(signs) else str(number)


def format_number(number: int, style: str) -> str:
    """A number in one of WordprocessingML's number formats (ST_NumberFormat)."""
    if style in ("none", "bullet"):
        return ""
    if style == "decimalZero":
        return f"{number:02d}"
    if style == "decimalFullWidth" or style == "decimalFullWidth2":
        return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))
    if style in (
        "chineseCounting",
        "chineseCountingThousand",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
        "japaneseCounting",
        "koreanCounting",
    ):
        return chinese(number)
    if style in ("ideographDigital", "taiwaneseDigital", "japaneseDigitalTenThousand"):
        return "".join(_CN_DIGITS[int(digit)] for digit in str(number))
    if style in ("chineseLegalSimplified", "ideographLegalTraditional", "japaneseLegal"):
        return chinese(number).translate(
            str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
        )
    if style in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese"):
        return _signs(number, _CIRCLED)
    if style == "ideographEnclosedCircle":
        return _signs(number, "㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉")
    if style == "decimalEnclosedFullstop":
        return _signs(number, "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛")
    if style == "decimalEnclosedParen":
        return _signs(number, "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇")
    if style == "ideographTraditional":
        return _signs(number, _STEMS)
    if style == "ideographZodiac":
        return _signs(number, _BRANCHES)
    if style in ("lowerRoman", "upperRoman"):
        return _roman(number) if style == "lowerRoman" else _roman(number).upper()
    if style in ("lowerLetter", "upperLetter"):
        return _letters(number) if style == "lowerLetter" else _letters(number).upper()
    return str(number)


class Numbering:
    """The document's lists with their running counters; ask in the order of the paragraphs."""

    def __init__(self, root: etree._Element | None):
        self._abstract: dict[str, dict[int, Level]] = {}
        self._lists: dict[str, tuple[str, dict[int, Level], dict[int, int]]] = {}
        self._counters: dict[str, dict[int, int]] = {}
        self._started: set[tuple[str, int]] = set()
        if root is not None:
            self._load(root)

    def _load(self, root: etree._Element) -> None:
        by_style: dict[str, str] = {}
        linked: dict[str, str] = {}
        for abstract in root.iter(f"{W}abstractNum"):
            identity = abstract.get(f"{W}abstractNumId", "")
            self._abstract[identity] = _levels(abstract)
            for tag, target in (("styleLink", by_style), ("numStyleLink", linked)):
                link = abstract.find(f"{W}{tag}")
                if link is not None and tag == "styleLink":
                    target[link.get(f"{W}val", "")] = identity
                elif link is not None:
                    target[identity] = link.get(f"{W}val", "")
        for identity, style in linked.items():
            if style in by_style:
                self._abstract[identity] = self._abstract[by_style[style]]
        for num in root.iter(f"{W}num"):
            reference = num.find(f"{W}abstractNumId")
            if reference is None:
                continue
            overrides: dict[int, int] = {}
            for override in num.findall(f"{W}lvlOverride"):
                level = _integer(override.get(f"{W}ilvl"), 0)
                start = override.find(f"{W}startOverride")
                if start is not None:
                    overrides[level] = _integer(start.get(f"{W}val"), 1)
            self._lists[num.get(f"{W}numId", "")] = (
                reference.get(f"{W}val", ""),
                _levels(num),
                overrides,
            )

    def next(self, identity: str, level: int) -> str:
        """The number of the next paragraph in a list, "" for bullets and unknown lists."""
        if identity not in self._lists:
            return ""
        abstract, own, overrides = self._lists[identity]
        levels: Mapping[int, Level] = {**self._abstract.get(abstract, {}), **own}
        if level not in levels:
            return ""
        counters = self._counters.setdefault(abstract, {})
        if level in overrides and (identity, level) not in self._started:
            counters.pop(level, None)
            counters[level] = overrides[level] - 1
        self._started.add((identity, level))
        counters[level] = counters.get(level, levels[level].start - 1) + 1
        for deeper in [other for other in counters if other > level]:
            restart = levels[deeper].restart if deeper in levels else None
            if restart is None or level < restart:
                counters.pop(deeper)
        return self._shown(levels, counters, level)

    def _shown(self, levels: Mapping[int, Level], counters: Mapping[int, int], level: int) -> str:
        own = levels[level]
        if own.format == "bullet":
            return ""

        def value(match: re.Match) -> str:
            other = int(match.group(1)) - 1
            if other not in levels:
                return ""
            number = counters.get(other, levels[other].start)
            style = "decimal" if own.legal and other != level else levels[other].format
            return format_number(number, style)

        text = re.sub(r"%([1-9])", value, own.text)
        # Between 案例一 and a title only the separator tells where the mark ends.
        return text + " " if text and text[-1].isalnum() and own.separator != "nothing" else text


def _levels(parent: etree._Element) -> dict[int, Level]:
    levels = {}
    for element in parent.iter(f"{W}lvl"):

        def value(tag: str, default: str, element=element) -> str:
            child = element.find(f"{W}{tag}")
            return default if child is None else child.get(f"{W}val", default)

        number = _integer(element.get(f"{W}ilvl"), 0)
        restart = element.find(f"{W}lvlRestart")
        levels[number] = Level(
            start=_integer(value("start", "1"), 1),
            format=value("numFmt", "decimal"),
            text=value("lvlText", ""),
            separator=value("suff", "tab"),
            restart=None if restart is None else _integer(restart.get(f"{W}val"), 0),
            legal=element.find(f"{W}isLgl") is not None,
        )
    return levels


def _integer(text: str | None, default: int) -> int:
    try:
        return int(text) if text is not None else default
    except ValueError:
        return default
