"""The Whoosh index on disk: opening, writing, building beside and swapping.

Layout of the directory:

    current             the name of the generation in use, replaced in one step
    <generation>/       a Whoosh index whose segments are files of arrays (segments.py), and
                        schema.json: the schema version and the segments it was built with
    write.lock          held by whoever changes the generation in use
    rebuild.lock        held by whoever builds a new one

Whoosh pickles its commits: the directory belongs to the application's user alone.
"""

import contextlib
import json
import shutil
import threading
import time
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator
from importlib import metadata
from pathlib import Path

import numpy as np
import whoosh.index
from django.core.files import locks

from .. import analysis
from ..schema import VERSION, make_schema
from .arrays import ArraysError
from .building import write_segments
from .codec import ArraySegment, open_segment
from .document import IndexDocument
from .snapshot import PostingsCache, Snapshot

# Three distributions share the import name "whoosh" and differ in their faults.
DISTRIBUTION, DISTRIBUTION_VERSION = "whoosh-reloaded", "2.7.5"

BATCH = 500

# Every commit adds a segment, and every segment costs a look-up for each word: the smallest are
# written as one once there are so many.
MOST_SEGMENTS, AT_ONCE = 12, 8
# So many words are ready before readers get a new commit.
WARMED = 300
# Where more of the documents than this are deleted, a rebuild is worth its while.
MUCH_DELETED, WORTH_REBUILDING = 0.3, 1000


class IndexUnavailable(Exception):
    """There is no index that can be read; the message says in Chinese what to do."""


class IndexBusy(Exception):
    """Another process holds the lock; the message says in Chinese what to do."""


