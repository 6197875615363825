"""Importing a notice in the admin: uploaded, looked through, corrected, confirmed, and only then
in the library. Hostile files leave nothing behind."""

import hashlib
import importlib
import io
import json
import re
import threading
import zipfile

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.db import connection
from django.test import Client
from django.urls import reverse
from lxml import html
from notice_files import HEAD, changed, docx_of

from cases import receiving
from cases.models import (
    Action,
    Case,
    CaseVersion,
    Notice,
    NoticeFile,
    NoticeUpload,
    Outcome,
    Section,
    Status,
    UploadState,
)
from cases.notices import reader, uploading
from cases.notices.document import NoticeFileError
from cases.notices.importer import import_notice
from cases.notices.uploading import NotReady

TAX = [
    "案例一：宁波市税务局打造出口退税服务新模式",
    "一、背景情况",
    "外贸企业反映退税材料多，往返窗口多次，税务部门根据《关于深化税收征管改革的意见》决定改革，"
    "围绕企业反映最集中的申报、审核、退库三个环节逐一梳理堵点。",
    "二、主要做法",
    "（一）精简材料。税务局将退税资料由15份减至3份。",
    "（二）数据共享。与海关共享报关数据，企业不再重复填报，系统自动比对后推送审核结果。",
    "三、取得成效",
    "退税平均时间压缩到2个工作日。",
]
POWER = [
    "案例二：湖州市德清县供电公司推行办电“零上门”",
    "一、背景情况",
    "企业办电往返多次，报装周期长，用电成本居高不下。",
    "二、主要做法",
    "供电公司推行线上报装，上门服务，客户经理全程代办，配套工程由供电公司投资到企业红线。",
    "三、取得成效",
    "办电时间压缩一半，企业节约了成本。",
]
COURT = [
    "案例三：义乌市构建国际商事纠纷多元解纷新格局",
    "一、背景情况",
    "国际商事纠纷增多。",
    "二、主要做法",
    "人民法院与调解组织合作，调解商事纠纷。",
    "三、取得成效",
    "纠纷化解更快。",
]
TITLES = [part[0][4:] for part in (TAX, POWER, COURT)]
LIBRARY = [Notice, NoticeFile, Case, Section, Outcome, CaseVersion]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("taxonomy")]


def address(name="changelist", *args):
    return reverse(f"admin:cases_noticeupload_{name}", args=args)


def tree(response):
    assert response.status_code == 200
    return html.fromstring(response.content.decode())


def text_of(response):
    page = tree(response)
    for hidden in page.xpath("//script | //style | //option | //datalist"):
        hidden.drop_tree()
    return " ".join(" ".join(page.itertext()).split())


def said(response):
    """The messages on the page that the response leads to."""
    return [str(message) for message in response.context["messages"]]


def library():
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in LIBRARY}


@pytest.fixture
def editor():
    user = User.objects.create_user("chen", password="x", is_staff=True, first_name="陈")
    # Tests that empty the tables take the groups along.
    importlib.import_module("cases.migrations.0005_groups").make_groups(apps, None)
    user.groups.add(Group.objects.get(name="编辑"))
    return user


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


class Desk:
    """What a member of staff does on the pages, with what a browser would send."""

    def __init__(self, client):
        self.client = client

    def upload(self, *files):
        files = [
            SimpleUploadedFile(name, data) if isinstance(data, bytes) else data
            for name, data in files
        ]
        return self.client.post(address("add"), {"files": files}, follow=True)

    def read(self):
        while NoticeUpload.objects.filter(state=UploadState.WAITING).exists():
            response = self.client.get(address("next"), follow=True)
        return response

    def bring(self, *parts, name="通知.docx"):
        """Upload and read a notice."""
        self.upload((name, docx_of(*parts)))
        self.read()
        return NoticeUpload.objects.first()

    def preview(self, upload, **query):
        return self.client.get(address("change", upload.pk), query)

    def form(self, upload, **query):
        """The form of the preview as the browser has it."""
        form = tree(self.preview(upload, **query)).get_element_by_id("preview")
        return {name: value or "" for name, value in form.form_values()}

    def save(self, upload, do="save", **changes):
        data = {**self.form(upload), **{k.replace("__", "-"): v for k, v in changes.items()}}
        data = {name: value for name, value in data.items() if value is not None}
        return self.client.post(address("change", upload.pk), {**data, "do": do}, follow=True)

    def confirm(self, upload):
        page = tree(self.client.get(address("confirm", upload.pk)))
        (token,) = page.xpath("//input[@name='token']/@value")
        return self.client.post(address("confirm", upload.pk), {"token": token}, follow=True)

    def imports(self, *parts, name="通知.docx"):
        upload = self.bring(*parts, name=name)
        self.confirm(upload)
        upload.refresh_from_db()
        assert upload.state == UploadState.IMPORTED
        return upload


@pytest.fixture
def staff(desk):
    return Desk(desk)


def keys(upload):
    return [piece.key for piece in uploading.look(upload).pieces]


# The way of a notice


