"""Nothing is lost, nothing is invented: the characters of the source are those of all places."""

from collections import Counter
from html import escape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.notices.document import Cell, Document, Paragraph
from cases.notices.parser import parse
from cases.notices.parsing.punctuation import fold
from cases.notices.reader import NoticeFileError, read

NOTICE = Path(__file__).parents[2] / "fixtures/notices/fujian-2025-batch-1.txt"
SAMPLES = sorted(
    path
    for path in (Path(__file__).parent / "samples").glob("*.*")
    if not path.name.endswith((".json", "README.md"))
)

PROSE = "近年来，福州市推行改革，企业办事时间压缩至3.5天，满意率达99.1%。一是减材料；二是减环节。"
PIECES = st.sampled_from(
    [
        "附件1",
        "附件2",
        "附件:1.福州市推行改革",
        "案例一：福州市推行改革",
        "【案例2】厦门市创新服务",
        "目录",
        "1.福州市推行改革",
        "2.厦门市创新服务",
        "福州市推行改革",
        "厦门市创新服务",
        "一、背景情况",
        "二、主要做法",
        "三、取得成效",
        "一、背景情况。近年来改革。",
        "主要做法：推行改革，成效明显。",
        "【改革成效】减时间。",
        "（一）推进改革",
        "(二)优化服务。办事更快。",
        "①减材料",
        "1.1 概况",
        "第一部分 省级部门",
        "省级层面",
        "各市：",
        "福建省发展和改革委员会",
        "2025年4月10日",
        "（此件主动公开）",
        "— 3 —",
        "12",
        "典型案例汇编",
        "关于印发典型案例的通知",
        "闽发改〔2025〕12号",
        "附件2 申报表",
        "责任编辑：某某",
        "抄送：省政府。",
        PROSE,
        PROSE * 3,
        "案例名称：福州市改革",
        "存在问题",
        "改革动因",
        "——以福州为例",
        "上一篇：通知",
        "a(b),c",
        '"引"号\'',
        "　",
    ]
)
ANY = st.text(alphabet="一二三、.（）()案例附件1：:背景情况做法成效。，福州市 \t改", max_size=30)
LINES = st.lists(st.one_of(PIECES, PIECES, ANY), max_size=40)


def characters(*texts):
    return Counter(fold("".join(texts)))


def check(document):
    notice = parse(document)
    source = characters(
        *(p.text for p in document.paragraphs), *(s.text for s in document.set_aside)
    )
    passages = list(notice.passages())
    assert characters(*(passage.source for passage in passages)) == source
    assert characters(*(passage.text for passage in passages)) == source
    for case in notice.cases:
        for section in case.sections:
            if section.heading_passage is not None:
                assert section.heading == section.heading_passage.text
        assert "\n" not in case.title
    assert notice.cases or any("没有找到案例" in problem.message for problem in notice.problems)
    return notice


@given(LINES)
@settings(max_examples=300, deadline=None)
def test_any_text(lines):
    try:
        document = read("\n".join(lines).encode(), "x.txt")
    except NoticeFileError:
        assert not any(map(str.strip, lines)), "there was text"
        return
    assert characters(
        *(p.text for p in document.paragraphs), *(s.text for s in document.set_aside)
    ) == characters(*lines)
    check(document)


@given(LINES)
@settings(max_examples=100, deadline=None)
def test_any_page(lines):
    body = "".join(f"<p>{escape(line)}</p>" for line in lines)
    try:
        document = read(f"<html><body><div>{body}</div></body></html>".encode(), "x.html")
    except NoticeFileError:
        return
    assert characters(
        *(p.text for p in document.paragraphs), *(s.text for s in document.set_aside)
    ) == characters(*lines)
    check(document)


@st.composite
def documents(draw):
    """Paragraphs with any facts of layout, tables of any shape among them."""
    paragraphs = []
    for position, text in enumerate(draw(LINES), 1):
        paragraphs.append(
            Paragraph(
                text,
                position,
                heading=draw(st.sampled_from([0, 0, 0, 1, 2])),
                centred=draw(st.booleans()),
                bold=draw(st.booleans()),
                note=draw(st.integers(0, 9)) == 0,
            )
        )
    for table in range(draw(st.integers(0, 2))):
        header = draw(
            st.sampled_from(
                [
                    ["序号", "案例名称", "主要做法", "成效"],
                    ["地区", "名称", "内容"],
                    ["指标", "改革前", "改革后"],
                    ["案例名称", "福州市改革"],
                ]
            )
        )
        rows = [header, *draw(st.lists(st.lists(PIECES, min_size=1, max_size=5), max_size=4))]
        for row, cells in enumerate(rows):
            for column, text in enumerate(cells):
                spans = draw(st.integers(1, 3)) if row else 1
                paragraphs.append(
                    Paragraph(text, len(paragraphs) + 1, cell=Cell(table, row, column, spans, 1))
                )
    return Document(tuple(paragraphs), "docx")


@given(documents())
@settings(max_examples=300, deadline=None)
def test_any_document(document):
    check(document)


@pytest.mark.parametrize("path", [NOTICE, *SAMPLES], ids=lambda path: path.name)
def test_real_and_sample_notices(path):
    notice = check(read(path.read_bytes(), path.name))
    positions = [passage.position for case in notice.cases for passage in case.passages()]
    assert positions == sorted(positions) or path.suffix == ".docx"


def test_the_real_notice_against_its_bytes():
    notice = parse(read(NOTICE.read_bytes(), NOTICE.name))
    places = [passage.source for passage in notice.passages()]
    assert characters(*places) == characters(NOTICE.read_text(encoding="utf-8"))
