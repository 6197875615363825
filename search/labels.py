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
    """unread: how many values were left out unread."""

    name: str
    label: str
    values: tuple[FacetValue, ...]
    unread: int = 0

    @cached_property
    def selected(self) -> tuple[FacetValue, ...]:
        return tuple(value for value in self.values if value.selected)


def label_facets(results: SearchResults, most: int | None = None) -> tuple[Facet, ...]:
    """The facets of `results` with labels; a value that has no label shows itself.

    most: of the districts, of which there are thousands, so many and those that are selected.
    """
    names = {**results.labels, "maturity": dict(Maturity.choices), "year": dict(YEARS)}
    facets = []
    for name in FACETS:
        labels = names.get(name, {})
        counts = results.facets[name]
        read = counts
        if name == "district" and most is not None and len(counts) > most:
            picked = results.request.filters.get(name, ())
            rest = counts[most:] if picked else ()
            read = [*counts[:most], *(one for one in rest if one.value in picked)]
        tree = name == "city"
        values = [
            FacetValue(
                value,
                labels.get(value, value),
                count,
                selected,
                int(tree and not value.endswith("0000")),
            )
            for value, count, selected in read
        ]
        if tree:
            # Each province, then its cities; the sort keeps the order by count among them.
            values.sort(key=lambda value: (value.value[:2], value.depth))
        facets.append(
            Facet(name, CaseFilter.base_filters[name].label, tuple(values), len(counts) - len(read))
        )
    return tuple(facets)