class TestTheWay:
    def test_nothing_is_in_the_library_before_confirming(self, staff):
        before = library()
        upload = staff.bring(HEAD, TAX, POWER)
        assert upload.state == UploadState.READY
        staff.save(upload, **{f"{keys(upload)[0]}-title": "新的题目"})
        staff.client.get(address("confirm", upload.pk))
        assert library() == before

    def test_confirming_makes_drafts_with_versions_and_proposed_numbers(self, staff, editor):
        upload = staff.imports(HEAD, TAX, POWER)
        assert [case.title for case in Case.objects.order_by("number")] == TITLES[:2]
        for case in Case.objects.all():
            assert case.status == Status.DRAFT
            (version,) = case.versions.all()
            assert (version.action, version.user) == (Action.IMPORT, editor)
        tax = Case.objects.get(number=1)
        outcomes = tax.outcomes.all()
        assert any(outcome.metric.endswith("退税资料") for outcome in outcomes)
        assert not any(outcome.confirmed for outcome in outcomes)
        assert all(
            any(outcome.sentence in section.text for section in tax.sections.all())
            for outcome in outcomes
        )
        notice = Notice.objects.get()
        assert upload.notice == notice
        # The file is kept once: with its notice.
        file = notice.files.get()
        assert hashlib.sha256(file.content).hexdigest() == file.sha256 == upload.sha256
        assert bytes(upload.content) == b""

    def test_the_preview_shows_what_was_found_and_suggested(self, staff):
        upload = staff.bring(HEAD, TAX, POWER)
        shown = text_of(staff.preview(upload))
        form = staff.form(upload)
        assert [form[f"{key}-title"] for key in keys(upload)] == TITLES[:2]
        assert form["notice-doc_number"] == "浙发改营商〔2025〕12号"
        assert form["notice-issued_on"] == "2025-03-08"
        assert form["notice-region"] == "浙江省"
        assert [form[f"{key}-region"] for key in keys(upload)] == [
            "浙江省宁波市",
            "浙江省湖州市德清县",
        ]
        assert form[f"{keys(upload)[0]}-primary_theme"] == "paying-taxes"
        for expected in (
            "县级",
            "供电",
            "退税资料",
            "《关于深化税收征管改革的意见》",
            "外贸企业反映",
        ):
            assert expected in shown

    def test_problems_name_their_paragraph_and_lead_to_it(self, staff):
        placeless = changed(TAX, "宁波市税务局打造", "打造")
        upload = staff.bring(HEAD, placeless)
        page = tree(staff.preview(upload))
        (problem,) = page.xpath("//*[@class='problems']/li[contains(., '没有识别出地区')]")
        (link,) = problem.xpath(".//a/@href")
        text = tree(staff.client.get(link.split("#")[0]))
        assert text.get_element_by_id(link.split("#")[1]).text_content().split()[1] == placeless[0]

    def test_several_files_each_have_their_row(self, staff):
        other = changed(changed(HEAD, "12号", "30号"), "典型经验", "典型案例")
        response = staff.upload(("甲.docx", docx_of(HEAD, TAX)), ("乙.docx", docx_of(other, POWER)))
        assert "正在读取，还有 2 份" in text_of(response)
        refresh = re.search(
            r'http-equiv="refresh" content="0;url=([^"]+)"', response.content.decode()
        )
        assert refresh[1] == address("next")
        shown = text_of(staff.read())
        assert "正在读取" not in shown
        assert shown.count("1 个案例") == 2

    def test_reading_goes_on_after_a_restart(self, staff, monkeypatch):
        staff.upload(("甲.docx", docx_of(HEAD, TAX)))

        def killed(*args, **kwargs):
            raise SystemExit

        with monkeypatch.context() as patch:
            patch.setattr(uploading, "look", killed)
            with pytest.raises(SystemExit):
                uploading.read_next()
        assert NoticeUpload.objects.get().state == UploadState.WAITING
        staff.read()
        assert NoticeUpload.objects.get().state == UploadState.READY

    def test_a_file_that_ends_every_process_is_given_up(self, staff, monkeypatch):
        staff.upload(("甲.docx", docx_of(HEAD, TAX)))

        def killed(*args, **kwargs):
            raise SystemExit

        monkeypatch.setattr(uploading, "look", killed)
        for _ in range(uploading.MOST_ATTEMPTS):
            with pytest.raises(SystemExit):
                uploading.read_next()
        assert uploading.read_next().state == UploadState.FAILED
        assert bytes(NoticeUpload.objects.get().content) == b""
        assert uploading.read_next() is None

    def test_a_text_that_is_no_notice_is_told_and_not_kept(self, staff):
        staff.upload(("随笔.txt", "今天天气很好。\n我们去公园。".encode()))
        (message,) = said(staff.read())
        assert "不像是通知" in message
        upload = NoticeUpload.objects.get()
        assert (upload.state, bytes(upload.content)) == (UploadState.FAILED, b"")
        assert "不像是通知" in text_of(staff.preview(upload))

    def test_what_is_discarded_leaves_the_library_alone(self, staff):
        before = library()
        upload = staff.bring(HEAD, TAX)
        assert "库里没有任何改动" in text_of(staff.client.get(address("discard", upload.pk)))
        staff.client.post(address("discard", upload.pk))
        upload.refresh_from_db()
        assert (upload.state, bytes(upload.content)) == (UploadState.DISCARDED, b"")
        assert library() == before
        assert "已放弃" in text_of(staff.preview(upload))
        # It can be uploaded again.
        assert staff.bring(HEAD, TAX).state == UploadState.READY

    def test_a_hundred_cases_are_shown_in_pages(self, staff):
        cases = [
            [f"案例{number}：宁波市推行{sign}字号改革", *changed(COURT[1:], "商事", sign)]
            for number, sign in enumerate(map(chr, range(0x4E8C, 0x4E8C + 100)), 1)
        ]
        upload = staff.bring(HEAD, *cases)
        page = tree(staff.preview(upload))
        assert len(page.xpath("//section[starts-with(@id, 'case-')]")) == 50
        last = tree(staff.preview(upload, p=2))
        assert len(last.xpath("//section[starts-with(@id, 'case-')]")) == 50
        staff.confirm(upload)
        assert Case.objects.count() == 100

    def test_every_page_is_in_chinese(self, staff):
        upload = staff.bring(HEAD, TAX, POWER)
        shown = [
            staff.client.get(address()),
            staff.preview(upload),
            staff.client.get(address("text", upload.pk, keys(upload)[0])),
            staff.client.get(address("discard", upload.pk)),
            staff.client.get(address("confirm", upload.pk)),
            staff.client.get(address("history", upload.pk)),
        ]
        staff.confirm(upload)
        shown += [staff.preview(upload), staff.client.get(address())]
        for response in shown:
            latin = set(re.findall("[A-Za-z]{2,}", text_of(response)))
            assert latin <= {"docx", "html", "MB", "chen"}, response.request["PATH_INFO"]


