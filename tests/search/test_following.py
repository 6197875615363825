"""The index follows the database, whatever changes and whatever goes wrong."""

import shutil
import subprocess
import sys

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from cases.models import Approach, Case, Outcome, Region, Section, SectionKind, Theme
from search import background, following
from search.index import IndexBusy, search_index
from search.models import IndexChange
from search.searching import SearchRequest, search

pytestmark = pytest.mark.django_db(transaction=True)


def found(text="", **filters):
    return {hit.case.title for hit in search(SearchRequest(text, filters)).hits}


def make_case(title, region, text="某地推行告知承诺制", publish=True, **fields):
    case = Case.objects.create(title=title, region=region, **fields)
    Section.objects.create(case=case, order=1, kind=SectionKind.PRACTICES, text=text)
    if publish:
        case.publish()
    return case


@pytest.fixture
def city(db):
    province = Region.objects.create(
        code="350000", name="福建省", short_name="福建", kind="province"
    )
    return Region.objects.create(
        code="350200", name="厦门市", short_name="厦门", kind="city", parent=province
    )


@pytest.fixture
def index(city):
    following.rebuild()
    return search_index()


def test_publish_edit_withdraw_and_delete_reach_the_index(index, city):
    case = make_case("甲案例", city, publish=False)
    assert found() == set()
    case.publish()
    assert found("告知承诺") == {"甲案例"}
    section = case.sections.get()
    section.text = "改为跨省通办"
    section.save()
    assert found("告知承诺") == set()
    assert found("跨省通办") == {"甲案例"}
    case.withdraw()
    assert found() == set()
    case.publish()
    assert found() == {"甲案例"}
    case.delete()
    assert found() == set()
    assert index.snapshot().count == 0
    assert not IndexChange.objects.exists()


def test_bulk_updates_reach_the_index(index, city):
    make_case("甲案例", city)
    make_case("乙案例", city)
    Case.objects.published().update(status="withdrawn")
    assert index.snapshot().count == 0
    Case.objects.update(status="published")
    assert found() == {"甲案例", "乙案例"}


def test_bulk_changes_of_sections_and_terms_reach_the_index(index, city):
    case = make_case("甲案例", city)
    theme = Theme.objects.create(code="bidding", name="招标投标")
    Case.objects.filter(pk=case.pk).update(primary_theme=theme)
    Section.objects.filter(case=case).update(text="改为容缺受理")
    assert found("容缺受理") == {"甲案例"}
    Theme.objects.filter(pk=theme.pk).update(name="招投标改革")
    Region.objects.filter(pk=city.parent_id).update(name="八闽省")
    assert found("招投标改革") == found("八闽省") == {"甲案例"}
    Section.objects.bulk_create([Section(case=case, order=2, text="新增一段鹦鹉螺")])
    assert found("鹦鹉螺") == {"甲案例"}


def test_the_largest_improvement_first_follows_confirmed_numbers(index, city):
    first, second = make_case("甲地压缩时限", city), make_case("乙地压缩时限", city)

    def order():
        request = SearchRequest(text="压缩时限", sort="improvement")
        return [hit.case for hit in search(request).hits]

    number = dict(metric="时限", kind="percentage", unit="%", sentence="告知", confirmed=True)
    with transaction.atomic():
        Outcome.objects.create(case=first, stated_change=-30, **number)
        larger = Outcome.objects.create(case=second, stated_change=-70, **number)
    following.follow()
    assert order() == [second, first]
    Outcome.objects.filter(pk=larger.pk).update(confirmed=False)
    following.follow()
    assert order() == [first, second]


def test_what_a_crash_left_behind_is_caught_up(index, city, monkeypatch):
    with monkeypatch.context() as patch:
        # As if the process had died between the commit and the index.
        patch.setattr(following, "follow_quietly", lambda: None)
        make_case("甲案例", city)
    assert found() == set()
    background.catch_up()
    assert found() == {"甲案例"}


def test_a_missing_index_is_built_again_but_not_over_and_over(city, monkeypatch):
    started = []
    monkeypatch.setattr(background.Rebuilder, "_run", staticmethod(lambda *o: started.append(o)))
    monkeypatch.setattr(background, "rebuilder", background.Rebuilder())
    background.catch_up()
    background.catch_up()
    assert started == [()]


