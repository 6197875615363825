"""Accounts as staff meet them: logging in, lock-out, passwords, idle sessions, the second step, and
who may give which rights to whom."""

import importlib
import re
import time
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from lxml import html

from accounts import rights, second_factor
from accounts.addresses import client_address, lockout_address
from accounts.middleware import SEEN
from accounts.models import AuditEvent, Event
from cases.models import Case, Theme

pytestmark = pytest.mark.django_db

PASSWORD = "Jingyan2025"
LOGIN = "/admin/login/"


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def chen():
    return User.objects.create_superuser("chen", password=PASSWORD)


@pytest.fixture
def desk(client, chen):
    client.force_login(chen)
    return client


def log_in(client, name="chen", password=PASSWORD, address="203.0.113.7", **data):
    sent = {"username": name, "password": password, **data}
    return client.post(LOGIN, sent, REMOTE_ADDR=address)


def text(response):
    return " ".join(html.fromstring(response.content.decode()).text_content().split())


class TestLockOut:
    def test_five_wrong_passwords_lock_and_the_page_says_how_long(self, client, chen):
        for left in (4, 3, 2, 1):
            assert f"再错 {left} 次，将锁定 5 分钟" in text(log_in(client, password="wrong"))
        fifth = log_in(client, password="wrong")
        assert fifth.status_code == 429
        assert "请等 5 分钟" in text(fifth)
        assert 290 <= int(fifth["Retry-After"]) <= 300
        right = log_in(client)
        assert right.status_code == 429
        assert "_auth_user_id" not in client.session

    def test_it_ends_after_300_seconds_whatever_is_tried_meanwhile(self, client, chen):
        for _ in range(5):
            log_in(client, password="wrong")
        before = AccessAttempt.objects.get().attempt_time
        log_in(client)
        assert AccessAttempt.objects.get().attempt_time == before
        AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(seconds=290))
        assert log_in(client).status_code == 429
        AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(seconds=301))
        assert log_in(client)["Location"] == reverse("admin:index")

    def test_others_and_other_addresses_are_not_locked(self, client, chen):
        User.objects.create_superuser("wang", password=PASSWORD)
        for _ in range(5):
            log_in(client, password="wrong")
        assert log_in(Client(), address="203.0.113.8").status_code == 302
        assert log_in(Client(), name="wang").status_code == 302
        assert log_in(Client()).status_code == 429

    def test_another_browser_does_not_unlock(self, client, chen):
        for number in range(5):
            client.post(
                LOGIN,
                {"username": "chen", "password": "wrong"},
                REMOTE_ADDR="203.0.113.7",
                HTTP_USER_AGENT=f"browser {number}",
            )
        assert log_in(Client()).status_code == 429

    def test_a_network_of_ipv6_is_one_address(self, client, chen):
        for number in range(5):
            log_in(client, password="wrong", address=f"2001:db8:0:1::{number + 1}")
        assert log_in(Client(), address="2001:db8:0:1:ffff::9").status_code == 429
        assert log_in(Client(), address="2001:db8:0:2::1").status_code == 302

    def test_a_name_that_nobody_has_is_locked_alike(self, client):
        for _ in range(5):
            answer = log_in(client, name="nobody", password="wrong")
        assert answer.status_code == 429

    def test_a_header_does_not_help_without_a_proxy(self, client, chen):
        for number in range(5):
            client.post(
                LOGIN,
                {"username": "chen", "password": "wrong"},
                REMOTE_ADDR="203.0.113.7",
                HTTP_X_FORWARDED_FOR=f"198.51.100.{number}",
            )
        assert log_in(Client()).status_code == 429


