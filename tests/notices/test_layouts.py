"""The real notice laid out in the ways of other offices: the same cases must come out.

Every layout is written from the parsed real notice, so titles, headings and texts are as long,
as short and as irregular as official prose is (case 19 has parts of its own, 2, 5, 9 and 23 have
no outcomes, headings stand alone or before their text).
"""

import io
from dataclasses import replace
from functools import cache
from html import escape
from pathlib import Path

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from cases.notices.formats.word_numbering import chinese
from cases.notices.parser import parse
from cases.notices.parsing.numbering import parse_mark
from cases.notices.parsing.punctuation import fold
from cases.notices.reader import read

NOTICE = Path(__file__).parents[2] / "fixtures/notices/fujian-2025-batch-1.txt"
LETTER = [
    "各设区市发改委：",
    "现将典型经验做法印发给你们，请结合实际学习借鉴，扎实做好复制推广工作。",
]
SIGNED = ["福建省发展和改革委员会", "2025年4月10日"]
NAMES = {"background": "改革背景", "practices": "创新举措", "outcomes": "实践效果"}


@cache
def real():
    return parse(read(NOTICE.read_bytes(), NOTICE.name))


def known_cases():
    """The cases whose parts are all of the three usual kinds."""
    usual = {"background", "practices", "outcomes"}
    return [case for case in real().cases if {s.kind for s in case.sections} <= usual]


def text_document(lines):
    return read("\n".join(lines).encode(), "通知.txt")


def titles(notice):
    return [(case.number, fold(case.title)) for case in notice.cases]


def parts(case):
    return [(section.kind, fold(section.text)) for section in case.sections]


def assert_same(notice, cases, numbers=None):
    numbers = numbers or list(range(1, len(cases) + 1))
    assert titles(notice) == [
        (number, fold(case.title)) for number, case in zip(numbers, cases, strict=True)
    ]
    for found, wanted in zip(notice.cases, cases, strict=True):
        assert parts(found) == parts(wanted), wanted.title


def body(case, heading=lambda place, section: section.heading):
    """Lines of a case under its title."""
    lines = []
    for place, section in enumerate(case.sections, 1):
        if section.heading:
            lines.append(heading(place, section))
        lines.extend(section.text.split("\n"))
    return lines


def renamed(place, section):
    return f"{chinese(place)}、{NAMES.get(section.kind) or section.heading[2:]}"


MARKS = {
    "annex": lambda n: f"附件{n}",
    "annex with title": lambda n: f"附件{n}：",
    "named": lambda n: f"案例{chinese(n)}：",
    "named bare": lambda n: f"案例{chinese(n)} ",
    "bracketed": lambda n: f"【案例{n}】",
    "typical": lambda n: f"典型案例{n}.",
    "numbered": lambda n: f"{n}.",
    "comma": lambda n: f"{n}、",
    "chapter": lambda n: f"第{chinese(n)}篇 ",
}
ALONE = {"annex"}


def marked(cases, mark, name):
    lines = []
    for number, case in enumerate(cases, 1):
        if name in ALONE:
            lines += [mark(number), case.title]
        else:
            lines.append(mark(number) + case.title)
        lines += body(case)
    return lines


@pytest.mark.parametrize("contents", [True, False], ids=["contents", "no contents"])
@pytest.mark.parametrize("letter", [True, False], ids=["letter", "no letter"])
@pytest.mark.parametrize("name", MARKS)
def test_marks_of_every_sort(name, letter, contents):
    cases = real().cases
    lines = [*LETTER] if letter else []
    if contents:
        lines += ["目录"] + [
            f"{MARKS[name](n)}{case.title}………{n * 3}" for n, case in enumerate(cases, 1)
        ]
    if letter:
        lines += SIGNED
    assert_same(parse(text_document(lines + marked(cases, MARKS[name], name))), cases)


