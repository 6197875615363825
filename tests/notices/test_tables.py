"""What a table of cases says about whose case a row is."""

import pytest

from cases.notices.document import Cell, Document, Paragraph
from cases.notices.parser import parse

PROSE = "近年来，各部门持续推进改革，取得了明显成效。"


def table(rows, merged=(), across=()):
    """A document of one table; (row, column, rows or columns that the cell covers)."""
    tall = {(row, column): covered for row, column, covered in merged}
    wide = {(row, column): covered for row, column, covered in across}
    paragraphs = [
        Paragraph(
            text,
            0,
            cell=Cell(0, row, column, tall.get((row, column), 1), wide.get((row, column), 1)),
        )
        for row, cells in enumerate(rows)
        for column, text in enumerate(cells)
        if text
    ]
    numbered = [
        Paragraph(p.text, position, cell=p.cell) for position, p in enumerate(paragraphs, 1)
    ]
    return parse(Document(tuple(numbered), "docx"))


@pytest.mark.parametrize("name", ["地区", "报送单位", "牵头部门"])
def test_a_column_of_places_heads_its_rows(name):
    notice = table(
        [
            ["序号", name, "案例名称", "主要做法", "成效"],
            ["1", "杭州市", "企业开办改革", PROSE, PROSE],
            ["2", "省税务局", "远程虚拟窗口", PROSE, PROSE],
        ]
    )
    assert [(case.title, case.group) for case in notice.cases] == [
        ("企业开办改革", "杭州市"),
        ("远程虚拟窗口", "省税务局"),
    ]


def test_a_merged_cell_heads_all_its_rows():
    notice = table(
        [
            ["序号", "地区", "案例名称", "主要做法", "成效"],
            ["1", "杭州市", "企业开办改革", PROSE, PROSE],
            ["2", "", "交地即交证", PROSE, PROSE],
            ["3", "省税务局", "远程虚拟窗口", PROSE, PROSE],
        ],
        merged=[(1, 1, 2)],
    )
    assert [case.group for case in notice.cases] == ["杭州市", "杭州市", "省税务局"]


def test_a_heading_across_the_table_is_the_group_of_its_rows():
    notice = table(
        [
            ["序号", "报送单位", "案例名称", "主要做法", "成效"],
            ["一、政务服务", "", "", "", ""],
            ["1", "杭州市", "企业开办改革", PROSE, PROSE],
        ],
        across=[(1, 0, 5)],
    )
    assert [case.group for case in notice.cases] == ["一、政务服务"]
