"""Which documents match a parsed query, how well, and by which rung of the ladder.

The rungs, best first: every part of the query stands in the case literally; every word does;
some words do (only where nothing better is found, and said so: 部分匹配).
"""

from dataclasses import dataclass

from whoosh import query as whoosh_query

from cases.models import Case

from .analysis import bigrams
from .index import Reading
from .query import ParsedQuery
from .schema import WORD_FIELDS

LITERAL, ALL_WORDS, SOME_WORDS = 3, 2, 1


@dataclass(frozen=True)
class Matches:
    """rungs: document -> rung; scores: document -> BM25F score, 0 where no word matched."""

    rungs: dict[int, int]
    scores: dict[int, float]

    @property
    def partial(self) -> bool:
        return bool(self.rungs) and max(self.rungs.values()) == SOME_WORDS


def match(reading: Reading, query: ParsedQuery) -> Matches:
    """Match `query` against every document. A blank query matches all of them, on one rung."""
    if query.is_blank:
        return Matches({number: LITERAL for number in reading.documents}, {})
    literal = find_literals(reading, query)
    scores = _score(reading, query.words)
    by_word = [_documents(reading, _in_any_field(word)) for word in query.words]
    everything = frozenset.intersection(*by_word) if by_word else frozenset()
    rungs = dict.fromkeys(everything, ALL_WORDS) | dict.fromkeys(literal, LITERAL)
    if not rungs:
        rungs = dict.fromkeys(scores, SOME_WORDS)
    return Matches(rungs, scores)


def find_literals(reading: Reading, query: ParsedQuery) -> frozenset[int]:
    """The documents in which every part of the query stands as a literal string."""
    if not query.literals:
        # Punctuation alone is not in the index: a rare wish, and the database can answer it.
        return reading.documents_of(Case.objects.published().containing(query.text))
    return frozenset.intersection(
        *(_documents(reading, _literal(literal)) for literal in query.literals)
    )


def _literal(text: str) -> whoosh_query.Query:
    if len(text) == 1:
        return whoosh_query.Prefix("literal", text)
    return whoosh_query.Phrase("literal", bigrams(text)[:-1])


def _in_any_field(word: str) -> whoosh_query.Query:
    return whoosh_query.Or([whoosh_query.Term(field, word) for field in WORD_FIELDS])


def _documents(reading: Reading, query: whoosh_query.Query) -> frozenset[int]:
    return frozenset(query.docs(reading.searcher))


def _score(reading: Reading, words: tuple[str, ...]) -> dict[int, float]:
    if not words:
        return {}
    query = whoosh_query.Or(
        [
            whoosh_query.Term(field, word, boost=weight)
            for word in words
            for field, weight in WORD_FIELDS.items()
        ]
    )
    results = reading.searcher.search(query, limit=None)
    return {document: score for score, document in results.top_n}
