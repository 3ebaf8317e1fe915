"""What waits for whom."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yipanqi.cases.models import Assignment, Case, Extension, Report
from yipanqi.cases.selectors.filtering import overdue
from yipanqi.cases.selectors.seeing import IS_OPEN, visible_to
from yipanqi.cases.states import Part, State
from yipanqi.people.models import Role

DISPUTABLE = (State.DISPUTED, State.DISPATCHED, State.HANDLING)


def inbox(user: Any) -> list[tuple[Any, QuerySet[Case], str]]:
    """What waits for `user`, as (title, cases, tone): one list per kind of duty, empty ones included."""
    now, seen, lists = timezone.now(), visible_to(user), []
    if user.roles & {Role.DESK, Role.HEAD}:
        for state, title in ((State.REPORTED, _("待受理")), (State.FILED, _("待交办"))):
            lists.append((title, seen.filter(IS_OPEN, state=state), "act"))
        disputed = Assignment.objects.filter(state=Part.DISPUTED).values("case_id")
        lists.append((_("待裁定"), seen.filter(state__in=DISPUTABLE, pk__in=disputed), "act"))
        asked = Extension.objects.filter(decided_at__isnull=True)
        lists.append((_("延期申请"), seen.filter(pk__in=asked.filter(kind="extension").values("case_id")), "act"))
        unanswered = Report.objects.filter(answered_at__isnull=True).values("case_id")
        lists.append((_("待答复市民"), seen.filter(state=State.CLOSED, pk__in=unanswered), "act"))
        lists.append((_("已超期"), seen.filter(IS_OPEN, overdue(now)), "late"))
        over = Assignment.objects.filter(state__in=(Part.DISPATCHED, Part.HANDLING), unit__dissolved_on__lte=timezone.localdate(now))
        lists.append((_("承办单位已撤销"), seen.filter(state__in=(State.DISPATCHED, State.HANDLING), pk__in=over.values("case_id")), "late"))
    if user.roles & {Role.LEADER, Role.HEAD}:
        hung = Extension.objects.filter(decided_at__isnull=True, kind="suspension")
        lists.append((_("挂账审批"), seen.filter(pk__in=hung.values("case_id")), "act"))
        review = Q(state=State.SUSPENDED, review_on__lte=timezone.localdate(now))
        lists.append((_("挂账到期复核"), seen.filter(review), "warn"))
    if user.roles & {Role.INSPECTOR, Role.DESK}:
        own = Assignment.objects.filter(unit_id__in=user.unit_ids).exclude(state=Part.WITHDRAWN)
        lists.append((_("待核查"), seen.filter(state=State.RESOLVED, spared_until__isnull=True).exclude(pk__in=own.values("case_id")), "act"))
    units = user.units_as(Role.LIAISON, Role.UNIT_LEADER)
    if units:
        lists += _unit_inbox(units, now)
    if Role.GRID in user.roles:
        lists.append((_("我上报的"), seen.filter(IS_OPEN, found_by=user), "wait"))
    return [
        (title, cases.select_related("unit", "place", "issue_class").order_by("stage_due_at", "id"), tone)
        for title, cases, tone in lists
    ]


def _unit_inbox(units: frozenset[int], now: dt.datetime) -> list[tuple[Any, QuerySet[Case], str]]:
    """Their people see every case in which these units have a share, so that no more is asked than for that share: case by
    case, for open cases are few and a unit's shares of all years are many."""

    def mine(*states: str) -> Exists:
        shares = Assignment.objects.filter(case=OuterRef("pk"), unit_id__in=units)
        return Exists(shares.filter(state__in=states) if states else shares)

    alive = Case.objects.filter(IS_OPEN)
    going = Q(state__in=(State.DISPATCHED, State.HANDLING))
    return [
        (_("待签收"), alive.filter(going, mine(Part.DISPATCHED)), "act"),
        (_("已超期"), alive.filter(going, overdue(now), mine(Part.DISPATCHED, Part.HANDLING)), "late"),
        (_("整改中"), alive.filter(going, mine(Part.HANDLING)), "act"),
        (_("退单待裁定"), alive.filter(mine(Part.DISPUTED), state__in=DISPUTABLE), "wait"),
        (_("待核查"), alive.filter(mine(), state=State.RESOLVED), "wait"),
        (_("挂账"), alive.filter(mine(), state=State.SUSPENDED), "wait"),
    ]
