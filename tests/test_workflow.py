"""Draft, review, published, withdrawn: who may take which step, and what each leaves behind."""

import threading
import time

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from cases.models import (
    Action,
    Approach,
    Case,
    CaseComment,
    CaseVersion,
    Outcome,
    Region,
    Section,
    Status,
    Theme,
)
from cases.models import content as contents

pytestmark = pytest.mark.django_db


@pytest.fixture
def region():
    return Region.objects.create(code="350000", name="福建省", short_name="福建", kind="province")


@pytest.fixture
def writer():
    return User.objects.create_user("writer")


@pytest.fixture
def reviewer():
    return User.objects.create_user("reviewer")


@pytest.fixture
def case(region):
    case = Case.objects.create(title="推行告知承诺", region=region)
    Section.objects.create(case=case, order=1, heading="主要做法", text="承诺即办。\n当场办结。")
    Outcome.objects.create(
        case=case, kind="before_after", metric="用时", before=30, after=10, sentence="承诺即办。"
    )
    return case


@pytest.fixture
def published(case):
    case.publish()
    return case


def write(case, by, **fields):
    for name, value in fields.items():
        setattr(case, name, value)
    case.save()
    return case.keep_version(Action.EDIT, by)


def refused(step, *args, **kwargs):
    with pytest.raises(ValidationError) as problem:
        step(*args, **kwargs)
    return problem.value.messages[0]


def actions(case):
    return [version.action for version in case.versions.order_by("pk")]


class TestSteps:
    def test_the_way_to_the_readers_leaves_who_and_when(self, case, writer, reviewer):
        write(case, writer, title="推行告知承诺制")
        case.submit(writer, "请审")
        assert case.status == Status.REVIEW
        assert case.publish(reviewer) == case
        assert case.status == Status.PUBLISHED
        assert case.published_at
        case.withdraw(reviewer, "数字有误")
        kept = [(v.action, v.user, v.note) for v in case.versions.order_by("pk")]
        assert kept == [
            ("edit", writer, ""),
            ("submit", writer, "请审"),
            ("publish", reviewer, ""),
            ("withdraw", reviewer, "数字有误"),
        ]
        assert case.withdrawn_at

    def test_what_goes_back_goes_back_with_a_reason(self, case, writer, reviewer):
        assert "没有在待审" in refused(case.send_back, reviewer, "改一改")
        case.submit(writer)
        assert "写明理由" in refused(case.send_back, reviewer, "  ")
        case.send_back(reviewer, "缺少数字")
        assert case.status == Status.DRAFT
        assert case.versions.first().note == "缺少数字"

    def test_steps_out_of_turn_say_how_things_stand(self, case, writer):
        assert "没有发布" in refused(case.withdraw, writer)
        assert "没有发布，直接修改即可" in refused(case.revise, writer)
        assert "不是修订稿" in refused(case.discard, writer)
        case.submit(writer)
        assert "现在是待审，不用再送审" in refused(case.submit, writer)
        Section.objects.all().delete()
        case.status = Status.DRAFT
        case.save()
        assert "还缺正文，补全后再送审" in refused(case.submit, writer)

    def test_the_state_that_counts_is_that_of_the_database(self, case, writer, reviewer):
        mine = Case.objects.get(pk=case.pk)
        case.submit(writer)
        case.publish(reviewer)
        assert "现在是已发布" in refused(mine.submit, writer)
        assert "没有在待审" in refused(mine.send_back, reviewer, "晚了")
        gone = Case.objects.get(pk=case.pk)
        Case.objects.filter(pk=case.pk).delete()
        assert "已经不在了" in refused(gone.withdraw, reviewer)

    def test_an_edit_that_changed_nothing_leaves_no_version(self, case, writer):
        assert write(case, writer, title="新")
        assert write(case, writer) is None


