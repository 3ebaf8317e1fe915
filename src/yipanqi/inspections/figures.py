"""Figures of looking: inspections, coverage, items looked at, what was put right on the spot."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yipanqi.figures import EVERYTHING, Count, Dimension, Period, Rate, Rows, Scope, register
from yipanqi.inspections.models import Campaign, Finding, Visit
from yipanqi.inspections.selectors import visits_visible_to
from yipanqi.places.models import Area, Place


def _narrowed(rows: Rows, scope: Scope, prefix: str) -> Rows:
    """Rows whose place (behind `prefix`) is run by the scope's unit and lies in its area."""
    if scope.unit:
        rows = rows.filter(**{f"{prefix}operator__code": scope.unit})
    if scope.area:
        path = Area.objects.filter(code=scope.area).values_list("path", flat=True).first()
        rows = rows.filter(**{f"{prefix}area__path__startswith": path}) if path else rows.none()
    return rows


def _visits(scope: Scope) -> Rows:
    rows = Visit.objects.all() if scope.user is None else visits_visible_to(scope.user)
    return _narrowed(rows, scope, "place__")


def _findings(scope: Scope) -> Rows:
    return Finding.objects.filter(visit__in=_visits(scope).values("pk"))


def _places(scope: Scope) -> Rows:
    return _narrowed(Place.objects.all(), scope, "")


def _so_far(moment: str, condition: Q = EVERYTHING) -> dict[str, Any]:
    """Arguments of a figure: records that meet the condition, by a moment that is not after the one asked about."""
    return {"moment": moment, "select": lambda period, as_of: Q(**{f"{moment}__lte": as_of}) & condition}


def _visited(period: Period, as_of: dt.datetime) -> Q:
    visits = Visit.objects.filter(**period.within("finished_at")).filter(finished_at__lte=as_of)
    return Q(pk__in=visits.values("place_id"))


def _by(prefix: str) -> dict[str, Any]:
    return {
        "category": Dimension(_("点位类型"), f"{prefix}category__key", f"{prefix}category__name"),
        "area": Dimension(_("所在区划"), f"{prefix}area__code", f"{prefix}area__name"),
    }


KINDS = {kind.value: kind.label for kind in Campaign.Kind}
WHY_MISSED = {why.value: why.label for why in Visit.Missed}
ACTIVE = Q(status=Place.Status.ACTIVE)
LETTERS = {letter.value: letter.label for letter in Finding.Letter}

register(
    Count(
        key="inspections.visits", name=_("检查次数"), unit=_("次"),
        definition=_("期间内完成的点位检查次数；同一点位检查两次计两次，未完成的不计。"),
        source=_visits, **_so_far("finished_at"),
        breakdowns={
            "kind": Dimension(_("检查类型"), "campaign__kind", names=KINDS), **_by("place__"),
            "place": Dimension(_("点位"), "place__code", "place__name"),
        },
    )
)  # fmt: skip
register(
    Count(
        key="inspections.again", name=_("重复检查次数"), unit=_("次"),
        definition=_("期间内完成的检查中，该点位在规定间隔内刚由其他计划检查过且未发现问题的次数；每次都写明了理由。"),
        source=_visits, **_so_far("finished_at", Q(again_after__isnull=False)),
        breakdowns={"kind": Dimension(_("检查类型"), "campaign__kind", names=KINDS), **_by("place__")},
    )
)  # fmt: skip
register(
    Count(
        key="inspections.missed", name=_("无法检查次数"), unit=_("次"),
        definition=_("期间内检查员到了点位但因停业、无法进入等没有检查成的次数；不计分，也不计入覆盖率。"),
        source=_visits, **_so_far("missed_at"),
        breakdowns={"why": Dimension(_("原因"), "missed_why", names=WHY_MISSED), **_by("place__")},
    )
)  # fmt: skip
register(
    Rate(
        key="inspections.coverage", name=_("检查覆盖率"), unit="%",
        definition=_("期间内至少完成一次检查的在用点位数 ÷ 在用点位数；暂停和撤销的点位不计入。"),
        source=_places, select=ACTIVE, part=_visited, left_out=~ACTIVE, breakdowns=_by(""),
    )
)  # fmt: skip
register(
    Count(
        key="inspections.items", name=_("检查项次"), unit=_("项次"),
        definition=_("期间内完成的检查中有结果的检查项数；“不适用”的不计。"),
        source=_findings, **_so_far("visit__finished_at", ~Q(letter=Finding.Letter.NA)),
        breakdowns={"letter": Dimension(_("等级"), "letter", names=LETTERS), **_by("visit__place__")},
    )
)  # fmt: skip
register(
    Count(
        key="inspections.corrected", name=_("立整立改数"), unit=_("处"),
        definition=_("期间内完成的检查中当场整改到位的不合格项数；不另立案件。"),
        source=_findings, **_so_far("visit__finished_at", Q(outcome=Finding.Outcome.CORRECTED)), breakdowns=_by("visit__place__"),
    )
)  # fmt: skip
