"""Pages that are kept: never older than the database, asked for again only if changed."""

import gzip
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.models import Approach, Case, ContentChange, Notice, NoticeFile, Section, Theme
from search.models import SearchLog, SynonymGroup, Word
from search.searching import prepare

pytestmark = pytest.mark.django_db


def addresses():
    case = Case.objects.get(number=16)
    return [
        reverse("home"),
        reverse("case-list"),
        reverse("case-list") + "?q=企业&page=2",
        reverse("case-list") + "?q=企业&theme=paying-taxes",
        case.get_absolute_url(),
        reverse("city", args=["350000"]),
        reverse("theme", args=["government-services"]),
        reverse("notice", args=[case.notice_id]),
        reverse("suggest") + "?q=企业",
        reverse("api-cases") + "?q=企业",
        reverse("api-case", args=[case.pk]),
        reverse("api-similar", args=[case.pk]),
    ]


def again(client, response):
    """Ask for the page as a browser does that has it."""
    return client.get(
        response.wsgi_request.get_full_path(), headers={"if-none-match": response["ETag"]}
    )


def test_a_page_that_has_not_changed_is_not_sent_again(library, client):
    prepare()
    for address in addresses():
        first = client.get(address)
        assert first["Cache-Control"] == "private, no-cache", address
        with CaptureQueriesContext(connection) as queries:
            second = again(client, first)
        assert (second.status_code, second.content) == (304, b""), address
        assert (second["ETag"], second["Cache-Control"]) == (first["ETag"], first["Cache-Control"])
        # One for the version; a search with text is noted, too.
        assert len(queries) == (2 if "theme=" in address else 1), (
            address,
            queries.captured_queries,
        )


def test_a_kept_page_is_the_same_page(library, client):
    for address in addresses():
        first, second = client.get(address), client.get(address)
        assert (second.status_code, second.content) == (200, first.content), address
        assert dict(second.items()) == dict(first.items()), address


def test_a_kept_page_costs_one_query(library, client):
    client.get("/cases/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/cases/")
    assert len(queries) == 1


def _original(case):
    NoticeFile.objects.create(
        notice=case.notice,
        name="a.docx",
        size=1,
        sha256="0" * 64,
        content=b"x",
        released=True,
    )


CHANGES = {
    "a case edited": lambda case: case.save(),
    "a case updated": lambda case: Case.objects.filter(pk=case.pk).update(title="换了标题"),
    "a case withdrawn": lambda case: case.withdraw(),
    "a case deleted": lambda case: Case.objects.filter(pk=case.pk).delete(),
    "cases imported": lambda case: Case.objects.bulk_create([Case(title="新")]),
    "a part edited": lambda case: case.sections.first().save(),
    "a part deleted": lambda case: case.sections.first().delete(),
    "parts imported": lambda case: Section.objects.bulk_create([Section(case=case, text="新。")]),
    "a theme added": lambda case: case.other_themes.add(*Theme.objects.all()),
    "approaches lifted": lambda case: case.approaches.clear(),
    "a case added to a term": lambda case: Approach.objects.create(code="x", name="某").cases.add(
        case
    ),
    "a theme renamed": lambda case: Theme.objects.filter(code="bidding").update(name="招标"),
    "a region renamed": lambda case: case.region.save(),
    "a notice edited": lambda case: Notice.objects.update(issuer="某厅"),
    "an original kept": _original,
    "a synonym added": lambda case: SynonymGroup.objects.create(term="甲", synonyms="乙"),
    "a word added": lambda case: Word.objects.create(text="某某词"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_every_change_makes_pages_anew(library, client, name):
    case = Case.objects.get(number=16)
    first = client.get("/")
    CHANGES[name](case)
    second = again(client, first)
    assert second.status_code == 200
    assert second["ETag"] != first["ETag"]


def test_a_withdrawn_case_is_on_no_page_that_was_kept(library, client):
    case = Case.objects.get(number=16)
    before = {address: client.get(address) for address in addresses()}
    case.withdraw()
    for address, first in before.items():
        second = again(client, first)
        assert second.status_code == (404 if f"/cases/{case.pk}" in address else 200), address
        assert case.title not in second.content.decode().split("letter__text")[0], address


def test_once_the_index_has_followed_pages_are_made_anew(library, client):
    first = client.get("/cases/")
    call_command("rebuild_index", verbosity=0)
    assert again(client, first).status_code == 200


def test_a_version_never_comes_back(db):
    """Numbers commit out of order, and old rows are cleared away."""

    def number(pk):
        ContentChange.objects.create(pk=pk)
        # PostgreSQL counts on from where its sequence stands, not from the highest number.
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), [ContentChange]):
                cursor.execute(statement)

    seen = [ContentChange.version()]
    number(990)
    seen.append(ContentChange.version())
    number(980)
    seen.append(ContentChange.version())
    for _ in range(12):
        ContentChange.note()
        seen.append(ContentChange.version())
    number(3000)
    number(2999)
    for _ in range(3):
        ContentChange.note()
        seen.append(ContentChange.version())
    assert len(set(seen)) == len(seen)
    number(3999)
    ContentChange.note()
    assert ContentChange.objects.order_by("pk").first().pk == 3000


