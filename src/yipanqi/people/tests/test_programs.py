"""Programs and people have accounts of their own, so that nobody can act as another person by giving out a token."""

from __future__ import annotations

import pytest
from django.test import Client

from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.actors import SYSTEM
from yipanqi.people import actions
from yipanqi.people.models import Appointment, User

from .board import NOW, PASSWORD, unit, user

pytestmark = pytest.mark.django_db


def test_appoint_a_person_as_a_program_is_refused() -> None:
    with pytest.raises(Refused, match="是个人账号，不能任接口客户端"):
        actions.appoint(user("head", "chief"), unit=unit(), role="api", by=user("admin"), at=NOW)


def test_appoint_somebody_without_role_but_with_a_password_as_a_program_is_refused() -> None:
    with pytest.raises(Refused, match="请为接口另建一个账号"):
        actions.appoint(user("", "quiet"), unit=unit(), role="api", by=user("admin"), at=NOW)


def test_appoint_a_program_as_a_person_is_refused() -> None:
    with pytest.raises(Refused, match="是接口账号"):
        actions.appoint(user("api", "robot"), unit=unit(), role="head", by=user("admin"), at=NOW)


@pytest.mark.parametrize("keeper", ["admin", "head"])
def test_issue_token_for_a_person_who_also_holds_the_api_role_is_not_allowed(keeper: str) -> None:
    person = user("desk", "victim")
    Appointment.objects.create(user=person, unit=unit(), role="api", starts_on=NOW.date())
    with pytest.raises(NotAllowed, match="只能为自己或接口账号"):
        actions.issue_token(User.objects.get(pk=person.pk), name="x", by=user(keeper), at=NOW)


def test_issue_token_for_a_former_person_without_password_is_not_allowed() -> None:
    person = user("api", "mixed")
    Appointment.objects.create(
        user=person,
        unit=unit(),
        role="grid",
        starts_on=NOW.date().replace(year=2020),
        ends_on=NOW.date().replace(year=2021),
    )
    with pytest.raises(NotAllowed):
        actions.issue_token(User.objects.get(pk=person.pk), name="x", by=user("admin"), at=NOW)


def test_reset_password_of_a_program_is_refused() -> None:
    with pytest.raises(Refused, match="不设登录密码"):
        actions.reset_password(user("api", "robot"), by=user("admin"), at=NOW)


def test_add_user_page_makes_a_program_without_a_password() -> None:
    admin = Client()
    admin.force_login(user("admin"), backend="django.contrib.auth.backends.ModelBackend")
    unit()
    page = admin.post(
        "/people/users/add/", {"username": "screen", "name": "大屏", "unit": "cgj", "role": "api"}
    ).content.decode()
    made = User.objects.get(username="screen")
    assert not made.has_usable_password() and made.is_program
    assert "不设登录密码" in page and 'id="once"' not in page and "重置密码" not in page


def test_reset_password_revokes_tokens() -> None:
    person = user("desk")
    token = actions.issue_token(person, name="x", by=person, at=NOW)
    actions.reset_password(person, by=SYSTEM, at=NOW)
    assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_a_one_time_password_opens_neither_pages_nor_the_api_until_it_is_changed() -> None:
    person = user("desk")
    User.objects.filter(pk=person.pk).update(must_change_password=True)
    browser = Client()
    browser.login(username="desk", password=PASSWORD)
    for headers in ({}, {"Authorization": "Basic eDp5"}):
        answer = browser.get("/api/v1/me", headers=headers)
        assert answer.status_code == 403 and "请先修改一次性密码" in answer.json()["detail"]
    assert browser.get("/api/v1/me", headers={"Authorization": "Bearer nonsense"}).status_code == 401
    assert browser.get("/people/me/").headers["Location"] == "/accounts/password/change/"
