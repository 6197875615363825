"""load_fixtures brings what is missing and leaves alone what staff changed."""

import json

import pytest
from django.core.management import call_command

from cases.models import Approach, IssuingBody, Region, Theme

EMPTY = ("regions", "zones", "themes", "approaches", "bodies")


@pytest.fixture
def folder(tmp_path):
    """A small set of lists; write(name, rows) replaces one of them."""

    class Folder:
        path = tmp_path

        @staticmethod
        def write(name, model, *rows):
            content = [{"model": model, "fields": fields} for fields in rows]
            (tmp_path / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")

    for name in EMPTY:
        Folder.write(name, "cases.region")
    return Folder


def load(folder, **options):
    call_command("load_fixtures", directory=str(folder.path), **options)


def region(code, name, kind="city", parent=None):
    parent = [parent] if parent else None
    return {"code": code, "name": name, "short_name": name[:-1], "kind": kind, "parent": parent}


PROVINCE = region("350000", "福建省", "province")
CITY = region("350100", "福州市", parent="350000")
DISTRICT = region("350111", "晋安区", "district", "350100")


@pytest.mark.django_db
def test_the_lists_that_ship_are_complete_and_loaded_once(capsys, django_assert_max_num_queries):
    call_command("load_fixtures")
    out = capsys.readouterr().out
    assert f"themes.json（领域）：新增 {Theme.objects.count()}，未变 0" in out
    assert Theme.objects.count() == 18
    assert Approach.objects.count() == 22
    assert IssuingBody.objects.count() == 20
    assert Region.objects.get(code="350111").path == "福建省 > 福州市 > 晋安区"
    count = Region.objects.count()
    # Time, measured in what costs it: a query for each list and the transaction's own.
    with django_assert_max_num_queries(10):
        call_command("load_fixtures")
    out = capsys.readouterr().out
    assert "新增 0" in out
    assert f"themes.json（领域）：新增 0，未变 {Theme.objects.count()}" in out
    assert Region.objects.count() == count


@pytest.mark.django_db
def test_children_may_come_before_their_parents(folder):
    folder.write("regions", "cases.region", DISTRICT, CITY, PROVINCE)
    load(folder)
    assert Region.objects.get(code="350111").path == "福建省 > 福州市 > 晋安区"


@pytest.mark.django_db
def test_what_staff_changed_stays(folder):
    folder.write("regions", "cases.region", PROVINCE, CITY)
    load(folder)
    Region.objects.filter(code="350100").update(name="榕城")
    folder.write("regions", "cases.region", PROVINCE, CITY, DISTRICT)
    load(folder)
    assert Region.objects.get(code="350100").name == "榕城"
    assert Region.objects.filter(code="350111").exists()


@pytest.mark.django_db
def test_overwrite_goes_back_to_the_file(folder, capsys):
    folder.write("themes", "cases.theme", {"code": "tax", "name": "纳税", "cues": "税务"})
    load(folder)
    Theme.objects.update(name="交税", cues="")
    load(folder)
    assert Theme.objects.get().name == "交税"
    capsys.readouterr()
    load(folder, overwrite=True)
    assert (Theme.objects.get().name, Theme.objects.get().cues) == ("纳税", "税务")
    assert "改回 1" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_name_that_staff_gave_to_another_code_is_left_to_them(folder, capsys):
    Theme.objects.create(code="ours", name="纳税")
    folder.write(
        "themes", "cases.theme", {"code": "tax", "name": "纳税"}, {"code": "new", "name": "新的"}
    )
    load(folder)
    assert set(Theme.objects.values_list("code", flat=True)) == {"ours", "new"}
    assert "未新增 tax：名称已被 ours 使用" in capsys.readouterr().out


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "格式不对"),
        ('[{"fields": {}}]', "格式不对"),
        ('[{"model": "cases.theme", "fields": {"code": "x"}}]', "缺少的字段"),
        ('[{"model": "cases.theme", "fields": {"code": "x", "name": "y", "z": 1}}]', "不认识"),
    ],
)
def test_a_broken_list_changes_nothing(folder, capsys, content, message):
    folder.write("regions", "cases.region", PROVINCE)
    (folder.path / "themes.json").write_text(content, encoding="utf-8")
    with pytest.raises(SystemExit) as stopped:
        load(folder)
    assert stopped.value.code == 1
    assert message in capsys.readouterr().err
    assert not Region.objects.exists()


@pytest.mark.django_db
def test_a_missing_list_and_a_missing_parent_are_told(folder, capsys):
    folder.write("regions", "cases.region", CITY)
    with pytest.raises(SystemExit):
        load(folder)
    assert "上级地区 350000 不存在" in capsys.readouterr().err
    (folder.path / "regions.json").unlink()
    with pytest.raises(SystemExit):
        load(folder)
    assert "读不到基础数据文件" in capsys.readouterr().err
