"""What units bear, the register of forms and complaints, for programs, under ``/api/v1/``."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from ninja import Field, Query, Router, Schema

from yipanqi.burden import actions, once, selectors
from yipanqi.burden.models import Complaint
from yipanqi.burden.states import COMPLAINT, ComplaintState
from yipanqi.figures import Period
from yipanqi.kernel.actions import NotAllowed
from yipanqi.kernel.actors import Visitor
from yipanqi.kernel.api import PROBLEMS, Listing, ListParams, listing, now
from yipanqi.kernel.gates import demand
from yipanqi.kernel.idempotency import told_once
from yipanqi.kernel.moves import MoveOut, field, moves_out
from yipanqi.kernel.permissions import why_not

router = Router(tags=["burden"])
FIELDS = {"answer_complaint": [field("text", _lazy("答复"), required=True)], "press_complaint": [field("text", _lazy("还有什么没有解决"), required=True)]}


class LoadOut(Schema):
    load: str
    n: int
    before: int = Field(description="the month before")
    cap: int = Field(description="0 for none")


class UnitLoadOut(Schema):
    """A unit's month; `minutes` are an estimate by the declared table, never measured."""

    unit: str
    name: str
    minutes: int
    loads: list[LoadOut]


class FormOut(Schema):
    """One field of one form, with why it is asked."""

    form: str
    key: str
    owner: str
    who: str
    readers: str
    often: str
    minutes: float
    until: dt.date
    field: str
    reason: str
    basis: str
    keeps: str
    differs: str


class ComplaintOut(Schema):
    """A complaint; nobody's name stands in it, and of an anonymous one no unit."""

    code: str
    text: str
    page: str
    unit_kind: str
    unit: str | None
    sent_at: dt.datetime = Field(description="of an anonymous one the beginning of the day")
    state: ComplaintState
    answer: str
    answered_at: dt.datetime | None
    moves: list[MoveOut]


class ComplainIn(Schema):
    text: str = Field(min_length=1, max_length=1000, pattern=r"^[^\x00]*$")
    page: str = Field("", max_length=120, pattern=r"^[^\x00]*$")
    signed: bool = Field(False, description="without it neither the complaint nor the journal names who said it")


class TextIn(Schema):
    text: str = Field(min_length=1, max_length=1000, pattern=r"^[^\x00]*$")


class MonthParams(Schema):
    month: str = Field("", pattern=r"^(20\d\d-(0[1-9]|1[0-2]))?$", description="as 2026-11; left out, this month")


def complaint_out(row: Complaint, actor: Any) -> dict[str, Any]:
    """One complaint as the API tells it."""
    return {
        "code": row.code, "text": row.text, "page": row.page, "unit_kind": row.unit_kind, "unit": row.unit.code if row.unit else None, "sent_at": row.sent_at,
        "state": row.state, "answer": row.answer, "answered_at": row.answered_at, "moves": moves_out(COMPLAINT.open_moves(row, actor), FIELDS),
    }  # fmt: skip


@router.get("/burden/units", response={200: list[UnitLoadOut], **PROBLEMS}, operation_id="burden.units", summary="各单位负担")
def units(request: HttpRequest, params: Query[MonthParams]) -> list[dict[str, Any]]:
    """What each unit that the caller sees bore in a month, the most minutes first."""
    if not (request.user.has_perm("burden.see_all_units") or request.user.has_perm("burden.see_own_unit")):
        raise NotAllowed(why_not("burden.see_all_units"))
    month = Period.this_month(dt.date.fromisoformat(f"{params.month}-01") if params.month else timezone.localdate())
    return [
        {"unit": line.code, "name": line.name, "minutes": line.minutes, "loads": [{"load": c.load, "n": c.n, "before": c.before, "cap": c.cap} for c in line.cells]}
        for line in selectors.table(month, request.user, now())
    ]  # fmt: skip


@router.get("/burden/forms", response={200: list[FormOut], **PROBLEMS}, operation_id="burden.forms", summary="表单登记")
def forms(request: HttpRequest) -> list[dict[str, Any]]:
    """Every field of every form, with why it is asked, who reads it and until when the form stands."""
    demand(request.user, "burden.see_forms")
    return selectors.form_rows(timezone.localdate())


@router.get("/burden/complaints", response={200: Listing[ComplaintOut], **PROBLEMS}, operation_id="burden.complaints", summary="基层负担反映")
def complaints(request: HttpRequest, params: Query[ListParams]) -> dict[str, Any]:
    """Complaints that the caller sees, newest first."""
    return listing(selectors.complaints_visible_to(request.user), ("-sent_at", "-id"), params, lambda row: complaint_out(row, request.user))


@router.post("/burden/complaints", response={201: ComplaintOut, **PROBLEMS}, operation_id="burden.complain", summary="反映基层负担")
def complain(request: HttpRequest, body: ComplainIn, response: HttpResponse) -> tuple[int, dict[str, Any]]:
    """Say what is too much or asked twice; the code in the answer finds the reply."""
    demand(request.user, "burden.use_complaint_page")
    by: Any = request.user if body.signed else Visitor()
    marks = {} if body.signed else once.marks(request)
    made = once.entered_before(**marks) or actions.complain(
        None, text=body.text, page=body.page, unit_kind="" if body.signed else selectors.kind_of_unit(request.user), **marks, by=by, at=now()
    )
    if made.anonymous:
        told_once(response, keyless=True)  # the answer names the code, the key its sender: neither is kept
    return 201, complaint_out(made, request.user)


@router.post("/burden/complaints/{code}/moves/answer_complaint", response={200: ComplaintOut, **PROBLEMS}, operation_id="burden.answer_complaint", summary="答复基层负担反映")
def answer_complaint(request: HttpRequest, code: str, body: TextIn) -> dict[str, Any]:
    """The office says what changes, or why it has to stay."""
    return complaint_out(actions.answer_complaint(_of(request, code), text=body.text, by=request.user, at=now()), request.user)


@router.post("/burden/complaints/{code}/moves/press_complaint", response={200: ComplaintOut, **PROBLEMS}, operation_id="burden.press_complaint", summary="再次反映基层负担")
def press_complaint(request: HttpRequest, code: str, body: TextIn) -> dict[str, Any]:
    """The answer does not do; whoever has the code may say so."""
    found = _of(request, code)
    by: Any = Visitor() if found.anonymous else request.user
    return complaint_out(actions.press_complaint(found, text=body.text, by=by, at=now()), request.user)


def _of(request: HttpRequest, code: str) -> Complaint:
    demand(request.user, "burden.use_complaint_page")
    found = selectors.complaint_by_code(code)
    if found is None or not (found.anonymous or selectors.complaints_visible_to(request.user).filter(pk=found.pk).exists()):
        raise Http404(_("没有这条反映，或您无权查看"))
    return found
