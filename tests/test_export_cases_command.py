"""export_cases: the same file as from the page, for operators."""

import csv

import pytest
from django.core.management import CommandError, call_command

from cases.exports import spreadsheet
from search.searching import SearchRequest, search_documents

pytestmark = pytest.mark.django_db


def export(path, capsys, **options):
    call_command("export_cases", str(path), **options)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return rows, capsys.readouterr().out


def test_the_whole_library(library, tmp_path, capsys):
    rows, said = export(tmp_path / "全部.csv", capsys)
    assert [int(row["案例编号"]) for row in rows] == search_documents(SearchRequest())
    assert {row["链接"] for row in rows} == {""}
    assert "写好 35 条" in said


def test_a_search_with_names_or_codes(library, tmp_path, capsys):
    rows, _ = export(
        tmp_path / "a.csv", capsys, q="企业", city=["厦门", "350100"], site="https://x.example/"
    )
    asked = SearchRequest(text="企业", filters={"city": ("350200", "350100")})
    ids = search_documents(asked)
    assert [int(row["案例编号"]) for row in rows] == ids
    assert rows[0]["链接"] == f"https://x.example/cases/{ids[0]}/"


def test_progress(library, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(spreadsheet, "CHUNK", 10)
    monkeypatch.setattr("search.management.commands.export_cases.SHOWN_EVERY", 10)
    _, said = export(tmp_path / "a.csv", capsys)
    assert [line for line in said.splitlines() if line.startswith("已写")] == [
        "已写 10 / 35 条",
        "已写 20 / 35 条",
        "已写 30 / 35 条",
    ]


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("a.doc", {}, "以 .xlsx 或 .csv 结尾"),
        ("a.csv", {"theme": ["没有这个领域"]}, "领域里没有“没有这个领域”"),
        ("a.csv", {"sort": "oldest"}, "排序方式只有"),
        ("a.csv", {"year": ["1990"]}, "没有符合条件的案例"),
        ("no/such/a.csv", {}, "写不了"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(library, tmp_path, name, options, message):
    with pytest.raises(CommandError, match=message):
        call_command("export_cases", str(tmp_path / name), **options)
    assert not (tmp_path / name).exists()


def test_without_an_index_it_says_what_to_do(db, tmp_path):
    with pytest.raises(CommandError, match="rebuild_index"):
        call_command("export_cases", str(tmp_path / "a.csv"))


def test_a_file_that_is_there_stays_until_the_new_one_is_whole(library, tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_text("old")

    def broken(*args):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(CommandError, match="No space left"):
        patch.setitem(spreadsheet.WRITERS, "csv", broken)
        call_command("export_cases", str(path))
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir() if each.name != "index"] == ["a.csv"]
