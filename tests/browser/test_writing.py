"""The case form in a real browser: what the script adds, and that it works without it."""

import re

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import expect

from cases.models import Case

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def draft(library):
    """A real case with nothing but its text, as a draft."""
    case = Case.objects.get(number=20)
    case.withdraw()
    case.primary_theme = None
    case.approaches.clear()
    case.save()
    return case


@pytest.fixture
def form(client, open_page, draft):
    """form(**options) -> the form of the draft, open for an administrator."""
    client.force_login(User.objects.create_superuser("chen"))

    def open_form(**options):
        page = open_page(**options)
        session = {"name": "sessionid", "value": client.cookies["sessionid"].value}
        page.goto("/")
        page.context.add_cookies([{**session, "url": page.url}])
        page.goto(reverse("admin:cases_case_change", args=[draft.pk]))
        return page

    return open_form


def save(page):
    page.get_by_role("button", name="保存并继续编辑").click()
    expect(page.locator(".messagelist")).to_contain_text("成功")


def test_suggestions_numbers_and_order_by_click_then_saved(form, draft):
    page = form(viewport=WIDE)
    page.get_by_label("亮点").fill("填到一半的一句话")
    page.get_by_role("button", name=re.compile("主要领域")).click()
    page.get_by_role("button", name="全部选用").click()
    expect(page.locator("#panel-suggestions")).to_be_empty()
    page.get_by_role("button", name="全部确认").click()
    before = [section.heading for section in draft.sections.all()]
    page.locator("#sections-0").get_by_role("button", name="下移").press("Enter")
    expect(page.locator("#sections-0").get_by_role("button", name="下移")).to_be_focused()
    assert Case.objects.get(pk=draft.pk).highlight != "填到一半的一句话"
    save(page)
    saved = Case.objects.get(pk=draft.pk)
    assert saved.highlight == "填到一半的一句话"
    assert saved.primary_theme.name == "劳动力市场监管"
    assert saved.approaches.count() == 2
    assert saved.outcomes.filter(confirmed=True).count() == saved.outcomes.count() > 3
    after = [section.heading for section in saved.sections.all()]
    assert after == [before[1], before[0], *before[2:]]


def test_the_readers_page_follows_what_is_typed(form, draft):
    page = form(viewport=WIDE)
    page.get_by_role("button", name="边改边看").click()
    pane = page.frame_locator(".live-pane")
    expect(pane.locator(".case-title")).to_have_text(draft.title)
    text = page.locator("#id_sections-0-text")
    text.fill(f"新写的一段。\n{text.input_value()}")
    expect(pane.locator("#s1-p1")).to_contain_text("新写的一段。")
    expect(page.locator("#sections-0-original ins")).to_have_text("新写的一段。")
    assert "新写的一段。" not in draft.sections.first().text


def test_the_same_without_javascript_on_a_phone(form, draft):
    page = form(viewport=PHONE, java_script_enabled=False)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_label("亮点").fill("填到一半的一句话")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="预览").click()
    expect(opened.value.locator(".case-highlight")).to_contain_text("填到一半的一句话")
    page.locator("#id_sections-0-order").fill("9")
    page.get_by_role("button", name="全部选用").click()
    page.get_by_role("button", name="全部确认").click()
    saved = Case.objects.get(pk=draft.pk)
    assert saved.highlight == "填到一半的一句话"
    assert saved.primary_theme is not None
    assert saved.outcomes.filter(confirmed=True).count() > 3
    assert saved.sections.last().order == 9
