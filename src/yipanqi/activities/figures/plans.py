"""Figures of activities, series, crossings, sign-ups, beneficiaries and results. People-times and hours stand with attendance."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yipanqi.activities.models import Activity, Level, ResultLine, Series, Shift, SignUp
from yipanqi.activities.selectors.plans import run_by, visible_to
from yipanqi.activities.states import ActivityState, ShiftState, SignUpState
from yipanqi.figures import Count, Dimension, Period, Rate, Rows, Scope, Sum, register
from yipanqi.places.models import Area, Place
from yipanqi.teams.models import ServiceKind

#: The kind of place that a crossing is.
CROSSING = "intersection"


def narrow(rows: Rows, scope: Scope, prefix: str = "") -> Rows:
    """Rows whose activity (behind `prefix`) a unit's station or team holds, or that takes place in an area."""
    if scope.unit:
        held = (f"{prefix}station__unit__code", f"{prefix}team__unit__code", f"{prefix}team__station__unit__code")
        by = Q()
        for name in held:
            by |= Q(**{name: scope.unit})
        rows = rows.filter(by)
    if scope.area:
        path = Area.objects.filter(code=scope.area).values_list("path", flat=True).first()
        rows = rows.filter(**{f"{prefix}area__path__startswith": path}) if path else rows.none()
    return rows


def _activities(scope: Scope) -> Rows:
    rows = Activity.objects.all() if scope.user is None else visible_to(scope.user)
    return narrow(rows.filter(opened_at__isnull=False), scope)


def _shifts(scope: Scope) -> Rows:
    rows = Shift.objects.filter(state=ShiftState.PLANNED, activity__state__in=HELD)
    return narrow(rows, scope, "activity__")


def _sign_ups(scope: Scope) -> Rows:
    rows = SignUp.objects.all() if scope.user is None else SignUp.objects.filter(shift__activity__in=run_by(scope.user).values("pk"))
    return narrow(rows, scope, "shift__activity__")


def _results(scope: Scope) -> Rows:
    return narrow(ResultLine.objects.filter(activity__state=ActivityState.CLOSED), scope, "activity__")


def _crossings(scope: Scope) -> Rows:
    rows = Place.objects.filter(category__key=CROSSING)
    path = Area.objects.filter(code=scope.area).values_list("path", flat=True).first() if scope.area else None
    if scope.area:
        rows = rows.filter(area__path__startswith=path) if path else rows.none()
    return rows.filter(pk__in=_shifts(Scope(unit=scope.unit)).values("place")) if scope.unit else rows


def _series(scope: Scope) -> Rows:
    return Series.objects.filter(pk__in=_activities(scope).filter(series__isnull=False).values("series"))


HELD = (ActivityState.OPEN, ActivityState.CLOSED)


def _took_place(period: Period, as_of: dt.datetime) -> Q:
    """Begun by the moment asked about, and not cancelled."""
    return Q(state__in=HELD, starts_at__lte=as_of)


def _stood(period: Period, as_of: dt.datetime) -> Rows:
    return Shift.objects.filter(state=ShiftState.PLANNED, activity__state__in=HELD, starts_at__lte=as_of, **period.within("starts_at"))


def by(prefix: str = "") -> dict[str, Dimension]:
    """How activities are told apart."""
    return {
        "level": Dimension(_("层级"), f"{prefix}level", names=dict(Level.choices)), "kind": Dimension(_("服务类别"), f"{prefix}kind__key", f"{prefix}kind__name"),
        "theme": Dimension(_("主题"), f"{prefix}kind__theme", names=dict(ServiceKind.Theme.choices)), "brand": Dimension(_("品牌项目"), f"{prefix}brand__code", f"{prefix}brand__name"),
        "station": Dimension(_("实践中心（所、站）"), f"{prefix}station__code", f"{prefix}station__name"), "team": Dimension(_("队伍"), f"{prefix}team__code", f"{prefix}team__name"),
        "area": Dimension(_("所在区划"), f"{prefix}area__code", f"{prefix}area__name"),
    }  # fmt: skip


