"""Any rows of plain values -> an XLSX or CSV file, with the same care as lists of cases."""

import csv
import datetime
import io
import tempfile
from collections.abc import Iterable, Sequence
from typing import BinaryIO

import xlsxwriter
from django.http import FileResponse
from django.utils import timezone

from .columns import Value
from .spreadsheet import CONTENT_TYPES, FONT, cell_text, csv_cell, is_like_formula, no_markup

WIDEST = 60


def table_response(
    name: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[Value]],
    kind: str,
    wrap: bool = False,
) -> FileResponse:
    """The file `name` with today's date, to be saved; kind: xlsx or csv. wrap: for long texts."""
    file = write_table(name, headings, rows, kind, wrap)
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{name}-{timezone.localdate():%Y-%m-%d}.{kind}",
        content_type=CONTENT_TYPES[kind],
        headers={"Cache-Control": "private, no-store"},
    )


def write_table(
    name: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[Value]],
    kind: str,
    wrap: bool = False,
) -> BinaryIO:
    """An open temporary file at its beginning; it goes when it is closed.

    wrap: in XLSX, texts are broken into lines, and the first column stays in sight.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    if kind == "csv":
        _write_csv(file, name, headings, rows)
    else:
        _write_xlsx(file, name, headings, rows, wrap)
    file.seek(0)
    return file


def _write_csv(file, name, headings, rows):
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(headings)
    for row in rows:
        writer.writerow(csv_cell(value) for value in row)
    text.detach()


def _write_xlsx(file, name, headings, rows, wrap):
    with (
        tempfile.TemporaryDirectory() as folder,
        xlsxwriter.Workbook(file, {"constant_memory": True, "tmpdir": folder}) as book,
    ):
        plain = FONT | {"valign": "top", "text_wrap": wrap}
        head = book.add_format(FONT | {"bold": True, "bottom": 1, "text_wrap": wrap})
        text = book.add_format(plain)
        quoted = book.add_format(plain | {"quote_prefix": True})
        date = book.add_format(FONT | {"num_format": "yyyy-mm-dd", "align": "left"})
        sheet = book.add_worksheet(name[:31])
        sheet.freeze_panes(1, int(wrap))
        for number, heading in enumerate(headings):
            sheet.set_column(number, number, min(WIDEST, max(12, 2 * len(heading) + 2)))
            sheet.write_string(0, number, heading, head)
        for line, row in enumerate(rows, 1):
            for number, value in enumerate(row):
                if isinstance(value, str):
                    if shown := no_markup(cell_text(value)):
                        like = is_like_formula(shown)
                        sheet.write_string(line, number, shown, quoted if like else text)
                elif isinstance(value, datetime.date):
                    sheet.write_datetime(line, number, value, date)
                elif value is not None:
                    sheet.write_number(line, number, value, text)
