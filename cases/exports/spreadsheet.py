"""Rows -> XLSX and CSV files, a row in memory at a time.

Text stays text. A cell that begins like a formula is marked as text with an apostrophe: in CSV it
stands before the text, in XLSX it is the cell's quote prefix. The rule is from OWASP's "CSV
Injection" and ASVS 5.0, 1.2.10.
"""

import csv
import datetime
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

from .columns import CHUNK, COLUMNS, Value

# What a cell of Excel holds, in UTF-16 units.
CELL_LENGTH = 32_767
CUT = "……（单元格最多 32,767 个字符，其余内容请看链接）"

# Excel takes full-width signs for half-width ones where the computer's language is Chinese.
FORMULA = re.compile(r"[=+\-@\t\r\n\x00＝＋－＠]")
# XML 1.0 has no place for these, whatever the escape.
UNWRITABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
BREAKS = re.compile("\r\n?|[\x0b\x0c\u2028\u2029]")

# Six lines of text, in points: a row of a list, not a page; the whole text is in the cell.
ROW_HEIGHT = 78
FONT = {"font_name": "宋体", "font_size": 10}
A4 = 9


@dataclass(frozen=True)
class About:
    """What a table says of itself.

    conditions: (name, value) pairs of the search that it came from. address: that search's page,
    or "". made: an aware moment.
    """

    title: str
    author: str
    conditions: tuple[tuple[str, str], ...]
    address: str
    made: datetime.datetime


Report = Callable[[int], None]


def write_csv(path: Path, rows: Iterable[tuple[Value, ...]], about: About, report: Report) -> None:
    """UTF-8 with a byte order mark, by which Excel and WPS know Chinese; lines end with CRLF."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(column.heading for column in COLUMNS)
        for row in _counted(rows, report):
            writer.writerow(csv_cell(value) for value in row)


def write_xlsx(path: Path, rows: Iterable[tuple[Value, ...]], about: About, report: Report) -> None:
    """A sheet of cases and one that says where they are from. `path`'s folder takes working files.

    `report` is called with the number of rows written, now and then.
    """
    options = {"constant_memory": True, "tmpdir": str(path.parent)}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties(
            {
                "title": about.title,
                "subject": "；".join(f"{name}：{value}" for name, value in about.conditions),
                "author": about.author,
                "comments": about.address,
                "created": about.made.astimezone(datetime.UTC).replace(tzinfo=None),
            }
        )
        written = _write_cases(book, rows, report)
        _write_origin(book, about, written)


def cell_text(value: str) -> str:
    """The text as a cell can hold it: without control characters, cut with a word about it."""
    text = UNWRITABLE.sub("", BREAKS.sub("\n", value)).strip()
    if len(text) * 2 <= CELL_LENGTH:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= CELL_LENGTH * 2:
        return text
    return units[: (CELL_LENGTH - len(CUT)) * 2].decode("utf-16-le", "ignore") + CUT


def is_like_formula(text: str) -> bool:
    return FORMULA.match(text) is not None


def no_markup(text: str) -> str:
    """XlsxWriter takes a text within <r> and </r> for ready XML and would write it as it is."""
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text


def csv_cell(value: Value) -> Value:
    if not isinstance(value, str):
        return value
    text = cell_text(value)
    # The apostrophe is part of the text here, and the cell is to stay one.
    return cell_text(f"'{text}") if is_like_formula(text) else text


def _write_cases(book, rows, report) -> int:
    head = book.add_format(FONT | {"bold": True, "bottom": 1, "valign": "vcenter"})
    plain = FONT | {"valign": "top", "text_wrap": True, "border": 4, "border_color": "#A0A0A0"}
    text = book.add_format(plain)
    quoted = book.add_format(plain | {"quote_prefix": True})
    date = book.add_format(plain | {"num_format": "yyyy-mm-dd", "align": "left"})

    sheet = book.add_worksheet("案例")
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.set_footer("&C— &P —")
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)
    sheet.freeze_panes(1, 2)
    sheet.set_default_row(ROW_HEIGHT)
    for number, column in enumerate(COLUMNS):
        sheet.set_column(number, number, column.width)
    sheet.set_row(0, 24)
    for number, column in enumerate(COLUMNS):
        sheet.write_string(0, number, column.heading, head)

    line = 0
    for line, row in enumerate(_counted(rows, report), 1):
        for number, value in enumerate(row):
            if isinstance(value, str):
                if shown := no_markup(cell_text(value)):
                    like = is_like_formula(shown)
                    sheet.write_string(line, number, shown, quoted if like else text)
            elif isinstance(value, datetime.date):
                sheet.write_datetime(line, number, value, date)
            elif value is not None:
                sheet.write_number(line, number, value, text)
    sheet.autofilter(0, 0, line, len(COLUMNS) - 1)
    sheet.print_area(0, 0, line, sum(column.printed for column in COLUMNS) - 1)
    return line


def _write_origin(book, about: About, written: int) -> None:
    sheet = book.add_worksheet("说明")
    sheet.set_paper(A4)
    top = FONT | {"valign": "top"}
    name = book.add_format(top | {"bold": True})
    value = book.add_format(top | {"text_wrap": True, "quote_prefix": True})
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 1, 80)
    lines = [
        ("内容", about.title),
        *about.conditions,
        ("案例数", f"{written:,}"),
        ("导出时间", f"{about.made:%Y-%m-%d %H:%M}"),
        ("来源", about.address),
        ("打印", "“案例”表打印到“印发日期”一列，A4 横向；要打印全文，请取消打印区域。"),
    ]
    for line, (label, text) in enumerate((label, text) for label, text in lines if text):
        sheet.write_string(line, 0, label, name)
        sheet.write_string(line, 1, no_markup(cell_text(text)), value)


def _counted(rows, report):
    number = 0
    for number, row in enumerate(rows, 1):
        yield row
        if number % CHUNK == 0:
            report(number)
    report(number)


WRITERS = {"xlsx": write_xlsx, "csv": write_csv}
CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
