"""Pages of the ladder: letters that are due, the city leaders' list, and what another policy would have done."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yipanqi.cases.selectors import visible_to as cases_visible_to
from yipanqi.escalation import actions, selectors
from yipanqi.escalation.catalogue import PAPERS, STEPS
from yipanqi.escalation.forms import DropForm, LetterFilter, TrialForm, as_it_is
from yipanqi.escalation.trial import Trial, simulate
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.api import now
from yipanqi.kernel.gates import demand
from yipanqi.kernel.paging import keyset_page, next_url
from yipanqi.people.models import Unit

ROWS = 30
TONES = {"due": "act", "dropped": "wait"}
BUSIEST = 15
#: Rows shown behind a number of a trial.
MOST_SHOWN = 200


@login_required
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """Letters that a person should write, the newest first."""
    demand(request.user, "escalation.see_ladder")
    form = LetterFilter(request.GET or None)
    given = {k: v for k, v in (form.cleaned_data if form.is_valid() else {}).items() if v}
    page = keyset_page(selectors.letters_visible_to(request.user).filter(**given), ("-created_at", "-id"), request.GET.get("cursor"), ROWS)
    for row in page.items:
        row.tone = TONES[row.state]
    return render(request, "escalation/letters.html", {"form": form, "rows": page.items, "next_url": next_url(request, page.next), "tab": "letters"})


@login_required
def letter(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One letter with the problems in it; the head may decide that it is not written."""
    demand(request.user, "escalation.see_ladder")
    found = get_object_or_404(selectors.letters_visible_to(request.user), uuid=uuid)
    form = DropForm(request.POST or None)
    if request.method == "POST":
        demand(request.user, "escalation.drop_letter")
        if form.is_valid():
            try:
                actions.drop_letter(found, reason=form.cleaned_data["reason"], by=request.user, at=now())
                return redirect("escalation:letters")
            except Refused as refusal:
                messages.error(request, str(refusal))
    rungs = selectors.visible_to(request.user).filter(letter=found).select_related("case__issue_class").order_by("-at", "-id")
    may = found.state == "due" and request.user.has_perm("escalation.drop_letter", found)
    return render(request, "escalation/letter.html", {
        "letter": found, "rungs": rungs, "form": form, "may": may, "tone": TONES[found.state], "tab": "letters",
    }, status=422 if form.errors else 200)  # fmt: skip


@login_required
@require_safe
def leaders(request: HttpRequest) -> HttpResponse:
    """Cases so late that the city's leaders should know, the longest overdue first."""
    demand(request.user, "escalation.see_ladder")
    page = keyset_page(selectors.leaders_list(request.user), ("due_at", "id"), request.GET.get("cursor"), ROWS)
    return render(request, "escalation/leaders.html", {"rows": page.items, "next_url": next_url(request, page.next), "tab": "leaders"})


@login_required
@require_safe
def trial(request: HttpRequest) -> HttpResponse:
    """What the ladder would have sent in a month under another policy; every number opens the cases behind it."""
    demand(request.user, "escalation.see_ladder")
    last = timezone.localdate().replace(day=1) - dt.timedelta(days=1)
    form = TrialForm(request.GET if "month" in request.GET else as_it_is(last.replace(day=1)))
    context = {"form": form, "tab": "trial"}
    if form.is_valid():
        start, end = _month(form.cleaned_data["month"])
        found = simulate(start, min(end, now()), form.policy, form.cleaned_data["cap"])
        context |= {"found": found, "start": start, **_told(form, found), **_behind(request, form, found)}
    return render(request, "escalation/trial.html", context, status=422 if form.errors else 200)


def _told(form: TrialForm, found: Trial) -> dict[str, Any]:
    """The numbers of a trial, each with the address of what stands behind it."""

    def number(n: int, **what: str) -> tuple[int, str]:
        return n, form.address(**what) if n else ""

    names = dict(Unit.objects.filter(code__in=found.units).values_list("code", "name"))
    busiest = sorted(found.units.items(), key=lambda row: (-sum(row[1].values()), row[0]))
    units = [
        (names.get(code, code), [(step.title, *number(counts[key], unit=code, step=key)) for key, step in STEPS.items()], number(counts["letters"], unit=code, paper="any"))
        for code, counts in busiest[:BUSIEST]
    ]
    return {
        "steps": [(step.title, *number(found.steps[key], step=key)) for key, step in STEPS.items()],
        "letters": [(title, *number(found.letters[key], paper=key)) for key, title in PAPERS.items()],
        "held_back": number(found.held_back, held_back="1"),
        "units": units, "more": max(0, len(busiest) - BUSIEST), "titles": [step.title for _key, step in STEPS.items()],
    }  # fmt: skip


def _behind(request: HttpRequest, form: TrialForm, found: Trial) -> dict[str, Any]:
    """The cases behind the number that was asked for."""
    asked = {name: request.GET.get(name, "") for name in ("unit", "step", "paper")}
    held_back = request.GET.get("held_back") == "1"
    if not held_back and not any(asked.values()):
        return {}
    rows = found.behind(**asked, held_back=held_back)
    seen = cases_visible_to(request.user, few=True).filter(pk__in={one.case for one in rows[:MOST_SHOWN]}).in_bulk()
    names = dict(Unit.objects.filter(code__in={one.unit for one in rows}).values_list("code", "name"))
    title = [names.get(asked["unit"], asked["unit"])] if asked["unit"] else []
    title += [str(STEPS[asked["step"]].title)] if asked["step"] in STEPS else []
    title += [str(PAPERS.get(asked["paper"], _("函件")))] if asked["paper"] else []
    title += [_("因每月上限不再制发")] if held_back else []
    shown = [(one.at, seen.get(one.case), names.get(one.unit, one.unit), STEPS[one.step].title) for one in rows[:MOST_SHOWN]]
    return {"behind": shown, "behind_title": " · ".join(title), "behind_n": len(rows), "behind_more": max(0, len(rows) - MOST_SHOWN), "back": form.address()}


def _month(day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """The first moments of a month and of the next, in the city's time."""
    first = day.replace(day=1)
    following = (first + dt.timedelta(days=32)).replace(day=1)
    zone = timezone.get_default_timezone()
    return tuple(dt.datetime.combine(one, dt.time(), zone) for one in (first, following))  # type: ignore[return-value]
