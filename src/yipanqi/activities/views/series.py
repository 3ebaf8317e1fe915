"""Series: the list, a new one, its dates with exceptions, changing it from a date on, stopping it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yipanqi.activities import actions
from yipanqi.activities.catalogue import HORIZON_DAYS
from yipanqi.activities.forms import holder_of
from yipanqi.activities.jobs import make_ahead
from yipanqi.activities.models import Series
from yipanqi.activities.recurrence import words
from yipanqi.activities.selectors.plans import series_run_by
from yipanqi.activities.selectors.series import occurrences
from yipanqi.activities.series_forms import FollowingForm, SeriesForm, ShiftLines, initial_of, lines_of, stored_pattern
from yipanqi.activities.views.pages import TONES, done, run_series
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.api import now
from yipanqi.kernel.gates import demand
from yipanqi.kernel.paging import keyset_page, next_url
from yipanqi.kernel.policy import policy_value

ROWS = 50
FORMS = ("GET", "HEAD", "POST")
#: So far ahead the dates of a series are shown.
SHOWN = dt.timedelta(days=120)
STATE_TONES = {"running": "act", "ended": "wait"}


@login_required
@require_safe
def series_list(request: HttpRequest) -> HttpResponse:
    """Series that one runs or looks on."""
    demand(request.user, "activities.see_runs")
    page = keyset_page(series_run_by(request.user).select_related("team", "station"), ("-id",), request.GET.get("cursor"), ROWS)
    for row in page.items:
        row.words, row.tone = words(row.rule), STATE_TONES[row.state]
    return render(request, "activities/series_list.html", {
        "rows": page.items, "next_url": next_url(request, page.next), "may_add": request.user.has_perm("activities.add_series"), "tab": "series",
    })  # fmt: skip


@login_required
@require_http_methods(FORMS)
def new_series(request: HttpRequest) -> HttpResponse:
    """An activity that recurs."""
    demand(request.user, "activities.add_series")
    form = SeriesForm(request.POST or None, user=request.user, initial={"starts_on": timezone.localdate(), "level": "station"})
    lines = ShiftLines(request.POST or None, prefix="shifts", initial=[{"starts": "08:30", "ends": "10:30", "role": _("志愿者"), "limit": 20}])
    made: list[Series] = []

    def save() -> None:
        given = form.cleaned_data
        made.append(actions.add_series(
            None, title=given["title"], rule=given["rule"], starts_on=given["starts_on"], ends_on=given["ends_on"], template=stored_pattern(form, lines),
            **holder_of(given["holder"]), by=request.user, at=now(),
        ))  # fmt: skip

    if request.method == "POST" and form.is_valid() and lines.is_valid() and done(request, save, _("已建立，近期各期已自动生成。"), form):
        make_ahead(made[0], now())
        return redirect("activities:series", made[0].uuid)
    return _form_page(request, form, lines, None)


def _form_page(request: HttpRequest, form: Any, lines: Any, found: Series | None) -> HttpResponse:
    return render(request, "activities/series_form.html", {"form": form, "lines": lines, "series": found}, status=422 if form.errors or any(lines.errors) else 200)


@login_required
@require_safe
def series(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One series: the rule in words, its dates ahead with what became of them, exceptions."""
    found, today = run_series(request, uuid), timezone.localdate()
    ahead = occurrences(found, today, today + SHOWN) if found.state == "running" else []
    made = {one.occurs_on: one for one in found.activities.filter(occurs_on__gte=today)}
    rows = [{"of": one.of, "on": one.on, "activity": made.get(one.of), "tone": TONES[made[one.of].state] if one.of in made else ""} for one in ahead]
    return render(request, "activities/series.html", {
        "series": found, "words": words(found.rule), "tone": STATE_TONES[found.state], "rows": rows, "horizon": policy_value(HORIZON_DAYS.key), "today": today,
        "exceptions": list(found.exceptions.filter(on__gte=today)), "next": Series.objects.filter(follows=found).first(),
        "may": request.user.has_perm("activities.end_series", found) and found.state == "running",
    })  # fmt: skip


@login_required
@require_http_methods(FORMS)
def change_following(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Change a series from a date on."""
    found = run_series(request, uuid)
    demand(request.user, "activities.change_following", found)
    form = FollowingForm(request.POST or None, user=request.user, initial=initial_of(found) | {"since": timezone.localdate()})
    lines = ShiftLines(request.POST or None, prefix="shifts", initial=lines_of(found.template))
    made: list[Series] = []

    def save() -> None:
        given = form.cleaned_data
        made.append(actions.change_following(
            found, since=given["since"], title=given["title"], rule=given["rule"], ends_on=given["ends_on"], template=stored_pattern(form, lines), by=request.user, at=now(),
        ))  # fmt: skip

    if request.method == "POST" and form.is_valid() and lines.is_valid() and done(request, save, _("已修改，已报名的人会收到变动通知。"), form):
        make_ahead(made[0], now())
        return redirect("activities:series", made[0].uuid)
    return _form_page(request, form, lines, found)


def _day(text: str) -> dt.date:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise Refused(_("请填写日期。"))
    return day


@login_required
@require_POST
def move_series(request: HttpRequest, uuid: UUID, verb: str) -> HttpResponse:
    """Leave a date out, move it, or stop the series."""
    found, why, post = run_series(request, uuid), request.POST.get("why", "")[:200], request.POST
    moves = {
        "skip_date": lambda: actions.skip_date(found, on=_day(post.get("on", "")), why=why, by=request.user, at=now()),
        "move_date": lambda: actions.move_date(found, on=_day(post.get("on", "")), to=_day(post.get("to", "")), why=why, by=request.user, at=now()),
        "end_series": lambda: actions.end_series(found, why=why, by=request.user, at=now()),
    }  # fmt: skip
    if verb not in moves:
        raise Http404
    done(request, moves[verb], _("已办理，已报名的人会收到通知。"))
    return redirect("activities:series", found.uuid)
