"""Keeping the tallies behind the figures: what changed is taken out as it was counted and put in as it is."""

from __future__ import annotations

import datetime as dt

from django.db.models import F

from yipanqi.cases.models import NOT_COUNTED, UNCOUNTED, Case, CaseLedger, CaseTally, CountedCase
from yipanqi.figures import cells
from yipanqi.figures.layout import SPAN_CLOCKS, Fact, bin_of
from yipanqi.figures.rollups import rollup_of
from yipanqi.figures.tables import DIMS
from yipanqi.kernel.actions import action
from yipanqi.kernel.actors import Actor

SPANS = ("span0", "span1")
#: Cases counted in one transaction, so that nobody waits long for them.
PIECE = 500


@action
def count_changes(ledger: CaseLedger, *, most: int = PIECE, by: Actor, at: dt.datetime) -> CaseLedger:
    """Up to `most` cases that changed since they were counted are counted as they are. When few are left, the figures may be
    read from the tallies.

    Safe to repeat, and to be interrupted: a case whose version is the counted one is not touched.
    """
    rollup = rollup_of(CaseLedger)
    # Whoever moves one of these cases at this moment is not waited for: the case has its turn later.
    waiting = Case.objects.filter(UNCOUNTED).order_by("id")
    pks = list(waiting.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:most])
    facts = list(rollup.facts(Case.objects.filter(pk__in=pks)))
    before = {pk: (tuple(dims), shares) for pk, *dims, shares in CountedCase.objects.filter(pk__in=pks).values_list("pk", *DIMS, "shares")}
    cells.add(CaseTally._meta.db_table, cells.difference(rollup.layout, before, facts))
    CountedCase.objects.bulk_create(
        [_counted(fact) for fact in facts], batch_size=PIECE, update_conflicts=True, unique_fields=["id"],
        update_fields=[*DIMS, "shares", *(f"{span}{end}" for span in SPANS for end in ("", "_at", "_bin"))],
    )  # fmt: skip
    Case.objects.filter(pk__in=pks).update(counted=F("version"))
    ledger.round, ledger.layout = ledger.round + 1, rollup.layout.digest
    ledger.ready = ledger.ready or waiting[:PIECE].count() < PIECE
    ledger.save()
    return ledger


def _counted(fact: Fact) -> CountedCase:
    made = CountedCase(pk=fact.pk, shares=fact.kept(), **dict(zip(DIMS, fact.dims, strict=True)))
    for clock, moment, _mask, _bin in fact.shares():
        if clock >= SPAN_CLOCKS:
            name, span = SPANS[clock - SPAN_CLOCKS], fact.spans[clock]
            setattr(made, f"{name}_at", moment)
            setattr(made, name, span)
            setattr(made, f"{name}_bin", bin_of(span))
    return made


@action
def forget_counts(ledger: CaseLedger | None, *, by: Actor, at: dt.datetime) -> CaseLedger:
    """All tallies are dropped and every case waits to be counted; until that is done figures are counted afresh.

    Done where figures are declared otherwise than those that were counted, or where a recount differs.
    """
    ledger = ledger or CaseLedger()
    ledger.round, ledger.layout, ledger.ready = ledger.round + 1, rollup_of(CaseLedger).layout.digest, False
    ledger.save()
    CaseTally.objects.all().delete()
    CountedCase.objects.all().delete()
    Case.objects.exclude(counted=NOT_COUNTED).update(counted=NOT_COUNTED)
    return ledger
