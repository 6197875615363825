"""The desk of two people: one writes, the other looks and publishes; nobody gets past that."""

import datetime
import importlib
import re

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse
from lxml import html

from cases.models import (
    Action,
    Case,
    CaseComment,
    CaseVersion,
    Notice,
    Outcome,
    Region,
    Section,
    Status,
    Theme,
)

pytestmark = pytest.mark.django_db

AT_HOME = {"chen", "lin", "wang", "GB", "READY", "XLSX", "CSV"}


def page(name, *args):
    return reverse(f"admin:cases_case_{name}", args=args)


def step(case, name):
    return page("step", case.pk, name)


def parsed(response):
    return html.fromstring(response.content.decode())


def shown(response):
    """Everything on the page that a person reads."""
    tree = parsed(response)
    for hidden in tree.xpath("//script | //style"):
        hidden.drop_tree()
    attributes = tree.xpath(
        "//@title | //@aria-label | //@placeholder | //input[@type='submit']/@value"
    )
    return " ".join(["".join(tree.itertext()), *attributes])


def assert_chinese(response):
    assert response.status_code == 200
    words = set(re.findall(r"[A-Za-z]{2,}", shown(response)))
    assert words <= AT_HOME, sorted(words - AT_HOME)


def filled_in(client, address, **changes):
    """What a browser would send for the form at the address, with some fields changed."""
    form = parsed(client.get(address)).xpath("//form[@id='case_form']")[0]
    data = {}
    for name, value in form.form_values():
        data.setdefault(name, []).append(value)
    return {name: value for name, value in {**data, **changes}.items() if value is not None}


def save(client, case, **changes):
    address = page("change", case.pk)
    return client.post(address, filled_in(client, address, **changes), follow=True)


def of_group(name, username):
    """A browser in which a member of the group is logged in."""
    user = User.objects.create_user(username, is_staff=True)
    user.groups.add(Group.objects.get(name=name))
    client = Client()
    client.force_login(user)
    client.user = user
    return client


@pytest.fixture
def groups():
    """Tests that clear the database take the groups of the migration away."""
    importlib.import_module("cases.migrations.0005_groups").make_groups(apps, None)


@pytest.fixture
def editor(groups):
    return of_group("编辑", "chen")


@pytest.fixture
def reviewer(groups):
    return of_group("审核", "lin")


@pytest.fixture
def case(db):
    region = Region.objects.create(code="350000", name="福建省", short_name="福建", kind="province")
    notice = Notice.objects.create(
        title="关于印发典型经验的通知", issued_on=datetime.date(2025, 4, 10), region=region
    )
    case = Case.objects.create(notice=notice, number=1, title="推行告知承诺", region=region)
    Section.objects.create(case=case, order=1, heading="做法", text="由30天减到10天。\n第二段。")
    case.keep_version(Action.IMPORT)
    return case


@pytest.fixture
def submitted(case, editor):
    case.submit(editor.user)
    return case


@pytest.fixture
def published(case):
    case.publish()
    return case


def run(client, action, *cases, filtered="", **more):
    data = {"action": f"{action}_selected", "_selected_action": [one.pk for one in cases], **more}
    address = f"{page('changelist')}?status__exact={filtered}" if filtered else page("changelist")
    return client.post(address, data, follow=True)


def state_of(case):
    return Case.objects.get(pk=case.pk).status


class TestGroups:
    def rights(self, name):
        permissions = Group.objects.get(name=name).permissions
        return set(permissions.values_list("codename", flat=True))

    def test_each_may_more_than_the_one_before(self, groups):
        editor, reviewer, administrator = map(self.rights, ("编辑", "审核", "管理员"))
        assert reviewer - editor == {"publish_case"}
        assert {"add_case", "change_case", "change_adoption", "add_noticeupload"} <= editor
        assert not {one for one in reviewer if one.startswith("delete_case")}
        assert {"delete_case", "change_theme", "change_word", "change_user"} <= administrator
        assert reviewer < administrator

    def test_saving_a_group_in_its_form_takes_nothing_away(self, groups, admin_client):
        # The form offers what the admin has pages for; a right beyond that would be lost.
        for group in Group.objects.all():
            before = set(group.permissions.all())
            address = reverse("admin:auth_group_change", args=[group.pk])
            form = parsed(admin_client.get(address)).xpath("//form[@id='group_form']")[0]
            data = {}
            for name, value in form.form_values():
                data.setdefault(name, []).append(value)
            assert admin_client.post(address, data).status_code == 302
            assert set(group.permissions.all()) == before

    def test_what_staff_changed_stays(self, groups):
        group = Group.objects.get(name="编辑")
        group.permissions.clear()
        importlib.import_module("cases.migrations.0005_groups").make_groups(apps, None)
        assert not group.permissions.exists()

    def test_no_right_exists_twice(self, groups):
        pairs = list(Permission.objects.values_list("content_type", "codename"))
        assert len(pairs) == len(set(pairs))


