"""The engines side by side: each in its own process, asked in turn: noise hits all alike."""

import json
import random
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from statistics import median

from .engine import Query
from .library import ROOT, Library

ROUNDS = 3
# An engine that has spent so many seconds on a kind of query is asked no more of it, once it has
# answered LEAST of them. It shows in the report's number of timings.
BUDGET, LEAST = 20.0, 5
# Commits after which the first searches are timed.
SWAPS = 4


class Worker:
    """An engine in a process of its own."""

    def __init__(self, name: str, library: Library):
        self.name = name
        command = [sys.executable, "-m", "benchmarks.worker", name]
        self.process = subprocess.Popen(
            [*command, str(library.folder), str(library.size)],
            cwd=ROOT,
            env=library.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def ask(self, do: str, **request) -> dict:
        self.process.stdin.write(json.dumps({"do": do, **request}) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self.name}: the process has ended, see above")
        return json.loads(answer)

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def build(name: str, library: Library, facts: dict, *, keep: bool) -> dict:
    """Have the engine build its index; with `keep`, only where an earlier run has not.

    Returns seconds (with jieba's cutting, whoever did it) and bytes.
    """
    note = library.folder / "engines" / f"{name}.json"
    if keep and note.exists():
        return json.loads(note.read_text())
    shutil.rmtree(library.folder / "engines" / name, ignore_errors=True)
    worker = Worker(name, library)
    built = worker.ask("build")
    worker.close()
    if built.pop("takes_documents"):
        built["seconds"] += facts["cutting"]
    note.write_text(json.dumps(built))
    return built


@dataclass
class Tally:
    """What an engine answered to queries of one kind; times in seconds."""

    totals: list[int] = field(default_factory=list)
    warming: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def add(self, answer: dict, *, warming: bool) -> None:
        if warming:
            self.totals.append(answer["total"])
        (self.warming if warming else self.times).append(answer["seconds"])

    def is_over(self, *, warming: bool) -> bool:
        spent = self.warming if warming else self.times
        return sum(spent) > BUDGET and len(spent) >= LEAST

    def figures(self) -> dict:
        """In milliseconds. answered: the share of the queries with a hit."""
        return {
            "median": 1000 * median(self.times),
            "p95": 1000 * percentile(self.times, 0.95),
            "timings": len(self.times),
            "hits": median(self.totals),
            "answered": sum(map(bool, self.totals)) / len(self.totals),
        }


def compare(names: Sequence[str], library: Library, queries: Sequence[Query]) -> dict[str, dict]:
    """Time every query on every engine; returns by engine its times and answers by kind."""
    workers = [Worker(name, library) for name in names]
    found: dict[str, dict] = {}
    tallies: dict[str, dict[str, Tally]] = {name: defaultdict(Tally) for name in names}
    try:
        for worker in workers:
            opened = worker.ask("open")
            found[worker.name] = {"opened": opened["seconds"], "label": opened["label"]}
        rng = random.Random("order")
        # The first round warms up and tells how many hits there are.
        for round_ in range(ROUNDS + 1):
            warming = round_ == 0
            order = rng.sample(queries, len(queries))
            for number, query in enumerate(order):
                turn = number % len(workers)
                for worker in workers[turn:] + workers[:turn]:
                    tally = tallies[worker.name][query.kind]
                    if not tally.is_over(warming=warming):
                        answer = worker.ask("search", query=asdict(query))
                        tally.add(answer, warming=warming)
                        found[worker.name]["memory"] = answer["memory"]
            print(f"  round {round_} of {ROUNDS} done", file=sys.stderr)
    finally:
        for worker in workers:
            worker.close()
    for name, kinds in tallies.items():
        found[name]["kinds"] = {kind: tally.figures() for kind, tally in kinds.items()}
    return found


def first_searches(library: Library, queries: Sequence[Query]) -> dict:
    """Ours after a commit: how long a change takes, and searches whose words are asked first.

    Returns milliseconds: changed (a case in the index), opened (the process ready), and by kind
    the times of the first searches.
    """
    worker = Worker("ours", library)
    worker.ask("open")
    kinds = list(dict.fromkeys(query.kind for query in queries))
    by_kind = {kind: [query for query in queries if query.kind == kind] for kind in kinds}
    changed, opened, times = [], [], defaultdict(list)
    for swap in range(SWAPS):
        taken = worker.ask("take_up")
        changed.append(1000 * taken["changed"])
        opened.append(1000 * taken["opened"])
        # Another kind first each time: the very first search also opens what all share.
        for kind in kinds[swap:] + kinds[:swap]:
            query = by_kind[kind][swap % len(by_kind[kind])]
            times[kind].append(1000 * worker.ask("search", query=asdict(query))["seconds"])
    worker.close()
    return {
        "changed": median(changed),
        "opened": median(opened),
        "kinds": {
            kind: {"median": median(found), "max": max(found)} for kind, found in times.items()
        },
    }


def percentile(times: Sequence[float], share: float) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
