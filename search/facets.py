"""Facets: for each value, how many hits ticking it would bring."""

from collections.abc import Mapping
from dataclasses import dataclass

from .index import Reading

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
    reading: Reading, filters: Mapping[str, tuple[str, ...]], lifted: str | None = None
) -> frozenset[int] | None:
    """The documents that pass all filters but `lifted`; None where nothing filters.

    Several values of one facet mean or; several facets mean and.
    """
    passed = None
    for name, values in filters.items():
        if name == lifted or not values:
            continue
        postings = reading.facet(name)
        union = frozenset().union(*(postings.get(value, frozenset()) for value in values))
        passed = union if passed is None else passed & union
    return passed


def count(
    reading: Reading, matched: frozenset[int], filters: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[FacetCount, ...]]:
    """The values of every facet with their counts, most frequent first.

    Each facet is counted with its own selection lifted and all others applied, so that a count
    is what ticking the value gives. Selected values are kept even where they count 0.
    """
    counted = {}
    for name in FACETS:
        passed = filtered(reading, filters, lifted=name)
        base = matched if passed is None else matched & passed
        selected = filters.get(name, ())
        counts = {value: len(base & numbers) for value, numbers in reading.facet(name).items()}
        counts |= {value: 0 for value in selected if value not in counts}
        counted[name] = tuple(
            FacetCount(value, number, value in selected)
            for value, number in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
            if number or value in selected
        )
    return counted
