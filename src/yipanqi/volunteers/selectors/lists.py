"""Lists of volunteers: found by name, number or telephone, by state, area and team; members of a team; who may be entered where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from yipanqi.kernel.personal import keyed_hash
from yipanqi.people.models import Role
from yipanqi.places.models import Area
from yipanqi.teams.models import Team
from yipanqi.teams.selectors import open_teams, stations_of
from yipanqi.volunteers.documents import plain_phone
from yipanqi.volunteers.models import Membership, OwnRequest, Volunteer
from yipanqi.volunteers.selectors.people import IN_TEAM, led_teams, visible_to
from yipanqi.volunteers.selectors.waiting import pairs_visible_to, requests_visible_to
from yipanqi.volunteers.states import MembershipState, PairState, RequestState, VolunteerState

#: Above every sign that a name can go on with.
LAST_SIGN = "\U0010ffff"
MOST_SHOWN = 10


def filtered(people: QuerySet[Volunteer], wanted: Mapping[str, Any]) -> QuerySet[Volunteer]:
    """Of people, those that fit: q (beginning of the name, whole number, whole telephone), state, area (with all below), team."""
    if text := str(wanted.get("q") or "").strip():
        people = _named(people, text)
    if state := wanted.get("state"):
        people = people.filter(state=state)
    if area := wanted.get("area"):
        path = area.path if isinstance(area, Area) else Area.objects.filter(code=area).values_list("path", flat=True).first()
        inside = Area.objects.filter(path__startswith=path).values_list("pk", flat=True) if path else ()
        people = people.filter(area__in=list(inside))
    if team := wanted.get("team"):
        held = Membership.objects.filter(state__in=IN_TEAM, **({"team": team} if isinstance(team, Team) else {"team__code": team}))
        people = people.filter(pk__in=held.values("volunteer"))
    return people


def _named(people: QuerySet[Volunteer], text: str) -> QuerySet[Volunteer]:
    if not text.isascii():
        return people.filter(name__gte=text, name__lt=text + LAST_SIGN)
    if len(text) == 8 and text.isdigit():
        return people.filter(number=text)
    if number := plain_phone(text):
        return people.filter(phone_hash=keyed_hash(number))
    return people.filter(national_number=text) if any(sign.isdigit() for sign in text) else people.filter(name__gte=text, name__lt=text + LAST_SIGN)


def reads_people(user: Any) -> bool:
    """Whether somebody sees full names in the list: keepers and leaders; the auditor sees starred ones."""
    return bool(user.roles & {Role.CENTRE, Role.STATION}) or bool(led_teams(user))


def members_of(team: Team) -> QuerySet[Membership]:
    """Who belongs to a team or asks to, leaders first."""
    return team.memberships.filter(state__in=IN_TEAM).select_related("volunteer__area", "volunteer__user", "team").order_by("-is_leader", "state", "id")


def membership_visible_to(user: Any) -> QuerySet[Membership]:
    """Memberships of the teams that a person leads or runs, and one's own."""
    rows = Membership.objects.select_related("team", "volunteer__user")
    if not getattr(user, "pk", None):
        return rows.none()
    if Role.CENTRE in user.roles:
        return rows
    teams = set(led_teams(user)) | set(Team.objects.filter(station__in=stations_of(user).values("pk")).values_list("pk", flat=True))
    return rows.filter(team__in=teams) | rows.filter(volunteer__user=user.pk)


def teams_to_enter(user: Any) -> QuerySet[Team]:
    """Teams that a person may enter people into."""
    if Role.CENTRE in user.roles:
        return open_teams()
    if Role.STATION in user.roles:
        return open_teams().filter(station__in=stations_of(user).values("pk"))
    return open_teams().filter(pk__in=led_teams(user))


def open_requests(person: Volunteer) -> QuerySet[OwnRequest]:
    """Requests of one's own that wait."""
    return person.requests.filter(state=RequestState.WAITING)


def asking_to_join(user: Any) -> list[Membership]:
    """Who asks to join a team that the person leads, the longest waiting first."""
    rows = Membership.objects.filter(team__in=led_teams(user), state=MembershipState.ASKED)
    return list(rows.select_related("team", "volunteer").order_by("id")[:MOST_SHOWN])


def waiting_for(user: Any) -> dict[str, Any]:
    """What waits for a keeper, a few of each: entries to look at, requests, likely doubles. Empty where nothing does."""
    if not user.has_perm("volunteers.see_requests"):
        return {}
    found = {
        "people": list(visible_to(user).filter(state=VolunteerState.PENDING).select_related("area").order_by("id")[:MOST_SHOWN]),
        "requests": list(requests_visible_to(user).filter(state=RequestState.WAITING).order_by("due_on", "id")[:MOST_SHOWN]),
        "pairs": list(pairs_visible_to(user).filter(state=PairState.OPEN).order_by("id")[:MOST_SHOWN]),
    }
    return found if any(found.values()) else {}
