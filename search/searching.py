"""The read path: SearchRequest -> SearchResults, both plain and frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from cases.models import Case, Outcome

from . import facets
from .index import search_index
from .index.snapshot import Snapshot
from .language import LanguageKeeper
from .loading import loaded_cases
from .query import Language, ParsedQuery, parse
from .ranking import Ranking, best_first, exactly, most_improved_first, newest_first, rank
from .snippets import Fragment, Snippet

PAGE_SIZE = 20
MAX_PAGE_SIZE = 100

SORTS = {"relevance": "相关度", "newest": "最新", "improvement": "改进最大"}

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

    partial: the case holds some of what was asked for, not all of it. headline: its confirmed
    number that moved furthest.
    """

    case: Case
    score: float
    partial: bool
    title: tuple[Fragment, ...]
    snippet: Snippet | None
    headline: Outcome | None


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
    facets: Mapping[str, facets.FacetCounts]
    labels: Mapping[str, Mapping[str, str]]

    @property
    def partial(self) -> bool:
        """No case holds everything that was asked for; these hold some of it."""
        return bool(self.total) and not self.full


@dataclass(frozen=True)
class Found:
    """What the index answers: the ids of the page's cases with their scores, and which of them hold
    everything that was asked for; the rest as in SearchResults."""

    query: ParsedQuery
    ids: list[int]
    scores: list[float]
    whole: list[bool]
    total: int
    full: int
    page: int
    pages: int
    elsewhere: bool
    facets: Mapping[str, facets.FacetCounts]


def search(request: SearchRequest) -> SearchResults:
    """Answer a request. A page past the end is the last page.

    Raises index.IndexUnavailable, whose message is safe to show.
    """
    found = find(request)
    hits = _hits(found)
    # A case withdrawn a moment ago may still be in the index; it is not counted either.
    gone = len(found.ids) - len(hits)
    return SearchResults(
        request=request,
        query=found.query,
        hits=hits,
        total=found.total - gone,
        full=max(0, found.full - gone),
        page=found.page,
        pages=found.pages,
        elsewhere=found.elsewhere,
        facets=found.facets,
        labels=_languages.labels(),
    )


def find(request: SearchRequest) -> Found:
    """Answer a request from the index alone. Raises index.IndexUnavailable."""
    snapshot = search_index().snapshot()
    query = understand(request, current_language(snapshot))
    matched = _rank(snapshot, query)
    ranking = matched.where(facets.passing(snapshot, matched.documents, request.filters))
    total = len(ranking.documents)
    pages = max(1, -(-total // request.page_size))
    page = min(max(request.page, 1), pages)
    start = (page - 1) * request.page_size
    shown = _ordered(snapshot, ranking, request, query, start + request.page_size)[start:]
    places = np.searchsorted(ranking.documents, shown)
    return Found(
        query=query,
        ids=snapshot.ids[shown].tolist(),
        scores=ranking.scores[places].tolist(),
        whole=ranking.full[places].tolist(),
        total=total,
        full=int(np.count_nonzero(ranking.full)),
        page=page,
        pages=pages,
        elsewhere=ranking.elsewhere,
        facets=facets.count(snapshot, matched.documents, request.filters),
    )


def search_documents(request: SearchRequest) -> list[int]:
    """The ids of all hits in order, paging aside, as the index has them."""
    snapshot = search_index().snapshot()
    query = understand(request, current_language(snapshot))
    matched = _rank(snapshot, query)
    ranking = matched.where(facets.passing(snapshot, matched.documents, request.filters))
    return snapshot.ids[_ordered(snapshot, ranking, request, query)].tolist()


def prepare() -> None:
    """Open the newest commit of the index and load the language, so that no reader waits for it.

    Raises index.IndexUnavailable.
    """
    current_language(search_index().snapshot()).vocabulary.prepare()


def _rank(snapshot: Snapshot, query: ParsedQuery) -> Ranking:
    if query.text and not query.whole:
        # Punctuation alone is not in the index: a rare wish, and the database can answer it.
        ids = Case.objects.published().containing(query.text)
        return exactly(snapshot.numbers_of(ids))
    return rank(snapshot, query)


def current_language(snapshot: Snapshot) -> Language:
    return _languages.language(snapshot)


def understand(request: SearchRequest, language: Language) -> ParsedQuery:
    return parse(request.text, language, as_typed=request.as_typed, places=request.places)


def _ordered(
    snapshot: Snapshot, ranking: Ranking, request: SearchRequest, query: ParsedQuery, most=None
) -> np.ndarray:
    """The documents in the order that was asked for, no more than `most`."""
    if request.sort == "improvement":
        return most_improved_first(snapshot, ranking.documents, most)
    if request.sort == "newest" or not query.text:
        return newest_first(snapshot, ranking.documents, most)
    return best_first(snapshot, ranking, most)


def _hits(found: Found) -> tuple[Hit, ...]:
    # The database has the last word on what readers may see.
    loaded = loaded_cases.published(found.ids)
    hits = []
    for number, score, whole in zip(found.ids, found.scores, found.whole, strict=True):
        if number in loaded:
            one = loaded[number]
            title, snippet = one.passages.best(found.query)
            hits.append(Hit(one.case, round(score, 4), not whole, title, snippet, one.headline))
    return tuple(hits)
