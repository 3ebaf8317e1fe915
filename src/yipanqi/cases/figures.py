"""The loop's numbers. Definitions follow what cities agree on and say what is left out, because cities differ."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yipanqi.cases import selectors
from yipanqi.cases.models import OWN_DISCOVERY, UNCOUNTED, Case, CaseLedger, CaseTally, CountedCase, Report, Source
from yipanqi.cases.states import OPEN, State
from yipanqi.figures import (
    EVERYTHING,
    NOTHING,
    Condition,
    Count,
    Dimension,
    Figure,
    Period,
    Quantile,
    Rate,
    Scope,
    Since,
    Span,
    register,
)
from yipanqi.figures.rollups import Rollup, roll_up
from yipanqi.people.models import Unit
from yipanqi.places.models import Area

OUT = (State.REJECTED, State.MERGED, State.SUSPENDED)
SEVERITIES = {1: _("一般"), 2: _("较重"), 3: _("严重"), 4: _("紧急")}
BY = {
    "source": Dimension(_("来源"), "source", names=dict(Source.choices)),
    "class": Dimension(_("问题类别"), "issue_class__key", "issue_class__name"),
    "unit": Dimension(_("主办单位"), "unit__code", "unit__name"),
    "area": Dimension(_("所在区划"), "area__code", "area__name"),
    "category": Dimension(_("点位类别"), "place__category__key", "place__category__name"),
    "severity": Dimension(_("严重程度"), "severity", names=SEVERITIES),
    "state": Dimension(_("状态"), "state", names=dict(State.choices)),
}


def cases_of(scope: Scope) -> QuerySet[Case]:
    """The cases a scope covers: those the person may see, led by the unit, in the area or any below it."""
    rows = Case.objects.all() if scope.user is None else selectors.visible_to(scope.user)
    return selectors.filtered(rows, {"unit": scope.unit, "area": scope.area})


def so_far(column: str, condition: Q = EVERYTHING) -> Condition:
    """What meets the condition, with a moment in `column` that is not after the one asked about."""
    return Since(column, condition)


HANDED_OVER = Q(dispatched_at__isnull=False) & ~Q(state__in=OUT)
VERIFIED = Q(rework__gt=0) | Q(state=State.CLOSED, dispatched_at__isnull=False, by_sample=False)
EVER_HANDED_OVER = Q(dispatched_at__isnull=False)
NOT_SUSPENDED = ~Q(state=State.SUSPENDED)


#: Deadlines that lie ahead, or stand still.
NOT_YET_DUE = Since("last_due_at", Q(state=State.SUSPENDED), EVERYTHING)
#: Open cases whose present stage is late: what the lists and badges show as 超期 (`selectors.overdue`).
OVERDUE = Since("stage_due_at", Q(state__in=selectors.RUNNING), strict=True)


def rated(condition: Q) -> Condition:
    """Cases with a resident's rating given in the period that meets the condition."""
    return lambda period, as_of: Q(
        pk__in=Report.objects.filter(condition, rated_at__lte=as_of, **period.within("rated_at")).values("case_id")
    )


def well_rated(period: Period, as_of: dt.datetime) -> Q:
    """Cases without a rating below four in the period."""
    poor = Report.objects.filter(rating__lt=4, rated_at__lte=as_of, **period.within("rated_at"))
    return ~Q(pk__in=poor.values("case_id"))


def hours(span: dt.timedelta) -> float:
    """A span in clock hours."""
    return span.total_seconds() / 3600


def count(key: str, name: Any, definition: Any, moment: str, condition: Q = EVERYTHING) -> Figure:
    """Register a number of cases whose moment falls in the period, so far."""
    return register(Count(key=f"cases.{key}", name=name, unit=_("件"), definition=definition, source=cases_of, moment=moment, select=so_far(moment, condition), breakdowns=BY))


def standing(key: str, name: Any, definition: Any, condition: Condition) -> Figure:
    """Register a number of cases that are so at present."""
    return register(Count(key=f"cases.{key}", name=name, unit=_("件"), definition=definition, source=cases_of, select=condition, breakdowns=BY, snapshot=True))


