"""The audit: everything that staff do is in it, and nobody takes anything out."""

import csv
import io
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts import protection
from accounts.audit import record
from accounts.checking import damaged_rows
from accounts.models import AuditEvent, AuditIsFixed, Event
from cases.models import Case, Section, Theme

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
        data = {"username": "wang", "is_active": "on", "groups": [group.pk]}
        data |= {"date_joined_0": "2025-01-01", "date_joined_1": "00:00"}
        assert desk.post(address, data).status_code == 302
        given = AuditEvent.objects.get(event="permission")
        assert (given.object_name, given.detail) == ("wang", "加上读者")

    def test_changing_ones_own_password(self, desk):
        new = "Dianxing2026"
        data = {"old_password": "Jingyan2025", "new_password1": new, "new_password2": new}
        desk.post(reverse("admin:password_change"), data)
        assert AuditEvent.objects.get().detail == "修改自己的密码"


class TestWhatFails:
    def test_no_right(self, editor):
        editor.get(LIST)
        editor.post(reverse("admin:cases_theme_add"), {"code": "x", "name": "x", "order": 1})
        assert told() == [("other", "wang", "", False)] * 2
        assert AuditEvent.objects.last().detail == f"没有权限：GET {LIST}"

    def test_a_form_with_mistakes(self, desk):
        desk.post(reverse("admin:cases_theme_add"), {"code": "不行", "name": ""})
        row = AuditEvent.objects.get()
        assert (row.succeeded, row.object_type) == (False, "领域")
        assert row.detail.startswith("填写有误，没有保存")

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
        assert told() == [("other", "chen", "", False)]


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
