"""Where the cases begin: the one level of marks that the whole document speaks for.

一、 can number the cases or the parts within a case. Each level of marks that the document uses
is tried as the level of the cases; evidence decides: section headings go round once in each
case, numbers run from 1, titles agree with the contents list, titles name a place.
"""

import itertools
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from cases.notices.formats.lines import ends_sentence, stands_alone
from cases.notices.parsing.contents import Contents
from cases.notices.parsing.cycles import Cycle
from cases.notices.parsing.manuscript import TITLE_LENGTH, Line

PLACE = re.compile(
    r"(?!各)[\u4e00-\u9fff]{1,12}?(?:省|市|县|区|州|盟|旗|镇|局|厅|委|院|法院|海关|中心|集团|公司|银行|办)"
)
_TOPIC = re.compile("案例|典型经验|经验做法|典型做法|创新做法|改革经验|创新举措|先进经验")
_FORM = re.compile(
    r"(?:表|名单|模板|样式|样表|回执|提纲|须知|流程图|说明|清单|目录|方案|联系方式|通讯录|附表|要求)(?:[（(].{0,12}[)）])?$"
)
_NO_CASE_STYLES = frozenset(("be", "order", "circle", "dotted"))
_UNNUMBERED = frozenset(("heading", "contents", "cycle", "single", "titled"))
_COLLECTION = re.compile(
    r"(?:汇编|选编|案例集|选集|选登|摘编|专刊|案例|清单|做法|经验|一览)(?:[（(][^（()）]{1,20}[)）]|\d{4}年?(?:版|度)?)*$"
)
_SALUTATION = re.compile(r"[^。]{2,160}[:：]$")
_ISSUED = re.compile(
    "印发给你们|特此(?:通知|函告|公告|通报)|请(?:结合实际|认真)(?:贯彻|学习|抓好)|关于.{2,80}的(?:通知|通报|函|意见|公告|决定|报告|方案)$"
)
# A letter that asks for cases and describes what they should look like.
_ASKS = re.compile(
    r"现就.{0,60}(?:通知|函告|公告|通报)如下"
    r"|关于.{0,40}(?:报送|征集|申报|评选|推荐|填报).{0,60}的(?:通知|函|公告)"
)
# What is asked of somebody is no title: 各地要…, 市政府应….
_DEMAND = re.compile("[，；]|[要应须](?!素)|不得|负责|加强|加快|切实")
_THRESHOLD = 2.0
_RUN = 0.6


@dataclass(frozen=True)
class Boundary:
    """A line that begins a case. number is None where the document does not number its cases."""

    index: int
    number: int | None
    weight: float = 0.0


@dataclass(frozen=True)
class Division:
    """The cases' first lines, in order, and the level that they belong to.

    renumbered  the numbers start again in each group, so that they name no case by themselves
    """

    boundaries: tuple[Boundary, ...]
    family: tuple
    renumbered: bool = False


def is_form(title: str) -> bool:
    """Whether a title names a form or a list to fill in, which is no case."""
    return _FORM.search(title.strip()) is not None


class _Evidence:
    """What is known about the lines before any level is tried."""

    def __init__(self, lines: Sequence[Line], contents: Contents, cycles: Sequence[Cycle]):
        self.lines = lines
        self.contents = contents
        self.cycles = cycles
        self.starts = [cycle.start for cycle in cycles]
        self.entry_at = {
            index: found
            for index in range(len(lines))
            if index not in contents.indexes and contents.entries
            if (found := contents.title_at(lines, index)) is not None
        }
        self.prose = [0]
        for line in lines:
            is_prose = ends_sentence(line.text) or len(line.text) > TITLE_LENGTH or line.row
            self.prose.append(self.prose[-1] + (len(line.text) if is_prose else 0))
        self.topic = any(
            _TOPIC.search(line.text[:200]) is not None for line in lines[: min(len(lines), 60)]
        )
        opening = lines[: min(len(lines), 12)]
        self.asks = any(_SALUTATION.match(line.text) for line in opening) and any(
            _ASKS.search(line.text[:400]) for line in opening
        )

    def entry(self, index: int):
        """The announced title that begins at this line or, after a mark alone, on the next."""
        found = self.entry_at.get(index)
        if found is None and not self.lines[index].rest:
            found = self.entry_at.get(index + 1)
        return found[0] if found else None

    def title(self, index: int) -> str:
        line = self.lines[index]
        if line.rest or index + 1 >= len(self.lines):
            return line.rest
        return self.lines[index + 1].rest