def lower(case):
    """The case with 1. 2. 3. where it had （一）（二）（三）."""

    def lowered(passage):
        mark = parse_mark(passage.text)
        if mark is None or mark.style != "cn_paren":
            return passage
        return replace(passage, text=f"{mark.number}.{passage.text[mark.length :]}")

    return replace(
        case,
        sections=tuple(
            replace(section, paragraphs=tuple(map(lowered, section.paragraphs)))
            for section in case.sections
        ),
    )


@pytest.mark.parametrize("contents", [True, False], ids=["contents", "no contents"])
def test_chinese_numbers_mark_cases_and_bracketed_numbers_their_parts(contents):
    """一、 are cases; their parts are （一） and lower levels move down one step each."""

    def lowered(place, section):
        return f"（{chinese(place)}）{NAMES.get(section.kind) or section.heading[2:]}"

    cases = [lower(case) for case in known_cases()]
    lines = [*LETTER]
    if contents:
        lines += ["附件：1.优化营商环境典型案例", *SIGNED, "目 录"]
        lines += [f"{chinese(n)}、{case.title}\t{n}" for n, case in enumerate(cases, 1)]
    for number, case in enumerate(cases, 1):
        lines += [f"{chinese(number)}、{case.title}", *body(case, lowered)]
    assert_same(parse(text_document(lines)), cases)


@pytest.mark.parametrize("look", ["{}", "【{}】", "{}：", "（一）{}"])
def test_parts_named_otherwise_and_unmarked(look):
    cases = known_cases()
    if look.startswith("（"):
        cases = [c for c in cases if not any("（一）" in s.text for s in c.sections)]
    lines = ["优化营商环境典型案例汇编"]
    for number, case in enumerate(cases, 1):
        lines.append(f"案例{number}　{case.title}")
        for place, section in enumerate(case.sections, 1):
            heading = look.format(NAMES[section.kind]).replace("（一）", f"（{chinese(place)}）")
            lines += [heading, *section.text.split("\n")]
    assert_same(parse(text_document(lines)), cases)


@pytest.mark.parametrize("look", ["{}。", "{}：", "【{}】"])
def test_heading_and_text_on_one_line(look):
    cases = known_cases()
    lines = ["优化营商环境典型案例汇编"]
    for number, case in enumerate(cases, 1):
        lines.append(f"案例{number}：{case.title}")
        for place, section in enumerate(case.sections, 1):
            heading = look.format(NAMES[section.kind])
            if look == "{}。":
                heading = f"{chinese(place)}、{heading}"
            lines.append(heading + section.text)
    assert_same(parse(text_document(lines)), cases)


def test_no_marks_at_all():
    cases = known_cases()
    lines = ["福建省优化营商环境典型案例选编"]
    for case in cases:
        lines += [case.title, *body(case, renamed)]
    assert_same(parse(text_document(lines)), cases)


@pytest.mark.parametrize("restart", [False, True], ids=["running on", "restarting"])
@pytest.mark.parametrize("look", ["一、{}", "第一部分 {}", "{}", "【{}】"])
def test_groups_are_no_cases(look, restart):
    cases = real().cases
    lines = [*LETTER, *SIGNED]
    groups = [("省级部门", 0, 4), ("沿海地区", 4, 22), ("山区", 22, 35)]
    expected = []
    for place, (name, start, end) in enumerate(groups, 1):
        group = look.replace("一", chinese(place)).format(name)
        lines.append(group)
        for number, case in enumerate(cases[start:end], 1 if restart else start + 1):
            lines += [f"{number}.{case.title}", *body(case)]
            expected.append(fold(group))
    notice = parse(text_document(lines))
    assert_same(notice, cases)
    if look != "{}":
        assert [fold(case.group) for case in notice.cases] == expected


@pytest.mark.parametrize("indent", ["　　", ""], ids=["indented", "blank lines"])
@pytest.mark.parametrize("width", [28, 36, 44])
def test_lines_cut_at_a_fixed_width(width, indent):
    cases = real().cases
    lines = [*LETTER, *SIGNED]
    for number, case in enumerate(cases, 1):
        lines += [f"附件{number}", case.title, *body(case)]
    cut = []
    for line in lines:
        line = indent + line
        cut += [line[start : start + width] for start in range(0, len(line), width)]
        if not indent:
            cut.append("")
    notice = parse(read("\r\n".join(cut).encode("gb18030"), "通知.txt"))
    assert_same(notice, cases)


