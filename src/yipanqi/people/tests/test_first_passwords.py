"""One-time passwords expire: at the door, in a session begun with one, over the API."""

from __future__ import annotations

import datetime as dt
import importlib

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.policy import keep_policy
from yipanqi.people import actions
from yipanqi.people.models import User
from yipanqi.people.tests.board import user

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


def given(days_ago: float) -> str:
    """A one-time password for the person "late" that was given so many days ago."""
    person = User.objects.filter(username="late").first() or user("desk", "late")
    return str(actions.reset_password(person, by=SYSTEM, at=timezone.now() - dt.timedelta(days=days_ago)))


def sign_in(client: Client, word: str) -> str:
    return client.post(LOGIN, {"login": "late", "password": word}, follow=True).content.decode()


@pytest.mark.parametrize(("days_ago", "policy", "opens"), [(6.9, 7, True), (7, 7, False), (2, 1, False), (29, 30, True), (0.5, 0, True)])
def test_first_password_opens_for_as_many_days_as_the_office_says(client: Client, days_ago: float, policy: int, opens: bool) -> None:
    keep_policy("people.first_password_days", policy, by="test", at=timezone.now())
    page = sign_in(client, given(days_ago))
    assert ("_auth_user_id" in client.session) == opens
    assert ("请先换成自己的密码" in page, "这个一次性密码已过期" in page, "请联系系统管理员" in page) == (opens, not opens, not opens)


def test_first_password_that_expired_says_nothing_to_who_guesses(client: Client) -> None:
    given(30)
    assert "用户名或密码不对" in sign_in(client, "wrong")


def test_a_new_first_password_opens_again(client: Client) -> None:
    assert "已过期" in sign_in(client, given(8))
    assert "请先换成自己的密码" in sign_in(client, given(0))


def test_a_session_begun_with_a_first_password_ends_with_it(client: Client) -> None:
    sign_in(client, given(0))
    User.objects.update(password_given_at=timezone.now() - dt.timedelta(days=7))
    again = Client()
    again.cookies = client.cookies.copy()
    answer = client.get("/accounts/password/change/", follow=True)
    assert answer.redirect_chain == [(LOGIN, 302)] and "这个一次性密码已过期" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    assert again.get("/api/v1/me").status_code == 401


def test_api_of_a_session_with_an_expired_first_password_says_so(client: Client) -> None:
    sign_in(client, given(0))
    User.objects.update(password_given_at=timezone.now() - dt.timedelta(days=8))
    answer = client.get("/api/v1/me")
    assert answer.status_code == 403 and "这个一次性密码已过期" in answer.json()["detail"]


def test_who_gives_a_first_password_reads_how_long_it_is_valid_and_that_one_is_over(client: Client) -> None:
    given(8)
    client.force_login(user("admin"), backend="django.contrib.auth.backends.ModelBackend")
    assert "一次性密码已过期" in client.get("/people/users/late/").content.decode()
    page = client.post("/people/users/late/password/").content.decode()
    assert "7 天内有效" in page and "一次性密码已过期" not in page


def test_migration_gives_older_first_passwords_one_more_term() -> None:
    old, own = user("desk", "old"), user("grid", "own")
    User.objects.filter(pk=old.pk).update(must_change_password=True)
    importlib.import_module("yipanqi.people.migrations.0002_user_password_given_at").begin_term(apps, None)
    old.refresh_from_db()
    own.refresh_from_db()
    assert old.password_given_at and timezone.now() - old.password_given_at < dt.timedelta(minutes=1) and own.password_given_at is None
