"""From a question to a Word brief: search, two facets, case, 借鉴清单, comparison, file; with a
script, without one, and by keyboard alone."""

import re

import docx
import pytest
from django.urls import reverse
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


def opened(download):
    """The downloaded Word file: its headings and its text."""
    assert download.suggested_filename.endswith(".docx")
    paper = docx.Document(download.path())
    tables = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in paper.paragraphs), *tables])


def search(page, words):
    page.goto("/")
    page.get_by_label("输入问题、词语、城市或领域").fill(words)
    page.get_by_role("button", name="检索", exact=True).click()
    expect(page.locator(".results__count")).to_contain_text("个案例")


def titles(page):
    return page.locator(".entry__title a").all_inner_texts()


def button(page, word, title):
    """加入清单 or 移出 of that case, whose title only screen readers are told."""
    return page.get_by_role("button", name=re.compile(rf"^{word}\s*：{re.escape(title)}$"))


def test_search_facets_case_shortlist_compare_word(library, open_page):
    page = open_page(viewport=WIDE)
    search(page, "企业")
    page.get_by_role("checkbox", name="政务服务").check()
    expect(page.get_by_role("link", name="去掉 领域 政务服务")).to_be_visible()
    page.get_by_role("checkbox", name="市级").check()
    expect(page.get_by_role("link", name="去掉 层级 市级")).to_be_visible()
    first, second = titles(page)[:2]
    page.get_by_role("link", name=first, exact=True).click()
    button(page, "加入清单", first).click()
    # The button has changed in place, and so has the number in the header.
    expect(button(page, "移出", first)).to_be_focused()
    expect(page.locator("[data-picked]")).to_have_text("1")
    page.get_by_role("link", name="返回结果").click()
    expect(button(page, "移出", first)).to_be_visible()
    address = page.url
    button(page, "加入清单", second).click()
    expect(page.locator("[data-picked]")).to_have_text("2")
    assert page.url == address
    page.get_by_role("link", name="借鉴清单").first.click()
    page.get_by_label(f"批注：{first}").fill("可以照搬")
    page.get_by_label(f"批注：{second}").fill("要改系统")
    page.get_by_label(f"批注：{second}").blur()
    expect(page.get_by_text("批注已保存。")).to_be_visible()
    page.get_by_role("checkbox", name=first).check()
    page.get_by_role("checkbox", name=second).check()
    page.get_by_role("button", name="对比勾选的案例").click()
    expect(page.get_by_role("heading", name="对比 2 个案例")).to_be_visible()
    expect(page.get_by_role("columnheader", name=second)).to_be_visible()
    with page.expect_download() as found:
        page.get_by_role("link", name="导出 Word").click()
    text = opened(found.value)
    assert first in text
    assert second in text
    page.get_by_role("link", name="借鉴清单").first.click()
    with page.expect_download() as found:
        page.get_by_role("button", name="导出 Word").click()
    text = opened(found.value)
    assert "可以照搬" in text
    assert "要改系统" in text


def test_the_same_without_javascript(library, open_page):
    page = open_page(viewport=WIDE, java_script_enabled=False)
    search(page, "企业")
    page.get_by_role("checkbox", name="政务服务").check()
    page.get_by_role("checkbox", name="市级").check()
    page.get_by_role("button", name="应用筛选").click()
    first, second = titles(page)[:2]
    page.get_by_role("link", name=first, exact=True).click()
    button(page, "加入清单", first).click()
    expect(page.get_by_text("已在清单里").first).to_be_visible()
    page.go_back()
    page.go_back()
    button(page, "加入清单", second).click()
    # Back at the entry, which says that it is picked; the others are as they were.
    expect(page).to_have_url(re.compile(r"level=.*#picked-\d+$"))
    expect(page.locator(".take__done:visible")).to_have_count(1)
    expect(page.get_by_role("link", name=second, exact=True)).to_be_in_viewport()
    page.get_by_role("link", name="看清单").click()
    page.get_by_label(f"批注：{first}").fill("可以照搬")
    page.get_by_role("checkbox", name=first).check()
    page.get_by_role("checkbox", name=second).check()
    page.get_by_role("button", name="对比勾选的案例").click()
    expect(page.get_by_role("heading", name="对比 2 个案例")).to_be_visible()
    page.get_by_role("link", name="只看不同的行").click()
    expect(page.get_by_role("rowheader", name="日期")).to_have_count(0)
    with page.expect_download() as found:
        page.get_by_role("link", name="导出 Word").click()
    assert first in opened(found.value)
    page.get_by_role("link", name="借鉴清单").first.click()
    expect(page.get_by_label(f"批注：{first}")).to_have_value("可以照搬")
    with page.expect_download() as found:
        page.get_by_role("button", name="导出 Word").click()
    assert "可以照搬" in opened(found.value)


def tab_to(page, name, role=None, key="Tab"):
    """Press Tab until what has the focus is called so."""
    for _ in range(250):
        page.keyboard.press(key)
        found = page.evaluate(
            """() => { const e = document.activeElement;
                const label = e.labels && e.labels[0];
                return [e.getAttribute("aria-label") || (label || e).innerText
                        || e.placeholder || "", e.type || e.tagName]; }"""
        )
        if found[1] == "BODY":
            continue
        if name in found[0].replace("\n", "") and role in (None, found[1]):
            return
    raise AssertionError(f"the focus never came to {name}")


