"""Why a case ranks where it does: the score taken apart, by the same code that made it."""

from dataclasses import dataclass

import numpy as np

from .index import search_index
from .query import ParsedQuery
from .ranking import best_first, rank
from .scoring import alternative_score
from .searching import SearchRequest, current_language, understand


@dataclass(frozen=True)
class Part:
    """What one term adds to a document's score, and by which of its alternatives."""

    term: str
    alternative: str
    score: float


@dataclass(frozen=True)
class ExplainedHit:
    id: int
    rung: int
    score: float
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Explanation:
    query: ParsedQuery
    hits: tuple[ExplainedHit, ...]


def explain(text: str, top: int = 10) -> Explanation:
    """The interpretation of `text` and the score parts of its first hits.

    Raises index.IndexUnavailable.
    """
    snapshot = search_index().snapshot()
    query = understand(SearchRequest(text), current_language(snapshot))
    ranking = rank(snapshot, query)
    hits = []
    for document in best_first(snapshot, ranking, top).tolist():
        parts = []
        for term in query.terms:
            score, best = max(
                (way.weight * alternative_score(snapshot, way, document), way.text)
                for way in term.alternatives
            )
            if score:
                parts.append(Part(term.typed, best, score))
        place = int(np.searchsorted(ranking.documents, document))
        hits.append(
            ExplainedHit(
                id=int(snapshot.ids[document]),
                rung=int(ranking.rungs[place]),
                score=float(ranking.scores[place]),
                parts=tuple(parts),
            )
        )
    return Explanation(query, tuple(hits))
