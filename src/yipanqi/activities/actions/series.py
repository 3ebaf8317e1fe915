"""Series: begun, made ahead, changed for one date or from a date on, stopped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.activities import pattern, recurrence
from yipanqi.activities.actions.changes import add_shift, cancel_shift, change_activity, change_shift
from yipanqi.activities.actions.plans import add_activity, cancel_activity, check_day, check_text, open_activity
from yipanqi.activities.models import Activity, Series, SeriesDate, Shift
from yipanqi.activities.selectors.people import runs_for
from yipanqi.activities.selectors.series import coming, is_date_of
from yipanqi.activities.states import ActivityState, ShiftState
from yipanqi.kernel.actions import NotAllowed, Refused, action
from yipanqi.kernel.actors import SYSTEM, Actor, System
from yipanqi.kernel.permissions import why_not
from yipanqi.teams.models import Station, Team

ALIVE = (ActivityState.DRAFT, ActivityState.OPEN)


@action
def add_series(
    _nothing: None, *, title: str, rule: str, starts_on: dt.date, template: Mapping[str, Any], team: Team | None = None, station: Station | None = None,
    ends_on: dt.date | None = None, by: Actor, at: dt.datetime,
) -> Series:  # fmt: skip
    """An activity that recurs by an iCalendar rule; `template` is made by `pattern.stored`. The worker makes the coming dates.

    Raises:
        BadRule: the rule cannot be read.
        NotAllowed: another's team or station.
        Refused: no title or holder, or it ends before it begins.
    """
    check_text(title)
    if team is None and station is None:
        raise Refused(_("请选择由哪支队伍或哪个实践站举办。"), field="team")
    if not isinstance(by, System) and not runs_for(by, team, station):
        raise NotAllowed(why_not("activities.add_series"))
    check_day(starts_on, "starts_on")
    check_day(ends_on or starts_on, "ends_on")
    if ends_on is not None and ends_on < starts_on:
        raise Refused(_("结束日期不能早于开始日期。"), field="ends_on")
    return Series.objects.create(title=title.strip(), rule=recurrence.normal(rule), starts_on=starts_on, ends_on=ends_on, template=dict(template), team=team, station=station)


@action
def make_coming(series: Series, *, until: dt.date, by: Actor, at: dt.datetime) -> Series:
    """The activities of a series from today until a day are there; those made before stay as they are. Twice changes nothing."""
    today = timezone.localdate(at)
    due = [one for one in coming(series, today, until) if one.on is not None and one.on >= today]
    made = set(series.activities.filter(occurs_on__in=[one.of for one in due]).values_list("occurs_on", flat=True))
    for one in due:
        if one.of not in made and one.on is not None:
            _make(series, one.of, one.on, at)
    if due and (series.made_until is None or series.made_until < due[-1].of):
        series.made_until = due[-1].of
        series.save(update_fields=["made_until"])
    return series


def _make(series: Series, of: dt.date, on: dt.date, at: dt.datetime) -> Activity:
    shifts = pattern.shifts_on(series.template, on)
    made: Activity = add_activity(
        None, title=series.title, team=series.team, station=series.station, starts_at=min(one["starts_at"] for one in shifts), ends_at=max(one["ends_at"] for one in shifts),
        shifts=shifts, series=series, occurs_on=of, **pattern.described(series.template), by=SYSTEM, at=at,
    )  # fmt: skip
    if series.template.get("opened", True) and made.ends_at > at:
        made = open_activity(made, by=SYSTEM, at=at)
    return made


@action
def skip_date(series: Series, *, on: dt.date, why: str, by: Actor, at: dt.datetime) -> Series:
    """One date is left out; where its activity is there already, it is cancelled and everybody told.

    Raises:
        WrongState: the series has ended.
        Refused: no date of the series, or no reason.
    """
    series.machine.move(series, "skip_date")
    _except(series, on, None, why, at)
    found = _alive(series, on)
    if found is not None:
        cancel_activity(found, why=why, by=SYSTEM, at=at)
    return series


@action
def move_date(series: Series, *, on: dt.date, to: dt.date, why: str, by: Actor, at: dt.datetime) -> Series:
    """One date takes place on another day; where its activity is there already, it moves and everybody is told.

    Raises:
        WrongState: the series has ended.
        Refused: no date of the series, the day has passed, or no reason.
    """
    series.machine.move(series, "move_date")
    check_day(to, "to")
    if to < timezone.localdate(at):
        raise Refused(_("新的日期已经过去。"), field="to")
    _except(series, on, to, why, at)
    found = _alive(series, on)
    if found is not None:
        days = to - timezone.localdate(found.starts_at)
        for shift in found.shifts.filter(state=ShiftState.PLANNED, ends_at__gt=at).order_by("pk"):
            change_shift(shift, **_as_it_is(shift, days), by=SYSTEM, at=at)
    return series


def _except(series: Series, on: dt.date, to: dt.date | None, why: str, at: dt.datetime) -> None:
    if not why.strip():
        raise Refused(_("请写明原因。"), field="why")
    check_day(on, "on")
    if not is_date_of(series, on):
        raise Refused(_("%(day)s 不是这个系列的日期。") % {"day": on}, field="on")
    if on < timezone.localdate(at):
        raise Refused(_("这一天已经过去。"), field="on")
    SeriesDate.objects.update_or_create(series=series, on=on, defaults={"moved_to": to, "why": why.strip()[:200]})


def _alive(series: Series, of: dt.date) -> Activity | None:
    return series.activities.filter(occurs_on=of, state__in=ALIVE).first()


def _as_it_is(shift: Shift, later: dt.timedelta = dt.timedelta()) -> dict[str, Any]:
    """What `change_shift` takes to leave a shift as it is, but for its day."""
    roles = [{"name": role.name, "limit": role.limit, "min_age": role.min_age, "training": role.training} for role in shift.roles.all()]
    return {"starts_at": shift.starts_at + later, "ends_at": shift.ends_at + later, "roles": roles, "place_name": shift.place_name, "place": shift.place, "lon": shift.lon, "lat": shift.lat}


@action
def change_following(
    series: Series, *, since: dt.date, title: str, rule: str, template: Mapping[str, Any], ends_on: dt.date | None = None, by: Actor, at: dt.datetime,
) -> Series:  # fmt: skip
    """From a day on everything is otherwise: the series ends, another follows it. Of its activities ahead those on dates of the
    new rule are changed (unless they were changed by hand), the others cancelled; everybody signed up is told. The new series.

    Raises:
        WrongState: the series has ended.
        BadRule: the rule cannot be read.
        Refused: the day has passed.
    """
    check_day(since, "since")
    check_day(ends_on or since, "ends_on")
    if since < timezone.localdate(at):
        raise Refused(_("只能从今天或以后的日期开始修改。"), field="since")
    made = Series(title=title.strip(), rule=recurrence.normal(rule), starts_on=max(since, series.starts_on), ends_on=ends_on, template=dict(template), team=series.team, station=series.station, follows=series)
    check_text(title)
    if ends_on is not None and ends_on < made.starts_on:
        raise Refused(_("结束日期不能早于开始日期。"), field="ends_on")
    series.machine.move(series, "change_following")
    series.stopped_at, series.ends_on = at, max(series.starts_on, since - dt.timedelta(days=1))
    series.save()
    made.save()
    ahead = list(series.activities.filter(occurs_on__gte=since, state__in=ALIVE).order_by("pk"))
    for one in ahead:
        if not is_date_of(made, one.occurs_on):  # type: ignore[arg-type]  # an activity of a series has its date
            cancel_activity(one, why=_("系列活动的安排有变，这一天不再举办"), by=SYSTEM, at=at)
            continue
        Activity.objects.filter(pk=one.pk).update(series=made)
        one.refresh_from_db()
        if not one.of_hand:
            _follow(one, made, at)
    if ahead:
        make_coming(made, until=max(one.occurs_on for one in ahead if one.occurs_on), by=SYSTEM, at=at)
    return made


def _follow(activity: Activity, series: Series, at: dt.datetime) -> None:
    """Make an activity what the pattern says now, shift by shift; what signed-up people know of is kept where it can be."""
    change_activity(activity, title=series.title, **pattern.described(series.template), by=SYSTEM, at=at)
    day = timezone.localdate(activity.starts_at)
    wanted = pattern.shifts_on(series.template, day)
    there = list(activity.shifts.filter(state=ShiftState.PLANNED).order_by("starts_at", "id"))
    for shift, facts in zip(there, wanted, strict=False):
        if shift.ends_at > at:
            names = {one["name"] for one in facts["roles"]}
            left = [{"name": role.name, "limit": 0} for role in shift.roles.all() if role.name not in names and role.sign_ups.exists()]
            change_shift(shift, **{**facts, "roles": [*facts["roles"], *left]}, by=SYSTEM, at=at)
    for facts in wanted[len(there) :]:
        add_shift(activity, **facts, by=SYSTEM, at=at)
    for shift in there[len(wanted) :]:
        if shift.ends_at > at:
            cancel_shift(shift, why=_("班次安排有变"), by=SYSTEM, at=at)


@action
def end_series(series: Series, *, why: str, by: Actor, at: dt.datetime) -> Series:
    """No more dates; the activities ahead are cancelled and everybody signed up is told.

    Raises:
        WrongState: it has ended already.
        Refused: no reason.
    """
    if not why.strip():
        raise Refused(_("请写明停止原因，已报名的人会收到。"), field="why")
    series.machine.move(series, "end_series")
    series.stopped_at, series.stopped_why = at, why.strip()[:200]
    series.save()
    for one in series.activities.filter(starts_at__gt=at, state__in=ALIVE).order_by("pk"):
        cancel_activity(one, why=why, by=SYSTEM, at=at)
    return series

