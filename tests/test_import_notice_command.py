"""The command line of an import, as an operator meets it."""

import io
import json
import os
import subprocess
import sys

import docx
import pytest
from django.conf import settings
from django.core.management import call_command

from cases.models import Case, Notice

FIRST_NOTICE = settings.BASE_DIR / "fixtures" / "notices" / "fujian-2025-batch-1.txt"
CURATION = FIRST_NOTICE.with_suffix(".curation.json")

NOTICE = """浙江省发展和改革委员会关于推广优化营商环境典型经验的通知

浙发改营商〔2025〕12号

各市发展改革委：

现推广典型经验，请结合实际学习借鉴。

浙江省发展和改革委员会

2025年3月8日

案例一：宁波市税务局打造出口退税服务新模式

一、背景情况

外贸企业反映退税材料多，税务部门决定改革。

二、主要做法

税务局将退税资料由15份减至3份。

三、取得成效

退税平均时间压缩到2个工作日。
"""


@pytest.fixture
def notice(tmp_path):
    path = tmp_path / "通知.txt"
    path.write_text(NOTICE, encoding="utf-8")
    return path


def refused(capsys, *arguments, **options):
    """The one sentence that the command ends with."""
    with pytest.raises(SystemExit) as stopped:
        call_command("import_notice", *map(str, arguments), **options)
    assert stopped.value.code == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    sentence = captured.err.strip()
    assert "\n" not in sentence
    assert sentence.endswith("。")
    assert not Notice.objects.exists()
    return sentence


@pytest.mark.django_db
@pytest.mark.usefixtures("taxonomy")
class TestReport:
    def test_json_is_all_that_is_printed(self, capsys, notice):
        call_command("import_notice", str(notice), "--json", "--dry-run")
        captured = capsys.readouterr()
        assert captured.err == ""
        report = json.loads(captured.out)
        assert report["notice"] == {
            "title": "浙江省发展和改革委员会关于推广优化营商环境典型经验的通知",
            "doc_number": "浙发改营商〔2025〕12号",
            "issuer": "浙江省发展和改革委员会",
            "issued_on": "2025-03-08",
            "letter": report["notice"]["letter"],
        }
        assert "现推广典型经验，请结合实际学习借鉴。" in report["notice"]["letter"]
        assert report["problems"] == []
        assert report["cases"] == [
            {
                "number": 1,
                "title": "宁波市税务局打造出口退税服务新模式",
                "region": "宁波市",
                "region_code": "330200",
                "level": "市级",
                "themes": report["cases"][0]["themes"],
                "approaches": report["cases"][0]["approaches"],
                "bodies": ["税务"],
                "sections": [
                    {
                        "heading": "一、背景情况",
                        "kind": "background",
                        "text": "外贸企业反映退税材料多，税务部门决定改革。",
                    },
                    {
                        "heading": "二、主要做法",
                        "kind": "practices",
                        "text": "税务局将退税资料由15份减至3份。",
                    },
                    {
                        "heading": "三、取得成效",
                        "kind": "outcomes",
                        "text": "退税平均时间压缩到2个工作日。",
                    },
                ],
                "problems": [],
            }
        ]
        assert report["cases"][0]["themes"][0] == "paying-taxes"
        assert "宁波市" in captured.out
        assert not Notice.objects.exists()

    def test_a_problem_has_its_paragraph_and_position(self, capsys, notice):
        notice.write_text(NOTICE.replace("宁波市税务局打造", "打造"), encoding="utf-8")
        call_command("import_notice", str(notice), "--json")
        (problem,) = json.loads(capsys.readouterr().out)["cases"][0]["problems"]
        assert problem == {"message": "没有识别出地区，请选定。", "paragraph": None, "position": 7}

    def test_the_first_notice_as_json(self, capsys):
        call_command("import_notice", str(FIRST_NOTICE), "--json", "--dry-run")
        report = json.loads(capsys.readouterr().out)
        curated = json.loads(CURATION.read_text(encoding="utf-8"))["cases"]
        assert [case["number"] for case in report["cases"]] == list(range(1, 36))
        assert [case["region_code"] for case in report["cases"]] == [c["region"] for c in curated]
        assert {case["level"] for case in report["cases"][:4]} == {"省级"}
        assert report["cases"][32]["level"] == "功能区"

    def test_people_read_what_happened(self, capsys, notice):
        call_command("import_notice", str(notice))
        out = capsys.readouterr().out
        assert "新增 1；更新 0；未变 0；有差异，未覆盖 0；发布 0。" in out
        assert "宁波市，市级，纳税" in out
        call_command("import_notice", str(notice))
        assert "新增 0；更新 0；未变 1；" in capsys.readouterr().out
        notice.write_text(NOTICE.replace("3份", "2份").replace("宁波市", ""), encoding="utf-8")
        Case.objects.update(title="编辑过的标题")
        call_command("import_notice", str(notice))
        out = capsys.readouterr().out
        assert "有差异，未覆盖　1　" in out
        assert "不同之处：标题、二、主要做法" in out
        assert "案例 1（第 7 段）：没有识别出地区，请选定。" in out

    def test_a_dry_run_says_so(self, capsys, notice):
        call_command("import_notice", str(notice), "--dry-run")
        assert "试运行，没有写入任何内容" in capsys.readouterr().out
        assert not Notice.objects.exists()

    def test_publish_and_curation(self, capsys):
        arguments = [str(FIRST_NOTICE), "--publish", "--curation", str(CURATION)]
        call_command("import_notice", *arguments)
        assert "新增 35；更新 0；未变 0；有差异，未覆盖 0；发布 35。" in capsys.readouterr().out
        assert Case.objects.published().filter(region__code="350111").exists()
        call_command("import_notice", *arguments)
        assert "新增 0；更新 0；未变 35；" in capsys.readouterr().out

    def test_a_letter_without_cases_is_told_and_not_kept(self, capsys, notice):
        notice.write_text(NOTICE.split("案例一")[0], encoding="utf-8")
        call_command("import_notice", str(notice), "--json")
        report = json.loads(capsys.readouterr().out)
        assert report["cases"] == []
        assert "没有找到案例" in report["problems"][0]["message"]
        assert not Notice.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("taxonomy")
