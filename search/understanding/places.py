"""Places that a query names. Pure: made from the region tree and the regions that have cases."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class RegionName:
    code: str
    name: str
    short_name: str
    ancestors: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """typed: the name in the query; codes: the regions it may be; has_cases: one of them has."""

    typed: str
    name: str
    codes: tuple[str, ...]
    has_cases: bool


class Gazetteer:
    """`regions` with the codes `in_use` of those that have cases, themselves or below them."""

    def __init__(self, regions: Iterable[RegionName], in_use: Iterable[str]):
        self._in_use = frozenset(in_use)
        self._full: dict[str, list[RegionName]] = defaultdict(list)
        self._short: dict[str, list[RegionName]] = defaultdict(list)
        for region in regions:
            self._full[region.name].append(region)
            if region.short_name != region.name:
                self._short[region.short_name].append(region)

    def find(self, word: str, *, alone: bool) -> Place | None:
        """The place that `word` names. `alone`: it stands between separators.

        A short name without cases counts only alone: many (合作, 和平, 兴业) are ordinary words.
        """
        regions = self._full.get(word)
        if regions is None:
            regions = self._short.get(word, [])
            if not alone:
                regions = [region for region in regions if region.code in self._in_use]
        if not regions:
            return None
        used = [region for region in regions if region.code in self._in_use]
        chosen = used or regions
        return Place(word, chosen[0].name, tuple(r.code for r in chosen), bool(used))

    def outermost(self, place: Place, others: Iterable[Place]) -> bool:
        """Whether one of `others` lies within `place` (福州 beside 晋安)."""
        return any(
            code in region.ancestors
            for other in others
            if other is not place
            for region in (*self._full.get(other.name, ()), *self._short.get(other.typed, ()))
            if region.code in other.codes
            for code in place.codes
        )
