"""Exports that take longer than a reader waits: ordered here, written by a process of their own.

Everything about them stands in one folder, so that every worker process of a node knows it, and a
restart forgets nothing:

    lock                the one that is being written holds it; its text is that one's key
    <key>/order.json    what was asked for
    <key>/state.json    how far it is
    <key>/export.xlsx   the whole file, there only when it is whole

One is written at a time, and the process is not a web worker: readers who search do not wait for
readers who export. The lock goes with the process that holds it, however that ends; whoever looks
next starts an unfinished export again.
"""

import contextlib
import datetime
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from enum import Enum
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.files import locks

from ..models import ContentChange
from . import columns, spreadsheet
from .spreadsheet import About

KEY = re.compile(r"[0-9a-f]{32}")
# So long a finished file can be fetched, and an abandoned order is kept.
LIFETIME = datetime.timedelta(hours=1)
KEPT = 20
MOST_ATTEMPTS = 3


class Phase(Enum):
    WAITING = "waiting"
    WRITING = "writing"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Order:
    """What is to be written.

    kind: a key of spreadsheet.WRITERS. ids: of cases, in order. site: see columns.Row.
    """

    kind: str
    ids: tuple[int, ...]
    site: str
    filename: str
    about: About

    @property
    def key(self) -> str:
        """The same for the same cases as they are now, so that asking twice writes once."""
        what = replace(self, about=replace(self.about, made=datetime.datetime.min))
        return hashlib.sha256(repr((what, ContentChange.version())).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class State:
    """attempts: how often writing was begun. error: why it cannot be done, for readers."""

    attempts: int = 0
    written: int = 0
    error: str = ""


@dataclass(frozen=True)
class Progress:
    """written of total rows; again: an attempt before this one was cut off; size: in bytes."""

    phase: Phase
    written: int
    total: int
    again: bool
    error: str
    size: int


class Export:
    """One order with its folder."""

    def __init__(self, key: str):
        self.key = key
        self.folder = exports_folder() / key

    @property
    def order(self) -> Order:
        values = json.loads((self.folder / "order.json").read_text(encoding="utf-8"))
        about = values.pop("about")
        about["made"] = datetime.datetime.fromisoformat(about["made"])
        about["conditions"] = tuple(tuple(pair) for pair in about["conditions"])
        return Order(**values | {"ids": tuple(values["ids"]), "about": About(**about)})

    @property
    def path(self) -> Path:
        return self.folder / f"export.{self.order.kind}"

    @property
    def state(self) -> State:
        try:
            return State(**json.loads((self.folder / "state.json").read_text(encoding="utf-8")))
        except FileNotFoundError:
            return State()

    def note(self, **changes) -> None:
        _write_whole(self.folder / "state.json", json.dumps(asdict(replace(self.state, **changes))))

    def look(self) -> Progress:
        """How far it is. Starts the writing where nobody writes."""
        phase = self._phase()
        state = self.state
        return Progress(
            phase=phase,
            written=state.written,
            total=len(self.order.ids),
            again=state.attempts > 1,
            error=state.error,
            size=self.path.stat().st_size if phase is Phase.DONE else 0,
        )

    def shows_only_what_is_public(self) -> bool:
        """False once a case in it has been withdrawn."""
        ids = self.order.ids
        return len(columns.public(ids)) == len(ids)

    def discard(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _phase(self) -> Phase:
        if self.path.exists():
            return Phase.DONE
        if self.state.error:
            return Phase.FAILED
        with _try_lock() as lock:
            if lock is None:
                return Phase.WRITING if _holder() == self.key else Phase.WAITING
            if self.path.exists():
                return Phase.DONE
            if self.state.attempts >= MOST_ATTEMPTS:
                self.note(error="写到一半中断了几次，请稍后重新导出，或加上筛选条件分几次导出。")
                return Phase.FAILED
            self.note(attempts=self.state.attempts + 1, written=0)
            os.ftruncate(lock, 0)
            os.pwrite(lock, self.key.encode(), 0)
            start_writing(self.key, lock)
            return Phase.WRITING


def place(order: Order) -> Export:
    """Order an export, or find the same one ordered a moment ago; one that failed begins anew."""
    remove_old()
    export = Export(order.key)
    export.folder.mkdir(mode=0o700, exist_ok=True)
    if export.state.error or not (export.folder / "order.json").exists():
        values = asdict(order)
        values["about"]["made"] = order.about.made.isoformat()
        _write_whole(export.folder / "order.json", json.dumps(values, ensure_ascii=False))
        _write_whole(export.folder / "state.json", json.dumps(asdict(State())))
    return export


def find(key: str) -> Export | None:
    """An export of this node; None where there is none, or no longer."""
    if not KEY.fullmatch(key) or not (exports_folder() / key / "order.json").exists():
        return None
    export = Export(key)
    if export.path.exists() and not export.shows_only_what_is_public():
        export.discard()
        return None
    return export


def start_writing(key: str, lock: int) -> None:
    """The new process inherits the lock, and it alone holds it from here on."""
    subprocess.Popen(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "write_export", key],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=[lock],
        start_new_session=True,
    )


def write(export: Export) -> None:
    """Write the file of an order. What goes wrong is noted for readers and raised."""
    order = export.order
    part = export.folder / f"part.{order.kind}"
    try:
        _write_rows(order, part, lambda written: export.note(written=written))
        part.replace(export.path)
    except Exception:
        export.note(error="写文件时出错，请稍后重新导出。如果还不行，请告诉管理员。")
        raise


def write_at_once(order: Order) -> BinaryIO:
    """The file of a small order, open for reading. It has no name any more: closed, it is gone."""
    remove_old()
    with tempfile.TemporaryDirectory(dir=exports_folder()) as folder:
        path = Path(folder) / f"export.{order.kind}"
        _write_rows(order, path, lambda written: None)
        return path.open("rb")


def _write_rows(order: Order, path: Path, report: spreadsheet.Report) -> None:
    rows = columns.rows(order.ids, order.site)
    spreadsheet.WRITERS[order.kind](path, rows, order.about, report)


def remove_old() -> None:
    """Remove what is past its lifetime, and the oldest where there are too many."""
    oldest = time.time() - LIFETIME.total_seconds()
    aged = []
    for folder in exports_folder().iterdir():
        # Another process may be removing the same one.
        with contextlib.suppress(FileNotFoundError):
            if folder.is_dir():
                aged.append((folder.stat().st_mtime, folder))
    aged.sort(reverse=True)
    for number, (touched, folder) in enumerate(aged):
        if number >= KEPT or touched < oldest:
            shutil.rmtree(folder, ignore_errors=True)


def exports_folder() -> Path:
    folder = Path(settings.EXPORTS_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


@contextlib.contextmanager
def _try_lock():
    """A descriptor that holds the lock; None where another holds it."""
    descriptor = os.open(exports_folder() / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield descriptor if locks.lock(descriptor, locks.LOCK_EX | locks.LOCK_NB) else None
    finally:
        os.close(descriptor)


def _holder() -> str:
    """The key of the export that was begun last; it is being written while the lock is held."""
    try:
        return (exports_folder() / "lock").read_text(encoding="ascii")
    except FileNotFoundError:
        return ""


def _write_whole(path: Path, text: str) -> None:
    """Readers see the text as it was or as it is, never a part of it."""
    part = path.with_suffix(f".{os.getpid()}-{time.monotonic_ns()}")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
