"""The judged search queries are well formed: plain file checks, no search engine involved."""

import unicodedata
from collections import Counter
from pathlib import Path

import pytest

EVALUATION = Path(__file__).resolve().parent.parent / "fixtures" / "evaluation"
SETS = {
    "main": ("queries.tsv", "qrels.tsv"),
    "heldout": ("heldout-queries.tsv", "heldout-qrels.tsv"),
}
FILES = [name for names in SETS.values() for name in names]
CLASSES = {
    "keywords",
    "several-keywords",
    "question",
    "synonym",
    "region-topic",
    "coined-name",
    "numbers",
    "typo",
    "script",
    "effect",
}
CASES = range(1, 36)


def table(name):
    """Header and rows of a file, each a list of fields; nothing is quoted in these files."""
    text = (EVALUATION / name).read_text(encoding="utf-8")
    header, *rows = (line.split("\t") for line in text.removesuffix("\n").split("\n"))
    return header, rows


def queries(which):
    return table(SETS[which][0])[1]


def judgments(which):
    return [(qid, int(doc), int(grade)) for qid, doc, grade in table(SETS[which][1])[1]]


def as_typed(query):
    """What makes two queries the same to a reader: width, case and spaces do not count."""
    return "".join(unicodedata.normalize("NFKC", query).casefold().split())


@pytest.mark.parametrize("name", FILES)
def test_files_are_utf8_with_unix_line_ends_and_three_filled_fields(name):
    raw = (EVALUATION / name).read_bytes()
    assert b"\r" not in raw and not raw.startswith(b"\xef\xbb\xbf")
    assert raw.endswith(b"\n") and not raw.endswith(b"\n\n")
    header, rows = table(name)
    assert header == (["qid", "doc", "grade"] if "qrels" in name else ["qid", "class", "query"])
    for row in rows:
        assert len(row) == 3 and all(field and field == field.strip() for field in row), row


def test_query_ids_are_unique_across_both_sets():
    ids = Counter(qid for which in SETS for qid, _, _ in queries(which))
    assert [qid for qid, count in ids.items() if count > 1] == []


def test_no_query_stands_twice_across_both_sets():
    seen = Counter(as_typed(query) for which in SETS for _, _, query in queries(which))
    assert [query for query, count in seen.items() if count > 1] == []


@pytest.mark.parametrize("which", SETS)
def test_every_class_has_sixteen_queries_or_more(which):
    counts = Counter(name for _, name, _ in queries(which))
    assert set(counts) == CLASSES
    assert min(counts.values()) >= 16


def test_both_sets_have_the_same_mixture():
    main, heldout = (Counter(name for _, name, _ in queries(which)) for which in SETS)
    assert main == heldout


@pytest.mark.parametrize("which", SETS)
def test_judgments_name_a_query_of_the_set_a_case_and_a_grade(which):
    ids = {qid for qid, _, _ in queries(which)}
    for qid, doc, grade in judgments(which):
        assert qid in ids and doc in CASES and grade in (1, 2, 3), (qid, doc, grade)


@pytest.mark.parametrize("which", SETS)
def test_a_case_is_judged_once_for_a_query(which):
    pairs = Counter((qid, doc) for qid, doc, _ in judgments(which))
    assert [pair for pair, count in pairs.items() if count > 1] == []


@pytest.mark.parametrize("which", SETS)
def test_every_query_has_a_case_that_is_clearly_relevant(which):
    answered = {qid for qid, _, grade in judgments(which) if grade >= 2}
    assert [query for qid, _, query in queries(which) if qid not in answered] == []


@pytest.mark.parametrize("which", SETS)
def test_every_case_is_what_somebody_searches_for(which):
    wanted = {doc for _, doc, grade in judgments(which) if grade == 3}
    assert sorted(set(CASES) - wanted) == []
