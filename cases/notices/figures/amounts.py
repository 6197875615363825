"""Amounts: what was saved (节约交易成本超3.2亿元, 时长缩短15天) and done (受理事项46万件). Pure.

Not every number of a case is a result: what was set up, bought or written, deadlines and limits
are left out, and so are counts below ten.
"""

import re
from collections.abc import Iterator

from .metrics import name_of
from .quantities import Quantity
from .statements import TOTAL, Sentence, Statement, is_economy

_SAVED = "缩短|压缩|压减|缩减|减少|减免|免收|免除|降低|节约|节省|精简|避免|缓解|提前"
_GAINED = "提升|提高|增加|增收|让利"
_DONE = (
    "免予处罚|减轻从轻处罚|办理(?!时[间长限])|受理|办结(?!率)|完成(?!率)|化解|解决|惠及|兑付|兑现"
    "|发放|落实|拨付|开展|处置|移送|调解(?!决)|新增|代办|盘活|核发|颁发|签发|出具|覆盖|减排|带动"
    "|实现|撬动|提供"
)
# These say what was done by themselves (累计退税1.2万亿元, 惠及1.3万余户), those of money only
# right before the number: 退税窗口20个.
_ALONE = (
    "(?:[退减免]税|[退减降]费)"
    "(?=(?:总?[金数]?额|了|近|约|超过?|逾|累计|共计?|合计|达到?)*(?:\\d|[一二两三四五六七八九十百千]|$))"
    "|惠及|受惠|受益"
)
# These are parts of nouns too (政务服务中心, 审批事项), unless a clause begins or ends with them.
_NOUN_LIKE = "处理|服务|审查|审批|审核|登记|交易|推送"
_ACTION = re.compile(
    f"(?P<saved>{_SAVED})|(?P<gained>{_GAINED})|(?P<done>{_DONE}|{_ALONE})"
    f"|(?P<noun_like>{_NOUN_LIKE})"
)
_BY_ITSELF = re.compile(_ALONE)
_LINK = re.compile("(?:了|近|约|超过?|逾|平均|均|将近|高?达到?|至少|突破|累计|共|合计|各类)*")
_LIMIT = re.compile("不超过|不低于|不少于|不高于|最高|以下")
_GOES_ON = re.compile(r"任务|目标|[（(]含|的(?!便利|改革)|及?以上|起步|标准|限额")
_ENDS = re.compile(r"[，；。！？、：）\n]|$")
_NOUN = re.compile(r"[^，。；、：！？（）“”\d\n和及与]{2,12}")
_PLACE = re.compile("(?:全[国省市县区]|我[省市县区]|当地|各地)?")
_STARTED = re.compile("(?:开工|投产|竣工|完成|交付|拿地|取得|办结|建成|投用|动工)[^，。；、]{0,4}")
# What is counted in these was set up; 类 and 级 count no things at all.
_NO_TOTAL = re.compile("[类种级层步度]$|个(?:环节|部门|事项|窗口|步骤|流程|班)$|^$")
_TOPIC = re.compile("针对|对于|围绕|聚焦|关于|涉及|涵盖|包括")
_FOR_WHOM = re.compile(r"(?:为|向|给|对)[^，；。、]{1,12}$")
_OPENED = re.compile(r"（[^（）]*$")
_FEW = 10
_NEAR = 20


def find_amounts(sentence: Sentence) -> Iterator[Statement]:
    """A total for each quantity that something was saved or done in."""
    quantities = list(sentence.free())
    for place, quantity in enumerate(quantities):
        following = quantities[place + 1] if place + 1 < len(quantities) else None
        # 160笔9890万元: the last one says most.
        beside = following is not None and following.start - quantity.end <= 1
        if (
            beside
            or quantity.is_rate
            or _NO_TOTAL.search(quantity.unit)
            or _LIMIT.search(quantity.bound)
            or _GOES_ON.match(sentence.text, quantity.end)
            or sentence.is_planned(quantity.start)
        ):
            continue
        metric, start = _metric(sentence, quantity)
        if metric and not is_economy(metric):
            sentence.claim(quantity)
            yield Statement(TOTAL, metric, start, quantity.end, after=quantity)


