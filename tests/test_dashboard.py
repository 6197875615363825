"""The first page of the desk: what waits for each, and nothing for whom it is not."""

import time
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils import timezone
from lxml import html

from accounts.models import AuditEvent
from cases.models import Action, Case, Notice, NoticeUpload, Region, Section, Status
from search import background
from search.index import search_index
from search.models import IndexChange, SearchLog, SynonymGroup

pytestmark = pytest.mark.django_db

HOME = "/admin/"


def person(name, *groups):
    user = User.objects.create_user(name, is_staff=True)
    for group in groups:
        user.groups.add(Group.objects.get(name=group))
    return user


@pytest.fixture
def groups(db):
    """As the migrations make them, also after a test that emptied the tables."""
    import_module("cases.migrations.0005_groups").make_groups(apps, None)
    import_module("accounts.migrations.0002_rights_of_administrators").grant(apps, None)


@pytest.fixture
def editor(groups, client):
    user = person("wang", "编辑")
    client.force_login(user)
    return user


def panels(client):
    """Heading -> text of each piece."""
    tree = html.fromstring(client.get(HOME).content.decode())
    found = {}
    for section in tree.xpath("//section"):
        heading = section.xpath("./h2")[0]
        name = heading.text.strip()
        found[name] = " ".join(section.text_content().split())
    return found


def case(title, **values):
    made = Case.objects.create(title=title, **values)
    Section.objects.create(case=made, text="正文。")
    return made


class TestWhoSeesWhat:
    def test_each_gets_what_he_can_do_something_about(self, groups, client):
        seen = {}
        for group in ("编辑", "审核", "管理员"):
            client.force_login(person(group, group))
            seen[group] = list(panels(client))
        editing = ["我的草稿", "读者纠错", "通知的进度", "已发布而不完整"]
        assert seen["编辑"] == editing
        assert seen["审核"] == ["我的草稿", "等待审核", *editing[1:]]
        assert seen["管理员"] == [*seen["审核"], "近 30 天搜不到的词", "检索索引（本节点）"]

    def test_whoever_has_no_group_gets_no_piece(self, client):
        client.force_login(User.objects.create_user("li", is_staff=True))
        assert panels(client) == {}

    def test_empty_pieces_say_so(self, groups, client):
        client.force_login(person("zhao", "管理员"))
        said = panels(client)
        assert "您没有没写完的草稿" in said["我的草稿"]
        assert "没有等待审核的案例" in said["等待审核"]
        assert "还没有通知" in said["通知的进度"]
        assert "读者搜的都能找到案例" in said["近 30 天搜不到的词"]
        assert "检索索引还没有建立" in said["检索索引（本节点）"]


class TestCases:
    def test_my_drafts_are_mine(self, editor, client):
        case("我写的").keep_version(Action.EDIT, editor)
        case("别人写的").keep_version(Action.EDIT, person("li", "编辑"))
        case("没人写的")
        back = case("退回的", status=Status.DRAFT)
        back.keep_version(Action.EDIT, editor)
        back.keep_version(Action.SEND_BACK, None, "标题太长")
        said = panels(client)["我的草稿"]
        assert "我写的" in said
        assert "已退回：标题太长" in said
        assert "别人写的" not in said
        assert "没人写的" not in said

    def test_waiting_ones_lead_to_the_review_and_say_whose_they_are(self, groups, client, taxonomy):
        reviewer, writer = person("shen", "审核"), person("wang", "编辑")
        client.force_login(reviewer)
        region = Region.objects.first()
        one, own = case("待审的", region=region), case("自己编的", region=region)
        one.keep_version(Action.EDIT, writer)
        one.submit(writer)
        own.keep_version(Action.EDIT, reviewer)
        own.submit(reviewer)
        page = client.get(HOME).content.decode()
        assert reverse("admin:cases_case_review", args=[one.pk]) in page
        said = panels(client)["等待审核"]
        assert said.index("待审的") < said.index("自己编的")
        assert "wang" in said
        assert said.count("您编辑过，由别人发布") == 1

    def test_published_ones_that_lack_something_are_named_with_it(self, editor, client, library):
        Case.objects.published().filter(number=3).update(highlight="", primary_theme=None)
        lacking = Case.objects.get(number=3)
        said = panels(client)["已发布而不完整"]
        assert lacking.title in said
        assert "亮点、主要领域" in said

    def test_a_notice_tells_how_far_it_is(self, editor, client):
        notice = Notice.objects.create(
            title="关于印发典型经验的通知", doc_number="闽发改〔2025〕1号"
        )
        case("一", notice=notice, number=1)
        case("二", notice=notice, number=2, status=Status.REVIEW)
        NoticeUpload.objects.create(
            name="a.docx", size=1, sha256="0" * 64, content=b"", state="ready"
        )
        said = panels(client)["通知的进度"]
        assert "号2110" in said
        assert "待确认 1 份" in said


