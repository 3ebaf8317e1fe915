"""Suggestions for a case, for programs, under ``/api/v1/``."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from yipanqi.cases import selectors as cases
from yipanqi.cases.models import Case
from yipanqi.kernel.api import PROBLEMS
from yipanqi.kernel.gates import demand
from yipanqi.kernel.policy import policy_value
from yipanqi.suggestions import selectors
from yipanqi.suggestions.catalogue import SHOWN

router = Router(tags=["suggestions"])


class LearntOut(Schema):
    """What the suggestions were learnt from. `tried`: whether their confidences were measured on cases not learnt from."""

    version: int
    trained_at: dt.datetime
    cases: int
    tried: bool


class SuggestedClassOut(Schema):
    """A class, how sure the model is (those told together make at most 1; the rest is the chance of another class), and the words that speak for it."""

    key: str
    code: str
    name: str
    confidence: float
    words: list[str]


class SuggestedUnitOut(Schema):
    """A unit: by the rules of duty (`duty`, without confidence, always first), or by what the desk decided before: it had
    `had` of `of` such cases. The reasons of duty are told by `/duties/resolve`."""

    code: str
    name: str
    source: Literal["duty", "decided"]
    confidence: float | None
    had: int
    of: int


class SuggestionsOut(Schema):
    """At most three classes for a case that waits to be accepted; units for one that waits to be handed over. `learnt` is
    null before the first training: classes are then suggested by their names alone."""

    shown: bool
    learnt: LearntOut | None
    classes: list[SuggestedClassOut]
    units: list[SuggestedUnitOut]


@router.get(
    "/cases/{number}/suggestions", response={200: SuggestionsOut, **PROBLEMS}, operation_id="suggestions.of_case", summary="类别和单位建议"
)
def of_case(request: HttpRequest, number: str) -> dict[str, Any]:
    """What the desk is shown when it accepts the case or hands it over; both lists are empty where the office switched it off."""
    demand(request.user, "suggestions.see_suggestions")
    case = selectors.visible_case(request.user, number)
    if case is None:
        raise Http404
    learnt, shown = selectors.in_force(), bool(policy_value(SHOWN.key))
    told = learnt and {
        "version": learnt.pk, "trained_at": learnt.trained_at, "cases": learnt.classes["cases"], "tried": selectors.tried(learnt.classes),
    }  # fmt: skip
    found = selectors.suggested_classes(case)
    return {"shown": shown, "learnt": told, "classes": [_class(one) for one in found], "units": _units(case) if shown else []}


def _class(one: selectors.ClassSuggestion) -> dict[str, Any]:
    row = one.issue_class
    return {"key": row.key, "code": row.code, "name": row.name, "confidence": round(one.confidence, 4), "words": list(one.words)}


def _units(case: Case) -> list[dict[str, Any]]:
    if case.state not in selectors.TO_HAND_OVER:
        return []
    today = timezone.localdate()
    duty = cases.answering(case, today)
    first = [_unit(duty.unit, "duty")] if duty.unit else []
    decided = selectors.suggested_units(case, today)
    return first + [_unit(one.unit, "decided", round(one.confidence, 4), one.had, one.of) for one in decided]


def _unit(unit: Any, source: str, confidence: float | None = None, had: int = 0, of: int = 0) -> dict[str, Any]:
    return {"code": unit.code, "name": unit.name, "source": source, "confidence": confidence, "had": had, "of": of}