class TestAddresses:
    def request(self, **meta):
        return RequestFactory().get("/", **meta)

    @pytest.mark.parametrize(
        ("sent", "read"),
        [
            ("203.0.113.7", "203.0.113.7"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"),
            ("fe80::1%eth0", "fe80::1"),
            ("", ""),
            ("unix:", ""),
        ],
    )
    def test_the_peer(self, sent, read):
        assert client_address(self.request(REMOTE_ADDR=sent)) == read

    @pytest.mark.parametrize(
        ("header", "read"),
        [
            ("198.51.100.1, 203.0.113.7", "203.0.113.7"),
            ("203.0.113.7:4711", "203.0.113.7"),
            ("[2001:db8::1]:4711", "2001:db8::1"),
            ("203.0.113.7, forged", "127.0.0.1"),
            ("", "127.0.0.1"),
        ],
    )
    def test_behind_a_proxy_its_own_entry_counts(self, settings, header, read):
        settings.BEHIND_PROXY = True
        request = self.request(HTTP_X_FORWARDED_FOR=header, REMOTE_ADDR="127.0.0.1")
        assert client_address(request) == read

    def test_failures_are_counted_by_the_subscriber(self):
        assert lockout_address(self.request(REMOTE_ADDR="2001:db8:1:2:3::4")) == "2001:db8:1:2::"
        assert lockout_address(self.request(REMOTE_ADDR="203.0.113.7")) == "203.0.113.7"
        assert lockout_address(self.request(REMOTE_ADDR="")) is None


class TestPasswords:
    @pytest.mark.parametrize(
        "good", ["Jingyan2025", "jing-yan-9k", "JINGYAN_99", "营商环境优化aB改革"]
    )
    def test_three_kinds_are_enough(self, good):
        validate_password(good)

    @pytest.mark.parametrize(
        ("bad", "why"),
        [
            ("Jy-2025", "密码太短，至少要有 8 个字符"),
            ("jingyan2025", "至少用 3 类"),
            ("qwertyuiopasd", "至少用 3 类"),
            ("Password1", "密码太简单|常见"),
        ],
    )
    def test_others_are_refused_in_chinese(self, bad, why):
        with pytest.raises(ValidationError) as refused:
            validate_password(bad)
        said = " ".join(refused.value.messages)
        assert any(part in said for part in why.split("|")), said


class TestIdleSessions:
    def idle(self, client, seconds):
        session = client.session
        session[SEEN] = time.time() - seconds
        session.save()

    def test_ten_minutes_end_a_session_and_the_page_comes_back(self, client, chen):
        log_in(client)
        Theme.objects.create(code="x", name="纳税")
        address = reverse("admin:cases_theme_changelist") + "?q=1"
        self.idle(client, 500)
        assert client.get(address).status_code == 200
        self.idle(client, 600)
        answer = client.get(address, follow=True)
        assert "超过 10 分钟没有操作" in text(answer)
        assert "_auth_user_id" not in client.session
        again = log_in(client, next=answer.context["next"])
        assert again["Location"] == address

    def test_it_never_ends_late(self, client, chen):
        log_in(client)
        self.idle(client, 590)
        assert client.get(reverse("admin:index")).status_code == 302

    def test_readers_pages_stay_as_they_are(self, client, chen, taxonomy):
        log_in(client)
        self.idle(client, 3000)
        assert client.get(reverse("home")).status_code == 200

    def write(self, client):
        self.idle(client, 900)
        data = {"code": "new", "name": "新领域", "order": "3", "cues": "一\n二", "_save": "保存"}
        answer = client.post(reverse("admin:cases_theme_add"), data, follow=True)
        assert not Theme.objects.exists()
        return answer

    def test_what_was_written_is_there_after_logging_in_again(self, client, chen):
        log_in(client)
        answer = self.write(client)
        assert "刚才填写的内容已留着" in text(answer)
        shown = client.post(
            LOGIN,
            {"username": "chen", "password": PASSWORD, "next": answer.context["next"]},
            follow=True,
        )
        form = html.fromstring(shown.content.decode()).xpath("//form[@action]")[-1]
        assert form.get("action") == reverse("admin:cases_theme_add")
        client.post(form.get("action"), dict(form.form_values()))
        assert Theme.objects.get().name == "新领域"
        assert Theme.objects.get().cues.splitlines() == ["一", "二"]
        assert client.get(reverse("admin:resume")).status_code == 302

    def test_nobody_else_gets_it(self, client, chen):
        User.objects.create_superuser("wang", password=PASSWORD)
        log_in(client)
        self.write(client)
        log_in(client, name="wang")
        assert client.get(reverse("admin:resume"))["Location"] == reverse("admin:index")

    def test_passwords_are_not_kept(self, client, chen):
        log_in(client)
        self.idle(client, 900)
        data = {"old_password": PASSWORD, "new_password1": "a", "new_password2": "a"}
        client.post(reverse("admin:password_change"), data)
        assert "a" not in str(dict(client.session).get("accounts.kept_form", ""))

    def test_a_forged_form_is_not_kept(self, chen):
        client = Client(enforce_csrf_checks=True)
        client.force_login(chen)
        client.get(reverse("admin:index"))
        self.idle(client, 900)
        answer = client.post(reverse("admin:cases_theme_add"), {"code": "evil", "name": "坏"})
        assert answer.status_code == 403
        assert "accounts.kept_form" not in client.session

    def test_asking_how_long_is_no_work_and_saying_so_is(self, desk):
        desk.get(reverse("admin:index"))
        self.idle(desk, 400)
        assert desk.get(reverse("admin:here")).json()["left"] == pytest.approx(185, abs=2)
        assert desk.get(reverse("admin:here")).json()["left"] == pytest.approx(185, abs=2)
        assert desk.post(reverse("admin:here")).json()["left"] == pytest.approx(585, abs=2)


def code_of(device, offset=0):
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
    totp.time = time.time() + offset
    return f"{totp.token():06d}"


class TestSecondStep:
    def set_up(self, client, offset=0):
        address = reverse("admin:two_steps")
        page = client.post(address, {"begin": "1"})
        assert "<svg" in page.content.decode()
        device = TOTPDevice.objects.get()
        done = client.post(address, {"code": code_of(device, offset)})
        assert "两步验证已启用" in text(done)
        device.refresh_from_db()
        # The code that confirmed it is used up, and the next comes in half a minute.
        TOTPDevice.objects.update(last_t=-1)
        return device, done.context["codes"]

    def with_password(self, client):
        answer = log_in(client)
        assert answer["Location"].startswith(reverse("admin:second_step"))
        assert "_auth_user_id" not in client.session
        return answer["Location"]

    def test_a_password_is_enough_for_those_who_have_not_set_it_up(self, client, chen):
        TOTPDevice.objects.create(user=chen, confirmed=False)
        assert log_in(client)["Location"] == reverse("admin:index")

    def test_the_code_is_asked_for_and_opens(self, desk, client, chen):
        device, _ = self.set_up(desk)
        other = Client()
        address = self.with_password(other)
        assert other.get(reverse("admin:index")).status_code == 302
        assert "六位数字" in text(other.get(address))
        answer = other.post(address, {"code": code_of(device)})
        assert answer["Location"] == reverse("admin:index")
        assert other.get(reverse("admin:index")).status_code == 200

    def test_a_code_opens_once(self, desk, chen):
        device, _ = self.set_up(desk)
        code = code_of(device)
        first, second = Client(), Client()
        assert first.post(self.with_password(first), {"code": code}).status_code == 302
        assert second.post(self.with_password(second), {"code": code}).status_code == 200

    def test_a_recovery_code_opens_once(self, desk, chen):
        _, codes = self.set_up(desk)
        assert len(set(codes)) == 10
        first, second = Client(), Client()
        sent = {"code": f" {codes[0].upper()} "}
        assert first.post(self.with_password(first), sent).status_code == 302
        refused = second.post(self.with_password(second), sent)
        assert "恢复码不对，或已经用过" in text(refused)

    def test_a_mistake_while_setting_up_costs_nothing(self, desk, chen):
        address = reverse("admin:two_steps")
        desk.post(address, {"begin": "1"})
        for _ in range(4):
            assert "验证码不对" in text(desk.post(address, {"code": "000000"}))
        right = code_of(TOTPDevice.objects.get())
        assert "两步验证已启用" in text(desk.post(address, {"code": right}))

    def test_a_code_that_comes_too_soon_is_not_called_wrong(self, desk, chen):
        device, _ = self.set_up(desk)
        just_now = timezone.now()
        TOTPDevice.objects.update(throttling_failure_count=4, throttling_failure_timestamp=just_now)
        client = Client()
        said = text(client.post(self.with_password(client), {"code": code_of(device)}))
        assert re.search("请等 [78] 秒", said)
        assert "不对" not in said
        TOTPDevice.objects.update(throttling_failure_timestamp=just_now - timedelta(seconds=9))
        answer = client.post(reverse("admin:second_step"), {"code": code_of(device)})
        assert answer["Location"] == reverse("admin:index")

    def test_wrong_codes_lock_like_wrong_passwords(self, desk, chen):
        self.set_up(desk)
        client = Client(REMOTE_ADDR="203.0.113.7")
        address = self.with_password(client)
        for _ in range(4):
            assert client.post(address, {"code": "abcdefgh"}).status_code == 200
        assert client.post(address, {"code": "abcdefgh"}).status_code == 429
        assert client.post(address, {"code": "abcdefgh"}).status_code == 429
        assert log_in(Client()).status_code == 429

    def test_the_password_is_not_worth_anything_for_long(self, desk, chen, monkeypatch):
        device, _ = self.set_up(desk)
        client = Client()
        address = self.with_password(client)
        monkeypatch.setattr(second_factor, "PATIENCE", -1)
        answer = client.post(address, {"code": code_of(device)}, follow=True)
        assert "等得太久了" in text(answer)
        assert "_auth_user_id" not in client.session

    def test_the_code_alone_is_worth_nothing(self, desk, chen):
        device, _ = self.set_up(desk)
        client = Client()
        client.post(reverse("admin:second_step"), {"code": code_of(device)})
        assert "_auth_user_id" not in client.session

    def test_it_leads_nowhere_else(self, desk, chen):
        device, _ = self.set_up(desk)
        client = Client()
        log_in(client, next="https://evil.example/")
        data = {"code": code_of(device), "next": "https://evil.example/"}
        answer = client.post(reverse("admin:second_step"), data)
        assert answer["Location"] == reverse("admin:index")

    def test_a_clock_that_is_wrong_by_minutes_is_learnt(self, desk, chen):
        device, _ = self.set_up(desk, offset=-300)
        client = Client()
        code = code_of(device, offset=-300)
        assert client.post(self.with_password(client), {"code": code}).status_code == 302

    def test_one_that_is_right_does_not_excuse_old_codes(self, desk, chen):
        device, _ = self.set_up(desk)
        client = Client()
        code = code_of(device, offset=-300)
        assert client.post(self.with_password(client), {"code": code}).status_code == 200

    def test_changing_it_asks_for_the_password(self, desk, chen):
        _, codes = self.set_up(desk)
        address = reverse("admin:two_steps")
        assert "密码不对" in text(desk.post(address, {"remove": "1", "password": "x"}))
        assert TOTPDevice.objects.exists()
        renewed = desk.post(address, {"renew": "1", "password": PASSWORD}).context["codes"]
        assert not set(codes) & set(renewed)
        desk.post(address, {"remove": "1", "password": PASSWORD})
        assert not TOTPDevice.objects.exists()
        assert log_in(Client())["Location"] == reverse("admin:index")

    def test_an_administrator_resets_it(self, desk, chen):
        self.set_up(desk)
        users = reverse("admin:auth_user_changelist")
        assert "已启用" in text(desk.get(users))
        chosen = {"action": "reset_second_step", "_selected_action": [chen.pk]}
        assert "已重置 1 个用户" in text(desk.post(users, chosen, follow=True))
        assert not TOTPDevice.objects.exists()
        assert AuditEvent.objects.filter(event=Event.SECOND_FACTOR, detail="管理员重置。").exists()

    def test_its_secret_is_on_no_other_page(self, desk, chen):
        device, _ = self.set_up(desk)
        key = second_factor.spelled_key(device).replace(" ", "")
        for address in (reverse("admin:two_steps"), reverse("admin:auth_user_changelist")):
            shown = desk.get(address).content.decode()
            assert key not in shown
            assert device.key not in shown


def test_whoever_left_traces_is_switched_off_not_deleted(desk, chen):
    answer = desk.post(reverse("admin:auth_user_delete", args=[chen.pk]), {"post": "yes"})
    assert "有操作记录，不能删除" in text(answer)
    assert User.objects.filter(pk=chen.pk).exists()
    assert not Case.objects.exists()


@pytest.fixture
def administrator():
    """A browser in which somebody of the group 管理员 is logged in."""
    importlib.import_module("cases.migrations.0005_groups").make_groups(apps, None)
    user = User.objects.create_user("zhao", password=PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name="管理员"))
    client = Client()
    client.force_login(user)
    client.user = user
    return client