class TestSearches:
    def test_what_finds_nothing_leads_to_a_form_that_is_filled_in(self, groups, client):
        client.force_login(person("zhao", "管理员"))
        for text, full, days in (
            ("房产证过户", 0, 1),
            ("房产证过户", 0, 2),
            ("找得到", 5, 1),
            ("早就没人搜", 0, 40),
            ("已有的说法", 0, 1),
        ):
            log = SearchLog.objects.create(text=text, count=full, full=full)
            SearchLog.objects.filter(pk=log.pk).update(
                created_at=timezone.now() - timedelta(days=days)
            )
        SynonymGroup.objects.create(term="标准", synonyms="甲\n已有的说法")
        tree = html.fromstring(client.get(HOME).content.decode())
        rows = tree.xpath("//section[@aria-labelledby='panel-hits']//tbody/tr")
        assert [" ".join(row.text_content().split()) for row in rows] == ["房产证过户2添加同义词"]
        form = client.get(rows[0].xpath(".//a/@href")[0]).content.decode()
        assert "房产证过户</textarea>" in form


class TestIndex:
    @pytest.fixture
    def administrator(self, groups, client):
        client.force_login(person("zhao", "管理员"))
        return client

    def test_the_state_of_this_node(self, administrator, library):
        IndexChange.objects.create(case_id=1)
        said = panels(administrator)["检索索引（本节点）"]
        assert "有 1 处变动还没有收进来" in said
        assert "35 个" in said
        assert search_index().generation in said

    def test_rebuilding_is_asked_for_followed_and_recorded(
        self, administrator, library, monkeypatch
    ):
        asked = []
        monkeypatch.setattr(background.rebuilder, "start", lambda: asked.append(True))
        address = reverse("admin:search_index")
        assert "http-equiv" not in administrator.get(address).content.decode()
        assert not asked
        administrator.post(address)
        assert asked == [True]
        assert 'http-equiv="refresh"' in administrator.get(address).content.decode()
        with search_index().building() as build:
            assert "正在重建" in administrator.get(address).content.decode()
            build.swap()
        assert "索引已重建" in administrator.get(address).content.decode()
        assert 'http-equiv="refresh"' not in administrator.get(address).content.decode()
        assert AuditEvent.objects.filter(event="rebuild", user_name="zhao").exists()

    def test_one_that_does_not_come_is_said(self, administrator, library):
        administrator.post(reverse("admin:search_index"))
        session = administrator.session
        session["search.rebuild"] |= {"at": time.time() - 60}
        session.save()
        said = administrator.get(reverse("admin:search_index")).content.decode()
        assert "重建没有完成" in said

    def test_others_may_not(self, editor, client):
        assert client.post(reverse("admin:search_index")).status_code == 403
        assert client.get(reverse("admin:search_searchlog_report")).status_code in (200, 403)


def test_the_page_asks_the_database_few_times(
    groups, client, library, django_assert_max_num_queries
):
    user = person("zhao", "管理员")
    client.force_login(user)
    for number in range(20):
        one = case(f"草稿{number}")
        one.keep_version(Action.EDIT, user)
        SearchLog.objects.create(text=f"词{number}", count=0, full=0)
    Case.objects.published().update(highlight="")
    client.get(HOME)
    # Four of them find out who is at work and what he may.
    with django_assert_max_num_queries(13):
        client.get(HOME)
