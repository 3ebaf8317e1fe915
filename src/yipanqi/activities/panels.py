"""Parts of other pages that tell of activities: homes of leaders, stations and the centre, one's own page, the public page, the
pages of brand projects, teams and stations; and what is kept about a volunteer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.activities.models import Activity, Shift, SignUp
from yipanqi.activities.selectors.people import led_teams, run_stations, volunteer_of
from yipanqi.activities.selectors.plans import whats_on, with_places
from yipanqi.activities.selectors.signing_up import coming_of, swaps_for
from yipanqi.activities.selectors.standing import affected
from yipanqi.activities.states import ActivityState
from yipanqi.teams.catalogue import (
    BRAND_PARTS,
    LEADER_PANELS,
    PUBLIC_PANELS,
    STATION_PANELS,
    STATION_PARTS,
    TEAM_PARTS,
    Panel,
    Part,
)
from yipanqi.volunteers.catalogue import KEPT, OWN_PANELS, Kept
from yipanqi.volunteers.models import Volunteer

FEW = 6
#: Sign-ups of the coming days that are looked through for people about whom a leader should decide.
LOOKED = dt.timedelta(days=21)


def _held_by(teams: Iterable[int], stations: Iterable[int]) -> Q:
    return Q(team__in=list(teams)) | Q(station__in=list(stations)) | Q(team__station__in=list(stations))


def _home(held: Q, now: dt.datetime) -> dict[str, Any] | None:
    """What is coming, about whom to decide, what waits for its report."""
    mine = Activity.objects.filter(held)
    coming = list(with_places(whats_on(now).filter(held)).order_by("starts_at", "id")[:FEW])
    over = list(mine.filter(state=ActivityState.OPEN, ends_at__lte=now).order_by("ends_at")[:FEW])
    drafts = list(mine.filter(state=ActivityState.DRAFT, ends_at__gt=now).order_by("starts_at")[:FEW])
    return {"coming": coming, "over": over, "drafts": drafts, "decide": _to_decide(coming, now)} if coming or over or drafts else None


def _to_decide(coming: Sequence[Activity], now: dt.datetime) -> list[Shift]:
    """Shifts of these activities with people about whom nobody has decided."""
    near = Shift.objects.filter(activity__in=coming, state="planned", starts_at__gt=now, starts_at__lt=now + LOOKED, sign_ups__state="signed").distinct()
    return [shift for shift in near.select_related("activity__kind").order_by("starts_at")[: 2 * FEW] if affected(shift)]


def leaders_home(user: Any, now: dt.datetime) -> dict[str, Any] | None:
    """The activities of the teams that somebody leads."""
    led = led_teams(user)
    return _home(_held_by(led, ()), now) if led else None


def stations_home(user: Any, now: dt.datetime) -> dict[str, Any] | None:
    """The activities of somebody's stations and of their teams."""
    run = run_stations(user)
    return _home(_held_by((), run), now) if run else None


def public_part(neighbour: Any, now: dt.datetime) -> dict[str, Any] | None:
    """What is on, in the part of the city that somebody chose."""
    rows = with_places(whats_on(now))
    if neighbour.path:
        rows = rows.filter(area__path__startswith=neighbour.path)
    return {"rows": list(rows.order_by("starts_at", "id")[:FEW])}


def own_part(user: Any, now: dt.datetime) -> dict[str, Any] | None:
    """What a volunteer signed up for, and swaps to answer."""
    own = volunteer_of(user)
    if own is None:
        return None
    return {"coming": list(coming_of(own, now)[:FEW]), "asked": sum(one.other_id == own.pk for one in swaps_for(own)), "own": own}


def _things(rows: QuerySet[Activity], now: dt.datetime) -> dict[str, Any] | None:
    """What is coming of a thing, and what was done lately."""
    coming = list(with_places(rows.filter(state=ActivityState.OPEN, ends_at__gt=now)).order_by("starts_at", "id")[:FEW])
    closed = list(rows.filter(state=ActivityState.CLOSED).prefetch_related("results").order_by("-starts_at", "-id")[:FEW])
    return {"coming": coming, "closed": closed} if coming or closed else None


def of_brand(brand: Any, user: Any, now: dt.datetime) -> dict[str, Any] | None:
    """Activities and results of a brand project."""
    return _things(Activity.objects.filter(brand=brand), now)


def of_team(team: Any, user: Any, now: dt.datetime) -> dict[str, Any] | None:
    """Activities and results of a team."""
    return _things(Activity.objects.filter(team=team), now)


def of_station(station: Any, user: Any, now: dt.datetime) -> dict[str, Any] | None:
    """Activities and results of a station."""
    return _things(Activity.objects.filter(station=station), now)


def kept_sign_ups(volunteer: Volunteer) -> Iterable[Sequence[Any]]:
    """Every sign-up of a volunteer."""
    rows = SignUp.objects.filter(volunteer=volunteer).select_related("shift__activity", "role").order_by("-id")
    for one in rows:
        yield one.shift.activity.title, str(one.shift), one.role.name, one.get_state_display(), one.get_said_how_display() or _("本人"), timezone.localtime(one.signed_at).strftime("%Y-%m-%d %H:%M")


STATION_PANELS.add("activities", Panel(gettext_lazy("志愿服务活动"), "activities/_home.html", stations_home, 30))
LEADER_PANELS.add("activities", Panel(gettext_lazy("我们的活动"), "activities/_home.html", leaders_home, 20))
PUBLIC_PANELS.add("activities", Panel(gettext_lazy("近期活动"), "activities/_public_part.html", public_part, 20))
OWN_PANELS.add("activities", Panel(gettext_lazy("我的班次"), "activities/_own.html", own_part, 10))
BRAND_PARTS.add("activities", Part(gettext_lazy("活动和成果"), "activities/_of_thing.html", of_brand, 20))
TEAM_PARTS.add("activities", Part(gettext_lazy("活动和成果"), "activities/_of_thing.html", of_team, 20))
STATION_PARTS.add("activities", Part(gettext_lazy("活动和成果"), "activities/_of_thing.html", of_station, 20))
KEPT.add("sign_ups", Kept(
    gettext_lazy("活动报名"), (gettext_lazy("活动"), gettext_lazy("班次"), gettext_lazy("岗位"), gettext_lazy("状态"), gettext_lazy("登记方式"), gettext_lazy("报名时间")), kept_sign_ups,
))  # fmt: skip
