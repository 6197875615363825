"""The read path: SearchRequest -> SearchResults, both plain and frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from cases.models import Case

from . import facets
from .index import search_index
from .language import LanguageKeeper
from .query import Language, ParsedQuery, parse
from .ranking import Ranking, exactly, rank
from .snapshot import Snapshot
from .snippets import Fragment, Snippet, best_snippet, mark

PAGE_SIZE = 20
MAX_PAGE_SIZE = 100

SORTS = {"relevance": "相关度", "newest": "最新"}

_languages = LanguageKeeper()


@dataclass(frozen=True)
class SearchRequest:
    """filters: facet name -> selected values (see facets.FACETS). page counts from 1.

    as_typed: nothing is put right. places: regions that the text names filter.
    """

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "relevance"
    page: int = 1
    page_size: int = PAGE_SIZE
    as_typed: bool = False
    places: bool = True


@dataclass(frozen=True)
class Hit:
    """case: with its terms and sections loaded. score: 0 without a query.

    partial: the case holds some of what was asked for, not all of it.
    """

    case: Case
    score: float
    partial: bool
    title: tuple[Fragment, ...]
    snippet: Snippet | None


@dataclass(frozen=True)
class SearchResults:
    """total: all hits, of which `full` hold everything that was asked for; page: the one shown;
    pages: how many they fill (at least 1); elsewhere: the place that was named has none of them,
    these are from everywhere; labels: facet -> value -> what readers see."""

    request: SearchRequest
    query: ParsedQuery
    hits: tuple[Hit, ...]
    total: int
    full: int
    page: int
    pages: int
    elsewhere: bool
    facets: Mapping[str, tuple[facets.FacetCount, ...]]
    labels: Mapping[str, Mapping[str, str]]

    @property
    def partial(self) -> bool:
        """No case holds everything that was asked for; these hold some of it."""
        return bool(self.total) and not self.full


def search(request: SearchRequest) -> SearchResults:
    """Answer a request. A page past the end is the last page.

    Raises index.IndexUnavailable, whose message is safe to show.
    """
    snapshot = search_index().snapshot()
    query = understand(request, current_language(snapshot))
    ranking = _rank(snapshot, query)
    matched = ranking.matched & facets.filtered(snapshot, request.filters)
    ranked = ordered(snapshot, matched, ranking, request.sort if query.text else "newest")
    pages = max(1, -(-len(ranked) // request.page_size))
    page = min(max(request.page, 1), pages)
    start = (page - 1) * request.page_size
    shown = ranked[start : start + request.page_size]
    hits = _hits(snapshot, shown, ranking, query)
    # A case withdrawn a moment ago may still be in the index; it is not counted either.
    gone = len(shown) - len(hits)
    return SearchResults(
        request=request,
        query=query,
        hits=hits,
        total=len(ranked) - gone,
        full=max(0, int(np.count_nonzero(matched & ranking.full)) - gone),
        page=page,
        pages=pages,
        elsewhere=ranking.elsewhere,
        facets=facets.count(snapshot, ranking.matched, request.filters),
        labels=_languages.labels(),
    )


def search_documents(request: SearchRequest) -> list[int]:
    """The ids of all hits in order, paging aside, as the index has them."""
    snapshot = search_index().snapshot()
    query = understand(request, current_language(snapshot))
    ranking = _rank(snapshot, query)
    matched = ranking.matched & facets.filtered(snapshot, request.filters)
    sort = request.sort if query.text else "newest"
    return [int(snapshot.ids[n]) for n in ordered(snapshot, matched, ranking, sort)]


def prepare() -> None:
    """Open the newest commit of the index and load the language, so that no reader waits for it.

    Raises index.IndexUnavailable.
    """
    current_language(search_index().snapshot()).vocabulary.prepare()


def _rank(snapshot: Snapshot, query: ParsedQuery) -> Ranking:
    if query.text and not query.whole:
        # Punctuation alone is not in the index: a rare wish, and the database can answer it.
        ids = Case.objects.published().containing(query.text)
        return exactly(snapshot, snapshot.numbers_of(ids))
    return rank(snapshot, query)


def current_language(snapshot: Snapshot) -> Language:
    return _languages.language(snapshot)


def understand(request: SearchRequest, language: Language) -> ParsedQuery:
    return parse(request.text, language, as_typed=request.as_typed, places=request.places)


def ordered(snapshot: Snapshot, matched: np.ndarray, ranking: Ranking, sort: str) -> list[int]:
    def newest_first(document: int):
        date, notice, number = snapshot.order(document)
        return -int(date.replace("-", "")), -notice, number

    documents = np.flatnonzero(matched).tolist()
    if sort == "newest":
        return sorted(documents, key=newest_first)
    return sorted(
        documents,
        key=lambda document: (
            -int(ranking.rungs[document]),
            -float(ranking.scores[document]),
            newest_first(document),
        ),
    )


def _hits(snapshot: Snapshot, documents, ranking: Ranking, query) -> tuple[Hit, ...]:
    ids = [int(snapshot.ids[document]) for document in documents]
    # The database has the last word on what readers may see.
    cases = Case.objects.published().with_text().in_bulk(ids)
    return tuple(
        Hit(
            case=cases[number],
            score=round(float(ranking.scores[document]), 4),
            partial=not ranking.full[document],
            title=mark(cases[number].title, query),
            snippet=best_snippet(cases[number], query),
        )
        for document, number in zip(documents, ids, strict=True)
        if number in cases
    )
