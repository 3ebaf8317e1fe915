"""Daily work on cases."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from yipanqi.cases import actions, selectors
from yipanqi.cases.models import Case
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.jobs import job
from yipanqi.kernel.models import JobRun

PIECE = 200
#: How much longer than to its last run a job looks back, for moves that were being made at that moment.
OVERLAP = dt.timedelta(minutes=2)


@job(every=dt.timedelta(days=1), lease=dt.timedelta(hours=2), title=_("清除已到保存期限的市民和当事人信息"))
def erase_personal_data(now: dt.datetime) -> None:
    """Erases names and telephones of residents six months after the end of their case, and of subjects two years after."""
    reports = list(selectors.contacts_past_term(now).only("code").order_by("id"))
    for start in range(0, len(reports), PIECE):
        actions.erase_contacts(None, reports=reports[start : start + PIECE], by=SYSTEM, at=now)
    named = selectors.subjects_past_term(now).values("case_id")
    cases = list(Case.objects.filter(pk__in=named).only("number").order_by("id"))
    for start in range(0, len(cases), PIECE):
        actions.erase_subjects(None, cases=cases[start : start + PIECE], by=SYSTEM, at=now)


@job(every=dt.timedelta(days=1), lease=dt.timedelta(hours=1), title=_("重新核对地图上各处的案件数"))
def recount_cells(now: dt.datetime) -> None:
    """Compares every cell's counters with its cases, and counts anew where they differ; the first time that is everywhere."""
    _count(selectors.miscounted(), now)


@job(every=dt.timedelta(minutes=1), title=_("更新地图上各处已结束的案件数"))
def keep_cells(now: dt.datetime) -> None:
    """Counts anew where a case ended since the last run; before that nothing, for then everything is counted anyway."""
    last = JobRun.objects.filter(key="cases.keep_cells").values_list("finished_at", flat=True).first()
    if last:
        _count(selectors.miscounted(selectors.ended_since(min(last, now) - OVERLAP)), now)


def _count(cells: list[str], now: dt.datetime) -> None:
    for start in range(0, len(cells), PIECE):
        actions.count_cells(None, cells=cells[start : start + PIECE], by=SYSTEM, at=now)
