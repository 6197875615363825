"""The benchmarks: questions with answers, honest ratios, tables that can be written again."""

import json
from collections import Counter
from dataclasses import asdict

import pytest

from benchmarks import documents, queries, report
from benchmarks.measuring import BUDGET, LEAST, Tally, percentile
from cases.models import Section


@pytest.fixture
def cut(library, tmp_path):
    path = tmp_path / "documents.jsonl"
    assert documents.write(path) > 0
    return path


def test_documents_are_the_published_cases_cut_by_jieba(cut):
    found = {document.id: document for document in documents.read(cut)}
    assert len(found) == 35
    first = found[min(found)]
    assert "招投标" in first.title.split()
    assert first.facets["city"] == ["350000"]
    assert first.dated == "2025-04-10"


def test_queries_of_every_kind_have_answers(cut):
    drawn, words = queries.draw(cut, 15)
    assert Counter(query.kind for query in drawn) == dict.fromkeys(queries.KINDS, 15)
    texts = "\n".join(Section.objects.values_list("text", flat=True))
    held = Counter()
    for document in documents.read(cut):
        held.update(set(document.title.split()) | set(document.body.split()))
    facets = [document.facets for document in documents.read(cut)]
    for query in drawn:
        if query.filters:
            assert any(
                all(set(values) & set(has[name]) for name, values in query.filters.items())
                for has in facets
            )
        if query.kind == "literal":
            assert query.text in texts
            assert 4 <= len(query.text) <= 8
        if query.kind == "rare":
            assert 2 <= held[query.text] <= 5
        if query.kind == "common":
            assert 7 <= held[query.text] <= 21
    assert [asdict(query) for query in queries.draw(cut, 15)[0]] == [
        asdict(query) for query in drawn
    ]
    paths = queries.paths(words, 50)
    assert len(set(paths)) == 50


def test_a_slow_engine_is_asked_less_but_not_nothing():
    tally = Tally()
    slow = {"total": 1, "seconds": BUDGET}
    for _ in range(LEAST):
        assert not tally.is_over(warming=False)
        tally.add(slow, warming=False)
    assert tally.is_over(warming=False)
    assert not tally.is_over(warming=True)


def test_percentiles():
    assert percentile(list(range(100)), 0.95) == 95
    assert percentile([3.0], 0.95) == 3.0


def figures(milliseconds, answered=1.0):
    one = {
        "median": milliseconds,
        "p95": 2 * milliseconds,
        "timings": 60,
        "hits": 7,
        "answered": answered,
    }
    return {
        "label": "an engine",
        "opened": 0.1,
        "memory": {"pss": 100, "uss": 90},
        "kinds": dict.fromkeys(queries.KINDS, one),
    }


def test_an_engine_that_finds_nothing_is_not_compared():
    assert set(report.ratios(figures(30), figures(10)).values()) == {3.0}
    assert report.ratios(figures(0.1, answered=0.2), figures(10)) == {}


def test_the_tables_replace_those_between_the_markers(tmp_path, monkeypatch):
    docs = tmp_path / "benchmarks.md"
    docs.write_text(f"before\n\n{report.BEGIN}\nold\n{report.END}\n\nafter\n")
    monkeypatch.setattr(report, "DOCS", docs)
    for size in (1000, 10000):
        run = {
            "date": "2026-01-01",
            "size": size,
            "facts": {"documents": size + 35, "tokens": 1, "vocabulary": 1, "cutting": 1.0},
            "versions": {"Python": "3.11"},
            "machine": "2 cores",
            "built": {"ours": {"seconds": 10.0, "bytes": 2**20}},
            "engines": {"ours": figures(size / 1000)},
        }
        (tmp_path / f"{size}.json").write_text(json.dumps(run))
    report.write(tmp_path)
    once = docs.read_text()
    report.write(tmp_path)
    assert docs.read_text() == once
    assert once.startswith("before")
    assert once.endswith("after\n")
    assert "old" not in once
    assert "| ours: rare word | 1.00 | 10.0 (× 10.0) |" in once
