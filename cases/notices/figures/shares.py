"""Per cent: changes (时长压缩70%, 减半) and levels (满意率达100%, 95%的事项网上办). Pure.

A level counts as a result only where the clause ends with it: 持股比例超过50%的股东 and
按15%的税率 are conditions. Rates that are terms of a policy, and figures of the whole economy, are
left out.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from ..parsing.numbering import chinese_number
from .metrics import name_of
from .quantities import Quantity
from .statements import LESS, MORE, PERCENTAGE, Sentence, Statement, is_economy

_CHANGE = re.compile(f"(?P<less>{LESS}|减幅|降幅)|(?P<more>(?:{MORE})(?!率)|增幅|涨幅)")
_LINK = re.compile(
    "(?:了|近|约|超过?|逾|幅度|比例|平均|最多|最高|均|将近|高?达到?|为|在|至少|不低于|不少于|突破|分别|接近)*"
)
_RATIO = re.compile("(?:率|度|比例|占比|比重|份额)$|^占")
_TERMS = re.compile(
    "(?:税率|利率|费率|折扣率|杠杆率|(?:持股|出资|股权|首付|补贴|补助|奖励|控股|提取|缴费|缴存)比例)$"
)
_ENDS = re.compile(r"[，；：。！？、）)”\n]|[和及与]|$")
_DURATION = re.compile("(?:时长|时间|时限|周期|用时|耗时|工期)$")
# 75%以上事项…融合: what share of what, and what became of it.
_WHOLE = re.compile(r"的?(?P<noun>[^，；：。！？（）\n]{2,40})")
_DONE = re.compile("实现|融合|办理|办结|可|通过|纳入|完成|进驻|受理|网办|下放|覆盖|落地|享受|审批")
_NO_SHARE = re.compile(
    "(?:给予|按照?|超过|低于|高于|达到?|提供|补贴|奖励|支付|缴纳|为|打|不足|以|占)$"
)
_NO_NOUN = re.compile("税率|补[贴助]|奖励|比例|贴息|利率|股|折扣|优惠|资金|保费|担保|标准")
_TIMES_OF = re.compile(r"(?:是|为|到|至|达|相当于)[^，；。]{0,12}的$")
_NUMERAL = "[一二三四五六七八九十]"
_WORDS = re.compile(
    "(?:(?P<half>减半|(?:减少|缩短|压缩|降低|下降|压减|缩减)了?[近约]?一半)"
    "|翻了?(?P<times>[一两三]?)番"
    f"|(?:{LESS}|[降减缩])(?:至|到|为)(?:原[来先有]?|改革前|以[前往]|过去|此前|之前)的?"
    rf"(?:(?P<top>\d{{1,2}})/(?P<bottom>\d{{1,2}})|(?P<parts>{_NUMERAL})分之(?P<part>{_NUMERAL})))"
    "(?P<bound>以上|左右|以内)?"
)
_FASTER = "提速"
_DOUBLED = {"": 100, "一": 100, "两": 300, "三": 700}
_IS_CONDITION = re.compile("的(?!.{0,30}(?:实现|办理|办结|网办|可))")
_LIST = re.compile("[、和及与]")
# How far the clause that goes on about a comparison may be: “一次性办结”，
_NEXT_CLAUSE = 14


def find_shares(sentence: Sentence, comparisons: list[Statement]) -> list[Statement]:
    """`comparisons` with the changes that are stated of them, and the other percentages."""
    compared, found = sorted(comparisons, key=lambda statement: statement.end), []
    ends = [statement.end for statement in compared]
    for group in _groups(sentence):
        # 对能耗降低30%的企业 is a condition.
        if sentence.is_planned(group[0].start) or _IS_CONDITION.match(sentence.text, group[-1].end):
            continue
        start = sentence.clause_start(group[0].start)
        last = sentence.last_before(group[0].start)
        if last is not None and last.is_rate:
            start = max(start, last.end)
        change = _change(sentence, start, sentence.text[start : group[0].start])
        if change is None:
            found += _levels(sentence, start, group)
            continue
        places = _compared_places(compared, ends, start, change[0], len(group))
        if places and group[0].unit == "%":
            for place, value in zip(places, group, strict=True):
                compared[place] = _with_change(compared[place], value, change[1])
        else:
            before = compared[places[-1]].metric if places else sentence.name_before(start)
            if change[1] == _FASTER and not _DURATION.search(before):
                # 审批事项压缩70%，提速60% does not say that there were more of them.
                before = _FASTER
            found += _changes(start, group, change[0] or before, change[1])
    found += _in_words(sentence)
    return compared + [s for s in found if s.metric and not is_economy(s.metric)]


def _groups(sentence: Sentence) -> Iterator[list[Quantity]]:
    """Rates one by one; those of 下降30%、20% together."""
    group: list[Quantity] = []
    for quantity in sentence.free():
        if not quantity.is_rate:
            continue
        if group and sentence.text[group[-1].end : quantity.start] not in ("、", "和", "及", "与"):
            yield group
            group = []
        group.append(quantity)
    if group:
        yield group


def _change(sentence: Sentence, start: int, words: str) -> tuple[str, str] | None:
    """The measure and the verb of a change: 时长 and 压缩, also in 压缩时长 and 时长压缩幅度达.

    The verb of 是去年的2.5倍 is 的.
    """
    times = _TIMES_OF.search(words)
    changes = list(_CHANGE.finditer(words))
    if not changes:
        return (sentence.name(start, start + times.start()), "的") if times else None
    verb = changes[-1]
    rest = words[verb.end() :]
    if _LINK.fullmatch(rest) or times:
        return sentence.name(start, start + verb.start()), "的" if times else verb[0]
    measure = name_of(rest)
    # 提升满意率达98% is a level.
    if re.search("[达为超]到?过?$", rest) and _RATIO.search(measure):
        return None
    return measure, verb[0]


def _changes(start: int, group: list[Quantity], metric: str, verb: str) -> Iterator[Statement]:
    for name, value in _shared_out(metric, group):
        if value.unit == "倍":
            low = (value.low - 1 if verb == "的" else value.low) * 100
            value = replace(value, low=low, step=value.step * 100, unit="%")
        elif verb == "的":
            continue
        yield Statement(PERCENTAGE, name, start, value.end, stated=value, sign=_sign(verb, name))


def _sign(verb: str, metric: str) -> int:
    if verb == _FASTER:
        # What takes time is faster where it takes less of it.
        return -1 if _DURATION.search(metric) else 1
    match = _CHANGE.fullmatch(verb)
    return -1 if match is not None and match["less"] else 1


def _compared_places(
    compared: list[Statement], ends: list[int], start: int, metric: str, wanted: int
) -> list[int]:
    """The last comparisons, where the clause at `start` goes on about them."""
    stop = bisect_right(ends, start)
    places = [n for n in range(stop)[-wanted:] if compared[n].stated is None]
    if len(places) < wanted or start - compared[places[-1]].end > _NEXT_CLAUSE:
        return []
    same = not metric or any(metric[-2:] == compared[place].metric[-2:] for place in places)
    return places if same else []


def _with_change(statement: Statement, value: Quantity, verb: str) -> Statement:
    faster = verb == _FASTER and statement.after is not None and statement.after.is_time
    sign = -1 if faster else _sign(verb, statement.metric)
    return replace(statement, stated=value, sign=sign, end=max(statement.end, value.end))


def _levels(sentence: Sentence, start: int, group: list[Quantity]) -> Iterator[Statement]:
    """A level is of the ratio before it, or of the things after it of which it is a share."""
    text, end = sentence.text, group[-1].end
    if group[0].unit != "%":
        return
    name = sentence.name(start, group[0].start)
    if _RATIO.search(name):
        if _ENDS.match(text, end) and not _TERMS.search(name):
            for part, value in _shared_out(name, group):
                yield Statement(PERCENTAGE, part, start, value.end, after=value)
        return
    whole = _WHOLE.match(text, end, sentence.clause_end(end))
    if whole is None or _NO_SHARE.search(text[start : group[0].start]):
        return
    if _DONE.search(whole["noun"]) and not _NO_NOUN.search(whole["noun"]):
        name += name_of(whole["noun"], is_share=True)
        yield Statement(PERCENTAGE, name, start, whole.end(), after=group[-1])


def _shared_out(metric: str, group: list[Quantity]) -> Iterator[tuple[str, Quantity]]:
    """甲、乙分别为30%、20% is one of each."""
    names = _LIST.split(metric)
    if len(names) != len(group):
        names = [metric] * len(group)
    return zip(names, group, strict=True)


def _percent(match: re.Match[str]) -> Decimal | None:
    """Of a change in words: 减半, 翻番, 压缩到原来的1/3; None for what is no fraction."""
    if match["half"]:
        return Decimal(50)
    if match["times"] is not None:
        return Decimal(_DOUBLED[match["times"]])
    numerals = (match["top"] or match["part"], match["bottom"] or match["parts"])
    top, bottom = map(chinese_number, numerals)
    if not 0 < top < bottom:
        return None
    return (100 - Decimal(100 * top) / bottom).quantize(Decimal("0.01"))


def _in_words(sentence: Sentence) -> Iterator[Statement]:
    edge = sentence.start
    for match in _WORDS.finditer(sentence.text, sentence.start, sentence.end):
        clause = sentence.clause_start(match.start())
        start, edge = max(clause, edge), match.end()
        name = sentence.name(start, match.start())
        if not name and start == clause:
            name = sentence.name_before(start)
        if not name or sentence.is_planned(match.start()):
            continue
        percent = _percent(match)
        if percent is None:
            continue
        bound = match["bound"] or ""
        value = Quantity(match.start(), match.end(), percent, None, "%", bound)
        sign = 1 if match["times"] is not None else -1
        yield Statement(PERCENTAGE, name, start, match.end(), stated=value, sign=sign)
