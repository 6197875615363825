"""Writing one segment of the index.

Whoosh's own writer spends some 18 µs a posting on tuples and sorting in Python. Here a posting is
one number of 64 bits, and NumPy sorts them. What a segment holds: segments.py.
"""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from ..schema import WORD_FIELDS
from .arrays import write_arrays
from .document import IndexDocument, terms_of

# A posting of a word: term, document, field and frequency, so that sorting puts the postings of a
# term side by side and in the order of documents.
TERM_SHIFT, DOCUMENT_SHIFT, FIELD_SHIFT = 40, 20, 16
MOST_DOCUMENTS = 1 << (TERM_SHIFT - DOCUMENT_SHIFT)
MOST_FREQUENCY = (1 << FIELD_SHIFT) - 1
FIELD_NUMBERS = {name: number for number, name in enumerate(WORD_FIELDS)}

# A larger library is written as several segments, so that memory stays bounded: the postings of so
# many documents of 2,000 characters are sorted in some 500 MB.
SEGMENT_DOCUMENTS = 20_000
# The columns to sort by: YYYYMMDD, ids, and millionths of an improvement with 1 added, 0 for none.
ORDERS = ("date", "notice", "number", "improvement")
MILLION = 1_000_000


class SegmentWriter:
    """Collects documents; write() makes a segment of them."""

    def __init__(self):
        self._ids: list[int] = []
        self._texts: list[bytes] = []
        self._order: list[tuple[int, int, int, int]] = []
        self._facets: list[dict] = []
        self._lengths: list[list[int]] = []
        self._words = _Inverted()
        self._names = _Inverted()
        self._grams: list[np.ndarray] = []

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def is_full(self) -> bool:
        return len(self) >= SEGMENT_DOCUMENTS

    def add(self, document: IndexDocument) -> None:
        number = len(self._ids)
        terms = terms_of(document)
        order = document.order
        improvement = 0 if order.improvement is None else 1 + round(order.improvement * MILLION)
        text = document.text
        # Whatever could fail has been done: a document is added whole or not at all.
        lengths = [0] * len(FIELD_NUMBERS)
        for name, counts in terms.words.items():
            field = FIELD_NUMBERS[name]
            lengths[field] = counts.total()
            self._words.add(number, counts, field)
        self._names.add(number, Counter(terms.names))
        self._grams.append(_grams_of(text) << np.uint64(32) | np.uint64(number))
        self._lengths.append(lengths)
        self._facets.append(document.facets)
        date = int(order.date.replace("-", ""))
        self._order.append((date, order.notice, order.number, improvement))
        self._texts.append(text.encode("utf-8", "surrogatepass"))
        self._ids.append(document.id)

    def write(self, path: Path) -> None:
        """Write the segment's file; the writer is empty afterwards."""
        lengths = np.array(self._lengths, dtype=np.uint32).reshape(len(self), len(FIELD_NUMBERS))
        arrays = {
            "ids": np.array(self._ids, dtype=np.int64),
            **_columns("order.", ORDERS, self._order),
            **{f"length.{name}": lengths[:, number] for name, number in FIELD_NUMBERS.items()},
            **self._words.arrays("words"),
            **self._names.arrays("names"),
            **_gram_arrays(self._grams),
            "text": np.frombuffer(b"".join(self._texts), dtype=np.uint8),
            "text.starts": _starts([len(text) for text in self._texts]),
        }
        facets, values = _facet_arrays(self._facets)
        write_arrays(path, {**arrays, **facets}, {"facets": values})
        self.__init__()


