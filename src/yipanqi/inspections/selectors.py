"""Reads of looking: who sees which campaigns and visits, today's places, progress."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When

from yipanqi.cases.models import Case as Problem
from yipanqi.cases.selectors import similar
from yipanqi.cases.states import OPEN
from yipanqi.inspections import spacing
from yipanqi.inspections.models import Campaign, CampaignPlace, Finding, Visit
from yipanqi.inspections.states import CampaignState, VisitState
from yipanqi.people.models import CITYWIDE, Role, User
from yipanqi.places.models import Area, Place
from yipanqi.standards.models import CheckItem

SEES_ALL = frozenset({*CITYWIDE, Role.API})
M_PER_DEGREE = 111_320


def sees_all(user: Any) -> bool:
    """City-wide roles and programs read every campaign and visit."""
    return isinstance(user, User) and user.is_active and bool(SEES_ALL & user.roles)


def campaigns_visible_to(user: Any) -> QuerySet[Campaign]:
    """Campaigns a person sees: all for city-wide roles; running and past ones they take part in for inspectors."""
    rows = Campaign.objects.select_related("edition")
    if sees_all(user):
        return rows
    if isinstance(user, User) and user.is_active and Role.INSPECTOR in user.roles:
        mine = CampaignPlace.objects.filter(Q(inspector=user) | Q(inspector__isnull=True), campaign=OuterRef("pk"))
        return rows.exclude(state=CampaignState.DRAFT).filter(Exists(mine))
    return rows.none()


def visits_visible_to(user: Any) -> QuerySet[Visit]:
    """Visits a person sees: all for city-wide roles; of their campaigns for inspectors; finished ones of their unit's
    places for liaisons and leaders of units."""
    rows = Visit.objects.select_related("campaign", "place__category", "inspector")
    if sees_all(user):
        return rows
    if not isinstance(user, User) or not user.is_active:
        return rows.none()
    allowed = Q(pk__in=[])
    if Role.INSPECTOR in user.roles:
        mine = campaigns_visible_to(user).values("pk")
        allowed |= Q(inspector=user) | Q(campaign__in=mine) | Q(pk__in=CampaignPlace.objects.filter(campaign__in=mine).values("served_by"))
    units = user.units_as(Role.LIAISON, Role.UNIT_LEADER)
    if units:
        allowed |= Q(place__operator_id__in=units, finished_at__isnull=False)
    return rows.filter(allowed)


def inspects(user: Any, campaign: Campaign) -> bool:
    """Whether the user is an inspector of the campaign: given a place of it, or it has places that anyone may take."""
    if not isinstance(user, User) or not user.is_active or Role.INSPECTOR not in user.roles:
        return False
    return campaign.campaign_places.filter(Q(inspector=user) | Q(inspector__isnull=True)).exists()


def campaign_inspectors(campaign: Campaign) -> QuerySet[User]:
    """The inspectors who were given places of a campaign."""
    return User.objects.filter(pk__in=campaign.campaign_places.exclude(inspector=None).values("inspector")).order_by("username")


def places_to_plan(
    *, at: dt.datetime, codes: Sequence[str] | None = None, categories: Sequence[str] = (), area: str | None = None, not_visited_days: int | None = None
) -> QuerySet[Place]:
    """Active places a campaign may take in: those that fit everything given; an unknown area or category fits none.

    Args:
        codes: only these (None: all).
        not_visited_days: only places without a finished visit in so many days before `at`.
    """
    rows = Place.objects.filter(status=Place.Status.ACTIVE)
    if codes is not None:
        rows = rows.filter(code__in=codes)
    if categories:
        rows = rows.filter(category__key__in=categories)
    if area:
        path = Area.objects.filter(code=area).values_list("path", flat=True).first()
        rows = rows.filter(area__path__startswith=path) if path else rows.none()
    if not_visited_days:
        since = at - dt.timedelta(days=not_visited_days)
        rows = rows.exclude(pk__in=Visit.objects.filter(finished_at__gte=since).values("place"))
    return rows.select_related("category", "area").order_by("area_id", "code")


def inspectors_on(day: dt.date) -> QuerySet[User]:
    """Active users appointed as inspectors on a day."""
    from_role = Q(appointments__role=Role.INSPECTOR, appointments__starts_on__lte=day)
    still = Q(appointments__ends_on__isnull=True) | Q(appointments__ends_on__gte=day)
    return User.objects.filter(from_role & still, is_active=True).distinct().order_by("username")


def with_progress(campaigns: QuerySet[Campaign]) -> QuerySet[Campaign]:
    """Adds `n_places`, `n_done` (places with a finished visit of the campaign, or of another that serves it) and `n_missed` (places tried in vain)."""
    def count(rows: QuerySet[Any], column: str) -> Subquery:
        tally = rows.filter(campaign=OuterRef("pk")).order_by().values("campaign").annotate(n=Count(column, distinct=True))
        return Subquery(tally.values("n"))

    done = Visit.objects.filter(finished_at__isnull=False)
    same = done.filter(campaign=OuterRef("campaign"), place=OuterRef("place"))
    looked = CampaignPlace.objects.filter(Exists(same) | Q(served_by__isnull=False))
    missed = Visit.objects.filter(~Exists(same), missed_at__isnull=False)
    return campaigns.annotate(
        n_places=count(CampaignPlace.objects.all(), "place"), n_done=count(looked, "place"), n_missed=count(missed, "place")
    )


PLACE_STATES = ("waiting", "open", "finished", "missed")


def places_of(campaign: Campaign, state: str = "") -> QuerySet[CampaignPlace]:
    """The places of a campaign, each with `stands`: "finished", "open", "missed" or "waiting"; only one such where given."""
    here = Visit.objects.filter(campaign=OuterRef("campaign"), place=OuterRef("place"))
    rows = campaign.campaign_places.select_related("place__category", "place__area", "inspector", "merged_with", "served_by").annotate(
        stands=Case(
            When(Exists(here.filter(finished_at__isnull=False)) | Q(served_by__isnull=False), then=Value("finished")),
            When(Exists(here.filter(missed_at__isnull=True)), then=Value("open")),
            When(Exists(here), then=Value("missed")),
            default=Value("waiting"),
        )
    )
    return rows.filter(stands=state) if state else rows


def latest_visits(user: Any, campaign: Campaign, place_ids: Iterable[int]) -> dict[int, Visit]:
    """The newest visit of each place that the user sees, finished ones before others."""
    found: dict[int, Visit] = {}
    rows = visits_visible_to(user).filter(campaign=campaign, place__in=list(place_ids))
    for visit in rows.order_by(F("finished_at").asc(nulls_first=True), "started_at", "id"):
        found[visit.place_id] = visit
    return found


@dataclass(frozen=True)
class Stop:
    """A place to go to: under which campaign, the unfinished or finished visit there, metres away (None: unknown)."""

    campaign: Campaign
    place: Place
    inspector: User | None
    visit: Visit | None
    distance_m: float | None

    @property
    def done(self) -> bool:
        return bool(self.visit and self.visit.state != VisitState.OPEN)

    @property
    def missed(self) -> bool:
        return bool(self.visit and self.visit.state == VisitState.MISSED)


def distance_m(lon: float, lat: float, to_lon: float, to_lat: float) -> float:
    """Metres between two positions on the plane around them: exact enough within a city."""
    dx = (to_lon - lon) * cos(radians((to_lat + lat) / 2))
    return hypot(dx, to_lat - lat) * M_PER_DEGREE


def stops_of(user: User, on: dt.date, position: tuple[float, float] | None = None) -> list[Stop]:
    """The user's places of campaigns running on a day, to do first, nearest first (by code without a position). A place
    that another campaign looks at for this one is not among them."""
    rows = list(
        CampaignPlace.objects.filter(
            Q(inspector=user) | Q(inspector__isnull=True), merged_with__isnull=True,
            campaign__state=CampaignState.OPEN, campaign__starts_on__lte=on, campaign__ends_on__gte=on,
        ).select_related("campaign", "place__category", "place__area", "inspector")
    )  # fmt: skip
    latest: dict[tuple[int, int], Visit] = {}
    visits = Visit.objects.filter(campaign_id__in={r.campaign_id for r in rows})
    ended = Q(finished_at__isnull=False) | Q(missed_at__isnull=False)
    for visit in visits.filter(Q(inspector=user) | ended).order_by("started_at", "id"):
        latest[visit.campaign_id, visit.place_id] = visit
    stops = [
        Stop(row.campaign, row.place, row.inspector, latest.get((row.campaign_id, row.place_id)),
             distance_m(*position, row.place.lon, row.place.lat) if position else None)
        for row in rows
    ]  # fmt: skip
    return sorted(stops, key=lambda stop: (stop.done, stop.distance_m or 0, stop.place.code))


def stop_at(user: User, place: Place, on: dt.date) -> Campaign | None:
    """The running campaign under which the user may look at a place now: one that gave it to them first."""
    row = (
        CampaignPlace.objects.filter(
            place=place, campaign__state=CampaignState.OPEN, campaign__starts_on__lte=on, campaign__ends_on__gte=on
        )
        .filter(Q(inspector=user) | Q(inspector__isnull=True) | Q(campaign__campaign_places__inspector=user))
        .select_related("campaign")
        .order_by(Case(When(inspector=user, then=0), default=1), "campaign__starts_on", "campaign_id")
        .first()
    )
    return row.campaign if row else None


def seen_lately(row: CampaignPlace, at: dt.datetime) -> Visit | None:
    """Another campaign's visit for which this one would look again too soon, where the plan does not say why."""
    return None if row.why_again else spacing.lately(row.campaign, [row.place_id], at).get(row.place_id)


