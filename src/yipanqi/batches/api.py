"""Moves on many cases for programs, under ``/api/v1/``."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from ninja import Field, Query, Router, Schema
from pydantic import ConfigDict, create_model

from yipanqi.batches import actions, running, selectors
from yipanqi.batches.catalogue import AT_ONCE, MOST
from yipanqi.batches.models import Batch
from yipanqi.batches.states import BATCH, BatchState, ItemState
from yipanqi.cases import selectors as cases
from yipanqi.cases.list_filters import checked
from yipanqi.cases.schemas import CaseParams
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.api import PROBLEMS, Listing, ListParams, listing, now
from yipanqi.kernel.machine import OpenMove
from yipanqi.kernel.moves import MoveOut, field, moves_out
from yipanqi.kernel.policy import policy_value

router = Router(tags=["batches"])
FIELDS = {"take_back": [field("note", _lazy("理由"), required=True)]}


class _Closed(Schema):
    model_config = ConfigDict(extra="forbid")


#: The filters of the list of cases, as `GET /cases` takes them.
CaseFilters: Any = create_model(
    "CaseFilters", __base__=_Closed, **{name: (info.annotation, info) for name, info in CaseParams.model_fields.items() if name not in ListParams.model_fields}
)  # type: ignore[call-overload]


class BatchIn(Schema):
    verb: str = Field(max_length=40, description="the move: accept, dispatch, verify_pass, sign, reject, merge, withdraw, unaccept, split_off, grant_extension")
    numbers: list[str] = Field([], max_length=10_000, description="numbers of the cases")
    filters: CaseFilters | None = Field(None, description="instead of numbers: filters of the list of cases; all that they leave now are taken")
    given: dict[str, str] = Field({}, description="what the move asks for, as in its body for one case: reason, note, primary, issue_class, unit, requirements, days")


class BatchOut(Schema):
    id: UUID
    kind: str = Field(description="moves, check, import or export")
    verb: str = Field(description="the move, or the name of the sheet or export")
    state: BatchState
    asked_at: dt.datetime
    finished_at: dt.datetime | None
    total: int | None
    done: int
    refused: int
    takes_back: UUID | None = Field(description="the batch that this one takes back")
    problem: str = Field(description="why it came to a halt; empty where it did not")
    moves: list[MoveOut]


class ItemOut(Schema):
    number: str = Field(description="the case's number")
    line: int = Field(description="place in the batch, or line of the file")
    state: ItemState
    result: str = Field(description="what was done, in a word; empty where nothing was")
    why: str = Field(description="why it was refused; empty where it was not")


class BatchParams(ListParams):
    state: BatchState | None = None


class ItemParams(ListParams):
    state: ItemState | None = None


class TakeBackIn(Schema):
    note: str = Field(min_length=1, max_length=2_000)


def batch_out(row: Batch, actor: Any) -> dict[str, Any]:
    """One batch as the API tells it."""
    why, may = selectors.why_not_taken_back(row) if row.kind == Batch.Kind.MOVES else "", selectors.may(row, actor)
    open_moves = [move for move in BATCH.open_moves(row, actor) if move.name == "cancel"]
    if row.kind == Batch.Kind.MOVES and selectors.goes_back(row):
        open_moves.append(OpenMove("take_back", _("撤回这批"), may["take_back"], None if may["take_back"] else why or _("您没有进行此操作的权限")))
    return {
        "id": row.uuid, "kind": row.kind, "verb": row.what, "state": row.state, "asked_at": row.asked_at, "finished_at": row.finished_at, "total": row.total,
        "done": row.done, "refused": row.refused, "takes_back": row.takes_back.uuid if row.takes_back else None, "problem": row.problem,
        "moves": moves_out(open_moves, FIELDS),
    }  # fmt: skip


@router.get("/batches", response={200: Listing[BatchOut], **PROBLEMS}, operation_id="batches.list", summary="批量办理")
def batch_list(request: HttpRequest, params: Query[BatchParams]) -> dict[str, Any]:
    """One's own batches, the newest first; for the head of the office also the moves that others made on many."""
    rows = selectors.visible_to(request.user).select_related("takes_back")
    rows = rows.filter(state=params.state) if params.state else rows
    return listing(rows, ("-asked_at", "-id"), params, lambda row: batch_out(row, request.user))


@router.post("/batches", response={201: BatchOut, **PROBLEMS}, operation_id="batches.ask", summary="一次办理许多案件")
def ask(request: HttpRequest, body: BatchIn) -> tuple[int, dict[str, Any]]:
    """Make one move on many cases. A few are done before the answer; more are left to the worker: ask for the batch until
    its state is done. Every case is done or refused by itself."""
    if bool(body.numbers) == (body.filters is not None):
        raise Refused(_("请给出 numbers 或 filters 其中一项。"), field="numbers")
    ids = _ids(request, body.filters) if body.filters is not None else []
    few = len(body.numbers) + len(ids) <= int(policy_value(AT_ONCE.key))
    made = actions.ask(None, verb=body.verb, numbers=body.numbers, ids=ids, given=body.given, words="API", at_once=few, by=request.user, at=now())
    return 201, batch_out(running.run_now(made) if few else made, request.user)


def _ids(request: HttpRequest, filters: Any) -> list[tuple[int, str]]:
    """What the filters leave, one more than may be asked for at once. Raises BadFilter."""
    asked = checked(filters.model_dump(by_alias=True))
    found = cases.filtered(cases.visible_to(request.user), asked, now())
    return list(found.order_by("-found_at", "-id").values_list("pk", "number")[: int(policy_value(MOST.key)) + 1])


@router.get("/batches/{uuid}", response={200: BatchOut, **PROBLEMS}, operation_id="batches.batch", summary="一批的进度")
def batch(request: HttpRequest, uuid: UUID) -> dict[str, Any]:
    """How far a batch is, and what can be done about it."""
    return batch_out(_found(request, uuid), request.user)


@router.get("/batches/{uuid}/items", response={200: Listing[ItemOut], **PROBLEMS}, operation_id="batches.items", summary="一批的逐条结果")
def items(request: HttpRequest, uuid: UUID, params: Query[ItemParams]) -> dict[str, Any]:
    """What became of every case, or of every refused line of a file."""
    rows = _found(request, uuid).items.all()
    rows = rows.filter(state=params.state) if params.state else rows
    return listing(rows, ("seq", "id"), params, lambda row: {"number": row.number, "line": row.seq, "state": row.state, "result": row.what, "why": row.why})


@router.post("/batches/{uuid}/moves/cancel", response={200: BatchOut, **PROBLEMS}, operation_id="batches.cancel", summary="停止一批")
def cancel(request: HttpRequest, uuid: UUID) -> dict[str, Any]:
    """Stop a batch: what is done stays done, the rest is left as it is."""
    return batch_out(actions.cancel(_found(request, uuid), by=request.user, at=now()), request.user)


@router.post("/batches/{uuid}/moves/take_back", response={201: BatchOut, **PROBLEMS}, operation_id="batches.take_back", summary="撤回一批")
def take_back(request: HttpRequest, uuid: UUID, body: TakeBackIn) -> tuple[int, dict[str, Any]]:
    """Take back what a batch did, by another batch: cases with which somebody went on are left as they are."""
    return 201, batch_out(actions.take_back(_found(request, uuid), note=body.note, by=request.user, at=now()), request.user)


def _found(request: HttpRequest, uuid: UUID) -> Batch:
    row = selectors.visible_to(request.user).select_related("takes_back").filter(uuid=uuid).first()
    if row is None:
        raise Http404(_("没有这一批"))
    return row
