"""The thesaurus, the dictionary and the search log in the admin, in Chinese."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from test_admin import assert_chinese

from cases.models import Theme
from search.models import SearchLog, SynonymGroup, Word

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(User.objects.create_superuser("chen", "chen@example.cn", "x"))
    return client


@pytest.fixture
def language(db):
    theme = Theme.objects.create(code="electricity", name="获得电力")
    SynonymGroup.objects.create(term="用电报装", synonyms="办电\n装电表", theme=theme)
    Word.objects.create(text="用电报装")
    SearchLog.objects.create(text="装电表", count=0, full=0)


@pytest.mark.parametrize("model", [SynonymGroup, Word])
def test_every_page_of_the_language_is_chinese(desk, language, model):
    name = f"admin:search_{model._meta.model_name}"
    pk = model.objects.get().pk
    for address in (
        reverse(f"{name}_changelist"),
        reverse(f"{name}_add"),
        reverse(f"{name}_change", args=[pk]),
        reverse(f"{name}_history", args=[pk]),
        reverse(f"{name}_delete", args=[pk]),
    ):
        assert_chinese(desk.get(address))
    assert_chinese(desk.post(reverse(f"{name}_add"), {}))


def test_the_log_is_chinese_and_read_only(desk, language):
    listed = reverse("admin:search_searchlog_changelist")
    assert_chinese(desk.get(listed))
    assert_chinese(desk.get(reverse("admin:search_searchlog_report")))
    row = SearchLog.objects.get()
    assert_chinese(desk.get(reverse("admin:search_searchlog_change", args=[row.pk])))
    assert desk.get(reverse("admin:search_searchlog_add")).status_code == 403
    desk.post(reverse("admin:search_searchlog_change", args=[row.pk]), {"text": "改"})
    assert SearchLog.objects.get().text == "装电表"


def test_the_report_is_for_those_who_may_see_the_log(client, language):
    client.force_login(User.objects.create_user("chen", is_staff=True))
    page = client.get(reverse("admin:search_searchlog_report"))
    assert "装电表" not in page.content.decode()


def test_what_was_searched_can_become_a_synonym(desk, language):
    page = desk.get(f"{reverse('admin:search_synonymgroup_add')}?term=装电表").content.decode()
    assert 'value="装电表"' in page
