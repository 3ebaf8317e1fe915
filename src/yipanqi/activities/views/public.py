"""What is on: list, nearby, calendar, one activity. Nobody has to sign in to look."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yipanqi.activities.actions.feeds import digest_of
from yipanqi.activities.calendars import ical
from yipanqi.activities.catalogue import NEAR_KM
from yipanqi.activities.forms import WhatsOnFilter
from yipanqi.activities.models import Activity, SignUp
from yipanqi.activities.recurrence import words
from yipanqi.activities.selectors.people import family_of, volunteer_of
from yipanqi.activities.selectors.plans import (
    WITH,
    month_days,
    narrowed,
    near,
    published,
    shifts_of,
    visible_to,
    whats_on,
    with_places,
)
from yipanqi.activities.selectors.signing_up import feed_of, feed_shifts, public_shifts
from yipanqi.activities.states import HELD
from yipanqi.activities.views.pages import PLACE_TONES, TONES
from yipanqi.kernel.api import now
from yipanqi.kernel.paging import keyset_page, next_url
from yipanqi.kernel.policy import policy_value

ROWS = 20


def _position(request: HttpRequest) -> tuple[float, float] | None:
    try:
        lon, lat = float(request.GET["lon"]), float(request.GET["lat"])
    except (KeyError, ValueError):
        return None
    return (lon, lat) if -180 <= lon <= 180 and -90 <= lat <= 90 else None


def in_own_words(rows: Any) -> None:
    """Give each activity the title and text of the page's language."""
    language = get_language() or ""
    for one in rows:
        one.words, one.text = one.title_in(language), one.about_in(language)


@require_safe
def whats_on_page(request: HttpRequest) -> HttpResponse:
    """What one can come to, the soonest first; with a position, what is near."""
    form = WhatsOnFilter(request.GET or None)
    given = form.cleaned_data if form.is_valid() else {}
    rows = narrowed(with_places(whats_on(now())), **given)
    here, nearest, page = _position(request), [], None
    if here is not None:
        nearest = near(rows, *here, policy_value(NEAR_KM.key))
    else:
        page = keyset_page(rows, ("starts_at", "id"), request.GET.get("cursor"), ROWS)
    shown = nearest if page is None else page.items
    in_own_words(shown)
    return render(request, "activities/list.html", {
        "form": form, "rows": shown, "near": here is not None, "within": policy_value(NEAR_KM.key), "next_url": next_url(request, page.next) if page else "",
        "tab": "list",
    })  # fmt: skip


def _month(text: str, today: dt.date) -> dt.date:
    try:
        day = parse_date(f"{text}-01")
    except ValueError:
        day = None
    return day if day and today.year - 3 <= day.year <= today.year + 2 else today.replace(day=1)


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """What is on in a month, day by day."""
    today = timezone.localdate()
    month = _month(request.GET.get("month", ""), today)
    weeks = month_days(month, published().exclude(state="cancelled"))
    for week in weeks:
        for day in week:
            in_own_words(day.activities)
    return render(request, "activities/calendar.html", {
        "month": month, "weeks": weeks, "today": today, "before": (month - dt.timedelta(days=1)).replace(day=1), "after": (month + dt.timedelta(days=32)).replace(day=1),
        "tab": "calendar", "any": any(day.activities for week in weeks for day in week),
    })  # fmt: skip


@require_safe
def activity(request: HttpRequest, code: str) -> HttpResponse:
    """One activity: what, where, when, for whom; its shifts with what is free; signing up for volunteers."""
    found = visible_to(request.user).select_related(*WITH, "series").filter(code=code).first()
    if found is None:
        raise Http404
    shifts = shifts_of(found)
    in_own_words([found])
    own, moment = volunteer_of(request.user), now()
    family = family_of(own) if own else []
    held: dict[int, list[SignUp]] = {}
    for one in SignUp.objects.filter(volunteer__in=family, shift__in=shifts, state__in=HELD).select_related("role", "volunteer") if own else ():
        one.tone = PLACE_TONES[one.state]  # type: ignore[attr-defined]
        held.setdefault(one.shift_id, []).append(one)
    for shift in shifts:
        shift.held = held.get(shift.pk, [])  # type: ignore[attr-defined]
        there = {one.volunteer_id for one in shift.held}  # type: ignore[attr-defined]
        shift.free_for = [one for one in family if one.pk not in there]  # type: ignore[attr-defined]
        shift.open = found.state == "open" and shift.state == "planned" and shift.ends_at > moment  # type: ignore[attr-defined]
        shift.begun = shift.starts_at <= moment  # type: ignore[attr-defined]
    return render(request, "activities/activity.html", {
        "activity": found, "tone": TONES[found.state], "shifts": shifts, "own": own, "family": family[1:], "runs": request.user.has_perm("activities.see_sign_ups", found) if request.user.is_authenticated else False,
        "least": max(found.min_age, found.kind.min_age), "recurs": words(found.series.rule) if found.series else "", "results": list(found.results.all()) if found.state == "closed" else [],
        "more": _more(found, moment),
    })  # fmt: skip


def _more(found: Activity, moment: dt.datetime) -> list[Activity]:
    """The next dates of the same series."""
    if found.series_id is None:
        return []
    return list(whats_on(moment).filter(series=found.series_id).exclude(pk=found.pk).order_by("starts_at", "id")[:6])


def _calendar_file(body: bytes, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{name}.ics"'
    response["Cache-Control"] = "private, max-age=600"
    return response


@require_safe
def public_calendar(request: HttpRequest) -> HttpResponse:
    """What is on, for calendar programs."""
    return _calendar_file(ical(_("文明实践志愿服务活动"), public_shifts(now()), now(), settings.SITE), "activities")


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar behind a secret address; a revoked one is not found any more."""
    found = feed_of(digest_of(secret))
    if found is None:
        raise Http404
    title = found.team.name if found.team else _("我的志愿服务班次")
    return _calendar_file(ical(title, feed_shifts(found, now()), now(), settings.SITE), "shifts")