class TestCorrecting:
    def test_corrections_are_kept_at_every_step_and_come_into_the_drafts(self, staff, editor):
        upload = staff.bring(HEAD, TAX, POWER)
        first, second = keys(upload)
        staff.save(
            upload,
            **{
                f"{first}-title": "出口退税改革",
                f"{first}-region": "海曙区",
                f"{first}-primary_theme": "cross-border-trade",
                f"{second}-drop": "1",
                "notice-doc_number": "浙发改〔2025〕13号",
                "notice-issued_on": "2025年4月1日",
            },
        )
        # A session that ends and another colleague: the next page shows the same.
        form = staff.form(NoticeUpload.objects.get())
        assert form[f"{first}-title"] == "出口退税改革"
        assert form[f"{first}-region"] == "浙江省宁波市海曙区"
        assert form[f"{second}-drop"] == "1"
        staff.confirm(upload)
        case = Case.objects.get()
        assert (case.title, case.region.name) == ("出口退税改革", "海曙区")
        assert case.primary_theme.code == "cross-border-trade"
        assert [version.action for version in case.versions.all()] == [Action.EDIT, Action.IMPORT]
        assert case.editors() == {editor.pk}
        assert case.notice.doc_number == "浙发改〔2025〕13号"
        assert str(case.notice.issued_on) == "2025-04-01"

    def test_what_cannot_be_kept_is_said_beside_its_field_and_the_rest_is_kept(self, staff):
        upload = staff.bring(HEAD, TAX, POWER)
        first, second = keys(upload)
        response = staff.save(
            upload,
            **{
                f"{first}-region": "鼓楼",
                f"{first}-title": " ",
                f"{second}-title": "办电改革",
                "notice-issued_on": "去年",
            },
        )
        page = tree(response)
        assert "有几处同名" in page.get_element_by_id(f"wrong_{first}-region").text
        assert page.get_element_by_id(f"id_{first}-region").value == "鼓楼"
        assert "标题不能空" in page.get_element_by_id(f"wrong_{first}-title").text
        assert "2025-04-10" in page.get_element_by_id("wrong_notice-issued_on").text
        form = staff.form(upload)
        assert form[f"{first}-region"] == "浙江省宁波市"
        assert form[f"{first}-title"] == TITLES[0]
        assert form[f"{second}-title"] == "办电改革"

    def test_a_second_editor_overwrites_nothing(self, staff):
        upload = staff.bring(HEAD, TAX, POWER)
        first, second = keys(upload)
        mine = staff.form(upload)
        staff.save(upload, **{f"{first}-title": "同事改的", f"{second}-title": "同事也改了这个"})
        late = {**mine, f"{first}-title": "我改的", f"{second}-region": "宁波市", "do": "save"}
        response = staff.client.post(address("change", upload.pk), late)
        assert "已由别人改成“同事改的”" in text_of(response)
        form = staff.form(upload)
        assert form[f"{first}-title"] == "同事改的"
        assert form[f"{second}-title"] == "同事也改了这个"
        assert form[f"{second}-region"] == "浙江省宁波市"

    def test_a_script_is_answered_with_what_is_kept(self, staff):
        upload = staff.bring(HEAD, TAX)
        (key,) = keys(upload)
        sent = {f"{key}-region": "慈溪", f"{key}-region-was": "浙江省宁波市"}
        response = staff.client.post(
            address("change", upload.pk), sent, headers={"accept": "application/json"}
        )
        answer = json.loads(response.content)
        assert answer["kept"][f"{key}-region"] == "浙江省宁波市慈溪市"
        assert answer["errors"] == {}
        sent = {f"{key}-drop": "1", f"{key}-drop-was": ""}
        response = staff.client.post(
            address("change", upload.pk), sent, headers={"accept": "application/json"}
        )
        assert json.loads(response.content)["badges"][key] == ["left", "不导入"]

    def test_made_up_names_and_signs_change_nothing(self, staff):
        upload = staff.bring(HEAD, TAX, POWER)
        before = upload.decisions
        for do in ("join:900", "join:", "uncut:x", "nothing", "join:notice"):
            staff.save(upload, do=do)
        staff.save(upload, **{"900-title": "无", "900-title-was": "", "x-drop-was": ""})
        staff.client.post(address("text", upload.pk, keys(upload)[0]), {"cut": "900"})
        upload.refresh_from_db()
        assert upload.decisions == before
        first = keys(upload)[0]
        staff.save(upload, **{f"{first}-title": "退税\0改革", f"{first}-primary_theme": "nonsense"})
        upload.refresh_from_db()
        assert upload.decisions["cases"] == {first: {"title": "退税改革"}}

    def test_cases_are_joined_and_taken_apart_again(self, staff):
        upload = staff.bring(HEAD, TAX, POWER)
        first, second = keys(upload)
        staff.save(upload, do=f"join:{second}")
        upload.refresh_from_db()
        assert keys(upload) == [first]
        staff.save(upload, do=f"unjoin:{second}")
        upload.refresh_from_db()
        assert keys(upload) == [first, second]
        staff.save(upload, do=f"join:{second}")
        staff.confirm(upload)
        case = Case.objects.get()
        text = "\n".join(f"{s.heading}\n{s.text}" for s in case.sections.all())
        assert all(line.removeprefix("案例二：") in text for line in POWER)

    def test_a_case_is_cut_at_a_paragraph(self, staff):
        hidden = ["衢州市推行“一件事”改革", *COURT[1:]]
        upload = staff.bring(HEAD, TAX, hidden, POWER)
        first, _ = keys(upload)
        page = tree(staff.client.get(address("text", upload.pk, first)))
        (name,) = page.xpath("//div[contains(., '衢州市推行')]/button/@value")
        staff.client.post(address("text", upload.pk, first), {"cut": name})
        upload.refresh_from_db()
        staff.confirm(upload)
        titles = [case.title for case in Case.objects.order_by("number")]
        assert titles == [TITLES[0], hidden[0], TITLES[1]]
        cut = Case.objects.get(title=hidden[0])
        assert [s.kind for s in cut.sections.all()] == ["background", "practices", "outcomes"]
        assert cut.region.name == "衢州市"

    def test_a_case_without_title_is_not_imported(self, staff):
        upload = staff.bring(HEAD, TAX)
        (first,) = keys(upload)
        page = tree(staff.client.get(address("text", upload.pk, first)))
        (name,) = page.xpath("//div[contains(., '（二）数据共享')]/button/@value")
        staff.client.post(address("text", upload.pk, first), {"cut": name})
        response = staff.confirm(upload)
        assert "还没有标题" in " ".join(said(response))
        assert not Case.objects.exists()
        staff.save(upload, **{f"{name}-title": "数据共享"})
        staff.confirm(upload)
        assert {case.title for case in Case.objects.all()} == {TITLES[0], "数据共享"}

    def test_leaving_everything_out_imports_nothing(self, staff):
        upload = staff.bring(HEAD, TAX)
        staff.save(upload, **{f"{keys(upload)[0]}-drop": "1"})
        assert "没有可以导入的内容" in " ".join(said(staff.confirm(upload)))
        assert not Notice.objects.exists()

    def test_another_reading_of_the_file_is_said_and_has_to_be_looked_at(self, staff):
        upload = staff.bring(HEAD, TAX, POWER)
        decisions = {**upload.decisions, "reading": "of an older program", "cuts": ["900"]}
        NoticeUpload.objects.update(decisions=decisions)
        assert "识别出的案例和当时不同" in text_of(staff.preview(upload))
        assert "识别结果有变化" in " ".join(said(staff.confirm(upload)))
        assert not Case.objects.exists()
        staff.save(upload, do="reread")
        staff.confirm(upload)
        assert Case.objects.count() == 2


