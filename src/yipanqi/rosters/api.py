"""Duty work for programs, under ``/api/v1/``: rosters and turns. People are counted, never named."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from ninja import Field, Query, Router, Schema

from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.api import PROBLEMS, Listing, ListParams, listing, now
from yipanqi.kernel.gates import demand
from yipanqi.kernel.moves import MoveOut, field, moves_out
from yipanqi.kernel.permissions import why_not
from yipanqi.people.models import Unit
from yipanqi.rosters import actions, selectors
from yipanqi.rosters.models import Roster, Turn
from yipanqi.rosters.states import ROSTER, TURN, RosterState, TurnState

router = Router(tags=["rosters"])
WHY = field("why", _lazy("原因"), required=True)
COUNT = [field("present", _lazy("实到人数"), "integer", required=True), field("work", _lazy("做了什么"))]
ROSTER_MOVES, ROSTER_FIELDS = ("make_rota", "publish_roster", "end_roster"), {"end_roster": [WHY]}
TURN_FIELDS = {
    "confirm_turn": COUNT, "correct_turn": [*COUNT, WHY], "cancel_turn": [WHY], "give_turn": [field("unit", _lazy("单位"), "code", required=True), WHY],
    "ask_swap": [field("to", _lazy("单位"), "code", required=True), field("other", _lazy("换回的值勤")), field("reason", _lazy("原因"), required=True)],
}  # fmt: skip
LINE = r"^[^\x00]*$"


class RosterOut(Schema):
    """A plan of duty work."""

    code: str
    name: str
    kind: str
    state: RosterState
    starts_on: dt.date
    ends_on: dt.date
    slots: list[list[str]]
    weekdays: list[int]
    working_days: bool
    people: int
    tasks: str
    moves: list[MoveOut]


class TurnOut(Schema):
    """One unit's duty at one post."""

    uuid: UUID
    roster: str
    kind: str
    unit: str
    place: str | None = Field(description="the code of a crossing")
    segment: str | None = Field(description="the code of a street segment")
    on: dt.date
    starts_at: dt.datetime
    ends_at: dt.datetime
    people: int = Field(description="asked for")
    present: int | None = Field(description="who came, as a number")
    work: str
    state: TurnState
    moves: list[MoveOut]


class RosterParams(ListParams):
    state: RosterState | None = None


class TurnParams(ListParams):
    state: TurnState | None = None
    roster: str | None = Field(None, max_length=40, pattern=LINE)
    unit: str | None = Field(None, max_length=40, pattern=LINE)


class WhyIn(Schema):
    why: str = Field(min_length=1, max_length=200, pattern=LINE)


class CountIn(Schema):
    present: int = Field(ge=0, le=500)
    work: str = Field("", max_length=300, pattern=LINE)


class CorrectIn(CountIn, WhyIn):
    pass


class GiveIn(WhyIn):
    unit: str = Field(max_length=40, pattern=LINE)


class SwapIn(Schema):
    to: str = Field(max_length=40, pattern=LINE)
    other: UUID | None = None
    reason: str = Field(min_length=1, max_length=200, pattern=LINE)


def roster_out(row: Roster, actor: Any) -> dict[str, Any]:
    """A roster as the API tells it."""
    names = ("code", "name", "kind", "state", "starts_on", "ends_on", "slots", "weekdays", "working_days", "people", "tasks")
    return {name: getattr(row, name) for name in names} | {"moves": moves_out(ROSTER.open_moves(row, actor, list(ROSTER_MOVES)), ROSTER_FIELDS)}


def turn_out(row: Turn, actor: Any) -> dict[str, Any]:
    """A turn as the API tells it."""
    names = ("uuid", "on", "starts_at", "ends_at", "people", "present", "work", "state")
    return {name: getattr(row, name) for name in names} | {
        "roster": row.roster.code, "kind": row.roster.kind, "unit": row.unit.code, "place": row.post.place.code if row.post.place else None,
        "segment": row.post.segment.code if row.post.segment else None, "moves": moves_out(TURN.open_moves(row, actor), TURN_FIELDS),
    }  # fmt: skip


def _demand_either(request: HttpRequest) -> None:
    if not (request.user.has_perm("rosters.see_own_turns") or request.user.has_perm("rosters.see_rosters")):
        raise NotAllowed(why_not("rosters.see_rosters"))


def _unit(code: str, name: str) -> Unit:
    found = Unit.objects.filter(code=code).first()
    if found is None:
        raise Refused(_("没有编码为“%(code)s”的单位") % {"code": code}, field=name)
    return found


def _roster(request: HttpRequest, code: str) -> Roster:
    found = selectors.rosters_visible_to(request.user).filter(code=code).first()
    if found is None:
        raise Http404(_("没有这项值勤安排，或您无权查看"))
    return found


def _turn(request: HttpRequest, uuid: UUID) -> Turn:
    found = selectors.turns_visible_to(request.user).filter(uuid=uuid).first()
    if found is None:
        raise Http404(_("没有这次值勤，或您无权查看"))
    return found


@router.get("/rosters", response={200: Listing[RosterOut], **PROBLEMS}, operation_id="rosters.list", summary="值勤安排")
def list_rosters(request: HttpRequest, params: Query[RosterParams]) -> dict[str, Any]:
    """Rosters that the caller sees, newest first."""
    _demand_either(request)
    rows = selectors.rosters_visible_to(request.user)
    return listing(rows.filter(state=params.state) if params.state else rows, ("-starts_on", "-id"), params, lambda row: roster_out(row, request.user))


