"""Keeping the tallies behind the figures: what changed is taken out as it was counted and put in as it is."""

from __future__ import annotations

import datetime as dt

from django.db.models import F

from yipanqi.cases.models import UNCOUNTED, Case, CaseLedger, CaseTally, CountedCase
from yipanqi.figures import cells
from yipanqi.figures.rollups import rollup_of
from yipanqi.kernel.actions import action
from yipanqi.kernel.actors import Actor

#: Cases counted in one transaction, so that nobody waits long for them: a third of a second.
PIECE = 2_500
#: With fewer waiting, figures are read from the tallies: what waits is put right with every answer.
FEW = 500


@action
def count_changes(ledger: CaseLedger, *, most: int = PIECE, by: Actor, at: dt.datetime) -> CaseLedger:
    """Up to `most` cases that changed since they were counted are counted as they are. When few are left, the figures may be
    read from the tallies.

    Safe to repeat, and to be interrupted: a case whose version is the counted one is not touched.
    """
    # Whoever moves one of these cases at this moment is not waited for: the case has its turn later.
    waiting = Case.objects.filter(UNCOUNTED).order_by("id")
    pks = list(waiting.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:most])
    _count(pks)
    Case.objects.filter(cells.those(pks)).update(counted=F("version"))
    return _noted(ledger)


@action
def count_anew(ledger: CaseLedger, *, most: int = PIECE, by: Actor, at: dt.datetime) -> CaseLedger:
    """The next `most` cases, by row id, that had been counted before all was forgotten are counted again.

    Safe to be interrupted: the ledger says how far it got. No case is written or locked. One that moves meanwhile gets a new
    version and thereby its turn, which takes out again what was put in here.
    """
    if ledger.anew_from is None:
        return ledger
    pks = list(Case.objects.filter(pk__gt=ledger.anew_from).order_by("pk").values_list("pk", flat=True)[:most])
    _count(pks, only_clean=True)
    ledger.anew_from = pks[-1] if len(pks) == most else None
    return _noted(ledger)


def _count(pks: list[int], *, only_clean: bool = False) -> None:
    """Let the tallies hold these cases as they are; `only_clean`: those of them that no change waits to be counted of."""
    rollup = rollup_of(CaseLedger)
    facts = [(fact, fact.kept()) for fact in rollup.facts(Case.objects.filter(cells.those(pks))) if fact.clean or not only_clean]
    before = cells.taken(CountedCase, [fact.pk for fact, _shares in facts])
    cells.add(CaseTally._meta.db_table, cells.difference(rollup.layout, before, facts))
    cells.keep(CountedCase._meta.db_table, facts)


def _noted(ledger: CaseLedger) -> CaseLedger:
    ledger.round, ledger.layout = ledger.round + 1, rollup_of(CaseLedger).layout.digest
    few = Case.objects.filter(UNCOUNTED)[:FEW].count() < FEW
    ledger.ready = ledger.anew_from is None and (ledger.ready or few)
    ledger.save()
    return ledger


@action
def forget_counts(ledger: CaseLedger | None, *, by: Actor, at: dt.datetime) -> CaseLedger:
    """All tallies are dropped and every case is to be counted anew (`count_anew`); until that is done figures are counted afresh.

    Done where figures are declared otherwise than those that were counted, or where a recount differs. No case is written:
    of a million that would hold up the moves of all of them.
    """
    ledger = ledger or CaseLedger()
    ledger.round, ledger.layout, ledger.ready, ledger.anew_from = ledger.round + 1, rollup_of(CaseLedger).layout.digest, False, 0
    ledger.save()
    CaseTally.objects.all().delete()
    CountedCase.objects.all().delete()
    return ledger
