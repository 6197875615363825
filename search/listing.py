"""SearchResults -> what the result page shows beside the hits: chips, facets, sorts, pages."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from .addresses import as_typed, query_string, without_places, without_text, without_value
from .labels import Facet, FacetValue
from .searching import SORTS, SearchRequest, SearchResults
from .understanding.places import Place

FACET_HEAD = 8
# A whole country has 340 cities and 3,000 districts: nobody reads that far down.
FACET_LENGTH = 50
# Each chip holds the whole query string but for itself.
CHIPS_SHOWN = 12
# Facets that readers reach for first; the others are folded until something in them is ticked.
OPEN_FACETS = ("city", "level", "theme", "approach")
PAGES_AROUND = 2


@dataclass(frozen=True)
class Link:
    """query: the query string that it leads to. current: this is where the reader is."""

    label: str
    query: str
    current: bool = False


@dataclass(frozen=True)
class Chip:
    """A word or filter in force, with the query string of the search without it."""

    label: str
    value: str
    query: str


@dataclass(frozen=True)
class FoldedFacet:
    """head: the values shown at once; tail: those behind 更多; left_out: how many are cut off."""

    facet: Facet
    head: tuple[FacetValue, ...]
    tail: tuple[FacetValue, ...]
    left_out: int
    open: bool


@dataclass(frozen=True)
class Correction:
    """What was searched instead of what was typed, with the search for what was typed."""

    typed: str
    meant: str
    query: str


def corrections(results: SearchResults) -> tuple[Correction, ...]:
    query = query_string(as_typed(results.request))
    return tuple(Correction(one.typed, one.meant, query) for one in results.query.corrections)


def chips(
    request: SearchRequest, facets: Iterable[Facet], places: Iterable[Place] = ()
) -> tuple[Chip, ...]:
    def without(facet: Facet, value: FacetValue) -> str:
        return query_string(without_value(request, facet.name, value.value))

    found = [
        Chip(facet.label, value.label, without(facet, value))
        for facet in facets
        for value in facet.selected
    ]
    elsewhere = query_string(without_places(request))
    found[:0] = [Chip("地区", place.name, elsewhere) for place in places if place.has_cases]
    if request.text.strip():
        found.insert(0, Chip("检索词", request.text, query_string(without_text(request))))
    return tuple(found)


def fold(facets: Iterable[Facet]) -> tuple[FoldedFacet, ...]:
    """Facets that have something to offer; what is selected is never behind 更多."""
    folded = []
    for facet in facets:
        if not facet.values:
            continue
        late = facet.values[FACET_HEAD:]
        head = (*facet.values[:FACET_HEAD], *(value for value in late if value.selected))
        rest = [value for value in late if not value.selected]
        tail = tuple(_cities_to_show(facet, rest) if facet.name == "city" else rest[:FACET_LENGTH])
        is_open = facet.name in OPEN_FACETS or bool(facet.selected)
        left_out = len(rest) - len(tail) + facet.unread
        folded.append(FoldedFacet(facet, head, tail, left_out, is_open))
    return tuple(folded)


def _cities_to_show(facet: Facet, rest: list[FacetValue]) -> Iterable[FacetValue]:
    """Every province, the cities of those that are ticked, and the cities with most cases."""
    ticked = {value.value[:2] for value in facet.selected}
    by_count = sorted((value for value in rest if value.depth), key=lambda value: -value.count)
    most = {value.value for value in by_count[:FACET_LENGTH]}
    return (
        value
        for value in rest
        if not value.depth or value.value in most or value.value[:2] in ticked
    )


def sorts(request: SearchRequest) -> tuple[Link, ...]:
    """Without a text there is no relevance: the newest come first then."""
    asked = request.text.strip()
    current = request.sort if asked or request.sort != "relevance" else "newest"
    return tuple(
        Link(label, query_string(replace(request, sort=sort, page=1)), current == sort)
        for sort, label in SORTS.items()
        if asked or sort != "relevance"
    )


def pages(results: SearchResults) -> tuple[Link | None, ...]:
    """The first, the last and those around the page shown; None stands for a gap."""
    near = range(results.page - PAGES_AROUND, results.page + PAGES_AROUND + 1)
    shown = sorted({1, results.pages, *(page for page in near if 1 <= page <= results.pages)})
    links: list[Link | None] = []
    previous = 0
    for page in shown:
        if page > previous + 1:
            links.append(None)
        links.append(page_link(results, page))
        previous = page
    return tuple(links)


def page_link(results: SearchResults, page: int) -> Link | None:
    if not 1 <= page <= results.pages:
        return None
    query = query_string(replace(results.request, page=page))
    return Link(str(page), query, page == results.page)
