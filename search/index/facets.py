"""One facet of all documents of a commit.

Few sets of values are much more frequent than their members: documents point at their set, and a
set is counted once for all documents that have it.
"""

from collections.abc import Iterable

import numpy as np

from .segments import Segment


class Facet:
    """`values`: every value that some document has, deleted ones included."""

    def __init__(self, name: str, segments: Iterable[Segment]):
        numbers: dict[str, int] = {}
        sets, entry_sets, entry_values, base = [], [], [], 0
        for segment in segments:
            of_document, count, its_sets, its_values, values = segment.facet(name)
            number = np.array([numbers.setdefault(v, len(numbers)) for v in values], np.intp)
            sets.append(of_document.astype(np.intp) + base)
            entry_sets.append(its_sets.astype(np.intp) + base)
            entry_values.append(number[its_values])
            base += count
        self.values = tuple(numbers)
        self._numbers = numbers
        # The place of each value in their own order.
        self.alphabetical = np.empty(len(numbers), dtype=np.intp)
        self.alphabetical[np.argsort(self.values)] = np.arange(len(numbers))
        self._set_count = base
        self._sets = _joined(sets).astype(np.uint32)
        self._entry_sets = _joined(entry_sets)
        self._entry_values = _joined(entry_values)

    def counts(self, documents: np.ndarray) -> np.ndarray:
        """How many of `documents` have each of the values."""
        of_set = np.bincount(self._sets[documents], minlength=self._set_count)
        counted = np.bincount(
            self._entry_values, weights=of_set[self._entry_sets], minlength=len(self.values)
        )
        return counted.astype(np.int64)

    def having(self, values: Iterable[str]) -> np.ndarray:
        """Which documents have any of `values` (bool, by document)."""
        wanted = np.zeros(len(self.values), dtype=bool)
        wanted[[self._numbers[value] for value in values if value in self._numbers]] = True
        sets = np.zeros(self._set_count, dtype=bool)
        sets[self._entry_sets[wanted[self._entry_values]]] = True
        return sets[self._sets]


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.intp)