def rate(key: str, name: Any, definition: Any, moment: str, whole: Condition, part: Condition, left_out: Condition = NOTHING) -> Figure:
    """Register a share of cases."""
    return register(Rate(key=f"cases.{key}", name=name, unit="%", definition=definition, source=cases_of, moment=moment, select=whole, part=part, left_out=left_out, breakdowns=BY))


def duration(key: str, name: Any, definition: Any, select: Condition, columns: tuple[str, str], q: float) -> Figure:
    """Register a quantile of the hours between two moments of a case, the later of which falls in the period."""
    return register(
        Quantile(
            key=f"cases.{key}", name=name, unit=_("小时"), definition=definition, source=cases_of, moment=columns[1],
            select=select, q=q, breakdowns=BY, measure=Span(*columns), told=hours,
        )  # fmt: skip
    )


count("found", _("发现问题数"), _("发现时间在本期内的全部案件，含不予受理和并案的。"), "found_at")
count("accepted", _("受理数"), _("本期内受理的案件。"), "accepted_at")
count("rejected", _("不予受理数"), _("本期内决定不予受理的案件，含检查员改判后撤回的。"), "rejected_at", Q(state=State.REJECTED))
count("merged", _("并案数"), _("本期内并入其他案件的案件。"), "merged_at", Q(state=State.MERGED))
count("dispatched", _("交办数"), _("交办时间在本期内的案件；改派的按最近一次交办计。"), "dispatched_at")
count("due", _("到期数"), _("整改期限落在本期内且已到期的案件，不含目前挂账的。"), "last_due_at", NOT_SUSPENDED)
count("closed", _("销号数"), _("销号时间在本期内的案件，含立整立改、抽样销号（另有单列），以及导入时热线已经答复办结的（按答复时间计）。"), "closed_at", Q(state=State.CLOSED))
count("fixed_on_the_spot", _("立整立改数"), _("本期内现场整改并销号的案件。"), "closed_at", Q(on_the_spot=True))
register(
    Count(
        key="cases.rebounded", name=_("反弹数"), unit=_("件"), definition=_("本期内发现的案件中，由已销号案件反弹而来的。"),
        source=cases_of, moment="found_at", select=so_far("found_at", Q(rebound_of__isnull=False)),
        breakdowns={**BY, "place": Dimension(_("点位"), "place__code", "place__name")},
    )
)  # fmt: skip
count("closed_by_sample", _("抽样销号数"), _("本期内销号的案件中，严重程度较低、抽样核查未抽中、期满按规则销号的；没有人到现场核查。"), "closed_at", Q(by_sample=True))
standing("suspended_now", _("在挂账数"), _("目前经批准挂账的案件。"), Q(state=State.SUSPENDED))
standing("open_now", _("在办数"), _("目前尚未销号、未作不予受理或并案处理的案件，含挂账。"), Q(state__in=OPEN))
standing("overdue_now", _("超期未办结数"), _("目前尚未销号、当前环节（受理、交办、签收、裁定、整改或核查）的时限已过的案件，即列表中标为“超期”的；不含挂账。"), OVERDUE)

