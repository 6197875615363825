"""Suggestions while typing: by Chinese, by pinyin, by initials. Pure.

Entries of one kind are laid out in arrays, so that a hundred thousand titles can stand in a file
that all processes share: the keys of each entry, and the order of the keys. What begins with the
typed text is a range of that order; what holds it elsewhere is looked for in the bytes of all.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .index.arrays import Arrays
from .normalize import significant
from .understanding import pinyin
from .understanding.texts import Texts

# In the order in which readers see them, with how many of each at most.
KINDS = {"theme": 3, "city": 3, "approach": 3, "search": 3, "term": 5, "case": 4}
LIMIT = 10
# Of an entry's pinyin so many letters are kept; nobody types more of it.
LONGEST = 64


@dataclass(frozen=True)
class Entry:
    """kind: one of KINDS; value: code of a term or region, id of a case, else the text itself;
    count: how many published cases it leads to."""

    kind: str
    label: str
    value: str
    count: int


class Shelf:
    """Entries of one kind, best first, numbered from 0."""

    def __init__(self, kind: str, arrays: Arrays, hidden: np.ndarray | None = None):
        self.kind, self.arrays = kind, arrays
        self._hidden = hidden
        self._labels, self._values = _texts(arrays, "label"), _texts(arrays, "value")
        self._keys = {name: _Keys.of_arrays(arrays, name) for name in _KEYS}

    @classmethod
    def of(cls, kind: str, entries: Iterable[Entry]) -> "Shelf":
        entries = list(entries)
        counts = np.fromiter((entry.count for entry in entries), np.uint32, len(entries))
        arrays: dict[str, np.ndarray] = {"counts": counts}
        texts = [significant(entry.label) for entry in entries]
        for name, key in _KEYS.items():
            arrays |= _Keys.of(map(key, texts)).arrays(name)
        arrays |= _named(Texts.of(entry.label for entry in entries), "label")
        arrays |= _named(Texts.of(entry.value for entry in entries), "value")
        return cls(kind, arrays)

    def hiding(self, hidden: np.ndarray) -> "Shelf":
        """The same, but never to suggest the entries whose numbers are True in `hidden`."""
        return Shelf(self.kind, self.arrays, hidden)

    def __len__(self) -> int:
        return len(self._labels)

    @cached_property
    def numeric_values(self) -> np.ndarray:
        """The values of all entries, where these are ids (int64)."""
        return np.fromiter(map(int, map(self._values.raw, range(len(self)))), np.int64, len(self))

    def __iter__(self) -> Iterator[Entry]:
        return map(self.entry, range(len(self)))

    def entry(self, number: int) -> Entry:
        count = int(self.arrays["counts"][number])
        return Entry(self.kind, self._labels[number], self._values[number], count)

    def beginning(self, typed: str, key: str, most: int) -> list[Entry]:
        """The best entries whose `key` ("text", "letters" or "initials") begins with `typed`."""
        numbers = self._keys[key].beginning(typed if key == "text" else typed[:LONGEST])
        if self._hidden is not None:
            numbers = numbers[~self._hidden[numbers]]
        if len(numbers) > most:
            numbers = np.partition(numbers, most - 1)[:most]
        return [self.entry(number) for number in sorted(numbers.tolist())]

    def holding(self, typed: str, most: int) -> list[Entry]:
        """The best entries in whose text `typed` stands."""
        found: list[Entry] = []
        for numbers in self._keys["text"].texts.holding(typed):
            for number in numbers:
                if self._hidden is None or not self._hidden[number]:
                    found.append(self.entry(number))
                    if len(found) == most:
                        return found
        return found


class Suggester:
    """`shelves`: everything that may be suggested. Of entries with the same kind and value only
    the first counts."""

    def __init__(self, shelves: Iterable[Shelf]):
        self._shelves = {kind: [] for kind in KINDS}
        for shelf in shelves:
            self._shelves[shelf.kind].append(shelf)

    def suggest(self, typed: str) -> list[Entry]:
        """At most LIMIT entries for what has been typed so far; empty for nothing."""
        typed = significant(typed)
        if not typed:
            return []
        chosen = [
            entry for kind, most in KINDS.items() for entry in self._of_kind(kind, typed, most)
        ]
        return chosen[:LIMIT]

    def _of_kind(self, kind: str, typed: str, most: int) -> list[Entry]:
        shelves = self._shelves[kind]
        keys = list(_KEYS) if typed.isascii() and typed.isalpha() else ["text"]
        found: dict[str, Entry] = {}
        # What begins with it comes first; only where that is too little, what holds it elsewhere.
        for key in keys:
            for shelf in shelves:
                for entry in shelf.beginning(typed, key, most):
                    found.setdefault(entry.value, entry)
        for shelf in shelves:
            if len(found) < most:
                # Among as many more as there are, those that begin with it may be all.
                for entry in shelf.holding(typed, most + len(found)):
                    found.setdefault(entry.value, entry)
        return list(found.values())[:most]


class _Keys:
    """One key of each entry. texts: by number; order: the numbers as their keys are sorted."""

    def __init__(self, texts: Texts, order: np.ndarray):
        self.texts, self._order = texts, order

    @classmethod
    def of(cls, keys: Iterable[str]) -> "_Keys":
        texts = Texts.of(keys)
        order = sorted(range(len(texts)), key=texts.raw)
        return cls(texts, np.array(order, dtype=np.uint32))

    @classmethod
    def of_arrays(cls, arrays: Arrays, name: str) -> "_Keys":
        return cls(_texts(arrays, name), arrays[f"{name}-order"])

    def arrays(self, name: str) -> dict[str, np.ndarray]:
        return {**_named(self.texts, name), f"{name}-order": self._order}

    def beginning(self, text: str) -> np.ndarray:
        """The numbers of the keys that begin with `text`."""
        raw, order = text.encode("utf-8", "surrogatepass"), memoryview(self._order)
        first = bisect_left(order, raw, key=self.texts.raw)
        # No text in UTF-8 has this byte.
        last = bisect_left(order, raw + b"\xff", lo=first, key=self.texts.raw)
        return self._order[first:last]


_KEYS = {
    "text": str,
    "letters": lambda text: pinyin.letters(text)[:LONGEST],
    "initials": lambda text: pinyin.initials(text)[:LONGEST],
}


def _texts(arrays: Arrays, name: str) -> Texts:
    return Texts.of_arrays({part: arrays[f"{name}-{part}"] for part in ("content", "starts")})


def _named(texts: Texts, name: str) -> dict[str, np.ndarray]:
    return {f"{name}-{part}": array for part, array in texts.arrays.items()}
