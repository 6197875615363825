"""One commit of the index: the documents of all its segments, as what ranking and facets read.

A snapshot never changes, so threads share it; a new commit gets a new one, which takes over the
segments that are still in it, with the postings that were kept for them.
"""

import contextlib
import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from cachetools import LRUCache

from .facets import Facet
from .segments import Segment, average_lengths
from .writing import FIELD_NUMBERS

# Saturation of term frequency: BM25's k1.
K1 = 1.2
# Postings and literals kept in memory, per process.
CACHE_BYTES = 48 * 1024 * 1024


@dataclass(frozen=True)
class Postings:
    """The documents that hold a term, ascending, and its weight in each (saturated, no idf)."""

    documents: np.ndarray
    weights: np.ndarray


class PostingsCache:
    """What has been worked out for a term in a segment; the least recently used goes first."""

    def __init__(self, size: int = CACHE_BYTES):
        self._entries = LRUCache(size, getsizeof=_bytes_of)
        self._lock = threading.Lock()

    def get(self, key: tuple, make: Callable[[], tuple[np.ndarray, ...]]) -> tuple:
        with self._lock:
            found = self._entries.get(key)
        if found is None:
            # Outside the lock: two threads may work it out twice, none waits for the other.
            found = make()
            # What is larger than the whole cache is not kept.
            with self._lock, contextlib.suppress(ValueError):
                self._entries[key] = found
        return found

    def words(self) -> list[str]:
        """The words that are held, each once."""
        with self._lock:
            return list(dict.fromkeys(key[-1] for key in self._entries if key[0] == "word"))