class TestConfirming:
    def test_confirming_twice_imports_once(self, staff):
        upload = staff.bring(HEAD, TAX)
        token = uploading.look(upload).token
        for _ in range(2):
            staff.client.post(address("confirm", upload.pk), {"token": token})
        assert Case.objects.count() == 1
        with pytest.raises(NotReady, match="已导入"):
            uploading.confirm(upload.pk, None, token)

    def test_what_was_changed_after_looking_is_shown_first(self, staff):
        upload = staff.bring(HEAD, TAX)
        token = uploading.look(upload).token
        staff.save(upload, **{f"{keys(upload)[0]}-title": "同事改的"})
        response = staff.client.post(address("confirm", upload.pk), {"token": token}, follow=True)
        assert "有人改了这份文件" in " ".join(said(response))
        assert not Case.objects.exists()

    def test_a_failure_in_the_middle_leaves_nothing_half_done(self, staff, monkeypatch):
        upload = staff.bring(HEAD, TAX, POWER)
        before, calls = library(), []
        write = uploading.carry_out.__globals__["keep_proposals"]

        def failing(case):
            calls.append(case)
            if len(calls) == 2:
                raise RuntimeError("power cut")
            write(case)

        with monkeypatch.context() as patch:
            patch.setitem(uploading.carry_out.__globals__, "keep_proposals", failing)
            with pytest.raises(RuntimeError):
                staff.confirm(upload)
        assert library() == before
        upload.refresh_from_db()
        assert upload.state == UploadState.READY
        staff.confirm(upload)
        assert Case.objects.count() == 2

    def test_an_editor_publishes_nothing_by_importing(self, staff):
        staff.imports(HEAD, TAX, POWER)
        assert not Case.objects.published().exists()


@pytest.mark.django_db(transaction=True)
def test_two_confirmations_at_once_import_once():
    upload = uploading.receive(docx_of(HEAD, TAX, POWER), "通知.docx", None)
    uploading.read_next()
    upload.refresh_from_db()
    token = uploading.look(upload).token
    users = [User.objects.create_user(name) for name in ("chen", "lin")]
    start, done = threading.Barrier(2), []

    def one(user):
        try:
            start.wait(timeout=10)
            uploading.confirm(upload.pk, user, token)
            done.append("imported")
        except NotReady as error:
            done.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=[user]) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    told, imported = sorted(done, key=lambda text: text == "imported")
    assert imported == "imported"
    assert "已导入" in told
    assert (Notice.objects.count(), Case.objects.count()) == (1, 2)


