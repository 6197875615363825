"""The passage of a case that best answers a query, with what was searched for marked."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from cases.models import Case

from .normalize import significant_lines
from .query import ParsedQuery

WIDTH = 110
# How far to look back for the beginning of a sentence.
LEAD = 30
_ENDS = "。；！？;!?"
# What a passage of the background counts beside one of what was done.
BACKGROUND = 0.8


@dataclass(frozen=True)
class Fragment:
    text: str
    marked: bool


@dataclass(frozen=True)
class Snippet:
    """section: its name for readers; anchor: the paragraph's address on the case page."""

    section: str
    anchor: str
    fragments: tuple[Fragment, ...]

    @property
    def text(self) -> str:
        return "".join(fragment.text for fragment in self.fragments)


def paragraph_anchor(section: int, paragraph: int) -> str:
    """The address of a paragraph on its case's page; both numbers count from 1."""
    return f"s{section}-p{paragraph}"


class Passages:
    """The title and the paragraphs of a case, to find the passages for any number of queries.

    Title and paragraphs are the lines of one text, which is normalised once.
    """

    def __init__(self, case: Case):
        self.places: list[tuple[str, str]] = []
        self._weights = [0.0]
        lines = [case.title.replace("\n", " ")]
        for number, section in enumerate(case.sections.all(), 1):
            name = section.heading or section.get_kind_display()
            weight = BACKGROUND if section.kind == "background" else 1.0
            for index, paragraph in enumerate(section.paragraphs, 1):
                self.places.append((name, paragraph_anchor(number, index)))
                self._weights.append(weight)
                lines.append(paragraph)
        self.lines = lines
        self._normal, offsets = significant_lines("\n".join(lines))
        # Of each line, where it begins as written and in the normal form.
        self._written = _beginnings(lines)
        self._starts = _beginnings(self._normal.split("\n"))
        self._offsets = offsets.astype(np.uint32)

    def best(self, query: ParsedQuery) -> tuple[tuple[Fragment, ...], Snippet | None]:
        """The title with its marks, and the passage with the most of the query in it.

        The first passage where the query is blank; None where the case has no text.
        """
        marks: dict[int, list[tuple[int, int]]] = {}
        for start, end in _spans(self._normal, query.needles):
            marks.setdefault(bisect_right(self._starts, start) - 1, []).append((start, end))
        title = _fragments(self.lines[0], self._as_written(0, marks), 0, len(self.lines[0]))
        if not self.places:
            return title, None
        values = {line: self._value(line, spans) for line, spans in marks.items() if line}
        line = max(values, key=lambda line: (values[line], -line), default=1)
        paragraph = self.lines[line]
        spans = self._as_written(line, marks)
        section, anchor = self.places[line - 1]
        fragments = _fragments(paragraph, spans, *_window(paragraph, spans))
        return title, Snippet(section, anchor, fragments)

    def _value(self, line: int, spans: Sequence[tuple[int, int]]) -> float:
        """How much of the query a line has.

        Distinct matches say more than the same one again; a longer one more than a short.
        """
        texts = {self._normal[start:end] for start, end in spans}
        return self._weights[line] * sum(len(text) ** 1.5 for text in texts)

    def _as_written(self, line: int, marks) -> list[tuple[int, int]]:
        """The spans of a line to mark, in the line as written."""
        begin = self._written[line]
        return [
            (int(self._offsets[start]) - begin, int(self._offsets[end - 1]) + 1 - begin)
            for start, end in marks.get(line, ())
        ]


def _beginnings(lines: Sequence[str]) -> list[int]:
    """Where each line begins in the text of them all."""
    return [0, *accumulate(len(line) + 1 for line in lines[:-1])]


def _spans(normal: str, needles: Sequence[str]) -> list[tuple[int, int]]:
    """Where the needles stand in significant characters: the first ones first, no two overlap."""
    found: list[tuple[int, int]] = []
    taken = bytearray(len(normal))
    for needle in needles:
        position = normal.find(needle)
        while position >= 0:
            end = position + len(needle)
            if taken.find(1, position, end) < 0:
                taken[position:end] = b"\1" * len(needle)
                found.append((position, end))
            position = normal.find(needle, end)
    return sorted(found)


def _window(text: str, marks: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The WIDTH characters with the most marks, beginning at a sentence where one is near."""
    if len(text) <= WIDTH:
        return 0, len(text)
    best, best_value = 0, -1
    for start, _ in marks:
        value = sum(end - first for first, end in marks if start <= first and end <= start + WIDTH)
        if value > best_value:
            best, best_value = start, value
    begin = max(0, best - LEAD)
    for offset in range(best - 1, max(-1, best - 1 - WIDTH // 2), -1):
        if text[offset] in _ENDS:
            begin = offset + 1
            break
    begin = min(begin, len(text) - WIDTH) if len(text) - begin < WIDTH // 2 else begin
    return begin, min(len(text), begin + WIDTH)


def _fragments(
    text: str, marks: Sequence[tuple[int, int]], start: int, end: int
) -> tuple[Fragment, ...]:
    fragments = [Fragment("…", False)] if start else []
    position = start
    for first, last in marks:
        if last <= start or first >= end:
            continue
        first, last = max(first, position), min(last, end)
        if first > position:
            fragments.append(Fragment(text[position:first], False))
        if last > first:
            fragments.append(Fragment(text[first:last], True))
            position = last
    if position < end:
        fragments.append(Fragment(text[position:end], False))
    if end < len(text):
        fragments.append(Fragment("…", False))
    return tuple(fragments)
