"""Plain text that was cut at a width: what belongs together, what stands at the margin."""

import pytest

from cases.notices.formats.text import read_text
from cases.notices.parser import parse
from cases.notices.reader import read

INDENT = "　　"
PROSE = (
    "近年来，全市持续推进改革，截至2025年2月，已有2559家企业享受便利，办理时间由30个工作日压缩至5个工作日，"
    "累计减免费用1200万元，企业满意率达到99.1%。下一步，各有关部门将总结经验，完善机制，扩大覆盖范围。"
)
SIGNED = ["某省发展和改革委员会", "2025年4月10日"]


def by_count(paragraph, length):
    """Lines of one number of characters, digits counted like any other."""
    return [paragraph[start : start + length] for start in range(0, len(paragraph), length)]


def prose(length, turn):
    """The text turned so that it is different each time and ends with a full line and a stop."""
    text = f"{PROSE[:turn]}{PROSE}"
    missing = -(len(INDENT) + len(text)) % length
    return f"{INDENT}{text[:-1]}{'好' * missing}。"


@pytest.mark.parametrize("length", [26, 30, 34])
def test_lines_cut_by_characters_with_headings_at_the_margin(length):
    paragraphs = [prose(length, turn) for turn in (0, 11, 22, 33)]
    headings = ["一、背景情况", "二、主要做法", "（一）优化流程", "三、取得成效"]
    lines = []
    for heading, paragraph in zip(headings, paragraphs, strict=True):
        lines += [heading, *by_count(paragraph, length)]
    found = [p.text for p in read_text("\n".join([*lines, *SIGNED])).paragraphs]
    wanted = []
    for heading, paragraph in zip(headings, paragraphs, strict=True):
        wanted += [heading, paragraph.strip()]
    assert found == [*wanted, *SIGNED]


def test_a_page_break_does_not_hide_a_heading():
    first, second = (by_count(prose(30, turn), 30) for turn in (5, 9))
    text = "\n".join([*first, "", "— 1 —", "", "二、主要做法", *second, "— 2 —", *SIGNED])
    found = [p.text for p in read_text(text).paragraphs]
    assert found == ["".join(first).strip(), "二、主要做法", "".join(second).strip(), *SIGNED]


def test_repeated_body_lines_are_no_running_headers():
    body = ["　　" + "各部门持续推进改革并聚焦企业办事难点优化流程" * 3 + "，取得成效。"]
    lines = []
    for number, city in enumerate("东南西北上下左右", 1):
        lines += [f"案例{number}", f"{city}平市推行改革", "一、背景情况", *by_count(body[0], 24)]
        lines += ["二、主要做法", *by_count(body[0], 24), f"— {number} —"]
    document = read("\n".join(lines).encode(), "通知.txt")
    assert [piece.text for piece in document.set_aside] == [f"— {n} —" for n in range(1, 9)]
    texts = [s.text for case in parse(document).cases for s in case.sections]
    assert texts == [body[0].strip()] * 16
