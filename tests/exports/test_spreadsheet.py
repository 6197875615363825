"""XLSX and CSV files of the first notice, opened as readers' programs open them."""

import csv
import io
import shutil
import subprocess
import zipfile
from datetime import datetime

import openpyxl
import pytest
from django.utils import timezone

from cases.exports import columns
from cases.exports.columns import COLUMNS, rows
from cases.exports.spreadsheet import (
    CELL_LENGTH,
    CUT,
    WRITERS,
    About,
    cell_text,
    is_like_formula,
)
from cases.models import Case, IssuingBody, Section, SectionKind, Status

pytestmark = pytest.mark.django_db

HEADINGS = [column.heading for column in COLUMNS]
ABOUT = About(
    title="典型经验库案例",
    author="典型经验库",
    conditions=(("检索词", "=医保"), ("城市", "厦门市")),
    address="https://library.example/cases/?q=%E5%8C%BB%E4%BF%9D",
    made=timezone.make_aware(datetime(2026, 3, 5, 9, 30)),
)
SITE = "https://library.example"


def written(tmp_path, kind, ids, report=lambda number: None):
    path = tmp_path / f"cases.{kind}"
    WRITERS[kind](path, rows(ids, SITE), ABOUT, report)
    return path


def opened(path):
    return openpyxl.load_workbook(path)


