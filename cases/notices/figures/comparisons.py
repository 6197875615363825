"""Before and after: 由…缩短至…, 过去…现在…, and 压缩至… where only the after is known. Pure."""

import re
from collections.abc import Iterator
from dataclasses import replace

from .metrics import name_of
from .quantities import Quantity, at_once, comparable
from .statements import BEFORE_AFTER, LESS, MORE, WINDOW, Sentence, Statement

_CHANGED = f"(?:{LESS}|{MORE}|[减降缩增升涨])"
_TURNED = "(?:优化|整合|合并|归并|集成|拓展|扩展|延长|调整|转变|改变|变|改|压|并)"
_ARROW = re.compile(rf"(?:(?P<changed>{_CHANGED})|{_TURNED})了?(?:至(?![少今于])|到|为|成)")
_FROM = re.compile(
    r"(?:(?:(?<![理自经缘任])由(?![于此])|(?<![服自])从(?![事而业严速]))(?:原[来先有]?|以往|此前|过去|之前)?的?)"
    r"|(?:原[来先有]|以往|此前|法定)的?"
)
_BESIDE = re.compile(r"[）)]?[均都再大幅直接统一全部已]{0,4}")
_OPEN = re.compile(r"[（(][^（）()]{0,6}$")
_BREAK = re.compile(r"[；。！？\n]")
_FAR = re.compile(r"[，；。！？\n]")
_LEAD_AFTER = re.compile(r"(?:平均|最快|最短|现在的?|如今的?|目前的?|“|约|近|的){0,3}")
# What a clause goes on with after the quantity, where it is no result but a condition or a noun.
_GOES_ON = re.compile(r"的|任务|目标")
_THEN = re.compile(r"过去|以前|原来|原先|以往|此前|改革之?前|实施前|原本|从前")
_NOW = re.compile(r"现在|如今|而今|改革之?后|实施后|现(?=[只仅已])")
_NOUN = re.compile(rf"[^，；。、“”\d]{{2,8}}?(?=[、”]|{_CHANGED}|{_TURNED})")
_SAVED = re.compile("(?:节约|节省|缩短|缩减|压缩|减少|提前|增加)[^，；。]{0,8}$")
# Two numbers say what was measured where no words do, after a fashion.
_NAMELESS = (("is_time", "用时"), ("is_money", "金额"), ("is_rate", "比例"))
_AFTER_WINDOW = 80
_LONGEST_GAP = 25


def find_comparisons(sentence: Sentence) -> Iterator[Statement]:
    """Statements with an after, and mostly a before; the arrows first."""
    edge = sentence.start
    for match in _ARROW.finditer(sentence.text, sentence.start, sentence.end):
        if match.start() < edge or sentence.is_planned(match.start()):
            continue
        found = list(_arrow(sentence, match, edge))
        for statement in found:
            sentence.claim(statement.before, statement.after)
            yield statement
        edge = max([edge, *(statement.end for statement in found)])
    yield from _then_and_now(sentence)


def _arrow(sentence: Sentence, match: re.Match[str], edge: int) -> Iterator[Statement]:
    text = sentence.text
    outer_end, inner_start, before = _before(sentence, match.start(), edge)
    after = _after(sentence, match.end())
    if not after and before:
        after = _zero(sentence, match.end(), before[-1])
    if not after:
        return
    outer_start = max(edge, sentence.clause_start(outer_end))
    outer = name_of(_OPEN.sub("", text[outer_start:outer_end]))
    if not before:
        gap = text[match.end() : after[0].start]
        if match["changed"] and _LEAD_AFTER.fullmatch(gap):
            yield from _only_after(sentence, outer, outer_start, after)
        return
    pairs = _pairs(before, after)
    for first, second in pairs:
        name = outer
        if not outer or len(pairs) > 1:
            # 登记由5个环节、20份材料压缩为…: what tells them apart stands beside each number.
            name += _inner(sentence, inner_start, first, match.start())
        name = name or sentence.name_before(outer_start) or _nameless(first)
        yield Statement(BEFORE_AFTER, name, outer_start, second.end, first, second)


def _nameless(quantity: Quantity) -> str:
    return next((name for fact, name in _NAMELESS if getattr(quantity, fact)), "数量")


def _before(sentence: Sentence, arrow: int, edge: int) -> tuple[int, int, list[Quantity]]:
    """Where the words for the measure end, where the befores start, and the befores."""
    left = max(edge, arrow - WINDOW)
    breaks = list(_BREAK.finditer(sentence.text, left, arrow))
    left = breaks[-1].end() if breaks else left
    for marker in reversed(list(_FROM.finditer(sentence.text, left, arrow))):
        quantities = [q for q in sentence.within(marker.end(), arrow) if not _is_year(q)]
        gap = sentence.text[quantities[-1].end : arrow] if quantities else "，"
        if quantities and ("，" not in gap or _BESIDE.fullmatch(gap.replace("，", "", 1))):
            return marker.start(), marker.end(), quantities
    last = sentence.last_before(arrow)
    if last and last.start >= left and _BESIDE.fullmatch(sentence.text, last.end, arrow):
        return last.start, last.start, [last]
    return arrow, arrow, []


def _after(sentence: Sentence, arrow: int) -> list[Quantity]:
    found, end = [], arrow
    for quantity in sentence.within(arrow, min(sentence.end, arrow + WINDOW)):
        gap = sentence.text[end : quantity.start]
        if len(gap) > _LONGEST_GAP or _FAR.search(gap) or _ARROW.search(gap):
            break
        if quantity.unit != "倍" and not _is_year(quantity):
            found.append(quantity)
        end = quantity.end
    return found


