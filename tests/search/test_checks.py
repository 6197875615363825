import json

import pytest
from django.core.management import call_command

from search import checks, index

pytestmark = pytest.mark.django_db


def test_exactly_the_pinned_whoosh_is_installed():
    assert index.installed_distribution() == "whoosh-reloaded 2.7.5"
    assert checks.one_whoosh(None) == []


def test_another_whoosh_is_an_error_that_says_what_to_do(monkeypatch):
    monkeypatch.setattr(
        index.metadata, "packages_distributions", lambda: {"whoosh": ["Whoosh", "whoosh3"]}
    )
    (error,) = checks.one_whoosh(None)
    assert error.id == "search.E001" and ".venv" in error.hint


def test_a_missing_index_is_a_warning_with_the_command():
    (warning,) = checks.index_fits_schema(None)
    assert warning.id == "search.W001" and "rebuild_index" in warning.hint


def test_an_index_of_another_schema_is_a_warning_and_is_not_read(settings):
    call_command("rebuild_index", verbosity=0)
    assert checks.index_fits_schema(None) == []
    owner = index.search_index()
    (owner.root / owner.generation / "schema.json").write_text(json.dumps({"version": 0}))
    (warning,) = checks.index_fits_schema(None)
    assert warning.id == "search.W002"
    with pytest.raises(index.IndexUnavailable, match="rebuild_index"):
        index.SearchIndex(owner.root).snapshot()
    # As in a process that starts now: a running one has read the version already.
    index._indexes.clear()
    call_command("update_index", verbosity=0)
    assert checks.index_fits_schema(None) == []
