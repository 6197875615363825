"""What may be suggested in this library, kept in memory until the library changes.

Titles and coined terms are many: whoever builds a generation of the index lays them out and stores
them beside it, and the serving processes map that file. What came since then stands on small
shelves of each process; what has gone is hidden. The database has the last word on titles.
"""

import logging
import threading
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from django.db.models import Max, Q

from cases.models import Approach, Case, Region, Theme

from .index import search_index
from .index.arrays import Arrays, ArraysError, MappedArrays, write_arrays
from .index.snapshot import Snapshot
from .models import LanguageVersion, SearchLog
from .searching import current_language
from .suggest import Entry, Shelf, Suggester
from .understanding.vocabulary import Vocabulary

logger = logging.getLogger(__name__)

# The file of the stored shelves; the number rises when what it holds changes.
STORED = "suggestions-2.arrays"
# Coined terms, most frequent first; far more than anyone will see.
MOST_TERMS = 20_000
SHORTEST_TERM = 3
# A change may become visible so much later than its own time says: it was part of a transaction.
LATEST = timedelta(minutes=1)
# How many cases are asked for in one query.
BATCH = 1000


def suggest(typed: str) -> list[Entry]:
    """Suggestions for what has been typed so far. Raises index.IndexUnavailable."""
    found = _keeper.suggester().suggest(typed)
    ids = [int(entry.value) for entry in found if entry.kind == "case"]
    titles = _titles(Q(pk__in=ids)) if ids else {}
    # A case withdrawn or renamed a moment ago may still be in the index.
    return [
        entry
        for entry in found
        if entry.kind != "case" or titles.get(int(entry.value)) == entry.label
    ]


def store(snapshot: Snapshot) -> None:
    """Store titles and terms of a generation beside it, for every process that will suggest."""
    write_arrays(snapshot.folder / STORED, _laid_out(snapshot))


class _Keeper:
    """Keeps one Suggester for the newest snapshot and the newest names of terms and places."""

    def __init__(self):
        self._loading = threading.Lock()
        self._key = None
        self._generation: _Generation | None = None
        self._suggester = Suggester(())

    def suggester(self) -> Suggester:
        snapshot = search_index().snapshot()
        versions = tuple(LanguageVersion.objects.order_by("name").values_list("name", "number"))
        key = (snapshot.key, versions)
        with self._loading:
            if key != self._key:
                if self._generation is None or self._generation.folder != snapshot.folder:
                    self._generation = _Generation(snapshot.folder, _load(snapshot))
                shelves = [*few(snapshot), *self._generation.shelves(snapshot)]
                self._suggester = Suggester(shelves)
                self._key = key
            return self._suggester


_keeper = _Keeper()


def few(snapshot: Snapshot) -> Iterator[Shelf]:
    """Themes, cities, approaches and past searches: few, and laid out anew with each commit."""
    for kind, model, facet in (
        ("theme", Theme, "theme"),
        ("city", Region, "city"),
        ("city", Region, "district"),
        ("approach", Approach, "approach"),
    ):
        values = snapshot.facet(facet)
        numbers = values.counts(np.flatnonzero(snapshot.live)).tolist()
        counts = dict(zip(values.values, numbers, strict=True))
        rows = model.objects.filter(code__in=counts)
        entries = [Entry(kind, row.name, row.code, counts[row.code]) for row in rows]
        yield Shelf.of(kind, sorted(entries, key=lambda entry: -entry.count))
    popular = SearchLog.objects.popular()
    yield Shelf.of("search", (Entry("search", text, text, count) for text, count in popular))


