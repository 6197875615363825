"""A comparison (cases/comparing.py) as a table and as a brief in Word."""

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from django.conf import settings
from django.utils import timezone

from ..citation import citation
from ..comparing import MARKS, Cell, Row, Side, compare
from .word import Paper

NUMERALS = "一二三四五六七八九十"
# Shares of the table's width; all columns of cases have 24 together, which are 44 characters.
NAME, CASES, CHARACTERS = 4, 24, 44
# Rows are not broken at the end of a page: what takes more lines becomes several rows.
LINES = 12
_SENTENCE = re.compile(r"[^。；！？]*[。；！？]?[”’）》]*")


def comparison_rows(sides: Sequence[Side]) -> Iterator[tuple[str, ...]]:
    """A row of text for each row of the comparison, the texts in full."""
    yield ("案例编号", *(str(one.case.pk) for one in sides))
    for group in compare(sides, whole=True):
        for row in group.rows:
            yield (row.name, *("\n".join(line.plain for line in cell) for cell in row.cells))


def comparison_brief(sides: Sequence[Side], site: str = "") -> bytes:
    """A table on its side for what is short, then the texts one below the other.

    site: the site's address without a path; without it, no address is given.
    """
    cases = [one.case for one in sides]
    titles = [f"{mark} {case.title}" for mark, case in zip(MARKS, cases, strict=False)]
    places = [f"{mark} {case.region.name}" for mark, case in zip(MARKS, cases, strict=False)]
    title = f"{len(cases)}个案例对比"
    paper = Paper(title, settings.SITE["name"])
    with paper.landscape():
        paper.title(title)
        paper.subtitle(*titles, str(timezone.localdate()))
        widths = (NAME, *[CASES / len(cases)] * len(cases))
        paper.table(["项目", *places], _short_rows(sides), widths)
    texts = [row for group in compare(sides, whole=True) for row in group.rows]
    texts = [row for row in texts if row.kind == "text"]
    for number, row in enumerate(texts):
        paper.heading(1, f"{NUMERALS[number]}、{row.name}")
        for place, cell in zip(places, row.cells, strict=True):
            if cell:
                paper.heading(2, place)
            for line in cell:
                paper.paragraph(line.text, lead=line.label)
    paper.heading(1, f"{NUMERALS[len(texts)]}、来源")
    for number, case in enumerate(cases, 1):
        address = f"{site}{case.get_absolute_url()}" if site else ""
        paper.source(f"[{number}] {citation(case, address, timezone.localdate())}")
    return paper.save()


def _short_rows(sides: Sequence[Side]) -> Iterator[list[str]]:
    """What is told in a paragraph or two is read below the table, where lines are long."""
    room = LINES * CHARACTERS // len(sides)
    for group in compare(sides):
        for row in group.rows:
            if row.kind == "text" and not row.brief:
                continue
            columns = [_pieces(cell, room) for cell in _outlined(row)]
            for number, cells in enumerate(zip_longest(*columns, fillvalue="")):
                yield [row.name if number == 0 else f"{row.name}（续）", *cells]


def _outlined(row: Row) -> Iterator[Cell]:
    """Of the gist of a text, the headings alone where it has any."""
    for cell in row.cells:
        headings = tuple(line for line in cell if row.brief and not line.text)
        yield headings or cell


def _pieces(cell: Cell, room: int) -> list[str]:
    """The lines of a cell one behind the other, cut between sentences where there is no room."""
    pieces = [""]
    for line in cell:
        # What does not end like a sentence is set apart from what follows.
        if pieces[-1] and not pieces[-1].endswith(tuple("。！？；…")):
            pieces[-1] += "；"
        for sentence in _SENTENCE.findall(line.plain):
            for start in range(0, len(sentence), room):
                part = sentence[start : start + room]
                if pieces[-1] and len(pieces[-1]) + len(part) > room:
                    pieces.append("")
                pieces[-1] += part
    return [piece or "—" for piece in pieces]
