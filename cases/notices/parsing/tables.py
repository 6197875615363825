"""Tables: one case a row, a form for each case, a table of figures, or mere layout."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from cases.notices.document import Paragraph
from cases.notices.parsed import ParsedCase, ParsedSection, Passage, Problem
from cases.notices.parsing.kinds import OTHER, known_kind
from cases.notices.parsing.manuscript import Line, make_line
from cases.notices.parsing.numbering import Mark, chinese_number, parse_mark

_TITLE = re.compile(
    r"(?:案例|经验|做法|举措|措施|项目|改革|创新|典型|事项|主题)*(?:名称|标题|题目|主题|案例名|案例|事项|举措|项目)"
)
_NUMBER = re.compile(r"序号|编号|序|No\.?|NO\.?|#")
_BODY = re.compile(
    r"(?:案例|做法|经验|举措|具体|主要|改革|创新)*(?:内容|正文|情况|情况简介|介绍|材料|描述|说明)"
)
_PLACE = re.compile(
    r"(?:所属|所在|申报|报送|推荐|选送|牵头|实施|责任)?(?:地区|地市|地方|市县|市州|区县|城市|设区市|单位|部门)(?:名称)?"
)
_HEADER_ROWS = 3


@dataclass(frozen=True)
class _Slot:
    """One cell: its paragraphs and the rows and columns that it covers."""

    row: int
    column: int
    rows: int
    columns: int
    paragraphs: tuple[Paragraph, ...]

    @property
    def text(self) -> str:
        return "\n".join(paragraph.text.strip() for paragraph in self.paragraphs)

    @property
    def position(self) -> int:
        return self.paragraphs[0].position

    def passages(self) -> tuple[Passage, ...]:
        lines = (make_line(paragraph) for paragraph in self.paragraphs)
        return tuple(line.passage() for line in lines if line is not None)


@dataclass(frozen=True)
class _Columns:
    """What the header row says about the columns."""

    title: int
    number: int | None
    names: dict[int, str]
    row: int


@dataclass(frozen=True)
class CaseTable:
    """A table whose rows are cases; `letter` are its other lines (headers, group rows)."""

    slots: tuple[_Slot, ...]
    columns: _Columns
    letter: tuple[Line, ...]
    groups: dict[int, str]

    def cases(self, before: int) -> list[ParsedCase]:
        """The rows as cases; `before` cases precede them, for tables without numbers."""
        cases = []
        titles = [
            slot
            for slot in self.slots
            if slot.column <= self.columns.title < slot.column + slot.columns
        ]
        # Each cell belongs to one case, also where a broken table lets two titles overlap.
        taken = {(slot.row, slot.column) for slot in titles}
        free: dict[int, list[_Slot]] = defaultdict(list)
        for slot in self.slots:
            if (slot.row, slot.column) not in taken:
                free[slot.row].append(slot)
        for title in titles:
            cells = [
                slot
                for row in range(title.row, title.row + title.rows)
                for slot in free.pop(row, [])
            ]
            cases.append(self._case(title, cells, before + len(cases) + 1))
        return cases

    def _case(self, title: _Slot, cells: Sequence[_Slot], order: int) -> ParsedCase:
        lines = list(title.passages())
        text = "".join(passage.text for passage in lines)
        mark = parse_mark(text)
        shown, number = "", None
        if mark is not None and mark.length < len(text):
            shown, number = text[: mark.length].strip(), mark.number
            text = text[mark.length :].strip()
        sections: list[ParsedSection] = []
        for slot in sorted(cells, key=lambda slot: (slot.row, slot.column)):
            if slot.column == self.columns.number:
                found = parse_mark(slot.text + "、") or parse_mark(slot.text)
                number = found.number if found else chinese_number(slot.text.strip()) or number
                shown = slot.text.strip()
                lines = [*slot.passages(), *lines]
                continue
            self._add(sections, slot)
        problems = []
        if not any(section.paragraphs for section in sections):
            problems.append(
                Problem("这个案例只有标题，没有正文，请核对原文。", text, title.position)
            )
        return ParsedCase(
            number or order,
            " ".join(text.split()),
            shown,
            self.groups.get(title.row, ""),
            title.position,
            tuple(lines),
            tuple(sections),
            tuple(problems),
        )

    def _add(self, sections: list[ParsedSection], slot: _Slot) -> None:
        name = self.columns.names.get(slot.column, "")
        kind = known_kind(name)
        passages = slot.passages()
        if kind is None and len(passages) == 1 and known_kind(passages[0].text):
            # A label in its own cell: 背景情况 | text.
            sections.append(
                ParsedSection(
                    passages[0].text, known_kind(passages[0].text) or OTHER, (), passages[0]
                )
            )
            return
        if (
            kind is None
            and sections
            and not sections[-1].paragraphs
            and (sections[-1].heading_passage is not None)
        ):
            last = sections.pop()
            sections.append(ParsedSection(last.heading, last.kind, passages, last.heading_passage))
            return
        if sections and sections[-1].heading == name and name:
            last = sections.pop()
            sections.append(ParsedSection(name, last.kind, last.paragraphs + passages))
            return
        sections.append(ParsedSection(name, kind or OTHER, passages))


def read_stream(paragraphs: Sequence[Paragraph]) -> tuple[list[Line], list[CaseTable]]:
    """(lines, tables with one case a row): tables of other sorts become lines in their place."""
    lines: list[Line] = []
    tables: list[CaseTable] = []
    for table, group in groupby(
        paragraphs, key=lambda paragraph: paragraph.cell.table if paragraph.cell else None
    ):
        part = list(group)
        if table is None:
            lines.extend(line for line in map(make_line, part) if line is not None)
            continue
        slots = _slots(part)
        columns = _case_columns(slots) or _continued(slots, tables)
        found = _case_table(slots, columns) if columns is not None else None
        if found is not None and found.cases(0):
            tables.append(found)
        else:
            lines.extend(_lines_of(slots))
    return lines, tables


def _slots(paragraphs: Sequence[Paragraph]) -> list[_Slot]:
    slots = []
    for cell, group in groupby(paragraphs, key=lambda paragraph: paragraph.cell):
        filled = tuple(paragraph for paragraph in group if paragraph.text.strip())
        if filled:
            slots.append(_Slot(cell.row, cell.column, cell.rows, cell.columns, filled))
    return slots


def _case_columns(slots: Sequence[_Slot]) -> _Columns | None:
    """The header row within the first rows: a title column beside columns for a case's parts."""
    for row in range(_HEADER_ROWS):
        header = [slot for slot in slots if slot.row == row]
        names = {slot.column: "".join(slot.text.split()) for slot in header}
        if len(names) < 2 or any(len(name) > 24 for name in names.values()):
            continue
        title = next(
            (
                column
                for column, name in names.items()
                if _TITLE.fullmatch(name) and known_kind(name) is None
            ),
            None,
        )
        kinds = [
            column
            for column, name in names.items()
            if column != title and (known_kind(name) or _BODY.fullmatch(name))
        ]
        if title is None and len({known_kind(names[column]) for column in kinds}) >= 2:
            title = next(
                (
                    column
                    for column, name in names.items()
                    if _TITLE.match(name) and column not in kinds
                ),
                None,
            )
        if title is None or not kinds:
            continue
        number = next((column for column, name in names.items() if _NUMBER.fullmatch(name)), None)
        return _Columns(title, number, names, row)
    return None


