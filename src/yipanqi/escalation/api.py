"""Letters that are due, for programs, under ``/api/v1/``."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from ninja import Field, Query, Router, Schema

from yipanqi.escalation import actions, selectors
from yipanqi.escalation.models import LetterDue
from yipanqi.escalation.states import LETTER, LetterState
from yipanqi.kernel.api import PROBLEMS, Listing, ListParams, listing, now
from yipanqi.kernel.moves import MoveOut, field, moves_out

router = Router(tags=["escalation"])
FIELDS = {"drop_letter": [field("reason", _lazy("不予制发的理由"), required=True)]}


class LetterParams(ListParams):
    state: LetterState | None = None
    unit: str | None = Field(None, description="code of the unit")


class LetterOut(Schema):
    id: UUID
    unit: str = Field(description="code of the unit")
    kind: str = Field(description="reminder, urging or criticism")
    week: dt.date = Field(description="the Monday of the week whose problems it gathers")
    state: LetterState
    problems: int = Field(description="number of problems in it")
    reason: str = Field(description="why it is not written; empty where it is due")
    moves: list[MoveOut]


class DropIn(Schema):
    reason: str = Field(max_length=200)


def letter_out(row: LetterDue, actor: Any) -> dict[str, Any]:
    """One letter as the API tells it."""
    return {
        "id": row.uuid, "unit": row.unit.code, "kind": row.kind, "week": row.week, "state": row.state, "problems": row.problems,  # type: ignore[attr-defined]
        "reason": row.reason, "moves": moves_out(LETTER.open_moves(row, actor), FIELDS),
    }  # fmt: skip


@router.get("/letters-due", response={200: Listing[LetterOut], **PROBLEMS}, operation_id="escalation.letters", summary="待制发函件")
def letters(request: HttpRequest, params: Query[LetterParams]) -> dict[str, Any]:
    """Letters that a person should write, or decided not to, the newest first."""
    rows = selectors.letters_visible_to(request.user)
    given = {"state": params.state, "unit__code": params.unit}
    return listing(rows.filter(**{k: v for k, v in given.items() if v}), ("-created_at", "-id"), params, lambda row: letter_out(row, request.user))


@router.post("/letters-due/{uuid}/moves/drop_letter", response={200: LetterOut, **PROBLEMS}, operation_id="escalation.drop_letter", summary="不予制发")
def drop_letter(request: HttpRequest, uuid: UUID, body: DropIn) -> dict[str, Any]:
    """The head of the office decides that a letter is not written."""
    seen = selectors.letters_visible_to(request.user)
    letter = seen.filter(uuid=uuid).first()
    if letter is None:
        raise Http404(_("没有这份函件"))
    actions.drop_letter(letter, reason=body.reason, by=request.user, at=now())
    return letter_out(seen.get(uuid=uuid), request.user)
