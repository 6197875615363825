"""The Whoosh index on disk: opening, writing, building beside and swapping.

Layout of the directory:

    current             the name of the generation in use, replaced in one step
    <generation>/       a Whoosh index and schema.json, the schema version it was built with
    write.lock          held by whoever changes the generation in use
    rebuild.lock        held by whoever builds a new one

Whoosh pickles its schema and stored fields: the directory belongs to the application's user alone.
"""

import contextlib
import json
import shutil
import threading
import time
import uuid
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

import whoosh.index
from django.core.files import locks

from . import analysis
from .schema import VERSION, make_schema
from .snapshot import Snapshot

# Three distributions share the import name "whoosh" and differ in their faults.
DISTRIBUTION, DISTRIBUTION_VERSION = "whoosh-reloaded", "2.7.5"

BATCH = 500
WRITER_MEMORY_MB = 512


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
        if generation := self.generation:
            with contextlib.suppress(FileNotFoundError, ValueError, KeyError):
                return json.loads((self.root / generation / "schema.json").read_text())["version"]
        return None

    def snapshot(self) -> Snapshot:
        """The newest commit, shared by all threads; opened anew once it has changed.

        Raises IndexUnavailable.
        """
        generation = self.generation
        if generation is None:
            raise IndexUnavailable("检索索引还没有建立，请管理员运行 manage.py rebuild_index。")
        if self.built_with() != VERSION:
            raise IndexUnavailable(
                "检索索引与程序版本不一致，请管理员运行 manage.py rebuild_index。"
            )
        with self._opening:
            current = self._current
            if current is None or current.key[0] != generation:
                self._files = self._open(generation)
                analysis.use_words(self.words())
            key = (generation, self._files.latest_generation())
            if current is None or current.key != key:
                # Never refresh(): it keeps deleted documents and doubles merged ones. The old
                # snapshot closes its files once no thread holds it any more.
                self._current = Snapshot(key, self._open(generation))
            return self._current

    def words(self) -> list[str]:
        """The domain's words that the generation in use was cut with."""
        with contextlib.suppress(FileNotFoundError):
            return (self.root / self.generation / "words.txt").read_text("utf-8").splitlines()
        return []

    def _open(self, generation: str):
        # Another process's commit removes files while the table of contents is being read.
        for attempt in range(5):
            try:
                return whoosh.index.open_dir(self.root / generation, schema=make_schema())
            except (FileNotFoundError, whoosh.index.EmptyIndexError) as error:
                if attempt == 4:
                    raise IndexUnavailable(
                        "检索索引读不出来，请管理员运行 manage.py rebuild_index。"
                    ) from error
                time.sleep(0.02 * (attempt + 1))

    # Writing

    def apply(self, documents: Iterable[dict], removed: Iterable[int]) -> None:
        """Replace `documents` and remove the ids `removed` in the generation in use; one commit.

        The caller holds `locked()`. Raises IndexUnavailable.
        """
        self.snapshot()
        self._write(self._open(self.generation), documents, removed)

    @staticmethod
    def _write(index, documents: Iterable[dict], removed: Iterable[int] = ()) -> int:
        writer = index.writer(limitmb=WRITER_MEMORY_MB)
        count = 0
        try:
            for number in removed:
                writer.delete_by_term("id", str(number))
            for document in documents:
                writer.update_document(**document)
                count += 1
        except BaseException:
            # A failed add leaves its words to the next document: give up the whole batch.
            writer.cancel()
            raise
        writer.commit()
        return count

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
        (self.path / "schema.json").write_text(json.dumps({"version": VERSION}))
        (self.path / "words.txt").write_text("\n".join(sorted(set(words))), encoding="utf-8")
        self.index = whoosh.index.create_in(self.path, make_schema())
        analysis.use_words(words)

    def add(self, documents: Iterable[dict]) -> int:
        """Add documents that the generation does not hold yet; returns how many."""
        return SearchIndex._write(self.index, documents)

    def apply(self, documents: Iterable[dict], removed: Iterable[int]) -> None:
        SearchIndex._write(self.index, documents, removed)

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
