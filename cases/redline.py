"""Two texts side by side, with what differs marked: paragraph beside paragraph, then characters.

The marks are diff-match-patch's, over Chinese characters; a run of digits or Latin letters is one
sign, because 30 -> 20 is another number, not another digit.
"""

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TypeVar

from diff_match_patch import diff_match_patch

# Seconds for the marks of one pair of paragraphs; after that they become coarser, not wrong.
PATIENCE = 0.3
# Paragraphs less alike than this stand as one taken out and one put in.
ALIKE = 0.25
_SIGN = re.compile(r"\d+(?:[.,]\d+)*[%％‰]?|[A-Za-z]+|.", re.DOTALL)
Item = TypeVar("Item")
_PRIVATE = 0xF0000  # where signs of several characters stand while texts are compared


@dataclass(frozen=True)
class Span:
    text: str
    marked: bool = False


@dataclass(frozen=True)
class Row:
    """A paragraph before and after; None where it stands on one side only."""

    old: tuple[Span, ...] | None
    new: tuple[Span, ...] | None

    @property
    def same(self) -> bool:
        return self.old is not None and self.old == self.new


def likeness(one: str, other: str) -> float:
    """How much of the two texts is the same, 0 to 1, by pairs of neighbouring characters."""
    if one == other:
        return 1.0
    pairs = [set(itertools.pairwise(text)) for text in (one, other)]
    total = len(pairs[0]) + len(pairs[1])
    return 2 * len(pairs[0] & pairs[1]) / total if total else 0.0


def rows(old: str, new: str) -> list[Row]:
    """The paragraphs of both texts (one a line) in order, the same or alike ones in one row."""
    before, after = (_paragraphs(text) for text in (old, new))
    found = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, first, last in matcher.get_opcodes():
        if tag == "equal":
            found += [Row((Span(text),), (Span(text),)) for text in before[start:end]]
        else:
            for one, other in aligned(before[start:end], after[first:last], likeness, ALIKE):
                found.append(_row(one, other))
    return found


def spans(old: str, new: str) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Both texts, with the characters marked that the other one does not have."""
    coded_old, coded_new, signs = _coded(old, new)
    machine = diff_match_patch()
    machine.Diff_Timeout = PATIENCE
    steps = machine.diff_main(coded_old, coded_new, False)
    machine.diff_cleanupSemantic(steps)
    left, right = [], []
    for step, coded in steps:
        text = "".join(signs.get(sign, sign) for sign in coded)
        if step <= 0:
            left.append(Span(text, step < 0))
        if step >= 0:
            right.append(Span(text, step > 0))
    return tuple(left), tuple(right)


def whole(old: str, new: str) -> list[Row]:
    """One row, in which the one value stands for the other as a whole."""
    if old == new:
        return [Row((Span(old),), (Span(new),))]
    return [Row((Span(old, True),) if old else None, (Span(new, True),) if new else None)]


def items(old: str, new: str) -> list[Row]:
    """One row of lists joined by “、”, with the items marked that the other list does not have."""
    before, after = ([one for one in text.split("、") if one] for text in (old, new))
    return [Row(_listed(before, after), _listed(after, before))]


def aligned(
    old: Sequence[Item],
    new: Sequence[Item],
    alike: Callable[[Item, Item], float],
    least: float,
) -> list[tuple[Item | None, Item | None]]:
    """Both sequences in their order, in pairs that are the most alike on the whole."""
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    scores = [[alike(one, other) for other in new] for one in old]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            pair = scores[i][j] + best[i + 1][j + 1] if scores[i][j] >= least else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], pair)
    pairs: list[tuple[Item | None, Item | None]] = []
    i = j = 0
    while i < len(old) and j < len(new):
        if scores[i][j] >= least and best[i][j] == scores[i][j] + best[i + 1][j + 1]:
            pairs.append((old[i], new[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            pairs.append((old[i], None))
            i += 1
        else:
            pairs.append((None, new[j]))
            j += 1
    pairs += [(one, None) for one in old[i:]]
    return pairs + [(None, other) for other in new[j:]]


def _paragraphs(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


def _row(old, new):
    if old is None:
        return Row(None, (Span(new, True),))
    if new is None:
        return Row((Span(old, True),), None)
    return Row(*spans(old, new))


def _listed(items, others):
    parts = []
    for number, item in enumerate(items):
        if number:
            parts.append(Span("、"))
        parts.append(Span(item, item not in others))
    return tuple(parts) or None


def _coded(*texts):
    """The texts with one character for each sign, and what the invented characters stand for."""
    codes: dict[str, str] = {}

    def code(match):
        sign = match[0]
        return sign if len(sign) == 1 else codes.setdefault(sign, chr(_PRIVATE + len(codes)))

    coded = [_SIGN.sub(code, text) for text in texts]
    return (*coded, {character: sign for sign, character in codes.items()})
