"""Reads of stars and their rules, certificates and amendments."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.actors import System
from yipanqi.kernel.policy import policy_value
from yipanqi.messaging.selectors import people_of, people_with
from yipanqi.people.models import Role, User
from yipanqi.records.catalogue import COURSES, STAR_SCHEME
from yipanqi.records.hours import USUAL, Step
from yipanqi.records.models import Amendment, Certificate, CertificateLine, Issuer, Star, StarRule
from yipanqi.records.selectors.entries import entries_visible_to, issuers_of, mine, recording_issuers
from yipanqi.records.states import AmendmentState, CertificateState, StarState
from yipanqi.teams.models import Station
from yipanqi.teams.selectors import stations_of
from yipanqi.volunteers.models import Volunteer
from yipanqi.volunteers.states import MembershipState

STANDARD = "standard"
#: From when the usual table holds where the office has entered none.
EVER = dt.date(2016, 1, 1)


@dataclass(frozen=True)
class Table:
    """The rules of a set in force on a day."""

    scheme: str
    name: Any
    from_on: dt.date
    steps: tuple[Step, ...]


def star_table(on: dt.date, scheme: str = "") -> Table | None:
    """The table of a rule set (the one in use) in force on a day; the usual grades where the standard set has no rows yet."""
    wanted = scheme or str(policy_value(STAR_SCHEME.key))
    newest = StarRule.objects.filter(scheme=wanted, from_on__lte=on).order_by("-from_on").values_list("from_on", flat=True).first()
    if newest is not None:
        rows = list(StarRule.objects.filter(scheme=wanted, from_on=newest).order_by("grade"))
        return Table(wanted, rows[0].scheme_name, newest, tuple(Step(row.grade, row.minutes) for row in rows))
    if wanted == STANDARD:
        return Table(STANDARD, _("志愿服务星级认定"), EVER, tuple(Step(n, minutes) for n, minutes in enumerate(USUAL, 1)))
    return None


def courses() -> dict[str, str]:
    """Trainings that activities may ask for, key and name."""
    return dict(policy_value(COURSES.key))


def schemes(on: dt.date) -> list[Table]:
    """All rule sets with the table in force on a day, and those announced for later."""
    dates = StarRule.objects.order_by("scheme", "-from_on").values_list("scheme", "from_on").distinct()
    found = {STANDARD: star_table(on, STANDARD)}
    for scheme, _from_on in dates:
        found.setdefault(scheme, star_table(on, scheme))
    coming = [star_table(from_on, scheme) for scheme, from_on in dates if from_on > on]
    return [table for table in (*found.values(), *coming) if table is not None]


def star_station(volunteer: Volunteer) -> Station | None:
    """Which station confirms a volunteer's stars: that of the team it joined first, else that of its area, else the centre."""
    team = volunteer.memberships.filter(state=MembershipState.MEMBER).select_related("team__station").order_by("pk").first()
    if team is not None and team.team.station is not None:
        return team.team.station
    open_ones = Station.objects.filter(closed_on__isnull=True)
    near = open_ones.filter(area=volunteer.area_id).order_by("code").first() if volunteer.area_id else None
    return near or open_ones.filter(level=Station.Level.CENTRE).order_by("code").first()


def stars_visible_to(user: Any, *, at_desk: bool = False) -> QuerySet[Star]:
    """One's own stars, those one applied for, those of one's stations; all for centre and auditor. `at_desk`: without one's own."""
    rows = Star.objects.all()
    if isinstance(user, System):
        return rows
    if not isinstance(user, User) or not user.is_active:
        return rows.none()
    if {Role.CENTRE, Role.AUDITOR} & user.roles:
        return rows
    own, stations = [] if at_desk else mine(user), list(stations_of(user).values_list("pk", flat=True))
    return rows.filter(Q(volunteer__in=own) | Q(asked_by=user) | Q(station__in=stations))


