"""How many help: counted on a day, by when things began and ended. A period is told as of its last day, or of today before it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yipanqi.figures import EVERYTHING, Count, Dimension, Period, Rate, Rows, Scope, register
from yipanqi.teams import selectors
from yipanqi.teams.models import (
    Brand,
    Decision,
    Institution,
    JointMeeting,
    Organisation,
    ServiceKind,
    Station,
    Team,
    there_on,
)


def day_of(period: Period, as_of: dt.datetime) -> dt.date:
    """The day on which things are counted: the last of the period, but none to come."""
    return min(period.end, timezone.localdate(as_of))


def _rows(model: Any, scope: Scope, unit: str = "unit__code") -> Rows:
    rows = model.objects.all() if scope.user is None else selectors.visible_to(scope.user, model)
    if scope.unit:
        rows = rows.filter(**{unit: scope.unit}) if unit else rows.none()
    if scope.area:
        rows = rows.filter(selectors.area_test(scope.area)) if hasattr(model, "area") else rows.none()
    return rows


def organisations(scope: Scope) -> Rows:
    """Organisations of a scope: those a unit watches over, in an area."""
    return _rows(Organisation, scope)


def teams(scope: Scope) -> Rows:
    """Teams of a scope: of a unit, serving an area."""
    return _rows(Team, scope)


def stations(scope: Scope) -> Rows:
    """Stations of a scope: run by a unit, in an area."""
    return _rows(Station, scope)


def _brands(scope: Scope) -> Rows:
    rows = Brand.objects.all() if scope.user is None else selectors.visible_to(scope.user, Brand)
    rows = rows.filter(Q(team__unit__code=scope.unit) | Q(station__unit__code=scope.unit)) if scope.unit else rows
    if not scope.area:
        return rows
    return rows.filter(selectors.area_test(scope.area, "team__") | selectors.area_test(scope.area, "station__"))


def _institutions(scope: Scope) -> Rows:
    return _rows(Institution, scope, unit="")


def _meetings(scope: Scope) -> Rows:
    return _rows(JointMeeting, scope, unit="units__code")


def _decisions(scope: Scope) -> Rows:
    return _rows(Decision, scope)


def _there(model: Any, condition: Q = EVERYTHING) -> Any:
    return lambda period, as_of: there_on(day_of(period, as_of), model.begun, model.ended) & condition


def _held(period: Period, as_of: dt.datetime) -> Q:
    return Q(held_on__gte=period.start, held_on__lte=day_of(period, as_of))


def _due(period: Period, as_of: dt.datetime) -> Q:
    return Q(due_on__gte=period.start, due_on__lte=day_of(period, as_of))


def _incubated(period: Period, as_of: dt.datetime) -> Q:
    return Q(incubated_from__lte=day_of(period, as_of))


def _incubating(period: Period, as_of: dt.datetime) -> Q:
    on = day_of(period, as_of)
    return selectors.incubating(on) & there_on(on, "founded_on", "ended_on")


AREA, UNIT = Dimension(_("所在区划"), "area__code", "area__name"), Dimension(_("单位"), "unit__code", "unit__name")
THEMES = Dimension(_("主题"), "kind__theme", names=dict(ServiceKind.Theme.choices))
ORGANISED = {"kind": Dimension(_("类型"), "kind", names=dict(Organisation.Kind.choices)), "area": AREA, "unit": UNIT}
TEAMED = {
    "kind": Dimension(_("类型"), "kind", names=dict(Team.Kind.choices)), "station": Dimension(_("实践中心（所、站）"), "station__code", "station__name"),
    "area": AREA, "unit": UNIT,
}  # fmt: skip
SQUADRON = {"parent": Dimension(_("上级队伍"), "parent__code", "parent__name"), "area": AREA}
LECTURES, SQUADS = Q(kind=Team.Kind.LECTURE), Q(kind=Team.Kind.SQUAD)

register(Count(key="teams.organisations", name=_("志愿服务组织数"), unit=_("个"), source=organisations, select=_there(Organisation), breakdowns=ORGANISED,
               definition=_("登记在册的志愿服务组织，含登记注册的和基层自组织；按期末当天（未到期末的按今天）还在的计。")))  # fmt: skip
register(Count(key="teams.social_organisations", name=_("社会公益组织数"), unit=_("个"), source=organisations, select=_there(Organisation, Q(social=True)), breakdowns=ORGANISED,
               definition=_("志愿服务组织中标明为社会公益组织的；按期末当天（未到期末的按今天）还在的计。")))  # fmt: skip
register(Count(key="teams.incubated", name=_("培育孵化组织数"), unit=_("个"), source=organisations, select=_incubated, breakdowns=ORGANISED,
               definition=_("到期末当天（未到期末的按今天）为止开始过孵化的志愿服务组织，已出孵的也计。")))  # fmt: skip
register(Count(key="teams.incubating", name=_("正在孵化组织数"), unit=_("个"), source=organisations, select=_incubating, breakdowns=ORGANISED,
               definition=_("期末当天（未到期末的按今天）正在孵化期内的志愿服务组织。")))  # fmt: skip
register(Count(key="teams.teams", name=_("志愿服务队伍数"), unit=_("支"), source=teams, select=_there(Team), breakdowns=TEAMED,
               definition=_("登记在册的各类志愿服务队伍，含总队、宣讲队伍和宣讲小分队；按期末当天（未到期末的按今天）还在的计。")))  # fmt: skip
register(Count(key="teams.lecture_teams", name=_("宣讲队伍数"), unit=_("支"), source=teams, select=_there(Team, LECTURES), breakdowns=TEAMED,
               definition=_("“10+N”宣讲矩阵中的宣讲队伍，小分队另计；按期末当天（未到期末的按今天）还在的计。")))  # fmt: skip
register(Count(key="teams.lecture_squads", name=_("宣讲小分队数"), unit=_("支"), source=teams, select=_there(Team, SQUADS), breakdowns=SQUADRON,
               definition=_("挂在宣讲队伍下面的宣讲小分队；按期末当天（未到期末的按今天）还在的计。")))  # fmt: skip
register(Count(key="teams.stations", name=_("文明实践阵地数"), unit=_("个"), source=stations, select=_there(Station),
               breakdowns={"level": Dimension(_("层级"), "level", names=dict(Station.Level.choices)), "area": AREA},
               definition=_("新时代文明实践中心、所、站、点，按层级可查；按期末当天（未到期末的按今天）还在的计，没有填建成日期的也计。")))  # fmt: skip
register(Count(key="teams.brands", name=_("品牌项目数"), unit=_("个"), source=_brands, select=_there(Brand), breakdowns={"theme": THEMES, "kind": Dimension(_("服务类别"), "kind__key", "kind__name")},
               definition=_("登记的志愿服务品牌项目；按期末当天（未到期末的按今天）还在做的计。")))  # fmt: skip
register(Count(key="teams.institutions", name=_("现行制度数"), unit=_("项"), source=_institutions, select=_there(Institution), breakdowns={"issuer": Dimension(_("制定单位"), "issuer")},
               definition=_("期末当天（未到期末的按今天）有效的志愿服务规章制度，一项制度只有一个版本有效。")))  # fmt: skip
register(Count(key="teams.meetings", name=_("联席会议次数"), unit=_("次"), source=_meetings, select=_held, definition=_("期间内召开的志愿服务联席会议。")))
register(Rate(key="teams.decisions_kept", name=_("议定事项按期完成率"), unit="%", source=_decisions, select=_due, part=Q(done_on__lte=F("due_on")), breakdowns={"unit": UNIT},
              definition=_("期间内到期的联席会议议定事项中，在期限当天或之前完成的占比；没有定期限的不计。")))  # fmt: skip
