"""The way of a reader in a real browser: home -> search -> facet -> case -> paragraph."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


def search_from_home(page, words):
    page.goto("/")
    page.get_by_label("输入问题、词语、城市或领域").fill(words)
    page.get_by_role("button", name="检索", exact=True).click()
    expect(page.locator(".results__count")).to_contain_text("个案例")


def count_shown(page):
    return int(re.search(r"\d+", page.locator(".results__count").inner_text()).group())


def open_first_passage(page):
    """Follow the first passage to its paragraph; returns the address of the paragraph."""
    passage = page.locator(".entry__section").first
    anchor = passage.get_attribute("href").split("#")[1]
    passage.click()
    expect(page).to_have_url(re.compile(rf"/cases/\d+/#{anchor}$"))
    paragraph = page.locator(f"#{anchor}")
    expect(paragraph).to_be_in_viewport()
    return paragraph


def test_home_search_facet_case(library, open_page):
    page = open_page(viewport=WIDE)
    search_from_home(page, "企业")
    before = count_shown(page)
    page.locator("#facet-body").click()
    page.get_by_role("checkbox", name="政务服务").check()
    chip = page.get_by_role("link", name="去掉 领域 政务服务")
    expect(chip).to_be_visible()
    # The results follow the tick in place: the box that was ticked keeps the focus.
    expect(page.get_by_role("checkbox", name="政务服务")).to_be_focused()
    expect(page).to_have_url(re.compile("theme=government-services"))
    # … and what was unfolded stays so.
    expect(page.locator("details:has(> #facet-body)")).to_have_attribute("open", "")
    assert 0 < count_shown(page) < before
    page.go_back()
    expect(chip).to_have_count(0)
    assert count_shown(page) == before
    page.go_forward()
    expect(chip).to_be_visible()
    paragraph = open_first_passage(page)
    assert "企业" in paragraph.inner_text()
    page.get_by_role("link", name="返回结果").click()
    expect(chip).to_be_visible()


def test_the_same_without_javascript(library, open_page):
    page = open_page(viewport=WIDE, java_script_enabled=False)
    search_from_home(page, "企业")
    before = count_shown(page)
    page.get_by_role("checkbox", name="政务服务").check()
    page.get_by_role("button", name="应用筛选").click()
    expect(page.get_by_role("link", name="去掉 领域 政务服务")).to_be_visible()
    assert 0 < count_shown(page) < before
    assert "企业" in open_first_passage(page).inner_text()
    page.get_by_role("link", name="返回结果").click()
    page.get_by_role("link", name="去掉 领域 政务服务").click()
    assert count_shown(page) == before


def test_the_filters_of_a_phone_open_as_a_drawer(library, open_page):
    page = open_page(viewport=PHONE, has_touch=True)
    page.goto(reverse("case-list"))
    box = page.get_by_role("checkbox", name="县级")
    expect(box).to_be_hidden()
    page.get_by_role("link", name="筛选", exact=True).click()
    box.check()
    # Ticking alone changes nothing here: the drawer would close at each tick.
    expect(box).to_be_checked()
    page.get_by_role("button", name="应用筛选").click()
    expect(page.get_by_role("link", name="去掉 层级 县级")).to_be_visible()
    expect(page.get_by_role("checkbox", name="县级")).to_be_hidden()


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("large", [False, True], ids=["standard", "large"])
def test_no_page_is_wider_than_the_screen(library, open_page, viewport, large):
    page = open_page(viewport=viewport)
    if large:
        page.goto("/")
        page.get_by_role("button", name="适老模式").click()
        expect(page.get_by_role("button", name="标准字号")).to_be_visible()
    for address in (
        "/",
        "/cases/",
        "/cases/?q=量子&city=350200",
        library_case_address(),
        "/cities/350500/",
        "/themes/government-services/",
    ):
        page.goto(address)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= viewport["width"], address


def library_case_address():
    from cases.models import Case

    return Case.objects.get(number=1).get_absolute_url()


def test_large_print_has_18_point_text_and_60_pixel_targets(library, open_page):
    page = open_page(viewport=WIDE)
    page.goto("/cases/?q=企业")
    page.get_by_role("button", name="适老模式").click()
    expect(page.get_by_role("button", name="标准字号")).to_be_visible()
    expect(page.get_by_label("检索案例")).to_have_value("企业")
    # 18 pt are 24 px.
    small = page.evaluate(
        """() => [...document.querySelectorAll("body *")]
            .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
            .filter(e => e.offsetParent && !e.closest(".visually-hidden"))
            .filter(e => parseFloat(getComputedStyle(e).fontSize) < 24)
            .map(e => e.outerHTML.slice(0, 100))"""
    )
    assert small == []
    low = page.evaluate(
        """() => [...document.querySelectorAll("button, .chip, .site-nav a, summary")]
            .filter(e => e.offsetParent && e.getBoundingClientRect().height < 60)
            .map(e => e.outerHTML.slice(0, 100))"""
    )
    assert low == []


def test_targets_on_a_phone_are_44_pixels(library, open_page):
    page = open_page(viewport=PHONE, has_touch=True)
    for address in ("/", "/cases/?q=企业", "/cases/#filters", library_case_address()):
        page.goto(address)
        low = page.evaluate(
            """() => [...document.querySelectorAll("button, .chip, .site-nav a, .quiet-button, "
                    + "summary, .choice, .bars__link, .matrix a, .tile, .newest a, .more, "
                    + ".breadcrumb a, .case-menu a, .pagination a, .sorts a")]
                .filter(e => e.offsetParent && e.getBoundingClientRect().height < 44)
                .map(e => e.outerHTML.slice(0, 100))"""
        )
        assert low == [], address


def test_home_fits_one_screen(library, open_page):
    page = open_page(viewport=WIDE)
    page.goto("/")
    assert page.evaluate("document.documentElement.scrollHeight") <= WIDE["height"]
    # … and that screen has everything on it.
    for heading in ("城市", "领域", "最新通知"):
        expect(page.get_by_role("heading", name=heading)).to_be_in_viewport()
    expect(page.locator(".matrix tr").last).to_be_in_viewport()


def test_the_keyboard_reaches_the_text_first(library, open_page):
    page = open_page(viewport=WIDE)
    page.goto(library_case_address())
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="跳到正文")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_the_citation_can_be_copied(library, open_page):
    page = open_page(viewport=WIDE, permissions=["clipboard-read"])
    page.goto(library_case_address())
    page.get_by_role("button", name="复制引用").click()
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.strip() == page.locator("#citation").inner_text().strip()


def test_suggestions_by_keyboard(library, open_page):
    page = open_page(viewport=WIDE)
    page.goto("/")
    box = page.get_by_role("combobox")
    box.press_sequentially("zbtb")
    options = page.get_by_role("option")
    expect(options.first).to_contain_text("招标投标")
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    box.press("Escape")
    expect(options.first).to_be_hidden()
    box.press_sequentially("x")
    box.press("Backspace")
    expect(options.first).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    expect(page).to_have_url(re.compile("/themes/bidding/"))
