"""What every test may use: the real fixtures, the real first notice, a real index in a folder."""

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command

FIXTURES = django_settings.BASE_DIR / "fixtures"
FIRST_NOTICE = FIXTURES / "notices" / "fujian-2025-batch-1.txt"


@pytest.fixture(autouse=True)
def private_folders(settings, tmp_path):
    """Each test has an index of its own, and no need of collected static files."""
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture
def taxonomy(db):
    """Regions, themes, approaches and bodies as they ship."""
    call_command("load_fixtures", verbosity=0)


@pytest.fixture
def library(taxonomy):
    """The 35 real cases, curated, published and indexed."""
    call_command(
        "import_notice",
        str(FIRST_NOTICE),
        curation=str(FIRST_NOTICE.with_suffix(".curation.json")),
        publish=True,
        verbosity=0,
    )
    call_command("rebuild_index", verbosity=0)
