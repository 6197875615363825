"""Figures -> Markdown tables. python -m benchmarks.report --write puts them into the docs."""

import argparse
import json
import os
import platform
import sqlite3
from importlib import metadata
from itertools import pairwise
from pathlib import Path
from statistics import median

from .library import ROOT
from .queries import KINDS
from .registry import ENGINES

DOCS = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
PACKAGES = ("Django", "whoosh-reloaded", "numpy", "jieba", "django-haystack", "tantivy", "gunicorn")
# An engine that answers fewer queries of a kind than this share is not compared there.
ANSWERED = 0.5


def versions() -> dict[str, str]:
    found = {name: metadata.version(name) for name in PACKAGES}
    return {"Python": platform.python_version(), "SQLite": sqlite3.sqlite_version, **found}


def machine() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":")[1].strip() for line in lines if "model name" in line), "CPU")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores ({model}), {memory:.0f} GB, {platform.system()}"


def tables(folder: Path) -> str:
    """Everything that is known of every size in `folder`."""
    runs = sorted(
        (json.loads(path.read_text()) for path in folder.glob("[0-9]*.json")),
        key=lambda run: run["size"],
    )
    parts = []
    for run in runs:
        parts += [_heading(run), _times(run), _ratios(run), _hits(run), _indexing(run)]
        parts += [_first(run)] if "first" in run else []
        parts += [_pages(run)] if "pages" in run else []
    if len(runs) > 1:
        parts.append(_growth(runs))
    parts.append(_labels(runs))
    return "\n\n".join(parts)


