"""The cases of a page of hits, as the database has them.

To load twenty cases with their text takes longer than to find them, and one search
shows many of the cases of the one before. A process keeps some, for as long as nothing that
readers can see changes anywhere. Which of them are published the database says each time.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass

from cachetools import LRUCache

from cases.freshness import once
from cases.models import Case, ContentChange

from .snippets import Passages

# A case with its text takes some 30 KB.
MOST = 300


@dataclass(frozen=True)
class LoadedCase:
    case: Case
    passages: Passages


class LoadedCases:
    def __init__(self):
        self._lock = threading.Lock()
        self._version = None
        self._cases: LRUCache[int, LoadedCase] = LRUCache(MOST)

    def published(self, ids: Iterable[int]) -> dict[int, LoadedCase]:
        """Those of the cases with these ids that are published, with what a hit shows; not to be
        changed: all threads share them."""
        version = once("content", ContentChange.version)
        with self._lock:
            if version != self._version:
                self._cases.clear()
                self._version = version
            kept = {number: self._cases[number] for number in ids if number in self._cases}
        visible = Case.objects.published().filter(pk__in=kept).values_list("pk", flat=True)
        found = {number: kept[number] for number in visible} if kept else {}
        missing = [number for number in ids if number not in kept]
        if missing:
            cases = Case.objects.published().with_passages().in_bulk(missing)
            loaded = {number: LoadedCase(case, Passages(case)) for number, case in cases.items()}
            found |= loaded
            with self._lock:
                # Read after the version was: what changed in between has another version.
                if version == self._version:
                    self._cases.update(loaded)
        return found


loaded_cases = LoadedCases()
