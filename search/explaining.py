"""Why a case ranks where it does: the score taken apart, by the same code that made it."""

from dataclasses import dataclass

import numpy as np

from .index import search_index
from .query import ParsedQuery
from .ranking import GRAM_WEIGHT, Ranker, rank
from .searching import SearchRequest, current_language, ordered, understand


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
    grams: float


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
    ranker = Ranker(snapshot)
    hits = []
    for document in ordered(snapshot, ranking.matched, ranking, "relevance")[:top]:
        parts = []
        for term in query.terms:
            scores = [
                (way.weight * float(ranker.alternative(way)[0][document]), way.text)
                for way in term.alternatives
            ]
            score, best = max(scores)
            if score:
                parts.append(Part(term.typed, best, score))
        grams = sum(
            GRAM_WEIGHT * float(ranker.grams(clause.literals[0])[document])
            for clause in query.clauses
        )
        hits.append(
            ExplainedHit(
                id=int(snapshot.ids[document]),
                rung=int(ranking.rungs[document]),
                score=float(np.float32(ranking.scores[document])),
                parts=tuple(parts),
                grams=grams,
            )
        )
    return Explanation(query, tuple(hits))