class TestSeenBefore:
    def test_the_same_file_is_taken_once_and_leads_to_where_it_is(self, staff):
        data = docx_of(HEAD, TAX)
        staff.upload(("甲.docx", data))
        (message,) = said(staff.upload(("乙.docx", data)))
        assert "“乙.docx”已经上传过，还没有确认" in message
        upload = NoticeUpload.objects.get()
        staff.read()
        staff.confirm(upload)
        (message,) = said(staff.upload(("丙.docx", data)))
        assert "已经导入过" in message
        assert address("change", upload.pk) in message
        assert NoticeUpload.objects.count() == 1

    def test_a_file_imported_from_the_command_line_is_known_too(self, staff):
        data = docx_of(HEAD, TAX)
        report = import_notice(data, "通知.docx")
        (message,) = said(staff.upload(("通知.docx", data)))
        assert reverse("admin:cases_notice_change", args=[report.notice_id]) in message

    def test_an_amended_notice_shows_exactly_the_amended_cases(self, staff):
        first = staff.bring(HEAD, TAX, POWER, COURT)
        staff.save(first, **{f"{keys(first)[1]}-title": "办电改革"})
        staff.confirm(first)
        court = Case.objects.get(number=3)
        court.sections.filter(kind="practices").update(text="编辑改写过的做法。")
        amended = staff.bring(HEAD, ["新加的一段。"], changed(TAX, "3份", "2份"), POWER, COURT)
        page = tree(staff.preview(amended))
        (card,) = page.xpath("//section[starts-with(@id, 'case-')]")
        assert "15份减至" in card.text_content()
        assert [e.text for e in card.xpath(".//del")] == ["3"]
        assert [e.text for e in card.xpath(".//ins")] == ["2"]
        settled = page.xpath("//details[@class='settled']//li/a/text()")
        assert settled == ["办电改革", COURT[0][4:]]
        staff.confirm(amended)
        assert Case.objects.count() == 3
        assert "减至2份" in Case.objects.get(number=1).sections.get(kind="practices").text
        assert Case.objects.get(number=2).title == "办电改革"
        court = Case.objects.get(number=3)
        assert court.sections.get(kind="practices").text == "编辑改写过的做法。"

    def test_curated_text_needs_a_yes_for_each_case(self, staff):
        staff.imports(HEAD, TAX, POWER)
        for case in Case.objects.all():
            case.sections.filter(kind="background").update(text="编辑写的背景。")
        before = library()
        amended = staff.bring(
            HEAD, changed(TAX, "3份", "2份"), changed(POWER, "上门服务", "登门服务")
        )
        _, second = keys(amended)
        assert "有改动，还没有决定，这次不更新" in text_of(
            staff.client.get(address("confirm", amended.pk))
        )
        assert library() == before
        staff.save(amended, **{f"{second}-update": "yes"})
        staff.confirm(amended)
        tax, power = Case.objects.order_by("number")
        assert "减至3份" in tax.sections.get(kind="practices").text
        assert tax.versions.count() == 1
        assert "登门服务" in power.sections.get(kind="practices").text
        assert power.sections.get(kind="background").text == "编辑写的背景。"
        # What the file said is remembered: another amendment is compared with this one.
        third = staff.bring(HEAD, TAX, changed(POWER, "上门服务", "登门服务"), COURT)
        shown = tree(staff.preview(third)).xpath("//section[starts-with(@id, 'case-')]")
        assert [COURT[0][4:] in card.text_content() for card in shown] == [True]

    def test_a_published_case_is_updated_through_its_revision(self, staff, editor):
        staff.imports(HEAD, TAX)
        case = Case.objects.get()
        case.publish()
        amended = staff.bring(HEAD, changed(TAX, "3份", "2份"))
        (key,) = keys(amended)
        assert "更新会写进修订稿" in text_of(staff.preview(amended))
        staff.save(amended, **{f"{key}-update": "yes"})
        staff.confirm(amended)
        case.refresh_from_db()
        assert case.is_published
        assert "减至3份" in case.sections.get(kind="practices").text
        revision = case.revision
        assert "减至2份" in revision.sections.get(kind="practices").text
        assert editor.pk in revision.editors()
        # A further amendment goes on with that revision.
        again = staff.bring(HEAD, changed(TAX, "3份", "1份"))
        staff.save(again, **{f"{key}-update": "yes"})
        staff.confirm(again)
        assert Case.objects.filter(revises=case).count() == 1
        assert "减至1份" in revision.sections.get(kind="practices").text

    def test_an_untouched_draft_can_be_kept_as_it_is(self, staff):
        staff.imports(HEAD, TAX)
        amended = staff.bring(HEAD, changed(TAX, "3份", "2份"))
        staff.save(amended, **{f"{keys(amended)[0]}-update": "no"})
        staff.confirm(amended)
        assert "减至3份" in Case.objects.get().sections.get(kind="practices").text

    def test_numbers_that_staff_confirmed_outlive_an_update(self, staff):
        staff.imports(HEAD, TAX)
        case = Case.objects.get()
        case.outcomes.update(confirmed=True)
        (kept,) = case.outcomes.filter(sentence__contains="2个工作日")
        amended = staff.bring(HEAD, changed(TAX, "3份", "2份"))
        staff.confirm(amended)
        kept.refresh_from_db()
        assert kept.confirmed
        # Its sentence is gone: readers do not see it any more, staff still do.
        assert not case.outcomes.get(sentence__contains="减至3份").confirmed
        assert not case.outcomes.get(sentence__contains="减至2份").confirmed

    def test_the_shape_given_at_the_first_import_is_given_again(self, staff):
        hidden = ["衢州市推行“一件事”改革", *COURT[1:]]
        first = staff.bring(HEAD, TAX, hidden, POWER)
        key = keys(first)[0]
        page = tree(staff.client.get(address("text", first.pk, key)))
        (name,) = page.xpath("//div[contains(., '衢州市推行')]/button/@value")
        staff.client.post(address("text", first.pk, key), {"cut": name})
        staff.save(first, **{f"{keys(first)[-1]}-drop": "1"})
        staff.confirm(first)
        assert Case.objects.count() == 2
        amended = staff.bring(HEAD, changed(TAX, "3份", "2份"), hidden, POWER)
        assert amended.decisions["carried"]
        counts = staff.preview(amended).context["counts"]
        assert counts == {"update": 1, "left": 1, "same": 1}

    def test_facts_of_the_notice_change_with_a_yes(self, staff):
        staff.imports(HEAD, TAX)
        amended = staff.bring(changed(HEAD, "学习借鉴", "认真学习"), TAX, POWER)
        other = staff.bring(changed(HEAD, "学习借鉴", "参照学习"), TAX, COURT)
        staff.confirm(amended)
        assert "学习借鉴" in Notice.objects.get().letter
        staff.save(other, **{"notice-update_notice": "1"})
        staff.confirm(other)
        assert "参照学习" in Notice.objects.get().letter

    def test_a_notice_can_be_told_apart_from_the_one_it_is_like(self, staff):
        staff.imports(HEAD, TAX)
        other = staff.bring(HEAD, changed(TAX, "3份", "2份"))
        staff.save(other, **{"notice-separate": "1"})
        staff.confirm(other)
        assert Notice.objects.count() == 2
        assert Case.objects.count() == 2

    def test_what_was_left_out_can_be_imported_later(self, staff):
        first = staff.bring(HEAD, TAX, POWER)
        second = keys(first)[1]
        staff.save(first, **{f"{second}-drop": "1"})
        staff.confirm(first)
        staff.client.post(address("again", Notice.objects.get().pk))
        staff.read()
        again = NoticeUpload.objects.first()
        assert again.pk != first.pk
        staff.save(again, **{f"{second}-drop": None})
        staff.confirm(again)
        assert Case.objects.count() == 2