rate(
    "closure_rate", _("整改率"),
    _("本期发现并已交办的案件中已销号的比例，含抽样销号（没有人核查，另有单列）。分母为已交办，扣除不予受理、并案和挂账；未计入的还包括尚未交办、立整立改和热线已答复办结的案件。"),
    "found_at", so_far("found_at", HANDED_OVER), Q(state=State.CLOSED), so_far("found_at", ~HANDED_OVER),
)  # fmt: skip
rate(
    "on_time_rate", _("按期整改率"),
    _("整改期限落在本期内且已到期的案件中，在期限前反馈整改的比例。未计入的是期限在本期内而尚未到的，以及目前挂账的案件（按挂账前的期限归入本期）。"),
    "last_due_at", so_far("last_due_at", NOT_SUSPENDED), Q(resolved_at__lte=F("last_due_at")), NOT_YET_DUE,
)  # fmt: skip
rate(
    "rework_rate", _("返工率"),
    _("本期发现、已经由人核查的案件中，至少一次核查不通过的比例。分母不含抽样销号的案件：没有人看过，也就没有机会不通过。未计入的还有尚未核查、立整立改和热线已答复办结的案件。"),
    "found_at", so_far("found_at", VERIFIED), Q(rework__gt=0), so_far("found_at", ~VERIFIED),
)  # fmt: skip
rate(
    "dispute_rate", _("退单率"),
    _("本期发现并已交办的案件中，责任单位提出过退单的比例。"),
    "found_at", so_far("found_at", EVER_HANDED_OVER), Q(disputes__gt=0), so_far("found_at", ~EVER_HANDED_OVER),
)  # fmt: skip
rate(
    "extension_rate", _("延期率"),
    _("本期发现并已交办的案件中，批准过延期的比例。"),
    "found_at", so_far("found_at", EVER_HANDED_OVER),
    Q(extensions__gt=0),
    so_far("found_at", ~EVER_HANDED_OVER),
)  # fmt: skip
rate(
    "own_discovery_share", _("自主发现占比"),
    _("本期发现的案件中，由检查、网格员上报和单位自查发现的比例。"),
    "found_at", so_far("found_at"), Q(source__in=OWN_DISCOVERY),
)  # fmt: skip

rate(
    "verified_share", _("人工核查占比"),
    _("本期销号的已交办案件中，由人核查后销号的比例；其余是抽样未抽中、按规则销号的。"),
    "closed_at", so_far("closed_at", Q(state=State.CLOSED, dispatched_at__isnull=False)), Q(by_sample=False),
)  # fmt: skip

CLOSED_AFTER_DISPATCH = so_far("closed_at", Q(state=State.CLOSED, dispatched_at__isnull=False))
HANDLING = ("dispatched_at", "closed_at")
duration("handling_median", _("办理时长中位数"), _("本期销号的案件从交办到销号的自然小时数，取中位数；含挂账时间。"), CLOSED_AFTER_DISPATCH, HANDLING, 0.5)
duration("handling_p90", _("办理时长九成位数"), _("本期销号的案件中，九成在此自然小时数内从交办办到销号；含挂账时间。"), CLOSED_AFTER_DISPATCH, HANDLING, 0.9)
duration("first_reply", _("首次答复时长"), _("本期首次答复的案件从登记到首次答复的自然小时数，取中位数。"), so_far("first_reply_at"), ("reported_at", "first_reply_at"), 0.5)

rate(
    "satisfaction", _("群众满意率"),
    _("本期收到市民评价的案件中，评价均在四分以上（满分五分）的比例；未作评价的不计入。"),
    "", rated(Q(rating__isnull=False)), well_rated,
)  # fmt: skip


def within(scope: Scope) -> dict[str, frozenset[int]]:
    """The row ids of a scope's unit and area, with all areas below it."""
    found = {}
    if scope.unit:
        found["unit"] = frozenset(Unit.objects.filter(code__in=scope.unit.split(",")).values_list("pk", flat=True))
    if scope.area:
        below = Q(pk__in=[])
        for path in Area.objects.filter(code__in=scope.area.split(",")).values_list("path", flat=True):
            below |= Q(path__startswith=path)
        found["area"] = frozenset(Area.objects.filter(below).values_list("pk", flat=True))
    return found


#: Told apart by unit or by area; what is found also by class and source, in the city and, for the board, in an area.
ALONE = ((), ("unit",), ("area",))
FOUND = (*ALONE, ("kind",), ("source",), ("area", "source"))
#: What stands open is told apart by all that the board asks: units and classes, in the city and in an area.
STANDING = (*ALONE, ("kind",), ("unit", "area"), ("unit", "kind"), ("area", "kind"), ("unit", "area", "kind"))
ROLLUP = roll_up(
    Rollup(
        source=cases_of, tally=CaseTally, counted=CountedCase, ledger=CaseLedger,
        columns={"unit": "unit", "area": "area", "kind": "issue_class", "source": "source"},
        views={"": STANDING, "stage_due_at": STANDING, "found_at": FOUND, "*": ALONE, "span": ALONE},
        ahead=("last_due_at", "stage_due_at"), sees_all=selectors.sees_all, within=within, waiting=UNCOUNTED,
    )
)  # fmt: skip
