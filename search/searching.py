"""The read path: SearchRequest -> SearchResults, both plain and frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cases.models import Case

from . import facets, matching
from .index import Reading, search_index
from .query import ParsedQuery, parse
from .snippets import Fragment, Snippet, best_snippet, mark

PAGE_SIZE = 20
MAX_PAGE_SIZE = 100

SORTS = {"relevance": "相关度", "newest": "最新"}


@dataclass(frozen=True)
class SearchRequest:
    """filters: facet name -> selected values (see facets.FACETS). page counts from 1."""

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "relevance"
    page: int = 1
    page_size: int = PAGE_SIZE


@dataclass(frozen=True)
class Hit:
    """case: with its terms and sections loaded. score: BM25F, 0 without a query."""

    case: Case
    score: float
    title: tuple[Fragment, ...]
    snippet: Snippet | None


@dataclass(frozen=True)
class SearchResults:
    """total: all hits; pages: how many pages they fill (at least 1).

    partial: no case holds everything that was asked for; these hold some of it.
    """

    request: SearchRequest
    query: ParsedQuery
    hits: tuple[Hit, ...]
    total: int
    page: int
    pages: int
    partial: bool
    facets: Mapping[str, tuple[facets.FacetCount, ...]]


def search(request: SearchRequest) -> SearchResults:
    """Answer a request. A page past the end is the last page.

    Raises index.IndexUnavailable, whose message is safe to show.
    """
    reading = search_index().reading()
    query = parse(request.text)
    found = matching.match(reading, query)
    matched = frozenset(found.rungs)
    passed = facets.filtered(reading, request.filters)
    documents = matched if passed is None else matched & passed
    ordered = _ordered(reading, documents, found, request.sort if query.text else "newest")
    pages = max(1, -(-len(ordered) // request.page_size))
    page = min(max(request.page, 1), pages)
    start = (page - 1) * request.page_size
    shown = ordered[start : start + request.page_size]
    hits = _hits(reading, shown, found, query)
    return SearchResults(
        request=request,
        query=query,
        hits=hits,
        # A case withdrawn a moment ago may still be in the index; it is not counted either.
        total=len(ordered) - (len(shown) - len(hits)),
        page=page,
        pages=pages,
        partial=found.partial,
        facets=facets.count(reading, matched, request.filters),
    )


def _ordered(reading: Reading, documents, found: matching.Matches, sort: str) -> list[int]:
    def newest_first(document: int):
        date, notice, number = reading.order(document)
        return -int(date.replace("-", "")), -notice, number

    if sort == "newest":
        return sorted(documents, key=newest_first)
    return sorted(
        documents,
        key=lambda document: (
            -found.rungs[document],
            -found.scores.get(document, 0.0),
            newest_first(document),
        ),
    )


def _hits(reading: Reading, documents, found, query) -> tuple[Hit, ...]:
    ids = reading.ids(documents)
    # The database has the last word on what readers may see.
    cases = Case.objects.published().with_text().in_bulk(ids)
    return tuple(
        Hit(
            case=cases[number],
            score=round(found.scores.get(document, 0.0), 4),
            title=mark(cases[number].title, query),
            snippet=best_snippet(cases[number], query),
        )
        for document, number in zip(documents, ids, strict=True)
        if number in cases
    )
