"""The moves of an order: each asks what it must, and is made."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.api import now
from yipanqi.kernel.gates import demand
from yipanqi.kernel.machine import WrongState
from yipanqi.services import actions, forms, selectors
from yipanqi.services.models import Request
from yipanqi.services.selectors import visible_to
from yipanqi.services.states import REQUEST
from yipanqi.services.views.desk import order_of
from yipanqi.teams.models import Station

SIMPLE: dict[str, type[Any]] = {
    "make_order": forms.PlanForm, "decline": forms.ReasonForm, "cancel": forms.CancelForm, "recall": forms.RecallForm, "accept": forms.MeetForm,
    "refuse": forms.ReasonForm, "give_back": forms.ReasonForm, "give_up": forms.ReasonForm, "report_service": forms.ReportForm, "reply_to_rating": forms.ReplyForm,
    "rate": forms.RatingForm,
}  # fmt: skip


@login_required
def move(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """The form of a move, and the move itself. Who may grab sees the order only so far as that."""
    if verb not in REQUEST.moves or verb in ("lapse", "close_unrated"):
        raise Http404
    found = _grabbed(request, number) if verb == "grab" else order_of(request, number)
    demand(request.user, f"services.{verb}", found)
    form = form_of(request, found, verb)
    if request.method == "POST" and form.is_valid():
        try:
            getattr(actions, verb)(found, **given(form), by=request.user, at=now())
        except WrongState as wrong:
            messages.error(request, str(wrong))
            return redirect(after(request, found))
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("已%(move)s") % {"move": REQUEST.moves[verb].title})
            return redirect(after(request, found))
    return render(request, "services/move.html", {"order": found, "move": REQUEST.moves[verb], "verb": verb, "form": form}, status=422 if form.errors else 200)


def _grabbed(request: HttpRequest, number: str) -> Request:
    found = selectors.grabbable(request.user).filter(number=number).first() or visible_to(request.user).filter(number=number).first()
    if found is None:
        raise Http404
    return found


def form_of(request: HttpRequest, found: Request, verb: str) -> Any:
    """The form of a move, filled with what the person sent."""
    sent = request.POST if request.method == "POST" else None
    if verb in SIMPLE:
        return SIMPLE[verb](sent, initial=_initial(verb))
    if verb == "dispatch":
        able = [(key_of(party), f"{party.name} — {_('；').join(why[:3])}") for party, why in selectors.parties_for(found, timezone.localdate())]
        return forms.PartyForm(sent, parties=able + selectors.others(found, {key for key, _name in able}), initial={"party": request.GET.get("party", "")})
    if verb == "grab":
        return forms.GrabForm(sent, parties=selectors.party_choices(request.user))
    return forms.ActivityForm(sent, of=found)


def _initial(verb: str) -> dict[str, Any]:
    if verb != "report_service":
        return {}
    end = timezone.localtime().replace(second=0, microsecond=0)
    return {"started_at": end - dt.timedelta(hours=1), "ended_at": end}


def given(form: Any) -> dict[str, Any]:
    """What the action is told."""
    facts = dict(form.cleaned_data)
    if "party" in facts:
        facts["party"] = selectors.party_of(facts["party"])
        if facts["party"] is None:
            raise Refused(_("没有这支队伍，请重新选择。"), field="party")
    return facts


def key_of(party: Any) -> str:
    """A party as forms and the API name it."""
    return f"{'station' if isinstance(party, Station) else 'team'}:{party.code}"


def after(request: HttpRequest, found: Request) -> str:
    """Where the person goes next: the order while they see it, else their own page."""
    if visible_to(request.user).filter(pk=found.pk).exists():
        return reverse("services:order_page", args=[found.number])
    return reverse("services:lead")
