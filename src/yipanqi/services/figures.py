"""Orders as numbers: by state and theme and area, how long they take, how they are rated, what stays unmet, how evenly they go round."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count as HowMany
from django.db.models import F, FloatField, Q, Sum
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yipanqi.figures import (
    EVERYTHING,
    Count,
    Dimension,
    Figure,
    FigureValue,
    Period,
    Quantile,
    Rate,
    Rows,
    Scope,
    Since,
    Span,
    register,
)
from yipanqi.places.models import Area
from yipanqi.services import selectors
from yipanqi.services.matching import jain_of
from yipanqi.services.models import Dispatch, Item, Offer, Request, Service
from yipanqi.services.states import WAITING, DispatchState, OfferState, RequestState
from yipanqi.teams.models import ServiceKind

BY = {
    "state": Dimension(_("状态"), "state", names=dict(RequestState.choices)), "theme": Dimension(_("主题"), "kind__theme", names=dict(ServiceKind.Theme.choices)),
    "kind": Dimension(_("服务类别"), "kind__key", "kind__name"), "area": Dimension(_("社区"), "area__code", "area__name"),
    "source": Dimension(_("点单方式"), "source", names=dict(Request.Source.choices)), "sort": Dimension(_("种类"), "item__sort", names=dict(Item.Sort.choices)),
}  # fmt: skip
PROXY = Q(source__in=(Request.Source.STATION, Request.Source.PHONE))
SERVED = Q(served_at__isnull=False)
RATED = Q(rating__isnull=False)


def orders(scope: Scope) -> Rows:
    """The orders of a scope: what the person sees, looked after by the unit's station, from the area or below."""
    rows = Request.objects.all() if scope.user is None else selectors.visible_to(scope.user)
    rows = rows.filter(station__unit__code=scope.unit) if scope.unit else rows
    if not scope.area:
        return rows
    area = Area.objects.filter(code=scope.area).first()
    return rows.filter(area__in=selectors.areas_within(area)) if area else rows.none()


def dispatches(scope: Scope) -> Rows:
    """The sendings of a scope's orders."""
    return Dispatch.objects.filter(request__in=orders(scope).values("pk"))


def services(scope: Scope) -> Rows:
    """The closing reports of a scope's orders."""
    return Service.objects.filter(request__in=orders(scope).values("pk"))


def offers(scope: Scope) -> Rows:
    """The offers of a scope."""
    rows = Offer.objects.all() if scope.user is None else selectors.offers_visible_to(scope.user)
    rows = rows.filter(Q(station__unit__code=scope.unit) | Q(team__station__unit__code=scope.unit)) if scope.unit else rows
    return rows.filter(Q(area__code=scope.area) | Q(area__isnull=True)) if scope.area else rows


def hours(span: dt.timedelta) -> float:
    """A span in clock hours."""
    return span.total_seconds() / 3600


@dataclass(frozen=True, kw_only=True)
class Total(Figure):
    """A number that the records carry, added up; 0 where there are none."""

    by_itself = True
    summed: str

    def each(self, periods: Sequence[Period], scope: Scope, as_of: dt.datetime) -> list[FigureValue]:
        """The value of each period, one statement each."""
        return [next((value for _row, value in self._by((), period, scope, as_of)), FigureValue(0, 0, None, 0, as_of, 0)) for period in periods]

    def _by(self, columns: Iterable[str], period: Period, scope: Scope, as_of: dt.datetime) -> Iterator[tuple[dict[str, Any], FigureValue]]:
        rows = self.rows(period, scope).filter(self.reach(period, as_of)).order_by()
        names = list(dict.fromkeys(columns))
        if not names:
            found = rows.aggregate(total=Sum(self.summed), n=HowMany("pk"))
            yield {}, FigureValue(found["total"] or 0, found["total"] or 0, None, 0, as_of, found["n"])
            return
        for row in rows.values(*names).annotate(_total=Sum(self.summed), _n=HowMany("pk")):
            yield {name: row[name] for name in names}, FigureValue(row["_total"] or 0, row["_total"] or 0, None, 0, as_of, row["_n"])


@dataclass(frozen=True, kw_only=True)
class Evenness(Figure):
    """Jain's index of how the period's accepted orders are spread over all teams and stations that offer something or took an
    order: 1 where all had the same, 1/n where one had all."""

    by_itself = True

    def each(self, periods: Sequence[Period], scope: Scope, as_of: dt.datetime) -> list[FigureValue]:
        """The value of each period."""
        return [self._told(self.rows(period, scope).filter(self.reach(period, as_of)), as_of) for period in periods]

    def _told(self, rows: Rows, as_of: dt.datetime) -> FigureValue:
        shares = {(row["team"], row["host"]): row["n"] for row in rows.order_by().values("team", "host").annotate(n=HowMany("pk"))}
        for team, station in selectors.can_serve_today(timezone.localdate(as_of)).order_by().values_list("team_id", "station_id").distinct():
            shares.setdefault((team, station), 0)
        n = sum(shares.values())
        return FigureValue(round(jain_of(shares.values()), 3) if n else None, None, None, 0, as_of, n)

    def _by(self, columns: Iterable[str], period: Period, scope: Scope, as_of: dt.datetime) -> Iterator[tuple[dict[str, Any], FigureValue]]:
        names = list(dict.fromkeys(columns))
        rows = self.rows(period, scope).filter(self.reach(period, as_of))
        for key in rows.order_by().values_list(*names).distinct():
            group = dict(zip(names, key, strict=True))
            yield group, self._told(rows.filter(**group), as_of)


