"""Logging in as staff meet it: lock-out, passwords, idle sessions, the second step."""

import time
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from lxml import html

from accounts import second_factor
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
