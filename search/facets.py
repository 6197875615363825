"""Facets: for each value, how many hits ticking it would bring."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from .index.facets import Facet
from .index.snapshot import Snapshot

# In the order in which readers see them.
FACETS = (
    "city",
    "district",
    "level",
    "theme",
    "approach",
    "body",
    "notice",
    "year",
    "maturity",
)

Filters = Mapping[str, tuple[str, ...]]


class FacetCount(NamedTuple):
    value: str
    count: int
    selected: bool


class FacetCounts(Sequence[FacetCount]):
    """The values of a facet with their counts, most frequent first; those that were selected are
    there even where they count 0.

    A country has 3,000 districts and a page shows fifty: a FacetCount is made when it is asked for.
    """

    def __init__(self, facet: Facet, counts: np.ndarray, selected: tuple[str, ...]):
        found = np.flatnonzero(counts)
        order = np.lexsort((facet.alphabetical[found], -counts[found]))
        self._numbers = found[order]
        self._values = facet.values
        self._counts = counts
        self._wanted = selected
        held = {facet.values[number] for number in found.tolist()} if selected else ()
        self._empty = sorted(value for value in selected if value not in held)

    def __len__(self) -> int:
        return len(self._numbers) + len(self._empty)

    def __getitem__(self, place):
        if isinstance(place, slice):
            return tuple(self[number] for number in range(*place.indices(len(self))))
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        place %= len(self)
        if place >= len(self._numbers):
            return FacetCount(self._empty[place - len(self._numbers)], 0, True)
        number = self._numbers[place]
        value = self._values[number]
        return FacetCount(value, int(self._counts[number]), value in self._wanted)

    def __iter__(self) -> Iterator[FacetCount]:
        counts = self._counts[self._numbers].tolist()
        for number, count in zip(self._numbers.tolist(), counts, strict=True):
            value = self._values[number]
            yield FacetCount(value, count, value in self._wanted)
        yield from (FacetCount(value, 0, True) for value in self._empty)

    def as_dict(self) -> dict[str, int]:
        """value -> count."""
        return {value: count for value, count, _ in self}


def passing(snapshot: Snapshot, documents: np.ndarray, filters: Filters) -> np.ndarray:
    """Which of `documents` pass all filters (bool).

    Several values of one facet mean or; several facets mean and.
    """
    return _all(_by_facet(snapshot, documents, filters).values(), len(documents))


def count(snapshot: Snapshot, documents: np.ndarray, filters: Filters) -> dict[str, FacetCounts]:
    """The values of every facet with their counts among `documents`.

    Each facet is counted with its own selection lifted and all others applied, so that a count
    is what ticking the value gives.
    """
    by_facet = _by_facet(snapshot, documents, filters)
    passed = documents[_all(by_facet.values(), len(documents))]
    counted = {}
    for name in FACETS:
        base = passed
        if name in by_facet:
            others = (mask for facet, mask in by_facet.items() if facet != name)
            base = documents[_all(others, len(documents))]
        facet = snapshot.facet(name)
        counted[name] = FacetCounts(facet, facet.counts(base), filters.get(name, ()))
    return counted


def _by_facet(snapshot: Snapshot, documents: np.ndarray, filters: Filters) -> dict:
    """For each facet with a selection, which of `documents` it lets pass."""
    return {
        name: snapshot.facet(name).having(values)[documents]
        for name, values in filters.items()
        if values
    }


def _all(masks: Iterable[np.ndarray], size: int) -> np.ndarray:
    passed = np.ones(size, dtype=bool)
    for mask in masks:
        passed &= mask
    return passed