def page(name, *args, model="user"):
    return reverse(f"admin:auth_{model}_{name}", args=args)


def fields(client, address, model="user", **changes):
    """What the form at the address would send, with changes; None takes a field out."""
    form = html.fromstring(client.get(address).content.decode()).xpath(
        f"//form[@id='{model}_form']"
    )
    data = {}
    for name, value in form[0].form_values():
        data.setdefault(name, []).append(value)
    return {name: value for name, value in (data | changes).items() if value is not None}


def permission(label):
    app, codename = label.split(".")
    return Permission.objects.get(content_type__app_label=app, codename=codename)


class TestWhoGivesRights:
    def test_nobody_makes_himself_superuser(self, administrator):
        address = page("change", administrator.user.pk)
        sent = fields(administrator, address)
        assert "superuser" not in administrator.get(address).content.decode()
        assert administrator.post(address, sent | {"is_superuser": "on"}).status_code == 302
        assert not User.objects.get(pk=administrator.user.pk).is_superuser
        assert "is_superuser" not in administrator.get(page("add")).content.decode()

    def test_nor_makes_one(self, administrator):
        sent = fields(administrator, page("add"), username="new", is_superuser="on")
        sent |= dict.fromkeys(["password1", "password2"], PASSWORD)
        assert administrator.post(page("add"), sent).status_code == 302
        assert not User.objects.get(username="new").is_superuser

    def test_a_superuser_makes_one(self, desk):
        wang = User.objects.create_user("wang", is_staff=True)
        address = page("change", wang.pk)
        desk.post(address, fields(desk, address, is_superuser="on"))
        assert User.objects.get(pk=wang.pk).is_superuser

    def test_the_account_of_a_superuser_is_only_looked_at(self, administrator, chen):
        address = page("change", chen.pk)
        shown = administrator.get(address)
        assert "只能由超级用户管理" in text(shown)
        assert "重设密码" not in text(shown)
        assert administrator.post(address, {"username": "mine"}).status_code == 403
        new = dict.fromkeys(["password1", "password2"], "Dianxing2026")
        for name in ("auth_user_password_change", "auth_user_delete"):
            address = reverse(f"admin:{name}", args=[chen.pk])
            assert administrator.get(address).status_code == 403
            assert administrator.post(address, new | {"post": "yes"}).status_code == 403
        many = {"action": "delete_selected", "_selected_action": [chen.pk], "post": "yes"}
        assert "只能由超级用户管理" in text(administrator.post(page("changelist"), many))
        again = User.objects.get(pk=chen.pk)
        assert (again.username, again.password) == ("chen", chen.password)

    def test_its_second_step_is_not_reset(self, administrator, chen):
        TOTPDevice.objects.create(user=chen, confirmed=True)
        many = {"action": "reset_second_step", "_selected_action": [chen.pk]}
        answer = administrator.post(page("changelist"), many, follow=True)
        assert "只能由超级用户管理" in text(answer)
        assert TOTPDevice.objects.exists()

    def test_an_administrator_manages_the_others(self, administrator):
        wang = User.objects.create_user("wang", password=PASSWORD, is_staff=True)
        wang.groups.add(Group.objects.get(name="审核"))
        new = dict.fromkeys(["password1", "password2"], "Dianxing2026")
        address = page("password_change", wang.pk)
        assert administrator.post(address, new).status_code == 302
        assert User.objects.get(pk=wang.pk).check_password("Dianxing2026")
        address = page("change", wang.pk)
        administrator.post(address, fields(administrator, address, is_active=None))
        assert not User.objects.get(pk=wang.pk).is_active

    @pytest.fixture
    def porter(self, administrator):
        """May change accounts and groups, and nothing else."""
        user = User.objects.create_user("men", is_staff=True)
        mine = ["change_user", "view_user", "change_group", "view_group"]
        user.user_permissions.set(permission(f"auth.{one}") for one in mine)
        client = Client()
        client.force_login(user)
        client.user = user
        return client

    def test_nobody_gives_what_he_has_not(self, porter):
        wang = User.objects.create_user("wang", is_staff=True)
        address = page("change", wang.pk)
        publish, view = permission("cases.publish_case"), permission("auth.view_user")
        sent = fields(porter, address)
        assert porter.post(address, sent | {"user_permissions": [publish.pk]}).status_code == 200
        assert not wang.user_permissions.exists()
        mighty = Group.objects.get(name="管理员")
        assert porter.post(address, sent | {"groups": [mighty.pk]}).status_code == 200
        assert not wang.groups.exists()
        assert porter.post(address, sent | {"user_permissions": [view.pk]}).status_code == 302
        assert list(wang.user_permissions.all()) == [view]

    def test_nor_to_a_group(self, porter):
        group = Group.objects.create(name="读者")
        address = page("change", group.pk, model="group")
        for given, status in (("cases.publish_case", 200), ("auth.view_user", 302)):
            sent = {"name": "读者", "permissions": [permission(given).pk]}
            assert porter.post(address, sent).status_code == status
        assert [one.codename for one in group.permissions.all()] == ["view_user"]

    def test_what_somebody_has_already_stays_when_his_form_is_saved(self, porter, administrator):
        li = User.objects.create_user("li", is_staff=True)
        log = permission("search.delete_searchlog")
        li.user_permissions.add(permission("auth.view_user"), log)
        User.objects.get(username="men").user_permissions.add(log)
        mine = fields(porter, page("change", li.pk))
        assert porter.post(page("change", li.pk), mine).status_code == 302
        assert li.user_permissions.count() == 2

    def test_nobody_takes_over_an_account_that_may_more(self, porter, administrator):
        zhao = administrator.user
        for is_active in (True, False):
            # One that is switched off could be switched on with a new password.
            User.objects.filter(pk=zhao.pk).update(is_active=is_active)
            assert "有您没有的权限" in text(porter.get(page("change", zhao.pk)))
            assert porter.get(page("password_change", zhao.pk)).status_code == 403


