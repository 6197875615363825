"""Documents in 《…》 are found with their numbers, however they are nested or typed."""

import pytest

from cases.cited import documents, find_cited, same_title


def found(text):
    return [(cited.title, cited.number) for cited in find_cited(text)]


@pytest.mark.parametrize(
    ("text", "title", "number"),
    [
        ("根据《优化营商环境条例》执行", "优化营商环境条例", ""),
        ("出台《若干措施》（闽政〔2024〕12号），", "若干措施", "闽政〔2024〕12号"),
        ("印发《方案》(厦发改[2023]第 7 号)", "方案", "厦发改[2023]第7号"),
        ("依据《条例》（国务院令第722号）", "条例", "国务院令第722号"),
        ("《办法》（以下简称《办法》，榕政办〔2022〕3号）", "办法", "榕政办〔2022〕3号"),
        ("《关于印发〈标准（2.1）〉的通知》", "关于印发〈标准（2.1）〉的通知", ""),
        ("《关于印发《方案》的通知》施行", "关于印发《方案》的通知", ""),
        ("《 指导意见 》", "指导意见", ""),
    ],
)
def test_a_document_comes_with_the_number_behind_it(text, title, number):
    assert found(text)[0] == (title, number)


@pytest.mark.parametrize(
    "text",
    ["没有文件", "《没有收尾的书名号", "《跨行的\n不算》", "《》空的", f"《{'长' * 300}》"],
)
def test_what_is_no_document_is_passed_over(text):
    assert found(text) == []


def test_an_unclosed_mark_hides_no_document_behind_it():
    assert found("《没有收尾\n依据《条例》办理") == [("条例", "")]


def test_brackets_behind_a_title_are_a_number_only_when_they_hold_one():
    assert found("《编制指南（试行）》（以下简称《指南》）") == [
        ("编制指南（试行）", ""),
        ("指南", ""),
    ]
    assert found("《条例》（2019年10月）") == [("条例", "")]


def test_offsets_are_those_of_the_marks():
    text = "先《甲》后《乙》"
    assert [text[c.start : c.end] for c in find_cited(text)] == ["《甲》", "《乙》"]


def test_each_document_is_listed_once_with_the_number_of_any_mention():
    text = "《关于印发《方案》的通知》…《条例》…《关于印发〈方案〉的通知》（闽政〔2024〕1号）"
    assert [(d.title, d.number) for d in documents(text)] == [
        ("关于印发《方案》的通知", "闽政〔2024〕1号"),
        ("条例", ""),
    ]
    assert same_title("关于 印发《方案》") == same_title("关于印发〈方案〉")


def test_a_long_text_of_open_marks_takes_no_square_of_its_length():
    assert find_cited("《" * 20_000) == ()
