"""Accounts kept safe: first passwords, unlocking, ended sessions, what the journal knows of factors and tokens."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils.timezone import localdate

from yipanqi.kernel.actions import NotAllowed
from yipanqi.kernel.actors import SYSTEM, Visitor
from yipanqi.kernel.models import JournalEntry
from yipanqi.people import actions, selectors
from yipanqi.people.models import ApiToken, User
from yipanqi.people.rules import is_visitor

from .board import NOW, PASSWORD, unit, user
from .test_sign_in import code_of, new_secret, sign_in, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_counters() -> None:
    cache.clear()


def office(role: str = "head") -> Client:
    client = Client()
    client.force_login(user(role), backend="django.contrib.auth.backends.ModelBackend")
    return client


def imported(username: str) -> User:
    """Somebody as the sheet of users leaves them: appointed, without a password."""
    person = actions.add_user(None, username=username, name=f"新{username}", by=SYSTEM, at=NOW)
    actions.appoint(person, unit=unit(), role="liaison", by=SYSTEM, at=NOW)
    return person


def test_first_passwords_are_shown_once_as_slips_and_must_be_changed() -> None:
    people = [imported("li"), imported("wu")]
    desk = office()
    assert not signed_in_as("li", "")
    assert "有 2 人还没有密码" in desk.get("/people/users/").content.decode()
    listed = desk.get("/people/users/first-passwords/").content.decode()
    assert "新li" in listed and "新wu" in listed
    answer = desk.post("/people/users/first-passwords/", {"user": ["li"]})
    slips = re.findall(r"<code[^>]*>([a-z2-9-]{14})</code>", answer.content.decode())
    assert len(slips) == 1 and "no-store" in answer["Cache-Control"]
    assert slips[0] not in desk.get("/people/users/first-passwords/").content.decode()
    client = Client()
    sign_in(client, "li", slips[0])
    assert client.get("/people/me/").headers["Location"] == "/accounts/password/change/"
    assert slips[0] not in str(list(JournalEntry.objects.values_list("data", flat=True)))
    assert list(selectors.without_password(User.objects.all())) == [people[1]]
    assert "请先勾选人员" in desk.post("/people/users/first-passwords/", {}, follow=True).content.decode()
    desk.post("/people/users/first-passwords/", {"user": ["wu", "head", "nobody"]})
    assert "人人都有密码" in desk.get("/people/users/first-passwords/").content.decode()


def signed_in_as(username: str, password: str) -> bool:
    client = Client()
    sign_in(client, username, password)
    return signed_in(client)


@pytest.mark.parametrize("role", ["desk", "liaison", "auditor", "leader"])
def test_first_passwords_are_for_the_keepers_of_the_board(role: str) -> None:
    imported("li")
    client = office(role)
    assert client.get("/people/users/first-passwords/").status_code == 403
    assert client.post("/people/users/first-passwords/", {"user": "li"}).status_code == 403
    assert not User.objects.get(username="li").has_usable_password()


def test_programs_need_no_first_password() -> None:
    robot = actions.add_user(None, username="robot", name="大屏", by=SYSTEM, at=NOW)
    actions.appoint(robot, unit=unit(), role="api", by=SYSTEM, at=NOW)
    assert not selectors.without_password(User.objects.all()).exists()


def test_unlock_lets_somebody_try_again_at_once(client: Client) -> None:
    user("liaison")
    for _try in range(6):
        page = sign_in(client, "liaison", "wrong").content.decode()
    assert "已暂时锁定" in page and "创城办解除锁定" in page and not signed_in_as("liaison", PASSWORD)
    answer = office().post("/people/users/liaison/account/unlock/", follow=True)
    assert "已解除登录锁定" in answer.content.decode()
    assert signed_in_as("liaison", PASSWORD)
    assert JournalEntry.objects.get(action="people.unlock_user").subject == "liaison"


def test_unlock_comes_with_a_new_password(client: Client) -> None:
    user("liaison")
    for _try in range(6):
        sign_in(client, "liaison", "wrong")
    page = office().post("/people/users/liaison/password/").content.decode()
    word = re.search(r'id="once">([a-z2-9-]+)<', page)
    assert word and signed_in_as("liaison", word[1])


def test_unlock_of_oneself_or_of_a_closed_account_is_refused() -> None:
    head, gone = user("head"), user("grid")
    with pytest.raises(NotAllowed):
        actions.unlock_user(head, by=head, at=NOW)
    with pytest.raises(NotAllowed):
        actions.unlock_user(gone, by=user("desk"), at=NOW)
    actions.deactivate_user(gone, by=SYSTEM, at=NOW)
    with pytest.raises(actions.Deactivated):
        actions.unlock_user(gone, by=head, at=NOW)


def test_deactivate_ends_sessions_for_good(client: Client) -> None:
    person = user("liaison")
    sign_in(client, "liaison")
    assert client.get("/people/me/").status_code == 200
    actions.deactivate_user(person, by=SYSTEM, at=NOW)
    actions.reactivate_user(person, by=SYSTEM, at=NOW)
    assert client.get("/people/me/").status_code == 302


def test_change_second_factor_stands_in_the_journal(client: Client, django_capture_on_commit_callbacks: Any) -> None:
    user("desk")
    sign_in(client)
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/2fa/totp/activate/", {"code": code_of(new_secret(client))})
        client.post("/accounts/2fa/recovery-codes/generate/")
        client.post("/accounts/2fa/totp/deactivate/")
    rows = JournalEntry.objects.filter(action="people.change_second_factor", actor="user:desk").values_list("data", flat=True)
    assert {row["change"] for row in rows} >= {"on", "off"}


def test_change_second_factor_of_somebody_else_or_to_nonsense_is_refused() -> None:
    person = user("desk")
    with pytest.raises(NotAllowed):
        actions.change_second_factor(person, change="on", by=user("head"), at=NOW)
    with pytest.raises(ValueError):
        actions.change_second_factor(person, change="maybe", by=person, at=NOW)


def test_token_shows_the_day_it_was_last_used() -> None:
    person = user("desk")
    token = actions.issue_token(person, name="大屏", by=person, at=NOW)
    browser = Client()
    browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    assert "还没用过" in browser.get("/people/me/").content.decode()
    for _time in range(2):
        assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert ApiToken.objects.get().last_used_on == localdate()
    assert JournalEntry.objects.filter(action="people.note_token_use").count() == 1
    assert f"最近使用 {localdate()}" in browser.get("/people/me/").content.decode()


def test_appointment_counts_from_its_first_to_its_last_day_at_once() -> None:
    person, today = user(username="both"), localdate()
    actions.appoint(person, unit=unit("a"), role="liaison", by=SYSTEM, at=NOW, starts_on=today)
    second = actions.appoint(person, unit=unit("b"), role="inspector", by=SYSTEM, at=NOW, starts_on=today, ends_on=today)
    held = User.objects.get(pk=person.pk)
    assert held.roles == {"liaison", "inspector"} and len(held.unit_ids) == 2
    assert held.units_as("inspector") == {second.unit_id}
    second.starts_on = second.ends_on = today.replace(year=today.year - 1, day=1)
    second.save()
    assert User.objects.get(pk=person.pk).roles == {"liaison"}


def test_is_visitor_tells_people_without_account_apart() -> None:
    assert is_visitor(Visitor("x")) and not is_visitor(user("desk")) and not is_visitor(SYSTEM)


def test_change_group_without_members_keeps_them() -> None:
    head = user("head")
    group = actions.add_group(None, code="g1", name="市容组", kind="duty", members=[unit("a")], by=head, at=NOW)
    changed = actions.change_group(group, name="环境组", by=head, at=NOW)
    assert changed.name == "环境组" and [u.code for u in changed.members.all()] == ["a"]


def test_appointment_is_named_by_unit_and_role() -> None:
    person = user("liaison")
    assert str(person.appointments.get()) == "单位cgj 责任单位联络员"