class TestCounts:
    """The list, the preview, the confirmation and the result say the same numbers."""

    def row(self, staff, upload):
        page = tree(staff.client.get(address()))
        (row,) = page.xpath(f"//tr[.//a[@href='{address('change', upload.pk)}']]")
        return row.xpath("string(.//td[contains(@class, 'field-found')])")

    def test_a_second_copy_that_changes_nothing_has_nothing_to_check(self, staff):
        placeless = changed(TAX, "宁波市税务局打造", "打造")
        first = staff.bring(HEAD, placeless, POWER)
        assert self.row(staff, first) == "2 个案例，要核对 1 个"
        staff.confirm(first)
        copy = staff.bring(HEAD, ["新加的一段。"], placeless, POWER)
        assert self.row(staff, copy) == "2 个案例，没有变化"
        assert "要核对的" not in text_of(staff.preview(copy))

    def test_a_likely_duplicate_counts_until_it_is_left_out(self, staff):
        staff.imports(HEAD, TAX)
        other = changed(changed(HEAD, "12号", "30号"), "典型经验", "典型案例")
        upload = staff.bring(other, TAX, changed(COURT, "案例三", "案例二"))
        assert self.row(staff, upload) == "2 个案例，要核对 1 个"
        assert "要核对的 1 个" in text_of(staff.preview(upload))
        staff.save(upload, **{f"{keys(upload)[0]}-drop": "1"})
        assert self.row(staff, upload) == "2 个案例，新增 1、不导入 1"
        assert "要核对的" not in text_of(staff.preview(upload))

    def test_what_a_script_saved_is_counted_too(self, staff):
        upload = staff.bring(HEAD, TAX, POWER)
        key = keys(upload)[1]
        sent = {f"{key}-drop": "1", f"{key}-drop-was": ""}
        address_of = address("change", upload.pk)
        staff.client.post(address_of, sent, headers={"accept": "application/json"})
        assert self.row(staff, upload) == "2 个案例，新增 1、不导入 1"

    def test_a_case_that_was_only_edited_in_the_library_has_no_change(self, staff):
        staff.imports(HEAD, TAX, POWER)
        Case.objects.get(number=1).sections.filter(kind="outcomes").update(text="编辑写的。")
        Case.objects.get(number=2).publish()
        copy = staff.bring(HEAD, ["新加的一段。"], TAX, POWER)
        assert "2 个案例没有变化" in text_of(staff.client.get(address("confirm", copy.pk)))
        shown = text_of(staff.confirm(copy))
        assert "没有新增，没有变化 2 个。" in shown
        assert "未更新" not in shown
        assert self.row(staff, copy) == "没有变化"

    def test_the_result_shows_first_what_became_of_each(self, staff):
        staff.imports(HEAD, TAX, POWER)
        Case.objects.get(number=2).publish()
        tax, power = changed(TAX, "3份", "2份"), changed(POWER, "上门服务", "登门服务")
        amended = staff.bring(HEAD, tax, power, COURT)
        asked = text_of(staff.client.get(address("confirm", amended.pk)))
        for expected in ("新增 1 个草稿", "更新 1 个案例", "1 个案例有改动，还没有决定"):
            assert expected in asked
        page = tree(staff.confirm(amended))
        groups = [head.text for head in page.xpath("//h2") if "个" in (head.text or "")]
        assert groups == [
            "新增的草稿 1 个",
            "更新的 1 个",
            "有改动、还没有决定，这次没有更新的 1 个",
        ]
        titles = page.xpath("//div[@class='results']//th[@scope='row']/a/text()")
        assert titles == [COURT[0][4:], TITLES[0], TITLES[1]]
        assert not page.xpath("//details[@class='settled']")
        assert self.row(staff, amended) == "新增 1 个，更新 1 个"
        again = staff.bring(HEAD, ["新加的一段。"], tax, power, COURT)
        staff.save(again, **{f"{keys(again)[1]}-update": "no"})
        page = tree(staff.confirm(again))
        (fold,) = page.xpath("//details[@class='settled']")
        assert "其他案例 2 个" in fold.text_content()
        assert "按选择没有更新的 1 个" in page.text_content()

    def test_the_numbers_of_a_case_are_shown_with_their_values(self, staff):
        upload = staff.bring(HEAD, TAX)
        page = tree(staff.preview(upload))
        shown = [
            " ".join(li.text_content().split()) for li in page.xpath("//ul[@class='measures']/li")
        ]
        assert any("前后对比 15份 → 3份，减少80%" in line for line in shown), shown
        assert any("2个工作日" in line.split("退税平均时间压缩到")[0] for line in shown), shown


class TestAnotherFileOfTheNoticeWaits:
    def test_it_is_said_once_and_is_no_duplicate(self, staff):
        older = staff.bring(HEAD, TAX, POWER, name="旧稿.docx")
        newer = staff.bring(HEAD, changed(TAX, "3份", "2份"), POWER, name="新稿.docx")
        page = tree(staff.preview(newer))
        (told,) = page.xpath("//div[contains(@class, 'notice-box')]")
        assert "更早上传的一份文件还在等待确认：“旧稿.docx”" in told.text_content()
        assert told.xpath(".//a/@href") == [
            address("change", older.pk),
            address("discard", older.pk),
        ]
        assert "可能重复" not in page.text_content()
        assert "要核对的" not in page.text_content()
        assert "后来又上传了一份文件" in text_of(staff.preview(older))
        staff.client.post(address("discard", older.pk))
        assert not tree(staff.preview(newer)).xpath("//div[contains(@class, 'notice-box')]")

    def test_copies_without_number_are_known_by_their_cases(self, staff):
        bare = [line for line in HEAD if "号" not in line]
        staff.bring(HEAD, TAX, POWER, name="旧稿.docx")
        copy = staff.bring(changed(bare, "通知", "函"), TAX, POWER, COURT, name="复印件.docx")
        assert "“旧稿.docx”" in text_of(staff.preview(copy))
        assert "可能重复" not in text_of(staff.preview(copy))

    def test_another_notice_is_none(self, staff):
        staff.bring(HEAD, TAX, POWER)
        other = changed(changed(HEAD, "12号", "30号"), "典型经验", "典型案例")
        upload = staff.bring(other, TAX, COURT)
        assert "等待确认：" not in text_of(staff.preview(upload))
        assert "可能重复" in text_of(staff.preview(upload))


class TestDuplicates:
    def other_notice(self, *parts):
        return (changed(changed(HEAD, "12号", "30号"), "典型经验", "典型案例"), *parts)

    def test_a_case_of_another_notice_with_largely_the_same_text(self, staff):
        staff.imports(HEAD, TAX)
        again = ["案例一：义乌市出口退税改革", *changed(TAX[1:], "2个工作日", "3个工作日")]
        upload = staff.bring(*self.other_notice(COURT, again))
        page = tree(staff.preview(upload, show="check"))
        (card,) = page.xpath("//section[starts-with(@id, 'case-')]")
        (told,) = card.xpath(".//li[contains(., '可能重复')]")
        percent = int(re.search(r"正文 (\d+)% 相同", told.text_content())[1])
        assert 90 <= percent < 100
        case = Case.objects.get()
        assert told.xpath(".//a/@href") == [reverse("admin:cases_case_change", args=[case.pk])]

    def test_a_case_that_came_in_after_the_file_was_read(self, staff):
        upload = staff.bring(*self.other_notice(COURT, TAX))
        assert "可能重复" not in text_of(staff.preview(upload))
        import_notice(docx_of(HEAD, TAX), "通知.docx")
        assert "可能重复" in text_of(staff.preview(upload))

    def test_within_one_file_and_between_files_that_wait(self, staff):
        twice = [f"案例二：{TITLES[0]}（续）", *TAX[1:]]
        upload = staff.bring(HEAD, TAX, twice)
        shown = text_of(staff.preview(upload))
        assert shown.count("正文 100% 相同") == 2
        waiting = staff.bring(*self.other_notice(TAX), name="另一份.docx")
        assert "等待确认的文件 “通知.docx” 里也有这个标题" in text_of(staff.preview(waiting))

    def test_different_cases_are_no_duplicates(self, staff):
        staff.imports(HEAD, TAX)
        upload = staff.bring(*self.other_notice(POWER, COURT))
        assert "可能重复" not in text_of(staff.preview(upload))

    def test_a_revision_is_no_duplicate_of_its_case(self, staff):
        staff.imports(HEAD, TAX)
        case = Case.objects.get()
        case.publish()
        case.revise()
        upload = staff.bring(*self.other_notice(TAX))
        assert text_of(staff.preview(upload)).count("可能重复") == 1


