"""What every test may use: the real fixtures, the real first notice, a real index in a folder."""

import shutil

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction

from accounts import protection
from search import background
from search.models import IndexChange, LanguageVersion, SynonymGroup, Word

FIXTURES = django_settings.BASE_DIR / "fixtures"
FIRST_NOTICE = FIXTURES / "notices" / "fujian-2025-batch-1.txt"


def pytest_addoption(parser):
    parser.addoption(
        "--with-database",
        action="store_true",
        help="only the tests that depend on the database; the others say the same on every one",
    )


# A browser and LibreOffice look at what the site sends, whichever database it came from.
LOOKED_AT = {"chromium", "office"}


def pytest_collection_modifyitems(config, items):
    if not config.getoption("--with-database"):
        return
    needing, others = [], []
    for item in items:
        used = set(item.fixturenames)
        needs = item.get_closest_marker("django_db") or {"db", "transactional_db"} & used
        (needing if needs and not LOOKED_AT & used else others).append(item)
    config.hook.pytest_deselected(items=others)
    items[:] = needing


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The tests empty the tables between them, which the audit's table would refuse."""
    with django_db_blocker.unblock():
        protection.unprotect(connection)


@pytest.fixture(autouse=True)
def private_folders(settings, tmp_path):
    """Each test has an index and kept pages of its own, and no need of collected static files."""
    cache.clear()
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


MANY_ROWS = 100

LANGUAGE = [SynonymGroup, Word, LanguageVersion]


class Snapshot:
    """Rows (and the index) that were once made the real way, to be put back quickly."""

    def __init__(self):
        self.rows = {}
        self.index = None

    def take(self, folder):
        for model in [
            *apps.get_app_config("cases").get_models(include_auto_created=True),
            *LANGUAGE,
        ]:
            if not model._meta.proxy:
                self.rows[model] = list(model.objects.all())
        if django_settings.SEARCH_INDEX_DIR.exists():
            self.index = folder / "index"
            shutil.copytree(django_settings.SEARCH_INDEX_DIR, self.index)

    def put_back(self):
        # Rows may name rows that come later: one transaction, checked at its end.
        with transaction.atomic():
            for model, rows in self.rows.items():
                model._base_manager.bulk_create(rows)
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), list(self.rows)):
                cursor.execute(statement)
        if self.index:
            shutil.copytree(self.index, django_settings.SEARCH_INDEX_DIR)

    def analyze(self):
        """What a PostgreSQL server does by itself: until then, joins take the tables for empty."""
        large = [model for model, rows in self.rows.items() if len(rows) > MANY_ROWS]
        if connection.vendor == "postgresql" and large:
            with connection.cursor() as cursor:
                cursor.execute(f"ANALYZE {', '.join(model._meta.db_table for model in large)}")


def made_once(name, tmp_path_factory, make):
    """Make something in the database the first time, and put the same back every later time."""
    if name in _snapshots:
        _snapshots[name].put_back()
    else:
        make()
        _snapshots[name] = Snapshot()
        _snapshots[name].take(tmp_path_factory.mktemp(name))
    _snapshots[name].analyze()


_snapshots = {}


@pytest.fixture
def taxonomy(db, tmp_path_factory):
    """Regions, themes, approaches and bodies as they ship."""
    made_once("taxonomy", tmp_path_factory, lambda: call_command("load_fixtures", verbosity=0))


@pytest.fixture(autouse=True)
def no_background_rebuild(monkeypatch):
    """A rebuild in another process would build the index of another database."""
    monkeypatch.setattr(background.rebuilder, "start", lambda: None)


def make_library():
    call_command("load_fixtures", verbosity=0)
    call_command("load_language", verbosity=0)
    call_command(
        "import_notice",
        str(FIRST_NOTICE),
        curation=str(FIRST_NOTICE.with_suffix(".curation.json")),
        publish=True,
        verbosity=0,
    )
    IndexChange.objects.all().delete()
    call_command("rebuild_index", verbosity=0)


@pytest.fixture
def library(db, tmp_path_factory):
    """The 35 real cases, curated, published and indexed."""
    made_once("library", tmp_path_factory, make_library)
