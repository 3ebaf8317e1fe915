"""Accounts, passwords, tokens, telephone numbers: it works, wrong state, wrong person."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection

from yipanqi.kernel.actions import Conflict, NotAllowed, Refused
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.models import JournalEntry
from yipanqi.people import actions
from yipanqi.people.actions import Deactivated, UsernameTaken, phone_digest
from yipanqi.people.models import ApiToken, User
from yipanqi.people.selectors import why_password_over

from .board import NOW, PASSWORD, unit, user

pytestmark = pytest.mark.django_db


def added(username: str = "wang.li", **extra: str) -> User:
    return actions.add_user(None, **{"username": username, "name": "王立", "by": SYSTEM, "at": NOW, **extra})  # type: ignore[arg-type]


def test_add_user_keeps_the_phone_encrypted_and_names_out_of_the_journal() -> None:
    person = added(phone="139 0937 1234")
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone, phone_hash FROM people_user")
        stored, digest = cursor.fetchone()
    assert "1234" not in stored.partition(":")[2][:4] and "13909371234" not in stored
    assert User.objects.get(phone_hash=phone_digest("13909371234")).phone == "13909371234"
    assert digest != hashlib.sha256(b"13909371234").hexdigest()
    entry = JournalEntry.objects.get()
    assert (entry.subject, entry.data["name"], entry.data["phone"]) == ("wang.li", "***", "***")
    assert not person.has_usable_password()


@pytest.mark.parametrize("wrong", [{"username": "王立"}, {"username": "x"}, {"name": " "}, {"phone": "call me"}])
def test_add_user_with_wrong_words_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(Refused):
        added(**wrong)


def test_add_user_with_a_taken_name_is_refused() -> None:
    added()
    with pytest.raises(UsernameTaken):
        added("Wang.Li")


def test_add_user_and_change_user_by_the_desk_are_not_allowed() -> None:
    desk = user("desk")
    with pytest.raises(NotAllowed):
        actions.add_user(None, username="new", name="新", by=desk, at=NOW)
    with pytest.raises(NotAllowed):
        actions.change_user(added(), name="新", by=desk, at=NOW)


def test_change_user_renews_the_hash() -> None:
    person = actions.change_user(added(phone="13909371234"), name="王丽", phone="", by=SYSTEM, at=NOW)
    assert (person.name, person.phone, person.phone_hash) == ("王丽", "", "")
    with pytest.raises(TypeError):
        actions.change_user(person, is_superuser=True, by=SYSTEM, at=NOW)


def test_deactivate_user_ends_tokens_and_can_be_taken_back() -> None:
    person = user("desk")
    actions.issue_token(person, name="测试", by=person, at=NOW)
    person = actions.deactivate_user(person, by=user("admin"), at=NOW)
    assert not person.is_active
    assert ApiToken.objects.get().revoked_at == NOW
    with pytest.raises(Deactivated):
        actions.deactivate_user(person, by=SYSTEM, at=NOW)
    assert actions.reactivate_user(person, by=SYSTEM, at=NOW).is_active
    with pytest.raises(Conflict):
        actions.reactivate_user(person, by=SYSTEM, at=NOW)


def test_deactivate_user_and_reactivate_user_of_oneself_are_not_allowed() -> None:
    admin = user("admin")
    for act in (actions.deactivate_user, actions.reactivate_user):
        with pytest.raises(NotAllowed):
            act(admin, by=admin, at=NOW)


def test_reset_password_gives_a_word_to_be_changed() -> None:
    person = user("desk")
    word = actions.reset_password(person, by=user("head"), at=NOW)
    person.refresh_from_db()
    assert person.must_change_password and person.check_password(word) and len(word) >= 12
    assert word not in str(JournalEntry.objects.get(action="people.reset_password").data)
    actions.deactivate_user(person, by=SYSTEM, at=NOW)
    with pytest.raises(Deactivated):
        actions.reset_password(person, by=SYSTEM, at=NOW)


def test_reset_password_of_oneself_or_by_a_leader_is_not_allowed() -> None:
    head = user("head")
    with pytest.raises(NotAllowed):
        actions.reset_password(head, by=head, at=NOW)
    with pytest.raises(NotAllowed):
        actions.reset_password(head, by=user("unit_leader"), at=NOW)


def test_change_password_ends_the_duty_to_change_it() -> None:
    person = user("desk")
    person.must_change_password = True
    person.save()
    assert not actions.change_password(person, password="another-gate-99", by=person, at=NOW).must_change_password
    assert "another" not in str(JournalEntry.objects.get().data)


def test_change_password_from_an_expired_one_time_password_is_refused() -> None:
    person = user("desk")
    actions.reset_password(person, by=SYSTEM, at=NOW)
    person.refresh_from_db()
    with pytest.raises(Refused, match="已过期"):
        actions.change_password(person, password="another-gate-99", by=person, at=NOW + dt.timedelta(days=7))
    person = actions.change_password(person, password="another-gate-99", by=person, at=NOW + dt.timedelta(days=6, hours=23))
    assert person.password_given_at is None and not why_password_over(person, NOW + dt.timedelta(days=70))


def test_change_password_to_the_same_or_of_another_is_refused() -> None:
    person = user("desk")
    with pytest.raises(Refused, match="不能与原密码相同"):
        actions.change_password(person, password=PASSWORD, by=person, at=NOW)
    with pytest.raises(NotAllowed):
        actions.change_password(person, password="another-gate-99", by=user("admin"), at=NOW)


def test_remove_second_factor_once_and_not_of_oneself() -> None:
    person, admin = user("desk"), user("admin")
    Authenticator.objects.create(user=person, type="totp", data={})
    actions.remove_second_factor(person, by=admin, at=NOW)
    assert not Authenticator.objects.exists()
    with pytest.raises(Conflict):
        actions.remove_second_factor(person, by=admin, at=NOW)
    with pytest.raises(NotAllowed):
        actions.remove_second_factor(admin, by=admin, at=NOW)


def test_change_own_profile_changes_phone_and_language_but_not_the_name() -> None:
    person = user("desk")
    person = actions.change_own_profile(person, phone="13909371234", language="en", by=person, at=NOW)
    assert (person.phone, person.language) == ("13909371234", "en")
    for wrong in ({"name": "别人"}, {"language": "xx"}, {"phone": "?"}):
        with pytest.raises(Refused):
            actions.change_own_profile(person, by=person, at=NOW, **wrong)
    with pytest.raises(NotAllowed):
        actions.change_own_profile(person, phone="", by=user("head"), at=NOW)


def test_reveal_phone_leaves_a_journal_row_without_the_number() -> None:
    person = user("liaison")
    actions.change_own_profile(person, phone="13909371234", by=person, at=NOW)
    assert actions.reveal_phone(person, by=user("unit_leader"), at=NOW) == "13909371234"
    entry = JournalEntry.objects.get(action="people.reveal_phone")
    assert (entry.actor, entry.subject, entry.data) == ("user:unit_leader", "liaison", {})


def test_reveal_phone_by_an_auditor_or_a_strange_leader_is_not_allowed() -> None:
    person = user("liaison")
    for stranger in (user("auditor"), user("unit_leader", at=unit("other"))):
        with pytest.raises(NotAllowed):
            actions.reveal_phone(person, by=stranger, at=NOW)


def test_issue_token_returns_it_once_and_keeps_its_hash() -> None:
    person = user("api")
    token = actions.issue_token(person, name="大屏", expires_at=NOW + dt.timedelta(days=1), by=user("admin"), at=NOW)
    row = ApiToken.objects.get()
    assert (row.digest, str(row)) == (hashlib.sha256(token.encode()).hexdigest(), "大屏")
    assert token not in str(JournalEntry.objects.get().data)


def test_issue_token_without_purpose_in_the_past_or_for_a_closed_account_is_refused() -> None:
    person = user("api")
    with pytest.raises(Refused):
        actions.issue_token(person, name=" ", by=SYSTEM, at=NOW)
    with pytest.raises(Refused):
        actions.issue_token(person, name="x", expires_at=NOW, by=SYSTEM, at=NOW)
    actions.deactivate_user(person, by=SYSTEM, at=NOW)
    with pytest.raises(Deactivated):
        actions.issue_token(person, name="x", by=SYSTEM, at=NOW)


def test_issue_token_for_another_person_is_not_allowed() -> None:
    with pytest.raises(NotAllowed):
        actions.issue_token(user("desk"), name="x", by=user("admin"), at=NOW)


def test_revoke_token_once_by_its_owner_not_by_a_stranger() -> None:
    person = user("desk")
    actions.issue_token(person, name="x", by=person, at=NOW)
    token = ApiToken.objects.get()
    with pytest.raises(NotAllowed):
        actions.revoke_token(token, by=user("liaison"), at=NOW)
    assert actions.revoke_token(token, by=person, at=NOW).revoked_at == NOW
    with pytest.raises(Conflict):
        actions.revoke_token(token, by=person, at=NOW)