def test_pages_cut_sentences():
    cases = real().cases
    lines = []
    for number, case in enumerate(cases, 1):
        lines += [f"附件{number}", case.title, *body(case)]
    paged, page = [], 0
    for line in lines:
        if len(line) > 120:
            page += 1
            middle = len(line) // 2
            line = line[:middle], f"— {page} —", "典型经验做法汇编", line[middle:]
            paged += line
        else:
            paged.append(line)
    notice = parse(text_document(paged))
    assert_same(notice, cases)
    assert len(notice.set_aside) == 2 * page


def word(build):
    document = docx.Document()
    build(document)
    stream = io.BytesIO()
    document.save(stream)
    return read(stream.getvalue(), "通知.docx")


def test_word_headings():
    cases = real().cases

    def build(document):
        for line in LETTER + SIGNED:
            document.add_paragraph(line)
        for case in cases:
            document.add_heading(case.title, 1)
            for section in case.sections:
                if section.heading:
                    document.add_heading(section.heading.partition("、")[2], 2)
                for line in section.text.split("\n"):
                    document.add_paragraph(line)

    assert_same(parse(word(build)), cases)


def add_numbering(document, levels):
    """A multilevel list; levels are (format, text). Returns the number that paragraphs refer to."""
    root = document.part.numbering_part.element
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), "77")
    for place, (style, text) in enumerate(levels):
        level = OxmlElement("w:lvl")
        level.set(qn("w:ilvl"), str(place))
        for tag, value in (("start", "1"), ("numFmt", style), ("lvlText", text)):
            child = OxmlElement(f"w:{tag}")
            child.set(qn("w:val"), value)
            level.append(child)
        abstract.append(level)
    root.insert(0, abstract)
    number = OxmlElement("w:num")
    number.set(qn("w:numId"), "77")
    reference = OxmlElement("w:abstractNumId")
    reference.set(qn("w:val"), "77")
    number.append(reference)
    root.append(number)


def numbered(paragraph, level):
    properties = paragraph._p.get_or_add_pPr()
    number = OxmlElement("w:numPr")
    for tag, value in (("ilvl", str(level)), ("numId", "77")):
        child = OxmlElement(f"w:{tag}")
        child.set(qn("w:val"), value)
        number.append(child)
    properties.append(number)


@pytest.mark.parametrize(
    "levels",
    [
        [("chineseCountingThousand", "%1、"), ("chineseCounting", "（%2）")],
        [("decimal", "案例%1"), ("chineseCountingThousand", "%2、")],
        [("decimal", "%1."), ("chineseCountingThousand", "%2、")],
        [("decimal", "%1."), ("decimal", "%1.%2")],
    ],
    ids=lambda levels: levels[0][1] + levels[1][1],
)
def test_word_counts_the_numbers(levels):
    cases = known_cases()

    def build(document):
        add_numbering(document, levels)
        for line in LETTER + SIGNED:
            document.add_paragraph(line)
        for case in cases:
            numbered(document.add_paragraph(case.title), 0)
            for section in case.sections:
                numbered(document.add_paragraph(section.heading.partition("、")[2]), 1)
                for line in section.text.split("\n"):
                    document.add_paragraph(line)

    assert_same(parse(word(build)), cases)


def test_word_runs_and_soft_breaks():
    """Runs cut anywhere, titles wrapped with soft breaks, centred."""
    cases = real().cases

    def build(document):
        for number, case in enumerate(cases, 1):
            document.add_paragraph(f"附件{number}")
            paragraph = document.add_paragraph()
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            middle = len(case.title) // 2
            paragraph.add_run(case.title[:middle]).add_break()
            paragraph.add_run(case.title[middle:])
            for line in body(case):
                paragraph = document.add_paragraph()
                for start in range(0, len(line), 7):
                    paragraph.add_run(line[start : start + 7])

    assert_same(parse(word(build)), cases)


