"""How pages of volunteers ask actions, and find whom an address names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy

from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.api import now
from yipanqi.kernel.machine import OpenMove
from yipanqi.teams.models import Team
from yipanqi.volunteers import selectors
from yipanqi.volunteers.models import Volunteer

TONES = {"consent": "soon", "pending": "soon", "registered": "done", "declined": "late", "left": "wait", "asked": "soon", "member": "done", "waiting": "soon",
         "done": "done", "refused": "late", "open": "soon", "distinct": "wait", "merged": "done"}  # fmt: skip
DONE = gettext_lazy("已办理")


def try_form(form: forms.Form, act: Callable[[forms.Form], Any]) -> Any:
    """What `act` makes of a valid form; None when the form is wrong or the action refused, with the words in the form.

    Raises NotAllowed where the person may not act at all, and what comes with a Retry-After.
    """
    if not form.is_valid():
        return None
    try:
        return act(form)
    except NotAllowed:
        raise
    except Refused as refusal:
        if hasattr(refusal, "retry_after"):
            raise
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return None


def answer(request: HttpRequest, act: Callable[[], Any], to: str, done: Any = DONE) -> HttpResponse:
    """Do one thing and lead back to the page `to`, saying that it is done or why not."""
    try:
        act()
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(to)


def seen(request: HttpRequest, number: str) -> Volunteer:
    """The volunteer of a number, as far as the person sees them."""
    people = selectors.visible_to(request.user).select_related("area", "user", "guardian")
    return get_object_or_404(people, number=number)


def own(request: HttpRequest) -> Volunteer:
    """The entry that the person signs in with. Raises Http404 where there is none."""
    found = selectors.volunteer_of(request.user)
    if found is None:
        raise Http404
    return found


def team_of(code: str) -> Team:
    return get_object_or_404(Team.objects.select_related("station", "area"), code=code)


def tone(state: str) -> str:
    """The colour of a state's badge."""
    return TONES.get(state, "wait")


def open_verbs(thing: Any, actor: Any, verbs: tuple[str, ...]) -> list[OpenMove]:
    """The moves among `verbs` that the actor may make now."""
    return [move for move in thing.machine.open_moves(thing, actor, verbs) if move.allowed]


def shown(request: HttpRequest, template: str, form: forms.Form, **context: Any) -> HttpResponse:
    """A page with a form; 422 where something is wrong in it."""
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)


def address(request: HttpRequest) -> str:
    """The network address that hourly shares are counted by."""
    return str(request.META.get("REMOTE_ADDR", ""))


__all__ = ["address", "answer", "now", "open_verbs", "own", "seen", "shown", "team_of", "tone", "try_form"]
