"""What is not published reaches no reader, whichever way he asks."""

import io
import re

import docx
import openpyxl
import pytest
from django.core.management import call_command

from cases.models import Approach, Case, Outcome, Region, Section, Status, Theme
from cases.shortlist import Pick, pack
from search import following

pytestmark = pytest.mark.django_db

# Stands in no published case.
SECRET = "鹦鹉螺互认"
PINYIN = "yingwuluohuren"


def fill(case):
    """Give the case words, terms and a number of its own."""
    case.title = f"{SECRET}改革"
    case.highlight = f"推行{SECRET}。"
    case.region = Region.objects.get(code="350628")
    case.primary_theme = Theme.objects.get(code="bidding")
    case.save()
    case.approaches.set(Approach.objects.all()[:3])
    Section.objects.create(case=case, order=9, kind="practices", text=f"{SECRET}由30天减到3天。")
    Outcome.objects.create(
        case=case,
        kind="before_after",
        metric=SECRET,
        before=30,
        after=3,
        change=-90,
        unit="天",
        sentence=f"{SECRET}由30天减到3天。",
        confirmed=True,
    )


def draft():
    return Case.objects.create(title="草稿", notice=Case.objects.get(number=1).notice)


def submitted():
    case = draft()
    Case.objects.filter(pk=case.pk).update(status=Status.REVIEW)
    case.refresh_from_db()
    return case


def withdrawn():
    case = draft()
    Case.objects.filter(pk=case.pk).update(status=Status.WITHDRAWN)
    case.refresh_from_db()
    return case


def revision():
    return Case.objects.get(number=16).revise()


def revision_in_review():
    case = revision()
    case.submit()
    return case


HIDDEN = [draft, submitted, withdrawn, revision, revision_in_review]
QUERIES = ["", "企业", SECRET, f"“{SECRET}”", PINYIN, "鹦鹉", "title:鹦鹉螺", "漳州 互认"]


def lists():
    """Addresses that list, count, suggest or hand out cases."""
    shown = Case.objects.get(number=16)
    fixed = [
        "/",
        shown.get_absolute_url(),
        f"/api/v1/cases/{shown.pk}",
        f"/api/v1/cases/{shown.pk}/similar",
        f"/notices/{shown.notice_id}/",
        "/themes/bidding/",
        "/cities/350000/",
        "/cities/350600/",
        "/cities/350628/",
        "/overview/",
        "/overview/matrix.csv",
        "/overview/notices.csv",
        "/benchmark/",
        "/benchmark/?city=350200",
        "/benchmark/?city=350600&theme=bidding",
        "/benchmark/report.csv?city=350200",
        "/cases/?theme=bidding&city=350600&level=县级",
        "/api/v1/cases?theme=bidding&page_size=100",
    ]
    other = Case.objects.get(number=5)
    fixed += [
        f"/compare/?case={shown.pk}",
        f"/compare/?case={shown.pk}&case={other.pk}",
        f"/shortlist/?list={pack((Pick(shown.pk), Pick(other.pk)))}",
    ]
    for query in QUERIES:
        fixed += [f"/cases/?q={query}", f"/api/v1/cases?q={query}", f"/cases/export.csv?q={query}"]
    return fixed + [f"/suggest?q={typed}" for typed in ("鹦", "鹦鹉", PINYIN[:6], "ywlhr", "改革")]


def answers(client):
    """What readers get at each address, as text."""
    found = {}
    for address in lists():
        response = client.get(address)
        body = response.getvalue().decode("utf-8-sig")
        # A token for forms, and how long it took, are new each time.
        body = re.sub(r'csrfmiddlewaretoken" value="\w+"|"took\w*": ?[\d.]+', "", body)
        found[address] = (response.status_code, body)
    return found


@pytest.mark.parametrize("make", HIDDEN)
def test_readers_see_the_same_with_and_without_it(library, client, make):
    before = answers(client)
    assert before["/cases/?q=企业"][0] == 200
    hidden = make()
    fill(hidden)
    call_command("rebuild_index", verbosity=0)
    after = answers(client)
    for address, answer in before.items():
        assert after[address] == answer, address
    own = [hidden.get_absolute_url(), f"/api/v1/cases/{hidden.pk}"]
    own += [f"/api/v1/cases/{hidden.pk}/similar", f"/cases/{hidden.pk}/word"]
    for address in own:
        assert client.get(address).status_code == 404, address
    sheet = client.get("/cases/export.xlsx?theme=bidding")
    book = openpyxl.load_workbook(io.BytesIO(sheet.getvalue()))
    rows = [row for one in book.worksheets for row in one.values]
    assert any("招标投标" in str(row) for row in rows)
    assert SECRET not in str(rows)
    brief = docx.Document(io.BytesIO(client.get("/cases/export.docx?theme=bidding").getvalue()))
    lines = [paragraph.text for paragraph in brief.paragraphs]
    assert any("招投标" in line for line in lines)
    assert SECRET not in str(lines)


def test_the_same_case_is_everywhere_once_it_is_published(library, client):
    """Shows that the test above would notice."""
    hidden = draft()
    fill(hidden)
    before = answers(client)
    hidden.publish()
    call_command("rebuild_index", verbosity=0)
    after = answers(client)
    changed = {address for address in before if before[address] != after[address]}
    assert changed >= {
        "/",
        "/themes/bidding/",
        "/cities/350600/",
        "/cases/?q=",
        f"/api/v1/cases?q={SECRET}",
        f"/cases/export.csv?q={SECRET}",
        "/suggest?q=鹦鹉",
    }
    assert SECRET in after[f"/api/v1/cases?q={SECRET}"][1]


def test_search_follows_the_revision_only_when_it_is_published(library, client):
    shown = Case.objects.get(number=16)

    def found(words):
        return [one["id"] for one in client.get(f"/api/v1/cases?q={words}").json()["results"]]

    assert "三免机制" in shown.title
    assert shown.pk in found("“三免机制”")
    new = revision()
    fill(new)
    new.submit()
    following.follow()
    assert found(f"“{SECRET}”") == []
    assert shown.pk in found("“三免机制”")
    assert SECRET not in client.get(shown.get_absolute_url()).content.decode()
    new.publish()
    following.follow()
    assert found(f"“{SECRET}”") == [shown.pk]
    assert SECRET in client.get(shown.get_absolute_url()).content.decode()