def test_a_change_given_up_is_none(library, client):
    first = client.get("/")
    with pytest.raises(RuntimeError), transaction.atomic():
        Case.objects.get(number=16).withdraw()
        raise RuntimeError
    assert again(client, first).status_code == 304


def test_a_search_is_noted_whoever_answers_it(library, client):
    first = client.get("/cases/?q=医保")
    client.get("/cases/?q=医保")
    assert again(client, first).status_code == 304
    rows = list(SearchLog.objects.values_list("text", "count", "full"))
    assert len(rows) == 3
    assert len(set(rows)) == 1


def test_large_print_is_another_page(library, client):
    first = client.get("/")
    client.post("/display", {"mode": "large"})
    large = again(client, first)
    assert large.status_code == 200
    assert 'class="large-print"' in large.content.decode()
    client.post("/display", {})
    assert again(client, first).status_code == 304


def test_the_way_back_is_part_of_a_cases_page(library, client):
    address = Case.objects.get(number=16).get_absolute_url()
    plain = client.get(address)
    came = client.get(address, headers={"referer": "http://testserver/cases/?q=企业"})
    assert "返回检索结果" in came.content.decode()
    assert "返回检索结果" not in client.get(address).content.decode()
    assert plain["ETag"] != came["ETag"]


def test_each_address_of_the_site_has_its_own_pages(library, client):
    address = reverse("api-case", args=[Case.objects.get(number=16).pk])
    client.get(address)
    other = client.get(address, headers={"host": "jy.example.cn"})
    assert other.json()["url"].startswith("http://jy.example.cn/")


def test_a_new_day_makes_pages_anew(library, client, monkeypatch):
    first = client.get("/")
    tomorrow = timezone.localdate() + timedelta(days=1)
    monkeypatch.setattr(timezone, "localdate", lambda *args: tomorrow)
    assert again(client, first).status_code == 200


def test_staff_see_pages_as_they_are_and_leave_none_behind(library, client, admin_client):
    kept = client.get("/cases/")
    for address in addresses():
        response = admin_client.get(address, headers={"if-none-match": kept["ETag"]})
        assert response.status_code == 200, address
        assert response["Cache-Control"] == "private, no-store", address
        assert "ETag" not in response, address
    assert "no-store" in admin_client.get(reverse("admin:index"))["Cache-Control"]


def test_errors_are_not_kept(library, client):
    wrong = client.get("/api/v1/cases?page=x")
    assert (wrong.status_code, wrong["Cache-Control"]) == (400, "private, no-store")
    assert "ETag" not in client.get("/cases/0/")


def test_without_an_index_nothing_is_kept(taxonomy, client):
    response = client.get("/cases/?q=企业")
    assert (response.status_code, response["Cache-Control"]) == (503, "private, no-store")
    call_command("rebuild_index", verbosity=0)
    assert client.get("/cases/?q=企业").status_code == 200


def test_pages_are_compressed_for_those_who_can_read_it(library, client):
    for address in addresses():
        plain = client.get(address)
        packed = client.get(address, headers={"accept-encoding": "gzip, br"})
        assert "Content-Encoding" not in plain
        if len(plain.content) > 2000:
            assert packed["Content-Encoding"] == "gzip", address
            assert "Accept-Encoding" in packed["Vary"], address
            assert len(packed.content) < len(plain.content) * 0.7, address
            assert gzip.decompress(packed.content) == plain.content, address
    # With a token in it, a page could be made to tell it by its compressed length.
    assert "Content-Encoding" not in client.get(
        reverse("admin:login"), headers={"accept-encoding": "gzip"}
    )


def test_an_original_is_sent_whole_and_not_kept(library, client):
    _original(Case.objects.get(number=16))
    address = reverse("notice-file", args=[Notice.objects.get().pk])
    first = client.get(address, headers={"accept-encoding": "gzip"})
    assert b"".join(first.streaming_content) == b"x"
    assert "Content-Encoding" not in first
    assert again(client, first).status_code == 304
    Case.objects.update(status="withdrawn")
    assert again(client, first).status_code == 404
