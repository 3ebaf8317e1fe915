"""How somebody becomes a volunteer: by themselves, through a leader or a station, through a guardian; approved where policy asks."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Conflict, NotAllowed, Refused, action
from yipanqi.kernel.actors import SYSTEM, Actor
from yipanqi.kernel.events import publish
from yipanqi.kernel.permissions import why_not
from yipanqi.kernel.policy import policy_value
from yipanqi.messaging import actions as messaging
from yipanqi.people import actions as people
from yipanqi.people.models import Role, User
from yipanqi.teams.models import Team
from yipanqi.volunteers import selectors
from yipanqi.volunteers.actions.filling import (
    ADULT,
    TooYoung,
    age_of,
    note_own_consent,
    open_login,
    save_new,
    settle,
    today_of,
)
from yipanqi.volunteers.actions.guardians import Guardian, new_code, note_guardian
from yipanqi.volunteers.catalogue import APPROVE_SELF, GUARDED_AGE
from yipanqi.volunteers.events import VolunteerLeft, VolunteerRegistered
from yipanqi.volunteers.models import Consent, Membership, Volunteer
from yipanqi.volunteers.states import MEMBERSHIP, VOLUNTEER, MembershipState, VolunteerState


@dataclass(frozen=True)
class Registered:
    """A new entry. `code` is what a minor hands to the guardian, told this once; empty for everybody else."""

    volunteer: Volunteer
    code: str = ""

    @property
    def about(self) -> Volunteer:
        return self.volunteer


@action(private=("fields", "password"))
def register(_nothing: None, *, fields: Mapping[str, Any], password: str = "", agreed: bool, by: Actor, at: dt.datetime) -> Registered:
    """Somebody registers with the real name, and gets an account: a visitor with a password of their own, staff with the account
    they have. Minors old enough to register themselves wait for the guardian, who is handed the code.

    Raises:
        Refused: a field is wrong, or the words were not agreed to.
        TooYoung: the guardian has to enter this child, or nobody yet.
        AlreadyEntered: the document is entered.
    """
    if not agreed:
        raise Refused(_("请阅读并同意个人信息处理同意书"), field="agreed")
    person = Volunteer(source=Volunteer.Source.SELF)
    settle(person, fields, today_of(at))
    age = age_of(person, today_of(at))
    if age < (guarded := int(policy_value(GUARDED_AGE.key))):
        raise TooYoung(_("不满 %(age)d 岁的，请由监护人用本人账号登记，或者同监护人一起到文明实践站登记。") % {"age": guarded}, field="born_on")
    if not person.phone:
        raise Refused(_("请填写手机号；没有手机的，请到文明实践站或者由队长登记"), field="phone")
    if not isinstance(by, User) and not password:
        raise Refused(_("请设置密码"), field="password")
    checked = person.document == Volunteer.Document.NONE or policy_value(APPROVE_SELF.key)
    person.state = VolunteerState.CONSENT if age < ADULT else VolunteerState.PENDING if checked else VolunteerState.REGISTERED
    if person.state == VolunteerState.REGISTERED:
        person.registered_on = today_of(at)
    person.user = by if isinstance(by, User) else None
    save_new(person, fields.get("kinds", ()), at)
    if person.user is None:
        open_login(person, password, at)
    note_own_consent(person, Consent.How.ONLINE, at)
    if person.state == VolunteerState.REGISTERED:
        publish(VolunteerRegistered(volunteer_id=person.pk, at=at))
    return Registered(person, new_code(person, at) if age < ADULT else "")


@action(private=("fields", "guardian"))
def enter(_nothing: None, *, fields: Mapping[str, Any], agreed: bool, team: Team | None = None, guardian: Guardian | None = None, by: Actor, at: dt.datetime) -> Volunteer:
    """A leader, a station or the centre enters somebody who is there in person and has no telephone, with their consent. What a
    leader enters into the own team is approved by the station; minors come with their guardian to a station.

    Raises:
        Refused: a field is wrong, or nobody agreed.
        TooYoung: below the age of the policy, or a minor without a guardian.
        NotAllowed: a leader enters somebody into another's team, or a minor.
        AlreadyEntered: the document is entered.
    """
    if not agreed:
        raise Refused(_("请向本人说明并征得同意后再登记"), field="agreed")
    at_station = isinstance(by, User) and bool(by.roles & {Role.CENTRE, Role.STATION})
    if not by.has_perm("volunteers.add_member", team) if team is not None else not at_station:
        raise NotAllowed(why_not("volunteers.add_member"))
    person = Volunteer(source=Volunteer.Source.STATION if at_station else Volunteer.Source.LEADER)
    settle(person, fields, today_of(at))
    if age_of(person, today_of(at)) < ADULT and not (at_station and guardian):
        raise TooYoung(_("未成年人须同监护人一起到文明实践站登记，并登记监护人的证件。"), field="born_on")
    unsure = person.document == Volunteer.Document.NONE and not at_station
    person.state = VolunteerState.PENDING if unsure or (not at_station and policy_value(APPROVE_SELF.key)) else VolunteerState.REGISTERED
    if person.state == VolunteerState.REGISTERED:
        person.registered_on = today_of(at)
    save_new(person, fields.get("kinds", ()), at)
    note_own_consent(person, Consent.How.PAPER, at, by)
    if guardian is not None:
        note_guardian(person, guardian, Consent.How.STATION, at, by)
    if team is not None:
        Membership.objects.create(volunteer=person, team=team, state=MembershipState.MEMBER, asked_at=at, since=today_of(at))
    if person.state == VolunteerState.REGISTERED:
        publish(VolunteerRegistered(volunteer_id=person.pk, at=at))
    return person


@action(private=("fields", "relation"))
def enter_ward(_nothing: None, *, fields: Mapping[str, Any], relation: str, agreed: bool, by: Actor, at: dt.datetime) -> Volunteer:
    """A guardian who is a volunteer enters the own child, and looks after the entry with the own account.

    Raises:
        Refused: a field is wrong, no consent, the guardian is no adult known by a document, or the child is of age.
        TooYoung: below the age of the policy.
        AlreadyEntered: the document is entered.
    """
    guardian = selectors.registered_as(by)
    if guardian is None or (guardian.age_on(today_of(at)) or 0) < ADULT or not guardian.id_hash:
        raise Refused(_("监护人须是用本人证件注册的成年志愿者"))
    if not agreed:
        raise Refused(_("请阅读并单独同意监护人同意书"), field="agreed")
    if not relation.strip():
        raise Refused(_("请填写您与孩子的关系"), field="relation")
    person = Volunteer(source=Volunteer.Source.GUARDIAN, guardian=guardian)
    settle(person, fields, today_of(at))
    if age_of(person, today_of(at)) >= ADULT:
        raise Refused(_("已满 18 岁的请本人注册"), field="born_on")
    checked = person.document == Volunteer.Document.NONE or policy_value(APPROVE_SELF.key)
    person.state = VolunteerState.PENDING if checked else VolunteerState.REGISTERED
    if person.state == VolunteerState.REGISTERED:
        person.registered_on = today_of(at)
    save_new(person, fields.get("kinds", ()), at)
    note_own_consent(person, Consent.How.ACCOUNT, at, by)
    note_guardian(person, Guardian(guardian.name, relation, guardian.document, guardian.id_number, guardian.phone, issued_by=guardian.issued_by), Consent.How.ACCOUNT, at, None)
    if person.state == VolunteerState.REGISTERED:
        publish(VolunteerRegistered(volunteer_id=person.pk, at=at))
    return person


@action
def approve(person: Volunteer, *, by: Actor, at: dt.datetime) -> Volunteer:
    """A station or the centre looked at the entry, and at the person where there is no document. WrongState: it does not wait."""
    VOLUNTEER.move(person, "approve")
    person.registered_on = person.registered_on or today_of(at)
    person.save()
    publish(VolunteerRegistered(volunteer_id=person.pk, at=at))
    _tell(person, "approved", at)
    return person


@action
def decline(person: Volunteer, *, why: str, by: Actor, at: dt.datetime) -> Volunteer:
    """The entry is not accepted; its data are erased after the time of the policy.

    Raises:
        WrongState: it does not wait.
        Refused: no reason.
    """
    if not why.strip():
        raise Refused(_("请写明不予通过的原因"), field="why")
    VOLUNTEER.move(person, "decline")
    person.ended_on = today_of(at)
    person.save()
    _tell(person, "declined", at)
    return person


@action
def leave(person: Volunteer, *, by: Actor, at: dt.datetime) -> Volunteer:
    """Somebody stops being a volunteer: teams end, shifts to come are given back. What was done stays; personal data are erased
    after the time of the policy. WrongState: not a volunteer."""
    VOLUNTEER.move(person, "leave")
    person.ended_on = today_of(at)
    person.save()
    for held in person.memberships.select_for_update().filter(state__in=(MembershipState.ASKED, MembershipState.MEMBER)).order_by("pk"):
        MEMBERSHIP.move(held, "leave_team" if held.state == MembershipState.MEMBER else "take_back_joining")
        held.until, held.is_leader = max(held.since, today_of(at)), False
        held.save()
    publish(VolunteerLeft(volunteer_id=person.pk, at=at))
    return person


@action
def take_back_leaving(person: Volunteer, *, by: Actor, at: dt.datetime) -> Volunteer:
    """Somebody who left, or was not accepted, comes back while the data are kept. A minor needs a guardian's consent again where
    none is in force. WrongState: neither left nor declined."""
    adult = (person.age_on(today_of(at)) or ADULT) >= ADULT
    agreed = adult or any(consent.is_in_force for consent in person.consents.filter(kind="guardian"))
    VOLUNTEER.move(person, "take_back_leaving", VolunteerState.REGISTERED if agreed else VolunteerState.CONSENT)
    person.ended_on = None
    if agreed:
        person.registered_on = person.registered_on or today_of(at)
        publish(VolunteerRegistered(volunteer_id=person.pk, at=at))
    person.save()
    return person


@dataclass(frozen=True)
class FirstPassword:
    """A one-time password for a volunteer's account, told this once."""

    volunteer: Volunteer
    password: str

    @property
    def about(self) -> Volunteer:
        return self.volunteer


@action
def open_account(person: Volunteer, *, by: Actor, at: dt.datetime) -> FirstPassword:
    """A station gives a volunteer who is there in person an account, or a new one-time password for the one they have.

    Raises:
        Conflict: not a volunteer any more, or the account is that of staff, which the office looks after.
    """
    if not person.is_live:
        raise Conflict(_("这份登记已经停用，不能开通账号"))
    if person.user is not None and person.user.appointments.exists():
        raise Conflict(_("这名志愿者用工作账号登录，密码由系统管理员重置"))
    user = person.user or open_login(person, secrets.token_urlsafe(24), at)
    return FirstPassword(person, people.reset_password(user, by=SYSTEM, at=at))


def _tell(person: Volunteer, form: str, at: dt.datetime) -> None:
    """What was decided about one's own entry, where there is an account to read it."""
    if person.user is not None:
        messaging.tell(None, kind="volunteers.entry", facts={"form": form}, why=f"volunteer:{person.number}:{form}:{at.isoformat()}", people=[person.user], by=SYSTEM, at=at)
