"""Where the title of a case ends, and what it is on one line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from cases.notices.formats.lines import join
from cases.notices.parsed import Passage
from cases.notices.parsing.boundaries import PLACE, is_body, is_side_line
from cases.notices.parsing.contents import MOST_TITLE_LINES, Contents, Entry
from cases.notices.parsing.manuscript import TITLE_LENGTH, Line
from cases.notices.parsing.punctuation import fold

_LONGEST = 90
_SHORTEST_WRAPPED = 10
_ORNAMENTS = "◆◇■□▲△●★☆▌▎※ \t\u3000"


@dataclass(frozen=True)
class Title:
    """A title, how many lines it takes, and where in the last of them the text begins.

    entry   the announced title that it is
    exact   whether both are the same, width and white space aside
    offset  None if the last line belongs to the title as a whole
    """

    text: str
    mark: str
    count: int
    lines: tuple[Passage, ...]
    offset: int | None = None
    entry: Entry | None = None
    exact: bool = True


def read_title(
    lines: Sequence[Line], number: int | None, contents: Contents, repeated: frozenset[str]
) -> Title:
    """The title at the start of a case's lines.

    repeated  lines that stand in several cases: those are headings, no parts of a title
    """
    first = lines[0]
    mark = first.text[: first.mark.length].strip() if first.mark else _ornament(first.text)
    if first.kind is not None:
        return Title("", "", 0, ())
    skip = 1 if first.mark is not None and not first.rest else 0
    if skip >= len(lines) or (skip and lines[skip].kind is not None):
        return Title("", mark, skip, tuple(line.passage() for line in lines[:skip]))
    found = contents.title_at(lines, skip)
    if found is not None:
        entry, count = found
        return _title(lines, mark, skip + count, entry.title, entry=entry)
    if skip == 0 and (offset := _title_with_text(first)) is not None:
        text = first.text[first.mark.length : offset].strip()
        passage = first.passage(0, offset)
        return Title(_tidy(text), mark, 1, (passage,), offset)
    similar = _similar(lines, skip, number, contents)
    if similar is not None:
        entry, count = similar
        text = _joined(lines[skip : skip + count])
        return _title(lines, mark, skip + count, text, entry=entry, exact=False)
    count = _wrapped(lines, skip, repeated)
    return _title(lines, mark, skip + count, _joined(lines[skip : skip + count]))


def _title(
    lines: Sequence[Line],
    mark: str,
    count: int,
    text: str,
    entry: Entry | None = None,
    exact: bool = True,
) -> Title:
    passages = tuple(line.passage() for line in lines[:count])
    return Title(_tidy(text), mark, count, passages, None, entry, exact)


def _ornament(text: str) -> str:
    """The signs that some offices set before a title instead of a number: ★."""
    return text[: len(text) - len(text.lstrip(_ORNAMENTS))].strip()


def _tidy(text: str) -> str:
    """One line; a bracket that the mark opened is closed with the mark."""
    title = " ".join(text.lstrip(_ORNAMENTS).split())
    for opening, closing in ("【】", "《》", "〔〕", "[]"):
        if title.endswith(closing) and opening not in title:
            title = title[:-1].rstrip()
        if title.startswith(opening) and title.endswith(closing) and title.count(opening) == 1:
            title = title[1:-1].strip()
    return title.rstrip("。：:")


def _joined(lines: Sequence[Line]) -> str:
    text = lines[0].rest if lines else ""
    for line in lines[1:]:
        text = join(text, line.text)
    return text


def _title_with_text(line: Line) -> int | None:
    """案例一：标题。近年来…: where the text begins, None if the line is all title."""
    if line.mark is None or (len(line.rest) <= TITLE_LENGTH and "。" not in line.rest[:-1]):
        return None
    match = re.compile("。").search(
        line.text, line.mark.length + 4, line.mark.length + TITLE_LENGTH
    )
    return match.end() if match else None


def _similar(
    lines: Sequence[Line], skip: int, number: int | None, contents: Contents
) -> tuple[Entry, int] | None:
    """The entry of the same number, if these lines are nearly its words."""
    entries = [entry for entry in contents.entries if number is not None and entry.number == number]
    best: tuple[float, Entry, int] | None = None
    for entry in entries:
        wanted = fold(entry.title)
        joined = ""
        for count in range(1, MOST_TITLE_LINES + 1):
            if skip + count > len(lines):
                break
            line = lines[skip + count - 1]
            if not line.is_short or (count > 1 and (line.kind or line.mark)):
                break
            joined += fold(line.rest if count == 1 else line.text)
            if len(joined) > 2 * len(wanted) + 10:
                break
            ratio = SequenceMatcher(None, wanted, joined, autojunk=False).ratio()
            if ratio >= 0.7 and (best is None or ratio > best[0]):
                best = (ratio, entry, count)
    return (best[1], best[2]) if best else None


def _wrapped(lines: Sequence[Line], skip: int, repeated: frozenset[str]) -> int:
    """How many lines the title takes, judged by their looks alone."""
    first = lines[skip]
    length = len(first.rest)
    count = 1
    while count < MOST_TITLE_LINES and skip + count < len(lines):
        line = lines[skip + count]
        if (
            not line.is_short
            or line.mark is not None
            or line.kind is not None
            or fold(line.text) in repeated
            or is_side_line(line.text)
            or length + len(line.text) > _LONGEST
        ):
            break
        subtitle = line.text.startswith(("——", "--", "—"))
        same_look = line.layout == first.layout and any(first.layout)
        if not subtitle and not same_look:
            if any(first.layout) and not (skip == 0 and first.mark is not None):
                break
            if skip == 0 and first.mark is not None and any(line.layout) != any(first.layout):
                break
            unfinished = length >= _SHORTEST_WRAPPED or PLACE.match(first.rest) is not None
            if not unfinished or skip + count + 1 >= len(lines):
                break
            if length >= _SHORTEST_WRAPPED and is_body(line.text):
                break
        length += len(line.text)
        count += 1
    return count
