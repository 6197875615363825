"""What may be suggested in this library, kept in memory until the library changes."""

import threading

import numpy as np

from cases.models import Approach, Case, Region, Theme

from .index import search_index
from .index.snapshot import Snapshot
from .models import LanguageVersion, SearchLog
from .suggest import Entry, Suggester

# Coined terms, most frequent first; far more than anyone will see.
MOST_TERMS = 20_000


class _Keeper:
    def __init__(self):
        self._loading = threading.Lock()
        self._key = None
        self._suggester = Suggester(())

    def suggester(self) -> Suggester:
        snapshot = search_index().snapshot()
        versions = tuple(LanguageVersion.objects.order_by("name").values_list("name", "number"))
        key = (snapshot.key, versions)
        with self._loading:
            if key != self._key:
                self._suggester = Suggester(entries(snapshot))
                self._key = key
            return self._suggester


_keeper = _Keeper()


def suggest(typed: str) -> list[Entry]:
    """Suggestions for what has been typed so far. Raises index.IndexUnavailable."""
    return _keeper.suggester().suggest(typed)


def entries(snapshot: Snapshot) -> list[Entry]:
    """Themes, cities, approaches, past searches, coined terms and titles, best first."""
    found = []
    for kind, model, facet in (
        ("theme", Theme.objects.all(), "theme"),
        ("city", Region.objects.all(), "city"),
        ("city", Region.objects.all(), "district"),
        ("approach", Approach.objects.all(), "approach"),
    ):
        facet = snapshot.facet(facet)
        numbers = facet.counts(np.flatnonzero(snapshot.live)).tolist()
        counts = dict(zip(facet.values, numbers, strict=True))
        terms = [Entry(kind, t.name, t.code, counts[t.code]) for t in model.filter(code__in=counts)]
        found += sorted(terms, key=lambda entry: -entry.count)
    found += [Entry("search", text, text, count) for text, count in SearchLog.objects.popular()]
    names = [(name, count) for name, count in snapshot.lexicon("names").items() if len(name) >= 3]
    names.sort(key=lambda pair: (-pair[1], len(pair[0])))
    found += [Entry("term", name, name, count) for name, count in names[:MOST_TERMS]]
    titles = Case.objects.published().values_list("pk", "title")
    found += [Entry("case", title, str(pk), 1) for pk, title in titles]
    return found
