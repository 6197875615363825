"""Contents lists: the titles that a notice announces before its cases."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from cases.notices.parsing.manuscript import Line
from cases.notices.parsing.numbering import parse_mark
from cases.notices.parsing.punctuation import fold

MOST_TITLE_LINES = 5
_HEADER = re.compile(r"(?:目录|目次|案例目录|附件目录|附件清单|案例清单)[:：]?")
_ATTACHED = re.compile(r"附件\s*[:：]\s*")
_PAGE = re.compile(
    r"(?:[\s.．·•…_—-]{2,200}|\t|\s)[(（〔]?\s*[-—]?\s*[Pp]?\d{1,4}\s*[-—]?\s*[)）〕]?\s*$"
)
_LEADERS = re.compile(r"[\s.．·•…_—-]{2,200}$")
_FILE = re.compile(r"\.(?:docx?|wps|pdf|xlsx?|zip|rar|ofd)$", re.IGNORECASE)


@dataclass(frozen=True)
class Entry:
    """One announced title: one line, without mark and page number."""

    title: str
    number: int | None
    line: Line


@dataclass
class Contents:
    """The entries of all contents lists and the indexes of the lines that they take."""

    entries: list[Entry] = field(default_factory=list)
    indexes: set[int] = field(default_factory=set)
    by_title: dict[str, Entry] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        folded = fold(entry.title)
        if folded and folded not in self.by_title:
            self.by_title[folded] = entry
            self.entries.append(entry)

    def title_at(self, lines: Sequence[Line], index: int) -> tuple[Entry, int] | None:
        """(entry, number of lines) if the lines from `index` on spell an entry's title."""
        joined = ""
        found = None
        for count in range(1, MOST_TITLE_LINES + 1):
            if index + count > len(lines):
                break
            line = lines[index + count - 1]
            if line.row or (count > 1 and line.kind and line.mark):
                break
            joined += fold(line.rest if count == 1 else line.text)
            if joined in self.by_title:
                found = (self.by_title[joined], count)
            if len(joined) > 120:
                break
        return found


def find_contents(lines: Sequence[Line]) -> Contents:
    """The contents lists in a document; each title is expected again further down."""
    contents = Contents()
    later = _titles(lines)
    index = 0
    while index < len(lines):
        line = lines[index]
        end = index
        if _HEADER.fullmatch("".join(line.text.split())):
            end = _after_header(lines, index + 1)
            _take(contents, lines, index + 1, end)
            contents.indexes.add(index)
        elif (match := _ATTACHED.match(line.text)) and _is_list(line.text[match.end() :]):
            end = _after_attached(lines, index, match.end())
            _take(contents, lines, index, end, match.end())
        elif line.mark is not None and line.mark.number == 1 and line.is_short and not line.kind:
            end = _after_run(lines, index, later)
            _take(contents, lines, index, end)
        index = max(end, index + 1)
    return contents


def _is_list(rest: str) -> bool:
    mark = parse_mark(rest)
    return mark is not None and mark.number == 1


def clean_title(text: str) -> str:
    """An entry without leaders, page number, file extension and final stop."""
    title = text.strip()
    if re.search(r"[.．·…_—-]{2}|\s", title):
        title = _LEADERS.sub("", _PAGE.sub("", title))
    title = _FILE.sub("", title.strip().rstrip("；;。"))
    return " ".join(title.split())


def _take(contents: Contents, lines: Sequence[Line], start: int, end: int, offset: int = 0) -> None:
    """Make entries of the lines start to end; a line without mark may continue the one above."""
    marked = sum(1 for line in lines[start:end] if line.mark is not None or offset)
    pending: tuple[str, int | None, Line] | None = None
    for index in range(start, end):
        line = lines[index]
        contents.indexes.add(index)
        text = line.text[offset:] if index == start else line.text
        mark = parse_mark(text) if index == start else line.mark
        rest = text[mark.length :] if mark else text
        if mark is None and pending is not None and marked * 2 > end - start and not line.row:
            pending = (pending[0] + rest.strip(), pending[1], pending[2])
            continue
        if pending is not None:
            contents.add(Entry(clean_title(pending[0]), pending[1], pending[2]))
        pending = (rest.strip(), mark.number if mark else None, line)
    if pending is not None:
        contents.add(Entry(clean_title(pending[0]), pending[1], pending[2]))