def items_of(campaign: Campaign, place: Place) -> QuerySet[CheckItem]:
    """What is looked at: the items of the campaign's edition for the category of the place, in order."""
    rows = CheckItem.objects.filter(edition_id=campaign.edition_id, category_id=place.category_id)
    return rows.select_related("issue_class").order_by("order", "code")


def open_visit(user: Any, campaign: Campaign, place: Place) -> Visit | None:
    """The user's unfinished visit of a place under a campaign."""
    return Visit.objects.filter(campaign=campaign, place=place, inspector=user, finished_at__isnull=True, missed_at__isnull=True).first()


def last_visit(user: Any, campaign: Campaign, place: Place) -> Visit | None:
    """The newest visit of a place under a campaign that the user sees."""
    return visits_visible_to(user).filter(campaign=campaign, place=place).order_by("-started_at", "-id").first()


def findings_of(visit: Visit) -> QuerySet[Finding]:
    """The findings of a visit in the order of its items."""
    return visit.findings.select_related("item__issue_class", "case").order_by("item__order", "id")


def open_case(place: Place, item: CheckItem) -> Problem | None:
    """The open case on the same place and item (the same code in any edition), oldest first."""
    rows = Problem.objects.filter(place=place, check_item__code=item.code, state__in=[s.value for s in OPEN])
    return rows.order_by("found_at", "id").first()


def open_cases_by_item(place: Place) -> dict[str, str]:
    """Numbers of the open cases at a place by the code of their check item: a failing look confirms these."""
    rows = Problem.objects.filter(place=place, check_item__isnull=False, state__in=[s.value for s in OPEN]).order_by("-found_at", "-id")
    return dict(rows.values_list("check_item__code", "number"))


def near_duplicates(finding: Finding, user: Any) -> list[tuple[Problem, float]]:
    """Open cases of the same class close to the one a finding opened, with metres: perhaps the same problem."""
    if finding.case is None or finding.outcome != Finding.Outcome.OPENED:
        return []
    return [(case, metres) for case, metres in similar(finding.case, user) if case.state in OPEN]