class TestPermissionsOffered:
    def labels(self):
        return {rights.label_of(one) for one in rights.offered()}

    def test_only_those_that_a_page_heeds(self):
        labels = self.labels()
        assert {"案例：发布和撤回", "检索记录：查看", "操作审计：查看", "用户：修改"} <= labels
        assert not {"检索记录：添加", "检索记录：修改", "通知导入：删除"} & labels
        assert not [label for label in labels if label.startswith(("历史版本", "会话", "内容类型"))]

    def test_the_index_is_no_word(self):
        assert "检索索引：重建" in self.labels()
        assert permission("search.rebuild_index").content_type.model == "indexchange"

    def test_all_are_named_in_chinese(self):
        assert not [label for label in self.labels() if re.search("[A-Za-z]", label)]


class TestBuiltInGroups:
    def test_they_are_neither_deleted_nor_renamed(self, desk, administrator):
        group = Group.objects.get(name="审核")
        address = page("delete", group.pk, model="group")
        many = {"action": "delete_selected", "_selected_action": [group.pk], "post": "yes"}
        for answer in (
            desk.post(address, {"post": "yes"}),
            desk.post(page("changelist", model="group"), many),
        ):
            assert "是系统自带的组，不能删除" in text(answer)
            assert "相关对象" not in text(answer)
        address = page("change", group.pk, model="group")
        sent = fields(desk, address, model="group")
        assert desk.post(address, sent | {"name": "别的"}).status_code == 302
        assert Group.objects.get(pk=group.pk).name == "审核"

    def test_their_rights_are_changed_and_other_groups_go(self, desk, administrator):
        editors, other = Group.objects.get(name="编辑"), Group.objects.create(name="读者")
        address = page("change", editors.pk, model="group")
        right = permission("cases.view_case")
        desk.post(address, {"permissions": [right.pk]})
        assert list(editors.permissions.all()) == [right]
        desk.post(page("delete", other.pk, model="group"), {"post": "yes"})
        assert not Group.objects.filter(name="读者").exists()


