"""Headings above several cases: 一、省级部门, 福州市, 【招标投标】. They are no cases."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from cases.notices.formats.lines import ends_sentence
from cases.notices.parsing.manuscript import Line

_UNMARKED = re.compile(
    r"[【〔［\[].{1,20}[】〕］\]]$"
    r"|.{1,18}(?:类|篇|级|层面|领域|方面|部分|省|市|区|县|州|单位|部门|系统|环境|板块|专题)(?:[（(].{1,12}[)）])?$"
)
_MOST_LINES = 3


@dataclass(frozen=True)
class Groups:
    """names: the group of the case at a place; stops: where the case's own lines end."""

    names: dict[int, str]
    stops: dict[int, int]


def find_groups(lines: Sequence[Line], starts: Sequence[int], contents: Collection[int]) -> Groups:
    """The group headings that stand right before cases.

    starts    indexes of the cases' first lines, rising
    contents  indexes of the contents lists' lines
    """
    names: dict[int, str] = {}
    stops: dict[int, int] = {}
    current = ""
    seen_style: tuple | None = None
    seen_number = 0
    for place, start in enumerate(starts):
        floor = starts[place - 1] if place else -1
        first = start
        while (
            first - 1 > floor
            and start - first < _MOST_LINES
            and first - 1 not in contents
            and _is_group(lines, first - 1, start, place > 0)
        ):
            first -= 1
        numbered = None
        if seen_style is not None:
            numbered = _next_numbered(lines, max(floor, 0), start, seen_style, seen_number)
        if numbered is not None:
            first = min(first, numbered)
        if first < start and not (place == 0 and _is_document_title(lines, first, start)):
            heading = lines[numbered] if numbered is not None else lines[start - 1]
            for line in lines[first:start]:
                if line.mark is not None and line.is_short:
                    heading = line
            current = heading.text
            if heading.mark is not None and heading.key != lines[start].key:
                seen_style, seen_number = heading.key, heading.mark.number
            if place:
                stops[place - 1] = first
        names[place] = current
    if seen_style is not None:
        appendix = _after_the_last(lines, starts[-1], seen_style, seen_number + 1)
        if appendix is not None:
            stops[len(starts) - 1] = appendix
    return Groups(names, stops)


def _after_the_last(lines: Sequence[Line], start: int, style: tuple, number: int) -> int | None:
    """第三部分 附录 under the last case: the groups' own numbers go on without a case."""
    for index in range(start + 1, len(lines)):
        line = lines[index]
        if line.key == style and line.mark is not None:
            going_on = line.mark.number == number and line.is_short and line.kind is None
            return index if going_on else None
    return None


def _is_group(lines: Sequence[Line], index: int, start: int, inside: bool) -> bool:
    line, case = lines[index], lines[start]
    if not line.is_short or line.kind is not None or line.row:
        return False
    if line.mark is not None:
        if line.mark.style in ("be", "order", "circle"):
            return False
        return line.key != case.key or line.layout != case.layout
    if line.paragraph.heading and (
        not case.paragraph.heading or line.paragraph.heading <= case.paragraph.heading
    ):
        return True
    if len(line.text) > 24:
        return False
    closed = index == 0 or ends_sentence(lines[index - 1].text) or not inside
    return closed and (
        _UNMARKED.match(line.text) is not None or line.paragraph.centred or line.paragraph.bold
    )


def _next_numbered(
    lines: Sequence[Line], floor: int, start: int, style: tuple, number: int
) -> int | None:
    """A heading that goes on with the groups' own numbers, a few lines of introduction allowed."""
    for index in range(start - 1, max(floor, start - 4) - 1, -1):
        line = lines[index]
        if line.key == style and line.mark is not None and line.mark.number == number + 1:
            if not line.is_short or line.kind is not None:
                continue
            before = (other for other in lines[floor:index] if other.key == style)
            part_of_case = any(other.mark.number == number for other in before)
            if index == start - 1 or not part_of_case:
                return index
    return None


def _is_document_title(lines: Sequence[Line], first: int, start: int) -> bool:
    """Unmarked lines before the first case are the collection's own title unless they say more."""
    return all(line.mark is None for line in lines[first:start]) and not all(
        _UNMARKED.match(line.text) for line in lines[first:start]
    )
