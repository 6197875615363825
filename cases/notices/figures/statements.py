"""A sentence with its quantities, and what is stated with them. Pure.

Everything that looks around a quantity looks a bounded number of characters far.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from .metrics import name_of
from .quantities import Quantity

BEFORE_AFTER, PERCENTAGE, TOTAL = "before_after", "percentage", "total"
WINDOW = 120
LESS = "缩短|压缩|压减|压降|缩减|减少|减免|降低|下降|下调|回落|精简|简化|节约|节省"
MORE = "提高|提升|提速|增长|增加|上升|上涨|攀升|跃升|扩大|加快"

_MARKS = re.compile(r"[，；：。！？\n]|[,;](?!\d)")
_CHANGED = re.compile(f"{LESS}|{MORE}")
# What is meant to be reached, or asked for, has not been reached.
_PLANNED = re.compile(r"力争|争取|计划|拟于|目标是|目标为|到20\d\d年(?!以来)|不得|应当")
# Figures of the whole economy are no result of one reform.
_ECONOMY = re.compile(
    "(?:GDP|生产总值|公共预算收入|财政收入|工业增加值|消费品零售总额|固定资产投资|进出口(?:总额|总值)?"
    "|人均可支配收入|城镇化率|CPI)(?:同比)?$"
)


@dataclass(frozen=True)
class Statement:
    """One measure with its quantities.

    stated, sign  a change in per cent and its direction (-1 less, 1 more), or a level (0)
    """

    kind: str
    metric: str
    start: int
    end: int
    before: Quantity | None = None
    after: Quantity | None = None
    stated: Quantity | None = None
    sign: int = 0


class Sentence:
    """The part of a plain text from `start` to `end`, with the quantities in it.

    A quantity belongs to one statement: what one form claims, the next ones leave alone.
    """

    def __init__(self, text: str, start: int, end: int, quantities: list[Quantity]):
        self.text, self.start, self.end = text, start, end
        self.quantities = quantities
        self._starts = [quantity.start for quantity in quantities]
        self._claimed: set[int] = set()

    def claim(self, *quantities: Quantity | None) -> None:
        self._claimed.update(q.start for q in quantities if q is not None)

    def is_free(self, quantity: Quantity) -> bool:
        return quantity.start not in self._claimed

    def free(self) -> Iterator[Quantity]:
        return (quantity for quantity in self.quantities if self.is_free(quantity))

    def within(self, start: int, end: int) -> list[Quantity]:
        """The quantities that stand between two offsets, at most a dozen."""
        first = bisect_left(self._starts, start)
        return [q for q in self.quantities[first : first + 12] if q.end <= end]

    def last_before(self, position: int) -> Quantity | None:
        place = bisect_left(self._starts, position)
        return self.quantities[place - 1] if place else None

    def clause_start(self, position: int) -> int:
        """Where the clause of `position` starts, as far as the window reaches."""
        left = max(self.start, position - WINDOW)
        marks = list(_MARKS.finditer(self.text, left, position))
        return marks[-1].end() if marks else left

    def clause_end(self, position: int) -> int:
        right = min(self.end, position + WINDOW)
        mark = _MARKS.search(self.text, position, right)
        return mark.start() if mark else right

    def is_planned(self, position: int) -> bool:
        left = max(self.start, self.clause_start(position) - 20)
        return _PLANNED.search(self.text, left, position) is not None

    def name(self, start: int, end: int) -> str:
        """The measure that the words between two offsets name; 产值30亿元 is 产值."""
        quantities = self.within(start, end)
        if quantities and not name_of(self.text[quantities[-1].end : end]):
            end = quantities[-1].start
        return name_of(self.text[start:end])

    def name_before(self, position: int) -> str:
        """What the nearest of the three clauses before the one at `position` speaks of."""
        for _ in range(3):
            position -= 1
            start = self.clause_start(position)
            if start >= position or position <= self.start:
                return ""
            words = self.text[start:position]
            changed = _CHANGED.search(words)
            name = self.name(start, start + changed.start() if changed else position)
            if name:
                return name
            position = start
        return ""


def is_economy(metric: str) -> bool:
    """Whether it is a figure of the whole economy."""
    return _ECONOMY.search(metric) is not None
