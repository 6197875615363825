"""Suggestions while typing: by Chinese, by pinyin, by initials. Pure.

The keys of all entries stand in one long string, a line each, so that looking through some ten
thousand of them is one fast search for a substring.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from . import pinyin
from .normalize import significant

# In the order in which readers see them, with how many of each at most.
KINDS = {"theme": 3, "city": 3, "approach": 3, "search": 3, "term": 5, "case": 4}
LIMIT = 10


@dataclass(frozen=True)
class Entry:
    """kind: one of KINDS; value: code of a term or region, id of a case, else the text itself;
    count: how many published cases it leads to."""

    kind: str
    label: str
    value: str
    count: int


class Suggester:
    """`entries`: everything that may be suggested, best first within its kind."""

    def __init__(self, entries: Iterable[Entry]):
        self._entries = list(entries)
        texts = [significant(entry.label) for entry in self._entries]
        self._keys = [
            _Lines(texts),
            _Lines([pinyin.letters(text) for text in texts]),
            _Lines([pinyin.initials(text) for text in texts]),
        ]

    def suggest(self, typed: str) -> list[Entry]:
        """At most LIMIT entries for what has been typed so far; empty for nothing."""
        typed = significant(typed)
        if not typed:
            return []
        keys = self._keys if typed.isascii() and typed.isalpha() else self._keys[:1]
        found: dict[int, None] = {}
        for start_only in (True, False):
            for lines in keys:
                if start_only or lines is self._keys[0]:
                    found.update(dict.fromkeys(lines.find(typed, start_only)))
        chosen = []
        for kind, most in KINDS.items():
            of_kind = [number for number in found if self._entries[number].kind == kind]
            chosen += of_kind[:most]
        return [self._entries[number] for number in chosen[:LIMIT]]


class _Lines:
    """Many short texts in one string."""

    MOST = 200

    def __init__(self, lines: list[str]):
        self._text = "\n" + "\n".join(lines) + "\n"
        self._starts, position = [], 1
        for line in lines:
            self._starts.append(position)
            position += len(line) + 1

    def find(self, needle: str, start_only: bool) -> list[int]:
        """The numbers of the lines that begin with or hold `needle`, at most MOST."""
        if start_only:
            needle = "\n" + needle
        found: dict[int, None] = {}
        position = self._text.find(needle)
        while position >= 0 and len(found) < self.MOST:
            found[bisect_right(self._starts, position + start_only) - 1] = None
            position = self._text.find(needle, position + 1)
        return list(found)
