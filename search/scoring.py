"""What one term of a query is worth in each document: the best of its alternatives.

The same terms are asked for again and again, so their scores are kept with the postings.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from .index.snapshot import Snapshot
from .query import Alternative, Term

# A term of several words counts less where it does not stand in the document as one string, and
# more where it does.
SCATTERED, TOGETHER = 0.7, 1.15
# Two characters stand in many words by chance (民工 in 人民工作): a synonym as short as that counts
# only as a word.
SURE_LENGTH = 3
# A share from here on is all of the term; rounding keeps sums of shares a little below 1.
ALL = 0.999
# Where a list of documents is longer than this part of the library, all documents are looked at.
MOST_DOCUMENTS = 0.5


class Places:
    """Some documents of a library of `size`, ascending, and where each stands among them."""

    def __init__(self, size: int, documents: np.ndarray | None = None):
        self.documents = np.arange(size) if documents is None else documents
        self._places = None
        if documents is not None:
            self._places = np.empty(size, dtype=np.uint32)
            self._places[documents] = np.arange(len(documents), dtype=np.uint32)

    @classmethod
    def of_any(cls, size: int, lists: Iterable[np.ndarray]) -> "Places":
        """The documents that stand in any of `lists`, and maybe others."""
        lists = list(lists)
        if max(map(len, lists), default=0) > size * MOST_DOCUMENTS:
            return cls(size)
        held = np.zeros(size, dtype=bool)
        for documents in lists:
            held[documents] = True
        return cls(size, np.flatnonzero(held))

    def __len__(self) -> int:
        return len(self.documents)

    def of(self, documents: np.ndarray) -> np.ndarray:
        """Where these documents, which are among them, stand."""
        return documents if self._places is None else self._places[documents]


@dataclass(frozen=True)
class TermScores:
    """documents: ascending; scores and shares: of each, the term's score and how much of the term
    it has; weight: what the term weighs in a query."""

    documents: np.ndarray
    scores: np.ndarray
    shares: np.ndarray
    weight: float

    @property
    def complete(self) -> np.ndarray:
        """Which of the documents have all of the term (bool)."""
        return self.shares > ALL


def term_scores(snapshot: Snapshot, term: Term) -> TermScores:
    """The scores of `term` in every document that holds some of it."""
    documents, scores, shares, weight = snapshot.keep(
        ("term", term), lambda: _Scorer(snapshot, term.alternatives).term()
    )
    return TermScores(documents, scores, shares, float(weight[0]))


def alternative_score(snapshot: Snapshot, alternative: Alternative, document: int) -> float:
    """What the alternative is worth in one document, for an explanation."""
    scorer = _Scorer(snapshot, (alternative,))
    score, _ = scorer.best_of(scorer.alternative(alternative))
    at = np.searchsorted(scorer.places.documents, document)
    found = at < len(score) and scorer.places.documents[at] == document
    return float(score[at]) if found else 0.0


class _Scorer:
    """Scores alternatives in the documents that hold any of their words or literals."""

    def __init__(self, snapshot: Snapshot, alternatives: tuple[Alternative, ...]):
        self.snapshot = snapshot
        self.alternatives = alternatives
        self.postings = {w: snapshot.word(w) for way in alternatives for w in way.words}
        self.literals = {
            way.text: snapshot.holding(way.text) for way in alternatives if _taken_literally(way)
        }
        lists = [postings.documents for postings in self.postings.values()]
        self.places = Places.of_any(snapshot.size, [*lists, *self.literals.values()])

    def term(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        score, share = self.zeros(), self.zeros()
        own = np.zeros(len(self.places), dtype=bool)
        for alternative in self.alternatives:
            its_score, its_share = self.best_of(self.alternative(alternative))
            np.maximum(score, np.float32(alternative.weight) * its_score, out=score)
            np.maximum(share, its_share, out=share)
            if alternative.kind != "synonym":
                own |= its_share > ALL
        # What the term itself weighs: a common synonym must not make a rare word light.
        found = int(np.count_nonzero(own)) or int(np.count_nonzero(share > ALL))
        held = np.flatnonzero(share)
        documents = self.places.documents[held].astype(np.uint32)
        return documents, score[held], share[held], np.array([self.snapshot.idf(found)])

    def best_of(self, parts: Iterable[tuple]) -> tuple[np.ndarray, np.ndarray]:
        """Scores and shares by place, the larger one where several parts have a place."""
        score, share = self.zeros(), self.zeros()
        for places, its_score, its_share in parts:
            score[places] = np.maximum(score[places], its_score)
            share[places] = np.maximum(share[places], its_share)
        return score, share

    def alternative(self, alternative: Alternative) -> Iterator[tuple]:
        """Places with their scores and shares of the alternative."""
        literal = self.places.of(self.literals.get(alternative.text, np.zeros(0, np.uint32)))
        if len(alternative.words) == 1:
            places, weights, idf = self.word(alternative.words[0])
            yield places, idf * weights, np.float32(1)
        elif alternative.words:
            yield self.several_words(alternative, literal)
        # It may stand there and have been cut another way; a lone symbol is in no word at all.
        if len(literal):
            score = self.snapshot.idf(len(literal)) if alternative.words else 1.0
            yield literal, np.float32(score), np.float32(1)

    def word(self, word: str) -> tuple[np.ndarray, np.ndarray, np.float32]:
        """The places of the documents that hold the word, its weights there, and its idf."""
        postings = self.postings[word]
        idf = np.float32(self.snapshot.idf(len(postings.documents)))
        return self.places.of(postings.documents), postings.weights, idf

    def several_words(self, alternative: Alternative, literal: np.ndarray) -> tuple:
        """Places with their scores and shares, of an alternative of more than one word."""
        words = [self.word(word) for word in alternative.words]
        if alternative.kind == "synonym":
            # A synonym of several words means what it says only as a whole.
            places, score = _all_words(words)
            share = np.ones(len(places), dtype=np.float32)
        else:
            score, share = self.zeros(), self.zeros()
            total = sum(idf for _, _, idf in words)
            for places, weights, idf in words:
                score[places] += idf * weights
                share[places] += idf / total
            places = np.flatnonzero(share)
            score, share = score[places], share[places]
        together = np.zeros(len(self.places), dtype=bool)
        together[literal] = True
        return places, score * np.where(together[places], TOGETHER, SCATTERED), share

    def zeros(self) -> np.ndarray:
        return np.zeros(len(self.places), dtype=np.float32)


def _all_words(words) -> tuple[np.ndarray, np.ndarray]:
    """The places where all of `words` stand, and their scores."""
    words = sorted(words, key=lambda word: len(word[0]))
    found, _, _ = words[0]
    for places, _, _ in words[1:]:
        found = found[_among(found, places)]
    score = np.zeros(len(found), dtype=np.float32)
    for places, weights, idf in words:
        if len(found):
            score += idf * weights[np.searchsorted(places, found)]
    return found, score


def _among(few: np.ndarray, many: np.ndarray) -> np.ndarray:
    """Which of `few` are in `many` (bool); both ascending."""
    if not len(many):
        return np.zeros(len(few), dtype=bool)
    at = np.searchsorted(many, few)
    at[at == len(many)] = 0
    return many[at] == few


def _taken_literally(alternative: Alternative) -> bool:
    return alternative.kind != "synonym" or len(alternative.text) >= SURE_LENGTH
