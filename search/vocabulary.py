"""The terms that the corpus and its dictionary have, found by spelling, by sound and by initials.

Pure: made from plain counts, once for each commit of the index.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from . import pinyin

# Beyond this many, rare terms are left out of the look-ups by sound and by near spelling.
LIMIT = 150_000
MIN_LENGTH, MAX_LENGTH = 2, 12


class Vocabulary:
    """`counts`: term in the normal form -> how many documents hold it (0 for synonyms only)."""

    def __init__(self, counts: Mapping[str, int]):
        self.counts = dict(counts)

    def __contains__(self, term: str) -> bool:
        return term in self.counts

    def frequency(self, term: str) -> int:
        return self.counts.get(term, 0)

    def sounding(self, text: str) -> list[str]:
        """Terms that sound exactly like `text` and are as long, most frequent first."""
        return self._by_sound.get(pinyin.sound(text), [])

    def sounding_nearly(self, text: str) -> list[str]:
        """Terms that a southern accent makes of `text`."""
        return self._by_blurred_sound.get(pinyin.blurred(text), [])

    def near(self, text: str) -> list[str]:
        """Terms one character away from `text`: another, one more, one less, two swapped."""
        found = dict.fromkeys(self._by_swap.get("".join(sorted(text)), ()))
        for key in _gaps(text):
            found.update(dict.fromkeys(self._by_gap.get(key, ())))
        if len(text) >= 5:
            found.update(dict.fromkeys(t for t in _shortened(text) if t in self.counts))
        found.update(dict.fromkeys(self._by_deletion.get(text, ())))
        found.pop(text, None)
        return self._ranked(found)

    def spelled(self, letters: str) -> list[str]:
        """Terms whose full pinyin is `letters`."""
        return self._by_letters.get(letters, [])

    def spelled_nearly(self, letters: str) -> list[str]:
        """Terms whose full pinyin is `letters` to a southern ear."""
        return self._by_blurred_letters.get(pinyin.blurred_letters(letters), [])

    def abbreviated(self, letters: str) -> list[str]:
        """Terms whose initials are `letters`, longest and most frequent first."""
        return self._by_initials.get(letters, [])

    def prepare(self) -> None:
        """Make every look-up now rather than with the first query that needs it."""
        for name in dir(type(self)):
            if isinstance(getattr(type(self), name), cached_property):
                getattr(self, name)

    @cached_property
    def longest_letters(self) -> int:
        return max(map(len, self._by_letters), default=0)

    @cached_property
    def _terms(self) -> list[str]:
        """What the look-ups cover: Chinese terms of a sensible length, the most frequent ones."""
        terms = [
            term
            for term in self.counts
            if MIN_LENGTH <= len(term) <= MAX_LENGTH and pinyin.has_han(term)
        ]
        return self._ranked(terms)[:LIMIT]

    @cached_property
    def _by_sound(self):
        return self._grouped(lambda term: [pinyin.sound(term)])

    @cached_property
    def _by_blurred_sound(self):
        return self._grouped(lambda term: [pinyin.blurred(term)])

    @cached_property
    def _by_letters(self):
        return self._grouped(lambda term: [pinyin.letters(term)])

    @cached_property
    def _by_blurred_letters(self):
        return self._grouped(lambda term: [pinyin.blurred_letters(pinyin.letters(term))])

    @cached_property
    def _by_initials(self):
        return self._grouped(lambda term: [pinyin.initials(term)])

    @cached_property
    def _by_gap(self):
        return self._grouped(lambda term: _gaps(term) if len(term) >= 3 else [])

    @cached_property
    def _by_deletion(self):
        return self._grouped(lambda term: _shortened(term) if len(term) >= 4 else [])

    @cached_property
    def _by_swap(self):
        return self._grouped(lambda term: ["".join(sorted(term))] if len(term) >= 3 else [])

    def _grouped(self, keys: Callable[[str], Iterable[str]]) -> dict[str, list[str]]:
        groups: dict[str, list[str]] = defaultdict(list)
        for term in self._terms:
            for key in keys(term):
                groups[key].append(term)
        return dict(groups)

    def _ranked(self, terms: Iterable[str]) -> list[str]:
        return sorted(terms, key=lambda term: (-self.counts[term], -len(term), term))


def _gaps(text: str) -> list[str]:
    return [f"{text[:i]}\0{text[i + 1 :]}" for i in range(len(text))]


def _shortened(text: str) -> list[str]:
    return [text[:i] + text[i + 1 :] for i in range(len(text))]
