"""Briefs in Word: what stands in them, who may fetch them, and how they print."""

import io
import re
from urllib.parse import unquote

import docx
import pytest

from cases.exports.briefs import case_brief, cases, shortlist_brief
from cases.models import Adoption, Case, Outcome, Region, Section, Status
from search import exporting
from search.searching import prepare

pytestmark = pytest.mark.django_db

SITE = "https://library.example"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def opened(data):
    return docx.Document(io.BytesIO(data))


def lines(data):
    return [paragraph.text for paragraph in opened(data).paragraphs if paragraph.text]


def headings(data):
    document = opened(data)
    return [one.text for one in document.paragraphs if one.style.name.startswith("Heading")]


def brief_of(number):
    return case_brief(cases().get(number=number), SITE)


def squeezed(text):
    return re.sub(r"\s", "", text)


def test_the_whole_text_stands_in_it_in_order(library):
    for number in (1, 16, 19, 34):
        case = cases().get(number=number)
        said = "\n".join(lines(case_brief(case, SITE)))
        place = 0
        for section in case.sections.all():
            for line in filter(None, (section.heading, *section.paragraphs)):
                place = said.index(line, place)


def test_headings_are_those_of_the_text_at_their_levels(library):
    document = opened(brief_of(34))
    found = {one.text: one.style.name for one in document.paragraphs}
    assert found["一、背景情况"] == "Heading 1"
    assert found["（二）“审批”“监管”双向联动，共建监管工作机制"] == "Heading 2"


def test_a_heading_that_opens_a_paragraph_looks_like_one(library):
    document = opened(brief_of(33))
    (opening,) = [one for one in document.paragraphs if one.text.startswith("（一）")]
    lead, rest = opening.runs
    assert (lead.style.name, lead.text) == ("Heading 2 Char", "（一）优化流程减环节。")
    assert rest.text and opening.style.name == "Normal"


def test_it_says_where_the_case_is_from(library):
    case = cases().get(number=16)
    type(case.notice).objects.update(doc_number="闽发改〔2025〕7号")
    said = lines(brief_of(16))
    assert said[1] == "福建省泉州市安溪县　2025-04-10"
    assert said[2] == f"《{case.notice.title}》　闽发改〔2025〕7号"
    assert f"亮点：{case.highlight}" in said
    assert said[-2] == "来源"
    assert f"{SITE}/cases/{case.pk}/" in said[-1] and "[EB/OL]" in said[-1]


def test_only_confirmed_numbers_stand_in_it_each_with_its_sentence(library):
    case = Case.objects.get(number=34)
    case.outcomes.update(confirmed=False)
    one, *others = case.outcomes.all()
    assert others and not opened(brief_of(34)).tables
    Outcome.objects.filter(pk=one.pk).update(confirmed=True)
    (table,) = opened(brief_of(34)).tables
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows[0] == ["指标", "改革前", "改革后", "变化"]
    assert rows[1] == [one.metric, one.written_before, one.written_after, one.written_change]
    assert set(rows[2]) == {f"原文：{one.sentence}"}
    assert len(rows) == 3


def test_numbers_of_one_sentence_share_it(library):
    case = Case.objects.get(number=34)
    case.outcomes.update(confirmed=True)
    assert case.outcomes.count() == 3
    assert len({one.sentence for one in case.outcomes.all()}) == 1
    (table,) = opened(brief_of(34)).tables
    assert [row.cells[0].text.startswith("原文：") for row in table.rows] == [False] * 4 + [True]


def test_a_number_whose_sentence_is_not_in_the_text_is_left_out(library):
    case = Case.objects.get(number=34)
    case.outcomes.update(confirmed=True, sentence="文中没有这一句。")
    assert not opened(brief_of(34)).tables


def test_what_staff_filled_in_for_copying_and_who_copies(library):
    case = Case.objects.get(number=16)
    case.outcomes.update(confirmed=False)
    assert not {"复制推广参考", "复制推广情况"} & set(headings(brief_of(16)))
    Case.objects.filter(pk=case.pk).update(conditions="有统一平台。\n有专人。", funding="约20万元")
    region = Region.objects.get(code="350628")
    Adoption.objects.create(case=case, region=region, status="planned")
    data = brief_of(16)
    said = lines(data)
    place = said.index("复制推广参考")
    assert said[place + 1 : place + 4] == ["适用条件：有统一平台。", "有专人。", "经费：约20万元"]
    (table,) = opened(data).tables
    assert [cell.text for cell in table.rows[1].cells] == [region.name, "拟复制", "—", "—"]


def test_a_case_without_a_notice_makes_a_brief_too(library):
    case = Case.objects.get(number=16)
    Case.objects.filter(pk=case.pk).update(notice=None, highlight="")
    said = lines(case_brief(cases().get(pk=case.pk)))
    assert said[1].startswith("福建省泉州市安溪县　20")
    assert "http" not in said[-1] and "《优化" not in said[2]