class TestRefusal:
    def test_a_path_that_is_no_file(self, capsys, tmp_path):
        assert "找不到" in refused(capsys, tmp_path / "没有.docx")
        assert "是文件夹" in refused(capsys, tmp_path)
        assert "不是普通文件" in refused(capsys, os.devnull)
        assert "读不了" in refused(capsys, "长" * 5000)
        assert "读不了" in refused(capsys, "a\0b")

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
    def test_a_file_that_may_not_be_read(self, capsys, notice):
        notice.chmod(0)
        assert "读不了" in refused(capsys, notice)

    def test_a_file_too_large_is_refused_by_its_size(self, capsys, tmp_path):
        path = tmp_path / "大.docx"
        with path.open("wb") as file:
            file.truncate(200 * 1024 * 1024)
        assert "200 MB" in refused(capsys, path)

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("空.txt", b""),
            ("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
            ("扫描.pdf", b"%PDF-1.7\n"),
            ("坏.docx", b"PK\x03\x04 broken"),
            ("程序.bin", bytes(range(256)) * 20),
            ("别的.txt", b"name,value\n1,2\n"),
        ],
    )
    def test_what_is_no_notice(self, capsys, tmp_path, name, content):
        path = tmp_path / name
        path.write_bytes(content)
        refused(capsys, path)

    def test_a_curation_file_that_cannot_be_used(self, capsys, notice, tmp_path):
        bad = tmp_path / "整理.json"
        assert "找不到整理文件" in refused(capsys, notice, "--curation", bad)
        bad.write_text('{"cases": [{"number": 1, "region": "1"}]}', encoding="utf-8")
        assert "地区代码“1”不存在" in refused(capsys, notice, "--curation", bad)
        bad.write_text('{"cases": [{"number": 2}]}', encoding="utf-8")
        assert "没有这个序号" in refused(capsys, notice, "--curation", bad)


@pytest.mark.django_db
def test_before_the_fixtures_it_says_what_to_run(capsys, notice):
    assert "manage.py load_fixtures" in refused(capsys, notice)


@pytest.mark.django_db
def test_a_word_file_is_imported(capsys, taxonomy, tmp_path):
    document = docx.Document()
    for line in NOTICE.split("\n\n"):
        document.add_paragraph(line.strip())
    stream = io.BytesIO()
    document.save(stream)
    path = tmp_path / "通知.docx"
    path.write_bytes(stream.getvalue())
    call_command("import_notice", str(path))
    case = Case.objects.get()
    assert case.title == "宁波市税务局打造出口退税服务新模式"
    assert bytes(case.notice.files.get().content) == stream.getvalue()


# Real processes on a real SQLite file


@pytest.fixture
def manage(tmp_path):
    """Starts manage.py with a database of its own in a temporary folder."""
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    environment |= {"DATA_DIR": str(tmp_path / "data"), "PYTHONIOENCODING": "utf-8"}

    def start(*arguments):
        return subprocess.Popen(
            [sys.executable, str(settings.BASE_DIR / "manage.py"), *map(str, arguments)],
            env=environment,
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    return start


def test_two_imports_at_once_give_one_notice(manage, notice):
    assert manage("migrate", "--verbosity=0").wait(timeout=120) == 0
    assert manage("load_fixtures", "--verbosity=0").wait(timeout=60) == 0
    processes = [manage("import_notice", notice) for _ in range(3)]
    outputs = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], outputs
    counts = sorted(out.split("案例 1 个。")[1].split("\n")[0] for out, _ in outputs)
    assert counts == [
        "新增 0；更新 0；未变 1；有差异，未覆盖 0；发布 0。",
        "新增 0；更新 0；未变 1；有差异，未覆盖 0；发布 0。",
        "新增 1；更新 0；未变 0；有差异，未覆盖 0；发布 0。",
    ]
    last = manage("import_notice", notice, "--json")
    assert len(json.loads(last.communicate(timeout=60)[0])["cases"]) == 1


def test_without_tables_it_says_what_to_run(manage, notice):
    process = manage("import_notice", notice)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    assert "manage.py migrate" in err
    assert "Traceback" not in err
