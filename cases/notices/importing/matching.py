"""Which cases of a file are which of the library's. Pure: by what they are called and say.

A case's number says little: one case inserted into an amended notice moves all that follow.
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

# Dice's coefficient from which two texts, or two titles, are largely the same.
_LARGELY = 0.5
_TEXT_GRAM = 3
_TITLE_GRAM = 2


@dataclass(frozen=True)
class Words:
    """What a case is known by; title and text in normal form."""

    number: int | None
    title: str
    text: str

    @classmethod
    def of(cls, number: int | None, title: str, text: str) -> "Words":
        return cls(number, normal(title), normal(text))


def normal(text: str) -> str:
    """Letters and digits only, in one width and case: spelling and layout are gone."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def pair(offered: Sequence[Words], kept: Sequence[Words]) -> dict[int, int]:
    """Index into `offered` -> index into `kept`, each at most once.

    The surest first: all the same; a title that only one has; largely the same text; a title that
    several have; and the number only together with largely the same title.
    """
    pairs = _Pairs(offered, kept)
    pairs.with_same(lambda words: (words.number, words.title, words.text))
    pairs.with_same(lambda words: (words.title, words.text))
    pairs.with_same(lambda words: words.title, alone=True)
    pairs.best_of(alike_texts(offered, kept) if pairs.incomplete else {})
    pairs.with_same(lambda words: (words.number, words.title))
    pairs.with_same(lambda words: words.title)
    pairs.best_of(_alike_titles_of_one_number(offered, kept) if pairs.incomplete else {})
    return pairs.found


def alike_texts(offered: Sequence[Words], kept: Sequence[Words]) -> dict[tuple[int, int], float]:
    """The pairs whose texts are largely the same -> how much (to 1).

    Only what a single case says counts: phrases that a notice repeats in each of its cases say
    nothing about which is which.
    """
    ours, theirs = _distinctive(offered), _distinctive(kept)
    sizes = Counter(ours.values()), Counter(theirs.values())
    common = Counter((ours[gram], theirs[gram]) for gram in ours.keys() & theirs.keys())
    scores = {(i, j): 2 * n / (sizes[0][i] + sizes[1][j]) for (i, j), n in common.items()}
    return {pair: score for pair, score in scores.items() if score >= _LARGELY}


def _distinctive(cases: Sequence[Words]) -> dict[str, int]:
    """Each run of characters that stands in one case only -> the index of that case."""
    owner: dict[str, int | None] = {}
    for index, case in enumerate(cases):
        for gram in _grams(case.text, _TEXT_GRAM):
            owner[gram] = None if gram in owner else index
    return {gram: index for gram, index in owner.items() if index is not None}


def _alike_titles_of_one_number(
    offered: Sequence[Words], kept: Sequence[Words]
) -> dict[tuple[int, int], float]:
    by_number = {words.number: j for j, words in enumerate(kept) if words.number is not None}
    scores = {}
    for i, words in enumerate(offered):
        j = by_number.get(words.number)
        if j is not None:
            ours, theirs = _grams(words.title, _TITLE_GRAM), _grams(kept[j].title, _TITLE_GRAM)
            score = 2 * len(ours & theirs) / max(1, len(ours) + len(theirs))
            if score >= _LARGELY:
                scores[i, j] = score
    return scores


def _grams(text: str, size: int) -> set[str]:
    return {text[start : start + size] for start in range(len(text) - size + 1)}


class _Pairs:
    """The pairs found so far, and what is still free."""

    def __init__(self, offered: Sequence[Words], kept: Sequence[Words]):
        self.offered, self.kept = offered, kept
        self.free_offered = dict.fromkeys(range(len(offered)))
        self.free_kept = dict.fromkeys(range(len(kept)))
        self.found: dict[int, int] = {}

    @property
    def incomplete(self) -> bool:
        return bool(self.free_offered and self.free_kept)

    def with_same(self, key: Callable[[Words], Hashable], alone: bool = False) -> None:
        """Pair in their order those of one key; `alone`: where each side has a single one."""
        ours = self._by_key(self.offered, self.free_offered, key)
        theirs = self._by_key(self.kept, self.free_kept, key)
        for value in ours.keys() & theirs.keys():
            if not alone or len(ours[value]) == len(theirs[value]) == 1:
                for i, j in zip(ours[value], theirs[value], strict=False):
                    self._take(i, j)

    def best_of(self, scores: Mapping[tuple[int, int], float]) -> None:
        """Pair by the highest score; among equals those of one title, or else of one number."""

        def rank(pair):
            ours, theirs = self.offered[pair[0]], self.kept[pair[1]]
            return (scores[pair], ours.title == theirs.title, ours.number == theirs.number)

        for i, j in sorted(scores, key=rank, reverse=True):
            if i in self.free_offered and j in self.free_kept:
                self._take(i, j)

    def _take(self, i: int, j: int) -> None:
        self.found[i] = j
        del self.free_offered[i], self.free_kept[j]

    @staticmethod
    def _by_key(
        cases: Sequence[Words], free: Iterable[int], key: Callable[[Words], Hashable]
    ) -> dict[Hashable, list[int]]:
        groups = defaultdict(list)
        for index in free:
            if cases[index].title:
                groups[key(cases[index])].append(index)
        return groups