class SearchIndex:
    """The one owner of the index in `root`: every searcher and every writer comes from here."""

    def __init__(self, root: Path):
        self.root = Path(root)
        self._opening = threading.Lock()
        self._current: Snapshot | None = None
        self._cache = PostingsCache()
        self._files = None

    # Reading

    @property
    def generation(self) -> str | None:
        try:
            return (self.root / "current").read_text(encoding="ascii").strip() or None
        except FileNotFoundError:
            return None

    def built_with(self) -> int | None:
        """The schema version of the index in use; None where there is none."""
        generation = self.generation
        return self._build_record(generation).get("version") if generation else None

    def _build_record(self, generation: str) -> dict:
        with contextlib.suppress(FileNotFoundError, ValueError):
            return json.loads((self.root / generation / "schema.json").read_text())
        return {}

    def snapshot(self) -> Snapshot:
        """The newest commit, shared by all threads.

        The first thread after a commit opens it; others go on with the one before meanwhile.
        Raises IndexUnavailable.
        """
        generation = self.generation
        if generation is None:
            raise IndexUnavailable("检索索引还没有建立，请管理员运行 manage.py rebuild_index。")
        current = self._current
        usable = current is not None and current.key[0] == generation
        if not self._opening.acquire(blocking=not usable):
            return current
        try:
            self._open_newest(generation)
            return self._current
        finally:
            self._opening.release()

    def _open_newest(self, generation: str) -> None:
        previous = self._current
        if previous is None or previous.key[0] != generation:
            if self.built_with() != VERSION:
                raise IndexUnavailable(
                    "检索索引与程序版本不一致，请管理员运行 manage.py rebuild_index。"
                )
            self._files = self._open(generation)
            analysis.use_words(self.words())
        if previous is None or previous.key != (generation, self._files.latest_generation()):
            snapshot = self._open_snapshot(generation)
            # What has been searched for will be again; at the start, what stands in most cases.
            snapshot.warm(self._cache.words()[-WARMED:] or snapshot.frequent_words(WARMED))
            self._current = snapshot

    def _open_snapshot(self, generation: str) -> Snapshot:
        def read(files):
            key = (generation, files.latest_generation())
            # Whoosh says which segments there are and what is deleted in them.
            reader = files.reader()
            segments = [leaf.segment() for leaf, _ in reader.leaf_readers() if leaf.doc_count_all()]
            return Snapshot(
                key,
                self.root / generation,
                [(open_segment(files.storage, one), set(one.deleted_docs())) for one in segments],
                self._cache,
                self._build_record(generation).get("segments", ()),
            )

        return self._open(generation, read)

    def words(self) -> list[str]:
        """The domain's words that the generation in use was cut with."""
        with contextlib.suppress(FileNotFoundError):
            return (self.root / self.generation / "words.txt").read_text("utf-8").splitlines()
        return []

    def _open(self, generation: str, read: Callable = lambda files: files):
        """What `read` makes of the Whoosh index of the generation, as of its newest commit."""
        # Another process's commit removes files while the table of contents is being read.
        for attempt in range(5):
            try:
                return read(whoosh.index.open_dir(self.root / generation, schema=make_schema()))
            except (FileNotFoundError, ArraysError, whoosh.index.EmptyIndexError) as error:
                if attempt == 4:
                    raise IndexUnavailable(
                        "检索索引读不出来，请管理员运行 manage.py rebuild_index。"
                    ) from error
                time.sleep(0.02 * (attempt + 1))

    # Writing

    def apply(self, documents: Iterable[IndexDocument], removed: Iterable[int]) -> None:
        """Replace `documents` and remove the ids `removed` in the generation in use; one commit.

        The caller holds `locked()`. Raises IndexUnavailable.
        """
        # Opens the generation, so that the documents are cut with its words.
        self._open_latest()
        apply(self.root / self.generation, documents, removed)

    def scattered(self) -> list[int]:
        """The ids in the smallest segments, where there are too many segments; else none.

        To apply their documents once more writes them as one segment. The sizes grow from one such
        round to the next, so a case is written again a few times at most.
        """
        snapshot = self._open_latest()
        if len(snapshot.segments) <= MOST_SEGMENTS:
            return []
        by_size = sorted(range(len(snapshot.segments)), key=lambda n: snapshot.segments[n].size)
        return [number for place in by_size[:AT_ONCE] for number in snapshot.ids_in(place)]

    @property
    def is_worn(self) -> bool:
        """Whether so much has been deleted that a rebuild is worth its while."""
        snapshot = self.snapshot()
        deleted = snapshot.size - snapshot.count
        return deleted > max(WORTH_REBUILDING, MUCH_DELETED * snapshot.size)

    def _open_latest(self) -> Snapshot:
        """The newest commit, even where another thread is opening it. Raises IndexUnavailable."""
        generation = self.generation
        if generation is None:
            return self.snapshot()
        with self._opening:
            self._open_newest(generation)
            return self._current

    @contextlib.contextmanager
    def locked(self, timeout: float = 30.0) -> Iterator[None]:
        """Hold the right to change the generation in use. Raises IndexBusy after `timeout` s."""
        with self._lock("write.lock", timeout):
            yield

    @contextlib.contextmanager
    def building(self, words: Iterable[str] = (), wait: float = 0) -> Iterator["Build"]:
        """Build a new generation, cut with the domain's `words`, beside the one in use.

        Raises IndexBusy where another build is under way and does not end within `wait` seconds.
        """
        with self._lock("rebuild.lock", wait):
            build = Build(self, words)
            try:
                yield build
            finally:
                build.discard_unless_swapped()

    def is_building(self) -> bool:
        """True while a process anywhere on this node builds a new generation."""
        try:
            with self._lock("rebuild.lock", 0):
                return False
        except IndexBusy:
            return True

    @contextlib.contextmanager
    def _lock(self, name: str, timeout: float) -> Iterator[None]:
        # The system gives an flock back when its process dies, kill -9 included.
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        deadline = time.monotonic() + timeout
        with open(self.root / name, "a") as file:
            while not locks.lock(file, locks.LOCK_EX | locks.LOCK_NB):
                if time.monotonic() >= deadline:
                    raise IndexBusy("另一个进程正在更新检索索引，请稍后再试。")
                time.sleep(0.02)
            yield


