"""SearchResults -> what the result page shows beside the hits: chips, facets, pages, ways out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from .addresses import only_text, query_string, without_filter, without_text, without_value
from .labels import Facet, FacetValue
from .searching import SORTS, SearchRequest, SearchResults

FACET_HEAD = 8
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
    """head: the values shown at once; tail: those behind 更多."""

    facet: Facet
    head: tuple[FacetValue, ...]
    tail: tuple[FacetValue, ...]
    open: bool


@dataclass(frozen=True)
class WayOut:
    """A change that a reader without hits can make. count: the hits that it brings, if known."""

    label: str
    query: str
    count: int | None = None


def chips(request: SearchRequest, facets: Iterable[Facet]) -> tuple[Chip, ...]:
    def without(facet: Facet, value: FacetValue) -> str:
        return query_string(without_value(request, facet.name, value.value))

    found = [
        Chip(facet.label, value.label, without(facet, value))
        for facet in facets
        for value in facet.selected
    ]
    if request.text.strip():
        found.insert(0, Chip("检索词", request.text, query_string(without_text(request))))
    return tuple(found)


def fold(facets: Iterable[Facet]) -> tuple[FoldedFacet, ...]:
    """Facets that have something to offer; what is selected is never behind 更多."""
    folded = []
    for facet in facets:
        if not facet.values:
            continue
        late = [value for value in facet.values[FACET_HEAD:] if value.selected]
        head = (*facet.values[:FACET_HEAD], *late)
        tail = tuple(value for value in facet.values if value not in head)
        is_open = facet.name in OPEN_FACETS or bool(facet.selected)
        folded.append(FoldedFacet(facet, head, tail, is_open))
    return tuple(folded)


def sorts(request: SearchRequest) -> tuple[Link, ...]:
    return tuple(
        Link(label, query_string(replace(request, sort=sort, page=1)), request.sort == sort)
        for sort, label in SORTS.items()
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


def ways_out(
    results: SearchResults, facets: Iterable[Facet], without_words: SearchResults | None
) -> tuple[WayOut, ...]:
    """What to change where nothing was found, changes that bring hits first.

    without_words: the same search without its text, None where it has none.
    """
    request = results.request
    found = []
    if without_words is not None:
        query = query_string(without_text(request))
        found.append(WayOut(f"去掉检索词“{request.text}”", query, without_words.total))
    for facet in facets:
        if not facet.selected:
            continue
        names = "、".join(value.label for value in facet.selected)
        # A facet is counted with its own selection lifted: any count says that lifting it helps.
        helps = any(value.count for value in facet.values)
        query = query_string(without_filter(request, facet.name))
        found.append(WayOut(f"去掉{facet.label}“{names}”", query, None if helps else 0))
    if request.text.strip() and len(request.filters) > 1:
        found.append(WayOut("只留检索词，去掉全部筛选", query_string(only_text(request))))
    return tuple(sorted(found, key=lambda way: way.count == 0))
