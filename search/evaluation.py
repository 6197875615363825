"""How good is the ranking: judged queries in, figures out.

Measures as the field defines them (Järvelin and Kekäläinen 2002 for nDCG, with gain 2^grade - 1),
computed by ir_measures, not by us.
"""

import csv
import json
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import ir_measures
from ir_measures import RR, R, nDCG

from .index import SearchIndex
from .index.document import IndexDocument, Order
from .language import domain_words, load_regions, load_thesaurus, make_vocabulary
from .query import Language, parse
from .ranking import best_first, rank
from .understanding.places import Gazetteer

NDCG = nDCG(gains={grade: 2**grade - 1 for grade in range(1, 11)}) @ 10
MEASURES = {"ndcg@10": NDCG, "mrr@10": RR @ 10, "recall@10": R @ 10, "recall@100": R @ 100}
DEPTH = 100
OVERALL = "all"


class EvaluationError(Exception):
    """A file that cannot be used; the message says in Chinese which line and why."""


@dataclass(frozen=True)
class Query:
    id: str
    group: str
    text: str


@dataclass(frozen=True)
class Figures:
    """Of one class of queries; times are milliseconds for one query, understanding included."""

    queries: int
    measures: dict[str, float]
    without_hits: int
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True)
class Evaluation:
    """figures: by class, `all` last. rankings: query id -> documents, best first."""

    figures: dict[str, Figures]
    rankings: dict[str, list[str]]

    def as_json(self) -> dict:
        return {group: asdict(figures) for group, figures in self.figures.items()}


def evaluate(
    queries: Iterable[Query],
    judgments: dict[str, dict[str, int]],
    search: Callable[[str], list[str]],
) -> Evaluation:
    """Run every query through `search` (text -> documents, best first) and measure."""
    rankings: dict[str, list[str]] = {}
    times: dict[str, list[float]] = defaultdict(list)
    members: dict[str, list[str]] = defaultdict(list)
    for query in queries:
        started = time.perf_counter()
        rankings[query.id] = search(query.text)
        elapsed = (time.perf_counter() - started) * 1000
        for group in (query.group, OVERALL):
            times[group].append(elapsed)
            members[group].append(query.id)
    qrels = [
        ir_measures.Qrel(qid, doc, grade)
        for qid, graded in judgments.items()
        for doc, grade in graded.items()
        if qid in rankings
    ]
    run = [
        ir_measures.ScoredDoc(qid, doc, float(DEPTH - place))
        for qid, docs in rankings.items()
        for place, doc in enumerate(docs[:DEPTH])
    ]
    values: dict[str, dict] = defaultdict(dict)
    for metric in ir_measures.iter_calc(list(MEASURES.values()), qrels, run):
        values[metric.query_id][metric.measure] = metric.value
    groups = [group for group in members if group != OVERALL] + [OVERALL]
    figures = {}
    for group in groups if members else []:
        ids = members[group]
        figures[group] = Figures(
            queries=len(ids),
            measures={
                name: sum(values[qid].get(measure, 0.0) for qid in ids) / len(ids)
                for name, measure in MEASURES.items()
            },
            without_hits=sum(not rankings[qid] for qid in ids),
            p50_ms=statistics.median(times[group]),
            p95_ms=sorted(times[group])[int(0.95 * (len(ids) - 1))],
        )
    return Evaluation(figures, rankings)


def read_queries(path: Path) -> list[Query]:
    """`qid<TAB>class<TAB>query`, with a header line. Raises EvaluationError."""
    rows = [Query(*row) for row in _rows(path, ["qid", "class", "query"])]
    if len({row.id for row in rows}) != len(rows):
        raise EvaluationError(f"{path.name} 里有重复的 qid，请改成互不相同的编号。")
    return rows


def read_judgments(path: Path) -> dict[str, dict[str, int]]:
    """`qid<TAB>doc<TAB>grade`, with a header line; by query, then document."""
    judgments: dict[str, dict[str, int]] = defaultdict(dict)
    for number, (qid, doc, grade) in enumerate(_rows(path, ["qid", "doc", "grade"]), 2):
        if not (grade.isdecimal() and int(grade) <= 10):
            raise EvaluationError(f"{path.name} 第 {number} 行的等级“{grade}”应是 0 到 10 的整数。")
        judgments[qid][doc] = int(grade)
    return dict(judgments)


def _rows(path: Path, header: list[str]) -> Iterator[list[str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            for number, row in enumerate(reader, 1):
                if number == 1:
                    if row != header:
                        raise EvaluationError(f"{path.name} 第一行应是表头：{' '.join(header)}。")
                elif row:
                    if len(row) != len(header):
                        raise EvaluationError(
                            f"{path.name} 第 {number} 行应有 {len(header)} 列，用制表符分隔。"
                        )
                    yield row
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(f"读不了 {path}：请确认文件存在，编码是 UTF-8。") from error


class CorpusSearch:
    """A corpus of its own in a temporary index: same schema, analyzer and query path.

    A line of the file is {"id", "title", "text"}. Use as a context manager; call with a query.
    """

    def __init__(self, path: Path, progress: Callable[[int], None] = lambda done: None):
        self.path = path
        self.progress = progress

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="evaluation-")
        self._ids: list[str] = []
        index = SearchIndex(Path(self._folder.name))
        with index.building(domain_words()) as build:
            build.add(self._documents())
            with index.locked():
                build.swap()
        self.snapshot = index.snapshot()
        thesaurus = load_thesaurus()
        self.language = Language(
            make_vocabulary(self.snapshot, thesaurus), thesaurus, Gazetteer(load_regions(), ())
        )
        return self

    def __exit__(self, *error):
        self.snapshot = self.language = None
        self._folder.cleanup()

    def __call__(self, text: str) -> list[str]:
        ranking = rank(self.snapshot, parse(text, self.language))
        best = best_first(self.snapshot, ranking, DEPTH)
        return [self._ids[number] for number in self.snapshot.ids[best].tolist()]

    def _documents(self) -> Iterator[IndexDocument]:
        try:
            with self.path.open(encoding="utf-8") as file:
                for number, line in enumerate(file, 1):
                    if not line.strip():
                        continue
                    try:
                        entry = json.loads(line)
                        name, title, text = str(entry["id"]), entry["title"], entry["text"]
                    except (ValueError, KeyError, TypeError) as error:
                        raise EvaluationError(
                            f"{self.path.name} 第 {number} 行应是含 id、title、text 的 JSON。"
                        ) from error
                    texts = {"title": title or "", "other": text or ""}
                    yield IndexDocument(len(self._ids), texts, order=Order(number=number))
                    self._ids.append(name)
                    self.progress(len(self._ids))
        except OSError as error:
            raise EvaluationError(f"读不了 {self.path}：请确认文件存在。") from error
