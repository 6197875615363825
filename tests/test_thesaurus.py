"""The thesaurus and the dictionary that ship, as plain files."""

import json
from collections import Counter
from pathlib import Path

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"


def fields(name):
    rows = json.loads((FIXTURES / name).read_text(encoding="utf-8"))
    return [row["fields"] for row in rows]


GROUPS = [
    (group["term"], group["synonyms"].split("\n"), group["theme"])
    for group in fields("synonyms.json")
]
WORDS = [word["text"] for word in fields("words.json")]


def test_there_are_groups_for_every_theme():
    themes = Counter(theme[0] for _, _, theme in GROUPS if theme)
    assert set(themes) == {theme["code"] for theme in fields("themes.json")}
    assert min(themes.values()) >= 25
    assert len(GROUPS) >= 400


def test_each_standard_term_stands_once():
    terms = [term for term, _, _ in GROUPS]
    assert len(set(terms)) == len(terms)
    assert max(map(len, terms)) <= 40


def test_a_group_has_several_expressions_of_two_characters_or_more():
    for term, synonyms, _ in GROUPS:
        expressions = [term, *synonyms]
        assert len(set(expressions)) == len(expressions) >= 2, term
        assert all(len(one) >= 2 and one == one.strip() for one in expressions), term


def test_words_that_drown_everything_are_no_synonyms():
    everywhere = {"企业", "服务", "平台", "办理", "改革", "创新", "工作", "政府"}
    found = {one for term, synonyms, _ in GROUPS for one in (term, *synonyms)} & everywhere
    assert found == set()


def test_the_dictionary():
    assert len(set(WORDS)) == len(WORDS) >= 1000
    assert all(2 <= len(word) <= 20 and not any(map(str.isspace, word)) for word in WORDS)
