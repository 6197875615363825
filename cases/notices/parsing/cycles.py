"""Cycles of section headings: 背景 … 做法 … 成效, once through for every case."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from cases.notices.parsing.contents import MOST_TITLE_LINES
from cases.notices.parsing.kinds import RANK
from cases.notices.parsing.manuscript import Line
from cases.notices.parsing.punctuation import fold


@dataclass(frozen=True)
class Cycle:
    """Headings of one case: index of its first and last line, and the level that they share."""

    start: int
    end: int
    key: tuple
    kinds: int


def find_cycles(lines: Sequence[Line], excluded: Collection[int]) -> list[Cycle]:
    """The cycles in reading order. Lower headings that happen to repeat the words are left out."""
    hits: dict[tuple, list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        if line.kind is not None and index not in excluded:
            hits[line.key].append(index)
    if not hits:
        return []
    found = {key: _of_one_key(lines, indexes, key) for key, indexes in hits.items()}
    # The level with most different kinds is the main one; lower levels only fill its gaps.
    order = sorted(
        found,
        key=lambda key: (-sum(cycle.kinds - 1 for cycle in found[key]), hits[key][0]),
    )
    covered = bytearray(len(lines))
    kept: list[Cycle] = []
    for place, key in enumerate(order):
        for cycle in found[key]:
            if cycle.kinds < 2 and (place > 0 or not _opens(lines[cycle.start])):
                continue
            if any(covered[cycle.start : cycle.end + 1]):
                continue
            covered[cycle.start : cycle.end + 1] = b"\x01" * (cycle.end - cycle.start + 1)
            kept.append(cycle)
    return sorted(kept, key=lambda cycle: cycle.start)


def second_turns(lines: Sequence[Line], key: tuple) -> list[tuple[int, int]]:
    """(first line, heading) of each further turn that the headings of one case take.

    key  the level of its sections

    A turn begins as the first one did, and is of several kinds or in the same words: 一、经济效益
    below the outcomes is none. Its first line is that of the title before the heading, if any.
    """
    first, *others = [cycle for cycle in find_cycles(lines, ()) if cycle.key == key] or [None]
    found = []
    for cycle in others:
        heads = [lines[each.start] for each in (first, cycle)]
        words = [fold(line.text[: line.heading_length]) for line in heads]
        if heads[0].kind == heads[1].kind and (cycle.kinds > 1 or words[0] == words[1]):
            found.append((_title_before(lines, cycle.start), cycle.start))
    return found


def _title_before(lines: Sequence[Line], heading: int) -> int:
    start = heading
    while start and heading - start < MOST_TITLE_LINES:
        line = lines[start - 1]
        if not line.is_short or line.kind is not None:
            break
        start -= 1
        if line.mark is not None:
            break
    return start


def _opens(line: Line) -> bool:
    return (line.mark is not None and line.mark.number == 1) or (
        line.mark is None and line.heading_length == len(line.text)
    )


def _of_one_key(lines: Sequence[Line], indexes: list[int], key: tuple) -> list[Cycle]:
    cycles: list[Cycle] = []
    current: list[int] = []
    seen: Counter[str] = Counter()
    for index in indexes:
        line = lines[index]
        if current:
            last = lines[current[-1]]
            if line.mark is not None and last.mark is not None:
                again = line.mark.number <= last.mark.number
            else:
                heading = line.text[: line.heading_length]
                again = seen[heading] > 0 or RANK[line.kind] < RANK[last.kind]
            if again:
                cycles.append(_cycle(lines, current, key))
                current, seen = [], Counter()
        current.append(index)
        seen[line.text[: line.heading_length]] += 1
    if current:
        cycles.append(_cycle(lines, current, key))
    return cycles


def _cycle(lines: Sequence[Line], indexes: list[int], key: tuple) -> Cycle:
    return Cycle(indexes[0], indexes[-1], key, len({lines[index].kind for index in indexes}))
