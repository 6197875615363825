"""Result lists as files: small ones at once, large ones ordered, watched and fetched."""

import io
import os
import re
import time
from datetime import date
from urllib.parse import unquote

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.http import QueryDict

from cases.exports import orders
from cases.models import Case, Status, Theme
from search import exporting
from search.exporting import describe, filename
from search.request import read_request
from search.searching import SearchRequest, search_documents

pytestmark = pytest.mark.django_db

XLSX = "/cases/export.xlsx"
CSV = "/cases/export.csv"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.EXPORTS_DIR = tmp_path / "exports"
    return settings.EXPORTS_DIR


@pytest.fixture
def large(monkeypatch):
    """Every export counts as large."""
    monkeypatch.setattr(exporting, "AT_ONCE", 0)


class Writer:
    """Stands for the process that writes: holds the lock until it is told to end."""

    def __init__(self):
        self.began = []
        self._lock = None

    def start(self, key, lock):
        self.began.append(key)
        self._lock = os.dup(lock)

    def write(self):
        orders.write(orders.find(self.began[-1]))
        self.die()

    def die(self):
        os.close(self._lock)
        self._lock = None


@pytest.fixture
def writer(monkeypatch):
    one = Writer()
    monkeypatch.setattr(orders, "start_writing", one.start)
    yield one
    if one._lock is not None:
        one.die()


def body(response):
    return b"".join(response.streaming_content)


def numbers(response):
    sheet = openpyxl.load_workbook(io.BytesIO(body(response)))["案例"]
    heading = [cell.value for cell in sheet[1]].index("案例编号")
    return [line[heading] for line in sheet.iter_rows(min_row=2, values_only=True)]


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


# At once


@pytest.mark.parametrize("query", ["", "q=医保", "q=企业&sort=newest", "city=350200&page=2"])
def test_what_is_exported_is_what_was_seen_all_of_its_pages(library, client, query):
    response = client.get(f"{XLSX}?{query}")
    asked = read_request(QueryDict(query)).request
    assert numbers(response) == search_documents(asked)


def test_the_file_is_named_after_the_search_in_chinese(library, client):
    response = client.get(f"{CSV}?q=医保&city=350200")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    disposition = response["Content-Disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''")
    name = unquote(disposition.partition("''")[2])
    assert re.fullmatch(r"典型经验库_医保_厦门市_\d{4}-\d\d-\d\d\.csv", name)
    assert int(response["Content-Length"]) == len(body(response))


def test_links_lead_to_this_site(library, client):
    first = search_documents(SearchRequest(text="医保"))[0]
    content = body(client.get(f"{CSV}?q=医保")).decode("utf-8-sig")
    assert f'"http://testserver/cases/{first}/"' in content


def test_a_case_withdrawn_a_moment_ago_is_not_exported(library, client):
    ids = search_documents(SearchRequest())
    # Past the signals: the index still has it.
    Case._base_manager.filter(pk=ids[0]).update(status=Status.WITHDRAWN)
    assert numbers(client.get(XLSX)) == ids[1:]


def test_nothing_of_a_small_export_stays(library, client, folder):
    body(client.get(XLSX))
    assert [path for path in folder.iterdir() if path.name != "lock"] == []


def test_without_hits_there_is_a_page_that_says_so(library, client):
    response = client.get(f"{XLSX}?year=1990&q=医保")
    assert response.status_code == 404
    assert "没有可导出的案例" in text(response)
    assert "?q=%E5%8C%BB%E4%BF%9D" in text(response)


def test_too_many_hits_are_refused_with_a_way_on(library, client, monkeypatch):
    monkeypatch.setattr(exporting, "MOST", 34)
    response = client.get(XLSX)
    assert response.status_code == 400
    assert "符合条件的案例有 35 个，一次最多导出 34 个" in text(response)


def test_without_an_index_there_is_a_page_that_says_so(db, client):
    response = client.get(XLSX)
    assert response.status_code == 503
    assert "暂时不能导出" in text(response)
    assert "rebuild_index" in text(response)


def test_only_reading_and_known_kinds(library, client):
    assert client.post(XLSX).status_code == 405
    assert client.head(XLSX).status_code == 200
    assert client.get("/cases/export.exe").status_code == 404


