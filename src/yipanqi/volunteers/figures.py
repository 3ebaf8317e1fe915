"""How many volunteers there are: counted on a day, by when they registered and left. A period is told as of its last day, or of
today before it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Case, CharField, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yipanqi.figures import Count, Dimension, FigureValue, Period, Rows, Scope, register
from yipanqi.kernel.policy import policy_value
from yipanqi.places.models import Area
from yipanqi.teams.models import Team
from yipanqi.volunteers import selectors
from yipanqi.volunteers.catalogue import RESIDENTS
from yipanqi.volunteers.models import Membership, Volunteer
from yipanqi.volunteers.states import VolunteerState

#: Age groups by the first year that belongs to each; everybody in a group has lived so many full years.
AGES = ((14, "under_14", _("不满 14 岁")), (18, "14_17", _("14–17 岁")), (36, "18_35", _("18–35 岁")), (60, "36_59", _("36–59 岁")), (200, "60_up", _("60 岁以上")))
UNKNOWN_AGE = "unknown"


def day_of(period: Period, as_of: dt.datetime) -> dt.date:
    """The day on which people are counted: the last of the period, but none to come."""
    return min(period.end, timezone.localdate(as_of))


def volunteers(scope: Scope) -> Rows:
    """Volunteers of a scope, with the age group of today: who lives in an area, who belongs to teams of a unit. Merged entries are
    nobody's; erased ones still count for the days on which they were registered."""
    rows = Volunteer.objects.exclude(state=VolunteerState.MERGED).annotate(age_group=age_group(timezone.localdate()))
    if scope.user is not None and not scope.user.has_perm("volunteers.see_figures"):
        rows = rows.filter(pk__in=selectors.visible_to(scope.user).values("pk"))
    if scope.area:
        path = Area.objects.filter(code=scope.area).values_list("path", flat=True).first()
        rows = rows.filter(area__in=Area.objects.filter(path__startswith=path).values("pk")) if path else rows.none()
    if scope.unit:
        teams = Team.objects.filter(Q(unit__code=scope.unit) | Q(station__unit__code=scope.unit))
        rows = rows.filter(pk__in=Membership.objects.filter(team__in=teams.values("pk"), state="member").values("volunteer"))
    return rows


def age_group(on: dt.date) -> Case:
    """The age group of a volunteer on a day, as an expression."""
    return Case(
        When(born_on__isnull=True, then=Value(UNKNOWN_AGE)),
        *(When(born_on__gt=_years_before(on, years), then=Value(key)) for years, key, _title in AGES),
        default=Value(AGES[-1][1]), output_field=CharField(),
    )  # fmt: skip


def _years_before(on: dt.date, years: int) -> dt.date:
    """The last birth date of whoever is `years` old on a day; a 29th of February comes of age on the 1st of March."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:
        return dt.date(on.year - years, 2, 28)


def registered_on(on: dt.date) -> Q:
    """Who was a registered volunteer on a day: registered by it, and not ended on or before it."""
    return Q(registered_on__lte=on) & (Q(ended_on__isnull=True) | Q(ended_on__gt=on))


def _registered(period: Period, as_of: dt.datetime) -> Q:
    return registered_on(day_of(period, as_of)) & ~Q(state=VolunteerState.CONSENT)


def _party(period: Period, as_of: dt.datetime) -> Q:
    return _registered(period, as_of) & Q(party_member=True)


def _new(period: Period, as_of: dt.datetime) -> Q:
    return Q(registered_on__gte=period.start, registered_on__lte=day_of(period, as_of))


def _left(period: Period, as_of: dt.datetime) -> Q:
    return Q(registered_on__isnull=False, ended_on__gte=period.start, ended_on__lte=day_of(period, as_of))


class ShareOfResidents(Count):
    """Registered volunteers as a share of the resident population, a number of the office with its source and year."""

    def measure_of(self, counts: Any, as_of: dt.datetime) -> FigureValue:
        n, residents = counts["numerator"], int(policy_value(RESIDENTS.key))
        return FigureValue(n / residents if residents else None, n, residents or None, 0, as_of, n)


BY = {
    "area": Dimension(_("居住区域"), "area__code", "area__name"), "sex": Dimension(_("性别"), "sex", names={"": _("未填"), **dict(Volunteer.Sex.choices)}),
    "age": Dimension(_("年龄段（按今天）"), "age_group", names={UNKNOWN_AGE: _("不详"), **{key: title for _years, key, title in AGES}}),
    "source": Dimension(_("登记方式"), "source", names=dict(Volunteer.Source.choices)), "party": Dimension(_("党员"), "party_member", names={True: _("是"), False: _("否")}),
}  # fmt: skip
COUNTED = _("按期末当天（未到期末的按今天）在册的计；已退出、已合并的不计，等待监护人同意的不计，后来删除的按当时在册计。")
register(Count(key="volunteers.registered", name=_("注册志愿者数"), unit=_("人"), source=volunteers, select=_registered, breakdowns=BY, definition=COUNTED))
register(Count(key="volunteers.party_members", name=_("党员志愿者数"), unit=_("人"), source=volunteers, select=_party, breakdowns={"area": BY["area"]},
               definition=_("注册志愿者中登记为党员的，按期末当天（未到期末的按今天）计。")))  # fmt: skip
register(Count(key="volunteers.new", name=_("新注册志愿者数"), unit=_("人"), source=volunteers, select=_new, breakdowns={"area": BY["area"], "source": BY["source"]},
               definition=_("注册日期在期间内的志愿者；合并的登记只计一次，按较早的日期。")))  # fmt: skip
register(Count(key="volunteers.left", name=_("退出志愿者数"), unit=_("人"), source=volunteers, select=_left, breakdowns={"area": BY["area"]},
               definition=_("注册过、退出日期在期间内的志愿者，含申请删除的。")))  # fmt: skip
register(ShareOfResidents(key="volunteers.share_of_residents", name=_("注册志愿者占常住人口比例"), unit="%", source=volunteers, select=_registered,
                          definition=_("注册志愿者数除以常住人口；常住人口的数字、来源和年份由文明实践中心在设置中填写，没有填写的不计算。")))  # fmt: skip
