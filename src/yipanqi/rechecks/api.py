"""Rechecks and the draws behind them for programs, under ``/api/v1/``."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from yipanqi.kernel.api import PROBLEMS, Listing, ListParams, listing
from yipanqi.kernel.gates import demand
from yipanqi.rechecks import drawing, selectors
from yipanqi.rechecks.models import Draw, Recheck
from yipanqi.rechecks.states import RecheckState

router = Router(tags=["rechecks"])


class RecheckParams(ListParams):
    state: RecheckState | None = Field(None, description="only those in this state")


class RecheckOut(Schema):
    id: UUID
    case: str = Field(description="number of the case to be looked at again")
    why: Recheck.Why = Field(description="why it was drawn")
    chance: float = Field(description="the probability by which it was drawn, above 0 and at most 1")
    closed_at: dt.datetime = Field(description="when the case was struck off")
    due_on: dt.date
    state: RecheckState
    done_at: dt.datetime | None


def recheck_out(row: Recheck) -> dict[str, Any]:
    """One recheck as the API tells it."""
    told = {name: getattr(row, name) for name in ("why", "chance", "closed_at", "due_on", "state", "done_at")}
    return {"id": row.uuid, "case": row.case.number, **told}


@router.get("/rechecks", response={200: Listing[RecheckOut], **PROBLEMS}, operation_id="rechecks.rechecks", summary="回查")
def rechecks(request: HttpRequest, params: Query[RecheckParams]) -> dict[str, Any]:
    """Cases that were drawn to be looked at again, the newest strike-off first. The answer is given by the case's moves
    recheck_pass and rebound."""
    demand(request.user, "rechecks.see_rechecks")
    rows = selectors.visible_to(request.user).select_related("case")
    if params.state is not None:
        rows = rows.filter(state=params.state)
    return listing(rows, ("-closed_at", "-id"), params, recheck_out)


class DrawOut(Schema):
    day: dt.date = Field(description="the day on which the candidates were struck off")
    drawn_at: dt.datetime
    seed: str = Field(description="head of the journal when it was drawn, hexadecimal")
    uniform: float = Field(description="share that is drawn whatever the risk")
    weighted: float = Field(description="share that is drawn more often where the risk is higher")


class CandidateOut(Schema):
    case: str
    severity: int
    risk: float = Field(description="estimated probability that it comes back")
    chance: float = Field(description="probability of being drawn that follows from it")
    drawn: bool


class DrawDetailOut(DrawOut):
    candidates: list[CandidateOut] = Field(description="in order of number: with seed and shares all that is needed to draw again")


def draw_out(row: Draw) -> dict[str, Any]:
    """One draw as lists tell it."""
    return {name: getattr(row, name) for name in ("day", "drawn_at", "seed", "uniform", "weighted")}


@router.get("/recheck-draws", response={200: Listing[DrawOut], **PROBLEMS}, operation_id="rechecks.draws", summary="回查抽取记录")
def draws(request: HttpRequest, params: Query[ListParams]) -> dict[str, Any]:
    """The daily draws, the newest first."""
    demand(request.user, "rechecks.see_rechecks")
    return listing(Draw.objects.defer("candidates"), ("-day", "-id"), params, draw_out)


@router.get("/recheck-draws/{day}", response={200: DrawDetailOut, **PROBLEMS}, operation_id="rechecks.draw_of", summary="一天的抽取记录")
def draw_of(request: HttpRequest, day: dt.date) -> dict[str, Any]:
    """One day's draw with all its candidates, so that anybody can do it again."""
    demand(request.user, "rechecks.see_rechecks")
    found = Draw.objects.filter(day=day).first()
    if found is None:
        raise Http404(_("这一天没有抽取"))
    drawn = set(found.rechecks.values_list("case__number", flat=True))
    chances = drawing.chances([row[1] for row in found.candidates], [row[2] for row in found.candidates], found.uniform, found.weighted)
    rows = [
        {"case": number, "severity": severity, "risk": risk, "chance": chance.either, "drawn": number in drawn}
        for (number, severity, risk), chance in zip(found.candidates, chances, strict=True)
    ]
    return {**draw_out(found), "candidates": rows}