# Ordered


def test_a_large_export_is_ordered_written_and_fetched(library, client, large, writer):
    page = client.get(f"{XLSX}?q=医保", follow=True)
    (address, status) = page.redirect_chain[-1]
    assert (status, writer.began) == (302, [re.search(r"job=(\w+)", address)[1]])
    ids = search_documents(SearchRequest(text="医保"))
    assert f"已写 0 / {len(ids)} 条" in text(page)
    writer.write()
    page = client.get(address)
    assert "已经写好" in text(page)
    (file,) = set(re.findall(r'data-file="([^"]+)"', text(page)))
    assert numbers(client.get(file.replace("&amp;", "&"))) == ids
    assert len(writer.began) == 1


def test_the_page_says_how_far_it_is_and_starts_nothing_twice(library, client, large, writer):
    address = client.get(XLSX)["Location"]
    client.get(address)
    orders.find(writer.began[0]).note(written=20)
    page = client.get(address)
    assert "已写 20 / 35 条" in text(page)
    assert re.search(r'<progress[^>]* max="35" value="20"', text(page))
    orders.find(writer.began[0]).note(written=35)
    assert "正在压缩" in text(client.get(address))
    assert len(writer.began) == 1
    assert page["Cache-Control"] == "no-store"


def test_without_javascript_the_page_loads_itself_again_until_told_to_stop(
    library, client, large, writer
):
    page = client.get(XLSX, follow=True)
    refresh = '<noscript><meta http-equiv="refresh" content="3"></noscript>'
    assert refresh in text(page)
    (stop,) = re.findall(r'href="([^"]+)">停止自动刷新', text(page))
    page = client.get(stop.replace("&amp;", "&"))
    assert "http-equiv" not in text(page)
    assert "查看进度" in text(page)
    writer.write()
    page = client.get(client.get(XLSX)["Location"])
    (file,) = re.findall(r'http-equiv="refresh" content="0;url=([^"]+)"', text(page))
    assert client.get(file.replace("&amp;", "&"))["Content-Disposition"].startswith("attachment")


def test_one_is_written_at_a_time(library, client, large, writer):
    first = client.get(XLSX, follow=True)
    second = client.get(f"{XLSX}?q=医保", follow=True)
    assert "正在导出" in text(first)
    assert "正在等待导出" in text(second)
    assert len(writer.began) == 1
    writer.write()
    assert "已写 0 /" in text(client.get(second.redirect_chain[-1][0]))
    assert len(writer.began) == 2


def test_what_a_crash_cut_off_is_begun_again_and_said(library, client, large, writer):
    address = client.get(XLSX)["Location"]
    client.get(address)
    orders.find(writer.began[0]).note(written=20)
    writer.die()
    page = client.get(address)
    assert "上次写到一半时服务中断了，已从头重新写" in text(page)
    assert "已写 0 / 35 条" in text(page)
    writer.write()
    assert "已经写好" in text(client.get(address))


def test_what_is_cut_off_every_time_is_given_up(library, client, large, writer):
    address = client.get(XLSX)["Location"]
    for _ in range(orders.MOST_ATTEMPTS):
        client.get(address)
        writer.die()
    page = client.get(address)
    assert "导出没有完成" in text(page)
    assert len(writer.began) == orders.MOST_ATTEMPTS


def test_what_fails_is_said_and_can_be_asked_for_again(library, client, large, writer, monkeypatch):
    address = client.get(XLSX)["Location"]
    client.get(address)
    with monkeypatch.context() as broken, pytest.raises(OSError):
        broken.setattr(orders, "_write_rows", no_space)
        writer.write()
    writer.die()
    page = client.get(address)
    assert "写文件时出错" in text(page)
    (anew,) = re.findall(r'class="button" href="([^"]+)">重新导出', text(page))
    assert "正在导出" in text(client.get(anew, follow=True))
    writer.write()
    assert "已经写好" in text(client.get(address))


def no_space(*args):
    raise OSError(28, "No space left on device")


