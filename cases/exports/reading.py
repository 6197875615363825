"""Tables that staff filled in and uploaded: XLSX or CSV -> headings and rows of text."""

import csv
import datetime
import io
from dataclasses import dataclass

import openpyxl

from ..notices.formats.archive import Archive
from .spreadsheet import is_like_formula

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 1000
MAX_COLUMNS = 60

_BROKEN = "这个文件打不开，可能已损坏或不是表格。请用 Excel 或 WPS 另存为 .xlsx 后再上传。"
_MANY = f"表里超过 {MAX_ROWS:,} 行。请分成几个文件，每个不超过 {MAX_ROWS:,} 行。"


class TableError(ValueError):
    """A file that cannot be used; the message says in Chinese why and what to do."""


@dataclass(frozen=True)
class Table:
    """headings: of the first row that has any. rows: (number in the file, texts), none empty."""

    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def read_table(name: str, data: bytes) -> Table:
    """Raises TableError."""
    if len(data) > MAX_BYTES:
        raise TableError(f"文件超过 {MAX_BYTES // 1024 // 1024} MB，请分成几个文件。")
    if data.startswith(b"PK"):
        lines = _xlsx(data)
    elif data.startswith(b"\xd0\xcf\x11\xe0") or name.lower().endswith(".xls"):
        raise TableError("不能读旧的 .xls 格式，请用 Excel 或 WPS 另存为 .xlsx 后再上传。")
    elif name.lower().endswith(".csv"):
        lines = _csv(data)
    else:
        raise TableError("只能上传 .xlsx 或 .csv 文件。")
    filled = [(number, cells) for number, cells in lines if any(cells)]
    if not filled:
        raise TableError("表里没有内容。")
    headings = filled[0][1]
    while headings and not headings[-1]:
        headings = headings[:-1]
    width = len(headings)
    rows = tuple(
        (number, (*cells[:width], *[""] * (width - len(cells)))) for number, cells in filled[1:]
    )
    if not rows:
        raise TableError("表里只有一行标题，没有内容。")
    return Table(headings, rows)


def _csv(data):
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise TableError("认不出文件的编码，请另存为 UTF-8 编码的 CSV，或改用 .xlsx。")
    if "\x00" in text:
        raise TableError(_BROKEN)
    lines = []
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline="")), 1):
            lines.append((number, tuple(_unmarked(cell) for cell in row[:MAX_COLUMNS])))
            if len(lines) > MAX_ROWS + 1:
                raise TableError(_MANY)
    except csv.Error as error:
        raise TableError(_BROKEN) from error
    return lines


def _xlsx(data):
    try:
        archive = Archive(data)
        for name in archive.names:
            # An entity could stand for gigabytes of text.
            if name.endswith((".xml", ".rels")) and b"<!" in archive.read(name)[:4096]:
                raise TableError(_BROKEN)
        book = openpyxl.load_workbook(
            io.BytesIO(data), read_only=True, data_only=True, keep_links=False
        )
        sheet = book.worksheets[0]
        lines = []
        # The dimensions that a file states of itself may be a lie.
        sheet.reset_dimensions()
        rows = sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True)
        for number, row in enumerate(rows, 1):
            cells = tuple(_text(value) for value in row)
            if any(cells):
                lines.append((number, cells))
            if len(lines) > MAX_ROWS + 1 or number > 20 * MAX_ROWS:
                raise TableError(_MANY)
        return lines
    except TableError:
        raise
    except Exception as error:  # whatever a hostile file brings about
        raise TableError(_BROKEN) from error


def _text(value) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        value = value.date() if value.time() == datetime.time() else value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return _clean(str(value))


def _unmarked(cell: str) -> str:
    """Without the apostrophe that an export puts before what looks like a formula."""
    cell = _clean(cell)
    return cell[1:] if cell.startswith("'") and is_like_formula(cell[1:]) else cell


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