class _Inverted:
    """Postings of terms, packed as they come and sorted at the end."""

    def __init__(self):
        self._numbers: dict[str, int] = {}
        self._packed: list[np.ndarray] = []

    def add(self, document: int, counts: Counter, field: int = 0) -> None:
        numbers = self._numbers
        terms = [numbers.setdefault(term, len(numbers)) for term in counts]
        packed = np.array(terms, dtype=np.uint64) << np.uint64(TERM_SHIFT)
        packed |= np.uint64(document << DOCUMENT_SHIFT | field << FIELD_SHIFT)
        packed |= np.fromiter(counts.values(), np.uint64, len(counts)).clip(max=MOST_FREQUENCY)
        self._packed.append(packed)

    def arrays(self, name: str) -> dict[str, np.ndarray]:
        """Terms in the order of their bytes; for each a run of postings."""
        terms = sorted(self._numbers, key=_encoded)
        ranks = np.zeros(len(terms), dtype=np.uint64)
        ranks[[self._numbers[term] for term in terms]] = np.arange(len(terms), dtype=np.uint64)
        packed = _joined(self._packed)
        low = (1 << TERM_SHIFT) - 1
        packed = ranks[packed >> np.uint64(TERM_SHIFT)] << np.uint64(TERM_SHIFT) | (
            packed & np.uint64(low)
        )
        packed.sort()
        owner = packed >> np.uint64(TERM_SHIFT)
        documents = (packed >> np.uint64(DOCUMENT_SHIFT)).astype(np.uint32) & np.uint32(
            MOST_DOCUMENTS - 1
        )
        encoded = [_encoded(term) for term in terms]
        first = np.ones(len(packed), dtype=bool)
        first[1:] = (packed[1:] ^ packed[:-1]) >> np.uint64(DOCUMENT_SHIFT) != 0
        return {
            f"{name}.terms": np.frombuffer(b"".join(encoded), dtype=np.uint8),
            f"{name}.term_starts": _starts([len(term) for term in encoded]),
            f"{name}.starts": np.searchsorted(owner, np.arange(len(terms) + 1)).astype(np.uint64),
            f"{name}.documents": documents,
            f"{name}.fields": (packed >> np.uint64(FIELD_SHIFT)).astype(np.uint8) & np.uint8(15),
            f"{name}.frequencies": packed.astype(np.uint16),
            f"{name}.document_counts": np.bincount(
                owner[first].astype(np.int64), minlength=len(terms)
            ).astype(np.uint32),
        }


def gram_codes(text: str) -> np.ndarray:
    """The overlapping pairs of UTF-16 units of `text` as uint32, as they come.

    The last unit stands once more alone (with 0), so that every character begins a pair.
    """
    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype="<u2")
    following = np.zeros_like(units)
    following[:-1] = units[1:]
    return units.astype(np.uint32) << np.uint32(16) | following


def _grams_of(text: str) -> np.ndarray:
    return np.unique(gram_codes(text)).astype(np.uint64)


def _gram_arrays(grams: list[np.ndarray]) -> dict[str, np.ndarray]:
    packed = _joined(grams)
    packed.sort()
    codes = (packed >> np.uint64(32)).astype(np.uint32)
    first = np.ones(len(codes), dtype=bool)
    first[1:] = codes[1:] != codes[:-1]
    starts = np.append(np.flatnonzero(first), len(codes)).astype(np.uint64)
    return {
        "grams.codes": codes[first],
        "grams.starts": starts,
        "grams.documents": packed.astype(np.uint32),
    }


def _facet_arrays(facets: Iterable[dict]) -> tuple[dict[str, np.ndarray], dict[str, list[str]]]:
    """For each facet the documents' sets of values, each set kept once.

    sets: the number of its set, by document; entries: (set, value) of all sets, by set.
    """
    names = sorted({name for values in facets for name in values})
    arrays, all_values = {}, {}
    for name in names:
        sets: dict[tuple[str, ...], int] = {}
        of_document = [
            sets.setdefault(tuple(sorted(values.get(name, ()))), len(sets)) for values in facets
        ]
        values = sorted({value for members in sets for value in members})
        numbers = {value: number for number, value in enumerate(values)}
        entries = [(number, numbers[v]) for members, number in sets.items() for v in members]
        arrays[f"facet.{name}"] = np.array(of_document, dtype=np.uint32)
        arrays |= _columns(f"facet.{name}.", ("entry_sets", "entry_values"), entries, np.uint32)
        arrays[f"facet.{name}.sets"] = np.array([len(sets)], dtype=np.uint32)
        all_values[name] = values
    return arrays, all_values


def _columns(prefix, names, rows, dtype=np.int64) -> dict[str, np.ndarray]:
    table = np.array(rows, dtype=dtype).reshape(len(rows), len(names))
    return {f"{prefix}{name}": table[:, number] for number, name in enumerate(names)}


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    """The parts in one array; they are given up, so that memory holds them once."""
    joined = np.concatenate(parts) if parts else np.zeros(0, dtype=np.uint64)
    parts.clear()
    return joined


def _starts(lengths: list[int]) -> np.ndarray:
    starts = np.zeros(len(lengths) + 1, dtype=np.uint64)
    np.cumsum(lengths, out=starts[1:])
    return starts


def _encoded(term: str) -> bytes:
    return term.encode("utf-8", "surrogatepass")