def _table(head, rows) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def _number(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def _heading(run) -> str:
    facts = run["facts"]
    used = ", ".join(f"{name} {version}" for name, version in run["versions"].items())
    return (
        f"### {run['size']:,} generated cases\n\n{run['date']}; {run['machine']}; {used}.\n"
        f"{facts['documents']:,} documents, {facts['tokens']:,} tokens, "
        f"{facts['vocabulary']:,} different ones."
    )


def _compared(figures, kind) -> bool:
    return kind in figures["kinds"] and figures["kinds"][kind]["answered"] >= ANSWERED


def _times(run) -> str:
    rows = []
    for kind, label in KINDS.items():
        row = [label]
        for figures in run["engines"].values():
            one = figures["kinds"][kind]
            cell = f"{_number(one['median'])} / {_number(one['p95'])}"
            if not _compared(figures, kind):
                cell = f"({cell})"
            row.append(cell)
        rows.append(row)
    fewest = [
        f"{name} {min(one['timings'] for one in figures['kinds'].values())}"
        for name, figures in run["engines"].items()
    ]
    return (
        "Search, warm, ms, median / p95; in brackets where most queries found nothing:\n\n"
        + _table(["", *run["engines"]], rows)
        + f"\n\nFewest timings of a kind: {', '.join(fewest)}."
    )


def _ratios(run) -> str:
    engines = run["engines"]
    references = [name for name in ("ours", "ours-core") if name in engines]
    if not references:
        return "Ours was not measured in this run: no ratios."
    rows = []
    for reference in references:
        found = {name: ratios(figures, engines[reference]) for name, figures in engines.items()}
        for kind, label in KINDS.items() if reference == references[0] else ():
            row = [_number(one[kind]) if kind in one else "" for one in found.values()]
            rows.append([label, *row])
        medians = [_number(median(one.values())) if one else "" for one in found.values()]
        rows.append([f"**all kinds, median, against {reference}**", *medians])
    return f"How many times as long as {references[0]}, by medians:\n\n" + _table(
        ["", *engines], rows
    )


def ratios(figures, reference) -> dict[str, float]:
    """By kind, how many times as long an engine takes; only of kinds that both answer."""
    return {
        kind: figures["kinds"][kind]["median"] / reference["kinds"][kind]["median"]
        for kind in KINDS
        if _compared(figures, kind) and _compared(reference, kind)
    }


def _hits(run) -> str:
    rows = [
        [label]
        + [
            f"{figures['kinds'][kind]['hits']:,.0f} ({figures['kinds'][kind]['answered']:.0%})"
            for figures in run["engines"].values()
        ]
        for kind, label in KINDS.items()
    ]
    return "Hits, median (share of the queries with any):\n\n" + _table(["", *run["engines"]], rows)


def _indexing(run) -> str:
    documents = run["facts"]["documents"]
    rows = []
    for name, figures in run["engines"].items():
        built = run["built"][ENGINES[name].index or name]
        own = ENGINES[name].index is None and built["bytes"] > 0
        rows.append(
            [
                name,
                f"{built['seconds']:,.1f}" if own else "",
                f"{documents / built['seconds']:,.0f}" if own else "",
                f"{built['bytes'] / 2**20:,.0f}" if own else "",
                f"{1000 * figures['opened']:,.0f}",
                f"{figures['memory']['pss']:,.0f}",
            ]
        )
    head = ["", "index, s", "documents/s", "disk, MB", "open, ms", "process after it all, MB"]
    return "Indexing (jieba included), opening, memory (PSS):\n\n" + _table(head, rows)


def _first(run) -> str:
    first = run["first"]
    rows = [
        [KINDS[kind], _number(one["median"]), _number(one["max"])]
        for kind, one in first["kinds"].items()
    ]
    return (
        f"Ours after a commit: a changed case is in the index after {_number(first['changed'])} ms,"
        f" the process is ready for it after another {_number(first['opened'])} ms; the first"
        " searches then, of words not asked before, ms:\n\n"
        + _table(["", "median", "longest"], rows)
    )


def _pages(run) -> str:
    found = run["pages"]
    rows = []
    for readers in (key for key in found if key.isdecimal()):
        for state in ("uncached", "cached"):
            one = found[readers][state]
            rows.append(
                [
                    f"{state}, {readers} at once",
                    _number(one["median"]),
                    _number(one["p95"]),
                    _number(one["requests"] / one["seconds"]),
                    one["errors"] or "none",
                ]
            )
    memory = " then ".join(
        f"{found[state]['together']:,.0f} MB ({state}; USS of the workers "
        + ", ".join(f"{worker['uss']:,.0f}" for worker in found[state]["workers"])
        + ")"
        for state in ("idle", "busy")
    )
    return (
        f"Search pages from gunicorn with two workers, by {found['tool']} on the same machine:\n\n"
        + _table(["", "median, ms", "p95, ms", "pages/s", "errors"], rows)
        + f"\n\nMemory of the server, all its processes together (PSS): {memory}."
    )


def _growth(runs) -> str:
    head = ["", *(f"{run['size']:,}" for run in runs)]
    rows = []
    for name in ENGINES:
        measured = [run["engines"].get(name) for run in runs]
        if not all(measured):
            continue
        for kind, label in KINDS.items():
            times = [one["kinds"][kind]["median"] for one in measured]
            factors = ["", *(f" (× {_number(b / a)})" for a, b in pairwise(times))]
            cells = [_number(time) + factor for time, factor in zip(times, factors, strict=True)]
            rows.append([f"{name}: {label}", *cells])
    return (
        "### Growth\n\nSearch, warm, median ms by number of cases (times the size before):\n\n"
        + _table(head, rows)
    )


def _labels(runs) -> str:
    labels = {name: one["label"] for run in runs for name, one in run["engines"].items()}
    return "Engines:\n\n" + "\n".join(f"- `{name}`: {label}." for name, label in labels.items())


def write(folder: Path) -> None:
    """Replace what stands between the markers of docs/benchmarks.md."""
    text = DOCS.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    DOCS.write_text(f"{before}{BEGIN}\n\n{tables(folder)}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.report", description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"into {DOCS.relative_to(ROOT)}")
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "benchmarks")
    options = parser.parse_args()
    if options.write:
        write(options.folder)
    else:
        print(tables(options.folder))
