"""The audit: everything that staff do is in it, and nobody takes anything out."""

import csv
import io
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from lxml import html
from openpyxl import load_workbook

from accounts import deeds, protection
from accounts.audit import record
from accounts.checking import damaged_rows
from accounts.models import AuditEvent, AuditIsFixed, Event
from cases.models import Action, Case, Region, Section, Theme
from cases.notices import uploading

FIRST_NOTICE = settings.BASE_DIR / "fixtures" / "notices" / "fujian-2025-batch-1.txt"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


LIST = "/admin/accounts/auditevent/"


@pytest.fixture
def chen():
    return User.objects.create_superuser("chen", password="Jingyan2025")


@pytest.fixture
def desk(chen):
    client = Client(REMOTE_ADDR="2001:db8::7")
    client.force_login(chen)
    AuditEvent.objects.all()._raw_delete("default")
    return client


@pytest.fixture
def editor():
    user = User.objects.create_user("wang", is_staff=True)
    rights = Permission.objects.filter(codename__in=["view_case", "change_case"])
    user.user_permissions.set(rights)
    client = Client()
    client.force_login(user)
    AuditEvent.objects.all()._raw_delete("default")
    return client


def told(**conditions):
    """(event, user, object, success) of each row, oldest first."""
    rows = AuditEvent.objects.filter(**conditions).order_by("pk")
    return [(row.event, row.user_name, row.object_name, row.succeeded) for row in rows]


class TestWhatIsRecorded:
    def test_logging_in_and_out_and_failing(self, chen):
        client = Client(REMOTE_ADDR="203.0.113.7")
        client.post("/admin/login/", {"username": "chen", "password": "wrong"})
        client.post("/admin/login/", {"username": "chen", "password": "Jingyan2025"})
        client.post("/admin/logout/")
        assert told() == [
            ("login_failed", "chen", "", False),
            ("login", "chen", "", True),
            ("logout", "chen", "", True),
        ]
        assert set(AuditEvent.objects.values_list("address", flat=True)) == {"203.0.113.7"}

    def test_the_lock_and_who_runs_into_it(self, chen):
        client = Client()
        for _ in range(6):
            client.post("/admin/login/", {"username": "chen", "password": "wrong"})
        events = [event for event, *_ in told()]
        assert events == [*["login_failed"] * 4, "locked", *["login_failed"] * 2]
        assert AuditEvent.objects.first().detail == "锁定期间，没有核对密码。"

    def test_what_is_added_changed_and_deleted(self, desk):
        data = {"code": "x", "name": "纳税", "order": "1", "cues": ""}
        desk.post(reverse("admin:cases_theme_add"), data)
        theme = Theme.objects.get()
        desk.post(
            reverse("admin:cases_theme_change", args=[theme.pk]),
            {"name": "税收", "order": "1", "cues": ""},
        )
        desk.post(reverse("admin:cases_theme_delete", args=[theme.pk]), {"post": "yes"})
        assert told() == [
            ("add", "chen", "纳税", True),
            ("change", "chen", "税收", True),
            ("delete", "chen", "税收", True),
        ]
        row = AuditEvent.objects.last()
        assert (row.address, row.object_type, row.object_id) == (
            "2001:db8::7",
            "领域",
            str(theme.pk),
        )

    def test_each_of_many_deleted_at_once(self, desk):
        themes = [Theme.objects.create(code=name, name=name) for name in "abc"]
        desk.post(
            reverse("admin:cases_theme_changelist"),
            {
                "action": "delete_selected",
                "_selected_action": [theme.pk for theme in themes],
                "post": "yes",
            },
        )
        assert sorted(name for _, _, name, _ in told(event="delete")) == ["a", "b", "c"]

    def test_the_steps_of_a_case(self, desk, taxonomy, chen):
        from cases.models import Region

        case = Case.objects.create(title="一案", region=Region.objects.first())
        Section.objects.create(case=case, text="正文。")
        case.submit(chen)
        case.publish(chen)
        case.withdraw(chen)
        assert [event for event, *_ in told()] == ["submit", "publish", "withdraw"]

    def test_who_gets_which_rights(self, desk, chen):
        wang = User.objects.create_user("wang", is_staff=True)
        group = Group.objects.create(name="读者")
        address = reverse("admin:auth_user_change", args=[wang.pk])
        data = {"username": "wang", "is_active": "on", "is_staff": "on", "groups": [group.pk]}
        assert desk.post(address, data).status_code == 302
        given = AuditEvent.objects.get(event="permission")
        assert (given.object_name, given.detail) == ("wang", "加上读者")

    def test_changing_ones_own_password(self, desk):
        new = "Dianxing2026"
        data = {"old_password": "Jingyan2025", "new_password1": new, "new_password2": new}
        desk.post(reverse("admin:password_change"), data)
        row = AuditEvent.objects.get()
        assert (row.event, row.detail) == ("permission", "修改自己的密码")

    def account(self, desk, user, **changes):
        """What the form of the account sends, with changes; None takes a field out."""
        address = reverse("admin:auth_user_change", args=[user.pk])
        form = html.fromstring(desk.get(address).content.decode()).xpath("//form[@id='user_form']")
        data = {}
        for name, value in form[0].form_values():
            data.setdefault(name, []).append(value)
        data |= changes
        sent = {name: value for name, value in data.items() if value is not None}
        assert desk.post(address, sent).status_code == 302

    def rows(self):
        rows = AuditEvent.objects.order_by("pk")
        return [(row.event, row.object_name, row.detail) for row in rows]

    def test_what_makes_an_account_mightier_or_locks_it_is_a_matter_of_rights(self, desk):
        wang = User.objects.create_user("wang", is_staff=True)
        self.account(desk, wang, is_superuser="on", is_staff=None)
        self.account(desk, wang, is_active=None, email="wang@example.cn")
        assert self.rows() == [
            ("permission", "wang", "去掉可以登录后台；加上超级用户"),
            ("permission", "wang", "去掉账号有效"),
            ("change", "wang", "已修改电子邮件。"),
        ]

    def test_a_password_set_for_another(self, desk):
        wang = User.objects.create_user("wang", password="Jingyan2025", is_staff=True)
        sent = dict.fromkeys(["password1", "password2"], "Dianxing2026")
        desk.post(reverse("admin:auth_user_password_change", args=[wang.pk]), sent)
        assert self.rows() == [("permission", "wang", "重设密码")]

    def test_rights_are_called_what_their_boxes_are_called(self, desk):
        group = Group.objects.create(name="读者")
        chosen = Permission.objects.filter(codename__in=["publish_case", "view_theme"])
        address = reverse("admin:auth_group_change", args=[group.pk])
        desk.post(address, {"name": "读者", "permissions": [one.pk for one in chosen]})
        event, name, detail = self.rows()[0]
        assert (event, name) == ("permission", "读者")
        assert sorted(detail.removeprefix("加上").split("、")) == ["案例：发布和撤回", "领域：查看"]
        assert len(self.rows()) == 1

    def test_logging_in_sets_no_password(self, chen):
        client = Client()
        client.post("/admin/login/", {"username": "chen", "password": "Jingyan2025"})
        assert [event for event, *_ in self.rows()] == ["login"]

    def test_a_form_that_changes_nothing_leaves_no_line(self, desk):
        theme = Theme.objects.create(code="x", name="税收", order=1)
        address = reverse("admin:cases_theme_change", args=[theme.pk])
        assert desk.post(address, {"name": "税收", "order": "1", "cues": ""}).status_code == 302
        assert self.rows() == []


