"""One engine in a process of its own: python -m benchmarks.worker engine folder size

It answers requests on standard input, a JSON line each, with a JSON line each. Whatever libraries
print goes to standard error.
"""

import json
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path

from . import documents
from .engine import Query
from .memory import of_process
from .registry import ENGINES


def main(name: str, folder: str, size: str) -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    entry = ENGINES[name]
    os.environ["DJANGO_SETTINGS_MODULE"] = entry.settings

    import django

    django.setup()
    folder = Path(folder)
    own = folder / "engines" / (entry.index or name)
    own.mkdir(parents=True, exist_ok=True)
    engine = entry.load()(own, int(size))
    handlers = {
        "build": lambda: _build(engine, folder),
        "open": lambda: _open(engine),
        "search": lambda query: _search(engine, Query(**query)),
        "take_up": lambda: _take_up(engine),
    }
    for line in sys.stdin:
        request = json.loads(line)
        answer = handlers[request.pop("do")](**request)
        answers.write(json.dumps(answer, ensure_ascii=False) + "\n")
        answers.flush()


def _timed(do):
    started = time.perf_counter()
    result = do()
    return time.perf_counter() - started, result


def _build(engine, folder):
    cut = documents.read(folder / "documents.jsonl") if engine.takes_documents else ()
    seconds, _ = _timed(lambda: engine.build(cut))
    return {
        "seconds": seconds,
        "bytes": engine.disk_bytes(),
        "takes_documents": engine.takes_documents,
    }


def _open(engine):
    seconds, _ = _timed(engine.open)
    return {"seconds": seconds, "label": engine.label, "memory": asdict(of_process(os.getpid()))}


def _search(engine, query):
    seconds, page = _timed(lambda: engine.search(query))
    return {
        "seconds": seconds,
        "total": page.total,
        "memory": asdict(of_process(os.getpid())),
    }


def _take_up(engine):
    """A changed case in the index, and the process ready to search it."""
    changed, _ = _timed(engine.change_one)
    opened, _ = _timed(engine.take_up)
    return {"changed": changed, "opened": opened}


if __name__ == "__main__":
    main(*sys.argv[1:])
