"""One commit of the index as NumPy arrays: what ranking and facets read.

Whoosh keeps the index; a term's postings are read from it once and kept as arrays. A snapshot never
changes, so threads share it; a new commit gets a new one.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from whoosh.reading import TermNotFound

from .schema import WORD_FIELDS

# Postings kept in memory, per snapshot.
CACHE_BYTES = 64 * 1024 * 1024

# Saturation of term frequency (BM25's k1) and the weight of length for character bigrams.
K1, GRAM_B = 1.2, 0.75


@dataclass(frozen=True)
class Postings:
    """The documents that hold a term, ascending, and its weight in each (saturated, no idf)."""

    documents: np.ndarray
    weights: np.ndarray

    @property
    def nbytes(self) -> int:
        return self.documents.nbytes + self.weights.nbytes


class Snapshot:
    """Documents are numbered 0 … size-1; deleted ones have a number but are not `live`."""

    def __init__(self, key, index):
        self.key = key
        self._reader = index.reader()
        self._reading = threading.RLock()
        self.size = self._reader.doc_count_all()
        self.live = np.zeros(self.size, dtype=bool)
        self.ids = np.zeros(self.size, dtype=np.int64)
        self._stored = dict(self._reader.iter_docs())
        for number, fields in self._stored.items():
            self.live[number] = True
            self.ids[number] = int(fields["id"])
        self.count = int(self.live.sum())
        self._texts = self._reader.column_reader("text") if self.size else None
        self._lengths = {}
        self._cache: OrderedDict = OrderedDict()
        self._cached_bytes = 0
        self._facets: dict[str, dict[str, np.ndarray]] | None = None

    # Terms

    def word(self, word: str) -> Postings:
        """Weighted over the word fields as BM25F does: field weights, field lengths, k1."""
        return self._cached(("word", word), lambda: self._read_word(word))

    def gram(self, pair: str) -> Postings:
        """Of a character bigram, anywhere in the document."""
        return self._cached(("gram", pair), lambda: self._read_gram(pair))

    def fields_with(self, word: str, fields: Iterable[str]) -> np.ndarray:
        """The documents that hold `word` in one of these fields."""
        fields = tuple(fields)

        def read():
            found = [self._read(field, word)[0] for field in fields]
            documents = np.unique(np.concatenate(found))
            return Postings(documents, np.ones(len(documents), dtype=np.float32))

        return self._cached((fields, word), read).documents

    def frequency(self, word: str) -> int:
        """In how many documents the word stands."""
        return len(self.word(word).documents)

    def idf(self, frequency: int) -> float:
        return float(np.log(1.0 + (self.count - frequency + 0.5) / (frequency + 0.5)))

    def text(self, document: int) -> str:
        """The significant characters of a document."""
        with self._reading:
            return self._texts[document].decode("utf-8", "surrogatepass")

    def holding(self, literal: str, among: np.ndarray) -> np.ndarray:
        """Those of the documents `among` in whose text the significant string stands."""
        needle = literal.encode("utf-8", "surrogatepass")
        with self._reading:
            return np.array([n for n in among if needle in self._texts[int(n)]], dtype=np.int64)

    def lexicon(self, field: str) -> list[tuple[str, int]]:
        """Every term of a field with the number of documents that hold it."""
        with self._reading:
            return [
                (name.decode("utf-8", "surrogatepass"), info.doc_frequency())
                for name, info in self._reader.iter_field(field)
            ]

    # Stored values

    def facet(self, name: str) -> dict[str, np.ndarray]:
        """Of each value of a facet, which documents have it (bool, by document)."""
        if self._facets is None:
            facets: dict[str, dict[str, np.ndarray]] = {}
            for number, fields in self._stored.items():
                for facet, values in fields["facets"].items():
                    for value in values:
                        by_value = facets.setdefault(facet, {})
                        if value not in by_value:
                            by_value[value] = np.zeros(self.size, dtype=bool)
                        by_value[value][number] = True
            self._facets = facets
        return self._facets.get(name, {})

    def order(self, document: int) -> tuple:
        """(date, notice id, number) of the case, for sorting."""
        return self._stored[int(document)]["order"]

    def numbers_of(self, ids: Iterable[int]) -> np.ndarray:
        """The documents of the cases with these ids, where the index holds them."""
        return np.flatnonzero(self.live & np.isin(self.ids, list(ids)))

    # Reading

    def _read_word(self, word: str) -> Postings:
        total = np.zeros(self.size, dtype=np.float32)
        for field, (weight, b) in WORD_FIELDS.items():
            documents, frequencies = self._read(field, word)
            if len(documents):
                lengths, average = self._field_lengths(field)
                norm = 1.0 - b + b * lengths[documents] / average
                total[documents] += weight * frequencies / norm
        documents = np.flatnonzero(total)
        pseudo = total[documents]
        return Postings(documents, pseudo * (K1 + 1) / (pseudo + K1))

    def _read_gram(self, pair: str) -> Postings:
        documents, frequencies = self._read("grams", pair)
        if not len(documents):
            return Postings(documents, frequencies)
        lengths, average = self._field_lengths("grams")
        norm = 1.0 - GRAM_B + GRAM_B * lengths[documents] / average
        return Postings(documents, frequencies * (K1 + 1) / (frequencies + K1 * norm))

    def _read(self, field: str, text: str) -> tuple[np.ndarray, np.ndarray]:
        with self._reading:
            try:
                matcher = self._reader.postings(field, text)
            except (TermNotFound, UnicodeEncodeError):
                return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
            documents, weights = [], []
            while matcher.is_active():
                documents.append(matcher.id())
                weights.append(matcher.weight())
                matcher.next()
        return np.array(documents, dtype=np.int64), np.array(weights, dtype=np.float32)

    def _field_lengths(self, field: str) -> tuple[np.ndarray, float]:
        if field not in self._lengths:
            with self._reading:
                length = self._reader.doc_field_length
                lengths = np.array(
                    [length(n, field) if self.live[n] else 0 for n in range(self.size)],
                    dtype=np.float32,
                )
            filled = lengths[lengths > 0]
            self._lengths[field] = (lengths, float(filled.mean()) if len(filled) else 1.0)
        return self._lengths[field]

    def _cached(self, key, read) -> Postings:
        with self._reading:
            if key in self._cache:
                self._cache.move_to_end(key)
                return self._cache[key]
            postings = read()
            self._cache[key] = postings
            self._cached_bytes += postings.nbytes
            while self._cached_bytes > CACHE_BYTES and len(self._cache) > 1:
                _, oldest = self._cache.popitem(last=False)
                self._cached_bytes -= oldest.nbytes
            return postings
