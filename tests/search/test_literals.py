"""The promise of the search: a string that stands in a case finds that case."""

import random

import pytest

from cases.models import Case
from search.normalize import significant
from search.query import parse
from search.searching import MAX_PAGE_SIZE, SearchRequest, search

pytestmark = pytest.mark.django_db


def texts_of(case):
    """What readers see of a case, each text for itself."""
    yield case.title
    for section in case.sections.all():
        if section.heading:
            yield section.heading
        yield from section.paragraphs


def found_ids(text):
    results = search(SearchRequest(text=text, page_size=MAX_PAGE_SIZE))
    assert results.pages == 1
    return {hit.case.pk for hit in results.hits}


def test_a_thousand_random_strings_find_every_case_that_holds_them(library):
    cases = list(Case.objects.published().with_text())
    texts = {case.pk: list(texts_of(case)) for case in cases}
    generator = random.Random(20250410)
    missed = []
    for _ in range(1000):
        case = generator.choice(cases)
        text = generator.choice([one for one in texts[case.pk] if len(one) >= 2])
        length = generator.randint(2, min(8, len(text)))
        start = generator.randint(0, len(text) - length)
        wanted = text[start : start + length]
        if not wanted.strip():
            continue
        holders = {pk for pk, parts in texts.items() if any(wanted in part for part in parts)}
        if lost := holders - found_ids(wanted):
            missed.append((wanted, lost))
    assert missed == []


def test_full_matches_hold_every_part_of_the_query(library):
    results = search(SearchRequest(text="告知承诺 信用", page_size=MAX_PAGE_SIZE))
    assert results.hits and not results.partial
    literal_first = [
        all(
            part in significant("\n".join([*texts_of(hit.case), hit.case.highlight]))
            for clause in parse("告知承诺 信用").clauses
            for part in clause.literals
        )
        for hit in results.hits
    ]
    assert literal_first == sorted(literal_first, reverse=True)
    assert literal_first[0]


@pytest.mark.parametrize("text", ["标准地十二证同发", "1+3+n", "ＡＩ＋环评", "23.15", "网"])
def test_punctuation_width_and_case_do_not_hide_a_string(library, text):
    holders = {
        case.pk
        for case in Case.objects.published().with_text()
        if significant(text) in significant("\n".join(texts_of(case)))
    }
    assert holders and holders <= found_ids(text)


def test_a_string_of_punctuation_is_found_too(library):
    holders = {
        case.pk
        for case in Case.objects.published().with_text()
        if any("”“" in text for text in texts_of(case))
    }
    assert holders and found_ids("”“") == holders