def test_a_file_with_a_withdrawn_case_is_not_handed_out(library, client, large, writer):
    address = client.get(XLSX)["Location"]
    client.get(address)
    writer.write()
    gone = Case.objects.first()
    gone.withdraw()
    response = client.get(f"{address}&file=1")
    assert response.status_code == 302
    assert "正在导出" in text(client.get(response["Location"]))
    writer.write()
    assert gone.pk not in numbers(client.get(f"{response['Location']}&file=1"))


@pytest.mark.parametrize("job", ["0" * 32, "../../etc/passwd", "x", "lock"])
def test_an_order_that_this_node_does_not_know_is_ordered_anew(library, client, large, writer, job):
    page = client.get(XLSX, {"q": "医保", "job": job}, follow=True)
    assert "正在导出" in text(page)
    assert writer.began[0] in page.redirect_chain[-1][0]


def test_the_same_is_written_once_and_anew_after_a_change(library, client, large, writer):
    first = client.get(XLSX)["Location"]
    assert client.get(XLSX)["Location"] == first
    assert client.get(f"{XLSX}?sort=newest")["Location"] != first
    theme = Theme.objects.get(code="government-services")
    theme.name = "政务"
    theme.save()
    assert client.get(XLSX)["Location"] != first


def test_old_files_are_removed_and_never_too_many_kept(library, client, large, writer, folder):
    client.get(XLSX, follow=True)
    writer.write()
    old = folder / writer.began[0]
    an_hour_ago = time.time() - orders.LIFETIME.total_seconds() - 1
    os.utime(old, (an_hour_ago, an_hour_ago))
    orders.remove_old()
    assert not old.exists()
    for number in range(orders.KEPT + 3):
        (folder / str(number)).mkdir()
        os.utime(folder / str(number), (time.time() - number, time.time() - number))
    orders.remove_old()
    kept = {path.name for path in folder.iterdir() if path.is_dir()}
    assert kept == {str(number) for number in range(orders.KEPT)}


@pytest.mark.django_db(transaction=True)
def test_a_process_of_its_own_writes_it(library, client, large, tmp_path, monkeypatch):
    """Really: the order goes through the folder, the lock through the descriptor."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        address = f"sqlite:///{database['NAME']}"
    else:
        place = f"{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"
        address = f"postgres://{database['USER']}:{database['PASSWORD']}@{place}"
    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    page = client.get(XLSX, follow=True)
    assert "正在导出" in text(page)
    address = page.redirect_chain[-1][0]
    for _ in range(600):
        page = client.get(address)
        if "正在导出" not in text(page):
            break
        time.sleep(0.1)
    assert "已经写好" in text(page)
    assert "重新写" not in text(page)
    assert len(numbers(client.get(f"{address}&file=1"))) == 35


def test_the_writing_command_refuses_what_was_not_ordered(db):
    with pytest.raises(CommandError, match="没有编号"):
        call_command("write_export", "0" * 32)


# What a file says of the search


def test_the_conditions_are_told_in_words(library):
    query = "q=医保&theme=paying-taxes&city=350200&level=市级&year=2025&maturity=city&sort=newest"
    assert dict(describe(read_request(QueryDict(query)))) == {
        "检索词": "医保",
        "领域": Theme.objects.get(code="paying-taxes").name,
        "城市": "厦门市",
        "层级": "市级",
        "年份": "2025年",
        "推广阶段": "本市推广",
        "排序": "最新",
    }


def test_the_links_of_the_result_page_export_its_search(library, client):
    page = client.get("/cases/?q=医保&city=350200").content.decode()
    (address,) = re.findall(r'href="(/cases/export\.xlsx\?[^"]*)"', page)
    assert numbers(client.get(address.replace("&amp;", "&"))) == search_documents(
        SearchRequest(text="医保", filters={"city": ("350200",)})
    )
    assert "/cases/export.csv?" in page


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (["库", 'a/b\\c:*?"<>|\n d'], "库_a b c d_2026-03-05.csv"),
        (["库", "字" * 300], f"库_{'字' * 58}_2026-03-05.csv"),
        (["库", "..."], "库_2026-03-05.csv"),
    ],
)
def test_file_names_are_safe_everywhere(parts, name):
    assert filename(parts, date(2026, 3, 5), "csv") == name