class TestNewAccounts:
    def add(self, client, **changes):
        sent = fields(client, page("add"), username="qian", **changes)
        sent |= dict.fromkeys(["password1", "password2"], PASSWORD)
        assert client.post(page("add"), sent).status_code == 302
        return User.objects.get(username="qian")

    def test_a_new_editor_logs_in_at_once(self, administrator):
        editors = Group.objects.get(name="编辑")
        user = self.add(administrator, groups=[editors.pk], last_name="钱")
        assert list(user.groups.all()) == [editors]
        assert log_in(Client(), name="qian")["Location"] == reverse("admin:index")

    def test_without_the_tick_he_is_told_why_not(self, administrator):
        self.add(administrator, is_staff=None)
        client = Client()
        said = text(log_in(client, name="qian"))
        assert "请管理员在账号里勾选“可以登录后台”" in said
        assert "_auth_user_id" not in client.session
        row = AuditEvent.objects.filter(event=Event.LOGIN_FAILED).get()
        assert (row.user_name, row.succeeded) == ("qian", False)

    def test_a_wrong_password_says_nothing_of_the_account(self, administrator):
        self.add(administrator, is_staff=None)
        said = text(log_in(Client(), name="qian", password="wrong"))
        assert "用户名或密码不对" in said
        assert "可以登录后台" not in said

    @pytest.mark.parametrize("name", ["add", "change", "password_change", "changelist"])
    def test_the_pages_are_without_jargon(self, administrator, name):
        args = [] if name in ("add", "changelist") else [administrator.user.pk]
        said = text(administrator.get(page(name, *args)))
        for word in ("pbkdf2", "算法", "迭代", "LDAP", "工作人员", "指明", "单一登入", "以 "):
            assert word not in said
