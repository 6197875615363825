"""What a number measures, cut out of the words around it: 平均通关时间, 申请材料. Pure."""

import re

# A longer name would be a whole clause; its end says what is measured.
LONGEST = 40

_PARENTHESES = re.compile(r"（[^（）]{0,60}）|\([^()]{0,60}\)")
_YEAR = r"(?:20\d\d年|今年|去年|上年)"
_LEAD = re.compile(
    r"(?:[一二三四五六七八九十]是|[、”’）)\s]|[和及与](?![谐解平])"
    r"|其中|同时|此外|目前|当前|如今|现在|现已|例如|比如|据(?:统计|测算|估算)"
    rf"|截至{_YEAR}?(?:\d+月)?(?:\d+日)?(?:[末底]|目前)?"
    rf"|自?{_YEAR}(?:至{_YEAR})?(?:\d+(?:-\d+)?月)?(?:以来|来|度|末|底|间|中)?(?:我[省市县区])?"
    r"|年初以来|改革(?:实施)?[前后]|推行以来|累计|合计|共计|共(?![享建同治有富])|已经?"
    r"|均(?![价衡])|又|且|并(?![联行购网轨])|也|还(?![款贷原])|更(?![新换])|而|即(?![时办])|则|再(?![生造])"
    r"|有效|切实|大幅|显著|全面|持续|不断|进一步|基本|直接|预计|可(?!再生|持续)|能够|能(?![源力效耗])"
    r"|将(?!军)|把|使得?|让(?!利)|为(?!期)|对(?![接口象外标])|给|实现|推动|促进|促使|助力|帮助|通过|确保|带动|致使"
    r"|原[来先有本]的?|以[往前]的?|此前的?|过去的?|的|了)"
)
_TRAIL = re.compile(
    r"(?:的|了|(?<![户人亩平年])均|都|再|又|还|已|累计|合计|平均|总计|同比|环比|分别|有效|大幅度?|显著|明显"
    r"|进一步|直接|整体|持续|逐步|连续|(?<!公)共|(?<!许)可"
    r"|(?:相?[比较]|同)(?:上年(?:末|同期)?|去年(?:同期)?|同期|改革前|以[往前]|过去|原来|此前|之前)(?:的|相比)?"
    r"|最[多高快长低]|至少|超过?|突破|逾|近|约|高?达到?|(?<![行作])为|(?<![国所私])有|(?<![存内潜])在"
    rf"|{_YEAR}(?:\d{{1,2}}月)?"
    r"|仅需?|只需?|需要?|由|从|将|把|稳定|保持|维持|幅度|实现|创(?:历史)?新高|稳步|快速|[“‘：、和及与\s])$"
)
# 通过流转林地实现村集体年增收: what stands before the verb is how, not what.
_HOW = re.compile(r".{0,100}(?:实现|使得?|让(?!利)|助力|推动|促进|带动)(?=[^“、]{2})", re.DOTALL)
# 税务局将退税资料由15份减至3份: who did it is not what was measured.
_WHO = re.compile(r"[^，。；“”]{2,100}?(?<!即)(?:将(?![军来近要])|把(?![握关手]))(?=[^“、]{2})")
_LONGEST_TRAIL = 16


def name_of(words: str, *, is_share: bool = False) -> str:
    """The words that name a measure, without what leads to it and what links it to its number.

    Of a share the verb belongs to the name: 95% are of 事项实现网上办理.
    """
    text = _PARENTHESES.sub("", words)
    # Inside an open parenthesis only what stands in it belongs to the number.
    text = re.split(r"[（(]", text)[-1]
    text = _stripped(text)
    if not is_share:
        text = _stripped(_HOW.sub("", text, count=1))
        text = _stripped(_WHO.sub("", text, count=1))
    for opening, closing in ("“”", "‘’"):
        if text.count(opening) != text.count(closing):
            text = text.replace(opening, "").replace(closing, "")
    return text[-LONGEST:]


def _stripped(text: str) -> str:
    while match := _LEAD.match(text):
        text = text[match.end() :]
    while match := _TRAIL.search(text[-_LONGEST_TRAIL:]):
        text = text[: max(0, len(text) - _LONGEST_TRAIL) + match.start()]
    return text
