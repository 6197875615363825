"""The way of an editor in a real browser: a Word notice becomes drafts, and later its amendment.

The steps are functions, for whoever walks on from the drafts.
"""

import importlib

import docx
import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import expect

from cases.models import Case, Notice, NoticeUpload, Status

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
PASSWORD = "Desk-2025-x"

LETTER = """浙江省发展和改革委员会关于推广优化营商环境典型经验的通知
浙发改营商〔2025〕12号
各市发展改革委：
现推广一批典型经验，请结合实际学习借鉴。
浙江省发展和改革委员会
2025年3月8日"""
CASES = [
    """案例一：宁波市税务局打造出口退税服务新模式
一、背景情况
外贸企业反映退税材料多，往返窗口多次。
二、主要做法
（一）精简材料。税务局将退税资料由15份减至3份。
（二）数据共享。与海关共享报关数据，企业不再重复填报。
三、取得成效
退税平均时间压缩到2个工作日。""",
    """案例二：湖州市德清县供电公司推行办电“零上门”
一、背景情况
企业办电往返多次，报装周期长。
二、主要做法
供电公司推行线上报装，客户经理全程代办。
三、取得成效
办电时间压缩一半。""",
    """案例三：义乌市构建国际商事纠纷多元解纷新格局
一、背景情况
国际商事纠纷增多。
二、主要做法
人民法院与调解组织合作，调解商事纠纷。
三、取得成效
纠纷化解更快。""",
]


def word_file(path, *parts):
    document = docx.Document()
    for part in parts:
        for line in part.splitlines():
            document.add_paragraph(line)
    document.save(path)
    return path


@pytest.fixture
def desk(transactional_db):
    """Terms, groups and an editor, in a database that other tests may have emptied."""
    call_command("load_fixtures", verbosity=0)
    importlib.import_module("cases.migrations.0005_groups").make_groups(apps, None)
    return make_member("bianji", "编辑")


def make_member(name, group):
    user = User.objects.create_user(name, password=PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return user


def log_in(page, name):
    page.goto(reverse("admin:login"))
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_text("欢迎")).to_be_visible()


def upload(page, *paths):
    """Upload notices and open the first that is ready."""
    page.goto(reverse("admin:cases_noticeupload_changelist"))
    page.get_by_label("选择通知文件").set_input_files(paths)
    page.get_by_role("button", name="上传", exact=True).click()
    row = page.get_by_role("row").filter(has_text="待确认").filter(has_text=paths[0].name)
    expect(row).to_be_visible()
    row.get_by_role("link").click()


def card(page, title):
    """The card of a case, by the title in its field or in words."""
    own = page.locator("section.card")
    return own.filter(has=page.locator("textarea", has_text=title)).or_(own.filter(has_text=title))


def confirm(page):
    page.get_by_role("button", name="下一步：确认导入").click()
    page.get_by_role("button", name="确认导入", exact=True).click()
    expect(page.get_by_text("确认导入：")).to_be_visible()


def import_first_notice(page, tmp_path):
    """Upload the notice, correct one title, confirm."""
    upload(page, word_file(tmp_path / "通知.docx", LETTER, *CASES))
    title = card(page, "湖州市德清县供电公司").get_by_label("标题")
    title.fill("德清县推行办电“零上门”服务")
    title.press("Tab")
    expect(page.get_by_text("已保存")).to_be_visible()
    confirm(page)


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_notice_becomes_drafts_and_its_amendment_shows_what_changed(
    desk, open_page, tmp_path, viewport
):
    page = open_page(viewport=viewport)
    log_in(page, desk.username)
    import_first_notice(page, tmp_path)
    assert {case.title for case in Case.objects.all()} == {
        "宁波市税务局打造出口退税服务新模式",
        "德清县推行办电“零上门”服务",
        "义乌市构建国际商事纠纷多元解纷新格局",
    }
    assert not Case.objects.exclude(status=Status.DRAFT).exists()

    # A draft is put right in its own form.
    page.get_by_role("link", name="义乌市构建国际商事纠纷").click()
    page.get_by_label("亮点").fill("商事纠纷由法院和调解组织一起化解。")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("成功")).to_be_visible()

    first, second, third = CASES
    amended = word_file(
        tmp_path / "修订.docx", LETTER, first, second, third.replace("更快", "更快更省")
    )
    upload(page, amended)
    cards = page.locator("section.card")
    expect(cards).to_have_count(1)
    expect(cards.locator("ins")).to_have_text("更省")
    expect(cards.locator("del")).to_have_count(0)
    cards.get_by_role("radio", name="更新", exact=True).check()
    expect(page.get_by_text("已保存")).to_be_visible()
    confirm(page)
    case = Case.objects.get(number=3)
    assert case.sections.get(kind="outcomes").text == "纠纷化解更快更省。"
    assert case.highlight == "商事纠纷由法院和调解组织一起化解。"
    assert (Notice.objects.count(), Case.objects.count()) == (1, 3)


def test_the_same_without_javascript(desk, open_page, tmp_path):
    page = open_page(viewport=WIDE, java_script_enabled=False)
    log_in(page, desk.username)
    upload(page, word_file(tmp_path / "通知.docx", LETTER, *CASES))
    card(page, "湖州市德清县").get_by_label("标题").fill("德清县推行办电“零上门”服务")
    card(page, "宁波市").get_by_label("地区").fill("高新区")
    page.get_by_role("button", name="保存修改").click()
    # What is not clear is said beside its field; the rest is kept.
    expect(card(page, "宁波市")).to_contain_text("“高新区”")
    card(page, "宁波市").get_by_label("地区").fill("海曙")
    card(page, "义乌市").get_by_label("不导入").check()
    confirm(page)
    cases = {case.title: case.region.name for case in Case.objects.select_related("region")}
    assert cases == {
        "宁波市税务局打造出口退税服务新模式": "海曙区",
        "德清县推行办电“零上门”服务": "德清县",
    }


def test_files_are_dropped_and_a_bad_one_stops_none(desk, open_page, tmp_path):
    page = open_page(viewport=WIDE)
    log_in(page, desk.username)
    page.goto(reverse("admin:cases_noticeupload_changelist"))
    good = word_file(tmp_path / "通知.docx", LETTER, *CASES).read_bytes()
    page.evaluate(
        """files => {
            const transfer = new DataTransfer();
            for (const [name, bytes] of files)
                transfer.items.add(new File([new Uint8Array(bytes)], name));
            document.getElementById("upload").dispatchEvent(
                new DragEvent("drop", {dataTransfer: transfer, bubbles: true, cancelable: true}));
        }""",
        [["扫描.pdf", list(b"%PDF-1.7 ")], ["通知.docx", list(good)]],
    )
    expect(page.get_by_text("“扫描.pdf”没有收下")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="3 个案例")).to_be_visible()
    assert [upload.name for upload in NoticeUpload.objects.all()] == ["通知.docx"]


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_no_page_is_wider_than_the_screen(desk, open_page, tmp_path, viewport):
    page = open_page(viewport=viewport)
    log_in(page, desk.username)
    upload(page, word_file(tmp_path / "通知.docx", LETTER, *CASES))
    addresses = [reverse("admin:cases_noticeupload_changelist"), page.url]
    key = page.locator("section.card").first.get_attribute("id").removeprefix("case-")
    upload_id = NoticeUpload.objects.get().pk
    addresses += [
        reverse("admin:cases_noticeupload_text", args=[upload_id, key]),
        reverse("admin:cases_noticeupload_confirm", args=[upload_id]),
        reverse("admin:cases_noticeupload_discard", args=[upload_id]),
    ]
    for address in addresses:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], address
