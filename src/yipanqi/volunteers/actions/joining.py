"""Teams: asking to join, being let in, leaving, leading. Nobody is put into a team against their word."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Conflict, Refused, action
from yipanqi.kernel.actors import SYSTEM, Actor
from yipanqi.kernel.events import publish
from yipanqi.kernel.policy import policy_value
from yipanqi.messaging import actions as messaging
from yipanqi.people.models import User
from yipanqi.teams.models import Team
from yipanqi.volunteers.catalogue import ACCEPT_MEMBERS
from yipanqi.volunteers.events import MembershipEnded
from yipanqi.volunteers.models import Membership, Volunteer
from yipanqi.volunteers.states import MEMBERSHIP, MembershipState, VolunteerState


class NotRegistered(Conflict):
    """Only registered volunteers belong to teams."""

    def __init__(self) -> None:
        super().__init__(_("注册完成后才能加入队伍"))


@action
def join(person: Volunteer, *, team: Team, by: Actor, at: dt.datetime) -> Membership:
    """A volunteer asks to join a team; where no leader has to agree, belongs to it at once.

    Raises:
        NotRegistered: the entry is not complete.
        Conflict: the team is no more, or the volunteer belongs to it or asked already.
    """
    state = MembershipState.ASKED if policy_value(ACCEPT_MEMBERS.key) else MembershipState.MEMBER
    made = _new(person, team, state, at)
    if state == MembershipState.ASKED:
        people = [row.volunteer.user for row in leaders_of(team) if row.volunteer.user is not None]
        messaging.tell(None, kind="volunteers.joining", facts={"form": "asked", "team": team.name}, why=f"membership:{made.uuid}:asked", people=people, by=SYSTEM, at=at)
    return made


@action
def add_member(team: Team, *, person: Volunteer, said_yes: bool, by: Actor, at: dt.datetime) -> Membership:
    """A leader or a station enters somebody without a telephone into the team, on their word.

    Raises:
        Refused: the person was not asked.
        NotRegistered, Conflict: as `join`.
    """
    if not said_yes:
        raise Refused(_("入队须本人愿意，请先征得本人同意"), field="said_yes")
    return _new(person, team, MembershipState.MEMBER, at)


def _new(person: Volunteer, team: Team, state: str, at: dt.datetime) -> Membership:
    if person.state != VolunteerState.REGISTERED:
        raise NotRegistered()
    if team.ended_on is not None and team.ended_on <= timezone.localdate(at):
        raise Conflict(_("这支队伍已经解散"))
    try:
        with transaction.atomic():
            return Membership.objects.create(volunteer=person, team=team, state=state, asked_at=at, since=timezone.localdate(at))
    except IntegrityError as error:
        raise Conflict(_("已经在这支队伍，或者已经申请过")) from error


def leaders_of(team: Team) -> list[Membership]:
    """Who leads a team, with their accounts."""
    return list(team.memberships.filter(is_leader=True, state=MembershipState.MEMBER).select_related("volunteer__user"))


@action
def accept_member(held: Membership, *, by: Actor, at: dt.datetime) -> Membership:
    """The leader lets somebody in who asked.

    Raises:
        WrongState: it does not wait.
        NotRegistered: the volunteer has left meanwhile.
    """
    if held.volunteer.state != VolunteerState.REGISTERED:
        raise NotRegistered()
    MEMBERSHIP.move(held, "accept_member")
    held.since = timezone.localdate(at)
    held.save()
    _answer(held, "accepted", at)
    return held


@action
def decline_member(held: Membership, *, why: str, by: Actor, at: dt.datetime) -> Membership:
    """The leader does not let somebody in, and says why.

    Raises:
        WrongState: it does not wait.
        Refused: no reason.
    """
    if not why.strip():
        raise Refused(_("请写明原因"), field="why")
    MEMBERSHIP.move(held, "decline_member")
    held.until, held.answer = max(held.since, timezone.localdate(at)), why.strip()[:200]
    held.save()
    _answer(held, "declined", at)
    return held


@action
def take_back_joining(held: Membership, *, by: Actor, at: dt.datetime) -> Membership:
    """Whoever asked does not want to join any more. WrongState: it does not wait."""
    MEMBERSHIP.move(held, "take_back_joining")
    held.until = max(held.since, timezone.localdate(at))
    held.save()
    return held


@action
def leave_team(held: Membership, *, by: Actor, at: dt.datetime) -> Membership:
    """Somebody leaves a team, or is taken off its list; what was done there stays. WrongState: not a member."""
    MEMBERSHIP.move(held, "leave_team")
    held.until, held.is_leader = max(held.since, timezone.localdate(at)), False
    held.save()
    publish(MembershipEnded(volunteer_id=held.volunteer_id, team_id=held.team_id, at=at))
    if not (isinstance(by, User) and held.volunteer.user_id == by.pk):
        _answer(held, "ended", at)
    return held


@action
def make_leader(held: Membership, *, by: Actor, at: dt.datetime) -> Membership:
    """A member leads the team from now on, beside those who do already.

    Raises:
        WrongState: not a member.
        Conflict: leads it already, or is a minor.
    """
    MEMBERSHIP.move(held, "make_leader")
    if held.is_leader:
        raise Conflict(_("已经是这支队伍的队长"))
    age = held.volunteer.age_on(timezone.localdate(at))
    if held.volunteer.state != VolunteerState.REGISTERED or (age is not None and age < 18):
        raise Conflict(_("队长须是成年的注册志愿者"))
    held.is_leader = True
    held.save()
    _answer(held, "leader", at)
    return held


@action
def dismiss_leader(held: Membership, *, by: Actor, at: dt.datetime) -> Membership:
    """Somebody leads the team no longer, and stays a member. Conflict: does not lead it."""
    MEMBERSHIP.move(held, "dismiss_leader")
    if not held.is_leader:
        raise Conflict(_("不是这支队伍的队长"))
    held.is_leader = False
    held.save()
    return held


@action
def end_memberships_of(team: Team, *, by: Actor, at: dt.datetime) -> None:
    """A team is no more: nobody belongs to it, whoever still asks is told no. Twice, nothing changes."""
    for held in team.memberships.select_for_update().filter(state__in=(MembershipState.ASKED, MembershipState.MEMBER)).order_by("pk"):
        MEMBERSHIP.move(held, "leave_team" if held.state == MembershipState.MEMBER else "decline_member")
        held.until, held.is_leader, held.answer = max(held.since, timezone.localdate(at)), False, _("队伍已解散")
        held.save()


def _answer(held: Membership, form: str, at: dt.datetime) -> None:
    if held.volunteer.user is not None:
        facts = {"form": form, "team": held.team.name}
        messaging.tell(None, kind="volunteers.member", facts=facts, why=f"membership:{held.uuid}:{form}:{at.isoformat()}", people=[held.volunteer.user], by=SYSTEM, at=at)
