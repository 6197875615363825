"""The lines of one case -> its top-level parts."""

import re
from collections.abc import Sequence

from cases.notices.formats.lines import ends_sentence
from cases.notices.parsed import ParsedSection, Passage
from cases.notices.parsing.kinds import BACKGROUND, LEAD, OTHER, PRACTICES, is_other_heading
from cases.notices.parsing.manuscript import Line

_LEVELS = frozenset(
    ("chapter", "cn", "cn_paren", "num", "num_paren", "num_bracket", "dotted", "auto")
)
_STOP = re.compile("[。：]")
_LONGEST_INLINE = 45
_LATE_PROBLEM = re.compile("问题|难点|堵点|需求")


def heading_length(line: Line) -> int | None:
    """How much of a line is a heading at the level of sections, None if it is none."""
    if line.row or line.paragraph.note:
        return None
    if line.kind is not None:
        return line.heading_length
    if line.is_short or (
        line.rest and len(line.rest) <= 40 and not re.search("[。；！？]", line.rest[:-1])
    ):
        return len(line.text)
    start = line.mark.length if line.mark else 0
    match = _STOP.search(line.text, start + 2, start + _LONGEST_INLINE)
    if match is None or line.mark is None:
        return None
    return match.end()


def split_sections(lines: Sequence[Line]) -> tuple[ParsedSection, ...]:
    """The parts of a case, in order; text before the first heading is the lead."""
    headings = _headings(lines)
    sections: list[ParsedSection] = []
    first = headings[0][0] if headings else len(lines)
    if first:
        kind = LEAD if headings else OTHER
        sections.append(ParsedSection("", kind, tuple(line.passage() for line in lines[:first])))
    practices_seen = False
    for place, (index, length) in enumerate(headings):
        end = headings[place + 1][0] if place + 1 < len(headings) else len(lines)
        line = lines[index]
        heading = line.passage(0, length)
        kind = line.kind or OTHER
        if kind == BACKGROUND and practices_seen and _LATE_PROBLEM.search(heading.text):
            # Problems named after the practices are what remains to be done.
            kind = OTHER
        practices_seen = practices_seen or kind == PRACTICES
        paragraphs: list[Passage] = []
        if length < len(line.text):
            paragraphs.append(line.passage(length))
        paragraphs.extend(each.passage() for each in lines[index + 1 : end])
        sections.append(ParsedSection(heading.text, kind, tuple(paragraphs), heading))
    return tuple(sections)


def _headings(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """(index, length) of the section headings: one level, the outermost that the case uses."""
    known = [index for index, line in enumerate(lines) if line.kind is not None]
    chosen = _known_level(lines, known)
    outer = _outermost(lines)
    if chosen is None:
        return outer[1] if outer else _by_layout(lines, known)
    first = next(index for index in known if lines[index].key == chosen)
    if outer is not None and outer[0] != chosen and outer[1][0][0] < first <= outer[1][-1][0]:
        return outer[1]
    if chosen[0] in ("plain", "bracket"):
        return _unmarked(lines, chosen)
    return _run(lines, chosen)


def _known_level(lines: Sequence[Line], known: list[int]) -> tuple | None:
    """The level whose headings name most kinds, the first one if several do."""
    best = None
    for place, index in enumerate(known):
        key = lines[index].key
        if best is not None and key == best[1]:
            continue
        kinds = len({lines[other].kind for other in known if lines[other].key == key})
        rank = (kinds, -place)
        if best is None or rank > best[0]:
            best = (rank, key)
    if best is None:
        return None
    if best[0][0] == 1 and best[1][0] == "plain":
        # 主要做法： once inside running text is no part of its own, alone on a line it is.
        alone = any(
            lines[index].key == best[1] and lines[index].heading_length == len(lines[index].text)
            for index in known
        )
        return best[1] if alone else None
    return best[1]


def _outermost(lines: Sequence[Line]) -> tuple[tuple, list[tuple[int, int]]] | None:
    """The level of the first heading that is numbered 1, if it has more than one heading."""
    tried = set()
    for line in lines:
        if line.mark is None or line.mark.number != 1 or line.mark.style not in _LEVELS:
            continue
        if line.key in tried or heading_length(line) is None:
            continue
        tried.add(line.key)
        run = _run(lines, line.key)
        if len(run) >= 2:
            return line.key, run
    return None


def _run(lines: Sequence[Line], key: tuple) -> list[tuple[int, int]]:
    """Headings of one style whose numbers rise; a known heading wins over an item."""
    marked = [
        (index, lines[index].mark.number, lines[index].kind is not None, length)
        for index in range(len(lines))
        if lines[index].mark is not None
        and lines[index].key == key
        and (length := heading_length(lines[index])) is not None
    ]
    known_after: dict[int, int] = {}
    for index, number, known, _ in marked:
        if known:
            known_after[number] = index
    looks = {_look(lines[index]) for index, _, known, _ in marked if known}
    run: list[tuple[int, int]] = []
    last = 0
    for index, number, known, length in marked:
        if len(looks) == 1 and len(known_after) > 1 and not known:
            # 1. typed inside a part is not 1. that the word processor counts, or a bold one.
            (look,) = looks
            if any(
                fact and fact != own for fact, own in zip(look, _look(lines[index]), strict=True)
            ):
                continue
        expected = number == last + 1
        if (known and number > last) or (expected and not known_after.get(number, -1) > index):
            run.append((index, length))
            last = number
    return run


def _look(line: Line) -> tuple[bool, int, bool]:
    return (bool(line.paragraph.number), line.paragraph.heading, line.paragraph.bold)


def _unmarked(lines: Sequence[Line], key: tuple) -> list[tuple[int, int]]:
    """Known headings without marks, and other headings of the same look between them."""
    known = [line for line in lines if line.kind is not None and line.key == key]
    looks = {line.layout for line in known if line.layout[0] or line.layout[2]}
    found = []
    for index, line in enumerate(lines):
        if line.key != key or line.row or line.paragraph.note:
            continue
        if line.kind is not None:
            found.append((index, line.heading_length))
        elif key[0] == "bracket":
            match = re.match(r"[【〔［\[][^【】]{2,14}[】〕］\]]\s*[:：]?\s*", line.text)
            if match is not None:
                found.append((index, match.end()))
        elif line.is_short and (line.layout in looks or is_other_heading(line.text.rstrip("：:"))):
            found.append((index, len(line.text)))
    return found


def _by_layout(lines: Sequence[Line], known: list[int]) -> list[tuple[int, int]]:
    """Headings that only their outline level tells, or that are framed: 【…】."""
    levels = [line.paragraph.heading for line in lines if line.paragraph.heading and line.is_short]
    if levels:
        top = min(levels)
        return [
            (index, len(line.text))
            for index, line in enumerate(lines)
            if line.paragraph.heading == top and line.is_short
        ]
    bold = [
        (index, len(line.text))
        for index, line in enumerate(lines)
        if line.paragraph.bold
        and line.is_short
        and len(line.text) <= 40
        and not ends_sentence(line.text)
    ]
    if len(bold) >= 2 and not known:
        return bold
    return []
