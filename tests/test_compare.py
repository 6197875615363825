"""Cases side by side: what the rows say, and what readers get at /compare/."""

import io
import re
from html import unescape

import docx
import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.comparing import compare, side
from cases.desks.compare import read
from cases.exports.briefs import cases
from cases.exports.comparison import comparison_rows
from cases.models import Adoption, Approach, Case, Outcome, Region, Status, Theme
from cases.views import proven

pytestmark = pytest.mark.django_db


def sides(*numbers):
    found = {case.number: case for case in cases().filter(number__in=numbers)}
    return [side(found[number], proven) for number in numbers]


def rows(*numbers, **how):
    return {row.name: row for group in compare(sides(*numbers), **how) for row in group.rows}


def texts(row):
    return [[line.plain for line in cell] for cell in row.cells]


def numbered(number):
    return Case.objects.get(number=number)


def address(*numbers, more=""):
    ids = [numbered(number).pk for number in numbers]
    return "/compare/?" + "&".join(f"case={pk}" for pk in ids) + more


def number(case, metric, before, after, change, **more):
    """A confirmed number whose sentence stands in the case."""
    sentence = case.sections.exclude(text="").last().paragraphs[-1]
    values = {"unit": "天", "before_unit": "天", "confirmed": True, "sentence": sentence} | more
    kind = "before_after"
    return Outcome.objects.create(
        case=case, kind=kind, metric=metric, before=before, after=after, change=change, **values
    )


def body(response):
    return unescape(response.content.decode())


# Rows


def test_rows_come_in_the_order_of_the_question_and_say_what_the_cases_say(library):
    Case.objects.filter(number=5).update(
        maturity="city", duration="3个月", funding="20万元", conditions="有平台。", contact="某处"
    )
    Adoption.objects.create(
        case=numbered(9), region=Region.objects.get(code="350500"), status="effective", effect="好"
    )
    Outcome.objects.update(confirmed=False)
    number(numbered(5), "办理时限", 10, 3, -70)
    found = rows(5, 9)
    assert list(found) == [
        "地区",
        "层级",
        "领域",
        "改革手段",
        "牵头部门",
        "推广阶段",
        "日期",
        "周期",
        "经费",
        "各项指标",
        "背景",
        "做法要点",
        *(["成效"] if "成效" in found else []),
        "适用条件",
        "联系方式",
        "复制情况",
    ]
    five, nine = (one.case for one in sides(5, 9))
    assert texts(found["领域"]) == [[t.name for t in one.themes] for one in (five, nine)]
    assert texts(found["地区"]) == [[five.region.path], [nine.region.path]]
    assert texts(found["经费"]) == [["20万元"], []]
    assert texts(found["复制情况"]) == [[], ["泉州市：已见效，好"]]
    assert texts(found["各项指标"]) == [["办理时限：10天 → 3天，减少70%"], []]


def test_a_row_differs_where_its_columns_do(library):
    one, other = numbered(5), numbered(9)
    approaches = list(Approach.objects.all()[:3])
    one.approaches.set(approaches[:2])
    other.approaches.set([approaches[1], approaches[0]])
    other.primary_theme = one.primary_theme
    other.save()
    one.other_themes.set(Theme.objects.exclude(pk=one.primary_theme_id)[:1])
    other.other_themes.clear()
    found = rows(5, 9)
    # Another order is no difference.
    assert not found["改革手段"].differs
    assert found["领域"].differs
    assert [line.shared for line in found["领域"].cells[0]] == [True, False]
    assert not found["日期"].differs
    assert "日期" not in rows(5, 9, differing=True)
    assert "领域" in rows(5, 9, differing=True)


def test_one_empty_column_is_a_difference_and_all_empty_is_no_row(library):
    Case.objects.update(risks="", systems="")
    Case.objects.filter(number=9).update(systems="一体化平台")
    found = rows(5, 9)
    assert "风险与不足" not in found
    assert found["系统或平台"].differs


