"""The terms that the corpus and its dictionary have, found by spelling, by sound and by initials.

Pure. The terms of the corpus are counted and laid out once for each generation of the index, and
every process maps the same files; what came after them is a second, small set beside them.
"""

import heapq
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial
from zlib import crc32

import numpy as np

from ..index.arrays import Arrays, touch
from . import pinyin
from .texts import HashTable, Texts

# Beyond this many, rare terms are left out of the look-ups by sound and by near spelling.
LIMIT = 150_000
MIN_LENGTH, MAX_LENGTH = 2, 12
# The longest syllable has six letters (zhuang).
MAX_LETTERS = 6 * MAX_LENGTH


def _gaps(text: str) -> list[str]:
    return [f"{text[:i]}\0{text[i + 1 :]}" for i in range(len(text))]


def _shortened(text: str) -> list[str]:
    return [text[:i] + text[i + 1 :] for i in range(len(text))]


def _characters(text: str) -> str:
    return "".join(sorted(text))


class _Way:
    """A way to a term: `keys` gives the keys under which it is found."""

    def __init__(self, name: str, keys: Callable[[str], list[str]]):
        self.keys = keys
        self._seed = crc32(name.encode())

    def hash(self, key: str) -> int:
        return crc32(key.encode("utf-8", "surrogatepass"), self._seed)


ITSELF = _Way("itself", lambda term: [term])
# Two texts that differ in one character are the same without it, and so is one that lacks it:
# without one character each, they meet. What meets is looked at, for it may differ in two places.
# Of three characters two say too little: there the gap keeps its place.
SHORTER = _Way("shorter", lambda term: [term, *_shortened(term)] if len(term) >= 4 else [])
GAP = _Way("gap", lambda term: _gaps(term) if len(term) == 3 else [])
CHARACTERS = _Way("characters", lambda term: [_characters(term)] if len(term) >= 3 else [])
SOUND = _Way("sound", lambda term: [pinyin.sound(term)])
BLURRED_SOUND = _Way("blurred sound", lambda term: [pinyin.blurred(term)])
LETTERS = _Way("letters", lambda term: [pinyin.letters(term)])
BLURRED_LETTERS = _Way(
    "blurred letters", lambda term: [pinyin.blurred_letters(pinyin.letters(term))]
)
INITIALS = _Way("initials", lambda term: [pinyin.initials(term)])
WAYS = (SHORTER, GAP, CHARACTERS, SOUND, BLURRED_SOUND, LETTERS, BLURRED_LETTERS, INITIALS)


class Terms:
    """Terms with their document counts, best first: frequent before rare, long before short.

    One table leads from the hashes of all keys of all terms to the terms' numbers. Different keys
    may share a hash: the real key of what the table leads to is always compared.
    """

    def __init__(self, texts: Texts, counts: np.ndarray, table: HashTable):
        self._texts, self._table = texts, table
        self.find = table.find
        self.counts = counts
        self._counts = memoryview(counts)

    @classmethod
    def of(cls, counts: Mapping[str, int]) -> "Terms":
        """`counts`: term in the normal form -> how many documents hold it (0: synonyms only)."""
        ranked = sorted(counts, key=lambda term: (-counts[term], -len(term), term))

        hashes, numbers = array("I"), array("I")
        room = LIMIT
        for number, term in enumerate(ranked):
            hashes.append(ITSELF.hash(term))
            if room and MIN_LENGTH <= len(term) <= MAX_LENGTH and pinyin.has_han(term):
                room -= 1
                for way in WAYS:
                    hashes.extend(map(way.hash, way.keys(term)))
            numbers.extend([number] * (len(hashes) - len(numbers)))
        frequencies = np.fromiter((counts[term] for term in ranked), np.uint32, len(ranked))
        return cls(Texts.of(ranked), frequencies, HashTable.of(hashes, numbers))

    @classmethod
    def of_arrays(cls, arrays: Arrays) -> "Terms":
        return cls(Texts.of_arrays(arrays), arrays["counts"], HashTable.of_arrays(arrays))

    @property
    def arrays(self) -> Arrays:
        """All of it, to be stored."""
        return {**self._texts.arrays, "counts": self.counts, **self._table.arrays}

    def __len__(self) -> int:
        return len(self._texts)

    def __contains__(self, term: str) -> bool:
        return self.count(term, ITSELF.hash(term)) is not None

    def items(self) -> Iterator[tuple[str, int]]:
        return ((self._texts[number], count) for number, count in enumerate(self._counts))

    def count(self, term: str, hash_: int) -> int | None:
        """The document count of a term, whose hash as ITSELF is `hash_`; None: unknown."""
        for number in self._table.find(hash_):
            if self._texts[number] == term:
                return self._counts[number]
        return None

    def ranked(
        self, numbers: Iterable[int], fits: Callable[[str], bool]
    ) -> Iterator[tuple[int, int, str]]:
        """Of the terms with these numbers those that fit, best first: (-count, -length, term)."""
        for number in sorted(numbers):
            if fits(term := self._texts[number]):
                yield -self._counts[number], -len(term), term


