"""Facet counts -> facets as readers see them: names instead of codes, regions as a tree."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from cases.filters import YEARS, CaseFilter
from cases.models import Maturity

from .facets import FACETS
from .searching import SearchResults


class FacetValue(NamedTuple):
    """depth: 0, or 1 for a city below its province."""

    value: str
    label: str
    count: int
    selected: bool
    depth: int = 0


@dataclass(frozen=True)
class Facet:
    name: str
    label: str
    values: tuple[FacetValue, ...]

    @cached_property
    def selected(self) -> tuple[FacetValue, ...]:
        return tuple(value for value in self.values if value.selected)


def label_facets(results: SearchResults) -> tuple[Facet, ...]:
    """The facets of `results` with labels; a value that has no label shows itself."""
    names = {**results.labels, "maturity": dict(Maturity.choices), "year": dict(YEARS)}
    facets = []
    for name in FACETS:
        labels = names.get(name, {})
        values = [
            FacetValue(one.value, labels.get(one.value, one.value), one.count, one.selected)
            for one in results.facets[name]
        ]
        if name == "city":
            values = [one._replace(depth=int(not one.value.endswith("0000"))) for one in values]
            # Each province, then its cities; the sort keeps the order by count among them.
            values.sort(key=lambda value: (value.value[:2], value.depth))
        facets.append(Facet(name, CaseFilter.base_filters[name].label, tuple(values)))
    return tuple(facets)
