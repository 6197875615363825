"""What to change in a search that found nothing: each change with the number of hits it brings."""

from collections.abc import Iterable
from dataclasses import dataclass

from . import facets, matching
from .addresses import only_text, query_string, without_filter, without_text
from .index import search_index
from .labels import Facet
from .query import parse
from .searching import SearchRequest


@dataclass(frozen=True)
class WayOut:
    """label: the change, in words. query: the query string after it. count: its hits."""

    label: str
    query: str
    count: int


def ways_out(request: SearchRequest, facets: Iterable[Facet]) -> tuple[WayOut, ...]:
    """Lift one thing at a time, then all filters at once; what brings most comes first.

    Raises index.IndexUnavailable.
    """
    selected = [facet for facet in facets if facet.selected]
    changes = [
        (f"去掉{facet.label}“{'、'.join(value.label for value in facet.selected)}”", changed)
        for facet in selected
        for changed in [without_filter(request, facet.name)]
    ]
    if request.text.strip():
        changes.append((f"去掉检索词“{request.text}”", without_text(request)))
        if len(selected) > 1:
            changes.append(("去掉全部筛选，只留检索词", only_text(request)))
    ways = (
        WayOut(label, query_string(changed), count(changed))
        for label, changed in changes
        if changed.text.strip() or changed.filters
    )
    return tuple(sorted(ways, key=lambda way: -way.count))


def count(request: SearchRequest) -> int:
    """How many cases a request finds, without reading them."""
    reading = search_index().reading()
    matched = frozenset(matching.match(reading, parse(request.text)).rungs)
    passed = facets.filtered(reading, request.filters)
    return len(matched if passed is None else matched & passed)