class Vocabulary:
    """One or more sets of terms as one. Of a term in several, the first set has the count."""

    def __init__(self, *sets: Terms | Mapping[str, int]):
        self.sets = tuple(one if isinstance(one, Terms) else Terms.of(one) for one in sets)
        self._sets = [one for one in self.sets if len(one)]

    def extended(self, counts: Mapping[str, int]) -> "Vocabulary":
        """With the terms that are new in `counts`; the first set stays as it is.

        Later sets are joined so that each is at least twice as large as the next: whatever comes
        in however many steps, few sets are looked through, and no term is laid out often.
        """
        new = {term: count for term, count in counts.items() if term not in self}
        sets = list(self.sets)
        while new and len(sets) > 1 and len(sets[-1]) < 2 * len(new):
            new.update(sets.pop().items())
        return Vocabulary(*sets, new) if new else self

    def count(self, term: str) -> int | None:
        """How many documents hold the term; 0 for synonyms only, None where it is unknown."""
        hash_ = ITSELF.hash(term)
        for terms in self._sets:
            if (count := terms.count(term, hash_)) is not None:
                return count
        return None

    def __contains__(self, term: str) -> bool:
        return self.count(term) is not None

    def frequency(self, term: str) -> int:
        return self.count(term) or 0

    def sounding(self, text: str) -> list[str]:
        """Terms that sound exactly like `text` and are as long, most frequent first."""
        return self._with(SOUND, pinyin.sound(text))

    def sounding_nearly(self, text: str) -> list[str]:
        """Terms that a southern accent makes of `text`."""
        return self._with(BLURRED_SOUND, pinyin.blurred(text))

    def near(self, text: str) -> Iterator[str]:
        """Terms one character away from `text`: another, one more, one less; or in another order.

        They come one by one, best first: a common ending leads to hundreds.
        """
        hashes = [CHARACTERS.hash(_characters(text)), SHORTER.hash(text)]
        if len(text) == 3:
            hashes += map(GAP.hash, _gaps(text))
        else:
            hashes += map(SHORTER.hash, _shortened(text))
        return self._reached(hashes, partial(_is_near, text))

    def spelled(self, letters: str) -> list[str]:
        """Terms whose full pinyin is `letters`."""
        return self._with(LETTERS, letters)

    def spelled_nearly(self, letters: str) -> list[str]:
        """Terms whose full pinyin is `letters` to a southern ear."""
        return self._with(BLURRED_LETTERS, pinyin.blurred_letters(letters))

    def abbreviated(self, letters: str) -> list[str]:
        """Terms whose initials are `letters`, longest and most frequent first."""
        return self._with(INITIALS, letters)

    def prepare(self) -> None:
        """Have everything in memory before the first query needs it."""
        _ = self._touched

    @cached_property
    def _touched(self) -> bool:
        for terms in self._sets:
            touch(terms.arrays.values())
        return True

    def _with(self, way: _Way, key: str) -> list[str]:
        return list(self._reached([way.hash(key)], lambda term: key in way.keys(term)))

    def _reached(self, hashes: Iterable[int], fits: Callable[[str], bool]) -> Iterator[str]:
        """The terms that one of `hashes` leads to and that fit, best first."""
        found: dict[Terms, set[int]] = {}
        for hash_ in hashes:
            for terms in self._sets:
                if numbers := terms.find(hash_):
                    found.setdefault(terms, set()).update(numbers)
        if not found:
            return
        seen = set()
        for *_, term in heapq.merge(*(terms.ranked(found[terms], fits) for terms in found)):
            if term not in seen:
                seen.add(term)
                yield term


def _is_near(text: str, term: str) -> bool:
    """Whether a term of three and more characters is one change away from `text`.

    Short ones would be anything: with four characters one may be missing, not one too many.
    """
    if len(term) == len(text) >= 3:
        differing = sum(a != b for a, b in zip(text, term, strict=True))
        return differing == 1 or (differing > 1 and _characters(term) == _characters(text))
    if len(term) == len(text) + 1:
        return len(term) >= 4 and text in _shortened(term)
    return len(term) == len(text) - 1 >= 4 and term in _shortened(text)
