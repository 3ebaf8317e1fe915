"""Writing: a day's draw, and what was seen of the cases drawn."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.utils import timezone

from yipanqi.cases import actions as cases
from yipanqi.cases.models import Case
from yipanqi.cases.states import State
from yipanqi.kernel.actions import action
from yipanqi.kernel.actors import SYSTEM, Actor
from yipanqi.kernel.policy import policy_value
from yipanqi.rechecks import drawing, sampling, selectors
from yipanqi.rechecks.catalogue import UNIFORM, WEIGHTED, WITHIN_DAYS
from yipanqi.rechecks.models import Draw, Recheck, SampleDraw
from yipanqi.rechecks.states import RECHECK


@action
def draw(_nothing: None, *, day: dt.date, by: Actor, at: dt.datetime) -> Draw:
    """Draw among the cases struck off on `day`; drawn before, the draw that there is."""
    known = Draw.objects.filter(day=day).first()
    if known is not None:
        return known
    found = list(selectors.candidates(day))
    risks = [round(risk, 6) for risk in selectors.risks(found, at)] if found else []
    seed = hashlib.sha256(f"{selectors.newest_seal()}|{day}".encode()).hexdigest()
    uniform, weighted = (min(1.0, max(0.0, float(policy_value(share.key)))) for share in (UNIFORM, WEIGHTED))
    made = Draw.objects.create(
        day=day, seed=seed, uniform=uniform, weighted=weighted, drawn_at=at,
        candidates=[[case.number, case.severity, risk] for case, risk in zip(found, risks, strict=True)],
    )  # fmt: skip
    chances = drawing.chances([case.severity for case in found], risks, uniform, weighted)
    due_on = day + dt.timedelta(days=int(policy_value(WITHIN_DAYS.key)))
    Recheck.objects.bulk_create(
        Recheck(draw=made, case=case, closed_at=case.closed_at or at, why=why, chance=chance.either, due_on=due_on)
        for case, chance in zip(found, chances, strict=True)
        if (why := drawing.drawn(seed, case.number, chance))
    )
    return made


@action
def draw_for_verification(_nothing: None, *, day: dt.date, by: Actor, at: dt.datetime) -> SampleDraw:
    """Draw which of the cases reported mended on `day` a person verifies; the others are spared until their term ends.
    Drawn before, the draw that there is."""
    known = SampleDraw.objects.filter(day=day).first()
    if known is not None:
        return known
    seed = hashlib.sha256(f"{selectors.newest_seal()}|verify|{day}".encode()).hexdigest()
    listed = []
    for case in sampling.candidates(day):
        why = sampling.why_in_full(case, at)
        share = 1.0 if why else sampling.share_of(case.severity)
        listed.append([case.number, case.severity, share, why])
        if not drawing.verified_by_person(seed, case.number, share):
            cases.spare(case, until=sampling.term(case, at), by=SYSTEM, at=at)
    return SampleDraw.objects.create(day=day, seed=seed, candidates=listed, drawn_at=at)


@action
def strike_off(case: Case, *, by: Actor, at: dt.datetime) -> Case:
    """The term of a case that was not drawn is over: it is struck off by the rule. Whatever has meanwhile come up that asks
    for a person's look (`why_in_full`, or the office has everything verified again) gives it back to the verifiers."""
    if case.state != State.RESOLVED or case.spared_until is None or at < case.spared_until:
        return case
    if sampling.why_in_full(case, at) or sampling.share_of(case.severity) >= 1:
        return cases.spare(case, until=None, by=SYSTEM, at=at)
    return cases.close_unsampled(case, draw=str(timezone.localdate(case.resolved_at or at)), by=SYSTEM, at=at)


def _note(recheck: Recheck, verb: str, at: dt.datetime) -> Recheck:
    RECHECK.move(recheck, verb)
    recheck.done_at = at
    recheck.save(update_fields=["state", "done_at"])
    return recheck


@action
def note_kept(recheck: Recheck, *, by: Actor, at: dt.datetime) -> Recheck:
    """Somebody looked, and it was still in order."""
    return _note(recheck, "note_kept", at)


@action
def note_back(recheck: Recheck, *, by: Actor, at: dt.datetime) -> Recheck:
    """Somebody looked, and it had come back."""
    return _note(recheck, "note_back", at)


@action
def lapse(recheck: Recheck, *, by: Actor, at: dt.datetime) -> Recheck:
    """Nobody looked in time: it says nothing about the rate. A later look still counts."""
    RECHECK.move(recheck, "lapse")
    recheck.save(update_fields=["state"])
    return recheck
