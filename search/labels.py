"""Facet counts -> facets as readers see them: names instead of codes, regions as a tree."""

from dataclasses import dataclass

from cases.filters import CaseFilter
from cases.models import Approach, IssuingBody, Maturity, Notice, Region, Theme

from .facets import FACETS
from .searching import SearchResults


@dataclass(frozen=True)
class FacetValue:
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

    @property
    def selected(self) -> tuple[FacetValue, ...]:
        return tuple(value for value in self.values if value.selected)


def label_facets(results: SearchResults) -> tuple[Facet, ...]:
    """The facets of `results` with labels; one query a kind of term, whatever their number."""
    codes = {name: [count.value for count in results.facets[name]] for name in FACETS}
    regions = {
        region.code: region
        for region in Region.objects.filter(code__in=codes["city"] + codes["district"])
    }
    names = {
        "theme": _names(Theme, codes["theme"]),
        "approach": _names(Approach, codes["approach"]),
        "body": _names(IssuingBody, codes["body"]),
        "notice": {
            str(pk): title
            for pk, title in Notice.objects.filter(pk__in=codes["notice"]).values_list(
                "pk", "title"
            )
        },
        "maturity": dict(Maturity.choices),
        "year": {year: f"{year}年" for year in codes["year"]},
        "city": {code: region.name for code, region in regions.items()},
        "district": {code: region.name for code, region in regions.items()},
    }
    facets = []
    for name in FACETS:
        labels = names.get(name, {})
        values = [
            FacetValue(
                count.value,
                labels.get(count.value, count.value),
                count.count,
                count.selected,
                depth=int(name == "city" and not count.value.endswith("0000")),
            )
            for count in results.facets[name]
        ]
        if name == "city":
            # Each province, then its cities; the sort keeps the order by count among them.
            values.sort(key=lambda value: (value.value[:2], value.depth))
        facets.append(Facet(name, CaseFilter.base_filters[name].label, tuple(values)))
    return tuple(facets)


def _names(model, codes) -> dict[str, str]:
    return dict(model.objects.filter(code__in=codes).values_list("code", "name")) if codes else {}