class TestTheWay:
    def test_from_the_draft_to_the_readers(self, editor, reviewer, case, client):
        text = shown(save(editor, case, title="推行告知承诺制", _submit="1"))
        assert "已保存，已送审《推行告知承诺制》" in text
        assert state_of(case) == Status.REVIEW
        queue = reviewer.get(page("changelist"), {"status__exact": "review"})
        assert "推行告知承诺制" in shown(queue)
        review = reviewer.get(page("review", case.pk))
        assert_chinese(review)
        assert [one.text for one in parsed(review).xpath("//ins")] == ["制"]
        seen = parsed(review).xpath("//input[@name='seen']/@value")[0]
        answer = reviewer.post(step(case, "publish"), {"seen": seen, "from": "review"})
        assert answer["Location"] == reverse("admin:index")
        assert state_of(case) == Status.PUBLISHED
        assert "推行告知承诺制" in client.get(f"/cases/{case.pk}/").content.decode()
        kept = CaseVersion.objects.order_by("pk").values_list("action", "user__username")
        assert list(kept) == [
            ("import", None),
            ("edit", "chen"),
            ("submit", "chen"),
            ("publish", "lin"),
        ]

    def test_the_next_case_that_waits_follows(self, editor, reviewer, submitted):
        own = Case.objects.create(title="自己写的", region=submitted.region, status=Status.REVIEW)
        own.versions.create(action="edit", user=User.objects.get(username="lin"), content={})
        other = Case.objects.create(title="另一个", region=submitted.region, status=Status.REVIEW)
        answer = reviewer.post(step(submitted, "send_back"), {"note": "缺数", "from": "review"})
        assert answer["Location"] == page("review", other.pk)

    def test_a_number_to_confirm_is_shown_whole_with_its_contradiction(self, reviewer, submitted):
        Outcome.objects.create(
            case=submitted,
            metric="时长",
            before="10.23",
            before_unit="天",
            after="7.84",
            unit="天",
            change="-23.36",
            stated_change="-23.15",
            agrees=False,
            sentence="时长由10.23天压缩至7.84天，下降23.15%。",
        )
        submitted.keep_version("import")
        Outcome.objects.update(confirmed=True)
        part = parsed(reviewer.get(page("review", submitted.pk))).xpath(
            "//section[@class='part'][.//h3[contains(., '成效数据')]]"
        )[0]
        assert not part.xpath(".//details")
        for words in ("10.23天 → 7.84天", "文中说减少23.15%", "与前后两个数不符"):
            assert words in part.text_content()

    def test_what_goes_back_shows_its_reason(self, editor, reviewer, submitted):
        asked = reviewer.post(step(submitted, "send_back"))
        assert "没有写退回的理由" in shown(asked)
        assert_chinese(asked)
        assert state_of(submitted) == Status.REVIEW
        reviewer.post(step(submitted, "send_back"), {"note": "缺少数字"})
        assert state_of(submitted) == Status.DRAFT
        assert "被退回：缺少数字" in shown(editor.get(page("change", submitted.pk)))

    def test_readers_keep_the_published_text_until_the_revision_is_out(
        self, editor, reviewer, published, client
    ):
        address = published.get_absolute_url()
        editor.post(step(published, "revise"))
        revision = Case.objects.get(revises=published)
        text = shown(save(editor, revision, title="修订后的标题", _submit="1"))
        assert "已送审" in text
        form = editor.get(page("change", revision.pk))
        assert "这是一份修订稿" in shown(form)
        assert not parsed(form).xpath("//*[@name='notice' or @name='number']")
        assert "推行告知承诺" in client.get(address).content.decode()
        assert client.get(f"/cases/{revision.pk}/").status_code == 404
        review = reviewer.get(page("review", revision.pk))
        assert "这一稿与读者现在看到的对比" in shown(review)
        reviewer.post(step(revision, "publish"))
        assert "修订后的标题" in client.get(address).content.decode()
        published.refresh_from_db()
        assert (published.notice_id is not None, published.number) == (True, 1)
        assert Case.objects.count() == 1

    def test_a_revision_is_given_up(self, editor, published):
        editor.post(step(published, "revise"))
        revision = Case.objects.get(revises=published)
        assert_chinese(editor.get(step(revision, "discard")))
        answer = editor.post(step(revision, "discard"), {"note": "不改了"}, follow=True)
        assert "已放弃" in shown(answer)
        assert Case.objects.get() == published

    def test_withdrawing_asks_first(self, reviewer, published, client):
        assert_chinese(reviewer.get(step(published, "withdraw")))
        assert state_of(published) == Status.PUBLISHED
        reviewer.post(step(published, "withdraw"), {"note": "有误"})
        assert state_of(published) == Status.WITHDRAWN
        assert client.get(published.get_absolute_url()).status_code == 404