def _continued(slots: Sequence[_Slot], tables: Sequence[CaseTable]) -> _Columns | None:
    """A table without a header that goes on with the columns of the one before it."""
    if not tables or not slots:
        return None
    columns = tables[-1].columns
    width = {slot.column for slot in slots}
    if width <= set(columns.names) and columns.title in width and len(width) > 1:
        return _Columns(columns.title, columns.number, columns.names, -1)
    return None


def _case_table(slots: Sequence[_Slot], columns: _Columns) -> CaseTable:
    letter: list[Line] = []
    body: list[_Slot] = []
    groups: dict[int, str] = {}
    width = max(slot.column + slot.columns for slot in slots)
    by_row: dict[int, list[_Slot]] = {}
    for slot in slots:
        by_row.setdefault(slot.row, []).append(slot)
    titled: set[int] = set()
    merged = {
        slot.column
        for slot in slots
        if slot.rows > 1
        and slot.column not in (columns.title, columns.number)
        and not known_kind(columns.names.get(slot.column, ""))
        and slot.row > columns.row
        and not any(
            other.column == columns.title and other.row == slot.row and other.rows >= slot.rows
            for other in slots
        )
    }
    current = ""
    for row, cells in sorted(by_row.items()):
        names = {slot.column: "".join(slot.text.split()) for slot in cells}
        if row <= columns.row or names == columns.names:
            letter.extend(_letter_lines(cells))
            continue
        spanning = len(cells) == 1 and (cells[0].columns * 2 > width or cells[0].columns >= 3)
        if spanning and len(cells[0].text) <= 60:
            current = cells[0].text
            letter.extend(_letter_lines(cells))
            continue
        for slot in cells:
            if slot.column <= columns.title < slot.column + slot.columns:
                titled.update(range(slot.row, slot.row + slot.rows))
                groups.setdefault(row, current)
        for slot in cells:
            name = "".join(columns.names.get(slot.column, "").split())
            if not current and _PLACE.fullmatch(name):
                # The column tells whose case it is, as a heading above it would.
                groups.update(dict.fromkeys(range(row, row + slot.rows), slot.text))
            if slot.column in merged:
                groups.update(dict.fromkeys(range(row, row + slot.rows), slot.text))
                letter.extend(_letter_lines([slot]))
            elif row in titled:
                body.append(slot)
            else:
                letter.extend(_letter_lines([slot]))
    return CaseTable(tuple(body), columns, tuple(letter), groups)


