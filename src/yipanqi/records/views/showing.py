"""What the pages of records share: tones of states, a form that carries something out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.machine import Machine
from yipanqi.kernel.paging import keyset_page, next_url
from yipanqi.records import selectors
from yipanqi.records.panels import TONES
from yipanqi.records.rules import is_about_me
from yipanqi.volunteers.models import Volunteer

ROWS = 50


def carried_out(request: HttpRequest, form: forms.BaseForm, act: Callable[[dict[str, Any]], object], said: str) -> bool:
    """Whether a posted form was right and what it asks was done; else the form says what is wrong.

    Raises NotAllowed, which no other word in the form would mend."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except NotAllowed:
        raise
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return False
    messages.success(request, said)
    return True


def allowed(machine: Machine, thing: Any, user: Any) -> set[str]:
    """The names of the moves that a person may make now."""
    return {move.name for move in machine.open_moves(thing, user) if move.allowed}


def amendable(user: Any, volunteer: Volunteer | None = None) -> str | set[int]:
    """Whose entries a person may ask to have corrected: "every" one of the own record, else those of the issuers it records for (row ids)."""
    if volunteer is not None and is_about_me.test(user, volunteer):
        return "every"
    return set(selectors.recording_issuers(user).values_list("pk", flat=True))


def paged(request: HttpRequest, rows: Any, order: tuple[str, ...] = ("-asked_at", "-id")) -> dict[str, Any]:
    """A page of a list with the address of the next."""
    page = keyset_page(rows, order, request.GET.get("cursor"), ROWS)
    for row in page.items:
        row.tone = TONES.get(getattr(row, "state", ""), "wait")
    return {"rows": page.items, "next_url": next_url(request, page.next)}


def status(form: forms.BaseForm | None) -> int:
    return 422 if form is not None and form.errors else 200