@pytest.fixture
def case():
    region = Region.objects.create(code="350000", name="福建省", short_name="福建", kind="province")
    case = Case.objects.create(title="推行告知承诺", region=region)
    Section.objects.create(case=case, heading="做法", text="由30天减到10天。")
    case.keep_version(Action.IMPORT)
    AuditEvent.objects.all()._raw_delete("default")
    return case


def lines():
    """(event, object, success, words) of each row, oldest first."""
    rows = AuditEvent.objects.order_by("pk")
    return [(row.event, row.object_name, row.succeeded, row.detail) for row in rows]


def step(name, case):
    return reverse("admin:cases_case_step", args=[case.pk, name])


class TestStepsAreOneLine:
    def test_each_step_of_a_case(self, desk, case, settings):
        settings.FOUR_EYES = False
        desk.post(step("submit", case))
        desk.post(step("send_back", case), {"note": "缺数字"})
        desk.post(step("submit", case))
        desk.post(step("publish", case), {"seen": case.fingerprint()})
        desk.post(step("revise", case))
        desk.post(step("discard", Case.objects.get(revises=case)))
        desk.post(step("withdraw", case), {"note": "有误"})
        assert [(event, done, words) for event, _, done, words in lines()] == [
            ("submit", True, ""),
            ("send_back", True, "缺数字"),
            ("submit", True, ""),
            ("publish", True, ""),
            ("revise", True, ""),
            ("discard", True, ""),
            ("withdraw", True, "有误"),
        ]
        assert {name for _, name, *_ in lines()} == {"推行告知承诺"}

    def test_many_at_once(self, desk, case):
        sent = {"action": "submit_selected", "_selected_action": [case.pk]}
        desk.post(reverse("admin:cases_case_changelist"), sent)
        assert lines() == [("submit", "推行告知承诺", True, "")]

    def test_an_older_version_restored(self, desk, case):
        version = case.versions.get()
        desk.post(reverse("admin:cases_case_restore", args=[case.pk, version.pk]))
        assert [(event, name) for event, name, *_ in lines()] == [("restore", "推行告知承诺")]

    def test_a_term_merged_into_another(self, desk):
        one, other = (Theme.objects.create(code=name, name=name) for name in ("税", "费"))
        address = reverse("admin:cases_theme_merge", args=[one.pk])
        assert desk.post(address, {"into": other.pk}).status_code == 302
        assert [(event, name, done) for event, name, done, _ in lines()] == [("merge", "费", True)]


