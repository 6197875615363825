"""`make run` twice: the second time nothing changes."""

import hashlib

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management import call_command

from cases.models import Case
from search.searching import SearchRequest, search

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    call_command("prepare")


def contents():
    """Every row of the product's own tables."""
    digest = hashlib.sha256()
    for model in [
        *apps.get_app_config("cases").get_models(),
        *apps.get_app_config("search").get_models(),
    ]:
        for row in model.objects.order_by("pk").values_list():
            digest.update(repr(row).encode())
    return digest.hexdigest()


def test_the_first_run_serves_the_35_cases(site, client, capsys):
    assert search(SearchRequest()).total == 35
    assert client.get("/cases/").status_code == 200
    assert "createsuperuser" not in capsys.readouterr().err


def test_the_second_run_changes_nothing(site, settings, capsys):
    before = contents()
    stamps = {path: path.stat().st_mtime_ns for path in settings.STATIC_ROOT.rglob("*")}
    get_user_model().objects.create_superuser("admin", password="x")
    capsys.readouterr()
    call_command("prepare")
    assert contents() == before
    assert {path: path.stat().st_mtime_ns for path in settings.STATIC_ROOT.rglob("*")} == stamps
    assert "createsuperuser" not in capsys.readouterr().out


def test_a_case_that_staff_removed_does_not_come_back(site):
    case = Case.objects.get(number=35)
    case.withdraw()
    case.delete()
    call_command("prepare")
    assert Case.objects.count() == search(SearchRequest()).total == 34
