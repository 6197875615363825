"""Numbers as data: what find_outcomes proposes, and the lists of it that were judged by reading."""

import json
from pathlib import Path

import pytest

from cases.notices.parser import parse
from cases.notices.reader import read

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
FIRST_NOTICE = FIXTURES / "notices" / "fujian-2025-batch-1.txt"
JUDGED = FIXTURES / "evaluation" / "outcomes-first-notice.json"
HELD_OUT = FIXTURES / "evaluation" / "outcomes-heldout.json"


@pytest.fixture(scope="module")
def first_notice():
    return parse(read(FIRST_NOTICE.read_bytes(), FIRST_NOTICE.name))


# The judged lists


@pytest.mark.parametrize("path", [JUDGED, HELD_OUT], ids=lambda path: path.stem)
def test_every_judged_statement_is_a_verbatim_part_of_its_sentence(path):
    rows = json.loads(path.read_text(encoding="utf-8"))
    assert rows
    for row in rows:
        for outcome in row["outcomes"]:
            assert outcome["statement"] in row["sentence"]
            assert outcome["before"] or outcome["after"] or outcome["stated"]


def test_every_judged_sentence_stands_in_its_case(first_notice):
    cases = {case.number: case for case in first_notice.cases}
    for row in json.loads(JUDGED.read_text(encoding="utf-8")):
        texts = [p.text for section in cases[row["case"]].sections for p in section.paragraphs]
        assert any(row["sentence"] in text for text in texts), row["sentence"]