class TestWhatIsRefused:
    def test_a_case_that_was_changed_meanwhile(self, desk, case, settings):
        settings.FOUR_EYES = False
        case.submit(User.objects.get())
        AuditEvent.objects.all()._raw_delete("default")
        desk.post(step("publish", case), {"seen": "another"})
        event, name, done, words = lines()[0]
        assert (event, name, done) == ("publish", "推行告知承诺", False)
        assert "改" in words and "/" not in words
        assert len(lines()) == 1

    def test_many_at_once_of_which_some_go(self, desk, case):
        empty = Case.objects.create(title="没有正文")
        sent = {"action": "submit_selected", "_selected_action": [case.pk, empty.pk]}
        desk.post(reverse("admin:cases_case_changelist"), sent)
        done, refused = lines()
        assert done == ("submit", "推行告知承诺", True, "")
        assert (refused[0], refused[2]) == ("submit", False)
        assert refused[3].startswith("1 个案例没有送审：")
        assert "没有正文" in refused[3] and "<" not in refused[3]

    def test_one_ticked_case_is_named(self, desk):
        empty = Case.objects.create(title="没有正文")
        sent = {"action": "submit_selected", "_selected_action": [empty.pk]}
        desk.post(reverse("admin:cases_case_changelist"), sent)
        assert [(event, name, done) for event, name, done, _ in lines()] == [
            ("submit", "没有正文", False)
        ]

    @pytest.mark.parametrize("made_up", ["publish", "approve/now"])
    def test_an_address_that_does_nothing(self, editor, case, made_up):
        editor.post(f"/admin/cases/case/{case.pk}/{made_up}/")
        event, name, done, words = lines()[0]
        assert (event, name, done) == ("other", "推行告知承诺", False)
        assert words.startswith("没有这样的操作")

    def test_a_step_without_the_right(self, editor, case):
        editor.post(step("publish", case))
        assert lines() == [("publish", "推行告知承诺", False, "没有权限：发布")]

    def test_words_that_were_sent_make_no_event(self, desk, case):
        sent = {"action": "login_selected", "_selected_action": [case.pk]}
        desk.post(reverse("admin:cases_case_changelist"), sent)
        assert not AuditEvent.objects.filter(event="login").exists()

    def test_nothing_ticked(self, desk, case):
        sent = {"action": "submit_selected", "index": "0"}
        desk.post(reverse("admin:cases_case_changelist"), sent)
        assert [(event, done) for event, _, done, _ in lines()] == [("submit", False)]


