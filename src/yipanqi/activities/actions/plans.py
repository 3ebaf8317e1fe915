"""Activities: planned, opened, changed, cancelled with notice, closed with a report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.activities.actions.telling import accounts, tell_people
from yipanqi.activities.catalogue import ACTIVITY_PHOTOS
from yipanqi.activities.events import ActivityCancelled, ActivityClosed
from yipanqi.activities.models import Activity, ResultLine, Series, Shift, ShiftRole, SignUp
from yipanqi.activities.selectors.people import runs_for
from yipanqi.activities.states import HELD, ShiftState, SignUpState
from yipanqi.files import actions as files
from yipanqi.files.models import Photo
from yipanqi.kernel.actions import NotAllowed, Refused, action, lock
from yipanqi.kernel.actors import Actor, System
from yipanqi.kernel.events import publish
from yipanqi.kernel.permissions import why_not
from yipanqi.kernel.series import next_number
from yipanqi.teams.models import ServiceKind, Station, Team

#: What describes an activity, beside who holds it, of which kind it is and when it is.
DESCRIBED = ("title", "title_en", "about", "about_en", "risks", "place", "address", "area", "lon", "lat", "min_age", "training", "insurance", "brand")
LONGEST = dt.timedelta(days=31)
YEARS = range(2000, 2101)


class Incomplete(Refused):
    """Something is missing that volunteers must know before they sign up."""


def check_day(day: dt.date, field: str) -> None:
    """Raises Refused for a day that nobody plans for, such as a year typed with a digit too many."""
    if day.year not in YEARS:
        raise Refused(_("日期应在 %(first)d 年到 %(last)d 年之间，请核对。") % {"first": YEARS[0], "last": YEARS[-1]}, field=field)


def check_times(starts_at: dt.datetime, ends_at: dt.datetime) -> None:
    """Raises Refused for times that cannot be."""
    check_day(starts_at, "starts_at")
    check_day(ends_at, "ends_at")
    if ends_at <= starts_at:
        raise Refused(_("结束时间应晚于开始时间。"), field="ends_at")
    if ends_at - starts_at > LONGEST:
        raise Refused(_("一次活动最长一个月，更长的请用系列活动或分开建立。"), field="ends_at")


def check_text(title: str) -> None:
    """Raises Refused without a title."""
    if not title.strip():
        raise Refused(_("请填写活动名称。"), field="title")


@action
def add_activity(
    _nothing: None, *, title: str, kind: ServiceKind, level: str, starts_at: dt.datetime, ends_at: dt.datetime, team: Team | None = None, station: Station | None = None,
    shifts: Sequence[Mapping[str, Any]] = (), series: Series | None = None, occurs_on: dt.date | None = None, by: Actor, at: dt.datetime, **described: Any,
) -> Activity:  # fmt: skip
    """A new activity of a team or a station, as a draft. `described`: any of `DESCRIBED`; `shifts`: what `add_shift` takes.

    Raises:
        NotAllowed: another's team or station.
        Refused: no title, no holder, or times that cannot be.
    """
    check_text(title)
    check_times(starts_at, ends_at)
    if team is None and station is None:
        raise Refused(_("请选择由哪支队伍或哪个实践站举办。"), field="team")
    if not isinstance(by, System) and not runs_for(by, team, station):
        raise NotAllowed(why_not("activities.add_activity"))
    unknown = set(described) - set(DESCRIBED)
    if unknown:
        raise TypeError(f"unknown arguments {sorted(unknown)}")
    code = f"HD{timezone.localtime(at):%Y}-{next_number(f'activity:{timezone.localtime(at):%Y}'):05d}"
    made = Activity.objects.create(
        code=code, title=title.strip(), kind=kind, level=level, team=team, station=station, series=series, occurs_on=occurs_on,
        starts_at=starts_at, ends_at=ends_at, created_at=at, **described,
    )  # fmt: skip
    for one in shifts:
        make_shift(made, **one)
    span(made)
    return made


def make_shift(
    activity: Activity, *, starts_at: dt.datetime, ends_at: dt.datetime, roles: Sequence[Mapping[str, Any]], place_name: str = "", place: Any = None,
    lon: float | None = None, lat: float | None = None,
) -> Shift:  # fmt: skip
    """A shift with its roles, each with a name, a limit, and maybe a least age and a training. Raises Refused."""
    check_times(starts_at, ends_at)
    check_roles(roles)
    if place is not None:
        place_name, lon, lat = place_name or place.name, place.lon if lon is None else lon, place.lat if lat is None else lat
    shift = Shift.objects.create(activity=activity, starts_at=starts_at, ends_at=ends_at, place_name=place_name[:120], place=place, lon=lon, lat=lat)
    ShiftRole.objects.bulk_create(ShiftRole(shift=shift, **role_facts(one)) for one in roles)
    return shift


def role_facts(role: Mapping[str, Any]) -> dict[str, Any]:
    """A role as it is stored."""
    return {"name": role["name"].strip(), "limit": role["limit"], "min_age": role.get("min_age") or 0, "training": role.get("training") or ""}


def check_roles(roles: Sequence[Mapping[str, Any]]) -> None:
    """Raises Refused for none, one without a name or place, or two of the same name."""
    names = [role["name"].strip() for role in roles]
    if not roles or not all(names):
        raise Refused(_("每个班次至少要有一个岗位，并写明岗位名称。"), field="roles")
    if len(set(names)) < len(names):
        raise Refused(_("同一班次的岗位名称不能重复。"), field="roles")
    if any(not 0 <= role["limit"] <= 5000 for role in roles):
        raise Refused(_("岗位人数应在 0 到 5000 之间。"), field="roles")


def span(activity: Activity) -> None:
    """The activity lasts from the first of its shifts to the last."""
    ends = activity.shifts.filter(state=ShiftState.PLANNED).aggregate(first=Min("starts_at"), last=Max("ends_at"))
    if ends["first"] and (ends["first"], ends["last"]) != (activity.starts_at, activity.ends_at):
        activity.starts_at, activity.ends_at = ends["first"], ends["last"]
        activity.save(update_fields=["starts_at", "ends_at"])


@action
def open_activity(activity: Activity, *, by: Actor, at: dt.datetime) -> Activity:
    """Volunteers may sign up from now on: what they must know is there, and insurance where the kind of service asks for it.

    Raises:
        WrongState: not a draft.
        Incomplete: no shift ahead, no description, no place, or no insurance where it is needed.
    """
    activity.machine.move(activity, "open_activity")
    if not activity.shifts.filter(state=ShiftState.PLANNED, ends_at__gt=at).exists():
        raise Incomplete(_("请先安排至少一个还没有结束的班次。"))
    if not activity.about.strip():
        raise Incomplete(_("请先写明活动内容，志愿者要知道做什么、有什么风险。"), field="about")
    if not activity.address.strip() and activity.place_id is None:
        raise Incomplete(_("请先写明活动地点。"), field="address")
    if activity.kind.insured and not activity.insurance.strip():
        raise Incomplete(_("“%(kind)s”须先为志愿者办理保险，请登记保险公司和保单号（志愿服务条例第十七条）。") % {"kind": activity.kind.name}, field="insurance")
    activity.opened_at = at
    activity.save()
    return activity


@action
def cancel_activity(activity: Activity, *, why: str, by: Actor, at: dt.datetime) -> Activity:
    """The activity does not take place: all its coming shifts are cancelled, and everybody signed up or waiting is told why.

    Raises:
        WrongState: closed or cancelled already.
        Refused: no reason.
    """
    if not why.strip():
        raise Refused(_("请写明取消原因，已报名的人会收到。"), field="why")
    activity.machine.move(activity, "cancel_activity")
    told: set[int] = set()
    for shift in activity.shifts.filter(state=ShiftState.PLANNED, ends_at__gt=at).order_by("pk"):
        told |= drop_shift(lock(shift), why.strip(), at)
    activity.cancelled_at, activity.cancelled_why = at, why.strip()[:200]
    activity.save()
    tell_people(accounts(told), "activities.change", "cancelled", f"cancelled:{activity.uuid}", activity, at, why=activity.cancelled_why)
    publish(ActivityCancelled(at=at, activity_id=activity.pk))
    return activity


def drop_shift(shift: Shift, why: str, at: dt.datetime) -> set[int]:
    """Cancel a locked shift with its sign-ups; the row ids of the volunteers who should be told."""
    held = SignUp.objects.filter(shift=shift, state__in=HELD)
    told = set(held.values_list("volunteer_id", flat=True))
    shift.machine.move(shift, "cancel_shift")
    shift.cancelled_at, shift.cancelled_why, shift.version = at, why[:200], shift.version + 1
    shift.save()
    held.update(state=SignUpState.CANCELLED, withdrawn_at=at)
    return told


@action
def close_activity(
    activity: Activity, *, report: str, beneficiaries: int | None = None, beneficiaries_estimated: bool = False, results: Sequence[Mapping[str, Any]] = (),
    photos: Sequence[Photo] = (), by: Actor, at: dt.datetime,
) -> Activity:  # fmt: skip
    """The closing report: what was done, how many benefited (counted, or estimated and flagged so), quantities of results; photos
    where they tell more, never as a proof of work.

    Raises:
        WrongState: not open.
        Refused: not over yet, nothing written, or a result without name, quantity or unit.
    """
    if at < activity.ends_at:
        raise Refused(_("活动还没有结束，结束后再结项；不办了请用“取消活动”。"))
    activity.machine.move(activity, "close_activity")
    _report(activity, report, beneficiaries, beneficiaries_estimated, results)
    activity.closed_at = at
    activity.save()
    for photo in photos:
        files.attach(photo, subject_kind=ACTIVITY_PHOTOS, subject_ref=activity.code, by=by, at=at)
    publish(ActivityClosed(at=at, activity_id=activity.pk))
    return activity


@action
def correct_report(
    activity: Activity, *, why: str, report: str, beneficiaries: int | None = None, beneficiaries_estimated: bool = False,
    results: Sequence[Mapping[str, Any]] = (), by: Actor, at: dt.datetime,
) -> Activity:  # fmt: skip
    """The closing report anew, with the reason why it is corrected.

    Raises:
        WrongState: not closed.
        Refused: no reason, or as for closing.
    """
    if not why.strip():
        raise Refused(_("请写明为什么更正。"), field="why")
    activity.machine.move(activity, "correct_report")
    _report(activity, report, beneficiaries, beneficiaries_estimated, results)
    activity.report_corrected_why = why.strip()[:200]
    activity.save()
    return activity


def _report(activity: Activity, report: str, beneficiaries: int | None, estimated: bool, results: Iterable[Mapping[str, Any]]) -> None:
    if not report.strip():
        raise Refused(_("请写几句活动小结。"), field="report")
    if beneficiaries is not None and beneficiaries < 0:
        raise Refused(_("受益人数不能为负数。"), field="beneficiaries")
    lines = [ResultLine(activity=activity, what=one["what"].strip(), quantity=Decimal(one["quantity"]), unit=one["unit"].strip(), estimated=bool(one.get("estimated"))) for one in results]
    if any(not line.what or not line.unit or line.quantity < 0 for line in lines):
        raise Refused(_("每项成果要写明事项、数量（不小于 0）和单位。"), field="results")
    activity.report, activity.beneficiaries, activity.beneficiaries_estimated = report.strip(), beneficiaries, estimated and beneficiaries is not None
    activity.results.all().delete()
    ResultLine.objects.bulk_create(lines)