@router.get("/rosters/{code}", response={200: RosterOut, **PROBLEMS}, operation_id="rosters.get", summary="一项值勤安排")
def get_roster(request: HttpRequest, code: str) -> dict[str, Any]:
    """One roster, and what may be done."""
    _demand_either(request)
    return roster_out(_roster(request, code), request.user)


@router.post("/rosters/{code}/moves/make_rota", response={200: RosterOut, **PROBLEMS}, operation_id="rosters.make_rota", summary="轮排值勤表")
def make_rota(request: HttpRequest, code: str) -> dict[str, Any]:
    """Give out the turns by rotation."""
    return roster_out(actions.make_rota(_roster(request, code), by=request.user, at=now()), request.user)


@router.post("/rosters/{code}/moves/publish_roster", response={200: RosterOut, **PROBLEMS}, operation_id="rosters.publish_roster", summary="发布值勤表")
def publish_roster(request: HttpRequest, code: str) -> dict[str, Any]:
    """Make the rota known to the units."""
    return roster_out(actions.publish_roster(_roster(request, code), by=request.user, at=now()), request.user)


@router.post("/rosters/{code}/moves/end_roster", response={200: RosterOut, **PROBLEMS}, operation_id="rosters.end_roster", summary="结束值勤安排")
def end_roster(request: HttpRequest, code: str, body: WhyIn) -> dict[str, Any]:
    """Cancel what is to come."""
    return roster_out(actions.end_roster(_roster(request, code), why=body.why, by=request.user, at=now()), request.user)


@router.get("/turns", response={200: Listing[TurnOut], **PROBLEMS}, operation_id="rosters.turns", summary="值勤班次")
def list_turns(request: HttpRequest, params: Query[TurnParams]) -> dict[str, Any]:
    """Turns that the caller sees, newest first."""
    _demand_either(request)
    given = {"state": params.state, "roster__code": params.roster, "unit__code": params.unit}
    rows = selectors.turns_visible_to(request.user).filter(**{name: value for name, value in given.items() if value})
    return listing(rows, ("-starts_at", "-id"), params, lambda row: turn_out(row, request.user))


@router.get("/turns/{uuid}", response={200: TurnOut, **PROBLEMS}, operation_id="rosters.turn", summary="一次值勤")
def get_turn(request: HttpRequest, uuid: UUID) -> dict[str, Any]:
    """One turn, and what may be done."""
    _demand_either(request)
    return turn_out(_turn(request, uuid), request.user)


@router.post("/turns/{uuid}/moves/confirm_turn", response={200: TurnOut, **PROBLEMS}, operation_id="rosters.confirm_turn", summary="确认值勤")
def confirm_turn(request: HttpRequest, uuid: UUID, body: CountIn) -> dict[str, Any]:
    """How many people were there, and what was done."""
    return turn_out(actions.confirm_turn(_turn(request, uuid), **body.dict(), by=request.user, at=now()), request.user)


@router.post("/turns/{uuid}/moves/correct_turn", response={200: TurnOut, **PROBLEMS}, operation_id="rosters.correct_turn", summary="更正值勤记录")
def correct_turn(request: HttpRequest, uuid: UUID, body: CorrectIn) -> dict[str, Any]:
    """Put right what was said."""
    return turn_out(actions.correct_turn(_turn(request, uuid), **body.dict(), by=request.user, at=now()), request.user)


@router.post("/turns/{uuid}/moves/cancel_turn", response={200: TurnOut, **PROBLEMS}, operation_id="rosters.cancel_turn", summary="取消一次值勤")
def cancel_turn(request: HttpRequest, uuid: UUID, body: WhyIn) -> dict[str, Any]:
    """Let a turn fall away."""
    return turn_out(actions.cancel_turn(_turn(request, uuid), why=body.why, by=request.user, at=now()), request.user)


@router.post("/turns/{uuid}/moves/give_turn", response={200: TurnOut, **PROBLEMS}, operation_id="rosters.give_turn", summary="改派一次值勤")
def give_turn(request: HttpRequest, uuid: UUID, body: GiveIn) -> dict[str, Any]:
    """Give a turn to another unit."""
    found = _turn(request, uuid)
    demand(request.user, "rosters.give_turn", found)
    return turn_out(actions.give_turn(found, unit=_unit(body.unit, "unit"), why=body.why, by=request.user, at=now()), request.user)


@router.post("/turns/{uuid}/moves/ask_swap", response={200: TurnOut, **PROBLEMS}, operation_id="rosters.ask_swap", summary="申请调换值勤")
def ask_swap(request: HttpRequest, uuid: UUID, body: SwapIn) -> dict[str, Any]:
    """Ask another unit to take a turn; it answers on its page."""
    found = _turn(request, uuid)
    demand(request.user, "rosters.ask_swap", found)
    other = selectors.swappable(found, now()).filter(uuid=body.other).first() if body.other else None
    if body.other and other is None:
        raise Refused(_("没有这次可以换回的值勤"), field="other")
    actions.ask_swap(found, to=_unit(body.to, "to"), other=other, reason=body.reason, by=request.user, at=now())
    return turn_out(_turn(request, uuid), request.user)
