"""The cases of a page of hits, as the database has them.

To load twenty cases with their text takes longer than to find them, and one search
shows many of the cases of the one before. A process keeps some, for as long as nothing that
readers can see changes anywhere. Which of them are published the database says each time.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass

from cachetools import LRUCache
from django.db.models import Model

from cases.freshness import content_version
from cases.models import Case, Outcome

from .snippets import Passages

# A case with its text takes some 30 KB.
MOST = 300


@dataclass(frozen=True)
class LoadedCase:
    case: Case
    passages: Passages
    headline: Outcome | None


# What a list entry shows of a case beside its own row.
AROUND = ("region", "primary_theme", "notice")


class LoadedCases:
    def __init__(self):
        self._lock = threading.Lock()
        self._version = None
        self._cases: LRUCache[int, LoadedCase] = LRUCache(MOST)
        # Many cases are of one notice, a few themes and regions: rows of these by their ids.
        self._rows: dict[str, dict[int, Model]] = {}

    def published(self, ids: Iterable[int]) -> dict[int, LoadedCase]:
        """Those of the cases with these ids that are published, with what a hit shows; not to be
        changed: all threads share them."""
        version = content_version()
        with self._lock:
            if version != self._version:
                self._cases.clear()
                self._rows = {name: {} for name in AROUND}
                self._version = version
            kept = {number: self._cases[number] for number in ids if number in self._cases}
            rows = self._rows
        keys = [f"{name}_id" for name in AROUND]
        visible = Case.objects.published().order_by().filter(pk__in=ids)
        around = {number: keys for number, *keys in visible.values_list("pk", *keys)}
        found = {number: kept[number] for number in around if number in kept}
        missing = [number for number in around if number not in kept]
        if missing:
            loaded = _load(missing, around, rows)
            found |= loaded
            with self._lock:
                # Read after the version was: what changed in between has another version.
                if version == self._version:
                    self._cases.update(loaded)
        return found


def _load(ids: list[int], around: dict[int, list], rows: dict) -> dict[int, LoadedCase]:
    """The cases, with the rows around them: from `rows`, or by a join that brings them there."""
    cases = Case.objects.published().order_by().filter(pk__in=ids).with_passages().with_numbers()
    at_hand = all(
        key is None or key in rows[name]
        for number in ids
        for name, key in zip(AROUND, around[number], strict=True)
    )
    if not at_hand:
        cases = cases.with_entry().defer("notice__letter")
    loaded = {}
    for case in cases:
        for name in AROUND:
            key = getattr(case, f"{name}_id")
            if not at_hand:
                rows[name][key] = getattr(case, name)
            elif key in rows[name]:
                Case._meta.get_field(name).set_cached_value(case, rows[name][key])
        loaded[case.pk] = LoadedCase(case, Passages(case), case.headline_outcome)
    return loaded


loaded_cases = LoadedCases()