def find_division(
    lines: Sequence[Line], contents: Contents, cycles: Sequence[Cycle]
) -> Division | None:
    """The division into cases, or None for a document that has none."""
    evidence = _Evidence(lines, contents, cycles)
    best: tuple[float, Division] | None = None
    for division in _candidates(evidence):
        score = _score(evidence, division)
        if score >= _THRESHOLD and (best is None or score > best[0]):
            best = (score, division)
    return best[1] if best else None


def _candidates(evidence: _Evidence):
    families = _families(evidence)
    for family, indexes in families.items():
        if family[0] in _UNNUMBERED:
            if indexes:
                yield Division(tuple(Boundary(index, None) for index in indexes), family)
            continue
        numbers = [evidence.lines[index].mark.number for index in indexes]
        if numbers and numbers[0] <= 2:
            restarts = sum(1 for one, two in itertools.pairwise(numbers) if two == 1 and one > 1)
            yield Division(
                tuple(Boundary(i, n) for i, n in zip(indexes, numbers, strict=True)),
                family,
                restarts > 0,
            )
        chain = _chain(evidence, indexes)
        if chain and len(chain) < len(indexes):
            yield Division(tuple(chain), family)


def _families(evidence: _Evidence) -> dict[tuple, list[int]]:
    """Lines that could be marks of cases, by level; a level may be narrowed by its layout."""
    lines = evidence.lines
    by_key: dict[tuple, list[int]] = defaultdict(list)
    headings: dict[int, list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        if index in evidence.contents.indexes or line.row or line.paragraph.note:
            continue
        if line.kind is not None:
            continue
        if line.paragraph.heading and line.is_short:
            headings[line.paragraph.heading].append(index)
        if line.mark is None or line.mark.style in _NO_CASE_STYLES:
            continue
        if _can_begin(line):
            by_key[line.key].append(index)
        elif _title_before_text(line):
            by_key[(*line.key, "inline")].append(index)
    families: dict[tuple, list[int]] = {}
    for key, indexes in by_key.items():
        families[key] = indexes
        for name, fact in (
            ("heading", lambda line: line.paragraph.heading),
            ("bold", lambda line: line.paragraph.bold),
            ("centred", lambda line: line.paragraph.centred),
            ("listed", lambda line: (bool(line.paragraph.number), line.paragraph.list_level)),
        ):
            values = Counter(fact(lines[index]) for index in indexes)
            if 1 < len(values) <= 9:
                for value in values:
                    families[(*key, name, value)] = [
                        index for index in indexes if fact(lines[index]) == value
                    ]
    for level, indexes in headings.items():
        families[("heading", level)] = _first_of_each_title(lines, indexes)
    families[("contents",)] = _from_contents(evidence)
    families[("cycle",)] = _before_cycles(evidence)
    families[("single",)] = _single(evidence)
    return families


def _can_begin(line: Line) -> bool:
    if not line.rest:
        return True
    if line.mark is not None and line.mark.style in ("named", "titled"):
        return True
    return line.is_short


def _title_before_text(line: Line) -> bool:
    """一、杭州市推行…改革。围绕…: a whole case in one paragraph, its title the first sentence."""
    title, stop, text = line.rest.partition("。")
    return bool(stop and len(text) >= 30) and (
        len(title) <= TITLE_LENGTH and not _DEMAND.search(title) and PLACE.match(title) is not None
    )


def _first_of_each_title(lines: Sequence[Line], indexes: list[int]) -> list[int]:
    """Headings in consecutive lines of one layout are one title; 案例一 alone begins it."""
    firsts: list[int] = []
    for index in indexes:
        previous = index - 1
        if (
            firsts
            and previous in indexes[max(0, len(firsts) - 1) :]
            and (lines[index].mark is None and lines[previous].layout == lines[index].layout)
        ):
            continue
        firsts.append(index)
    return firsts


def _from_contents(evidence: _Evidence) -> list[int]:
    """Where announced titles stand again, the first time each."""
    seen: set[str] = set()
    indexes: list[int] = []
    until = -1
    for index in sorted(evidence.entry_at):
        entry, count = evidence.entry_at[index]
        if index <= until or entry.title in seen or is_form(entry.title):
            continue
        if evidence.lines[index].kind is not None:
            continue
        seen.add(entry.title)
        until = index + count - 1
        before = evidence.lines[index - 1] if index else None
        alone = before is not None and before.mark is not None and not before.rest
        indexes.append(index - 1 if alone else index)
    return indexes


def _before_cycles(evidence: _Evidence) -> list[int]:
    """The title above each cycle of section headings, over at most a few lead paragraphs."""
    lines = evidence.lines
    indexes: list[int] = []
    floor = -1
    for cycle in evidence.cycles:
        place = cycle.start - 1
        while place > floor and cycle.start - place <= 6 and not _is_title_line(evidence, place):
            place -= 1
        if place > floor and _is_title_line(evidence, place):
            first = place
            while (
                first - 1 > floor
                and place - first < 3
                and lines[first].mark is None
                and _is_title_line(evidence, first - 1)
                and not _COLLECTION.search(lines[first - 1].text)
                and (
                    lines[first - 1].layout == lines[first].layout
                    or (lines[first - 1].mark is not None and not lines[first - 1].rest)
                )
            ):
                first -= 1
            indexes.append(first)
        elif not indexes or cycle.start > floor + 1:
            indexes.append(cycle.start)
        floor = cycle.end
    return indexes


def _single(evidence: _Evidence) -> list[int]:
    """The one title of a document that is a case and no letter, though its parts have other names.

    It begins with a title that names a place, has numbered parts and text, and writes to nobody.
    """
    lines = evidence.lines
    filled = [index for index, line in enumerate(lines) if not is_side_line(line.text)]
    if evidence.cycles or evidence.contents.entries or not filled or len(lines) > 200:
        return []
    first = lines[filled[0]]
    if not first.is_short or first.mark is not None or PLACE.match(first.text) is None:
        return []
    if any(_SALUTATION.match(line.text) or _ISSUED.search(line.text[:400]) for line in lines[:12]):
        return []
    numbers = [
        line.mark.number
        for line in lines
        if line.mark is not None and line.mark.style in ("cn", "cn_paren", "num")
    ]
    return filled[:1] if numbers[:1] == [1] and len(numbers) >= 2 else []


def _is_title_line(evidence: _Evidence, index: int) -> bool:
    line = evidence.lines[index]
    if index in evidence.contents.indexes or line.kind is not None or line.row:
        return False
    if line.mark is not None and not line.rest:
        return True
    return line.is_short and not is_side_line(line.text) and not stands_alone(line.text)


# What a label beside a title names; 厦门市：… and 阿里地区：… are titles.
_LABEL = (
    r"(?:案例|典型|经验|做法|改革|创新|项目|材料|工作|信息|文章|稿件|申报|报送|上报|供稿|推荐|选送|提供|撰稿|编写"
    r"|编制|编发|编印|印发|发布|发文|制发|成文|主办|承办|协办|主要|牵头|实施|责任|完成|参与|配合|联系|所属|所在|适用"
    r"|涉及|服务|推广|试点|第一)*"
    r"(?:单位|部门|机构|机关|主体|地区|地市|区域|领域|类别|类型|分类|方向|范围|时间|日期|来源|作者|编辑|编号|文号"
    r"|索引号|关键词|主题词|主题|标签|人员?|负责人|电话|手机|邮箱|地址|供稿|撰稿|撰文|审核|校对|摄影|报送|推荐)"
)
_SIDE = re.compile(
    r"[（(].{2,40}[)）]$"
    r"|[^。]{0,40}\d{4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?[^。]{0,40}$"
    rf"|{_LABEL}\s*(?:[（(].{{1,10}}[)）])?\s*[:：].{{0,60}}$"
    r"|来源|作者|供稿"
)
_BODY = re.compile(
    r"[\u4e00-\u9fff]{1,8}?(?:省|市|县|区|州|盟|旗)[\u4e00-\u9fff]{1,20}"
    r"(?:局|厅|委|委员会|政府|办公室|办|法院|检察院|海关|公司|银行)"
)


def is_side_line(text: str) -> bool:
    """A line beside a title: （供稿单位）, a date, 报送单位：…"""
    return _SIDE.match(text) is not None


def is_body(text: str) -> bool:
    """A line that is nothing but the name of a body with its place: 柯城区营商环境建设局."""
    return _BODY.fullmatch(text) is not None


def _chain(evidence: _Evidence, indexes: list[int]) -> list[Boundary]:
    """The heaviest sequence of rising numbers among marks of one style.

    Where cases and inner items share a style (1. 案例 … 1. 2. 3. … 2. 案例), the cases have the
    evidence and the inner items have none.
    """
    lines = evidence.lines
    best_at: dict[int, tuple[float, int]] = {}
    scores: list[float] = []
    back: list[int] = []
    weights = _weights(evidence, indexes)
    highest: list[tuple[float, int]] = []
    for place, index in enumerate(indexes):
        number = lines[index].mark.number
        score, previous = (0.0 if number == 1 else -1.0), -1
        for earlier, cost in (
            (number - 1, 0.0),
            (number - 2, 0.7),
            (number - 3, 1.0),
            (number, 0.8),
        ):
            if earlier in best_at and best_at[earlier][0] - cost > score:
                score, previous = best_at[earlier][0] - cost, best_at[earlier][1]
        score += weights[place]
        scores.append(score)
        back.append(previous)
        if number not in best_at or score > best_at[number][0]:
            best_at[number] = (score, place)
        if not highest or score > highest[-1][0]:
            highest.append((score, place))
    if not highest:
        return []
    place = highest[-1][1]
    chain = []
    while place >= 0:
        chain.append(Boundary(indexes[place], lines[indexes[place]].mark.number, weights[place]))
        place = back[place]
    return chain[::-1]


def _weights(evidence: _Evidence, indexes: list[int]) -> list[float]:
    nearest: set[int] = set()
    for start in evidence.starts:
        place = bisect_left(indexes, start) - 1
        if place >= 0:
            nearest.add(indexes[place])
    weights = []
    for index in indexes:
        line = evidence.lines[index]
        title = evidence.title(index)
        entry = evidence.entry(index)
        weight = -0.2
        if entry is not None:
            weight += 3.0 if entry.number in (None, line.mark.number) else 2.0
        if index in nearest:
            weight += 2.0
        weight += 0.5 * bool(PLACE.match(title))
        weight += 0.5 * bool(line.paragraph.heading) + 0.3 * line.paragraph.centred
        weight += 0.2 * line.paragraph.bold + 0.3 * (not line.rest)
        weight += 1.0 * (line.mark.style == "named")
        weights.append(weight)
    return weights


def _score(evidence: _Evidence, division: Division) -> float:
    """How well a division explains the document; below the threshold it does not."""
    lines, boundaries = evidence.lines, division.boundaries
    count = len(boundaries)
    indexes = [boundary.index for boundary in boundaries]
    ends = [*indexes[1:], len(lines)]
    with_text = sum(
        1
        for start, end in zip(indexes, ends, strict=True)
        if evidence.prose[end] - evidence.prose[start] >= 30
    )
    if with_text * 2 < count or not with_text:
        return 0.0
    titles = [evidence.title(index) for index in indexes]
    forms = sum(1 for title in titles if is_form(title))
    if forms * 2 >= count:
        return 0.0
    places = sum(1 for title in titles if PLACE.match(title)) / count
    family = division.family[0]
    if family == "single":
        return _THRESHOLD
    if "inline" in division.family and (count < 2 or _run_quality(division) < _RUN):
        return 0.0
    label = lines[indexes[0]].mark.label if lines[indexes[0]].mark and family == "named" else ""
    if evidence.asks and places < 0.5 and (not label or label.startswith("附")):
        return 0.0
    around = 0.0
    if evidence.starts:
        inside = [
            bisect_left(evidence.starts, end) - bisect_left(evidence.starts, start)
            for start, end in zip(indexes, ends, strict=True)
        ]
        once = sum(1 for cycles in inside if cycles == 1)
        around = once / max(count, len(evidence.starts))
    entries = evidence.contents.entries
    announced = 0.0
    if entries:
        matched = len(
            {entry.title for index in indexes if (entry := evidence.entry(index)) is not None}
        )
        announced = (matched / count + matched / len(entries)) / 2
        if label.startswith("附") and around == 0.0:
            announced = min(announced, places)
    score = 3.0 * around + 2.0 * announced + (0.5 if evidence.topic else 0.0)
    score += _run_quality(division)
    if around < 0.3:
        score += 1.2 * places if count > 1 and places >= 0.6 else 0.0
        if evidence.starts:
            score -= 1.0
    if label:
        score += 0.6 if label.startswith("附") else 1.6
    if family in ("heading", "titled"):
        score += 0.3
    elif len(division.family) > 2:
        score += 0.05
    return score


def _run_quality(division: Division) -> float:
    """Up to _RUN for numbers that run 1, 2, 3 …, less if they start again in groups."""
    numbers = [boundary.number for boundary in division.boundaries]
    if numbers[0] is None:
        return 0.1
    steps = [1 if numbers[0] == 1 else 0]
    for one, two in itertools.pairwise(numbers):
        steps.append(1 if two == one + 1 else 0.6 if two == 1 else 0)
    return _RUN * sum(steps) / len(steps)
