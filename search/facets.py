"""Facets: for each value, how many hits ticking it would bring."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .snapshot import Snapshot

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


@dataclass(frozen=True)
class FacetCount:
    value: str
    count: int
    selected: bool


def filtered(
    snapshot: Snapshot, filters: Mapping[str, tuple[str, ...]], lifted: str | None = None
) -> np.ndarray:
    """Which documents pass all filters but `lifted` (bool, by document).

    Several values of one facet mean or; several facets mean and.
    """
    passed = snapshot.live.copy()
    for name, values in filters.items():
        if name != lifted and values:
            having = snapshot.facet(name)
            passed &= np.any(
                [having.get(value, np.zeros(snapshot.size, dtype=bool)) for value in values], axis=0
            )
    return passed


def count(
    snapshot: Snapshot, matched: np.ndarray, filters: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[FacetCount, ...]]:
    """The values of every facet with their counts, most frequent first.

    Each facet is counted with its own selection lifted and all others applied, so that a count
    is what ticking the value gives. Selected values are kept even where they count 0.
    """
    counted = {}
    for name in FACETS:
        base = matched & filtered(snapshot, filters, lifted=name)
        selected = filters.get(name, ())
        counts = {
            value: int(np.count_nonzero(base & having))
            for value, having in snapshot.facet(name).items()
        }
        counts |= {value: 0 for value in selected if value not in counts}
        counted[name] = tuple(
            FacetCount(value, number, value in selected)
            for value, number in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
            if number or value in selected
        )
    return counted
