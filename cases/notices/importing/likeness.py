"""How much of one text stands in others: to find the same case under another title. Pure.

Texts are compared by their runs of three characters. A run is a number, so that thousands of texts
are looked through with a few array operations each; and of these a sample says already which texts
are worth comparing in full.
"""

import sys
import unicodedata
from collections.abc import Sequence
from functools import cache

import numpy as np

# From this share of the shorter text's runs on, two texts are largely the same. Different cases of
# the first notice share at most 0.07.
LARGELY = 0.5
# Texts with fewer different runs say too little.
FEWEST = 40
_BITS = 21  # of a code point
# One run in so many is a sample's; which, the run itself says. Its share is known less exactly.
_SAMPLED = 8
_LIKELY = 0.3
_SCATTER = np.uint64(0x9E3779B97F4A7C15)


def shared(texts: Sequence[str], others: Sequence[str]) -> dict[tuple[int, int], float]:
    """(index into texts, index into others) -> share of the shorter text, where it is LARGELY."""
    crowd = Crowd(texts)
    return {
        (i, j): share for j, other in enumerate(others) for i, share in crowd.like(other).items()
    }


class Crowd:
    """Texts that others are compared with; `sampled`: quickly, and only as to what is likely."""

    def __init__(self, texts: Sequence[str], *, sampled: bool = False):
        self._every = _SAMPLED if sampled else 1
        self._least = _LIKELY if sampled else LARGELY
        runs = [_runs(text, self._every) for text in texts]
        self._sizes = np.array([len(each) for each in runs], dtype=np.int64)
        owners = np.repeat(np.arange(len(runs)), self._sizes)
        codes = np.concatenate(runs) if runs else np.empty(0, np.uint64)
        order = np.argsort(codes, kind="stable")
        self._codes, self._owners = codes[order], owners[order]

    def like(self, text: str) -> dict[int, float]:
        """Index of a text -> the share of the shorter one that stands in both."""
        runs = _runs(text, self._every)
        fewest = FEWEST // self._every
        if len(runs) < fewest or not len(self._codes):
            return {}
        first = np.searchsorted(self._codes, runs, side="left")
        count = np.searchsorted(self._codes, runs, side="right") - first
        # Every place of each run among the codes: first, first + 1 … first + count - 1.
        places = np.repeat(first, count) + _counting(count)
        common = np.bincount(self._owners[places], minlength=len(self._sizes))
        shorter = np.minimum(self._sizes, len(runs))
        shares = np.where(shorter >= fewest, common / np.maximum(shorter, 1), 0.0)
        return {int(i): float(shares[i]) for i in np.flatnonzero(shares >= self._least)}


def _counting(counts: np.ndarray) -> np.ndarray:
    """[2, 3] -> [0, 1, 0, 1, 2]."""
    ends = np.cumsum(counts)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)


def _runs(text: str, every: int = 1) -> np.ndarray:
    """Every run of three letters or digits, once, as a number; in rising order."""
    points = np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32)
    points = _table()[points]
    points = points[points > 0].astype(np.uint64)
    if len(points) < 3:
        return np.empty(0, np.uint64)
    shift = np.uint64(_BITS)
    codes = ((points[:-2] << shift | points[1:-1]) << shift) | points[2:]
    if every > 1:
        codes = codes[(codes * _SCATTER) >> np.uint64(40) & np.uint64(every - 1) == 0]
    return np.unique(codes)


@cache
def _table() -> np.ndarray:
    """Code point -> the one it counts as, in one width and case; 0 for what is no letter or digit.

    Full for the first plane; what stands beyond it (rare characters) counts as itself.
    """
    table = np.arange(sys.maxunicode + 1, dtype=np.uint32)
    for point in range(0x10000):
        character = chr(point)
        plain = unicodedata.normalize("NFKC", character).casefold()
        table[point] = ord(plain[0]) if character.isalnum() else 0
    return table