def test_the_same_measure_stands_in_one_row_and_the_furthest_is_marked(library):
    Outcome.objects.all().delete()
    number(numbered(5), "办理时限", 10, 3, -70)
    number(numbered(9), "办理时限", 20, 2, -90)
    number(numbered(9), "申报材料", 15, 5, -66)
    number(numbered(16), "办理时限", 8, 1, -99, confirmed=False)
    found = rows(5, 9, 16)
    assert texts(found["办理时限"]) == [["10天 → 3天，减少70%"], ["20天 → 2天，减少90%"], []]
    assert [[line.most for line in cell] for cell in found["办理时限"].cells] == [
        [False],
        [True],
        [],
    ]
    assert texts(found["其他指标"]) == [[], ["申报材料：15天 → 5天，减少66%"], []]


@pytest.mark.parametrize(
    ("first", "second"), [((10, 3, -70), (20, 6, -70)), ((10, 3, -70), (3, 9, 200))]
)
def test_equal_changes_and_opposite_ones_are_not_ranked(library, first, second):
    Outcome.objects.all().delete()
    number(numbered(5), "数量", *first)
    number(numbered(9), "数量", *second)
    assert not any(line.most for cell in rows(5, 9)["数量"].cells for line in cell)


def test_the_practices_in_full_are_the_text_and_their_gist_is_part_of_it(library):
    for case in Case.objects.all():
        (whole,) = [
            row.cells[0]
            for group in compare(sides(case.number, 1), whole=True)
            for row in group.rows
            if row.name == "做法"
        ]
        practices = case.sections.filter(kind="practices")
        text = "".join(line for section in practices for line in section.paragraphs)
        assert "".join(line.plain for line in whole) == text
        gist = rows(case.number, 1)["做法要点"].cells[0]
        assert bool(gist) == bool(text)
        for line in gist:
            assert line.plain.removesuffix("…") in text


# The page


def test_the_page_shows_the_cases_in_the_order_asked_for(library, client):
    found = body(client.get(address(16, 5, 9)))
    titles = [numbered(n).title for n in (16, 5, 9)]
    heads = re.findall(r'<th class="compare__case".*?<a href="[^"]*">([^<]*)</a>', found, re.S)
    assert heads == titles
    assert "对比 3 个案例" in found
    # The columns can be moved and taken away by links alone.
    ids = [numbered(n).pk for n in (16, 5, 9)]
    assert f'href="/compare/?case={ids[1]}&case={ids[0]}&case={ids[2]}"' in found
    assert f'href="/compare/?case={ids[0]}&case={ids[2]}"' in found


def test_only_rows_that_differ_by_a_link(library, client):
    everything = body(client.get(address(5, 9)))
    assert 'href="' + address(5, 9, more="&differ=1") in everything
    assert ">日期<" in everything
    less = body(client.get(address(5, 9, more="&differ=1")))
    assert ">日期<" not in less
    assert ">领域<" in less
    assert 'href="' + address(5, 9) + '"' in less


def test_numbers_lead_to_their_sentence(library, client):
    Outcome.objects.all().delete()
    outcome = number(numbered(5), "办理时限", 10, 3, -70)
    found = body(client.get(address(5, 9)))
    case_page = f"/cases/{outcome.case_id}/"
    anchor = re.search(rf'class="compare__number" href="{case_page}#(s\d+-p\d+)">10天 → 3天', found)
    assert f'id="{anchor[1]}"' in body(client.get(case_page))


@pytest.mark.parametrize("hidden", [Status.DRAFT, Status.REVIEW, Status.WITHDRAWN])
def test_what_is_hidden_is_told_like_what_never_was(library, client, hidden):
    pk = numbered(9).pk
    Case.objects.filter(pk=pk).update(status=hidden)
    page = body(client.get(f"{address(5, 16)}&case={pk}"))
    never = body(client.get(f"{address(5, 16)}&case=987654"))
    assert f"没有编号为 {pk} 的案例，或者它已经撤回。" in page
    assert "没有编号为 987654 的案例，或者它已经撤回。" in never
    assert numbered(9).title not in page
    assert "对比 2 个案例" in page


def test_odd_ids_are_explained_and_the_rest_is_compared(library, client):
    five, nine = numbered(5).pk, numbered(9).pk
    asked = read(
        ["abc", f"https://x.example/cases/{five}/?q=1#s1", "", str(nine), f" {five} ", "9" * 40]
    )
    assert asked.ids == [five, nine]
    assert asked.problems == (
        "“abc”不是案例的编号或网址。",
        f"编号 {five} 的案例写了不止一次，只列一次。",
        f"“{'9' * 30}”不是案例的编号或网址。",
    )


