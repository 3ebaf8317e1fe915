"""Counting cases for the figures, and daily work on them."""

from __future__ import annotations

import datetime as dt
import logging

from django.utils.translation import gettext_lazy as _

from yipanqi.cases import actions, selectors
from yipanqi.cases.figures import ROLLUP
from yipanqi.cases.models import UNCOUNTED, Case, CaseLedger
from yipanqi.cases.words import WORDS, known
from yipanqi.figures.recount import differences
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.jobs import job
from yipanqi.kernel.models import JobRun

log = logging.getLogger(__name__)
PIECE = 200
#: How much longer than to its last run a job looks back, for moves that were being made at that moment.
OVERLAP = dt.timedelta(minutes=2)
#: Cases counted in one run. Others wait for the next; figures take them into account as they are.
MOST, COUNTED_AT_ONCE = 100_000, 2_500


@job(every=dt.timedelta(seconds=20), lease=dt.timedelta(minutes=10), title=_("把案件的变化计入指标"))
def count_cases(now: dt.datetime) -> None:
    """Counts the cases that changed; all of them anew where the figures are declared otherwise than those that were counted."""
    catch_up(now, MOST)


def catch_up(now: dt.datetime, most: int) -> None:
    """Count up to so many cases that wait to be counted."""
    ledger = CaseLedger.objects.first()
    if ledger is None or ledger.layout != ROLLUP.layout.digest:
        ledger = actions.forget_counts(ledger, by=SYSTEM, at=now)
    for _piece in range(-(-most // COUNTED_AT_ONCE)):
        if ledger.anew_from is not None:
            ledger = actions.count_anew(ledger, most=COUNTED_AT_ONCE, by=SYSTEM, at=now)
            continue
        waiting = Case.objects.filter(UNCOUNTED)[: COUNTED_AT_ONCE + 1].count()
        if waiting or not ledger.ready:
            ledger = actions.count_changes(ledger, most=COUNTED_AT_ONCE, by=SYSTEM, at=now)
        if waiting <= COUNTED_AT_ONCE:
            return


@job(every=dt.timedelta(days=1), lease=dt.timedelta(hours=1), title=_("核对指标的计数，不符的重新计数"))
def recount_cases(now: dt.datetime) -> None:
    """Compares the figures with a recount of the records; where they differ, all is counted anew."""
    if different := list(differences(ROLLUP, now)):
        log.error("figures differ from a recount and are counted anew: %s", "; ".join(different))
        actions.forget_counts(CaseLedger.objects.first(), by=SYSTEM, at=now)


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


@job(every=dt.timedelta(days=1), lease=dt.timedelta(hours=2), title=_("核对案件检索索引"))
def check_words(now: dt.datetime) -> None:
    """Compares what cases say with the words under which they are found, and mends what differs."""
    while gone := WORDS.beside(Case._meta.db_table, PIECE):
        actions.mend_words(None, gone=gone, by=SYSTEM, at=now)
    last = 0
    while rows := known(Case.objects.filter(pk__gt=last).order_by("pk")[:PIECE]):
        last = rows[-1][0]
        if wrong := WORDS.wrong(rows):
            actions.mend_words(None, cases=list(Case.objects.filter(pk__in=wrong).only("number")), by=SYSTEM, at=now)


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
