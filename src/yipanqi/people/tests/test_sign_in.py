"""Signing in and out through the pages: passwords, lock-out, second factor, sessions."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.models import JournalEntry
from yipanqi.people import actions
from yipanqi.people.models import Appointment

from .board import NOW, PASSWORD, unit, user

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def fresh_counters() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def sign_in(client: Client, username: str = "desk", password: str = PASSWORD) -> object:
    return client.post(LOGIN, {"login": username, "password": password})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def new_secret(client: Client) -> str:
    """Confirm once more that it is me, and read the key of a new second factor off its page."""
    if client.get("/accounts/2fa/totp/activate/").status_code == 302:
        assert "密码不对" in client.post("/accounts/reauthenticate/", {"password": "wrong"}).content.decode()
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    return re.search(r'data-copy="([A-Z2-7]+)"', page)[1]  # type: ignore[index]


def code_of(secret: str, period: int = 0) -> str:
    counter = next(iter(auth.yield_hotp_counters_from_time())) + period
    return auth.format_hotp_value(auth.hotp_value(secret, counter))


def test_sign_in_leads_to_the_inbox(client: Client) -> None:
    user("desk")
    page = client.get(LOGIN)
    assert "工作人员登录" in page.content.decode() and "placeholder" not in page.content.decode()
    answer = sign_in(client, " Desk ")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/inbox/")
    assert signed_in(client)


def test_sign_in_leads_an_inspector_to_the_places_to_check(client: Client) -> None:
    user("inspector")
    assert sign_in(client, "inspector").headers["Location"] == "/m/"  # type: ignore[attr-defined]
    asked = Client().post(f"{LOGIN}?next=/cases/", {"login": "inspector", "password": PASSWORD, "next": "/cases/"})
    assert asked.headers["Location"] == "/cases/"


def test_sign_in_leads_where_the_first_appointment_says(client: Client) -> None:
    person = user("desk", "two.roles")
    Appointment.objects.create(user=person, unit=unit(), role="inspector", starts_on=NOW.date())
    assert sign_in(client, "two.roles").headers["Location"] == "/inbox/"  # type: ignore[attr-defined]
    user("", "nobody.yet")
    assert sign_in(Client(), "nobody.yet").headers["Location"] == "/inbox/"  # type: ignore[attr-defined]


def test_sign_in_with_a_wrong_password_says_so_in_chinese(client: Client) -> None:
    user("desk")
    page = sign_in(client, password="wrong").content.decode()
    assert "用户名或密码不对" in page
    assert not signed_in(client)
    assert "用户名或密码不对" in sign_in(client, "nobody-here", "wrong").content.decode()


def test_sign_in_is_locked_after_repeated_failures_even_with_the_right_password(client: Client) -> None:
    user("desk")
    for _try in range(5):
        assert "用户名或密码不对" in sign_in(client, password="wrong").content.decode()
    for password in ("wrong", PASSWORD):
        assert "已暂时锁定" in sign_in(client, password=password).content.decode()
    assert not signed_in(client)
    user("grid")
    assert sign_in(client, "grid").status_code == 302


def test_sign_out_ends_the_session(client: Client) -> None:
    user("desk")
    sign_in(client)
    assert "确定要退出吗" in client.get("/accounts/logout/").content.decode()
    assert client.post("/accounts/logout/").status_code == 302
    assert not signed_in(client)


def test_sign_in_of_a_deactivated_user_is_refused(client: Client) -> None:
    person = user("desk")
    sign_in(client)
    actions.deactivate_user(person, by=SYSTEM, at=NOW)
    assert client.get("/people/me/").status_code == 302
    fresh = Client()
    assert "账号已停用" in fresh.post(LOGIN, {"login": "desk", "password": PASSWORD}, follow=True).content.decode()
    assert not signed_in(fresh)


@pytest.mark.parametrize("path", ["signup/", "email/", "confirm-email/", "password/reset/", "password/set/", "login/code/confirm/", "3rdparty/"])
def test_pages_that_are_not_offered_answer_404(client: Client, path: str) -> None:
    answer = client.get(f"/accounts/{path}")
    assert answer.status_code == 404
    assert "没有这一页" in answer.content.decode()


def test_second_factor_is_set_up_and_asked_at_the_next_sign_in(client: Client) -> None:
    user("desk")
    sign_in(client)
    new_secret(client)
    assert "验证码不对" in client.post("/accounts/2fa/totp/activate/", {"code": "000000"}).content.decode()
    secret = new_secret(client)
    assert client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)}).status_code == 302
    assert secret not in str(Authenticator.objects.get(type="totp").data)
    assert "已启用" in client.get("/accounts/2fa/").content.decode()
    assert "还有 10 个没有用过" in client.get("/accounts/2fa/recovery-codes/").content.decode()
    client.post("/accounts/logout/")
    cache.clear()
    assert sign_in(client).headers["Location"].startswith("/accounts/2fa/authenticate/")
    assert not signed_in(client)
    assert "两步验证" in client.get("/accounts/2fa/authenticate/").content.decode()
    assert "验证码不对" in client.post("/accounts/2fa/authenticate/", {"code": "000000"}).content.decode()
    assert client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)}).headers["Location"] == "/inbox/"
    assert signed_in(client)


def test_second_factor_is_taken_off_after_confirming_oneself(client: Client) -> None:
    user("desk")
    sign_in(client)
    client.post("/accounts/2fa/totp/activate/", {"code": code_of(new_secret(client))})
    assert "停用后，只凭密码" in client.get("/accounts/2fa/totp/deactivate/").content.decode()
    assert "原来的备用码随即作废" in client.get("/accounts/2fa/recovery-codes/generate/").content.decode()
    client.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(type="totp").exists()
    assert "未启用" in client.get("/people/me/").content.decode()


def test_second_factor_recovery_code_signs_in_once(client: Client) -> None:
    person = user("desk")
    sign_in(client)
    client.post("/accounts/2fa/totp/activate/", {"code": code_of(new_secret(client))})
    spare = Authenticator.objects.get(user=person, type="recovery_codes").wrap().get_unused_codes()[0]
    for expected in (True, False):
        client.post("/accounts/logout/")
        cache.clear()
        sign_in(client)
        client.post("/accounts/2fa/authenticate/", {"code": spare})
        assert signed_in(client) is expected


def test_change_password_keeps_this_session_and_ends_the_others(client: Client) -> None:
    person, other = user("desk"), Client()
    sign_in(client), sign_in(other)
    new = {"oldpassword": PASSWORD, "password1": "gate-of-the-east-77", "password2": "gate-of-the-east-77"}
    page = client.post("/accounts/password/change/", {**new, "oldpassword": "wrong"}).content.decode()
    assert "当前密码不对" in page
    assert client.post("/accounts/password/change/", new).headers["Location"] == "/people/me/"
    assert client.get("/people/me/").status_code == 200
    assert other.get("/people/me/").status_code == 302
    assert JournalEntry.objects.get(action="people.change_password").subject == person.username


@pytest.mark.parametrize(
    ("word", "sentence"), [("short-1", "密码太短，至少要 10 个字符"), ("12345678901", "密码只包含数字"), ("password123", "这个密码太常见了"), (PASSWORD, "不能与当前密码相同")]
)
def test_change_password_to_a_weak_one_is_refused_in_chinese(client: Client, word: str, sentence: str) -> None:
    user("desk")
    sign_in(client)
    page = client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": word, "password2": word}).content.decode()
    assert sentence in page.replace("。", "")


def test_one_time_password_must_be_changed_before_anything_else(client: Client) -> None:
    word = actions.reset_password(user("desk"), by=SYSTEM, at=timezone.now())
    sign_in(client, password=word)
    assert client.get("/people/me/").headers["Location"] == "/accounts/password/change/"
    assert "一次性密码" in client.get("/accounts/password/change/").content.decode()
    client.post("/accounts/password/change/", {"oldpassword": word, "password1": "gate-of-the-east-77", "password2": "gate-of-the-east-77"})
    assert client.get("/people/me/").status_code == 200


def test_sessions_are_listed_and_the_others_ended(client: Client) -> None:
    other = Client(HTTP_USER_AGENT="老旧手机")
    user("desk")
    sign_in(client), sign_in(other)
    page = client.get("/accounts/sessions/").content.decode()
    assert "老旧手机" in page and "当前设备" in page
    assert client.post("/accounts/sessions/").status_code == 302
    assert other.get("/people/me/").status_code == 302
    assert client.get("/people/me/").status_code == 200
    assert "没有其他设备登录" in client.get("/accounts/sessions/").content.decode()
