"""The passage of a case that best answers a query, with what was searched for marked."""

import functools
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from cases.models import Case

from .normalize import significant, significant_with_offsets
from .query import ParsedQuery

WIDTH = 110
# How far to look back for the beginning of a sentence.
LEAD = 30
_ENDS = "。；！？;!?"
# What a passage of the background counts beside one of what was done.
BACKGROUND = 0.8


# A page looks through two hundred paragraphs, and the next page through many of the same.
_significant = functools.lru_cache(maxsize=4096)(significant)
_with_offsets = functools.lru_cache(maxsize=512)(significant_with_offsets)


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


def mark(text: str, query: ParsedQuery) -> tuple[Fragment, ...]:
    """`text` in fragments, the literal parts and the words of `query` marked."""
    return _fragments(text, _marks(text, query.needles), 0, len(text))


def best_snippet(case: Case, query: ParsedQuery) -> Snippet | None:
    """The passage of `case` with the most of the query in it; the 亮点 or the first 做法 without.

    None where the case has no text.
    """
    needles = query.needles
    passages = [
        (number, index, section, paragraph)
        for number, section in enumerate(case.sections.all(), 1)
        for index, paragraph in enumerate(section.paragraphs, 1)
    ]
    if not passages:
        return None
    values = _values([paragraph for *_, paragraph in passages], needles)
    weighed = [
        value * (BACKGROUND if section.kind == "background" else 1)
        for value, (_, _, section, _) in zip(values, passages, strict=True)
    ]
    number, index, section, paragraph = passages[weighed.index(max(weighed))]
    marks = _marks(paragraph, needles)
    start, end = _window(paragraph, marks)
    return Snippet(
        section=section.heading or section.get_kind_display(),
        anchor=paragraph_anchor(number, index),
        fragments=_fragments(paragraph, marks, start, end),
    )


def _values(paragraphs: Sequence[str], needles: Sequence[str]) -> list[float]:
    """How much of the needles each paragraph has.

    Distinct matches say more than the same one again; a longer one more than a short.
    """
    normal = [_significant(paragraph) for paragraph in paragraphs] if needles else []
    starts = list(accumulate((len(text) + 1 for text in normal), initial=0))
    everything = "\n".join(normal)
    found: list[set[str]] = [set() for _ in paragraphs]
    for start, end in _spans(everything, needles):
        found[bisect_right(starts, start) - 1].add(everything[start:end])
    return [sum(len(text) ** 1.5 for text in texts) for texts in found]


def _marks(text: str, needles: Sequence[str]) -> list[tuple[int, int]]:
    """Spans of `text` to mark."""
    letters, offsets = _with_offsets(text)
    return [(offsets[start], offsets[end - 1] + 1) for start, end in _spans(letters, needles)]


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
