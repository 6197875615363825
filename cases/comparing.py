"""Two to four cases side by side: rows of plain values that say whether their columns differ. Pure.

Nothing stands in a cell that its case does not say.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .notices.parsing.punctuation import fold
from .prose import Paragraph, Part, set_sections

# What a case is called where there is no room for its title.
MARKS = "①②③④"
# A first sentence that tells a paragraph is no longer than this.
LONGEST_GIST = 80
# What staff fill in for whoever wants to copy a case, beside 周期 and 经费: (field, heading).
COPIER = (
    ("conditions", "适用条件"),
    ("lead_bodies", "牵头单位"),
    ("policy_basis", "政策依据"),
    ("systems", "系统或平台"),
    ("risks", "风险与不足"),
    ("contact", "联系方式"),
)
BEFORE, AFTER = ("lead", "background", "practices", "outcomes"), ("other",)
TEXTS = {
    "lead": "引言",
    "background": "背景",
    "practices": "做法",
    "outcomes": "成效",
    "other": "其他",
}


@dataclass(frozen=True)
class Side:
    """A case to compare. parts: its text as it is set. numbers: (outcome, anchor of its paragraph),
    confirmed ones alone."""

    case: Any
    parts: tuple[Part, ...]
    numbers: tuple[tuple[Any, str], ...]


@dataclass(frozen=True)
class Line:
    """label: what opens it, with its punctuation. change: how far a number moved.

    anchor: the paragraph of the case that says it. shared: every column says it.
    most: of the numbers in its row, the one that moved furthest.
    """

    text: str
    label: str = ""
    change: str = ""
    anchor: str = ""
    shared: bool = False
    most: bool = False

    @property
    def plain(self) -> str:
        return "，".join(filter(None, (f"{self.label}{self.text}", self.change)))


Cell = tuple[Line, ...]


@dataclass(frozen=True)
class Row:
    """kind: facts, numbers or text. brief: the cells hold the gist of a longer text."""

    name: str
    cells: tuple[Cell, ...]
    kind: str = "facts"
    brief: bool = False

    @property
    def differs(self) -> bool:
        first, *others = (sorted(fold(line.plain) for line in cell) for cell in self.cells)
        return any(other != first for other in others)


@dataclass(frozen=True)
class Group:
    name: str
    rows: tuple[Row, ...]


def side(case, proven: Callable) -> Side:
    """proven(outcomes, parts): the confirmed ones among them, with their paragraphs."""
    parts = set_sections(case.sections.all())
    return Side(case, parts, tuple(proven(case.outcomes.all(), parts)))


def compare(
    sides: Sequence[Side], *, whole: bool = False, differing: bool = False
) -> tuple[Group, ...]:
    """Rows and groups that say nothing are left out.

    whole: the practices in full, not their gist. differing: leave out the rows that are the same
    in all columns.
    """
    groups = (
        ("基本情况", [*_facts(sides)]),
        ("成效数据", [*_numbers(sides)]),
        ("正文", [_text(sides, kind, whole) for kind in (*BEFORE, *AFTER)]),
        ("复制推广", [*_copying(sides)]),
    )
    found = []
    for name, rows in groups:
        filled = [row for row in rows if any(row.cells)]
        shown = tuple(row for row in filled if row.differs or not differing)
        if shown:
            found.append(Group(name, shown))
    return tuple(found)


def _facts(sides):
    yield _terms("地区", sides, lambda case: [case.region.path] if case.region else [])
    yield _terms("层级", sides, lambda case: [case.level])
    yield _terms("领域", sides, lambda case: case.themes)
    yield _terms("改革手段", sides, lambda case: case.approaches.all())
    yield _terms("牵头部门", sides, lambda case: case.bodies.all())
    yield _terms("推广阶段", sides, lambda case: [case.get_maturity_display()])
    yield _terms("日期", sides, lambda case: [case.dated])
    yield _field("周期", sides, "duration")
    yield _field("经费", sides, "funding")


def _copying(sides):
    for name, label in COPIER:
        yield _field(label, sides, name)
    yield Row("复制情况", tuple(_adoptions(one.case) for one in sides))


def _terms(name: str, sides, values: Callable[[Any], Iterable]) -> Row:
    columns = [[str(value) for value in values(one.case) if value] for one in sides]
    common = set.intersection(*map(set, columns))
    return Row(
        name,
        tuple(tuple(Line(text, shared=text in common) for text in column) for column in columns),
    )


def _field(name: str, sides, field: str) -> Row:
    lines = ((line.strip() for line in getattr(one.case, field).splitlines()) for one in sides)
    return Row(name, tuple(tuple(Line(line) for line in column if line) for column in lines))


def _adoptions(case) -> Cell:
    found = []
    for one in case.adoptions.all():
        facts = (one.get_status_display(), str(one.dated or ""), one.effect)
        found.append(Line("，".join(filter(None, facts)), label=f"{one.region.name}："))
    return tuple(found)


def _numbers(sides):
    """A row for each measure that two columns or more name alike, and one for all others."""
    measures = [{fold(outcome.metric) for outcome, _ in one.numbers} for one in sides]
    named = [fold(outcome.metric) for one in sides for outcome, _ in one.numbers]
    shared = [name for name in dict.fromkeys(named) if sum(name in one for one in measures) > 1]
    for name in shared:
        found = [[pair for pair in one.numbers if fold(pair[0].metric) == name] for one in sides]
        heading = next(pair[0].metric for column in found for pair in column)
        yield Row(heading, _marked(found), "numbers")
    rest = tuple(
        tuple(
            replace(_number(*pair), label=f"{pair[0].metric}：")
            for pair in one.numbers
            if fold(pair[0].metric) not in shared
        )
        for one in sides
    )
    yield Row("其他指标" if shared else "各项指标", rest, "numbers")


def _marked(columns) -> tuple[Cell, ...]:
    """The cells of one measure; the number that moved furthest is marked where others moved less.

    Only changes in one direction can be held against each other.
    """
    moved = [outcome for column in columns for outcome, _ in column if outcome.improvement]
    sizes = sorted(outcome.improvement for outcome in moved)
    falls = {(outcome.change or outcome.stated_change) < 0 for outcome in moved}
    comparable = len(sizes) > 1 and sizes[-1] > sizes[-2] and len(falls) == 1
    return tuple(
        tuple(
            replace(
                _number(outcome, anchor),
                most=comparable and outcome.improvement == sizes[-1],
            )
            for outcome, anchor in column
        )
        for column in columns
    )


def _number(outcome, anchor: str) -> Line:
    values = " → ".join(filter(None, (outcome.written_before, outcome.written_after)))
    change = outcome.written_change
    if not outcome.agrees:
        change += f"（文中为{outcome.written_stated_change}）"
    # Where nothing but the change is said, that is the number.
    return Line(values or change, change=change if values else "", anchor=anchor)


def _text(sides, kind: str, whole: bool) -> Row:
    brief = kind == "practices" and not whole
    cells = []
    for one in sides:
        paragraphs = _paragraphs(one, kind)
        lines = [
            line for paragraph in paragraphs for line in (_gist if brief else _full)(paragraph)
        ]
        cells.append(tuple(lines))
    return Row(f"{TEXTS[kind]}要点" if brief else TEXTS[kind], tuple(cells), "text", brief)


def _paragraphs(one: Side, kind: str) -> list[Paragraph]:
    sections = enumerate(one.case.sections.all(), 1)
    anchors = {f"s{number}" for number, section in sections if section.kind == kind}
    return [p for part in one.parts if part.anchor in anchors for p in part.paragraphs]


def _full(paragraph: Paragraph) -> list[Line]:
    """Each point on a line of its own; the lines, joined, are the paragraph."""
    if paragraph.level:
        return [Line("", label=paragraph.text, anchor=paragraph.anchor)]
    found = [Line("", label=paragraph.lead, anchor=paragraph.anchor)] if paragraph.lead else []
    for point in paragraph.points:
        text = point.lead + point.text
        if point.mark or not found or found[-1].text:
            found.append(Line(text, label=point.mark, anchor=paragraph.anchor))
        else:
            found[-1] = replace(found[-1], text=text)
    return found


def _gist(paragraph: Paragraph) -> list[Line]:
    """The heading that opens a paragraph; else how its points begin, or its first sentence."""
    heading = paragraph.text if paragraph.level else paragraph.lead
    if heading:
        return [Line("", label=heading, anchor=paragraph.anchor)]
    points = [point for point in paragraph.points if point.mark]
    if points:
        return [
            Line(_opening(point.lead or point.text), label=point.mark, anchor=paragraph.anchor)
            for point in points
        ]
    return [Line(_opening(paragraph.text), anchor=paragraph.anchor)]


def _opening(text: str) -> str:
    sentence = text[: text.find("。") + 1] or text
    return sentence if len(sentence) <= LONGEST_GIST else f"{sentence[: LONGEST_GIST - 1]}…"