class _Generation:
    """The terms and titles of a generation of the index: as they were stored, and what came since.

    `folder`: of the generation; `arrays`: as _laid_out() makes them.
    """

    def __init__(self, folder: Path, arrays: Arrays):
        self.folder = folder
        self._terms = [Shelf("term", _part(arrays, "terms"))]
        self._titles = [Shelf("case", _part(arrays, "titles"))]
        self._later_names: set[str] = set()
        self._later_titles: dict[int, str] = {}
        self._as_of = float(arrays["as-of"][0])

    def shelves(self, snapshot: Snapshot) -> list[Shelf]:
        """Every shelf as of `snapshot`, which is no older than that of an earlier call."""
        live = snapshot.ids[snapshot.live]
        self._add_terms(snapshot)
        self._add_titles(live)
        shelves = list(self._terms)
        newer = np.zeros(0, dtype=np.int64)
        # Of the titles of one case only the newest is shown.
        for titles in reversed(self._titles):
            ids = titles.numeric_values
            shelves.append(titles.hiding(~np.isin(ids, live) | np.isin(ids, newer)))
            newer = np.concatenate([newer, ids])
        return shelves

    def _add_terms(self, snapshot: Snapshot) -> None:
        known = Vocabulary(current_language(snapshot).vocabulary.sets[0])
        later = [
            (name, count)
            for name, count in snapshot.lexicon("names", after_build=True).items()
            if name not in self._later_names and name not in known
        ]
        self._later_names.update(name for name, _ in later)
        _add(self._terms, _terms(later))

    def _add_titles(self, live: np.ndarray) -> None:
        since = datetime.fromtimestamp(self._as_of, UTC) - LATEST
        self._as_of = max(self._as_of, _latest_change())
        found = _titles(Q(updated_at__gt=since))
        # Rows that were updated all at once keep their time.
        known = np.concatenate([titles.numeric_values for titles in self._titles])
        missing = np.setdiff1d(live, known).tolist()
        for start in range(0, len(missing), BATCH):
            found |= _titles(Q(pk__in=missing[start : start + BATCH]))
        stored_titles = self._titles[0]
        numbers = np.flatnonzero(np.isin(stored_titles.numeric_values, list(found)))
        shown = {int(one.value): one.label for one in map(stored_titles.entry, numbers)}
        shown |= self._later_titles
        later = {number: title for number, title in found.items() if shown.get(number) != title}
        self._later_titles |= later
        _add(self._titles, _title_entries(later.items()))


def _add(shelves: list[Shelf], entries: Iterable[Entry]) -> None:
    """Put later entries on a shelf behind the first one, which stays as it is.

    Small shelves are joined, so that each is at least twice as large as the next.
    """
    new = {entry.value: entry for entry in entries}
    while new and len(shelves) > 1 and len(shelves[-1]) < 2 * len(new):
        for entry in shelves.pop():
            new.setdefault(entry.value, entry)
    if new:
        shelves.append(Shelf.of(shelves[0].kind, new.values()))


def _load(snapshot: Snapshot) -> Arrays:
    """What was stored with the snapshot's generation; else made now."""
    try:
        return MappedArrays(snapshot.folder / STORED).arrays
    except ArraysError as reason:
        logger.debug("suggestions are laid out anew: %s", reason)
        return _laid_out(snapshot)


def _laid_out(snapshot: Snapshot) -> Arrays:
    """The shelves of terms and of titles, and when the latest change was (seconds, float64)."""
    as_of = _latest_change()
    terms = Shelf.of("term", _terms(snapshot.lexicon("names").items()))
    titles = Shelf.of("case", _title_entries(_titles(Q()).items()))
    return {
        **{f"terms-{name}": array for name, array in terms.arrays.items()},
        **{f"titles-{name}": array for name, array in titles.arrays.items()},
        "as-of": np.array([as_of]),
    }


def _part(arrays: Arrays, name: str) -> Arrays:
    return {
        key.removeprefix(f"{name}-"): array
        for key, array in arrays.items()
        if key.startswith(f"{name}-")
    }


def _terms(names: Iterable[tuple[str, int]]) -> list[Entry]:
    """The coined terms among `names` with their counts, best first."""
    found = [(name, count) for name, count in names if len(name) >= SHORTEST_TERM]
    found.sort(key=lambda pair: (-pair[1], len(pair[0])))
    return [Entry("term", name, name, count) for name, count in found[:MOST_TERMS]]


def _titles(condition: Q) -> dict[int, str]:
    """Case id -> title of the published cases that meet `condition`, the newest first."""
    return dict(Case.objects.published().filter(condition).values_list("pk", "title"))


def _title_entries(titles: Iterable[tuple[int, str]]) -> Iterator[Entry]:
    return (Entry("case", title, str(number), 1) for number, title in titles)


def _latest_change() -> float:
    """When a case was last changed, in seconds since 1970."""
    latest = Case.objects.aggregate(latest=Max("updated_at"))["latest"]
    return latest.timestamp() if latest else 0.0