def _zero(sentence: Sentence, arrow: int, before: Quantity) -> list[Quantity]:
    """即办, 当场, 当日 as 0 of what was before; 当日 is 0 of a day, not of an hour."""
    lead = _LEAD_AFTER.match(sentence.text, arrow)
    end = at_once(sentence.text, lead.end())
    words = sentence.text[lead.end() : end] if end else ""
    if not end or (
        words.startswith("当") and words[1] in "日天" and before.unit in ("小时", "分钟")
    ):
        return []
    return [replace(before, start=lead.end(), end=end, low=before.low * 0, high=None, bound="")]


def _pairs(before: list[Quantity], after: list[Quantity]) -> list[tuple[Quantity, Quantity]]:
    """Befores and afters of the same unit; of other units only where there is one of each."""
    if len(before) == len(after) == 1:
        first, second = before[0], after[0]
        if not first.unit or not second.unit:
            unit = first.unit or second.unit
            return [(replace(first, unit=unit), replace(second, unit=unit))]
        return [(first, second)] if _alike(first, second) else []
    pairs, waiting = [], list(after)
    for first in before:
        for second in waiting:
            if first.unit and _base(first) == _base(second):
                pairs.append((first, second))
                waiting.remove(second)
                break
    return pairs


def _alike(first: Quantity, second: Quantity) -> bool:
    return (first.is_time, first.is_money, first.is_rate) == (
        second.is_time,
        second.is_money,
        second.is_rate,
    )


def _base(quantity: Quantity) -> str:
    return comparable(quantity.low, quantity.unit)[1]


def _only_after(
    sentence: Sentence, name: str, start: int, after: list[Quantity]
) -> Iterator[Statement]:
    """时限压缩至5个工作日内; 分别提升至120万元、60万元 is two."""
    name = name or sentence.name_before(start)
    end = after[0].start
    for quantity in after:
        gap = sentence.text[end : quantity.start]
        follows = sentence.text[quantity.end : quantity.end + 2]
        if gap not in ("", "、", "和") or _GOES_ON.match(follows) or not quantity.unit or not name:
            return
        yield Statement(BEFORE_AFTER, name, start, quantity.end, None, quantity)
        end = quantity.end


def _inner(sentence: Sentence, start: int, quantity: Quantity, arrow: int) -> str:
    """The words around a before: 从往返三趟提交三套材料优化为… has 往返 and 提交材料."""
    text, last = sentence.text, sentence.last_before(quantity.start)
    start = max(start, last.end) if last else start
    following = next(iter(sentence.within(quantity.end, arrow)), None)
    # Before the next number only what a mark closes: 三趟提交三套 has no noun in between.
    noun = _NOUN.match(text, quantity.end, following.start if following else arrow + 4)
    words = name_of(text[start : quantity.start].rpartition("、")[2])
    if noun is None or quantity.is_time:
        return words + _noun(quantity.unit)
    return words + noun[0]


def _noun(unit: str) -> str:
    """The noun in a unit: 环节 in 个环节."""
    return unit[1:] if re.fullmatch("个[^月工自].+", unit) else ""


def _is_year(quantity: Quantity) -> bool:
    return not quantity.unit and 1900 <= quantity.low <= 2100


def _then_and_now(sentence: Sentence) -> Iterator[Statement]:
    """以前需要20天，现在只要3天"""
    text, edge = sentence.text, sentence.start
    for then in _THEN.finditer(text, sentence.start, sentence.end):
        if then.start() < edge:
            continue
        now = _NOW.search(text, then.end(), min(sentence.end, then.end() + WINDOW))
        if now is None:
            continue
        stop = min(sentence.end, now.end() + _AFTER_WINDOW)
        before = [q for q in sentence.within(then.end(), now.start()) if sentence.is_free(q)]
        after = [q for q in sentence.within(now.end(), stop) if sentence.is_free(q)]
        after = [q for q in after if not _SAVED.search(text, now.end(), q.start)]
        pairs = _pairs([q for q in before if q.unit], [q for q in after if q.unit])
        subject_end = sentence.clause_end(then.end())
        for first, second in pairs:
            name = _then_name(sentence, then, subject_end, first)
            if name:
                sentence.claim(first, second)
                edge = second.end
                yield Statement(BEFORE_AFTER, name, then.start(), second.end, first, second)


def _then_name(
    sentence: Sentence, then: re.Match[str], subject_end: int, quantity: Quantity
) -> str:
    """The subject of the first clause with the words before the number: 办理迁移登记 and 用时."""
    text = sentence.text
    start = max(then.end(), sentence.clause_start(quantity.start))
    last = sentence.last_before(quantity.start)
    start = max(start, last.end) if last else start
    own = name_of(text[start : quantity.start].rpartition("、")[2])
    noun = re.match(r"[^，。；、：\d]{0,8}(?=[，。；、])", text[quantity.end : quantity.end + 12])
    own += noun[0] if noun and not quantity.is_time else ""
    subject = ""
    if quantity.start > subject_end:
        subject = name_of(text[then.end() : subject_end])
    if not subject and not own:
        subject = name_of(text[sentence.clause_start(then.start()) : then.start()])
    return subject + own if subject != own else own