# Who may


class TestRights:
    PAGES = ["changelist", "add", "next"]
    OWN = ["change", "confirm", "discard"]

    def test_nobody_without_the_right_sees_or_does_anything(self, staff, client):
        upload = staff.bring(HEAD, TAX)
        client.force_login(User.objects.create_user("guest", is_staff=True))
        before = NoticeUpload.objects.values().get()
        for name in self.PAGES:
            assert client.get(address(name)).status_code == 403
            assert client.post(address(name)).status_code == 403
        for name in self.OWN:
            assert client.get(address(name, upload.pk)).status_code == 403
            assert client.post(address(name, upload.pk), {"token": "x"}).status_code == 403
        assert client.get(address("text", upload.pk, "1")).status_code == 403
        assert client.post(address("again", 1)).status_code == 403
        assert NoticeUpload.objects.values().get() == before

    def test_whoever_may_only_look_changes_nothing(self, staff, client):
        upload = staff.bring(HEAD, TAX)
        key, token = keys(upload)[0], uploading.look(upload).token
        reader_of_lists = User.objects.create_user("guest", is_staff=True)
        reader_of_lists.user_permissions.add(Permission.objects.get(codename="view_noticeupload"))
        client.force_login(reader_of_lists)
        page = text_of(client.get(address("change", upload.pk)))
        assert "确认导入" not in page
        sent = {f"{key}-title": "新", f"{key}-title-was": TITLES[0], "do": "save"}
        assert client.post(address("change", upload.pk), sent).status_code == 403
        assert client.post(address("confirm", upload.pk), {"token": token}).status_code == 403
        assert client.post(address("discard", upload.pk)).status_code == 403
        assert client.post(address("text", upload.pk, key), {"cut": "9"}).status_code == 403
        assert client.get(address("next")).status_code == 403
        upload.refresh_from_db()
        assert upload.state == UploadState.READY
        assert upload.decisions["cases"] == {}

    def test_a_request_without_token_of_the_site_is_refused(self, editor):
        client = Client(enforce_csrf_checks=True)
        client.force_login(editor)
        file = SimpleUploadedFile("通知.docx", docx_of(HEAD, TAX))
        assert client.post(address("add"), {"files": file}).status_code == 403
        assert not NoticeUpload.objects.exists()

    def test_deleting_is_for_nobody(self, staff):
        upload = staff.bring(HEAD, TAX)
        assert staff.client.post(address("delete", upload.pk), {"post": "yes"}).status_code == 403

    def test_addresses_of_nothing_are_not_found(self, staff):
        for name in self.OWN:
            assert staff.client.get(address(name, 999)).status_code == 404
        assert staff.client.get(address("change", "x")).status_code == 404


# Hostile files


def archive(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return stream.getvalue()


def tampered(name=None, content=None, more=()):
    """A good .docx with one part replaced, or with more parts."""
    stream, source = io.BytesIO(), zipfile.ZipFile(io.BytesIO(docx_of(HEAD, TAX)))
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for part in source.namelist():
            data = source.read(part)
            file.writestr(part, content(data) if part == name else data)
        for part, data in more:
            file.writestr(part, data)
    return stream.getvalue()


def with_macro():
    return tampered(
        "[Content_Types].xml",
        lambda data: data.replace(
            b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            b"application/vnd.ms-word.document.macroEnabled.main+xml",
        ),
        more=[("word/vbaProject.bin", b"\xd0\xcf\x11\xe0")],
    )


def with_macro_part():
    """Plain but for the part: Word would not run it, other programs may."""
    return tampered(more=[("word/vbaProject.bin", b"\xd0\xcf\x11\xe0")])


def with_macro_relation():
    link = (
        b'<Relationship Id="rIdX" Target="media/picture.bin" '
        b'Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject"/>'
    )
    return tampered(
        "word/_rels/document.xml.rels",
        lambda data: data.replace(b"</Relationships>", link + b"</Relationships>"),
        more=[("word/media/picture.bin", b"\xd0\xcf\x11\xe0")],
    )


def with_macro_type():
    kind = b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
    return tampered(
        "[Content_Types].xml", lambda data: data.replace(b"</Types>", kind + b"</Types>")
    )


def with_entity():
    dtd = b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return tampered("word/document.xml", lambda data: data.replace(b"?>", b"?>" + dtd, 1))


def old_office(stream):
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + stream.encode("utf-16-le") * 3


HOSTILE = {
    "炸弹.docx": (
        lambda: tampered(more=[("word/media/a.bin", b"\0" * (64 * 1024 * 1024))]),
        "解压后过大",
    ),
    "宏.docm": (with_macro, "含有宏"),
    "宏.docx": (with_macro, "含有宏"),
    "宏部件.docx": (with_macro_part, "含有宏"),
    "宏关系.docx": (with_macro_relation, "含有宏"),
    "宏类型.docx": (with_macro_type, "含有宏"),
    "只有名字.docm": (lambda: docx_of(HEAD, TAX), "可以含有宏"),
    "模板.DOTM": (lambda: docx_of(HEAD, TAX), "可以含有宏"),
    "文字.docm": (lambda: "一份通知".encode(), "可以含有宏"),
    "改名.txt": (lambda: docx_of(HEAD, TAX), "以 .txt 结尾"),
    "改名.html": (lambda: docx_of(HEAD, TAX), "以 .html 结尾"),
    "实体.docx": (with_entity, "实体"),
    "路径.docx": (lambda: tampered(more=[("../../etc/cron.d/x", b"x")]), "不安全的路径"),
    "绝对路径.docx": (lambda: tampered(more=[("/etc/passwd", b"x")]), "不安全的路径"),
    "盘符.docx": (lambda: tampered(more=[("C:\\x", b"x")]), "不安全的路径"),
    "网页.docx": (lambda: b"%PDF-1.7 \n", "PDF"),
    "文件.pdf": (lambda: b"%PDF-1.7 \n", "PDF"),
    "程序.docx": (lambda: b"MZ\x90\0" + bytes(range(256)) * 40, ""),
    "图片.docx": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "图片"),
    "表格.docx": (lambda: archive(**{"xl/workbook.xml": "<x/>"}), ".xlsx"),
    "压缩包.zip": (lambda: archive(**{"a.txt": "x"}), "压缩包"),
    "半个.docx": (lambda: docx_of(HEAD, TAX)[:2000], "损坏"),
    "空.docx": (lambda: b"", "空"),
    "空白.txt": (lambda: b" \n\n ", "空"),
    "旧.doc": (lambda: old_office("WordDocument"), "旧版 .doc"),
    "金山.wps": (lambda: old_office("WordDocument"), ".wps"),
    "加密.docx": (lambda: old_office("EncryptedPackage"), "打开密码"),
    "脚本.rtf": (lambda: b"{\\rtf1 x}", "RTF"),
}