class TestNobodyGetsPast:
    def test_an_editor_has_no_way_to_publish(self, editor, submitted):
        address = page("change", submitted.pk)
        assert "publish_selected" not in shown(editor.get(page("changelist")))
        assert not parsed(editor.get(address)).xpath("//*[@name='_publish']")
        review = parsed(editor.get(page("review", submitted.pk)))
        assert not review.xpath("//form[contains(@action, 'publish')]")
        assert editor.get(step(submitted, "publish")).status_code == 403
        assert editor.post(step(submitted, "publish")).status_code == 403
        assert run(editor, "publish", submitted).status_code == 403
        crafted = filled_in(editor, address, _publish="1", title="新标题")
        assert editor.post(address, crafted).status_code == 403
        new = filled_in(editor, page("add"), title="新的", _publish="1")
        assert editor.post(page("add"), new).status_code == 403
        save(editor, submitted, status="published", published_at="2025-01-01", revises="")
        assert state_of(submitted) == Status.REVIEW
        assert Case.objects.get().title == "推行告知承诺"

    def test_an_editor_neither_withdraws_nor_sends_back(self, editor, submitted):
        assert editor.post(step(submitted, "send_back"), {"note": "x"}).status_code == 403
        assert run(editor, "send_back", submitted, note="x", asked="1").status_code == 403
        submitted.publish()
        assert editor.post(step(submitted, "withdraw")).status_code == 403
        assert run(editor, "withdraw", submitted, asked="1").status_code == 403
        assert state_of(submitted) == Status.PUBLISHED

    def test_a_reviewer_does_not_publish_his_own(self, reviewer, case):
        save(reviewer, case, title="我改的", _submit="1")
        text = shown(reviewer.get(page("review", case.pk)))
        assert "要由另一位审核人员发布" in text
        answers = [
            reviewer.post(step(case, "publish"), follow=True),
            run(reviewer, "publish", case),
            save(reviewer, case, _publish="1"),
        ]
        for answer in answers:
            assert "您自己编辑的，要由另一位审核人员发布" in shown(answer)
        assert state_of(case) == Status.REVIEW

    def test_nobody_publishes_a_draft_past_the_review(self, reviewer, case):
        assert "还没有送审" in shown(reviewer.post(step(case, "publish"), follow=True))
        assert "还没有送审" in shown(run(reviewer, "publish", case))
        assert state_of(case) == Status.DRAFT

    def test_an_office_of_one_person_saves_and_publishes(self, reviewer, case, settings):
        settings.FOUR_EYES = False
        assert "_publish" in reviewer.get(page("change", case.pk)).content.decode()
        save(reviewer, case, title="我改的", _publish="1")
        assert state_of(case) == Status.PUBLISHED

    def test_an_office_of_one_person_still_needs_the_right(self, editor, case, settings):
        settings.FOUR_EYES = False
        assert editor.post(step(case, "publish")).status_code == 403

    @pytest.mark.parametrize("what", ["title", "sections-0-text", "sections-0-DELETE"])
    def test_a_published_case_is_written_by_no_crafted_form(self, editor, published, what):
        address = page("change", published.pk)
        assert not parsed(editor.get(address)).xpath(
            "//form[@id='case_form']//*[@name='title' or @name='sections-0-text']"
        )
        data = filled_in(editor, address, **{what: "偷偷改"})
        data |= {"sections-0-id": published.sections.get().pk, "region": published.region_id}
        editor.post(address, data)
        published.refresh_from_db()
        assert published.title == "推行告知承诺"
        assert published.sections.get().text.startswith("由30天")

    def test_other_people_see_nothing(self, published, client):
        stranger = Client()
        stranger.force_login(User.objects.create_user("wang", is_staff=True))
        version = published.versions.first().pk
        addresses = [
            page("review", published.pk),
            page("history", published.pk),
            page("compare", published.pk),
            page("restore", published.pk, version),
            page("comment", published.pk),
            step(published, "revise"),
        ]
        for address in addresses:
            assert stranger.get(address).status_code == 403, address
            assert stranger.post(address, {"text": "x", "mark": "1"}).status_code == 403, address
            assert client.get(address).status_code == 302, address
            assert client.post(address).status_code == 302, address
        assert not CaseComment.objects.exists()
        assert Case.objects.count() == 1

    def test_whoever_only_looks_takes_no_step(self, submitted):
        user = User.objects.create_user("wang", is_staff=True)
        user.user_permissions.add(Permission.objects.get(codename="view_case"))
        reader = Client()
        reader.force_login(user)
        assert_chinese(reader.get(page("review", submitted.pk)))
        assert_chinese(reader.get(page("history", submitted.pk)))
        for name in ("submit", "publish", "send_back", "revise", "discard", "withdraw"):
            assert reader.post(step(submitted, name), {"note": "x"}).status_code == 403
        version = submitted.versions.first().pk
        assert reader.post(page("restore", submitted.pk, version)).status_code == 403
        assert reader.post(page("comment", submitted.pk), {"text": "x"}).status_code == 403


