"""Writing the segments of a large index in several processes.

Cutting the texts into words is most of the work, and Python does it on one core. The documents are
read here and handed to processes that know neither database nor settings; each writes segments
of its own. When this process dies, however it dies, they find their pipe closed and end.
"""

import itertools
import multiprocessing
import os
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection, wait
from pathlib import Path

from .. import analysis
from .codec import EXTENSION, ArraySegment
from .document import IndexDocument
from .writing import SegmentWriter

# Fewer documents than this are written here: starting processes takes longer.
WORTH_PROCESSES = 400
CHUNK = 40
# So many chunks wait at each process, so that none is idle while documents are being read.
AHEAD = 2
MOST_PROCESSES = 4


class BuildFailed(Exception):
    """A process that wrote segments came to a bad end."""


def write_segments(folder: Path, documents: Iterable[IndexDocument]) -> list[ArraySegment]:
    """Write `documents`, cut with the words in use, to new segments in `folder`.

    Raises BuildFailed.
    """
    documents = iter(documents)
    first = list(itertools.islice(documents, WORTH_PROCESSES))
    processes = min(MOST_PROCESSES, _available_processors())
    if len(first) < WORTH_PROCESSES or processes < 2:
        return list(_write(folder, itertools.chain(first, documents)))
    chunks = _chunks(itertools.chain(first, documents))
    return _in_processes(processes, folder, chunks)


def _write(folder: Path, documents: Iterable[IndexDocument]) -> Iterator[ArraySegment]:
    writer = SegmentWriter()
    for document in documents:
        writer.add(document)
        if writer.is_full:
            yield _finished(folder, writer)
    if len(writer):
        yield _finished(folder, writer)


def _finished(folder: Path, writer: SegmentWriter) -> ArraySegment:
    segment = ArraySegment("MAIN")
    segment.set_doc_count(len(writer))
    writer.write(folder / segment.make_filename(EXTENSION))
    return segment


def _in_processes(count, folder, chunks) -> list[ArraySegment]:
    # Not forked: a child would hold this process's locks for as long as it lives.
    context = multiprocessing.get_context("spawn")
    connections: dict[Connection, multiprocessing.Process] = {}
    try:
        for _ in range(count):
            ours, theirs = context.Pipe()
            process = context.Process(
                target=_work, args=(theirs, folder, *analysis.words_in_use()), daemon=True
            )
            process.start()
            theirs.close()
            connections[ours] = process
        return _feed(list(connections), chunks)
    except (EOFError, OSError) as error:
        raise BuildFailed("写检索索引的进程意外结束，请看日志，再运行 rebuild_index。") from error
    finally:
        for connection, process in connections.items():
            connection.close()
            process.join()


def _feed(connections: list[Connection], chunks: Iterator[list]) -> list[ArraySegment]:
    """Hand out chunks as they are asked for, then collect the segments."""
    segments = []
    ended = set()

    def send_next(connection):
        chunk = next(chunks, None)
        # None ends the process's work; it must hear so once.
        if chunk is not None or connection not in ended:
            connection.send(chunk)
        if chunk is None:
            ended.add(connection)

    for connection in connections * AHEAD:
        send_next(connection)
    waiting = set(connections)
    while waiting:
        for connection in wait(waiting):
            answer = connection.recv()
            if answer is None:
                send_next(connection)
            else:
                segments += answer
                waiting.remove(connection)
    return segments


def _work(connection: Connection, folder: Path, cache_dir: Path, words: list[str]) -> None:
    """What each process does: ask for chunks until there is none; answer with the segments."""
    analysis.configure(cache_dir)
    analysis.use_words(words)

    def documents():
        while (chunk := connection.recv()) is not None:
            connection.send(None)
            yield from chunk

    try:
        segments = list(_write(folder, documents()))
        connection.send(segments)
    except EOFError:
        pass


def _chunks(documents: Iterator[IndexDocument]) -> Iterator[list[IndexDocument]]:
    while chunk := list(itertools.islice(documents, CHUNK)):
        yield chunk


def _available_processors() -> int:
    return len(os.sched_getaffinity(0))
