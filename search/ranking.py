"""Which documents match a parsed query, how well, and by which rung of the ladder.

The rungs, best first: all of the query stands in the document as typed; every part of it does;
every word does (or a synonym); some words do. Within a rung the score decides: BM25F over words,
the best of a term's alternatives.

Only documents that hold something of the query are looked at: arrays here have a place for each of
them (`Ranker.documents`), not for each document of the library.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from . import query as q
from .index.snapshot import Snapshot
from .proximity import closeness
from .scoring import Places, term_scores
from .understanding.pinyin import has_han

WHOLE, LITERAL, ALL_WORDS, SOME_WORDS, NONE = 4, 3, 2, 1, 0

# Pairs of characters beside words, for so many of the best documents: they tell apart what holds
# most of a question from what holds its most frequent words.
PAIR_WEIGHT, PAIR_CANDIDATES = 0.25, 200
# How much of the query (by weight of its terms) a document must have to be listed as a partial
# match: most of it beside full matches, a little where there is nothing better.
MOST, SOME = 0.25, 0.05
# Words side by side count so much more than far apart, among so many of the best documents; a long
# question has too many words to stand together.
CLOSE, CANDIDATES, MOST_NEEDLES = 0.3, 40, 6
# Where no word is known at all: how much of the characters (by rarity) a document must have.
MOST_CHARACTERS = 0.25
# How strongly a partial match is held to have many of the words rather than one of them often.
COVERAGE_POWER = 0.5

FIELDS = {"title": ("title",), "practices": ("practices",), "outcomes": ("outcomes",)}


@dataclass(frozen=True)
class Ranking:
    """documents: those that match, ascending; rungs and scores: of each (score 0: no query).

    elsewhere: the place that the query names has nothing; these are from everywhere.
    """

    documents: np.ndarray
    rungs: np.ndarray
    scores: np.ndarray
    elsewhere: bool = False

    @property
    def full(self) -> np.ndarray:
        """Which of the documents hold everything that was asked for (bool)."""
        return self.rungs >= ALL_WORDS

    def where(self, mask: np.ndarray) -> "Ranking":
        """The ranking of those of the documents for which `mask` is true."""
        return replace(
            self, documents=self.documents[mask], rungs=self.rungs[mask], scores=self.scores[mask]
        )


@dataclass(frozen=True)
class _Match:
    """Of one node, by place. weight: what the node's terms weigh together; covered: how much of
    that the document has. barred: must not be listed whatever else it has."""

    rungs: np.ndarray
    scores: np.ndarray
    covered: np.ndarray
    weight: float
    barred: np.ndarray


def rank(snapshot: Snapshot, query: q.ParsedQuery) -> Ranking:
    """Match `query` against every live document. A blank query matches all of them."""
    if query.is_blank:
        return exactly(np.flatnonzero(snapshot.live))
    ranker = Ranker(snapshot, query)
    match = ranker.match(query)
    live = snapshot.live[ranker.documents]
    if not (match.rungs[live & ~match.barred] > NONE).any():
        ranker = Ranker(snapshot, None)
        match = ranker.by_characters(query, ranker.match(query).barred)
        live = snapshot.live
    coverage = match.covered / match.weight if match.weight else match.covered
    allowed = live & ~match.barred
    inside = _inside(snapshot, query)[ranker.documents]
    # Nothing in that place: better elsewhere, and said so, than nothing.
    elsewhere = not (match.rungs[allowed & inside] > NONE).any()
    if not elsewhere:
        allowed &= inside
    rungs = np.where(allowed, match.rungs, NONE).astype(np.int8)
    least = MOST if (rungs >= ALL_WORDS).any() else SOME
    rungs[(rungs == SOME_WORDS) & (coverage < least)] = NONE
    if query.is_plain and query.whole:
        # Whatever else was understood: where all of it stands as typed, that was meant.
        rungs[ranker.holding(query.whole)] = WHOLE
        rungs[match.barred | ~live] = NONE
    scores = match.scores * coverage**COVERAGE_POWER if match.weight else match.scores
    found = np.flatnonzero(rungs > NONE)
    ranking = Ranking(
        ranker.documents[found],
        rungs[found],
        scores[found].astype(np.float32),
        elsewhere and bool(len(found)),
    )
    return closer_first(snapshot, query, more_alike_first(snapshot, query, ranking))


def exactly(documents: np.ndarray) -> Ranking:
    """These documents and no others, all alike."""
    rungs = np.full(len(documents), WHOLE, dtype=np.int8)
    return Ranking(documents, rungs, np.zeros(len(documents), dtype=np.float32))


def best_first(snapshot: Snapshot, ranking: Ranking, most: int | None = None) -> np.ndarray:
    """The documents of the ranking, best first, the newest of equals first; at most so many."""
    # One number each: rung, score (bits of a float that is not negative sort as it does), newness.
    bits = ranking.scores.astype(np.float32).view(np.uint32).astype(np.uint64)
    newness = np.uint64((1 << 24) - 1) - snapshot.recency[ranking.documents].astype(np.uint64)
    keys = ranking.rungs.astype(np.uint64) << np.uint64(56) | bits << np.uint64(24) | newness
    return ranking.documents[_descending(keys, most)]


def newest_first(snapshot: Snapshot, documents: np.ndarray, most: int | None = None) -> np.ndarray:
    """`documents`, the newest first; at most so many."""
    keys = np.iinfo(np.uint32).max - snapshot.recency[documents]
    return documents[_descending(keys, most)]


def most_improved_first(
    snapshot: Snapshot, documents: np.ndarray, most: int | None = None
) -> np.ndarray:
    """`documents`, those whose headline number moved furthest first, then the newest."""
    newness = np.uint64((1 << 24) - 1) - snapshot.recency[documents].astype(np.uint64)
    keys = snapshot.improvement[documents].astype(np.uint64) << np.uint64(24) | newness
    return documents[_descending(keys, most)]


def _descending(keys: np.ndarray, most: int | None) -> np.ndarray:
    """The places of the largest keys in order; no two keys are equal."""
    if most is None or most >= len(keys):
        return np.argsort(keys)[::-1]
    best = np.argpartition(keys, len(keys) - most)[len(keys) - most :]
    return best[np.argsort(keys[best])[::-1]]


def more_alike_first(snapshot: Snapshot, query: q.ParsedQuery, ranking: Ranking) -> Ranking:
    """The ranking with a bonus for the characters of what was typed, for the best candidates."""
    scores = ranking.scores.copy()
    # No score comes near the distance of two rungs here.
    best = np.sort(_largest(ranking.rungs * np.float32(1000) + scores, PAIR_CANDIDATES))
    for clause in query.clauses:
        scores[best] += PAIR_WEIGHT * snapshot.pairs(clause.literals[0], ranking.documents[best])
    return replace(ranking, scores=scores)


def closer_first(snapshot: Snapshot, query: q.ParsedQuery, ranking: Ranking) -> Ranking:
    """The ranking with a bonus for words that stand close together, for the best candidates."""
    needles = tuple(dict.fromkeys(term.typed for term in query.terms))
    if not 2 <= len(needles) <= MOST_NEEDLES:
        return ranking
    scores = ranking.scores.copy()
    # Where all of it stands as typed, its words are side by side.
    side_by_side = ranking.rungs >= (LITERAL if len(query.clauses) == 1 else WHOLE)
    scores[side_by_side] *= 1 + CLOSE
    candidates = np.flatnonzero((ranking.rungs >= ALL_WORDS) & ~side_by_side)
    left = max(0, CANDIDATES - np.count_nonzero(side_by_side))
    for place in candidates[_largest(scores[candidates], left)]:
        text = snapshot.text(int(ranking.documents[place]))
        scores[place] *= 1 + CLOSE * closeness(text, needles)
    return replace(ranking, scores=scores)


def _largest(values: np.ndarray, most: int) -> np.ndarray:
    if most >= len(values):
        return np.arange(len(values))
    if not most:
        return np.zeros(0, dtype=np.intp)
    return np.argpartition(values, len(values) - most)[len(values) - most :]


def _inside(snapshot: Snapshot, query: q.ParsedQuery) -> np.ndarray:
    """The documents of the places that the query names; all where it names none with cases."""
    codes = [code for place in query.places if place.has_cases for code in place.codes]
    if not codes:
        return np.ones(snapshot.size, dtype=bool)
    return snapshot.facet("city").having(codes) | snapshot.facet("district").having(codes)


class Ranker:
    """Matches queries among `documents`: those that hold any word or literal of `query`, or every
    document where it is None, names only a place, or wants what does not hold something."""

    def __init__(self, snapshot: Snapshot, query: q.ParsedQuery | None):
        self.snapshot = snapshot
        self._places = self._holding_any(query)
        self.documents = self._places.documents
        self.size = len(self.documents)

    def _holding_any(self, query: q.ParsedQuery | None) -> Places:
        if query is None or not query.clauses or not _needs_something(query.root):
            return Places(self.snapshot.size)
        lists = [term_scores(self.snapshot, term).documents for term in query.terms]
        for clause in query.clauses:
            lists += map(self.snapshot.holding, clause.literals)
        if query.is_plain and query.whole:
            lists.append(self.snapshot.holding(query.whole))
        return Places.of_any(self.snapshot.size, lists)

    def holding(self, literal: str) -> np.ndarray:
        """The places of the documents in whose text the significant string stands."""
        if not literal:
            return np.zeros(0, dtype=np.intp)
        return self._places.of(self.snapshot.holding(literal))

    def match(self, query: q.ParsedQuery) -> _Match:
        if query.root.children:
            return self.node(query.root)
        # Nothing but a place (or nothing at all): every document of the place.
        rungs = np.full(self.size, WHOLE if query.places else NONE, dtype=np.int8)
        return _Match(rungs, self.zeros(), self.zeros(), 0.0, np.zeros(self.size, dtype=bool))

    def node(self, node: q.Node) -> _Match:
        if isinstance(node, q.Clause):
            return self.clause(node)
        if isinstance(node, q.Not):
            return self.excluded(node)
        matches = [self.node(child) for child in node.children]
        if isinstance(node, q.AnyOf):
            return self.any_of(matches)
        return _without_barred(self.all_of(node, matches))

    def all_of(self, node: q.All, matches: list[_Match]) -> _Match:
        wanted = [
            match
            for child, match in zip(node.children, matches, strict=True)
            if not isinstance(child, q.Not)
        ]
        barred = np.any([match.barred for match in matches], axis=0)
        if not wanted:
            # Only exclusions: everything else.
            rungs = np.full(self.size, ALL_WORDS, dtype=np.int8)
            return _Match(rungs, self.zeros(), self.zeros(), 0.0, barred)
        if len(wanted) == 1:
            only = wanted[0]
            return _Match(only.rungs, only.scores, only.covered, only.weight, barred)
        lowest = np.min([match.rungs for match in wanted], axis=0)
        highest = np.max([match.rungs for match in wanted], axis=0)
        rungs = np.where(lowest > NONE, lowest, np.minimum(highest, SOME_WORDS))
        return _Match(
            rungs.astype(np.int8),
            np.sum([match.scores for match in wanted], axis=0),
            np.sum([match.covered for match in wanted], axis=0),
            sum(match.weight for match in wanted),
            barred,
        )

    def any_of(self, matches: list[_Match]) -> _Match:
        matches = [_without_barred(match) for match in matches]
        share = [match.covered / (match.weight or 1.0) for match in matches]
        weight = max(match.weight for match in matches)
        return _Match(
            np.max([match.rungs for match in matches], axis=0),
            np.max([match.scores for match in matches], axis=0),
            np.max(share, axis=0) * weight,
            weight,
            np.all([match.barred for match in matches], axis=0),
        )

    def excluded(self, node: q.Not) -> _Match:
        # What is not wanted is looked for among all documents, and led back to these.
        inner = Ranker(self.snapshot, None).node(node.child)
        barred = (inner.rungs >= ALL_WORDS)[self.documents]
        return _Match(np.zeros(self.size, dtype=np.int8), self.zeros(), self.zeros(), 0.0, barred)

    def clause(self, clause: q.Clause) -> _Match:
        scores, covered, weight = self.zeros(), self.zeros(), 0.0
        held_terms = np.zeros(self.size, dtype=np.uint8)
        for term in clause.terms:
            found = term_scores(self.snapshot, term)
            places = self._places.of(found.documents)
            scores[places] += found.scores
            covered[places] += found.shares * np.float32(found.weight)
            weight += found.weight
            held_terms[places] += found.complete
        rungs = (scores > 0).astype(np.int8) * SOME_WORDS
        if clause.terms:
            rungs[held_terms == len(clause.terms)] = ALL_WORDS
        literal = np.zeros(self.size, dtype=bool)
        for text in clause.literals:
            literal[self.holding(text)] = True
        rungs[literal] = LITERAL
        covered[literal] = weight
        barred = np.zeros(self.size, dtype=bool)
        if clause.field:
            outside = ~self.in_field(clause)
            rungs[outside], scores[outside], covered[outside] = NONE, 0, 0
            barred |= outside
        if clause.exact:
            barred |= ~literal
        return _Match(rungs, scores, covered, weight or 1.0, barred)

    def by_characters(self, query: q.ParsedQuery, barred: np.ndarray) -> _Match:
        """The last resort: documents whose text has most of the Chinese characters typed."""
        characters = sorted(
            {c for clause in query.clauses for c in clause.literals[0] if has_han(c)}
        )
        covered, weight = self.zeros(), 0.0
        for character in characters if len(characters) > 1 else ():
            holders = self.holding(character)
            idf = self.snapshot.idf(len(holders))
            covered[holders] += np.float32(idf)
            weight += idf
        enough = (covered > 0) & (covered >= weight * MOST_CHARACTERS)
        return _Match(enough.astype(np.int8) * SOME_WORDS, covered, covered, weight, barred)

    def in_field(self, clause: q.Clause) -> np.ndarray:
        """The documents that hold every term of the clause, some way, in the clause's field."""
        fields: Iterable[str] = FIELDS[clause.field]
        inside = np.ones(self.size, dtype=bool)
        for term in clause.terms:
            found = np.zeros(self.size, dtype=bool)
            for alternative in term.alternatives:
                held = np.full(self.size, bool(alternative.words))
                for word in alternative.words:
                    mask = np.zeros(self.snapshot.size, dtype=bool)
                    mask[self.snapshot.in_fields(word, fields)] = True
                    held &= mask[self.documents]
                found |= held
            inside &= found
        return inside

    def zeros(self) -> np.ndarray:
        return np.zeros(self.size, dtype=np.float32)


def _without_barred(match: _Match) -> _Match:
    """What one side of an OR bars must not be listed for what else that side has."""
    if not match.barred.any():
        return match
    kept = ~match.barred
    return replace(
        match, rungs=match.rungs * kept, scores=match.scores * kept, covered=match.covered * kept
    )


def _needs_something(node: q.Node) -> bool:
    """Whether a document that holds none of the node's words and literals cannot match it."""
    if isinstance(node, q.Clause):
        return True
    if isinstance(node, q.AnyOf):
        return all(map(_needs_something, node.children))
    if isinstance(node, q.All):
        return any(map(_needs_something, node.children))
    return False
