"""Likely duplicates of a case, for programs, under ``/api/v1/``."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.http import Http404, HttpRequest
from ninja import Router, Schema

from yipanqi.cases import selectors as cases
from yipanqi.duplicates import selectors, telling
from yipanqi.duplicates.catalogue import SHOWN
from yipanqi.kernel.api import PROBLEMS
from yipanqi.kernel.gates import demand
from yipanqi.kernel.policy import policy_value

router = Router(tags=["duplicates"])


class ReasonOut(Schema):
    """Why, in words."""

    kind: Literal["distance", "time", "class", "words", "photo"]
    words: str


class DuplicateOut(Schema):
    """A case that is likely about the same thing. `score` is between 0 and 1. Where a case that was merged into this one is
    what is alike, `through` names it. `why_not` says why this one cannot be merged into; empty where it can."""

    number: str
    title: str
    state: str
    found_at: dt.datetime
    score: float
    metres: float | None
    through: str | None
    reasons: list[ReasonOut]
    why_not: str


class DuplicatesOut(Schema):
    """At most five, the likeliest first."""

    shown: bool
    duplicates: list[DuplicateOut]


@router.get("/cases/{number}/duplicates", response={200: DuplicatesOut, **PROBLEMS}, operation_id="duplicates.of_case", summary="疑似重复案件")
def of_case(request: HttpRequest, number: str) -> dict[str, Any]:
    """What the desk is shown beside a case that waits to be accepted or handed over; empty for others, and where switched off."""
    demand(request.user, "duplicates.see_duplicates")
    case = cases.by_number(request.user, number)
    if case is None:
        raise Http404
    found = selectors.likely(case, request.user)
    return {"shown": bool(policy_value(SHOWN.key)), "duplicates": [_shown(case, one) for one in found]}


def _shown(case: Any, one: selectors.Candidate) -> dict[str, Any]:
    metres = one.evidence.metres
    return {
        "number": one.case.number, "title": one.case.title, "state": one.case.state, "found_at": one.case.found_at,
        "score": round(one.score, 4), "metres": None if metres is None else round(metres, 1),
        "through": one.through.number if one.through else None, "reasons": [reason._asdict() for reason in telling.reasons(one)],
        "why_not": telling.why_not(selectors.why_not_merged(case, one.case)),
    }  # fmt: skip