class Build:
    """A generation under construction."""

    def __init__(self, owner: SearchIndex, words: Iterable[str]):
        words = list(words)
        self.owner = owner
        self.name = f"g{VERSION}-{uuid.uuid4().hex[:12]}"
        self.path = owner.root / self.name
        self.swapped = False
        self.path.mkdir(mode=0o700)
        self.segments: list[str] = []
        self._write_record()
        (self.path / "words.txt").write_text("\n".join(sorted(set(words))), encoding="utf-8")
        self.index = whoosh.index.create_in(self.path, make_schema())
        analysis.use_words(words)

    def add(self, documents: Iterable[IndexDocument]) -> int:
        """Add documents that the generation does not hold yet; returns how many.

        Raises building.BuildFailed.
        """
        segments = write_segments(self.path, documents)
        commit(self.index, segments)
        self.segments += [segment.segment_id() for segment in segments]
        self._write_record()
        return sum(segment.doc_count_all() for segment in segments)

    def _write_record(self) -> None:
        record = {"version": VERSION, "segments": self.segments}
        (self.path / "schema.json").write_text(json.dumps(record))

    def apply(self, documents: Iterable[IndexDocument], removed: Iterable[int]) -> None:
        """Replace `documents` and remove the ids `removed`; one commit."""
        apply(self.path, documents, removed)

    def snapshot(self) -> Snapshot:
        """The generation as built so far."""
        return self.owner._open_snapshot(self.name)

    def swap(self) -> None:
        """Put the new generation in use; the caller holds `locked()`."""
        previous = self.owner.generation
        pointer = self.owner.root / f"{self.name}.pointer"
        pointer.write_text(self.name, encoding="ascii")
        pointer.replace(self.owner.root / "current")
        self.swapped = True
        # Readers may still be opening the previous generation; older ones nobody can reach.
        for path in self.owner.root.iterdir():
            if path.is_dir() and path.name not in (self.name, previous):
                shutil.rmtree(path, ignore_errors=True)

    def discard_unless_swapped(self) -> None:
        if not self.swapped:
            shutil.rmtree(self.path, ignore_errors=True)


def apply(folder: Path, documents: Iterable[IndexDocument], removed: Iterable[int]) -> None:
    """Replace `documents` and remove the ids `removed` in the Whoosh index in `folder`."""
    documents = list(documents)
    gone = {*removed, *(document.id for document in documents)}
    index = whoosh.index.open_dir(folder, schema=make_schema())
    commit(index, write_segments(folder, documents), gone)


def commit(index, segments: list[ArraySegment], removed: Collection[int] = ()) -> None:
    """Add finished `segments` and delete the ids `removed` from those there are, in one commit.

    Segments with nothing left in them go. A failure leaves the index as it was.
    """
    writer = index.writer()
    try:
        for segment in writer.segments if removed else ():
            ids = open_segment(index.storage, segment).ids
            for document in np.flatnonzero(np.isin(ids, list(removed))).tolist():
                segment.delete_document(document)
        # The hook meant for merging decides which segments the commit has.
        writer.commit(mergetype=lambda _, old: [one for one in old if one.doc_count()] + segments)
    except BaseException:
        if not writer.is_closed:
            writer.cancel()
        raise


def installed_distribution() -> str | None:
    """What provides the package `whoosh` here, as name and version; None where several do."""
    found = set(metadata.packages_distributions().get("whoosh", []))
    if len(found) != 1:
        return None
    name = found.pop()
    return f"{name.lower()} {metadata.version(name)}"


_indexes: dict[Path, SearchIndex] = {}


def search_index() -> SearchIndex:
    """The index of this site (settings.SEARCH_INDEX_DIR), one owner a process."""
    from django.conf import settings

    return _indexes.setdefault(settings.SEARCH_INDEX_DIR, SearchIndex(settings.SEARCH_INDEX_DIR))
