"""Figures of duty work. They stand apart from those of voluntary service, and count people without knowing who."""

from __future__ import annotations

import datetime as dt

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yipanqi.figures import Count, Dimension, Period, Rate, Rows, Scope, Sum, register
from yipanqi.people.models import Unit
from yipanqi.places.models import Area, Place
from yipanqi.rosters.models import Roster, Turn
from yipanqi.rosters.selectors import turns_visible_to
from yipanqi.rosters.states import RosterState, TurnState


def _turns(scope: Scope) -> Rows:
    rows = Turn.objects.all() if scope.user is None else turns_visible_to(scope.user).select_related(None)
    rows = rows.exclude(roster__state=RosterState.DRAFT)
    if scope.unit:
        rows = rows.filter(unit__code=scope.unit)
    if scope.area:
        path = Area.objects.filter(code=scope.area).values_list("path", flat=True).first()
        here = Q(post__place__area__path__startswith=path) | Q(post__segment__area__path__startswith=path)
        rows = rows.filter(here) if path else rows.none()
    return rows


def _places(scope: Scope) -> Rows:
    return Place.objects.filter(pk__in=_turns(scope).filter(roster__kind=Roster.Kind.CROSSING).values("post__place"))


def _units(scope: Scope) -> Rows:
    return Unit.objects.filter(pk__in=_turns(scope).values("unit"))


def _stood(period: Period) -> Rows:
    """Turns of a period that were not cancelled."""
    return Turn.objects.filter(**period.within("starts_at")).exclude(state=TurnState.CANCELLED).exclude(roster__state=RosterState.DRAFT)


def _over(period: Period, as_of: dt.datetime) -> Q:
    return Q(ends_at__lte=as_of) & ~Q(state=TurnState.CANCELLED)


KINDS = dict(Roster.Kind.choices)
BY = {
    "unit": Dimension(_("单位"), "unit__code", "unit__name"), "kind": Dimension(_("类型"), "roster__kind", names=KINDS),
    "place": Dimension(_("路口"), "post__place__code", "post__place__name"), "segment": Dimension(_("路段"), "post__segment__code", "post__segment__name"),
}  # fmt: skip
DONE = Q(state=TurnState.DONE)
register(Count(
    key="rosters.crossings", name=_("值勤路口数"), unit=_("个"), definition=_("期间内排有单位值勤的路口，不重复计。"), source=_places,
    select=lambda period, as_of: Q(pk__in=_stood(period).values("post__place")), breakdowns={"area": Dimension(_("所在区划"), "area__code", "area__name")},
))  # fmt: skip
register(Count(
    key="rosters.units", name=_("值勤单位数"), unit=_("个"), definition=_("期间内排有值勤（路口值勤、包街）的单位，不重复计。"), source=_units,
    select=lambda period, as_of: Q(pk__in=_stood(period).values("unit")),
))  # fmt: skip
register(Count(key="rosters.turns", name=_("值勤班次"), unit=_("班"), definition=_("期间内排定的值勤班次，取消的不计。"), source=_turns, moment="starts_at", select=~Q(state=TurnState.CANCELLED), breakdowns=BY))
register(Count(key="rosters.done", name=_("已值勤班次"), unit=_("班"), definition=_("期间内的值勤班次中，值勤单位已确认的。"), source=_turns, moment="starts_at", select=DONE, breakdowns=BY))
register(Rate(
    key="rosters.done_rate", name=_("值勤确认率"), unit="%", definition=_("期间内时间已过的值勤班次中，值勤单位已确认的所占比例；取消的不计。"), source=_turns, moment="starts_at",
    select=_over, part=DONE, left_out=Q(state=TurnState.CANCELLED), breakdowns=BY,
))  # fmt: skip
register(Sum(key="rosters.people_times", name=_("值勤人次"), unit=_("人次"), definition=_("期间内已确认的值勤班次实到人数之和，只记人数，不记姓名。"), source=_turns, moment="starts_at", select=DONE, measure=F("present"), breakdowns=BY))
