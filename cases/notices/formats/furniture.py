"""Page numbers, running headers and footers that a conversion left among the paragraphs."""

import re
from collections import defaultdict
from collections.abc import Sequence

from cases.notices.formats.lines import continues, ends_sentence, fixed_width, width
from cases.notices.parsing.kinds import known_heading
from cases.notices.parsing.numbering import parse_mark
from cases.notices.parsing.punctuation import fold

PAGE_NUMBER = "页码"
RUNNING_LINE = "页眉或页脚"

_DRESSED = re.compile(
    r"[-—–―－·•\s]{1,6}\d{1,4}[-—–―－·•\s]{1,6}"
    r"|[-—–―－·•\s]{0,6}第\s*[\d一二三四五六七八九十百]{1,4}\s*页\s*(?:[/／,，]?\s*[(（]?共\s*[\d一二三四五六七八九十百]{1,4}\s*页[)）]?)?[-—–―－·•\s]{0,6}"
    r"|\d{1,4}\s*[/／]\s*\d{1,4}"
    r"|page\s+\d{1,4}(?:\s+of\s+\d{1,4})?",
    re.IGNORECASE,
)
_DASHED = re.compile(r"\s*[-—–―－·•].*[-—–―－·•]\s*")
_BARE = re.compile(r"\d{1,4}")
_WITH_PAGE = re.compile(
    r"\S.{0,44}?(?:第\s*\d{1,4}\s*页(?:\s*共\s*\d{1,4}\s*页)?|[-—–]\s*\d{1,4}\s*[-—–])"
)
_LONGEST = 48
# A running header is a name; what has the punctuation of sentences is text.
_PROSE = re.compile("[。，；！？]|[：:][”’）)]?$")


def page_furniture(
    lines: Sequence[str], page_starts: frozenset[int] = frozenset()
) -> dict[int, str]:
    """Which of `lines` are page furniture: {index: reason}. Blank lines are allowed.

    page_starts  indexes of the first line after a form feed, where the source has them
    """
    filled = [index for index, line in enumerate(lines) if line.strip()]
    short = [index for index in filled if len(lines[index].strip()) <= _LONGEST]
    found: dict[int, str] = {}
    bare: list[tuple[int, int]] = []
    with_page: dict[str, list[int]] = defaultdict(list)
    for index in short:
        line = lines[index].strip()
        if _BARE.fullmatch(line):
            bare.append((index, int(line)))
        elif _DRESSED.fullmatch(line) and (not line[0].isdigit() or "/" in line or "／" in line):
            found[index] = PAGE_NUMBER
        elif _WITH_PAGE.fullmatch(line):
            with_page[re.sub(r"\d+", "#", fold(line))].append(index)
    for index in _consecutive(bare, lines, filled):
        found[index] = PAGE_NUMBER
    for same in with_page.values():
        if len(same) >= 2:
            found.update(dict.fromkeys(same, RUNNING_LINE))
    found.update(_running_lines(lines, filled, short, found, page_starts))
    # Furniture stands around a text; lines with nothing between them are the text.
    return found if len(found) < len(filled) else {}


def _consecutive(bare: list[tuple[int, int]], lines: Sequence[str], filled: list[int]) -> list[int]:
    """Numbers alone on a line that count the pages: 1, 2, 3 in order, or one inside a sentence."""
    places = {index: place for place, index in enumerate(filled)}
    runs: list[list[int]] = []
    last = None
    for index, number in bare:
        if last is not None and number == last + 1:
            runs[-1].append(index)
        else:
            runs.append([index])
        last = number
    pages = []
    for run in runs:
        broken = 0
        titled = 0
        for index in run:
            place = places[index]
            before = lines[filled[place - 1]] if place else ""
            after = lines[filled[place + 1]] if place + 1 < len(filled) else ""
            broken += continues(before, after)
            titled += (
                0 < len(after.strip()) <= 40
                and not ends_sentence(after)
                and (parse_mark(after.strip()) is None)
            )
        if broken or (len(run) >= 2 and titled <= len(run) // 2):
            pages.extend(run)
    return pages


def _running_lines(
    lines: Sequence[str],
    filled: list[int],
    short: list[int],
    found: dict[int, str],
    page_starts: frozenset[int],
) -> dict[int, str]:
    """Lines that stand at the edge of a page again and again, or that cut sentences in two."""
    places = {index: place for place, index in enumerate(filled)}
    limit = fixed_width([lines[index] for index in filled])
    same: dict[str, list[int]] = defaultdict(list)
    for index in short:
        line = lines[index].strip()
        if index in found or len(line) < 3 or _PROSE.search(line):
            continue
        # A line that was cut at the edge goes on: it is text.
        if limit and width(line) >= limit - 5:
            continue
        if parse_mark(line) is None and known_heading(line) is None:
            same[fold(line)].append(index)
    running: dict[int, str] = {}
    for group in same.values():
        if len(group) < 2:
            continue
        at_edge = cutting = 0
        for index in group:
            place = places[index]
            around = [
                filled[near]
                for near in (place - 2, place - 1, place + 1, place + 2)
                if 0 <= near < len(filled)
            ]
            at_edge += (
                index in page_starts
                or any(found.get(near) == PAGE_NUMBER for near in around)
                or any(near in page_starts for near in around if near > index)
            )
            before = place - 1
            while before >= 0 and filled[before] in found:
                before -= 1
            after = place + 1
            while after < len(filled) and filled[after] in found:
                after += 1
            if before >= 0 and after < len(filled):
                cutting += continues(lines[filled[before]], lines[filled[after]])
        if at_edge == len(group) or (len(group) >= 3 and at_edge >= 2) or cutting >= 2:
            running.update(dict.fromkeys(group, RUNNING_LINE))
    return running
