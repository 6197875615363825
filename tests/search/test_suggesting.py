"""What is suggested: the definition tried by brute force; titles that come, change and go."""

import numpy as np
import pytest
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.models import Case
from search import suggesting
from search.index import search_index
from search.index.arrays import MappedArrays, write_arrays
from search.suggest import Entry, Shelf, Suggester
from search.understanding import pinyin, texts

LABELS = st.lists(st.text(alphabet="银行企业医保ai《》+", min_size=1, max_size=8), max_size=30)
TYPED = st.text(alphabet="银行企业医保yinhaqe ai", min_size=1, max_size=4)


def shelf(kind, labels):
    return Shelf.of(kind, [Entry(kind, label, str(n), n) for n, label in enumerate(labels)])


@settings(max_examples=200, deadline=None)
@given(LABELS, TYPED)
def test_what_begins_so_comes_first_then_what_holds_it(labels, typed):
    found = Suggester([shelf("case", labels)]).suggest(typed)
    typed = letters_only(typed)
    keys = [letters_only(label) for label in labels]
    order = [n for n, key in enumerate(keys) if key.startswith(typed)]
    if typed.isascii() and typed.isalpha():
        order += [n for n, key in enumerate(keys) if pinyin.letters(key).startswith(typed)]
        order += [n for n, key in enumerate(keys) if pinyin.initials(key).startswith(typed)]
    order += [n for n, key in enumerate(keys) if typed in key]
    expected = list(dict.fromkeys(order))[:4] if typed else []
    assert [int(entry.value) for entry in found] == expected
    assert [entry.label for entry in found] == [labels[n] for n in expected]


def letters_only(text):
    return text.replace("《", "").replace("》", "").replace(" ", "")


@given(LABELS, TYPED)
def test_texts_are_searched_a_stretch_at_a_time(labels, typed):
    kept = texts.Texts.of(labels)
    for stretch in (1, 7, 1 << 18):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(texts, "STRETCH", stretch)
            found = [number for numbers in kept.holding(typed) for number in numbers]
        # A text that holds it twice may be met in two stretches.
        assert list(dict.fromkeys(found)) == [n for n, one in enumerate(labels) if typed in one]


def test_kinds_come_in_order_with_so_many_of_each():
    kinds = ["case", "term", "search", "approach", "city", "theme"]
    found = Suggester(shelf(kind, [f"医保{n}" for n in range(9)]) for kind in kinds).suggest("医保")
    assert [entry.kind for entry in found] == ["theme"] * 3 + ["city"] * 3 + ["approach"] * 3 + [
        "search"
    ]


def test_a_value_is_suggested_once_and_what_is_hidden_never():
    first, second = (
        shelf("case", ["医保一", "医保二"]),
        shelf("case", ["医保旧", "医保贰", "医保三"]),
    )
    found = Suggester([first, second.hiding(np.array([False, False, True]))]).suggest("yibao")
    assert [entry.label for entry in found] == ["医保一", "医保二"]


def test_stored_shelves_are_the_same(tmp_path):
    labels = ["厦门市医保“一站式”", "银行", "《ＡＩ＋医保》", ""]
    made = shelf("term", labels)
    write_arrays(tmp_path / "shelf", made.arrays)
    read = Shelf("term", MappedArrays(tmp_path / "shelf").arrays)
    assert list(read) == list(made)
    for typed in ("医保", "yinhang", "yh", "ai", "x"):
        assert Suggester([read]).suggest(typed) == Suggester([made]).suggest(typed)


# With the real library


@pytest.fixture(params=["stored", "made in memory"])
def titles(request, library):
    """Suggested titles for a text."""
    if request.param == "stored":
        suggesting.store(search_index().snapshot())
    suggesting.suggest("医保")
    return lambda typed: [one.label for one in suggesting.suggest(typed) if one.kind == "case"]


@pytest.mark.django_db
def test_a_new_title_is_suggested_and_the_old_one_no_more(titles):
    case = Case.objects.published().first()
    old = case.title
    assert old in titles(old[:8])
    for new in ("龘靐创新贷第一版", "龘靐创新贷第二版"):
        case.title = new
        case.save()
        call_command("update_index", verbosity=0)
        assert titles("龘靐") == titles("dabingchuang") == [new]
        assert "龘靐创新贷" not in old and old not in titles(old[:8])
    case.title = old
    case.save()
    call_command("update_index", verbosity=0)
    assert titles("龘靐") == [] and old in titles(old[:8])


@pytest.mark.django_db
def test_what_is_withdrawn_goes_at_once_and_leaves_its_place_to_others(titles):
    prefix = "厦门市"
    first = titles(prefix)
    Case.objects.filter(title=first[0]).update(status="withdrawn")
    # The index does not know yet; the database does.
    assert first[0] not in titles(prefix)
    call_command("update_index", verbosity=0)
    assert first[0] not in titles(prefix) and len(titles(prefix)) == len(first)
    Case.objects.filter(title=first[0]).update(status="published")
    call_command("update_index", verbosity=0)
    assert first[0] in titles(prefix)


@pytest.mark.django_db
def test_a_case_that_was_published_after_the_build(titles):
    case = Case.objects.published().last()
    Case.objects.filter(pk=case.pk).update(status="withdrawn")
    call_command("update_index", verbosity=0)
    call_command("rebuild_index", verbosity=0)
    assert case.title not in titles(case.title[:10])
    # In one stroke, which moves no time of change.
    Case.objects.filter(pk=case.pk).update(status="published")
    call_command("update_index", verbosity=0)
    assert case.title in titles(case.title[:10])


@pytest.mark.django_db
def test_a_new_coined_term_is_suggested(titles):
    case = Case.objects.published().first()
    case.title = f"{case.title}“龘靐创新贷”"
    case.save()
    call_command("update_index", verbosity=0)
    assert Entry("term", "龘靐创新贷", "龘靐创新贷", 1) in suggesting.suggest("龘靐")