class TestFourEyes:
    def test_nobody_publishes_what_he_wrote(self, case, writer, reviewer):
        write(case, writer, title="新")
        case.submit(reviewer)
        assert "您自己编辑的" in refused(case.publish, writer)
        assert case.status == Status.REVIEW
        case.publish(reviewer)

    @pytest.mark.parametrize("action", [Action.EDIT, Action.RESTORE, Action.IMPORT])
    def test_every_hand_in_the_content_counts(self, case, writer, action):
        case.keep_version(action, writer)
        case.submit()
        refused(case.publish, writer)

    def test_what_was_published_since_is_settled(self, case, writer, reviewer):
        write(case, writer, title="新")
        case.submit(writer)
        case.publish(reviewer)
        case.withdraw(reviewer)
        case.submit(reviewer)
        assert case.publish(writer).is_published

    def test_nobody_publishes_past_the_review(self, case, reviewer):
        assert "还没有送审" in refused(case.publish, reviewer)
        assert not Case.objects.get(pk=case.pk).is_published

    def test_an_office_of_one_person_may_do_both(self, case, writer, settings):
        settings.FOUR_EYES = False
        write(case, writer, title="新")
        assert case.publish(writer).is_published

    def test_what_changed_since_it_was_looked_at_is_looked_at_again(self, case, writer, reviewer):
        case.submit(writer)
        seen = case.fingerprint()
        section = case.sections.get()
        section.text = "改了"
        section.save()
        assert "又有改动" in refused(case.publish, reviewer, seen=seen)
        case.publish(reviewer, seen=case.fingerprint())


class TestRevisions:
    def test_the_published_text_stays_until_the_revision_is_published(
        self, published, writer, reviewer
    ):
        revision = published.revise(writer)
        assert revision == published.revise(reviewer)
        assert contents.content_of(revision) == contents.content_of(published)
        write(revision, writer, title="修订后的标题")
        CaseComment.objects.create(case=revision, user=reviewer, text="看过")
        revision.submit(writer)
        assert Case.objects.get(pk=published.pk).title == "推行告知承诺"
        assert list(Case.objects.published()) == [published]
        refused(revision.publish, writer)
        # The comment is open: whoever publishes over it says why.
        refused(revision.publish, reviewer)
        shown = revision.publish(reviewer, "意见下次再改")
        assert (shown.pk, shown.title) == (published.pk, "修订后的标题")
        assert Case.objects.get() == shown
        assert actions(shown) == ["publish", "revise", "edit", "submit", "publish"]
        assert shown.comments.get().text == "看过"

    def test_a_published_case_and_one_being_revised_are_closed(self, published, writer):
        assert not published.is_open
        revision = published.revise(writer)
        assert revision.is_open
        published.withdraw(writer)
        assert not published.is_open
        assert "有一份修订稿" in refused(published.submit, writer)
        assert "有一份修订稿" in refused(published.publish)
        revision.submit(writer)
        assert revision.publish().pk == published.pk
        assert Case.objects.get().is_published

    def test_a_revision_given_up_leaves_the_case_and_its_history(self, published, writer, reviewer):
        revision = published.revise(writer)
        write(revision, writer, title="不要了")
        assert revision.discard(writer, "不改了") == published
        assert Case.objects.get().title == "推行告知承诺"
        assert actions(published) == ["publish", "revise", "edit", "discard"]
        published.withdraw(reviewer)
        published.submit(reviewer)
        assert published.publish(writer).is_published

    def test_no_revision_is_ever_visible_by_itself(self, published):
        revision = published.revise()
        with pytest.raises(IntegrityError), transaction.atomic():
            Case.objects.filter(pk=revision.pk).update(status=Status.PUBLISHED)

    def test_publishing_keeps_the_ids_of_the_parts(self, published):
        before = list(published.sections.values_list("pk", flat=True))
        revision = published.revise()
        revision.sections.update(text="改了")
        revision.publish()
        assert list(published.sections.values_list("pk", "text")) == [(before[0], "改了")]