class Snapshot:
    """Documents are numbered 0 … size-1 through all segments; deleted ones have a number but are
    not `live`. ids: of the cases, by document. folder: of the generation; built: the segments that
    it was built with."""

    def __init__(
        self,
        key: tuple,
        folder: Path,
        segments: Sequence[tuple[Segment, Collection[int]]],
        cache: PostingsCache,
        built: Collection[str] = (),
    ):
        self.key = key
        self.folder = folder
        self.segments = tuple(segment for segment, _ in segments)
        self._cache = cache
        self._built = frozenset(built)
        self._averages = average_lengths(self.segments)
        self._factors: dict[str, np.ndarray] = {}
        sizes = [segment.size for segment in self.segments]
        self._bases = [0, *np.cumsum(sizes, dtype=int).tolist()]
        self.size = self._bases.pop()
        self.live = np.ones(self.size, dtype=bool)
        for base, (_, deleted) in zip(self._bases, segments, strict=True):
            self.live[[base + number for number in deleted]] = False
        self.ids = _joined([segment.ids for segment in self.segments], np.int64)
        self.count = int(self.live.sum())
        self._facets: dict[str, Facet] = {}

    # Terms

    def word(self, word: str) -> Postings:
        """Weighted over the word fields as BM25F does: field weights, field lengths, k1."""
        return Postings(*self._through(("word", self._averages), word, self._read_word))

    def holding(self, literal: str) -> np.ndarray:
        """The documents, ascending, in whose text the significant string stands."""
        return self._through(("literal",), literal, lambda s, text: (s.holding(text),))[0]

    def pairs(self, literal: str, documents: np.ndarray) -> np.ndarray:
        """The rarity (idf) of the literal's pairs of characters that each of `documents` has."""
        weight = np.zeros(len(documents), dtype=np.float32)
        counts, held = 0, []
        for segment, base in zip(self.segments, self._bases, strict=True):
            inside = (documents >= base) & (documents < base + segment.size)
            found = list(segment.pairs(literal, (documents[inside] - base).astype(np.uint32)))
            counts = counts + np.array([count for count, _ in found])
            held.append((inside, [having for _, having in found]))
        for inside, having in held:
            for count, has in zip(counts, having, strict=True):
                weight[inside] += self.idf(int(count)) * has
        return weight

    def keep(self, key: tuple, make: Callable[[], tuple[np.ndarray, ...]]) -> tuple:
        """What `make` gives for this snapshot, kept under `key` with the postings."""
        return self._cache.get((*key, self.key), make)

    def in_fields(self, word: str, fields: Iterable[str]) -> np.ndarray:
        """The documents, ascending, that hold `word` in one of these fields."""
        numbers = [FIELD_NUMBERS[field] for field in fields]
        found = []
        for segment, base in zip(self.segments, self._bases, strict=True):
            documents, of_field, _ = segment.postings(word)
            found.append(np.unique(documents[np.isin(of_field, numbers)]) + base)
        return _joined(found, np.intp)

    def frequency(self, word: str) -> int:
        """In how many documents the word stands."""
        return len(self.word(word).documents)

    def idf(self, frequency: int) -> float:
        """Of a term that stands in so many documents, deleted ones counted on both sides."""
        return float(np.log(1.0 + (self.size - frequency + 0.5) / (frequency + 0.5)))

    def text(self, document: int) -> str:
        """The significant characters of a document, a line each field."""
        number = int(np.searchsorted(self._bases, document, side="right")) - 1
        return self.segments[number].text(int(document) - self._bases[number])

    def lexicon(self, table: str, after_build: bool = False) -> dict[str, int]:
        """Every term of the table (words or names) with the number of documents that hold it.

        after_build: only of the segments that were written since the generation was built.
        """
        counts: dict[str, int] = {}
        for segment in self.segments:
            if after_build and segment.key in self._built:
                continue
            for term, frequency in segment.lexicon(table):
                counts[term] = counts.get(term, 0) + frequency
        return counts

    def frequent_words(self, most: int) -> list[str]:
        """The words that stand in the most documents of the largest segment."""
        if not self.segments:
            return []
        return max(self.segments, key=lambda segment: segment.size).frequent_words(most)

    def warm(self, words: Iterable[str]) -> None:
        """Work out the postings of `words` now, so that no reader waits for them."""
        for word in words:
            self.word(word)

    # Stored values

    def facet(self, name: str) -> Facet:
        if name not in self._facets:
            self._facets[name] = Facet(name, self.segments)
        return self._facets[name]

    @cached_property
    def recency(self) -> np.ndarray:
        """The place of each document, newest first: by date, then notice, then number in it."""
        date, notice, number = (
            _joined([segment.order(name) for segment in self.segments], np.int64)
            for name in ("date", "notice", "number")
        )
        places = np.empty(self.size, dtype=np.uint32)
        places[np.lexsort((number, -notice, -date))] = np.arange(self.size, dtype=np.uint32)
        return places

    @cached_property
    def improvement(self) -> np.ndarray:
        """How far each document's headline number moved; 0 where it has none (writing.ORDERS)."""
        parts = [segment.order("improvement") for segment in self.segments]
        return _joined(parts, np.uint32)

    def numbers_of(self, ids: Iterable[int]) -> np.ndarray:
        """The documents of the cases with these ids, where the index holds them."""
        return np.flatnonzero(self.live & np.isin(self.ids, list(ids)))

    def deleted_in(self, segment: int) -> int:
        """How many documents of the segment (by its place) are deleted."""
        base = self._bases[segment]
        return int(np.count_nonzero(~self.live[base : base + self.segments[segment].size]))

    def ids_in(self, segment: int) -> list[int]:
        """The ids of the live documents of the segment (by its place)."""
        part = slice(self._bases[segment], self._bases[segment] + self.segments[segment].size)
        return self.ids[part][self.live[part]].tolist()

    # Reading

    def _through(self, kind: tuple, term: str, read) -> tuple[np.ndarray, ...]:
        """`read(segment, term)` of every segment, joined; documents come first."""
        parts = []
        for segment, base in zip(self.segments, self._bases, strict=True):
            key = (*kind, segment.key, term)
            part = self._cache.get(key, lambda segment=segment: read(segment, term))
            if len(part[0]):
                parts.append((part[0] + np.uint32(base), *part[1:]) if base else part)
        if len(parts) == 1:
            return parts[0]
        if not parts:
            return np.zeros(0, np.uint32), np.zeros(0, np.float32)
        return tuple(map(np.concatenate, zip(*parts, strict=True)))

    def _read_word(self, segment: Segment, word: str) -> tuple[np.ndarray, np.ndarray]:
        documents, fields, frequencies = segment.postings(word)
        if not len(documents):
            return documents, np.zeros(0, np.float32)
        if segment.key not in self._factors:
            self._factors[segment.key] = segment.factors(self._averages)
        counted = self._factors[segment.key][fields, documents] * frequencies
        first = np.ones(len(documents), dtype=bool)
        first[1:] = documents[1:] != documents[:-1]
        starts = np.flatnonzero(first)
        pseudo = np.add.reduceat(counted, starts)
        return documents[starts], (pseudo * (K1 + 1) / (pseudo + K1)).astype(np.float32)


def _joined(parts: list[np.ndarray], dtype) -> np.ndarray:
    return np.concatenate(parts).astype(dtype) if parts else np.zeros(0, dtype=dtype)


def _bytes_of(arrays: tuple[np.ndarray, ...]) -> int:
    # An entry costs about so much beside its numbers.
    return 400 + sum(array.nbytes for array in arrays)