@pytest.fixture
def temporary(settings, tmp_path):
    folder = tmp_path / "incoming"
    folder.mkdir()
    settings.FILE_UPLOAD_TEMP_DIR = str(folder)
    # Every file goes through the disk.
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0
    return folder


class TestHostileFiles:
    @pytest.mark.parametrize("name", HOSTILE)
    def test_each_is_refused_with_its_reason_and_leaves_nothing(self, staff, temporary, name):
        make, reason = HOSTILE[name]
        before = library()
        response = staff.upload((name, make()))
        (message,) = said(response)
        assert message.startswith(f"“{name}”没有收下：")
        assert reason in message
        assert not NoticeUpload.objects.exists()
        assert library() == before
        assert list(temporary.iterdir()) == []

    @pytest.mark.parametrize("name", ["通知.docm", "通知.dotm", "通知.txt"])
    def test_a_name_is_refused_also_where_the_bytes_are_known(self, staff, name):
        data = docx_of(HEAD, TAX)
        staff.upload(("通知.docx", data))
        (message,) = said(staff.upload((name, data)))
        assert message.startswith(f"“{name}”没有收下：文件名以")
        staff.read()
        staff.confirm(NoticeUpload.objects.get())
        (message,) = said(staff.upload((name, data)))
        assert message.startswith(f"“{name}”没有收下：文件名以")
        assert NoticeUpload.objects.count() == 1

    def test_bad_ones_do_not_stop_the_good_ones_among_them(self, staff, temporary, monkeypatch):
        monkeypatch.setattr(receiving, "MAX_BYTES", 200_000)
        files = [
            ("宏.docm", with_macro()),
            ("甲.docx", docx_of(HEAD, TAX)),
            ("大.docx", b"PK" + b"\0" * 1_000_000),
            ("实体.docx", with_entity()),
            ("乙.docx", docx_of(HEAD, POWER)),
        ]
        response = staff.upload(*files)
        refused = [message.split("”")[0] for message in said(response)]
        assert sorted(refused) == ["“大.docx", "“宏.docm", "“实体.docx"]
        assert {upload.name for upload in NoticeUpload.objects.all()} == {"甲.docx", "乙.docx"}
        assert list(temporary.iterdir()) == []

    def test_200_megabytes_are_refused_while_they_come_in(self, staff, temporary, monkeypatch):
        kept = []
        real = TemporaryFileUploadHandler.receive_data_chunk

        def counting(self, raw_data, start):
            kept.append(len(raw_data))
            return real(self, raw_data, start)

        monkeypatch.setattr(TemporaryFileUploadHandler, "receive_data_chunk", counting)
        body = Endless("大.docx", 200 * 1024 * 1024)
        response = staff.client.request(
            **{
                "REQUEST_METHOD": "POST",
                "PATH_INFO": address("add"),
                "CONTENT_TYPE": "multipart/form-data; boundary=x",
                "CONTENT_LENGTH": str(body.left),
                "wsgi.input": body,
            }
        )
        (message,) = said(staff.client.get(response.url))
        assert "“大.docx”没有收下：超过了 50 MB 的上限" in message
        assert reader.MAX_BYTES / 2 < sum(kept) <= reader.MAX_BYTES
        assert not NoticeUpload.objects.exists()
        assert list(temporary.iterdir()) == []

    def test_a_request_beyond_all_measure_is_not_heard_out(self, staff, monkeypatch):
        monkeypatch.setattr(receiving, "MAX_REQUEST", 10_000)
        (message,) = said(staff.upload(("大.docx", b"x" * 50_000)))
        assert "“大.docx”没有收下" in message
        assert not NoticeUpload.objects.exists()

    def test_names_are_only_names(self, staff):
        staff.upload(("../../<script>alert(1)</script>.docx", docx_of(HEAD, TAX)))
        staff.read()
        upload = NoticeUpload.objects.get()
        assert "/" not in upload.name
        for response in (staff.client.get(address()), staff.preview(upload)):
            assert "<script>alert" not in response.content.decode()

    def test_nothing_chosen_is_said(self, staff):
        response = staff.client.post(address("add"), {}, follow=True)
        assert "没有选中文件" in " ".join(said(response))

    def test_the_reader_decides_by_content_not_by_name(self, staff):
        staff.upload(("通知.exe", docx_of(HEAD, TAX)))
        assert NoticeUpload.objects.count() == 1
        with pytest.raises(NoticeFileError):
            uploading.receive(b"MZ\x90\0" + bytes(range(256)) * 40, "通知.docx", None)


class Endless:
    """The body of a request with one file of zeros, never in memory as a whole."""

    def __init__(self, name, size):
        head = f'--x\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
        self.head, self.zeros, self.tail = head.encode(), size, b"\r\n--x--\r\n"

    @property
    def left(self):
        return len(self.head) + self.zeros + len(self.tail)

    def read(self, length=-1):
        length = self.left if length is None or length < 0 else min(length, self.left)
        taken, self.head = self.head[:length], self.head[length:]
        zeros = min(length - len(taken), self.zeros)
        self.zeros -= zeros
        rest = length - len(taken) - zeros
        ending, self.tail = self.tail[:rest], self.tail[rest:]
        return taken + b"\0" * zeros + ending

    # WSGI asks that there is one.
    readline = read
