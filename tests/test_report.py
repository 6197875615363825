"""纠错: from the reader's page to the desk of the staff."""

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from lxml import html

from cases.models import Case, ErrorReport

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(library):
    return Case.objects.get(number=16)


def sent(client, **values):
    return client.post(reverse("report"), {"page": "", "text": "数字与原件不符", **values})


def test_a_report_knows_the_page_and_reaches_the_desk(case, client):
    address = case.get_absolute_url()
    shown = client.get(reverse("report"), headers={"referer": f"http://testserver{address}"})
    form = html.fromstring(shown.content.decode()).xpath("//form[@action='/report/']")[0]
    assert form.fields["page"] == address
    assert sent(client, page=address, contact="0591-000")["Location"] == reverse("report-thanks")
    assert "已收到" in client.get(reverse("report-thanks")).content.decode()
    report = ErrorReport.objects.get()
    assert (report.case, report.page, report.contact) == (case, address, "0591-000")
    client.force_login(User.objects.create_superuser("chen"))
    assert "数字与原件不符" in client.get(reverse("admin:index")).content.decode()
    change = reverse("admin:cases_errorreport_change", args=[report.pk])
    client.post(change, {"state": "done", "note": "已改"})
    report.refresh_from_db()
    assert (report.state, report.note, report.handled_by.username) == ("done", "已改", "chen")
    assert "没有待处理的纠错" in client.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"text": " "}, "请写明哪里不对。"),
        ({"text": "字" * 1001}, "请缩短到 1000 字以内。"),
        ({"contact": "1" * 101}, "请缩短到 100 字以内。"),
    ],
)
def test_what_cannot_be_taken_is_said(case, client, values, complaint):
    response = sent(client, **values)
    assert response.status_code == 200 and complaint in response.content.decode()
    assert not ErrorReport.objects.exists()


@pytest.mark.parametrize(
    "page", ["https://evil.example/cases/1/", "//evil.example/", "javascript:"]
)
def test_another_site_is_no_page(case, client, page):
    sent(client, page=page)
    assert ErrorReport.objects.get().page == ""


def test_a_program_that_fills_in_everything_leaves_nothing(case, client):
    assert sent(client, website="http://spam.example").status_code == 302
    assert not ErrorReport.objects.exists()


def test_who_may_not_work_on_reports_does_not_see_them(case, client):
    sent(client)
    user = User.objects.create_user("wang", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_notice"))
    client.force_login(user)
    assert "读者纠错" not in client.get(reverse("admin:index")).content.decode()
    assert client.get(reverse("admin:cases_errorreport_changelist")).status_code == 403


def test_the_footer_leads_there(case, client):
    assert f'href="{reverse("report")}"' in client.get("/").content.decode()