def test_a_shortlist_has_its_cases_in_order_with_notes_apart(library):
    chosen = [cases().get(number=number) for number in (27, 3, 16)]
    data = shortlist_brief(
        [(chosen[0], "先试。\n再推。"), (chosen[1], ""), (chosen[2], "")], "借鉴清单", SITE
    )
    document = opened(data)
    titles = [
        one.text.replace("\n", " ") for one in document.paragraphs if one.style.name == "Heading 1"
    ]
    assert titles == [*(case.title for case in chosen), "来源"]
    notes = [one.text for one in document.paragraphs if one.style.name == "Note"]
    assert notes == ["批注：先试。", "再推。"]
    assert [one.text[:4] for one in document.paragraphs if one.style.name == "Source"] == [
        "[1] ",
        "[2] ",
        "[3] ",
    ]


def test_contents_name_the_page_of_each_case(library, office):
    Outcome.objects.update(confirmed=True)
    chosen = list(cases().order_by("number"))[5:15]
    data = shortlist_brief([(case, "") for case in chosen], "借鉴清单", SITE)
    printed = [squeezed(page) for page in office.pages(data)]
    body = opened(data).element.body
    listed = [
        ("".join(run.text for run in p.iter(docx.oxml.ns.qn("w:t"))))
        for p in body.iter(docx.oxml.ns.qn("w:p"))
        if p.pPr is not None and p.pPr.pStyle is not None and p.pPr.pStyle.val == "TOC1"
    ]
    assert len(listed) == 11
    for case, entry in zip(chosen, listed, strict=False):
        title, number = re.fullmatch(r"(.+?)(\d+)", entry).groups()
        assert title == case.title
        assert printed[int(number) - 1].startswith(squeezed(title)), title
        assert squeezed(title) in "".join(printed[:3])


def test_every_case_prints_whole_and_without_empty_pages(library, office):
    Outcome.objects.update(confirmed=True)
    data = shortlist_brief([(case, "") for case in cases().order_by("number")], "全部", SITE)
    printed = office.pages(data)
    bare = [re.sub(r"—\d+—$", "", page) for page in printed]
    assert all(bare)
    whole = squeezed("".join(bare))
    for section in Section.objects.filter(case__status=Status.PUBLISHED):
        for line in section.paragraphs:
            assert squeezed(line) in whole
    # A heading is followed by what it heads.
    ends = [page[-20:] for page in bare]
    for heading in {squeezed(text) for text in headings(data)}:
        assert not [end for end in ends if end == heading[-20:]]
    assert all(page.endswith(f"—{number}—") for number, page in enumerate(printed, 1))


def test_readers_fetch_a_case_under_its_title(library, client):
    case = Case.objects.get(number=16)
    address = f"/cases/{case.pk}/word"
    assert address in client.get(case.get_absolute_url()).content.decode()
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, WORD)
    named = unquote(response["Content-Disposition"])
    assert named.startswith("attachment") and f"{case.title}.docx" in named
    assert case.title == lines(response.getvalue())[0].replace("\n", " ")
    again = client.get(address, headers={"if-none-match": response["ETag"]})
    assert again.status_code == 304
    Case.objects.filter(pk=case.pk).update(title='甲/乙\\丙:"丁"')
    named = unquote(client.get(address)["Content-Disposition"])
    assert "甲 乙 丙 丁.docx" in named


def test_what_is_not_published_cannot_be_fetched(library, client):
    case = Case.objects.get(number=16)
    Case.objects.filter(pk=case.pk).update(status=Status.WITHDRAWN)
    assert client.get(f"/cases/{case.pk}/word").status_code == 404


def test_a_case_takes_few_queries(library, client, django_assert_max_num_queries):
    case = Case.objects.get(number=16)
    with django_assert_max_num_queries(12):
        client.get(f"/cases/{case.pk}/word")


def test_any_result_list_comes_as_a_brief(library, client, django_assert_max_num_queries):
    prepare()
    assert "/cases/export.docx?q=" in client.get("/cases/?q=医保").content.decode()
    with django_assert_max_num_queries(16):
        response = client.get("/cases/export.docx?theme=bidding")
    assert (response.status_code, response["Content-Type"]) == (200, WORD)
    assert re.search(r"_\d{4}-\d\d-\d\d\.docx$", unquote(response["Content-Disposition"]))
    titles = set(headings(response.getvalue()))
    shown = client.get("/api/v1/cases?theme=bidding&page_size=50").json()["results"]
    assert shown and {one["title"] for one in shown} <= {one.replace("\n", " ") for one in titles}


def test_too_many_for_word_are_told_what_to_do(library, client, monkeypatch):
    monkeypatch.setattr(exporting, "MOST_IN_WORD", 34)
    response = client.get("/cases/export.docx")
    said = response.content.decode()
    assert response.status_code == 400
    assert "35 个，导出 Word 一次最多 34 个" in said and "XLSX" in said
    assert client.get("/cases/export.xlsx").status_code == 200
