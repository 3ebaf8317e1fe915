"""Who an actor is among volunteers, and whom they may see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from yipanqi.kernel.actors import System
from yipanqi.kernel.personal import keyed_hash
from yipanqi.people.models import Role, User
from yipanqi.places.models import Area
from yipanqi.teams.selectors import stations_of, tell_leading
from yipanqi.volunteers.documents import identity_of, plain_phone, read_document
from yipanqi.volunteers.models import Membership, Volunteer
from yipanqi.volunteers.states import MembershipState, VolunteerState

IN_TEAM = (MembershipState.ASKED, MembershipState.MEMBER)


def volunteer_of(actor: Any) -> Volunteer | None:
    """The entry that the actor signs in with, approved or not; None where it was merged or erased."""
    if not isinstance(actor, User) or not actor.is_active or actor.pk is None:
        return None
    return Volunteer.objects.filter(user=actor.pk).exclude(state__in=(VolunteerState.MERGED, VolunteerState.ERASED)).first()


def registered_as(actor: Any) -> Volunteer | None:
    """The registered volunteer that the actor signs in as."""
    found = volunteer_of(actor)
    return found if found is not None and found.state == VolunteerState.REGISTERED else None


def led_teams(actor: Any) -> frozenset[int]:
    """Row ids of the teams that are there and that the actor leads as a registered volunteer."""
    if not isinstance(actor, User) or not actor.is_active or actor.pk is None:
        return frozenset()
    led = Membership.objects.filter(
        volunteer__user=actor.pk, volunteer__state=VolunteerState.REGISTERED, is_leader=True, state=MembershipState.MEMBER, team__ended_on__isnull=True
    )
    return frozenset(led.values_list("team_id", flat=True))


tell_leading(led_teams)


def in_teams(person: Volunteer, teams: Iterable[int]) -> bool:
    """Whether somebody belongs to one of the teams (row ids), or asks to."""
    return person.memberships.filter(team_id__in=list(teams), state__in=IN_TEAM).exists()


def of_station(user: Any) -> Q:
    """Volunteers who live where the user's stations work, or belong to their teams or ask to."""
    own = stations_of(user).values_list("pk", "area__path")
    paths = {path for _pk, path in own if path}
    inside = Q(pk__in=[])
    for path in paths:
        inside |= Q(path__startswith=path)
    areas = list(Area.objects.filter(inside).values_list("pk", flat=True)) if paths else []
    members = Membership.objects.filter(team__station__in=[pk for pk, _path in own], state__in=IN_TEAM).values("volunteer")
    return Q(area__in=areas) | Q(pk__in=members)


def is_of_station(person: Volunteer, user: Any) -> bool:
    """Whether the user's station looks after somebody."""
    if not isinstance(user, User) or not user.is_active or Role.STATION not in user.roles:
        return False
    return Volunteer.objects.filter(of_station(user), pk=person.pk).exists()


def visible_to(user: Any) -> QuerySet[Volunteer]:
    """Whom `user` may see: centre and auditor everyone, a station its own, a leader the members, everyone themselves and their
    wards. Erased and merged entries are for nobody's list."""
    rows = Volunteer.objects.exclude(state__in=(VolunteerState.MERGED, VolunteerState.ERASED))
    if isinstance(user, System):
        return rows
    if not isinstance(user, User) or not user.is_active:
        return rows.none()
    if user.roles & {Role.CENTRE, Role.AUDITOR}:
        return rows
    found = Q(user=user.pk) | Q(guardian__user=user.pk)
    if Role.STATION in user.roles:
        found |= of_station(user)
    if led := led_teams(user):
        found |= Q(pk__in=Membership.objects.filter(team_id__in=led, state__in=IN_TEAM).values("volunteer"))
    return rows.filter(found)


def identity_hash(document: str, number: str, issued_by: str = "") -> str:
    """The keyed hash under which whoever has this document is found, however it was typed. Raises BadDocument."""
    return keyed_hash(identity_of(document, read_document(document, number).number, issued_by))


def known_people(hashes: Sequence[str], numbers: Sequence[str]) -> tuple[dict[str, Volunteer], dict[str, Volunteer]]:
    """Stored volunteers by document hash and by national number; of merged entries, whom they were merged into."""
    found = Volunteer.objects.select_related("merged_into").filter(Q(id_hash__in=hashes) | (Q(national_number__in=numbers) & ~Q(national_number="")))
    rows = list(found)
    whole: dict[int, Volunteer] = {row.pk: row for row in rows}
    last = {row.pk: whole.setdefault(row.merged_into.pk, row.merged_into) if row.merged_into is not None else row for row in rows}
    by_hash = {row.id_hash: last[row.pk] for row in rows if row.id_hash}
    return by_hash, {row.national_number: last[row.pk] for row in rows if row.national_number}


def username_of_phone(text: str) -> str:
    """The user name of the one volunteer with an account and this telephone number; "" for none, or for several."""
    number = plain_phone(text)
    if not number:
        return ""
    found = list(Volunteer.objects.filter(phone_hash=keyed_hash(number), user__is_active=True).values_list("user__username", flat=True)[:2])
    return found[0] if len(found) == 1 else ""