def test_the_same_by_keyboard_alone(library, open_page):
    page = open_page(viewport=WIDE)
    page.goto("/")
    tab_to(page, "输入问题、词语、城市或领域")
    page.keyboard.type("企业")
    page.keyboard.press("Enter")
    expect(page.locator(".results__count")).to_contain_text("个案例")
    tab_to(page, "市级", "checkbox")
    page.keyboard.press("Space")
    expect(page.get_by_role("link", name="去掉 层级 市级")).to_be_visible()
    tab_to(page, "政务服务", "checkbox")
    page.keyboard.press("Space")
    expect(page.get_by_role("link", name="去掉 领域 政务服务")).to_be_visible()
    first, second = titles(page)[:2]
    tab_to(page, first, "A")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=first, level=1)).to_be_visible()
    tab_to(page, "加入清单", "submit")
    page.keyboard.press("Enter")
    expect(page.locator("[data-picked]")).to_have_text("1")
    # What was pressed has gone; the focus is on what undoes it.
    expect(button(page, "移出", first)).to_be_focused()
    tab_to(page, "返回结果")
    page.keyboard.press("Enter")
    expect(button(page, "加入清单", second)).to_be_visible()
    tab_to(page, f"加入清单：{second}")
    page.keyboard.press("Space")
    expect(page.locator("[data-picked]")).to_have_text("2")
    page.goto(reverse("shortlist"))
    for title in (first, second):
        tab_to(page, f"对比：{title}", "checkbox")
        page.keyboard.press("Space")
        expect(page.get_by_role("checkbox", name=title)).to_be_checked()
    tab_to(page, "对比勾选的案例", key="Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="对比 2 个案例")).to_be_visible()
    tab_to(page, "导出 Word")
    with page.expect_download() as found:
        page.keyboard.press("Enter")
    text = opened(found.value)
    assert first in text
    assert second in text


def test_taking_out_and_in_again_keeps_the_note(library, open_page):
    page = open_page(viewport=WIDE)
    page.goto(reverse("case-list"))
    page.get_by_role("button", name="加入清单").first.click()
    expect(page.locator("[data-picked]")).to_have_text("1")
    page.goto(reverse("shortlist"))
    page.get_by_role("textbox", name="批注").fill("留着的批注")
    page.get_by_role("textbox", name="批注").blur()
    expect(page.get_by_text("批注已保存。")).to_be_visible()
    # The link follows the note without loading the page again.
    expect(page.locator("#share")).to_contain_text("不含批注")
    page.goto(reverse("case-list"))
    page.get_by_role("button", name="移出").first.click()
    expect(page.locator("[data-picked]")).to_be_hidden()
    page.get_by_role("button", name="加入清单").first.click()
    expect(page.locator("[data-picked]")).to_have_text("1")
    page.goto(reverse("shortlist"))
    expect(page.get_by_role("textbox", name="批注")).to_have_value("留着的批注")
    page.get_by_role("button", name="移出").click()
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_role("textbox", name="批注")).to_have_value("留着的批注")


def test_results_that_follow_a_tick_show_what_is_picked(library, open_page):
    page = open_page(viewport=WIDE)
    page.goto("/cases/?q=企业")
    page.get_by_role("checkbox", name="政务服务").check()
    expect(page.get_by_role("link", name="去掉 领域 政务服务")).to_be_visible()
    title = titles(page)[0]
    button(page, "加入清单", title).click()
    expect(page.locator("[data-picked]")).to_have_text("1")
    page.get_by_role("checkbox", name="政务服务").uncheck()
    expect(page.get_by_role("link", name="去掉 领域 政务服务")).to_have_count(0)
    page.get_by_role("checkbox", name="政务服务").check()
    expect(button(page, "移出", title)).to_be_visible()


@pytest.mark.parametrize("viewport", [WIDE, PHONE, {"width": 1024, "height": 768}])
@pytest.mark.parametrize("large", [False, True], ids=["standard", "large"])
def test_the_pages_fit_the_screen(library, open_page, viewport, large):
    from cases.models import Case

    page = open_page(viewport=viewport)
    ids = [Case.objects.get(number=number).pk for number in (5, 9, 16, 20)]
    if large:
        page.goto("/")
        page.get_by_role("button", name="适老模式").click()
        expect(page.get_by_role("button", name="标准字号")).to_be_visible()
    page.goto(reverse("case-list"))
    page.get_by_role("button", name="加入清单").first.click()
    expect(page.locator("[data-picked]")).to_have_text("1")
    compared = "&".join(f"case={pk}" for pk in ids)
    for address in (f"/compare/?{compared}", "/compare/", "/shortlist/"):
        page.goto(address)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= viewport["width"], address
    if viewport == PHONE and not large:
        page.goto(f"/compare/?{compared}")
        # Stacked: each cell names its case, and is as wide as the screen.
        cell = page.locator(".compare td:visible").first
        assert cell.bounding_box()["width"] > 340
        expect(cell).to_contain_text("①")


def test_first_column_and_titles_stay_in_sight(library, open_page):
    from cases.models import Case

    page = open_page(viewport=WIDE)
    ids = [Case.objects.get(number=number).pk for number in (5, 9)]
    page.goto(f"/compare/?case={ids[0]}&case={ids[1]}&whole=1")
    head = page.locator(".compare__case").first
    top = head.bounding_box()["y"]
    page.mouse.wheel(0, 1500)
    page.wait_for_function("window.scrollY > 1000")
    assert top > 50
    assert head.bounding_box()["y"] == pytest.approx(0, abs=1)