def _metric(sentence: Sentence, quantity: Quantity) -> tuple[str, int]:
    """What was saved or done, and where its words start; "" where nothing was."""
    text, clause = sentence.text, sentence.clause_start(quantity.start)
    opened = _OPENED.search(text[clause : quantity.start])
    clause += opened.start() + 1 if opened else 0
    start = max([clause, *(q.end for q in _counted(sentence, clause, quantity))])
    actions = [
        match
        for match in _ACTION.finditer(text, start, quantity.start)
        if text.count("“", start, match.start()) == text.count("”", start, match.start())
    ]
    savings = [m for m in actions if m["saved"] or (m["gained"] and not quantity.is_time)]
    if savings:
        return _saved(sentence, quantity, start, savings[-1]), start
    is_few = quantity.low < _FEW and not _is_large(quantity)
    if quantity.is_time or is_few or _TOPIC.match(text, clause):
        return "", start
    for match in actions:
        if match["done"] or _is_verb(sentence, match, clause, quantity):
            return _done(sentence, quantity, start, match), start
    # 兑付2186家企业资金合计1.92亿元: the verb stands before another quantity.
    earlier = _ACTION.search(text, clause, start)
    if not earlier or earlier["noun_like"] or earlier[0] == "实现" or start - earlier.end() > _NEAR:
        return "", start
    name = _object(sentence, start, quantity)
    return (earlier[0] + name if name else ""), clause


def _is_verb(sentence: Sentence, match: re.Match[str], clause: int, quantity: Quantity) -> bool:
    """Whether 审批 or 服务 begins its clause, but for 为企业 before it, or ends its words."""
    lead = sentence.text[clause : match.start()]
    begins = not name_of(lead) or _FOR_WHOM.search(lead) is not None
    return begins or match.end() == quantity.start


def _counted(sentence: Sentence, start: int, quantity: Quantity) -> list[Quantity]:
    """The quantities of the clause that have their own words; 11类 in 11类超9万件 has not."""
    return [
        q
        for q in sentence.within(start, quantity.start)
        if q.unit and not _LINK.fullmatch(sentence.text, q.end, quantity.start)
    ]


def _saved(sentence: Sentence, quantity: Quantity, start: int, verb: re.Match[str]) -> str:
    text = sentence.text
    if verb[0] == "提前":
        started = _STARTED.match(text, quantity.end)
        return f"{name_of(text[start : verb.start()])}提前{started[0]}" if started else ""
    if not _LINK.fullmatch(text, verb.end(), quantity.start):
        return verb[0] + sentence.name(verb.end(), quantity.start)
    subject = sentence.name(start, verb.start())
    noun = "" if quantity.is_time or subject else _noun_after(sentence, quantity)
    if noun:
        return verb[0] + noun
    subject = subject or sentence.name_before(start)
    return subject + verb[0] if subject else ""


def _done(sentence: Sentence, quantity: Quantity, start: int, verb: re.Match[str]) -> str:
    if verb[0] == "实现":
        # 实现4000项事项“掌上办” is what can be done, not what was.
        ends = _ENDS.match(sentence.text, quantity.end)
        return sentence.name(verb.end(), quantity.start) if ends else ""
    name = _object(sentence, verb.end(), quantity)
    if name:
        return verb[0] + name
    if _BY_ITSELF.match(sentence.text, verb.start()):
        return verb[0]
    subject = sentence.name(start, verb.start())
    return subject + verb[0] if subject or len(verb[0]) > 2 else ""


def _object(sentence: Sentence, start: int, quantity: Quantity) -> str:
    """What the quantity counts: the words before it, or those after: 惠及5486家企业."""
    words = sentence.text[start : quantity.start]
    name = sentence.name(start, quantity.start)
    if _PLACE.fullmatch(name) or words.endswith(("、", "和", "及", "与")):
        return _noun_after(sentence, quantity)
    return name + _noun_after(sentence, quantity) if name.endswith("等") else name


def _noun_after(sentence: Sentence, quantity: Quantity) -> str:
    """企业 in 惠及5486家企业."""
    end = sentence.clause_end(quantity.end)
    noun = _NOUN.match(sentence.text, quantity.end, end)
    return name_of(noun[0]) if noun else ""


def _is_large(quantity: Quantity) -> bool:
    return quantity.is_money or quantity.unit[0] in "万亿"
