"""Which documents match a parsed query, how well, and by which rung of the ladder.

The rungs, best first: all of the query stands in the document as typed; every part of it does;
every word does (or a synonym); some words do. Within a rung the score decides: BM25F over words,
the best of a term's alternatives, and character bigrams for what no dictionary has.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from . import query as q
from .analysis import bigrams
from .pinyin import has_han
from .proximity import closeness
from .snapshot import Snapshot

WHOLE, LITERAL, ALL_WORDS, SOME_WORDS, NONE = 4, 3, 2, 1, 0

# Character bigrams beside words: they rank what jieba cuts differently or does not know.
GRAM_WEIGHT = 0.25
# A term of several words counts less where it does not stand in the document as one string, and
# more where it does.
SCATTERED, TOGETHER = 0.7, 1.15
# Two characters stand in many words by chance (民工 in 人民工作): a synonym as short as that counts
# only as a word.
SURE_LENGTH = 3
# How much of the query (by weight of its terms) a document must have to be listed as a partial
# match: most of it beside full matches, a little where there is nothing better.
MOST, SOME = 0.25, 0.05
# Words side by side count so much more than far apart, among so many of the best documents; a long
# question has too many words to stand together.
CLOSE, CANDIDATES, MOST_NEEDLES = 0.3, 100, 6
# Where no word is known at all: how much of the characters (by rarity) a document must have.
MOST_CHARACTERS = 0.25
# How strongly a partial match is held to have many of the words rather than one of them often.
COVERAGE_POWER = 0.5

FIELDS = {"title": ("title",), "practices": ("practices",), "outcomes": ("outcomes",)}


@dataclass(frozen=True)
class Ranking:
    """Arrays by document: its rung (0: no match) and its score (0 without a query).

    elsewhere: the place that the query names has nothing; these are from everywhere.
    """

    rungs: np.ndarray
    scores: np.ndarray
    elsewhere: bool = False

    @property
    def matched(self) -> np.ndarray:
        return self.rungs > NONE

    @property
    def full(self) -> np.ndarray:
        return self.rungs >= ALL_WORDS


@dataclass(frozen=True)
class _Match:
    """Of one node, by document. weight: what the node's terms weigh together; covered: how much
    of that the document has. barred: documents that must not be listed whatever else they have."""

    rungs: np.ndarray
    scores: np.ndarray
    covered: np.ndarray
    weight: float
    barred: np.ndarray


def rank(snapshot: Snapshot, query: q.ParsedQuery) -> Ranking:
    """Match `query` against every live document. A blank query matches all of them."""
    if query.is_blank:
        return exactly(snapshot, np.flatnonzero(snapshot.live))
    ranker = Ranker(snapshot)
    inside = _inside(snapshot, query)
    if query.root.children:
        match = ranker.node(query.root)
    else:
        # Nothing but a place (or nothing at all): every document of the place.
        rungs = np.full(snapshot.size, WHOLE if query.places else NONE, dtype=np.int8)
        zeros = np.zeros(snapshot.size, dtype=np.float32)
        match = _Match(rungs, zeros, zeros, 0.0, np.zeros(snapshot.size, dtype=bool))
    if not (match.rungs[snapshot.live & ~match.barred] > NONE).any():
        match = ranker.by_characters(query, match)
    coverage = match.covered / match.weight if match.weight else match.covered
    allowed = snapshot.live & ~match.barred
    # Nothing in that place: better elsewhere, and said so, than nothing.
    elsewhere = not (match.rungs[allowed & inside] > NONE).any()
    if not elsewhere:
        allowed = allowed & inside
    rungs = np.where(allowed, match.rungs, NONE).astype(np.int8)
    least = MOST if (rungs >= ALL_WORDS).any() else SOME
    rungs[(rungs == SOME_WORDS) & (coverage < least)] = NONE
    if query.is_plain and query.whole:
        # Whatever else was understood: where all of it stands as typed, that was meant.
        rungs[ranker.holding(query.whole)] = WHOLE
        rungs[match.barred | ~snapshot.live] = NONE
    scores = match.scores * coverage**COVERAGE_POWER if match.weight else match.scores
    scores = ranker.closer_first(query, rungs, scores)
    return Ranking(rungs, scores.astype(np.float32), elsewhere and bool((rungs > NONE).any()))


def exactly(snapshot: Snapshot, documents: np.ndarray) -> Ranking:
    """These documents and no others, all alike."""
    rungs = np.zeros(snapshot.size, dtype=np.int8)
    rungs[documents] = WHOLE
    return Ranking(rungs, np.zeros(snapshot.size, dtype=np.float32))


def _inside(snapshot: Snapshot, query: q.ParsedQuery) -> np.ndarray:
    """The documents of the places that the query names; all where it names none with cases."""
    codes = [code for place in query.places if place.has_cases for code in place.codes]
    if not codes:
        return np.ones(snapshot.size, dtype=bool)
    inside = np.zeros(snapshot.size, dtype=bool)
    for facet in ("city", "district"):
        values = snapshot.facet(facet)
        for code in codes:
            if code in values:
                inside |= values[code]
    return inside


class Ranker:
    def __init__(self, snapshot: Snapshot):
        self.snapshot = snapshot
        self.size = snapshot.size

    def node(self, node: q.Node) -> _Match:
        if isinstance(node, q.Clause):
            return self.clause(node)
        if isinstance(node, q.Not):
            return self.excluded(node)
        matches = [self.node(child) for child in node.children]
        if isinstance(node, q.AnyOf):
            return self.any_of(matches)
        return self.all_of(node, matches)

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
        inner = self.node(node.child)
        barred = inner.rungs >= ALL_WORDS
        return _Match(np.zeros(self.size, dtype=np.int8), self.zeros(), self.zeros(), 0.0, barred)

    def clause(self, clause: q.Clause) -> _Match:
        scores, covered, weight = self.zeros(), self.zeros(), 0.0
        complete = np.ones(self.size, dtype=bool)
        for term in clause.terms:
            score, share, term_weight = self.term(term)
            scores += score
            covered += share * term_weight
            weight += term_weight
            complete &= share > 0.999
        if not clause.terms:
            complete[:] = False
        literal = np.zeros(self.size, dtype=bool)
        for text in clause.literals:
            literal[self.holding(text)] = True
        scores += GRAM_WEIGHT * self.grams(clause.literals[0])
        rungs = np.where(scores > 0, SOME_WORDS, NONE).astype(np.int8)
        rungs[complete] = ALL_WORDS
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

    def term(self, term: q.Term) -> tuple[np.ndarray, np.ndarray, float]:
        """Score, share of the term that each document has, and what the term weighs."""
        score, share = self.zeros(), self.zeros()
        own = np.zeros(self.size, dtype=bool)
        for alternative in term.alternatives:
            its_score, its_share = self.alternative(alternative)
            score = np.maximum(score, alternative.weight * its_score)
            share = np.maximum(share, its_share)
            if alternative.kind != "synonym":
                own |= its_share > 0.999
        # What the term itself weighs: a common synonym must not make a rare word light.
        found = int(np.count_nonzero(own)) or int(np.count_nonzero(share > 0.999))
        return score, share, self.snapshot.idf(found)

    def alternative(self, alternative: q.Alternative) -> tuple[np.ndarray, np.ndarray]:
        score, share, total = self.zeros(), self.zeros(), 0.0
        for word in alternative.words:
            postings = self.snapshot.word(word)
            idf = self.snapshot.idf(len(postings.documents))
            score[postings.documents] += idf * postings.weights
            share[postings.documents] += idf
            total += idf
        if not total:
            # No word in it (a lone symbol): only the literal string can tell.
            found = self.holding(alternative.text)
            score[found], share[found] = 1.0, 1.0
            return score, share
        share /= total
        literal = np.zeros(0, dtype=np.int64)
        if alternative.kind != "synonym" or len(alternative.text) >= SURE_LENGTH:
            literal = self.holding(alternative.text)
        if len(alternative.words) > 1:
            together = np.zeros(self.size, dtype=bool)
            together[literal] = True
            score[~together] *= SCATTERED
            score[together] *= TOGETHER
            if alternative.kind == "synonym":
                # A synonym of several words means what it says only as a whole.
                partly = ~together & (share < 0.999)
                score[partly], share[partly] = 0, 0
        # It may stand there and have been cut another way.
        score[literal] = np.maximum(score[literal], self.snapshot.idf(len(literal)))
        share[literal] = 1.0
        return score, share

    def closer_first(
        self, query: q.ParsedQuery, rungs: np.ndarray, scores: np.ndarray
    ) -> np.ndarray:
        """Scores with a bonus for words that stand close together, for the best candidates."""
        needles = tuple(dict.fromkeys(term.typed for term in query.terms))
        if not 2 <= len(needles) <= MOST_NEEDLES:
            return scores
        candidates = np.flatnonzero(rungs >= ALL_WORDS)
        best = candidates[np.argsort(-scores[candidates], kind="stable")][:CANDIDATES]
        scores = scores.copy()
        for document in best:
            scores[document] *= 1 + CLOSE * closeness(self.snapshot.text(document), needles)
        return scores

    def by_characters(self, query: q.ParsedQuery, nothing: _Match) -> _Match:
        """The last resort: documents whose text has most of the Chinese characters typed."""
        characters = sorted(
            {c for clause in query.clauses for c in clause.literals[0] if has_han(c)}
        )
        if len(characters) < 2:
            return nothing
        covered, weight = self.zeros(), 0.0
        for character in characters:
            holders = self.snapshot.holding(character, np.flatnonzero(self.snapshot.live))
            idf = self.snapshot.idf(len(holders))
            covered[holders] += idf
            weight += idf
        enough = covered >= weight * MOST_CHARACTERS
        return _Match(
            np.where(enough, SOME_WORDS, NONE).astype(np.int8),
            covered,
            covered,
            weight,
            nothing.barred,
        )

    def grams(self, literal: str) -> np.ndarray:
        """BM25 over the distinct character bigrams of a significant string."""
        score = self.zeros()
        for pair in dict.fromkeys(bigrams(literal)[:-1]):
            postings = self.snapshot.gram(pair)
            if len(postings.documents):
                score[postings.documents] += (
                    self.snapshot.idf(len(postings.documents)) * postings.weights
                )
        return score

    def holding(self, literal: str) -> np.ndarray:
        """The documents in whose text the significant string stands: bigrams, then the text."""
        if not literal:
            return np.zeros(0, dtype=np.int64)
        candidates = np.flatnonzero(self.snapshot.live)
        for pair in dict.fromkeys(bigrams(literal)[:-1]):
            candidates = np.intersect1d(
                candidates, self.snapshot.gram(pair).documents, assume_unique=True
            )
            if not len(candidates):
                return candidates
        if len(literal) == 2:
            return candidates
        return self.snapshot.holding(literal, candidates)

    def in_field(self, clause: q.Clause) -> np.ndarray:
        """The documents that hold every term of the clause, some way, in the clause's field."""
        fields: Iterable[str] = FIELDS[clause.field]
        inside = np.ones(self.size, dtype=bool)
        for term in clause.terms:
            found = np.zeros(self.size, dtype=bool)
            for alternative in term.alternatives:
                held = np.ones(self.size, dtype=bool)
                for word in alternative.words:
                    mask = np.zeros(self.size, dtype=bool)
                    mask[self.snapshot.fields_with(word, fields)] = True
                    held &= mask
                found |= held & bool(alternative.words)
            inside &= found
        return inside

    def zeros(self) -> np.ndarray:
        return np.zeros(self.size, dtype=np.float32)
