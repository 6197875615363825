"""What a section heading says its section is: background, practices, outcomes or something else."""

import re

from cases.notices.parsing.numbering import parse_mark

LEAD, BACKGROUND, PRACTICES, OUTCOMES, OTHER = (
    "lead",
    "background",
    "practices",
    "outcomes",
    "other",
)
RANK = {BACKGROUND: 0, PRACTICES: 1, OUTCOMES: 2}

# What a heading may say around its word, so that a sentence or a case title is not a heading.
_AROUND = (
    "改革|工作|案例|项目|主要|基本|创新|具体|实践|取得|取得的|应用|实施|推广|典型|重点|总体|有关|相关|存在|面临"
    "|现实|政策|核心|关键|初步|显著|阶段性?|经济|社会|落地|运行|推进|特色|先进|经验|的|开展|采取|推行|制度|服务"
    "|试点|建设|事项|成果|转化|出台|历史|突出|时代|任务|案件|事件|起始|提出|整体|总的|综合|探索|内容|情况|做法"
    "|举措|措施|成效|效果|背景|问题|亮点|机制|模式|与|及|和|、|以及|及其|暨|所|本|该|其|阶段|目前|已|当前|预期|实际|实施后"
)
_WORDS = (
    (
        BACKGROUND,
        "背景|缘由|起因|动因|由来|概况|简介|概述|现状|需求|痛点|堵点|难点|引言|起源|初衷|目标"
        "|基本情况|总体情况|有关情况|相关情况|案例情况|项目情况|工作情况|问题",
    ),
    (
        PRACTICES,
        "做法|举措|措施|路径|实践|探索|创新点|改革内容|主要内容|创新内容|具体内容|工作内容|实施内容|经验"
        "|工作开展|开展情况|实施情况|推进情况|工作机制|办法|亮点|方法|实施过程|实施步骤",
    ),
    (OUTCOMES, "成效|效果|成果|成绩|效益|实效|收获|业绩|成就|效应"),
)
_KNOWN = {
    kind: re.compile(f"(?:{_AROUND})*(?:{words})(?:{_AROUND}|{words})*") for kind, words in _WORDS
}
_WORD = {kind: re.compile(words) for kind, words in _WORDS}
_NOT_KNOWN = re.compile(
    "启示|下一步|展望|体会|思考|价值|不足|改进|困难|建议|打算|计划|推广(?:情况|前景|应用|意义)?$"
)
_OTHER = re.compile(
    r"(?:工作|经验|改革|主要|几点|案例|专家|下一步|未来|今后|推广|应用|存在|后续|的|与|和|及|、)*"
    "(?:启示|打算|计划|展望|体会|思考|价值|不足|困难|建议|点评|评析|安排|工作|经验|前景|方向)+"
)
_FRAME = re.compile(r"^[【\[〔［《〈<「“]+|[】\]〕］》〉>」”]+$")
_LONGEST = 14
_BRACKETED = re.compile(r"[【〔［\[]\s*([^【】〔〕［］\[\]]{2,14}?)\s*[】〕］\]]\s*[:：]?\s*")
_STOPPED = re.compile(
    r"\s*([^\s，。：；:;,、？！（）()“”]{2,14}?(?:[、与及和][^\s，。：；:;,、？！（）()“”]{1,8})?)"
    r"\s*([:：。]|[ \t\u3000]+)\s*"
)


def known_kind(heading: str) -> str | None:
    """background, practices or outcomes; None for a heading that names none of them."""
    core = heading.strip()
    mark = parse_mark(core)
    if mark is not None and mark.length < len(core):
        core = core[mark.length :]
    core = _FRAME.sub("", core.strip().rstrip("：:。.；; "))
    core = "".join(core.split())
    if not 2 <= len(core) <= _LONGEST or _NOT_KNOWN.search(core):
        return None
    # 做法与成效 is filed under what it names first; in 实践效果 the last word is the noun.
    first = re.split("以及|及其|[与及和、暨]", core)[0] or core
    return _kind_of_part(first) or _kind_of_part(core)


def _kind_of_part(part: str) -> str | None:
    found = [
        (max(match.end() for match in _WORD[kind].finditer(part)), kind)
        for kind in RANK
        if _KNOWN[kind].fullmatch(part)
    ]
    return max(found)[1] if found else None


def is_other_heading(text: str) -> bool:
    """经验启示, 下一步打算, 专家点评: headings of none of the three kinds, known by their words."""
    return 4 <= len(text) <= 10 and _OTHER.fullmatch(text) is not None


def known_heading(text: str) -> tuple[str, int] | None:
    """(kind, length of the heading) if `text`, without its mark, is or starts with a known heading.

    Forms: 背景情况 · 背景情况。近年来… · 主要做法：… · 【成效】… · 工作背景　近年来…
    The separator belongs to the heading.
    """
    if not text:
        return None
    head = text[:40]
    match = _BRACKETED.match(head)
    if match is not None:
        kind = known_kind(match.group(1))
        return (kind, match.end()) if kind else None
    if len(text) <= _LONGEST + 6:
        kind = known_kind(text)
        if kind:
            return kind, len(text)
    match = _STOPPED.match(head)
    if match is not None:
        kind = known_kind(match.group(1))
        if kind:
            return kind, match.end()
    return None
