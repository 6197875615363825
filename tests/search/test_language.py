"""The terms of the corpus are stored with the index; what came since then stands beside them."""

import pytest
from django.core.management import call_command

from cases.models import Case
from search import language
from search.index import search_index
from search.index.arrays import ArraysError, MappedArrays
from search.language import LanguageKeeper
from search.models import SynonymGroup
from search.understanding.vocabulary import Terms

pytestmark = pytest.mark.django_db


@pytest.fixture
def counted(monkeypatch):
    """How often terms were laid out, by how many there were."""
    sizes = []
    made = Terms.of
    monkeypatch.setattr(Terms, "of", lambda counts: sizes.append(len(counts)) or made(counts))
    return sizes


def vocabulary(keeper):
    return keeper.language(search_index().snapshot()).vocabulary


def test_stored_terms_are_the_terms_of_the_index(library, counted):
    made = vocabulary(LanguageKeeper())
    assert max(counted) > 5000
    snapshot = search_index().snapshot()
    language.store(snapshot)
    counted.clear()
    read = vocabulary(LanguageKeeper())
    # Nothing of the corpus is laid out again: only what the thesaurus has beyond it.
    expressions = {
        expression
        for group in SynonymGroup.objects.all()
        for expression in language.Thesaurus([group.expressions]).expressions
    }
    assert sum(counted) < len(expressions)
    for text in ("排污权", "营商环竟", "远程异评标", "房产证过户", "龘龘"):
        assert read.count(text) == made.count(text)
        assert list(read.near(text)) == list(made.near(text))
        assert read.sounding_nearly(text) == made.sounding_nearly(text)
    assert read.spelled("paiwuquan") == made.spelled("paiwuquan") == ["排污权"]


@pytest.mark.parametrize("files", [True, False])
def test_what_is_published_after_the_build_is_a_term_at_once(library, files, counted):
    if files:
        language.store(search_index().snapshot())
    keeper = LanguageKeeper()
    assert "龘靐创新贷" not in vocabulary(keeper)
    case = Case.objects.published().first()
    counted.clear()
    case.title = "推出“龘靐创新贷”"
    case.save()
    call_command("update_index", verbosity=0)
    assert vocabulary(keeper).frequency("龘靐创新贷") == 1
    assert vocabulary(keeper).sounding("龘靐创心贷") == ["龘靐创新贷"]
    assert max(counted) < 100


def test_new_synonyms_are_terms_without_a_rebuild(library):
    language.store(search_index().snapshot())
    keeper = LanguageKeeper()
    assert "龘靐融资" not in vocabulary(keeper)
    group = SynonymGroup.objects.create(term="排污权抵押", synonyms="龘靐融资")
    assert vocabulary(keeper).count("龘靐融资") == 0
    assert vocabulary(keeper).frequency("排污权抵押") > 0
    group.delete()
    assert "龘靐融资" not in vocabulary(keeper)


def test_unreadable_files_do_not_stop_the_search(library):
    snapshot = search_index().snapshot()
    language.store(snapshot)
    path = snapshot.folder / language.STORED_TERMS
    damaged = path.with_name("damaged")
    damaged.write_bytes(path.read_bytes()[:1000])
    # Not written over: other readers have it mapped.
    damaged.replace(path)
    with pytest.raises(ArraysError):
        MappedArrays(path)
    assert vocabulary(LanguageKeeper()).frequency("排污权")