def test_word_table_with_one_case_a_row():
    cases = known_cases()

    def build(document):
        document.add_paragraph("典型经验做法一览")
        table = document.add_table(1, 5)
        for cell, name in zip(
            table.rows[0].cells,
            ["序号", "案例名称", "改革背景", "主要做法", "取得成效"],
            strict=True,
        ):
            cell.text = name
        columns = {"background": 2, "practices": 3, "outcomes": 4}
        for number, case in enumerate(cases, 1):
            cells = table.add_row().cells
            cells[0].text, cells[1].text = str(number), case.title
            for section in case.sections:
                cells[columns[section.kind]].text = section.text

    assert_same(parse(word(build)), cases)


def test_word_form_for_each_case():
    cases = known_cases()

    def build(document):
        for case in cases:
            table = document.add_table(0, 2)
            for name, text in [("案例名称", case.title)] + [
                (NAMES[section.kind], section.text) for section in case.sections
            ]:
                cells = table.add_row().cells
                cells[0].text, cells[1].text = name, text
            document.add_paragraph("")

    assert_same(parse(word(build)), cases)


@pytest.mark.parametrize("block", ["p", "div", "br"])
def test_saved_web_page(block):
    cases = real().cases
    lines = [*LETTER, *SIGNED]
    for number, case in enumerate(cases, 1):
        lines += [f"附件{number}", case.title, *body(case)]
    if block == "br":
        article = "<br>\n".join("　　" + escape(line) for line in lines)
    else:
        article = "\n".join(f"<{block}>{escape(line)}</{block}>" for line in lines)
    menu = "".join(f'<li><a href="/{n}.html">营商环境栏目{n}</a></li>' for n in range(12))
    page = f"""<!DOCTYPE html><html><head><meta charset="utf-8">
        <title>典型经验_某省发改委网站</title>
        <script>var a = "一、背景情况";</script></head><body>
        <div class="header"><h1>某省发展和改革委员会</h1><ul>{menu}</ul></div>
        <div class="crumb">您的位置：<a href="/">首页</a> &gt; <a href="/x">通知</a></div>
        <div class="wrap"><h2>关于推广典型经验做法的通知</h2>
        <div class="info">发布时间：2025-04-12</div>
        <div class="article">{article}</div></div>
        <div class="related"><h3>相关链接</h3><ul>{menu}</ul></div>
        <div class="footer">主办：某省发展和改革委员会　ICP备12345678号</div></body></html>"""
    notice = parse(read(page.encode(), "x.html"))
    assert_same(notice, cases)
    assert notice.title == "关于推广典型经验做法的通知"
    letter = "".join(passage.text for passage in notice.letter)
    assert "营商环境栏目" not in letter and "ICP" not in letter
    assert "营商环境栏目3" in "".join(passage.text for passage in notice.set_aside)


def test_markdown():
    cases = real().cases
    lines = ["# 典型经验做法", ""]
    for case in cases:
        lines += [f"## {case.title}", ""]
        for section in case.sections:
            if section.heading:
                lines += [f"### {section.heading}", ""]
            for line in section.text.split("\n"):
                lines += [line, ""]
    assert_same(parse(read("\n".join(lines).encode(), "x.md")), cases)


@pytest.mark.parametrize("number", range(1, 36))
def test_a_single_case_on_its_own(number):
    case = real().cases[number - 1]
    notice = parse(text_document([case.title, *body(case)]))
    assert_same(notice, [case])
    assert fold(notice.title) == fold(case.title)


def test_a_letter_without_cases_has_none():
    lines = [passage.source for passage in real().letter]
    notice = parse(text_document(lines))
    assert notice.cases == ()
    assert "没有找到案例" in notice.problems[0].message
    assert [passage.source for passage in notice.letter] == lines