def test_terms_set_renamed_and_removed_reach_the_index(index, city):
    case = make_case("甲案例", city)
    theme = Theme.objects.create(code="bidding", name="招标投标")
    approach = Approach.objects.create(code="online", name="全程网办")
    case.other_themes.add(theme)
    case.approaches.set([approach])
    assert found(theme=("bidding",)) == found(approach=("online",)) == {"甲案例"}
    theme.name = "招投标改革"
    theme.save()
    assert found("招投标改革") == {"甲案例"}
    city.name = "鹭岛市"
    city.save()
    assert found("鹭岛市") == {"甲案例"}
    case.approaches.clear()
    assert found(approach=("online",)) == set()
    theme.other_cases.remove(case)
    assert found(theme=("bidding",)) == set()
    theme.other_cases.add(case)
    theme.other_cases.clear()
    assert found(theme=("bidding",)) == set()


def test_a_transaction_that_fails_leaves_the_index_alone(index, city):
    make_case("甲案例", city)
    with pytest.raises(RuntimeError), transaction.atomic():
        make_case("乙案例", city)
        raise RuntimeError
    assert found() == {"甲案例"}
    assert not IndexChange.objects.exists()


def test_many_changes_of_one_transaction_are_followed_once(index, city, monkeypatch):
    calls = []
    apply = type(index).apply
    monkeypatch.setattr(
        type(index), "apply", lambda self, *args: calls.append(args) or apply(self, *args)
    )
    with transaction.atomic():
        for number in range(5):
            with transaction.atomic():
                make_case(f"案例{number}", city)
    assert len(calls) == 1
    assert len(found()) == 5


def test_a_part_of_a_transaction_that_fails_does_not_stop_the_rest(index, city):
    with transaction.atomic():
        with pytest.raises(RuntimeError), transaction.atomic():
            make_case("甲案例", city)
            raise RuntimeError
        make_case("乙案例", city)
    assert found() == {"乙案例"}


def test_an_indexing_error_never_loses_the_save(index, city, monkeypatch):
    def fail(*args, **kwargs):
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(type(index), "apply", fail)
        case = make_case("甲案例", city)
    assert Case.objects.published().get() == case
    assert IndexChange.objects.exists()
    following.follow()
    assert found() == {"甲案例"}
    assert not IndexChange.objects.exists()


def test_a_document_that_cannot_be_indexed_does_not_spoil_the_next(index, city, monkeypatch):
    make_case("甲案例", city, text="独有的词鹦鹉螺")
    good = following.published_documents

    def broken(ids=None, using="default"):
        for document in good(ids, using):
            yield document | {"no_such_field": "x"}

    with monkeypatch.context() as patch:
        patch.setattr(following, "published_documents", broken)
        make_case("乙案例", city, text="另一个词穿山甲")
    following.follow()
    assert found("鹦鹉螺") == {"甲案例"}
    assert found("穿山甲") == {"乙案例"}


def test_changes_during_a_rebuild_are_in_the_new_generation(index, city):
    old = make_case("甲案例", city)
    before = index.generation

    def meanwhile(done, total):
        if done == total:
            make_case("乙案例", city)
            old.withdraw()

    following.rebuild(meanwhile)
    assert index.generation != before
    assert found() == {"乙案例"}
    assert not IndexChange.objects.exists()


def test_a_rebuild_that_fails_leaves_the_old_index(index, city):
    make_case("甲案例", city)
    before = index.generation

    def fail(done, total):
        if done:
            raise OSError("disk full")

    with pytest.raises(OSError):
        following.rebuild(fail)
    assert index.generation == before
    assert found() == {"甲案例"}
    assert {path.name for path in index.root.iterdir() if path.is_dir()} == {before}


def test_only_one_rebuild_at_a_time(index, city):
    with index.building(), pytest.raises(IndexBusy):
        following.rebuild()


def test_the_index_catches_up_after_being_deleted(index, city):
    make_case("甲案例", city)
    shutil.rmtree(index.root)
    make_case("乙案例", city)
    call_command("update_index", verbosity=0)
    assert found() == {"甲案例", "乙案例"}


PUBLISHER = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
from django.conf import settings
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from pathlib import Path
settings.SEARCH_INDEX_DIR = Path(sys.argv[2])
from cases.models import Case, Region, Section
region = Region.objects.get(code="350200")
for number in range(8):
    case = Case.objects.create(title=f"进程{sys.argv[3]}之{number}", region=region)
    Section.objects.create(case=case, text=f"并发发布{sys.argv[3]}")
    case.publish()
"""


def test_processes_that_publish_at_once_share_one_index(index, city, settings):
    name = str(connection.settings_dict["NAME"])
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PUBLISHER, name, str(index.root), str(number)],
            cwd=settings.BASE_DIR,
            stderr=subprocess.PIPE,
        )
        for number in range(3)
    ]
    for process in processes:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors.decode()
    following.follow()
    assert search(SearchRequest("并发发布")).total == 24
    assert not IndexChange.objects.exists()