class TestBulk:
    def test_each_case_that_stays_says_why(self, editor, reviewer, case):
        bare = Case.objects.create(title="光有标题")
        text = shown(run(editor, "submit", case, bare))
        assert "已送审 1 个案例" in text
        assert "1 个案例没有送审：《光有标题》还缺地区、正文" in text
        text = shown(run(reviewer, "publish", case, bare))
        assert "已发布 1 个案例" in text
        assert "《光有标题》还缺地区、正文" in text
        assert (state_of(case), state_of(bare)) == (Status.PUBLISHED, Status.DRAFT)
        assert "《推行告知承诺》此前已经发布" in shown(run(reviewer, "publish", case))

    @pytest.mark.parametrize(
        ("action", "word", "end"),
        [("send_back", "退回", Status.DRAFT), ("withdraw", "撤回", Status.WITHDRAWN)],
    )
    def test_reasons_are_asked_once_for_all(self, reviewer, submitted, action, word, end):
        other = Case.objects.create(title="草稿一篇")
        if action == "withdraw":
            submitted.publish()
        before = state_of(submitted)
        asked = run(reviewer, action, submitted, other)
        assert_chinese(asked)
        assert state_of(submitted) == before
        form = parsed(asked).xpath("//form[.//textarea[@name='note']]")[0]
        data = {}
        for name, value in form.form_values():
            data.setdefault(name, []).append(value)
        done = reviewer.post(page("changelist"), {**data, "note": "数字有误"}, follow=True)
        assert f"已{word} 1 个案例" in shown(done)
        assert f"1 个案例没有{word}：《草稿一篇》" in shown(done)
        assert state_of(submitted) == end
        assert submitted.versions.first().note == "数字有误"

    def test_revisions_are_published_with_the_rest(self, editor, reviewer, published):
        revision = published.revise(editor.user)
        Case.objects.filter(pk=revision.pk).update(title="修订后的标题")
        run(editor, "submit", revision, filtered="draft")
        run(reviewer, "publish", revision, filtered="review")
        assert Case.objects.get().title == "修订后的标题"


class TestList:
    def titles(self, client, **query):
        response = client.get(page("changelist"), query)
        return [(case.pk, case.title) for case in response.context["cl"].result_list]

    def test_cases_come_without_their_revisions_and_say_so(self, editor, published):
        revision = published.revise(editor.user)
        assert self.titles(editor) == [(published.pk, published.title)]
        assert "已发布，修订中" in shown(editor.get(page("changelist")))
        revision.submit(editor.user)
        assert "已发布，修订待审" in shown(editor.get(page("changelist")))
        for query in ("review", "revision"):
            assert self.titles(editor, status__exact=query) == [(revision.pk, revision.title)]
        assert self.titles(editor, status__exact="published") == [(published.pk, published.title)]
        listed = editor.get(page("changelist"), {"status__exact": "revision"})
        assert_chinese(listed)
        assert "修订稿，待审" in shown(listed)


