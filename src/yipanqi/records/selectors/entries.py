"""Reads of what is recorded: by whom, of whom, for whose eyes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from yipanqi.kernel.actors import System
from yipanqi.people.models import Role, User
from yipanqi.records.models import Commendation, Evaluation, Issuer, Service, Standing, Training
from yipanqi.teams.models import Organisation, Station, Team
from yipanqi.teams.selectors import stations_of, teams_led_by
from yipanqi.volunteers.models import Volunteer

#: What a record is made of, by the word of its address.
KINDS: dict[str, type[Service | Training | Commendation | Evaluation]] = {
    "service": Service, "training": Training, "commendation": Commendation, "evaluation": Evaluation,
}  # fmt: skip


#: Fields of each kind that a correction may change; minutes and day of an activity follow from its attendance alone.
CHANGEABLE = {
    Service: ("title", "place", "content", "in_charge"), Training: ("name", "content", "minutes", "trainer", "on", "course", "valid_until"),
    Commendation: ("name", "granted_by", "on"), Evaluation: ("quality", "evaluator", "words", "on"),
}  # fmt: skip


def changeable(entry: Service | Training | Commendation | Evaluation) -> tuple[str, ...]:
    """The fields of an entry that a correction may change."""
    opening = ("minutes", "on") if isinstance(entry, Service) and not entry.attendance_id else ()
    return (*CHANGEABLE[type(entry)], *opening)


def issuer_for(team: Team | None, station: Station | None) -> dict[str, Organisation | Station | Team]:
    """Who records what a team or a station organises, as the one field of `Issuer` that names it: the organisation of the
    team, else the station, else the team itself."""
    if team is not None and team.organisation is not None:
        return {"organisation": team.organisation}
    held = (team.station if team is not None else None) or station
    if held is not None:
        return {"station": held}
    assert team is not None
    return {"team": team}


def _recorded_by(teams: QuerySet[Team]) -> Q:
    """The issuers that record for teams."""
    own = teams.order_by()
    return (
        Q(organisation__in=own.filter(organisation__isnull=False).values("organisation"))
        | Q(station__in=own.filter(organisation__isnull=True, station__isnull=False).values("station"))
        | Q(team__in=own.filter(organisation__isnull=True, station__isnull=True).values("pk"))
    )


def _of_stations(stations: QuerySet[Station]) -> Q:
    own = stations.order_by().values("pk")
    return Q(station__in=own) | Q(organisation__incubated_by__in=own) | Q(team__station__in=own)


def issuers_of(user: Any) -> QuerySet[Issuer]:
    """In whose name a person may certify: the centre for all, stations for themselves and those they look after, leaders of
    an organisation's first teams for the organisation."""
    rows = Issuer.objects.all()
    if not isinstance(user, User) or not user.is_active:
        return rows.none()
    if Role.CENTRE in user.roles:
        return rows
    led = teams_led_by(user)
    first = led.filter(organisation__isnull=False).filter(Q(parent__isnull=True) | Q(parent__organisation__isnull=True))
    alone = led.filter(organisation__isnull=True, station__isnull=True)
    found = Q(organisation__in=first.order_by().values("organisation")) | Q(team__in=alone.order_by().values("pk"))
    if Role.STATION in user.roles:
        found |= _of_stations(stations_of(user))
    return rows.filter(found)


def recording_issuers(user: Any) -> QuerySet[Issuer]:
    """For whom a person may record: those it may certify for, and those that its teams belong to."""
    rows = Issuer.objects.all()
    if not isinstance(user, User) or not user.is_active:
        return rows.none()
    if Role.CENTRE in user.roles:
        return rows
    return rows.filter(Q(pk__in=issuers_of(user).order_by().values("pk")) | _recorded_by(teams_led_by(user)))


def is_centre(actor: Any) -> bool:
    """Whether an actor runs the whole practice, or is the system."""
    return isinstance(actor, System) or (isinstance(actor, User) and Role.CENTRE in actor.roles)


def sees_all(actor: Any) -> bool:
    """Whether a person sees whole records whoever they are of: the centre and the auditor."""
    return is_centre(actor) or (isinstance(actor, User) and Role.AUDITOR in actor.roles)


def issues_for(user: Any, issuer: Issuer) -> bool:
    """Whether a person may certify in this name."""
    return issuers_of(user).filter(pk=issuer.pk).exists()


def records_for(user: Any, issuer: Issuer) -> bool:
    """Whether a person may record for this issuer."""
    return recording_issuers(user).filter(pk=issuer.pk).exists()


def issuers_that_recorded(volunteer: Volunteer) -> QuerySet[Issuer]:
    """Who has service of a volunteer on record."""
    rows = Service.objects.filter(volunteer=volunteer, struck_at__isnull=True, minutes__gt=0).order_by()
    return Issuer.objects.filter(pk__in=rows.values("issuer"))


