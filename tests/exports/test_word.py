"""The layout of exported Word files: as python-docx reads it, and as LibreOffice prints it."""

import io
import re
import zipfile

import docx
import pytest
from docx.enum.text import WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from lxml import etree

from cases.exports import norm
from cases.exports.paging import Block, count_lines, pages
from cases.exports.word import Paper, Spanning, balanced, clean

SENTENCE = "各部门协同推进，一是减环节，二是压时限，群众少跑腿。"


def opened(paper):
    return docx.Document(io.BytesIO(paper.save()))


def part(paper, name):
    with zipfile.ZipFile(io.BytesIO(paper.save())) as archive:
        return archive.read(name).decode()


def look(document, name):
    """(font, size in points) of a style."""
    style = document.styles[name]
    fonts = style.element.rPr.find(qn("w:rFonts"))
    return fonts.get(qn("w:eastAsia")), style.font.size.pt


def test_the_page_is_that_of_the_norm():
    section = opened(Paper("纸")).sections[0]
    assert (section.page_width, section.page_height) == pytest.approx((Mm(210), Mm(297)), abs=700)
    margins = (section.top_margin, section.right_margin, section.bottom_margin, section.left_margin)
    assert margins == pytest.approx((Mm(37), Mm(26), Mm(35), Mm(28)), abs=700)
    grid = section._sectPr.find(qn("w:docGrid"))
    line = int(grid.get(qn("w:linePitch"))) / 20
    assert line == 28.8
    room = section.page_height - section.top_margin - section.bottom_margin
    assert int(Length(room).pt // line) == 22
    character = 16 + int(grid.get(qn("w:charSpace"))) / 4096
    width = section.page_width - section.left_margin - section.right_margin
    assert int(Length(width).pt // character) == 28


def test_styles_are_those_of_the_norm():
    document = opened(Paper("纸"))
    assert look(document, "Title") == ("方正小标宋简体", 22)
    assert look(document, "Normal") == ("仿宋_GB2312", 16)
    assert look(document, "Heading 1") == ("黑体", 16)
    assert look(document, "Heading 2") == ("楷体_GB2312", 16)
    assert look(document, "Heading 3") == ("仿宋_GB2312", 16)
    assert look(document, "Footer") == ("宋体", 14)
    body = document.styles["Normal"].paragraph_format
    assert body.line_spacing == Pt(28.8)
    assert body.line_spacing_rule == WD_LINE_SPACING.EXACTLY
    assert body.element.pPr.ind.get(qn("w:firstLineChars")) == "200"
    for level in (1, 2, 3):
        style = document.styles[f"Heading {level}"].element.pPr
        assert style.find(qn("w:outlineLvl")).get(qn("w:val")) == str(level - 1)
        assert document.styles[f"Heading {level}"].paragraph_format.keep_with_next


def test_chapters_are_the_first_level_and_the_others_go_down_by_one():
    paper = Paper("纸", chapters=True)
    paper.chapter("甲市的做法")
    paper.heading(1, "一、背景")
    document = opened(paper)
    names = [paragraph.style.name for paragraph in document.paragraphs]
    assert names == ["Heading 1", "Heading 2"]
    assert look(document, "Heading 1") == ("方正小标宋简体", 22)
    assert look(document, "Heading 2") == ("黑体", 16)


def test_everything_is_black_and_no_font_is_shipped():
    paper = Paper("纸")
    with zipfile.ZipFile(io.BytesIO(paper.save())) as archive:
        names = archive.namelist()
        styles = archive.read("word/styles.xml").decode()
    assert "<w:color" not in styles
    assert not [name for name in names if "font" in name.lower() and name != "word/fontTable.xml"]
    assert not [name for name in names if "thumbnail" in name or "customXml" in name]


def test_each_font_has_others_for_computers_without_it():
    table = part(Paper("纸"), "word/fontTable.xml")
    found = dict(re.findall(r'w:name="([^"]+)"><w:altName w:val="([^"]+)"', table))
    assert set(found) == {"方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体"}
    assert "仿宋" in found["仿宋_GB2312"].split(",") and "楷体" in found["楷体_GB2312"].split(",")


@pytest.mark.parametrize(("name", "side"), [("footer", "right"), ("even_page_footer", "left")])
def test_page_numbers_stand_at_the_outer_edge(name, side):
    document = opened(Paper("纸"))
    assert document.settings.odd_and_even_pages_header_footer
    (paragraph,) = getattr(document.sections[0], name).paragraphs
    assert paragraph.text == "— 1 —"
    assert paragraph._p.pPr.find(qn("w:jc")).get(qn("w:val")) == side
    assert [one.text.strip() for one in paragraph._p.iter(qn("w:instrText"))] == ["PAGE"]


def test_a_paper_says_what_it_is_and_not_where_it_was_made():
    about = opened(Paper("优化办电服务", author="典型经验库")).core_properties
    assert (about.title, about.author, about.language) == ("优化办电服务", "典型经验库", "zh-CN")
    assert about.comments == "" and about.last_modified_by == "典型经验库"
    with zipfile.ZipFile(io.BytesIO(Paper("纸").save())) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
    assert b"python" not in whole.lower() and b"Macintosh" not in whole


HOSTILE = ["甲\x00\x0b乙", "<w:p>&amp;</w:p>", "]]>", "𠮷\ud800", "\x1b[0m", "a\u2028b", "\ufffe"]


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_makes_a_file_that_opens(text):
    paper = Paper(text, author=text)
    paper.title(text)
    paper.subtitle(text, text)
    paper.heading(1, text)
    paper.paragraph(text, lead=text, label=text)
    paper.note(f"批{text}", label=text)
    paper.source(text)
    paper.table([text], [[text], Spanning(text)], [1])
    paper.contents()
    document = opened(paper)
    assert document.tables[0].cell(1, 0).text == clean(text)
    for paragraph in document.paragraphs:
        etree.fromstring(etree.tostring(paragraph._p))


def test_the_text_is_unchanged():
    paper = Paper("纸")
    paper.paragraph(SENTENCE)
    paper.paragraph("余下的话。", lead="（一）先做一件事。")
    assert [one.text for one in opened(paper).paragraphs] == [
        SENTENCE,
        "（一）先做一件事。余下的话。",
    ]


def test_rows_are_whole_and_the_header_is_on_each_page():
    paper = Paper("纸")
    paper.table(["指标", "值"], [["时限", "3天"], Spanning("原文")], widths=[2, 1])
    (table,) = opened(paper).tables
    rows = [row._tr.trPr for row in table.rows]
    assert all(row.find(qn("w:cantSplit")) is not None for row in rows)
    assert [row.find(qn("w:tblHeader")) is not None for row in rows] == [True, False, False]
    assert look(opened(paper), "Table Text") == ("仿宋_GB2312", 12)
    assert table.cell(2, 0).text == table.cell(2, 1).text == "原文"


def test_wide_tables_stand_on_pages_of_their_own():
    paper = Paper("纸")
    paper.paragraph("前")
    with paper.landscape():
        paper.table(["甲"] * 8, [["乙"] * 8], widths=[1] * 8)
    paper.paragraph("后")
    sections = opened(paper).sections
    turned = [section.page_width > section.page_height for section in sections]
    assert turned == [False, True, False]


def test_a_title_is_broken_at_its_own_blank():
    assert balanced("推行三免机制 做优营商环境司法保障", 12) == [
        "推行三免机制",
        "做优营商环境司法保障",
    ]
    assert balanced("短标题 一行", 12) == ["短标题 一行"]
    assert balanced("没有空格而且比一行长得多的标题", 8) == ["没有空格而且比一行长得多的标题"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("字" * 10, 1),
        ("字" * 11, 2),
        ("字" * 10 + "。", 1),
        ("字" * 10 + "。”", 2),
        ("字" * 9 + "“字", 2),
        ("a" * 20, 1),
        ("字" * 8 + "12345", 2),
        ("x" * 61, 4),
        ("", 1),
    ],
)
def test_lines_are_counted_as_word_processors_break_them(text, lines):
    assert count_lines(text, 10) == lines


def test_what_belongs_together_is_on_one_page():
    line = Block((10.0,), room=30)
    heading = Block((10.0,), with_next=True, room=30)
    whole = Block((10.0, 10.0), whole=True, room=30)
    assert pages([line, line, heading, line]) == [1, 1, 2, 2]
    assert pages([line, heading, whole]) == [1, 2, 2]
    assert pages([Block((10.0,) * 4, room=30), line]) == [1, 2]
    assert pages([line, Block((10.0,), new_page=True, room=30)]) == [1, 2]
    assert pages([line, line, line, Block((10.0,), room=30, repeated=20.0), line]) == [
        1,
        1,
        1,
        2,
        3,
    ]


def test_libreoffice_prints_22_lines_of_28_characters(office):
    paper = Paper("纸")
    paper.paragraph("字" * (28 * 22 * 2 - 2))
    printed = office.pages(paper.save())
    assert [len(page.partition("—")[0]) for page in printed] == [28 * 22 - 2, 28 * 22]
    paper = Paper("纸")
    paper.paragraph("字" * (28 * 22 * 2 - 1))
    assert len(office.pages(paper.save())) == 3


def test_libreoffice_puts_page_numbers_7_mm_below_the_text(office):
    paper = Paper("纸")
    for _ in range(2):
        paper.new_page()
        paper.paragraph("字")
    found = re.findall(
        r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">—<',
        office.places(paper.save()),
    )
    odd, even = found[:2], found[2:]
    assert float(odd[-1][2]) == pytest.approx(norm.mm(210 - 26) - 14, abs=2)
    assert float(even[0][0]) == pytest.approx(norm.mm(28) + 14, abs=2)
    middle = (float(odd[0][1]) + float(odd[0][3])) / 2
    assert middle == pytest.approx(norm.mm(297 - 35 + 7), abs=2)


def test_libreoffice_turns_the_pages_of_wide_tables(office):
    paper = Paper("纸")
    paper.paragraph("前")
    with paper.landscape():
        paper.table(["甲"] * 8, [["乙" * 9] * 8] * 60, widths=[1] * 8)
    paper.paragraph("后")
    sizes = [(round(wide), round(high)) for wide, high in office.sizes(paper.save())]
    assert sizes[0] == sizes[-1] == (595, 842)
    assert set(sizes[1:-1]) == {(842, 595)}
    printed = office.pages(paper.save())
    assert all(page.startswith("甲" * 8) for page in printed[1:-1])
    assert printed[-1].startswith("后")


def test_a_heading_is_never_the_last_of_a_page_in_libreoffice(office):
    for lines in range(18, 23):
        paper = Paper("纸")
        paper.paragraph("字" * (28 * lines - 2))
        paper.heading(1, "一、题")
        paper.heading(2, "（一）目")
        paper.paragraph("文" * 100)
        for page in office.pages(paper.save()):
            assert not page.partition("—")[0].endswith(("题", "目"))