class TestVersions:
    def test_every_save_that_changed_something_is_kept(self, editor, case):
        save(editor, case)
        assert case.versions.count() == 1
        save(editor, case, **{"sections-0-text": "改了正文"})
        newest = case.versions.first()
        assert (newest.action, newest.user) == ("edit", editor.user)
        assert newest.content["sections"][0]["text"] == "改了正文"

    def test_a_case_without_history_gets_one_before_it_is_changed(self, editor, case):
        CaseVersion.objects.all().delete()
        save(editor, case, title="新标题")
        titles = [v.content["fields"]["title"] for v in case.versions.order_by("pk")]
        assert titles == ["推行告知承诺", "新标题"]

    def test_history_compares_and_restores(self, editor, case):
        save(editor, case, title="新标题")
        history = editor.get(page("history", case.pk))
        assert_chinese(history)
        assert [v.get_action_display() for v in case.versions.order_by("pk")] == ["导入", "编辑"]
        old, new = case.versions.order_by("pk").values_list("pk", flat=True)
        for query in ({"old": old, "new": new}, {"old": new, "new": old}, {"old": old}):
            compared = editor.get(page("compare", case.pk), query)
            assert_chinese(compared)
            assert [one.text for one in parsed(compared).xpath("//del")] == ["推行告知承诺"]
        asked = editor.get(page("restore", case.pk, old))
        assert_chinese(asked)
        assert Case.objects.get().title == "新标题"
        editor.post(page("restore", case.pk, old))
        assert Case.objects.get().title == "推行告知承诺"
        assert case.versions.first().action == "restore"

    def test_a_published_case_is_restored_through_its_revision(self, editor, published):
        first = published.versions.last()
        editor.get(page("restore", published.pk, first.pk))
        assert Case.objects.count() == 1
        editor.post(page("restore", published.pk, first.pk))
        revision = Case.objects.get(revises=published)
        assert [v.action for v in revision.versions.all()] == ["restore", "revise"]
        text = shown(editor.get(page("history", revision.pk)))
        assert "发布（原案例）" in text

    def test_versions_of_others_are_not_to_be_had(self, editor, case):
        other = Case.objects.create(title="别的")
        foreign = other.keep_version(Action.EDIT)
        assert editor.get(page("compare", case.pk), {"old": foreign.pk}).status_code == 404
        assert editor.post(page("restore", case.pk, foreign.pk)).status_code == 404
        assert editor.get(page("compare", case.pk), {"old": "x"}).status_code == 404


class TestReview:
    def test_a_new_case_is_shown_whole(self, reviewer, submitted):
        review = reviewer.get(page("review", submitted.pk))
        assert "由30天减到10天。" in shown(review)
        assert parsed(review).xpath("//details[@class='unchanged']/@open")

    def test_marks_stand_where_the_text_differs(self, editor, reviewer, published):
        revision = published.revise(editor.user)
        theme = Theme.objects.create(code="t", name="纳税")
        text = "由30天减到7天。\n第二段。\n第三段。"
        Section.objects.filter(case=published).update(text="由30天减到10天。\n第二段。\n第三段。")
        changed = {"sections-0-text": text, "primary_theme": theme.pk}
        save(editor, revision, **changed)
        tree = parsed(reviewer.get(page("review", revision.pk)))
        assert [one.text for one in tree.xpath("//del")] == ["10"]
        assert sorted(one.text for one in tree.xpath("//ins")) == ["7", "纳税"]
        assert "2 段没有变" in shown(reviewer.get(page("review", revision.pk)))

    def test_what_changed_since_it_was_looked_at_is_not_published(
        self, editor, reviewer, submitted
    ):
        review = parsed(reviewer.get(page("review", submitted.pk)))
        seen = review.xpath("//input[@name='seen']/@value")[0]
        save(editor, submitted, title="又改了")
        text = shown(reviewer.post(step(submitted, "publish"), {"seen": seen}, follow=True))
        assert "又有改动，没有发布" in text
        assert state_of(submitted) == Status.REVIEW

    def test_what_happened_to_the_original_meanwhile_is_said(self, editor, reviewer, published):
        revision = published.revise(editor.user)
        Section.objects.filter(case=published).update(text="批量改过")
        assert "原案例也有改动" in shown(reviewer.get(page("review", revision.pk)))

    def test_comments_are_made_and_marked(self, editor, reviewer, submitted):
        address = page("comment", submitted.pk)
        reviewer.post(address, {"text": "数字从哪来"})
        assert "没有写意见" in shown(reviewer.post(address, {"text": " "}, follow=True))
        comment = CaseComment.objects.get()
        assert (comment.user, comment.done) == (reviewer.user, False)
        assert "1 条意见没有处理" in shown(editor.get(page("change", submitted.pk)))
        editor.post(address, {"mark": comment.pk})
        comment.refresh_from_db()
        assert comment.done
        assert_chinese(editor.get(page("review", submitted.pk)))
        other = Case.objects.create(title="别的")
        assert editor.post(page("comment", other.pk), {"mark": comment.pk}).status_code == 404
        assert editor.post(address, {"mark": "x"}).status_code == 404

    def test_what_is_typed_is_no_markup(self, editor, reviewer, submitted):
        save(editor, submitted, title="<b>粗</b>")
        reviewer.post(page("comment", submitted.pk), {"text": "<script>x</script>"})
        content = reviewer.get(page("review", submitted.pk)).content.decode()
        assert "<b>粗" not in content
        assert "<script>x" not in content


