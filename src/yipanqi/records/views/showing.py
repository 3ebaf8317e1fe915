"""What the pages of records share: tones of states, a form that carries something out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.machine import Machine
from yipanqi.kernel.paging import keyset_page, next_url
from yipanqi.records import selectors
from yipanqi.records.hours import hours_text

ROWS = 50
TITLES = {"service": _("服务记录"), "training": _("培训记录"), "commendation": _("表彰奖励"), "evaluation": _("评价记录")}
TONES = {
    "asked": "act", "proposed": "act", "confirmed": "done", "issued": "done", "done": "done", "refused": "late", "declined": "late",
    "revoked": "late", "withdrawn": "late", "dropped": "wait",
}  # fmt: skip


def carried_out(request: HttpRequest, form: forms.BaseForm, act: Callable[[dict[str, Any]], object], said: str) -> bool:
    """Whether a posted form was right and what it asks was done; else the form says what is wrong."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except Refused as refusal:
        form.add_error(refusal.field if getattr(refusal, "field", None) in form.fields else None, str(refusal))
        return False
    messages.success(request, said)
    return True


def allowed(machine: Machine, thing: Any, user: Any) -> set[str]:
    """The names of the moves that a person may make now."""
    return {move.name for move in machine.open_moves(thing, user) if move.allowed}


def paged(request: HttpRequest, rows: Any, order: tuple[str, ...] = ("-asked_at", "-id")) -> dict[str, Any]:
    """A page of a list with the address of the next."""
    page = keyset_page(rows, order, request.GET.get("cursor"), ROWS)
    for row in page.items:
        row.tone = TONES.get(getattr(row, "state", ""), "wait")
    return {"rows": page.items, "next_url": next_url(request, page.next)}


def status(form: forms.BaseForm | None) -> int:
    return 422 if form is not None and form.errors else 200


def tables() -> list[dict[str, Any]]:
    """The rules of stars, ready to be shown."""
    today = timezone.localdate()
    in_use = selectors.star_table(today)
    return [
        {"table": table, "in_use": table == in_use, "coming": table.from_on > today, "steps": [(step.grade, hours_text(step.minutes)) for step in table.steps]}
        for table in selectors.schemes(today)
    ]  # fmt: skip