class TestContent:
    def test_a_version_brings_everything_back(self, case, writer, region):
        theme = Theme.objects.create(code="t", name="纳税")
        approach = Approach.objects.create(code="a", name="告知承诺")
        case.primary_theme, case.conditions = theme, "有条件"
        case.save()
        case.approaches.add(approach)
        version = case.keep_version(Action.EDIT, writer)
        before = contents.content_of(case)
        other = Region.objects.create(code="320000", name="江苏省", kind="province")
        case.primary_theme, case.conditions, case.region = None, "", other
        case.save()
        case.approaches.clear()
        case.sections.all().delete()
        case.outcomes.update(metric="别的", before=None)
        Outcome.objects.create(case=case, kind="total", metric="多的", after=5, sentence="多。")
        assert contents.content_of(case) != before
        case.restore(version, writer)
        assert contents.content_of(Case.objects.get(pk=case.pk)) == before
        assert case.versions.first().note.startswith("恢复到 2")

    def test_what_stood_there_before_a_restoration_is_kept(self, case, writer):
        first = write(case, writer, title="甲")
        Case.objects.filter(pk=case.pk).update(title="乙")
        case.restore(first, writer)
        titles = [v.content["fields"]["title"] for v in case.versions.order_by("pk")]
        assert titles == ["甲", "乙", "甲"]

    def test_only_its_own_versions_come_back_and_only_where_it_is_open(
        self, published, writer, region
    ):
        other = Case.objects.create(title="别的", region=region)
        foreign = write(other, writer, title="别的案例")
        revision = published.revise(writer)
        assert "别的案例" in refused(revision.restore, foreign, writer)
        assert "先点“修订”" in refused(published.restore, published.versions.first(), writer)
        write(revision, writer, title="改")
        revision.restore(published.published_version(), writer)
        assert revision.title == "推行告知承诺"

    def test_figures_stay_figures(self, case):
        (row,) = contents.content_of(case)["outcomes"]
        assert (row["before"], row["after"]) == ("30", "10")

    def test_differences_follow_a_part_that_moved(self, case):
        old = contents.content_of(case)
        case.sections.update(order=2)
        Section.objects.create(case=case, order=1, heading="背景", kind="lead", text="原来很慢。")
        new = contents.content_of(case)
        (added,) = contents.differences(old, new, Case)
        assert (added.label, added.old) == ("正文第 1 部分，新增", "")
        (gone,) = contents.differences(new, old, Case)
        assert (gone.label, gone.new) == ("正文原第 1 部分，已删去", "")
        swapped = {**new, "sections": new["sections"][::-1]}
        labels = [part.label for part in contents.differences(new, swapped, Case)]
        assert labels == ["正文第 1 部分，原第 2 位", "正文第 2 部分，原第 1 位"]

    def test_differences_in_words(self, case):
        old = contents.content_of(case)
        Theme.objects.create(code="t", name="纳税")
        new = {**old, "fields": {**old["fields"], "maturity": "city", "primary_theme": "t"}}
        new["sections"] = [{**old["sections"][0], "kind": "practices"}]
        new["outcomes"] = [{**old["outcomes"][0], "confirmed": True}]
        found = {part.label: (part.old, part.new) for part in contents.differences(old, new, Case)}
        assert found == {
            "推广阶段": ("", "本市推广"),
            "主要领域": ("", "纳税"),
            "正文第 1 部分的类型": ("其他", "做法"),
            "成效数据第 1 条": (
                "用时：30 → 10\n原句里找不到30、10\n承诺即办。\n未确认",
                "用时：30 → 10\n原句里找不到30、10\n承诺即办。\n已确认",
            ),
        }

    def test_the_fingerprint_follows_all_that_a_form_writes(self, case):
        seen = {case.fingerprint()}
        case.number = 3
        seen.add(case.fingerprint())
        case.outcomes.update(confirmed=True)
        seen.add(case.fingerprint())
        assert len(seen) == 3
        assert CaseVersion.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_publication_waits_for_a_save_under_way_and_then_refuses(region):
    """Two connections: whoever publishes sees what the other one is just writing, or nothing."""
    case = Case.objects.create(title="推行告知承诺", region=region)
    Section.objects.create(case=case, order=1, text="承诺即办。")
    case.submit()
    seen = case.fingerprint()
    saving, told = threading.Event(), []

    def save():
        with transaction.atomic():
            Case.objects.select_for_update().get(pk=case.pk)
            Section.objects.update(text="别的正文。")
            saving.set()
            time.sleep(0.3)
        connection.close()

    def publish():
        saving.wait(5)
        try:
            Case.objects.get(pk=case.pk).publish(seen=seen)
        except ValidationError as problem:
            told.extend(problem.messages)
        connection.close()

    threads = [threading.Thread(target=one) for one in (save, publish)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(told) == 1
    assert "又有改动，没有发布" in told[0]
    assert Case.objects.get().status == Status.REVIEW