class TestTwoPeopleAtOnce:
    def test_a_form_that_is_out_of_date_overwrites_nothing_and_loses_nothing(
        self, editor, reviewer, case
    ):
        address = page("change", case.pk)
        mine = filled_in(editor, address, title="我的标题")
        save(reviewer, case, **{"sections-0-text": "他的正文"})
        answer = editor.post(address, mine)
        text = shown(answer)
        assert re.search(r"您打开这一页之后，lin在 [\d: -]+ 改过这个案例：正文第 1 部分", text)
        assert Case.objects.get().title == "推行告知承诺"
        form = parsed(answer).xpath("//form[@id='case_form']")[0]
        assert form.fields["title"] == "我的标题"
        assert form.fields["sections-0-text"].strip().startswith("由30天")
        # Having been told, he may save: his text stands then.
        again = {}
        for name, value in form.form_values():
            again.setdefault(name, []).append(value)
        assert editor.post(address, again).status_code == 302
        assert Case.objects.get().title == "我的标题"
        kept = [(v.user and v.user.username) for v in case.versions.order_by("pk")]
        assert kept == [None, "lin", "chen"]

    def test_a_part_that_somebody_took_out_is_not_lost(self, editor, reviewer, case):
        Section.objects.create(case=case, order=2, heading="成效", text="成效显著。")
        case.keep_version(Action.EDIT)
        address = page("change", case.pk)
        mine = filled_in(editor, address, **{"sections-1-text": "我写的成效。"})
        save(reviewer, case, **{"sections-1-DELETE": "on"})
        assert case.sections.count() == 1
        form = parsed(editor.post(address, mine)).xpath("//form[@id='case_form']")[0]
        again = {}
        for name, value in form.form_values():
            again.setdefault(name, []).append(value)
        assert editor.post(address, again).status_code == 302
        assert [one.text for one in case.sections.all()][1] == "我写的成效。"

    def test_a_form_of_a_case_published_meanwhile_keeps_what_was_typed(
        self, editor, reviewer, submitted
    ):
        address = page("change", submitted.pk)
        mine = filled_in(editor, address, title="晚到的标题")
        reviewer.post(step(submitted, "publish"))
        answer = editor.post(address, mine)
        assert answer.status_code == 409
        text = shown(answer)
        assert "由lin发布" in text
        assert "晚到的标题" in text
        assert "由30天" not in text
        assert Case.objects.get().title == "推行告知承诺"

    def test_a_form_of_a_revision_that_is_gone_keeps_what_was_typed(
        self, editor, reviewer, published
    ):
        revision = published.revise(editor.user)
        address = page("change", revision.pk)
        mine = filled_in(editor, address, **{"sections-0-text": "晚到的正文"})
        revision.submit(editor.user)
        reviewer.post(step(revision, "publish"))
        answer = editor.post(address, mine)
        assert answer.status_code == 409
        assert "晚到的正文" in shown(answer)
        assert page("change", published.pk) in answer.content.decode()

    def test_a_form_of_a_deleted_case_keeps_what_was_typed(self, editor, case):
        address = page("change", case.pk)
        mine = filled_in(editor, address, title="晚到的标题")
        case.delete()
        answer = editor.post(address, mine)
        assert answer.status_code == 409
        assert "晚到的标题" in shown(answer)

    def test_a_step_with_a_case_that_is_gone_says_so(self, editor, case):
        address = step(case, "submit")
        case.delete()
        assert "已经不在了" in shown(editor.post(address, follow=True))
