"""Facets: for each value, how many hits ticking it would bring."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

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


def passing(snapshot: Snapshot, documents: np.ndarray, filters: Filters) -> np.ndarray:
    """Which of `documents` pass all filters (bool).

    Several values of one facet mean or; several facets mean and.
    """
    return _all(_by_facet(snapshot, documents, filters).values(), len(documents))


def count(
    snapshot: Snapshot, documents: np.ndarray, filters: Filters
) -> dict[str, tuple[FacetCount, ...]]:
    """The values of every facet with their counts among `documents`, most frequent first.

    Each facet is counted with its own selection lifted and all others applied, so that a count
    is what ticking the value gives. Selected values are kept even where they count 0.
    """
    by_facet = _by_facet(snapshot, documents, filters)
    passed = documents[_all(by_facet.values(), len(documents))]
    counted = {}
    for name in FACETS:
        base = passed
        if name in by_facet:
            others = (mask for facet, mask in by_facet.items() if facet != name)
            base = documents[_all(others, len(documents))]
        facet, selected = snapshot.facet(name), filters.get(name, ())
        counts = facet.counts(base)
        found = np.flatnonzero(counts).tolist()
        numbers = {facet.values[number]: int(counts[number]) for number in found}
        numbers = {value: 0 for value in selected} | numbers
        counted[name] = tuple(
            FacetCount(value, number, value in selected)
            for value, number in sorted(numbers.items(), key=lambda item: (-item[1], item[0]))
        )
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