class TestInPlainWords:
    def test_comments(self, desk, case):
        address = reverse("admin:cases_case_comment", args=[case.pk])
        desk.post(address, {"text": "数字从哪里来？"})
        desk.post(address, {"mark": case.comments.get().pk})
        desk.post(address, {"text": " "})
        assert lines() == [
            ("other", "推行告知承诺", True, "写意见"),
            ("other", "推行告知承诺", True, "标记意见是否处理"),
        ]

    @pytest.fixture
    def upload(self):
        text = FIRST_NOTICE.read_bytes()
        upload = uploading.receive(text, "通知.txt", User.objects.get(username="chen"))
        uploading.read_next()
        AuditEvent.objects.all()._raw_delete("default")
        return upload

    def test_a_case_cut_in_two_names_the_file(self, desk, taxonomy, upload):
        piece = uploading.look(uploading.NoticeUpload.objects.get()).pieces[0]
        address = reverse("admin:cases_noticeupload_text", args=[upload.pk, piece.key])
        desk.post(address, {"cut": "no such paragraph"})
        assert lines() == []
        desk.post(address, {"cut": piece.items[2].name})
        assert lines() == [("other", "通知.txt", True, "拆成两个案例")]

    def test_what_is_decided_in_an_import(self, desk, taxonomy, upload):
        address = reverse("admin:cases_noticeupload_change", args=[upload.pk])
        desk.post(address, {"do": "save"})
        assert lines() == [("change", "通知.txt", True, "保存核对的内容")]

    def test_the_number_of_something_else_names_nothing(self, desk, taxonomy, upload):
        desk.post(reverse("admin:cases_noticeupload_again", args=[upload.pk]))
        assert [(name, done) for _, name, done, _ in lines()] == [("", False)]

    def test_every_address_has_words_for_what_is_sent_there(self):
        shows_only = {"index", "app_list", "view_on_site", "jsi18n", "autocomplete", "here"}
        shows_only |= {"cases_region_choices", "search_searchlog_report", "password_change_done"}
        tells_itself = {"login", "second_step", "logout"}
        found = admin.site.get_urls()
        for resolver in list(found):
            found += getattr(resolver, "url_patterns", ())
        names = {getattr(one, "name", None) for one in found} - {None}
        assert {"cases_case_comment", "cases_noticeupload_text", "two_steps"} <= names
        for name in names - shows_only - tells_itself:
            request = RequestFactory().post("/admin/cases/case/")
            kwargs = {"name": "publish"} if name == "cases_case_step" else {}
            request.resolver_match = SimpleNamespace(url_name=name, kwargs=kwargs)
            request.user = User(is_superuser=True, is_active=True)
            assert "提交" not in deeds.words_of(request), name


class TestWhatFails:
    def test_no_right(self, editor):
        editor.get(LIST)
        editor.post(reverse("admin:cases_theme_add"), {"code": "x", "name": "x", "order": 1})
        assert told() == [("other", "wang", "", False), ("add", "wang", "", False)]
        seen = AuditEvent.objects.last()
        assert (seen.object_type, seen.detail) == ("操作审计", "没有权限：打开列表")

    def test_a_form_with_mistakes(self, desk):
        desk.post(reverse("admin:cases_theme_add"), {"code": "不行", "name": ""})
        row = AuditEvent.objects.get()
        assert (row.succeeded, row.object_type) == (False, "领域")
        assert row.detail == "填写有误，没有保存：名称、顺序、代码"

    def test_a_page_that_breaks_leaves_its_failure_and_nothing_else(self, chen, monkeypatch):
        def breaks(*args, **kwargs):
            raise RuntimeError

        client = Client(raise_request_exception=False)
        client.force_login(chen)
        AuditEvent.objects.all()._raw_delete("default")
        monkeypatch.setattr("cases.admin.terms.TermAdmin.response_add", breaks)
        data = {"code": "x", "name": "纳税", "order": "1", "cues": ""}
        assert client.post(reverse("admin:cases_theme_add"), data).status_code == 500
        assert not Theme.objects.exists()
        assert told() == [("add", "chen", "", False)]


