"""Measure, print the tables and keep the figures: python -m benchmarks --help"""

import argparse
import json
import os
import shutil
import sys
from datetime import date
from pathlib import Path

from . import measuring, pages, report
from .engine import Query
from .library import ROOT, Library
from .registry import ENGINES


def main() -> None:
    options = _options()
    for size in options.sizes:
        library = Library(size, options.folder / str(size))
        _say(f"== {size} cases in {library.folder}")
        facts = library.prepare()
        names = _available(options.engines)
        figures = {
            "date": date.today().isoformat(),
            "size": size,
            "facts": facts,
            "versions": report.versions(),
            "machine": report.machine(),
            "built": {},
        }
        for name in dict.fromkeys(ENGINES[name].index or name for name in names):
            _say(f"-- indexing: {name}")
            figures["built"][name] = measuring.build(name, library, facts, keep=options.keep)
        _say("-- drawing queries")
        queries, paths = _drawn(library, options.each)
        _say(f"-- searching: {', '.join(names)}")
        figures["engines"] = measuring.compare(names, library, queries)
        if "ours" in names:
            _say("-- first searches after a commit")
            figures["first"] = measuring.first_searches(library, queries)
            if not options.no_pages:
                _say("-- pages")
                figures["pages"] = pages.measure(library, paths)
        options.folder.joinpath(f"{size}.json").write_text(
            json.dumps(figures, ensure_ascii=False, indent=1)
        )
    print(report.tables(options.folder))


def _options():
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10000])
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--each", type=int, default=20, help="queries of each kind")
    parser.add_argument("--keep", action="store_true", help="use indexes of an earlier run")
    parser.add_argument("--no-pages", action="store_true", help="leave the web server out")
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "benchmarks")
    options = parser.parse_args()
    options.folder = options.folder.resolve()
    return options


def _available(names: list[str]) -> list[str]:
    if "postgres" in names and not os.environ.get("TEST_POSTGRES_URL"):
        _say("-- PostgreSQL left out: TEST_POSTGRES_URL names no server")
        names = [name for name in names if name != "postgres"]
    if not shutil.which("wrk"):
        _say("-- wrk is not installed: pages are asked for by Python threads")
    return names


def _drawn(library: Library, each: int) -> tuple[list[Query], list[str]]:
    """The queries and the paths of pages, drawn in a process with the library's database."""
    path = library.folder / "queries.json"
    library.run("-m", "benchmarks.queries", str(path), str(each))
    drawn = json.loads(path.read_text())
    return [Query(**query) for query in drawn["queries"]], drawn["paths"]


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
