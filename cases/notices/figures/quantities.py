"""Numbers with their units in official prose: 1.2万余篇, 三个月, 70—124个工作日, 即办. Pure.

A value is kept as it is written: 3900万元 is 3900 of 万元, 一百二十万元 is 120 of 万元, 近6千个 is
6000 of 个. Dates, versions and ordinals are no quantities. Every pattern here is bounded, so that
the time grows with the length of the text only.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

_ZERO = Decimal(0)
_TENTH = Decimal("0.1")
# One character for one character, so that offsets hold.
_PLAIN = str.maketrans("０１２３４５６７８９％．／－–—～〇", "0123456789%./----零")

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2}
_POWERS = {"十": 10, "百": 100, "千": 1000}

_ARABIC = r"(?:\d{1,3}(?:,\d{3}){1,5}|\d{1,15})(?:\.\d{1,8})?"
_CHINESE = r"[零一二两三四五六七八九十百千]{1,12}(?:点[零一二三四五六七八九]{1,6})?"
_TIME = (
    r"个?工作日|个?自然日|个月|个?小时|个?星期|分钟|秒钟|周(?![年岁边期转])|秒(?![批办杀速])"
    r"|天|日(?![期前常均报历])|年(?![代度底末初前来])"
)
_COUNT = (
    r"个(?:环节|部门|事项|窗口|步骤|流程|班|证件|表单|字段|标准箱|次)?(?![人体案性])|户·次"
    r"|(?:人|件|户|家|场|批|艘|辆|车|航)次|次(?!性)|项|件(?!事)|份|张(?![网图])|套|种|类|场|家|户"
    r"|人(?![工员民才力])|名|位|起|宗|单(?![位一个])|笔|条|道|步(?!骤)|环节|层|级|趟|页|篇|期|组"
    r"|台(?![胞企])|艘|辆|座|处(?![置理])|本|款|枚|栋|间|幢|吨|亩|公顷|平方(?:公里|千米|米)|公里"
    r"|千米|米|千瓦时|千瓦|度(?!假)|用户|标准?箱"
)
_MONEY = "[美欧港]?元(?![制化素件])"
_PER = r"(?:/(?:件|亩|户|人|家|吨|次|年|月|天|平方米|平方公里|千瓦时|公里|标箱|箱|票))?"
_UNIT = rf"(?:(?:{_TIME}|{_MONEY}|{_COUNT}){_PER})"
_AFTER = r"(?P<suffix>以上|以下|以内|之内|左右|上下|不等|有余|内(?![部容外设]))?"
_SCALED = r"(?P<few>[余多])?(?P<tens>[十百千](?![瓦米克]))?(?P<scale>万亿|[万亿])?(?P<more>[余多])?"
_RANGE = r"(?:-{1,2}|~|至|到)"
_QUANTITY = re.compile(
    rf"(?<![\dA-Za-z.,·+/第])(?P<low>{_ARABIC})(?:{_RANGE}(?P<high>{_ARABIC}))?(?![\d.·+])"
    rf"(?:(?P<rate>%|个百分点|倍(?!增)|成(?![立员果熟为功]))|{_SCALED}(?P<unit>{_UNIT})?)"
    rf"(?![A-Za-z]){_AFTER}"
)
_CHINESE_QUANTITY = re.compile(
    rf"(?<![零一二两三四五六七八九十百千万亿点第几数每\d])(?P<low>半|{_CHINESE})"
    rf"(?:{_RANGE}(?P<high>{_CHINESE}))?"
    rf"(?:(?P<rate>个百分点|倍(?!增)|成(?![立员果熟为功]))"
    rf"|(?P<half>个半(?=月|小时|工作日))?{_SCALED}(?P<unit>{_UNIT}|月|小时|工作日))"
    rf"{_AFTER}"
)
_ROUND = re.compile(
    rf"(?<=[近超逾约上达破])(?P<low>百|千|万|亿)(?P<scale>万|亿)?(?P<unit>{_UNIT}){_AFTER}"
)
_PER_CENT = re.compile(rf"百分之(?P<low>{_CHINESE}){_AFTER}")
_BEFORE = re.compile(
    r"(?:不超过|不低于|不少于|不高于|超过|不到|不足|接近|将近|大约|突破|至少|最多|最高|最快|最长"
    r"|超|逾|近|约)(?=[了达为在]?$)"
)
_AT_ONCE = re.compile(
    r"(?:即来即办|即时办[结理]|即办(?:件|制)?|即时|当场(?:办[结理]|[发取出]证|办)?|当[日天](?:办[结理])?"
    r"|立等可取|立即办[结理]|秒[批办]|零(?=[，。；、”]|$))"
)

_MINUTES = {"秒": Decimal(1) / 60, "分钟": Decimal(1), "小时": Decimal(60), "天": Decimal(1440)}
_MONTHS = {"个月": Decimal(1), "年": Decimal(12)}
_SAME = {"日": "天", "个自然日": "天", "秒钟": "秒"}
# One way of writing each unit.
_WRITTEN = {"个小时": "小时", "工作日": "个工作日", "自然日": "个自然日", "个星期": "星期"}
_SCALES = {"万亿": Decimal(10) ** 12, "亿": Decimal(10) ** 8, "万": Decimal(10) ** 4}


@dataclass(frozen=True)
class Quantity:
    """A number in its text.

    low, high  the value as written; `high` only where it is a range
    unit       with its 万 or 亿 (万元, 万余件 is 万件), "" for a bare number, 即办 is 0 of ""
    bound      what limits it, as written: 超, 近, 约, 余, 以上, 以内 …; "" for an exact one
    step       the value of the last written place: 10 for 330, 0.01 for 10.23
    """

    start: int
    end: int
    low: Decimal
    high: Decimal | None
    unit: str
    bound: str = ""
    step: Decimal = Decimal(1)

    @property
    def is_rate(self) -> bool:
        return self.unit in ("%", "个百分点", "倍")

    @property
    def is_time(self) -> bool:
        return re.fullmatch(_TIME, self.unit) is not None

    @property
    def is_money(self) -> bool:
        return self.unit.endswith("元")

    def interval(self) -> tuple[Decimal, Decimal]:
        """The least and the greatest value that the words allow."""
        low, high = self.low, self.high or self.low
        if any(word in self.bound for word in ("余", "多")):
            return low, low + self.step
        if any(word in self.bound for word in ("约", "左右", "上下")):
            return low * (1 - _TENTH), high * (1 + _TENTH)
        if self.bound in ("近", "接近", "将近"):
            return low * (1 - _TENTH), high
        if self.bound in ("不到", "不足", "以下", "以内", "之内", "内", "不超过", "不高于", "最多"):
            return _ZERO, high
        if self.bound in ("超", "超过", "逾", "突破", "以上", "有余", "不低于", "不少于", "至少"):
            return low, high * 100
        # Counts are exact; what has decimals was rounded.
        slack = self.step / 2 if self.step < 1 else _ZERO
        return low - slack, high + slack


def plain(text: str) -> str:
    """`text` with ASCII digits and signs; of the same length."""
    return text.translate(_PLAIN)


def find_quantities(text: str) -> list[Quantity]:
    """The quantities of a plain text in their order; they do not overlap."""
    found = []
    for pattern in (_QUANTITY, _PER_CENT, _CHINESE_QUANTITY, _ROUND):
        for match in pattern.finditer(text):
            quantity = _quantity(text, match)
            if quantity is not None:
                found.append(quantity)
    found.sort(key=lambda q: (q.start, -q.end))
    kept: list[Quantity] = []
    for quantity in found:
        if not kept or quantity.start >= kept[-1].end:
            kept.append(quantity)
    return kept


def at_once(text: str, position: int) -> int | None:
    """Where 即办, 当场, 立等可取 … ends if it stands at `position`."""
    match = _AT_ONCE.match(text, position)
    return match.end() if match else None


def comparable(value: Decimal, unit: str) -> tuple[Decimal, str]:
    """The value in a unit that others can be compared in, and that unit.

    Only what needs no assumption: 小时 and 天, 年 and 个月, 万元 and 亿元. A month has no fixed
    number of days, a week may mean five of them, and a 工作日 is no 天.
    """
    for scale, factor in _SCALES.items():
        if unit.startswith(scale):
            return value * factor, unit.removeprefix(scale)
    head, slash, per = unit.partition("/")
    head = _SAME.get(head, head)
    if head in _MINUTES:
        return value * _MINUTES[head], f"分钟{slash}{per}"
    if head in _MONTHS:
        return value * _MONTHS[head], f"个月{slash}{per}"
    return value, f"{head}{slash}{per}"


def _quantity(text: str, match: re.Match[str]) -> Quantity | None:
    groups = match.groupdict()
    span = _span(groups["low"], groups.get("high"))
    if span is None:
        return None
    low, high = span
    step, unit = _step(groups["low"]), groups.get("rate") or groups.get("unit") or ""
    factor = Decimal(_POWERS.get(groups.get("tens") or "", 1))
    scale = groups.get("scale") or ""
    if match.re is _PER_CENT:
        unit = "%"
    elif unit == "成":
        unit, factor = "%", Decimal(10)
    elif groups["low"] in ("万", "亿"):
        scale = groups["low"] + scale
    elif groups.get("half"):
        low, step, unit = low + Decimal("0.5"), Decimal("0.1"), f"个{unit}"
    elif unit == "月" or _is_name(text, match, low, unit):
        return None
    before = _BEFORE.search(text[max(0, match.start() - 5) : match.start()])
    words = (before and before[0], groups.get("few") or groups.get("more"), groups.get("suffix"))
    return Quantity(
        match.start(),
        match.end(),
        low * factor,
        None if high is None else high * factor,
        f"{scale}{_WRITTEN.get(unit, unit)}",
        "".join(word for word in words if word),
        step * factor,
    )


def _is_name(text: str, match: re.Match[str], value: Decimal, unit: str) -> bool:
    """2024年, 4月10日 and 7×24小时 are days and names; 一 alone is no quantity."""
    before = text[max(0, match.start() - 1) : match.start()]
    return (
        (unit == "年" and 1900 <= value <= 2100)
        or (unit == "日" and before == "月")
        or (unit == "" and text[match.end() : match.end() + 1] in ("月", "×"))
        or before == "×"
    )


def _span(low: str, high: str | None) -> tuple[Decimal, Decimal | None] | None:
    """Both ends of a range, or the value and None; None for what is no number."""
    if high is None and len(low) == 2 and all(c in _DIGITS for c in low):
        # 三五天
        first, second = (_DIGITS[c] for c in low)
        return (Decimal(first), Decimal(second)) if 0 < first < second else None
    values = [_value(numeral) for numeral in (low, high) if numeral]
    if None in values or (high and values[0] >= values[1]):
        return None
    return values[0], values[1] if high else None


def _value(numeral: str) -> Decimal | None:
    if numeral == "半":
        return Decimal("0.5")
    if numeral in ("万", "亿"):
        return Decimal(1)
    if numeral[0].isascii():
        return Decimal(numeral.replace(",", ""))
    whole, _, fraction = numeral.partition("点")
    total = digit = 0
    last = 10_000
    for character in whole:
        if character in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[character]
        else:
            power = _POWERS[character]
            if power >= last:
                return None
            total, digit, last = total + (digit or 1) * power, 0, power
    decimals = "".join(str(_DIGITS[c]) for c in fraction)
    return Decimal(f"{total + digit}.{decimals}" if decimals else total + digit)


def _step(numeral: str) -> Decimal:
    """The value of the last place that is written: 10 for 330 and 三十, 0.01 for 10.23."""
    if not numeral[0].isascii():
        value = _value(numeral)
        numeral = "1" if value is None else f"{value:f}"
    whole, _, fraction = numeral.replace(",", "").partition(".")
    if fraction:
        return Decimal(1).scaleb(-len(fraction))
    return Decimal(10) ** (len(whole) - len(whole.rstrip("0"))) if whole.strip("0") else Decimal(1)
