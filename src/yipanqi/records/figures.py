"""Figures of voluntary service: persons and person-times (which are not the same), hours, stars, certificates, training."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yipanqi.figures import EVERYTHING, Count, Dimension, Period, Rate, Rows, Scope, Sum, register
from yipanqi.people.models import Role
from yipanqi.places.models import Area
from yipanqi.records.models import Certificate, Issuer, Service, Standing, Star, Training
from yipanqi.records.selectors import certificates_visible_to, entries_visible_to, stars_visible_to
from yipanqi.records.states import CertificateState, StarState
from yipanqi.teams.models import ServiceKind, Team
from yipanqi.volunteers.models import Volunteer
from yipanqi.volunteers.states import VolunteerState

#: Whoever may know how much is helped in the whole city; what they see are numbers and codes, never names.
COUNTING = frozenset((Role.CENTRE, Role.AUDITOR, Role.HEAD, Role.DESK, Role.LEADER))


def _counts_all(scope: Scope) -> bool:
    return scope.user is None or bool(COUNTING & getattr(scope.user, "roles", frozenset()))


def _in_area(rows: Rows, scope: Scope, column: str) -> Rows:
    if not scope.area:
        return rows
    path = Area.objects.filter(code=scope.area).values_list("path", flat=True).first()
    return rows.filter(**{f"{column}__path__startswith": path}) if path else rows.none()


def _of_unit(rows: Rows, scope: Scope) -> Rows:
    """What issuers of a unit recorded: its station, organisations it watches over, its teams."""
    if not scope.unit:
        return rows
    of = Q(station__unit__code=scope.unit) | Q(organisation__unit__code=scope.unit) | Q(team__unit__code=scope.unit)
    return rows.filter(issuer__in=Issuer.objects.filter(of).values("pk"))


def _services(scope: Scope) -> Rows:
    rows = Service.objects.all() if _counts_all(scope) else entries_visible_to(scope.user, Service)
    return _in_area(_of_unit(rows, scope), scope, "volunteer__area")


def _trainings(scope: Scope) -> Rows:
    rows = Training.objects.all() if _counts_all(scope) else entries_visible_to(scope.user, Training)
    return _in_area(_of_unit(rows, scope), scope, "volunteer__area")


def _certificates(scope: Scope) -> Rows:
    rows = Certificate.objects.all() if _counts_all(scope) else certificates_visible_to(scope.user)
    return _in_area(_of_unit(rows, scope), scope, "volunteer__area")


def _stars(scope: Scope) -> Rows:
    rows = Star.objects.all() if _counts_all(scope) else stars_visible_to(scope.user)
    rows = rows.filter(station__unit__code=scope.unit) if scope.unit else rows
    return _in_area(rows, scope, "volunteer__area")


def _volunteers(scope: Scope) -> Rows:
    """Volunteers of an area; a unit has those who served with it."""
    rows = Volunteer.objects.all()
    if not _counts_all(scope):
        rows = rows.filter(pk__in=entries_visible_to(scope.user, Service).order_by().values("volunteer"))
    if scope.unit:
        rows = rows.filter(pk__in=_of_unit(Service.objects.all(), scope).order_by().values("volunteer"))
    return _in_area(rows, scope, "area")


def _day(period: Period, as_of: dt.datetime) -> dt.date:
    """The day as of which people are counted: the last of the period, but none to come."""
    return min(period.end, timezone.localdate(as_of))


def _registered(period: Period, as_of: dt.datetime) -> Q:
    """Registered on the day, whoever left or was merged before it left out."""
    day = _day(period, as_of)
    return Q(registered_on__lte=day) & (Q(ended_on__isnull=True) | Q(ended_on__gt=day)) & Q(state__in=(VolunteerState.REGISTERED, VolunteerState.LEFT))


def _with_hours(period: Period, as_of: dt.datetime) -> Q:
    return Q(pk__in=Standing.objects.filter(first_on__lte=_day(period, as_of)).values("pk"))


def _served(period: Period, as_of: dt.datetime) -> Q:
    done = Service.objects.filter(COUNTED, on__gte=period.start, on__lte=_day(period, as_of))
    return Q(pk__in=done.values("volunteer"))


def _hours(minutes: Any) -> float:
    return round((minutes or 0) / 60, 1)


#: Service that counts: by attendance (opening records have no day of their own), not struck out, with minutes.
COUNTED = Q(origin=Service.Origin.ATTENDANCE, struck_at__isnull=True, minutes__gt=0)
AREA = {"area": Dimension(_("居住区域"), "volunteer__area__code", "volunteer__area__name")}
ISSUER = {"issuer": Dimension(_("记录单位"), "issuer__code", "issuer__name")}
BY = {
    "kind": Dimension(_("服务类别"), "kind__key", "kind__name"), "theme": Dimension(_("主题"), "kind__theme", names=dict(ServiceKind.Theme.choices)),
    "team": Dimension(_("队伍"), "team__code", "team__name"), "team_kind": Dimension(_("队伍类型"), "team__kind", names=dict(Team.Kind.choices)), **ISSUER, **AREA,
}  # fmt: skip


def _so_far(moment: str, condition: Q = EVERYTHING) -> dict[str, Any]:
    """Arguments of a figure: records that meet the condition, by a moment that is not after the one asked about."""
    return {"moment": moment, "select": lambda period, as_of: Q(**{f"{moment}__lte": as_of}) & condition}


register(Rate(
    key="records.share_with_hours", name=_("有服务时间记录的志愿者占比"), unit="%",
    definition=_("期末（不晚于今天）在册的注册志愿者中，到这一天为止累计服务时长大于零的人数 ÷ 在册人数。历史导入的时长计入。"),
    source=_volunteers, select=_registered, part=_with_hours, breakdowns={"area": Dimension(_("居住区域"), "area__code", "area__name")},
))  # fmt: skip
register(Count(
    key="records.volunteers_with_hours", name=_("有服务时间记录的志愿者"), unit=_("人"),
    definition=_("期末（不晚于今天）在册的注册志愿者中，到这一天为止累计服务时长大于零的人数。"),
    source=_volunteers, select=lambda period, as_of: _registered(period, as_of) & _with_hours(period, as_of),
    breakdowns={"area": Dimension(_("居住区域"), "area__code", "area__name")},
))  # fmt: skip
register(Count(
    key="records.persons", name=_("参加志愿服务的人数"), unit=_("人"),
    definition=_("期间内至少参加过一次活动并有服务时长的志愿者人数；同一人不论参加几次只计一人，与“人次”不同。"),
    source=_volunteers, select=_served, breakdowns={"area": Dimension(_("居住区域"), "area__code", "area__name")},
))  # fmt: skip
register(Count(
    key="records.person_times", name=_("志愿服务人次"), unit=_("人次"),
    definition=_("期间内志愿者参加活动并有服务时长的次数；同一人参加两次计两人次。历史导入的时长没有逐次记录，不计；值班执勤不计。"),
    source=_services, moment="on", select=COUNTED, breakdowns=BY,
))  # fmt: skip
register(Sum(
    key="records.hours", name=_("志愿服务时长"), unit=_("小时"),
    definition=_("期间内活动签到折算的服务时长之和，保留一位小数。往返路途、值班执勤和历史导入的时长不计。"),
    source=_services, moment="on", select=COUNTED, measure=F("minutes"), told=_hours, breakdowns=BY,
))  # fmt: skip
register(Sum(
    key="records.opening_hours", name=_("历史导入时长"), unit=_("小时"),
    definition=_("期初导入、截止日期在期间内的原系统服务时长之和，保留一位小数。"),
    source=_services, moment="on", select=Q(origin=Service.Origin.OPENING, struck_at__isnull=True), measure=F("minutes"), told=_hours, breakdowns={**ISSUER, "source": Dimension(_("原系统"), "source")},
))  # fmt: skip
register(Count(
    key="records.stars", name=_("星级志愿者"), unit=_("人级"),
    definition=_("期间内认定、至今没有取消的星级数；同一人先后认定两级计两个。"),
    source=_stars, **_so_far("decided_at", Q(state=StarState.CONFIRMED)),
    breakdowns={"grade": Dimension(_("星级"), "grade"), "scheme": Dimension(_("规则"), "scheme", "scheme_name"), **AREA},
))  # fmt: skip
register(Count(
    key="records.certificates", name=_("出具证明数"), unit=_("份"), definition=_("期间内出具的志愿服务记录证明，后来撤销的也计。"),
    source=_certificates, **_so_far("issued_at", Q(number__isnull=False)), breakdowns={**ISSUER, **AREA},
))  # fmt: skip
register(Count(
    key="records.revoked", name=_("撤销证明数"), unit=_("份"), definition=_("期间内撤销的志愿服务记录证明。"),
    source=_certificates, **_so_far("decided_at", Q(state=CertificateState.REVOKED)), breakdowns=ISSUER,
))  # fmt: skip
register(Count(
    key="records.training", name=_("培训人次"), unit=_("人次"), definition=_("期间内登记的志愿者培训，一人一次计一人次。"),
    source=_trainings, moment="on", select=Q(struck_at__isnull=True), breakdowns={"course": Dimension(_("培训科目"), "course"), **ISSUER, **AREA},
))  # fmt: skip