def short_stars(volunteer: Volunteer, minutes: int) -> QuerySet[Star]:
    """Confirmed stars whose hours are no longer there, but for those kept at so few minutes already."""
    rows = Star.objects.filter(volunteer=volunteer, state=StarState.CONFIRMED, needed__gt=minutes)
    return rows.exclude(kept_at_minutes__isnull=False, kept_at_minutes__lte=minutes)


def certificates_visible_to(user: Any, *, at_desk: bool = False) -> QuerySet[Certificate]:
    """One's own certificates and those of issuers one records for; all for centre and auditor."""
    return entries_visible_to(user, Certificate, at_desk=at_desk)


def certificates_shown_to(user: Any, today: dt.date) -> QuerySet[Certificate]:
    """What is publicised inside 内部公示: to those who record for the issuer and to the volunteers of its teams."""
    rows = Certificate.objects.filter(state=CertificateState.ISSUED, shown_until__gte=today)
    if not isinstance(user, User) or not user.is_active:
        return rows.none()
    if {Role.CENTRE, Role.AUDITOR} & user.roles:
        return rows
    member = {"memberships__volunteer__user": user, "memberships__state": MembershipState.MEMBER}
    inside = Issuer.objects.filter(
        Q(**{f"organisation__teams__{k}": v for k, v in member.items()}) | Q(**{f"station__teams__{k}": v for k, v in member.items()}) | Q(**{f"team__{k}": v for k, v in member.items()})
    )
    return rows.filter(Q(issuer__in=recording_issuers(user).order_by().values("pk")) | Q(issuer__in=inside.order_by().values("pk")))


def certificate_by_number(number: str) -> Certificate | None:
    """An issued or revoked certificate, however the number is typed."""
    return Certificate.objects.select_related("issuer", "volunteer").filter(number=number.strip().upper().replace(" ", "")).first()


def lines_that_differ(certificate: Certificate) -> QuerySet[CertificateLine]:
    """Lines whose service has other minutes now, or was struck out."""
    return certificate.lines.filter(~Q(minutes=F("service__minutes")) | Q(service__struck_at__isnull=False)).select_related("service")


def amendments_visible_to(user: Any, *, at_desk: bool = False) -> QuerySet[Amendment]:
    """Corrections one asked for or may handle."""
    return entries_visible_to(user, Amendment, at_desk=at_desk)


def people_who_decide(station: Station | None) -> list[User]:
    """Who confirms stars there: the station's people, else the centre's."""
    found = list(people_of([station.unit_id], Role.STATION)) if station is not None and station.unit_id else []
    return found or list(people_with(Role.CENTRE))


def people_who_issue(issuer: Issuer) -> list[User]:
    """Who may certify in this name today; where nobody of its own may, the centre."""
    led = Q(volunteer__memberships__is_leader=True, volunteer__memberships__state=MembershipState.MEMBER)
    leaders = User.objects.filter(is_active=True).filter(
        led & (Q(volunteer__memberships__team__organisation=issuer.organisation_id) if issuer.organisation_id else Q(volunteer__memberships__team=issuer.team_id))
    ) if not issuer.station_id else User.objects.none()  # fmt: skip
    station = issuer.station or (issuer.organisation.incubated_by if issuer.organisation else None)
    staff = list(people_of([station.unit_id], Role.STATION)) if station is not None and station.unit_id else []
    found = {one.pk: one for one in (*leaders.distinct(), *staff) if issuers_of(one).filter(pk=issuer.pk).exists()}
    return list(found.values()) or list(people_with(Role.CENTRE))


def waiting_since(before: dt.datetime) -> tuple[QuerySet[Star], QuerySet[Certificate], QuerySet[Amendment]]:
    """Requests that nobody answered since a moment."""
    open_ones = (AmendmentState.ASKED, AmendmentState.PROPOSED)
    return (
        Star.objects.filter(state=StarState.ASKED, asked_at__lte=before).select_related("station"),
        Certificate.objects.filter(state=CertificateState.ASKED, asked_at__lte=before).select_related("issuer__organisation", "issuer__station"),
        Amendment.objects.filter(state__in=open_ones, asked_at__lte=before).select_related("issuer__organisation", "issuer__station"),
    )