def count(key: str, name: Any, definition: Any, moment: str, select: Any = EVERYTHING, **more: Any) -> None:
    """Register a number of orders."""
    register(Count(key=f"services.{key}", name=name, unit=_("单"), definition=definition, source=orders, moment=moment, select=select, breakdowns=BY, **more))


def rate(key: str, name: Any, definition: Any, moment: str, select: Any, part: Any) -> None:
    """Register a share of orders."""
    register(Rate(key=f"services.{key}", name=name, unit="%", definition=definition, source=orders, moment=moment, select=select, part=part, breakdowns=BY))


def duration(key: str, name: Any, definition: Any, start: str, end: str, select: Any = EVERYTHING) -> None:
    """Register a median of hours between two moments of an order."""
    register(Quantile(
        key=f"services.{key}", name=name, unit=_("小时"), definition=definition, source=orders, moment=end, select=select, measure=Span(start, end), told=hours, breakdowns=BY,
    ))  # fmt: skip


register(Count(
    key="services.offers", name=_("在架供单数"), unit=_("份"), definition=_("现在可以点的供单：队伍、实践站和宣讲员各自提供的项目。"), source=offers, snapshot=True,
    select=Q(state=OfferState.OPEN), breakdowns={
        "theme": Dimension(_("主题"), "item__kind__theme", names=dict(ServiceKind.Theme.choices)), "sort": Dimension(_("种类"), "item__sort", names=dict(Item.Sort.choices)),
        "kind": Dimension(_("服务类别"), "item__kind__key", "item__kind__name"),
    },
))  # fmt: skip
count("orders", _("点单数"), _("点单时间在本期内的全部单，不论结果。"), "asked_at")
rate("proxy", _("代点单比例"), _("本期点单中，由实践站当面代点和值班台电话代点的比例。"), "asked_at", Since("asked_at"), PROXY)
count("waiting", _("在办单数"), _("现在待制单、待派单、待接单和已接单待服务的单。"), "", Q(state__in=WAITING), snapshot=True)
count("accepted", _("接单数"), _("接单时间在本期内、现在仍由该队伍（实践站）承办或已经办完的单。"), "accepted_at", Since("accepted_at"))
count("served", _("完成服务数"), _("服务时间在本期内的单，以服务反馈为准。"), "served_at", Since("served_at"))
count("unmet", _("未能满足数"), _("本期内因没有队伍能接而办结的单；本人撤销和不予受理的不计。"), "ended_at", Q(state=RequestState.UNMET))
rate(
    "met", _("满足率"), _("本期点单中已经完成服务的比例；本人撤销、不予受理和仍在办的不计入分母。"), "asked_at",
    SERVED | Q(state=RequestState.UNMET), SERVED,
)  # fmt: skip
duration("hours_to_acceptance", _("点单到接单用时（中位数）"), _("接单时间在本期内的单，从点单到接单的钟点小时，取中位数。"), "asked_at", "accepted_at", Q(accepted_at__isnull=False))
duration("hours_to_service", _("点单到服务用时（中位数）"), _("服务时间在本期内的单，从点单到服务结束的钟点小时，取中位数。"), "asked_at", "served_at", SERVED)
register(Count(
    key="services.refusals", name=_("谢绝和超时次数"), unit=_("次"), definition=_("本期内队伍（实践站）谢绝、超时未答复或接单后退单的次数，一单可有多次。"), source=dispatches,
    moment="answered_at", select=Q(state__in=(DispatchState.REFUSED, DispatchState.LAPSED, DispatchState.GIVEN_BACK)),
    breakdowns={"state": Dimension(_("结果"), "state", names=dict(DispatchState.choices))},
))  # fmt: skip
rate("rated", _("评单率"), _("服务时间在本期内的单中，已经评价的比例。"), "served_at", SERVED, RATED)
register(Quantile(
    key="services.rating", name=_("评单平均分"), unit=_("分"), definition=_("评价时间在本期内的单，1 至 5 分的平均。"), source=orders, moment="rated_at", select=RATED,
    measure=Cast(F("rating"), FloatField()), q=None, breakdowns=BY,
))  # fmt: skip
rate("satisfied", _("服务满意率"), _("评价时间在本期内的单中，4 分和 5 分的比例。"), "rated_at", RATED, Q(rating__gte=4))
BENEFITS = {"theme": Dimension(_("主题"), "request__kind__theme", names=dict(ServiceKind.Theme.choices))}
register(Total(
    key="services.people_served", name=_("点单服务受益人次（点清）"), unit=_("人次"), definition=_("服务结束时间在本期内的反馈中，点清的受益人数之和；同一人多次受益重复计。"),
    source=services, moment="ended_at", select=Q(served_estimated=False), summed="served", breakdowns=BENEFITS,
))  # fmt: skip
register(Total(
    key="services.people_estimated", name=_("点单服务受益人次（估计）"), unit=_("人次"), definition=_("服务结束时间在本期内的反馈中，标明为估计的受益人数之和，不与点清的相加。"),
    source=services, moment="ended_at", select=Q(served_estimated=True), summed="served", breakdowns=BENEFITS,
))  # fmt: skip
register(Evenness(
    key="services.evenness", name=_("接单均衡度"), unit=_("分"),
    definition=_("本期接单数在各队伍（实践站）之间的均衡度（Jain 指数）：1 分为完全平均，越小越集中；包括有供单但没有接过单的。"),
    source=orders, moment="accepted_at", select=Q(accepted_at__isnull=False), breakdowns={"theme": BY["theme"]},
))  # fmt: skip