def _after_header(lines: Sequence[Line], start: int) -> int:
    """The end of a list under 目录: where prose begins or an announced title comes again."""
    seen: list[str] = []
    known: set[str] = set()
    first_of: dict[tuple, str] = {}
    paged = 0
    end = start
    while end < len(lines):
        line = lines[end]
        title = fold(clean_title(line.rest)) if len(line.text) <= 160 else ""
        if (not title and line.mark is None) or len(title) > 90 or line.row:
            break
        if title and "。" in line.text and len(title) > 20:
            break
        if title in known and not line.kind:
            break
        if line.mark is not None and not line.kind and title:
            key = (line.key, line.mark.number)
            if line.mark.number == 1 and key in first_of and _alike(first_of[key], title):
                break
            first_of.setdefault(key, title)
        paged += _PAGE.search(line.text) is not None
        seen.append(title)
        if title:
            known.add(title)
        end += 1
    marked = sum(1 for line in lines[start:end] if line.mark is not None)
    while end > start:
        last = lines[end - 1]
        unmarked = last.mark is None and marked * 2 > end - start
        unpaged = paged * 2 > end - start and _PAGE.search(last.text) is None
        if (
            (last.mark is not None and not last.rest)
            or unpaged
            or (unmarked and not paged and (end < len(lines)))
        ):
            end -= 1
        else:
            break
    return end


def _alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other, autojunk=False).ratio() > 0.7


def _after_attached(lines: Sequence[Line], index: int, offset: int) -> int:
    """The end of a list that starts with 附件：1.…: as long as the numbers run on."""
    first = parse_mark(lines[index].text[offset:])
    expected = (first.number if first else 1) + 1
    end = index + 1
    while end < len(lines):
        line = lines[end]
        following = lines[end + 1] if end + 1 < len(lines) else None
        if len(line.text) > 120 or "。" in line.text[:-1]:
            break
        if line.mark is not None and line.mark.number == expected and line.rest:
            expected += 1
        elif not (
            line.mark is None
            and line.is_short
            and following is not None
            and following.mark is not None
            and following.mark.number == expected
            and following.mark.style == (first.style if first else "num")
        ):
            break
        end += 1
    return end


def _titles(lines: Sequence[Line]) -> dict[str, list[int]]:
    """Where each possible title stands: short lines alone and joined with those that follow."""
    places: dict[str, list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        if not line.is_short or line.kind:
            continue
        joined = ""
        for count in range(MOST_TITLE_LINES):
            if index + count >= len(lines):
                break
            part = lines[index + count]
            if not part.is_short or (count and (part.mark is not None or part.kind)):
                break
            joined += fold(part.rest)
            if len(joined) > 100:
                break
            places[joined].append(index)
    return places


def _after_run(lines: Sequence[Line], start: int, places: dict[str, list[int]]) -> int:
    """The end of a run 1., 2., 3. … of titles most of which stand again further down."""
    style = lines[start].key
    expected = 2
    end = start + 1
    last_marked = end
    titles = [lines[start].rest]
    while end < len(lines) and end - last_marked < 2:
        line = lines[end]
        if not line.is_short or line.kind:
            break
        if line.key == style and line.mark is not None and line.mark.number == expected:
            titles.append(line.rest)
            expected += 1
            last_marked = end + 1
        elif line.mark is not None:
            break
        elif titles:
            titles[-1] += line.rest
        end += 1
    if last_marked < end:
        titles[-1] = lines[last_marked - 1].rest
        end = last_marked
    if len(titles) < 2:
        return start
    again = 0
    for title in titles:
        found = places.get(fold(clean_title(title)))
        again += found is not None and found[-1] >= end
    return end if again * 2 >= len(titles) else start