def test_a_fifth_case_is_left_out_by_name(library, client):
    page = body(client.get(address(1, 2, 3, 4, 5)))
    assert "对比 4 个案例" in page
    assert f"一次最多对比 4 个案例，没有列入：《{numbered(5).title}》。" in page
    assert "再加一个案例" not in page


@pytest.mark.parametrize("query", ["", "?case=", "?case=abc", "?case=%00", "?case=" + "9" * 500])
def test_without_cases_the_page_says_how_to_choose(library, client, query):
    response = client.get(f"/compare/{query}")
    assert response.status_code == 200
    assert "选 2 到 4 个案例来对比" in body(response)


def test_one_case_gets_others_to_choose_from(library, client):
    page = body(client.get(address(5)))
    assert "再选一个，就可以对比" in page
    offered = re.findall(rf'href="\?case={numbered(5).pk}&case=(\d+)"', page)
    assert len(offered) == 5
    assert "对比 2 个案例" in body(client.get(f"/compare/?case={numbered(5).pk}&case={offered[0]}"))


def test_few_queries(library, client):
    number(numbered(5), "办理时限", 10, 3, -70)
    with CaptureQueriesContext(connection) as queries:
        client.get(address(1, 5, 9, 16))
    assert len(queries) <= 12


def test_a_withdrawal_takes_the_case_out_of_a_kept_page(library, client):
    assert "对比 2 个案例" in body(client.get(address(5, 9)))
    numbered(9).withdraw()
    page = body(client.get(address(5, 9)))
    assert numbered(9).title not in page
    assert "再选一个" in page


# Files


def export(client, kind, *numbers):
    response = client.get(address(*numbers).replace("/compare/", f"/compare/export.{kind}"))
    assert response.status_code == 200
    assert "attachment" in response["Content-Disposition"]
    return io.BytesIO(response.getvalue())


def test_the_table_has_all_rows_and_neutralises_formulas(library, client):
    Case.objects.filter(number=5).update(funding="=HYPERLINK(1)", risks="+1")
    sheet = openpyxl.load_workbook(export(client, "xlsx", 5, 9)).active
    table = [["" if value is None else str(value) for value in row] for row in sheet.values]
    assert table[0] == ["项目", numbered(5).title, numbered(9).title]
    assert [tuple(row) for row in table[1:]] == list(comparison_rows(sides(5, 9)))
    (cell,) = [row[1] for row in sheet.iter_rows() if row[0].value == "经费"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=HYPERLINK(1)", "s", True)


def test_the_brief_has_the_table_on_its_side_and_the_texts_below(library, client):
    number(numbered(9), "办理时限", 20, 2, -90)
    paper = docx.Document(export(client, "docx", 5, 9, 20))
    first, last = paper.sections[0], paper.sections[-1]
    assert first.page_width > first.page_height
    assert last.page_width < last.page_height
    (table,) = paper.tables
    names = [row.cells[0].text for row in table.rows]
    assert names[:4] == ["项目", "地区", "层级", "领域"]
    said = "".join(cell.text for row in table.rows for cell in row.cells)
    assert "20天 → 2天，减少90%" in said
    headings = [p.text for p in paper.paragraphs if p.style.name.lower() == "heading 1"]
    assert headings[0] == "一、背景"
    assert headings[-1].endswith("、来源")
    text = "".join(p.text for p in paper.paragraphs)
    for one in (5, 9, 20):
        assert numbered(one).title in text
        for section in numbered(one).sections.filter(kind__in=["background", "practices"]):
            for paragraph in section.paragraphs:
                assert re.sub(r"\s", "", paragraph) in re.sub(r"\s", "", text)


def test_no_row_of_the_brief_is_longer_than_a_page(library, client):
    Case.objects.filter(number=5).update(conditions="要有统一平台，" * 200)
    paper = docx.Document(export(client, "docx", 5, 9, 16, 20))
    longest = max(len(cell.text) for row in paper.tables[0].rows for cell in row.cells)
    assert longest <= 132
    said = "".join(row.cells[1].text for row in paper.tables[0].rows)
    assert "要有统一平台，" * 200 in said


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_one_case_is_no_comparison(library, client, kind):
    pk = numbered(5).pk
    response = client.get(f"/compare/export.{kind}?case={pk}&case=987654")
    assert (response.status_code, response["Location"]) == (302, f"/compare/?case={pk}")