def table(path):
    """Each row of a file as heading -> text."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.reader(file))
    else:
        lines = [
            ["" if value is None else str(value) for value in line]
            for line in opened(path)["案例"].iter_rows(values_only=True)
        ]
    assert lines[0] == HEADINGS
    return [dict(zip(HEADINGS, line, strict=True)) for line in lines[1:]]


def newest_first():
    return list(Case.objects.order_by("-pk").values_list("pk", flat=True))


@pytest.mark.parametrize("kind", WRITERS)
def test_every_case_is_there_in_the_order_asked_for(library, tmp_path, kind):
    ids = newest_first()
    found = table(written(tmp_path, kind, ids))
    assert [int(row["案例编号"]) for row in found] == ids
    assert [int(row["序号"]) for row in found] == list(range(1, 36))
    titles = Case.objects.in_bulk(ids)
    assert [row["标题"] for row in found] == [titles[number].title for number in ids]
    assert found[0]["链接"] == f"{SITE}/cases/{ids[0]}/"


@pytest.mark.parametrize("kind", WRITERS)
def test_a_row_says_what_the_case_says(library, tmp_path, kind):
    case = Case.objects.get(number=16)
    case.bodies.add(*IssuingBody.objects.all()[:2])
    Case.objects.filter(pk=case.pk).update(maturity="city")
    (row,) = table(written(tmp_path, kind, [case.pk]))
    case = Case.objects.with_text().get(pk=case.pk)
    place = [region.name for region in case.region.ancestors]
    assert [row[name] for name in ("省份", "城市", "区县", "功能区") if row[name]] == place
    assert row["层级"] == case.level
    assert row["主要领域"] == case.primary_theme.name
    assert row["其他领域"] == "；".join(t.name for t in case.themes if t != case.primary_theme)
    assert row["牵头部门"] == "；".join(body.name for body in case.bodies.all())
    assert row["推广阶段"] == "本市推广"
    assert row["亮点"] == case.highlight
    assert row["通知标题"] == case.notice.title
    assert row["印发日期"].startswith("2025-04-10")
    # Nothing of the text is left out, whichever part it stands in.
    exported = "\n".join(row[label] for label in SectionKind.labels)
    for section in case.sections.all():
        for line in (section.heading, *section.paragraphs):
            assert line in exported


def test_withdrawn_cases_are_left_out_and_numbers_have_no_gap(library, tmp_path):
    ids = newest_first()
    Case.objects.filter(pk=ids[3]).update(status=Status.WITHDRAWN)
    found = table(written(tmp_path, "csv", [*ids, 999_999]))
    assert [int(row["案例编号"]) for row in found] == ids[:3] + ids[4:]
    assert [int(row["序号"]) for row in found] == list(range(1, 35))


def test_queries_grow_by_chunks_not_by_cases(library, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(columns, "CHUNK", 20)
    ids = newest_first()
    with django_assert_max_num_queries(10):
        assert len(list(rows(ids))) == 35


def test_progress_is_told_by_chunks_and_at_the_end(library, tmp_path, monkeypatch):
    monkeypatch.setattr("cases.exports.spreadsheet.CHUNK", 10)
    told = []
    written(tmp_path, "xlsx", newest_first(), told.append)
    assert told == [10, 20, 30, 35]


HOSTILE = ['=HYPERLINK("http://x","y")', "+1+1", "-1", "@SUM(1)", "\t=1+1", "\r=1", "＝1+1"]


@pytest.mark.parametrize("title", HOSTILE)
def test_what_looks_like_a_formula_stays_text(library, tmp_path, title):
    case = Case.objects.first()
    Case.objects.filter(pk=case.pk).update(title=title)
    shown = title.strip()
    (row,) = table(written(tmp_path, "csv", [case.pk]))
    assert row["标题"] == f"'{shown}"
    cell = opened(written(tmp_path, "xlsx", [case.pk]))["案例"]["B2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (shown, "s", True)


@pytest.mark.parametrize("text", ["<r>a</r>", "<r><t>&</t></r>", "<b>&\"'", "A\x0bB"])
def test_text_that_xml_or_the_library_could_take_for_markup_stays_text(library, tmp_path, text):
    case = Case.objects.first()
    Case.objects.filter(pk=case.pk).update(title=text)
    value = opened(written(tmp_path, "xlsx", [case.pk]))["案例"]["B2"].value
    assert value.strip() == text.replace("\x0b", "\n")


def test_ordinary_text_is_not_marked():
    assert not any(map(is_like_formula, ["医保", "“一件事”", "——", "2025", "（＋）", ""]))


def test_control_characters_go_and_breaks_become_line_feeds():
    assert cell_text("a\x00\x07b\r\nc\rd\u2028e\x0cf\ud800\ufffe ") == "ab\nc\nd\ne\nf"


@pytest.mark.parametrize("sign", ["字", "𠮷"])
def test_what_a_cell_cannot_hold_is_cut_with_a_word_about_it(library, tmp_path, sign):
    case = Case.objects.first()
    case.sections.all().delete()
    Section.objects.create(case=case, kind=SectionKind.PRACTICES, text=sign * 40_000)
    for kind in WRITERS:
        (row,) = table(written(tmp_path, kind, [case.pk]))
        text = row["做法"]
        assert text.endswith(CUT) and text.removesuffix(CUT) == sign * (len(text) - len(CUT))
        assert CELL_LENGTH - 2 < len(text.encode("utf-16-le")) / 2 <= CELL_LENGTH


def test_text_that_just_fits_is_whole():
    assert cell_text("字" * CELL_LENGTH) == "字" * CELL_LENGTH


def test_csv_is_as_excel_and_wps_want_it(library, tmp_path):
    data = written(tmp_path, "csv", newest_first()).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.endswith(b"\r\n")
    assert data.count(b"\r\n") == 36


def test_the_sheet_is_ready_to_read_and_to_print(library, tmp_path):
    book = opened(written(tmp_path, "xlsx", newest_first()))
    sheet = book["案例"]
    last = openpyxl.utils.get_column_letter(len(COLUMNS))
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == f"A1:{last}36"
    assert sheet.print_title_rows == "$1:$1"
    assert "$A$1:$P$36" in sheet.print_area
    assert HEADINGS[15] == "印发日期"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0
    assert sheet["A2"].data_type == "n"
    assert sheet["P2"].is_date
    assert sheet["B2"].alignment.wrap_text


def test_the_file_says_where_it_is_from(library, tmp_path):
    book = opened(written(tmp_path, "xlsx", newest_first()))
    assert book.properties.title == "典型经验库案例"
    assert book.properties.subject == "检索词：=医保；城市：厦门市"
    assert book.properties.description == ABOUT.address
    assert book.properties.created == datetime(2026, 3, 5, 1, 30)
    said = {name.value: value.value for name, value in book["说明"].iter_rows()}
    assert said["检索词"] == "=医保"
    assert said["案例数"] == "35"
    assert said["导出时间"] == "2026-03-05 09:30"
    assert said["来源"] == ABOUT.address


def test_no_working_file_is_left_behind(library, tmp_path):
    folder = tmp_path / "export"
    folder.mkdir()
    written(folder, "xlsx", newest_first())
    assert [path.name for path in folder.iterdir()] == ["cases.xlsx"]


@pytest.fixture(scope="module")
def convert(tmp_path_factory):
    """convert(path) -> the first sheet as LibreOffice reads it, as CSV rows."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    home = tmp_path_factory.mktemp("libreoffice")

    def run(path, kind, folder):
        profile = f"-env:UserInstallation={(home / 'profile').as_uri()}"
        # 44 is the comma, 34 the quote, 76 UTF-8.
        subprocess.run(
            [program, profile, "--headless", "--convert-to", kind, "--outdir", folder, path],
            check=False,
            capture_output=True,
            timeout=120,
        )

    if program:
        probe = home / "probe.csv"
        probe.write_text("1,2\n", encoding="ascii")
        run(probe, "xlsx", home)
    if not (home / "probe.xlsx").exists():
        pytest.skip("没有安装 LibreOffice Calc，没有用它打开导出的文件。")

    def rows_of(path):
        run(path, "csv:Text - txt - csv (StarCalc):44,34,76", home)
        text = (home / path.with_suffix(".csv").name).read_text(encoding="utf-8")
        return list(csv.reader(io.StringIO(text)))

    return rows_of


def test_libreoffice_reads_the_same_as_was_written(library, tmp_path, convert):
    odd = ["=1+1", "_x0041_", "<r>a</r>", "a\x0bb"]
    for number, title in enumerate(odd, 1):
        Case.objects.filter(number=number).update(title=title)
    ids = newest_first()
    found = convert(written(tmp_path, "xlsx", ids))
    assert found[0] == HEADINGS
    title, practices = HEADINGS.index("标题"), HEADINGS.index("做法")
    expected = table(written(tmp_path, "csv", ids))
    assert [row[practices] for row in found[1:]] == [row["做法"] for row in expected]
    titles = [row[title].strip() for row in found[1:]]
    assert titles[::-1][:4] == ["=1+1", "_x0041_", "<r>a</r>", "a\nb"]
    assert titles[:-4] == [row["标题"] for row in expected[:-4]]


def test_no_cell_holds_a_formula(library, tmp_path):
    for number, text in enumerate(HOSTILE, 1):
        Case.objects.filter(number=number).update(title=text, highlight=text)
    with zipfile.ZipFile(written(tmp_path, "xlsx", newest_first())) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(sheets) == 2
        assert not any(b"<f>" in archive.read(name) for name in sheets)