class TestReading:
    def test_the_list_is_chinese_filters_and_records_that_it_was_seen(self, desk):
        record(Event.LOGIN, user_name="wang")
        assert "wang" in desk.get(LIST, {"event__exact": "login"}).content.decode()
        shown = desk.get(LIST, {"event__exact": "delete"})
        assert shown.status_code == 200
        assert not shown.context["cl"].result_list
        assert told(event="view") == [("view", "chen", "", True)] * 2

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_it_is_taken_along_as_filtered_and_without_formulas(self, desk, kind):
        record(Event.LOGIN_FAILED, user_name="=HYPERLINK(1)", succeeded=False)
        record(Event.LOGIN, user_name="wang")
        answer = desk.get(LIST, {"event__exact": "login_failed", "export": kind})
        content = b"".join(answer.streaming_content)
        if kind == "csv":
            rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
            assert rows[1][2] == "'=HYPERLINK(1)"
        else:
            sheet = load_workbook(io.BytesIO(content)).active
            assert sheet["C2"].data_type == "s"
            assert sheet["C2"].quotePrefix
            rows = list(sheet.values)
        assert len(rows) == 2
        assert rows[1][8] == "失败"
        assert told(event="export") == [("export", "chen", "", True)]

    def test_editors_do_not_read_it(self, editor):
        row = record(Event.LOGIN, user_name="chen")
        for address in (LIST, f"{LIST}?export=csv", f"{LIST}{row.pk}/change/"):
            assert editor.get(address).status_code == 403
        assert "操作审计" not in editor.get(reverse("admin:index")).content.decode()

    def test_the_right_to_read_is_enough(self, editor):
        user = User.objects.get(username="wang")
        user.user_permissions.add(Permission.objects.get(codename="view_auditevent"))
        assert editor.get(LIST).status_code == 200

    def test_nobody_changes_anything(self, desk):
        row = record(Event.LOGIN, user_name="wang")
        assert desk.get(f"{LIST}{row.pk}/change/").status_code == 200
        for address in (f"{LIST}add/", f"{LIST}{row.pk}/change/", f"{LIST}{row.pk}/delete/"):
            assert desk.post(address, {"post": "yes"}).status_code == 403
        desk.post(LIST, {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
        assert AuditEvent.objects.filter(pk=row.pk).exists()
        assert not Permission.objects.filter(
            content_type__model="auditevent", codename__regex="^(add|change|delete)_"
        ).exists()


class TestFixed:
    def test_the_model_refuses(self):
        row = record(Event.LOGIN, user_name="wang")
        row.user_name = "chen"
        rows = AuditEvent.objects.all()
        attempts = [
            row.save,
            row.delete,
            rows.delete,
            lambda: rows.update(user_name="chen"),
            lambda: rows.bulk_update([row], ["user_name"]),
            lambda: AuditEvent.objects.bulk_create([AuditEvent()]),
        ]
        for attempt in attempts:
            with pytest.raises(AuditIsFixed):
                attempt()
        assert AuditEvent.objects.get().user_name == "wang"

    @pytest.fixture
    def protected(self):
        protection.protect(connection)

    def execute(self, statement, *values):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)

    def test_the_database_refuses(self, protected):
        young = record(Event.LOGIN, user_name="wang")
        old = record(Event.LOGIN, user_name="old", at=timezone.now() - timedelta(days=181))
        edge = record(Event.LOGIN, user_name="edge", at=timezone.now() - timedelta(days=179))
        table = AuditEvent._meta.db_table
        for row in (young, old, edge):
            with pytest.raises(DatabaseError):
                self.execute(f"UPDATE {table} SET user_name = 'x' WHERE id = %s", row.pk)
        for row in (young, edge):
            with pytest.raises(DatabaseError):
                self.execute(f"DELETE FROM {table} WHERE id = %s", row.pk)
        self.execute(f"DELETE FROM {table} WHERE id = %s", old.pk)
        assert set(AuditEvent.objects.values_list("pk", flat=True)) == {young.pk, edge.pk}

    def test_a_deleted_account_leaves_its_rows(self, protected, chen):
        record(Event.LOGIN, user=chen)
        chen.delete()
        assert told() == [("login", "chen", "", True)]

    def test_triggers_that_are_gone_are_noticed_and_put_back(self, protected):
        assert protection.missing(connection) == []
        protection.unprotect(connection)
        with pytest.raises(CommandError, match="audit_no_update"):
            call_command("check_audit")
        call_command("protect_audit", verbosity=0)
        assert protection.missing(connection) == []

    def test_expiring_keeps_at_least_180_days(self, protected, capsys):
        for days in (500, 400, 200, 170, 0):
            record(Event.LOGIN, user_name=str(days), at=timezone.now() - timedelta(days=days))
        with pytest.raises(CommandError, match="180"):
            call_command("expire_audit", days=100)
        call_command("expire_audit")
        assert "2 条" in capsys.readouterr().out
        assert [name for _, name, _, _ in told()] == ["200", "170", "0"]
        AuditEvent.objects.expire(timezone.now())
        assert [name for _, name, _, _ in told()] == ["170", "0"]
        assert list(damaged_rows()) == []

    def test_what_was_changed_behind_our_back_shows(self, capsys):
        rows = [record(Event.LOGIN, user_name=str(number)) for number in range(5)]
        assert list(damaged_rows()) == []
        table = AuditEvent._meta.db_table
        self.execute(f"UPDATE {table} SET user_name = 'x' WHERE id = %s", rows[1].pk)
        self.execute(f"DELETE FROM {table} WHERE id = %s", rows[3].pk)
        found = dict(damaged_rows())
        assert found == {
            rows[1].pk: "内容与写入时不一致",
            rows[4].pk: f"它前面的第 {rows[3].pk} 条不见了",
        }

    def test_what_is_rolled_back_leaves_no_row(self):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            record(Event.PUBLISH, user_name="chen")
            raise ZeroDivisionError
        assert not AuditEvent.objects.exists()

    def test_long_and_odd_text_fits(self):
        row = record(Event.LOGIN, user_name="名\x00" * 300, detail="字" * 5000)
        row.refresh_from_db()
        assert (len(row.user_name), len(row.detail)) == (150, 2000)
        assert list(damaged_rows()) == []
