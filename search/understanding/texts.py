"""Many short texts in two arrays, and a table that leads from hashes to numbers. Pure.

Python keeps a str in 60 bytes and more and a dictionary entry in a hundred; at half a million terms
that is hundreds of megabytes in each process. Arrays take their bare content, and can be mapped
from a file.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

import numpy as np

from ..index.arrays import Arrays

# How many bytes are searched at a time: what is common is found in the first ones.
STRETCH = 1 << 18
# A hash is a CRC-32: short, quick, and the same in every process.
HASH_BITS = 32


class Texts:
    """Texts numbered from 0, in UTF-8 one behind the other.

    content: all bytes (uint8); starts: where each text begins, and the end (uint32).
    """

    def __init__(self, content: np.ndarray, starts: np.ndarray):
        self.content, self.starts = content, starts
        self._content, self._starts = memoryview(content), memoryview(starts)

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Texts":
        pieces = [text.encode("utf-8", "surrogatepass") for text in texts]
        starts = np.fromiter(accumulate(map(len, pieces), initial=0), np.uint32, len(pieces) + 1)
        return cls(np.frombuffer(b"".join(pieces), np.uint8), starts)

    @classmethod
    def of_arrays(cls, arrays: Arrays) -> "Texts":
        return cls(arrays["content"], arrays["starts"])

    @property
    def arrays(self) -> Arrays:
        return {"content": self.content, "starts": self.starts}

    def __len__(self) -> int:
        return len(self._starts) - 1

    def raw(self, number: int) -> bytes:
        return bytes(self._content[self._starts[number] : self._starts[number + 1]])

    def __getitem__(self, number: int) -> str:
        return self.raw(number).decode("utf-8", "surrogatepass")

    def holding(self, text: str) -> Iterator[list[int]]:
        """The numbers of the texts in which `text` stands, ascending, a stretch at a time."""
        raw = np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)
        for first in range(0, len(self.content) - len(raw) + 1, STRETCH):
            part = self.content[first : first + STRETCH + len(raw) - 1]
            size = len(part) - len(raw) + 1
            # A Chinese character is three bytes; where it stands is looked at more closely.
            fits = part[:size] == raw[0]
            for offset in range(1, min(3, len(raw))):
                fits &= part[offset : offset + size] == raw[offset]
            places = np.flatnonzero(fits)
            for offset in range(3, len(raw)):
                places = places[part[places + offset] == raw[offset]]
            if len(places):
                numbers = np.searchsorted(self.starts, places + first, "right") - 1
                within = places + first + len(raw) <= self.starts[numbers + 1]
                yield np.unique(numbers[within]).tolist()


class HashTable:
    """Which numbers a hash leads to.

    hashes, numbers (uint32): the pairs, ordered; heads (uint32): for each value of a hash's
    highest bits where its pairs begin, and the end; known (uint8): a bit for each value of some
    more of its bits, set where there is a pair, so that nine in ten others are told at once.
    """

    def __init__(
        self, hashes: np.ndarray, numbers: np.ndarray, heads: np.ndarray, known: np.ndarray
    ):
        self.hashes, self.numbers, self.heads, self.known = hashes, numbers, heads, known
        self._hashes, self._numbers, self._heads, self._known = map(
            memoryview, (hashes, numbers, heads, known)
        )
        self._head_shift = HASH_BITS - (len(heads) - 2).bit_length()
        self._known_shift = HASH_BITS - (8 * len(known) - 1).bit_length()

    @classmethod
    def of(cls, hashes: array, numbers: array) -> "HashTable":
        """Each hash (unsigned 32 bits) leads to the number at the same place."""
        # As one integer each, the pairs are sorted in place and four times as fast.
        pairs = np.frombuffer(hashes, np.uint32).astype(np.uint64) << np.uint64(32)
        pairs |= np.frombuffer(numbers, np.uint32)
        pairs.sort()
        ordered = (pairs >> np.uint64(32)).astype(np.uint32)
        # Some four pairs share a head, and each has eight bits or more to itself.
        head_bits = max(0, len(pairs).bit_length() - 2)
        known_bits = min(HASH_BITS, len(pairs).bit_length() + 3)
        first = np.arange(2**head_bits + 1, dtype=np.uint64) << np.uint64(HASH_BITS - head_bits)
        known = np.zeros(2**known_bits, dtype=bool)
        known[ordered >> np.uint32(HASH_BITS - known_bits)] = True
        return cls(
            ordered,
            pairs.astype(np.uint32),
            np.searchsorted(ordered, first).astype(np.uint32),
            np.packbits(known, bitorder="little"),
        )

    @classmethod
    def of_arrays(cls, arrays: Arrays) -> "HashTable":
        return cls(*(arrays[name] for name in ("hashes", "numbers", "heads", "known")))

    @property
    def arrays(self) -> Arrays:
        return {
            "hashes": self.hashes,
            "numbers": self.numbers,
            "heads": self.heads,
            "known": self.known,
        }

    def find(self, wanted: int) -> Sequence[int]:
        """The numbers that this hash leads to, ascending."""
        bit = wanted >> self._known_shift
        if not self._known[bit >> 3] >> (bit & 7) & 1:
            return ()
        head = wanted >> self._head_shift
        pairs = range(self._heads[head], self._heads[head + 1])
        return [self._numbers[pair] for pair in pairs if self._hashes[pair] == wanted]