def _letter_lines(cells: Sequence[_Slot]) -> list[Line]:
    lines = [make_line(paragraph) for slot in cells for paragraph in slot.paragraphs]
    return [line for line in lines if line is not None]


def _lines_of(slots: Sequence[_Slot]) -> list[Line]:
    """A form or a layout table cell by cell; a table of figures row by row."""
    columns = {slot.column for slot in slots}
    labels = [slot for slot in slots if known_kind(slot.text) or _is_title_label(slot)]
    if len(columns) <= 1 or any(len(slot.text) > 300 for slot in slots) or len(labels) >= 2:
        return _form_lines(slots)
    lines = []
    for _, group in groupby(sorted(slots, key=lambda slot: slot.row), key=lambda slot: slot.row):
        cells = list(group)
        text = "\t".join(" ".join(slot.text.split()) for slot in cells)
        line = make_line(cells[0].paragraphs[0], text, row=True)
        if line is not None:
            lines.append(line)
    return lines


def _is_title_label(slot: _Slot) -> bool:
    name = "".join(slot.text.split()).rstrip("：:")
    return _TITLE.fullmatch(name) is not None and name.endswith(("名称", "标题", "题目", "主题"))


def _form_lines(slots: Sequence[_Slot]) -> list[Line]:
    """Cells in reading order; 案例名称 | … becomes one line whose mark is the label."""
    lines: list[Line] = []
    place = 0
    while place < len(slots):
        slot = slots[place]
        following = slots[place + 1] if place + 1 < len(slots) else None
        if _is_title_label(slot) and following is not None and following.row == slot.row:
            label = " ".join(slot.text.split())
            text = f"{label}\t{' '.join(following.text.split())}"
            line = make_line(slot.paragraphs[0], text)
            if line is not None:
                lines.append(
                    Line(
                        line.text,
                        line.source,
                        line.position,
                        line.paragraph,
                        Mark("titled", 1, len(label) + 1),
                    )
                )
            place += 2
            continue
        lines.extend(_letter_lines([slot]))
        place += 1
    return lines
