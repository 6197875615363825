"""Reading one segment: its terms, postings, texts and stored values, as NumPy arrays.

A segment never changes; documents in it are numbered 0 … size-1. Which of them have been deleted
since is known to the commit (snapshot.py), not to the segment.

Its file (arrays.py) holds tables of terms, `words` and `names`, each with

    terms, term_starts      the terms in UTF-8, in the order of their bytes
    starts                  where the postings of each begin
    documents, fields, frequencies      by posting; of a term in the order of documents
    document_counts         in how many documents the term stands

`grams`, the same for pairs of UTF-16 units: codes, starts, documents; and by document: ids,
order.<column>, length.<field>, facet.<name> (see writing.py), text.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

import numpy as np

from ..schema import WORD_FIELDS
from .arrays import MappedArrays
from .writing import FIELD_NUMBERS, gram_codes

# Where a list is so many times as long as the other, looking each up is quicker than marking all.
MUCH_LONGER = 20

NOTHING = np.zeros(0, dtype=np.uint32)


class Segment:
    """The segment in the file `path`. Raises arrays.ArraysError and FileNotFoundError."""

    def __init__(self, path: Path):
        self.key = path.stem
        self._arrays = MappedArrays(path)
        self.ids = self._arrays["ids"]
        self.size = len(self.ids)
        self._tables = {name: _Terms(self._arrays, name) for name in ("words", "names")}

    def order(self, name: str) -> np.ndarray:
        """By document: date (as the number YYYYMMDD), notice (its id) or number (in it)."""
        return self._arrays[f"order.{name}"]

    # Terms

    def lexicon(self, table: str) -> Iterator[tuple[str, int]]:
        """Every term of a table, with the number of documents that hold it."""
        terms = self._tables[table]
        return zip(terms, self._arrays[f"{table}.document_counts"].tolist(), strict=True)

    def frequent_words(self, most: int) -> list[str]:
        """The words that stand in the most documents, no more than `most`."""
        counts = self._arrays["words.document_counts"]
        best = np.argsort(counts, kind="stable")[::-1][:most]
        return [self._tables["words"][number] for number in best.tolist()]

    def postings(self, word: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Documents (ascending; one entry a field), fields (see FIELD_NUMBERS), frequencies."""
        run = self._run("words", word)
        return tuple(
            self._arrays[f"words.{x}"][run] for x in ("documents", "fields", "frequencies")
        )

    def _run(self, table: str, term: str) -> slice:
        number = self._tables[table].find(term)
        if number is None:
            return slice(0, 0)
        starts = self._arrays[f"{table}.starts"]
        return slice(int(starts[number]), int(starts[number + 1]))

    # Lengths

    @cached_property
    def lengths(self) -> np.ndarray:
        """Words by field and document (float32, one row a field of FIELD_NUMBERS)."""
        rows = [self._arrays[f"length.{name}"] for name in FIELD_NUMBERS]
        return np.array(rows, dtype=np.float32).reshape(len(FIELD_NUMBERS), self.size)

    @cached_property
    def total_lengths(self) -> tuple[np.ndarray, np.ndarray]:
        """Words in each field, and how many documents have the field at all."""
        return self.lengths.sum(axis=1, dtype=np.float64), np.count_nonzero(self.lengths, axis=1)

    def factors(self, averages: tuple[float, ...]) -> np.ndarray:
        """What one occurrence counts by field and document: the field's weight over its length."""
        weights, b = np.array(list(WORD_FIELDS.values()), dtype=np.float32).T[:, :, None]
        average = np.array(averages, dtype=np.float32)[:, None]
        return weights / (1 - b + b * self.lengths / average)

    # Facets

    def facet(self, name: str) -> tuple[np.ndarray, int, np.ndarray, np.ndarray, list[str]]:
        """The set of values that each document has, the number of sets, (set, value) of each entry
        in two arrays, and the values."""
        if name not in self._arrays.values["facets"]:
            return np.zeros(self.size, dtype=np.uint32), 1, NOTHING, NOTHING, []
        prefix = f"facet.{name}"
        return (
            self._arrays[prefix],
            int(self._arrays[f"{prefix}.sets"][0]),
            self._arrays[f"{prefix}.entry_sets"],
            self._arrays[f"{prefix}.entry_values"],
            self._arrays.values["facets"][name],
        )

    # Texts

    def text(self, document: int) -> str:
        """The significant characters of a document, a line each field."""
        start, end = self._arrays["text.starts"][document : document + 2].tolist()
        begin = self._arrays.starts["text"]
        return self._arrays.mapping[begin + start : begin + end].decode("utf-8", "surrogatepass")

    def holding(self, literal: str) -> np.ndarray:
        """The documents, ascending, in whose text the significant string stands.

        The pairs of its characters lead to candidates, whose text is looked at.
        """
        codes = gram_codes(literal)
        if len(codes) < 2:
            return self._beginning_with(int(codes[0])) if len(codes) else NOTHING
        runs = sorted((self._gram(code) for code in np.unique(codes[:-1])), key=len)
        candidates = runs[0]
        for run in runs[1:]:
            if not len(candidates):
                return candidates
            candidates = self._both(candidates, run)
        return candidates if len(codes) == 2 else self._verified(literal, candidates)

    def pairs(self, literal: str, documents: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
        """For each pair of characters of a significant string, how many documents have it, and
        which of `documents` do (bool). The pairs are in the order of their codes."""
        for code in np.unique(gram_codes(literal)[:-1]):
            run = self._gram(code)
            places = np.searchsorted(run, documents)
            places[places == len(run)] = 0
            yield len(run), run[places] == documents if len(run) else np.zeros(len(places), bool)

    def _gram(self, code: np.uint32) -> np.ndarray:
        codes, starts = self._arrays["grams.codes"], self._arrays["grams.starts"]
        number = int(np.searchsorted(codes, code))
        if number == len(codes) or codes[number] != code:
            return NOTHING
        return self._arrays["grams.documents"][int(starts[number]) : int(starts[number + 1])]

    def _beginning_with(self, code: int) -> np.ndarray:
        bounds = np.array([code, code | 0xFFFF], dtype=np.uint32)
        codes, starts = self._arrays["grams.codes"], self._arrays["grams.starts"]
        first = np.searchsorted(codes, bounds[0], "left")
        last = np.searchsorted(codes, bounds[1], "right")
        held = np.zeros(self.size, dtype=bool)
        held[self._arrays["grams.documents"][int(starts[first]) : int(starts[last])]] = True
        return np.flatnonzero(held).astype(np.uint32)

    def _both(self, few: np.ndarray, many: np.ndarray) -> np.ndarray:
        if len(many) > MUCH_LONGER * len(few):
            places = np.searchsorted(many, few)
            places[places == len(many)] = 0
            return few[many[places] == few]
        held = np.zeros(self.size, dtype=bool)
        held[many] = True
        return few[held[few]]

    def _verified(self, literal: str, candidates: np.ndarray) -> np.ndarray:
        needle = literal.encode("utf-8", "surrogatepass")
        starts = self._arrays["text.starts"].astype(np.int64) + self._arrays.starts["text"]
        text = self._arrays.mapping
        bounds = zip(starts[candidates].tolist(), starts[candidates + 1].tolist(), strict=True)
        held = [needle in text[start:end] for start, end in bounds]
        return candidates[np.array(held, dtype=bool)]


class _Terms:
    """The terms of a table: a sequence in the order of their bytes."""

    def __init__(self, arrays: MappedArrays, table: str):
        self._bytes = memoryview(arrays[f"{table}.terms"])
        self._starts = memoryview(arrays[f"{table}.term_starts"])

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __iter__(self) -> Iterator[str]:
        return (self[number] for number in range(len(self)))

    def __getitem__(self, number: int) -> str:
        return self._encoded(number).decode("utf-8", "surrogatepass")

    def _encoded(self, number: int) -> bytes:
        return bytes(self._bytes[self._starts[number] : self._starts[number + 1]])

    def find(self, term: str) -> int | None:
        """The number of the term, by halving."""
        wanted = term.encode("utf-8", "surrogatepass")
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            found = self._encoded(middle)
            if found == wanted:
                return middle
            if found < wanted:
                low = middle + 1
            else:
                high = middle
        return None


def average_lengths(segments: Iterable[Segment]) -> tuple[float, ...]:
    """The mean length of each field where it is filled, to two digits.

    Rounded, so that the weights kept for a segment outlive the commit of a few documents; by BM25
    a length that is off by 5 % shifts a weight by less than 2 %.
    """
    words = np.zeros(len(FIELD_NUMBERS))
    filled = np.zeros(len(FIELD_NUMBERS))
    for segment in segments:
        words_of, filled_of = segment.total_lengths
        words += words_of
        filled += filled_of
    means = words / np.maximum(filled, 1)
    return tuple(float(f"{mean:.2g}") if mean else 1.0 for mean in means)