def known_to(issuer: Issuer, volunteers: list[Volunteer]) -> set[int]:
    """Row ids of those of the volunteers that belong or belonged to a team of the issuer, or served with it."""
    ids = [one.pk for one in volunteers]
    teams = Q(organisation=issuer.organisation_id) if issuer.organisation_id else Q(station=issuer.station_id) if issuer.station_id else Q(pk=issuer.team_id)
    members = Volunteer.objects.filter(pk__in=ids, memberships__team__in=Team.objects.filter(teams).values("pk"))
    served = Service.objects.filter(volunteer__in=ids, issuer=issuer)
    return set(members.values_list("pk", flat=True)) | set(served.values_list("volunteer", flat=True))


def mine(user: User) -> list[int]:
    """Row ids of the volunteer that a person is, and of those it is the guardian of."""
    return [*Volunteer.objects.filter(user=user).values_list("pk", flat=True), *Volunteer.objects.filter(guardian__user=user).values_list("pk", flat=True)]


def entries_visible_to(user: Any, model: type[Any], *, at_desk: bool = False) -> QuerySet[Any]:
    """Entries (or requests) of a model with a volunteer and an issuer: one's own, those one may record for, all for the
    centre and the auditor. `at_desk`: what one handles for others, so without one's own."""
    rows = model._default_manager.all()
    if isinstance(user, System):
        return rows
    if not isinstance(user, User) or not user.is_active:
        return rows.none()
    if {Role.CENTRE, Role.AUDITOR} & user.roles:
        return rows
    own, issuers = [] if at_desk else mine(user), list(recording_issuers(user).values_list("pk", flat=True))
    if not issuers and not at_desk:
        return rows.filter(volunteer=own[0]) if len(own) == 1 else rows.filter(volunteer__in=own)
    if not own:  # one value is walked in the order of the list, several are gathered and sorted
        return rows.filter(issuer=issuers[0]) if len(issuers) == 1 else rows.filter(issuer__in=issuers)
    return rows.filter(Q(volunteer__in=own) | Q(issuer__in=issuers))


def entry_visible_to(user: Any, kind: str, uuid: Any) -> Any:
    """One entry, or None."""
    model = KINDS.get(kind)
    return entries_visible_to(user, model).filter(uuid=uuid).select_related("volunteer", "issuer").first() if model else None


def services_for(volunteer: Volunteer, issuer: Issuer, from_on: dt.date | None = None, to_on: dt.date | None = None) -> QuerySet[Service]:
    """What of a volunteer's service an issuer has recorded and may certify, oldest first."""
    rows = Service.objects.filter(volunteer=volunteer, issuer=issuer, struck_at__isnull=True, minutes__gt=0)
    rows = rows.filter(on__gte=from_on) if from_on else rows
    rows = rows.filter(on__lte=to_on) if to_on else rows
    return rows.order_by("on", "pk")


def minutes_of(volunteer: Volunteer) -> int:
    """All minutes of a volunteer's record."""
    found = Standing.objects.filter(volunteer=volunteer).values_list("minutes", flat=True).first()
    return found or 0


def minutes_by_issuer(volunteer: Volunteer) -> list[tuple[str, int]]:
    """Of a volunteer's minutes, how many each issuer recorded, the most first."""
    rows = Service.objects.filter(volunteer=volunteer, struck_at__isnull=True, minutes__gt=0).order_by()
    return list(rows.values_list("issuer__name").annotate(total=Sum("minutes")).order_by("-total", "issuer__name"))


def record_of(volunteer: Volunteer, newest: int = 0) -> dict[str, list[Any]]:
    """Everything recorded of a volunteer by kind, newest first; `newest` limits each kind, 0 gives all."""
    found = {}
    for kind, model in KINDS.items():
        rows = model._default_manager.filter(volunteer=volunteer).select_related("issuer").order_by("-on", "-pk")
        found[kind] = list(rows[:newest] if newest else rows)
    return found


def holders(volunteers: Iterable[int], course: str) -> set[int]:
    """Those of the volunteers (row ids) who have a training that is valid today."""
    day = timezone.localdate()
    rows = Training.objects.filter(volunteer__in=list(volunteers), course=course, on__lte=day, struck_at__isnull=True)
    return set(rows.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day)).values_list("volunteer", flat=True))


def has_training(volunteer: Volunteer, course: str, on: dt.date | None = None) -> bool:
    """Whether a volunteer has a training that is valid on a day (today)."""
    day = on or timezone.localdate()
    rows = Training.objects.filter(volunteer=volunteer, course=course, on__lte=day, struck_at__isnull=True)
    return rows.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day)).exists()