ACTIVITY: dict[str, Any] = {"source": _activities, "moment": "starts_at"}
register(Count(
    key="activities.activities", name=_("志愿服务活动数"), unit=_("场"), definition=_("期间内已开始、没有取消的志愿服务活动；系列活动每期算一场。"), select=_took_place,
    breakdowns=by() | {"series": Dimension(_("系列活动"), "series__uuid", "series__title")}, **ACTIVITY,
))  # fmt: skip
register(Count(
    key="activities.cancelled", name=_("取消的活动数"), unit=_("场"), definition=_("期间内原定开始、发布后又取消的活动。"), select=Q(state=ActivityState.CANCELLED), breakdowns=by(), **ACTIVITY,
))  # fmt: skip
register(Rate(
    key="activities.reported_rate", name=_("活动结项率"), unit=_("%"), definition=_("期间内已结束、没有取消的活动中，交了结项报告的比例。"),
    select=lambda period, as_of: Q(state__in=HELD, ends_at__lte=as_of), part=Q(state=ActivityState.CLOSED), breakdowns=by(), **ACTIVITY,
))  # fmt: skip
register(Count(
    key="activities.series_held", name=_("系列活动数"), unit=_("个"), definition=_("期间内至少举办过一期的系列活动（如逢6上街），不重复计。"), source=_series,
    select=lambda period, as_of: Q(pk__in=Activity.objects.filter(_took_place(period, as_of), series__isnull=False, **period.within("starts_at")).values("series")),
    breakdowns={"team": Dimension(_("队伍"), "team__code", "team__name"), "station": Dimension(_("实践中心（所、站）"), "station__code", "station__name")},
))  # fmt: skip
register(Count(
    key="activities.shifts", name=_("活动班次数"), unit=_("班"), definition=_("期间内已开始、没有取消的活动班次。"), source=_shifts, moment="starts_at",
    select=lambda period, as_of: Q(starts_at__lte=as_of), breakdowns=by("activity__") | {"place": Dimension(_("点位"), "place__code", "place__name")},
))  # fmt: skip
register(Count(
    key="activities.crossings", name=_("志愿服务路口数"), unit=_("个"), definition=_("期间内有志愿者班次的交通路口，不重复计；单位值勤另计，不在其内。"), source=_crossings,
    select=lambda period, as_of: Q(pk__in=_stood(period, as_of).filter(place__isnull=False).values("place")), breakdowns={"area": Dimension(_("所在区划"), "area__code", "area__name")},
))  # fmt: skip
register(Count(
    key="activities.sign_ups", name=_("报名人次"), unit=_("人次"), definition=_("期间内提出、取得名额的报名，按人次计；后来退出、取消的不计。报名不等于参加。"), source=_sign_ups, moment="signed_at",
    select=Q(state=SignUpState.SIGNED), breakdowns=by("shift__activity__"),
))  # fmt: skip
register(Count(
    key="activities.moved_up", name=_("候补递补人次"), unit=_("人次"), definition=_("期间内从候补自动递补、取得名额的报名。"), source=_sign_ups, moment="moved_up_at", breakdowns=by("shift__activity__"),
))  # fmt: skip
register(Sum(
    key="activities.beneficiaries_counted", name=_("受益人数（清点）"), unit=_("人次"), definition=_("期间内开始的活动在结项报告里清点的受益人数之和；同一人多次受益计多次。"),
    select=Q(state=ActivityState.CLOSED, beneficiaries__isnull=False, beneficiaries_estimated=False), measure=F("beneficiaries"), breakdowns=by(), **ACTIVITY,
))  # fmt: skip
register(Sum(
    key="activities.beneficiaries_estimated", name=_("受益人数（估计）"), unit=_("人次"), definition=_("期间内开始的活动在结项报告里估计的受益人数之和，与清点的数不相加。"),
    select=Q(state=ActivityState.CLOSED, beneficiaries__isnull=False, beneficiaries_estimated=True), measure=F("beneficiaries"), breakdowns=by(), **ACTIVITY,
))  # fmt: skip
register(Sum(
    key="activities.results", name=_("活动成果数量"), unit=_("（各计各的单位）"), definition=_("期间内开始、已结项活动的成果数量，按事项分别看；不同事项单位不同，合计没有意义。"), source=_results, moment="activity__starts_at",
    measure=F("quantity"), told=float, breakdowns={"what": Dimension(_("事项"), "what"), "unit": Dimension(_("单位"), "unit")} | by("activity__"),
))  # fmt: skip
