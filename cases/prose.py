"""A case's text as official prose is set: headings, run-in leads, points and addresses. Pure.

Nothing is added, dropped or moved: the pieces of a paragraph, joined, are the paragraph.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .notices.parsing.punctuation import fold

# Chinese numerals in brackets head a part of a section; 1. and （1） head a part of that.
_SECOND_LEVEL = re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]")
_THIRD_LEVEL = re.compile(r"[（(]\d{1,2}[）)]|\d{1,2}[.．、](?!\d)")
_SENTENCE_ENDS = "。！？；!?;"
# A sentence begins with 一是, 二是 …: one point of a list that runs inside the paragraph.
_POINT = re.compile(rf"(?:^|(?<=[{_SENTENCE_ENDS}]))(?=[一二三四五六七八九十]{{1,2}}是)")
_POINT_MARK = re.compile(r"[一二三四五六七八九十]{1,2}是")
LONGEST_HEADING = 60
LONGEST_LEAD = 40
LONGEST_MENU_ENTRY = 24


@dataclass(frozen=True)
class Point:
    """A stretch of a paragraph. mark: 一是 or nothing; lead: its first sentence, where short."""

    mark: str
    lead: str
    text: str


@dataclass(frozen=True)
class Paragraph:
    """anchor: its address on the page. level: 3 or 4 for a heading, 0 for running text.

    lead: the heading that opens a running paragraph. position: its number among the paragraphs
    of the original, None where the text was edited since or has no original.
    """

    anchor: str
    level: int
    lead: str
    points: tuple[Point, ...]
    position: int | None = None

    @property
    def text(self) -> str:
        return self.lead + "".join(p.mark + p.lead + p.text for p in self.points)


@dataclass(frozen=True)
class MenuEntry:
    anchor: str
    text: str


@dataclass(frozen=True)
class Part:
    """A section. menu: its second-level headings."""

    anchor: str
    heading: str
    name: str
    paragraphs: tuple[Paragraph, ...]
    menu: tuple[MenuEntry, ...]


def set_sections(sections: Iterable) -> tuple[Part, ...]:
    """The sections (cases.models.Section) in order, those without text left out.

    Addresses count sections and paragraphs from 1, as search results do when they link here.
    """
    parts = []
    for number, section in enumerate(sections, 1):
        positions = _Positions(section.source)
        paragraphs = tuple(
            set_paragraph(text, f"s{number}-p{index}", positions.take(text))
            for index, text in enumerate(section.paragraphs, 1)
        )
        if paragraphs or section.heading:
            parts.append(
                Part(
                    anchor=f"s{number}",
                    heading=section.heading,
                    name=section.heading or section.get_kind_display(),
                    paragraphs=paragraphs,
                    menu=_menu(paragraphs),
                )
            )
    return tuple(parts)


def set_paragraph(text: str, anchor: str, position: int | None = None) -> Paragraph:
    level = 3 if _SECOND_LEVEL.match(text) else 4 if _THIRD_LEVEL.match(text) else 0
    if level and len(text) <= LONGEST_HEADING and not any(end in text[:-1] for end in "。！？"):
        return Paragraph(anchor, level, text, (), position)
    lead = _first_sentence(text, LONGEST_HEADING) if level else ""
    points = tuple(_point(piece) for piece in _POINT.split(text[len(lead) :]) if piece)
    return Paragraph(anchor, 0, lead, points, position)


def proven(outcomes, parts):
    """[(outcome, anchor of its paragraph), …]: confirmed ones whose sentence is in the text."""
    found = []
    for outcome in outcomes:
        # A sentence may go on in the next paragraph; it begins in one.
        opening = outcome.sentence.partition("\n")[0]
        paragraphs = (paragraph for part in parts for paragraph in part.paragraphs)
        anchor = next((p.anchor for p in paragraphs if opening in p.text), None)
        if outcome.confirmed and anchor:
            found.append((outcome, anchor))
    return found


def _point(text: str) -> Point:
    found = _POINT_MARK.match(text)
    if not found:
        return Point("", "", text)
    mark, rest = found.group(), text[found.end() :]
    lead = _first_sentence(rest, LONGEST_LEAD)
    return Point(mark, lead if len(lead) < len(rest) else "", rest[len(lead) :] or rest)


def _first_sentence(text: str, longest: int) -> str:
    """The first sentence with its full stop; empty where it is longer than `longest`."""
    end = text.find("。") + 1
    return text[:end] if 0 < end <= longest else ""


def _menu(paragraphs: Iterable[Paragraph]) -> tuple[MenuEntry, ...]:
    return tuple(
        MenuEntry(paragraph.anchor, _menu_text(paragraph.lead))
        for paragraph in paragraphs
        if _SECOND_LEVEL.match(paragraph.lead)
    )


def _menu_text(heading: str) -> str:
    text = heading.rstrip(_SENTENCE_ENDS)
    if len(text) > LONGEST_MENU_ENTRY:
        text = re.split(r"[：:]", text, maxsplit=1)[0]
    return text


class _Positions:
    """Where the paragraphs stood in the original, found by their text, punctuation aside."""

    def __init__(self, source: Iterable[dict]):
        self._left: dict[str, list[int]] = {}
        for entry in source or ():
            self._left.setdefault(fold(entry["text"]), []).append(entry["position"])

    def take(self, text: str) -> int | None:
        # The same sentence may stand twice: each stands for itself, in order.
        found = self._left.get(fold(text))
        return found.pop(0) if found else None
