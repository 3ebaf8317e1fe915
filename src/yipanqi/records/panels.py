"""What several pages show of records: a volunteer's own, what waits at a desk, the rules of stars; and as parts of homes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yipanqi.records import selectors
from yipanqi.records.hours import earned, following, hours_text
from yipanqi.records.models import Service
from yipanqi.records.rules import is_about_me
from yipanqi.records.states import CertificateState, StarState
from yipanqi.volunteers.models import Volunteer
from yipanqi.volunteers.selectors import volunteer_of

NEWEST = 10
TITLES = {"service": _("服务记录"), "training": _("培训记录"), "commendation": _("表彰奖励"), "evaluation": _("评价记录")}
TONES = {
    "asked": "act", "proposed": "act", "confirmed": "done", "issued": "done", "done": "done", "refused": "late", "declined": "late",
    "revoked": "late", "withdrawn": "late", "dropped": "wait",
}  # fmt: skip


def gathered(user: Any, found: Volunteer, whole: bool) -> dict[str, Any]:
    """What the page and the panels of a record show."""
    record = {kind: list(entries_of(user, found, kind, whole)[:NEWEST]) for kind in selectors.KINDS}
    minutes, table = selectors.minutes_of(found), selectors.star_table(timezone.localdate())
    steps = table.steps if table else ()
    stars, certificates = list(found.stars.order_by("-asked_at")[:NEWEST]), list(found.certificates.select_related("issuer").order_by("-asked_at")[:NEWEST])
    papers: list[Any] = [*stars, *certificates]
    for row in papers:
        row.tone = TONES[row.state]
    ahead, reached = following(steps, minutes), earned(steps, minutes)
    held = max((star.grade for star in stars if star.state == "confirmed" and table and star.scheme == table.scheme), default=0)
    return {
        "volunteer": found, "own": is_about_me.test(user, found), "record": record, "services": record["service"], "trainings": record["training"],
        "commendations": record["commendation"], "evaluations": record["evaluation"], "hours": hours_text(minutes) if whole else "", "whole": whole,
        "stars": stars if whole else [], "certificates": certificates if whole else [], "table": table, "held": held, "next": ahead,
        "next_hours": hours_text(ahead.minutes - minutes) if ahead else "", "may_star": whole and reached is not None and reached.grade > held and user.has_perm("records.ask_star", found),
        "may_ask": whole and bool(record["service"]) and user.has_perm("records.ask_certificate", found),
    }  # fmt: skip


def entries_of(user: Any, volunteer: Volunteer, kind: str, whole: bool) -> Any:
    model: Any = selectors.KINDS[kind]
    rows = model._default_manager.all() if whole else selectors.entries_visible_to(user, model)
    rows = rows.filter(volunteer=volunteer).select_related("issuer").order_by("-on", "-id")
    return rows.exclude(minutes=0) if model is Service else rows


def waiting(user: Any) -> dict[str, list[Any]]:
    """What waits for somebody who records: applications, requests, corrections; stars and certificates that no longer fit."""
    stars, certificates = selectors.stars_visible_to(user, at_desk=True).select_related("volunteer"), selectors.certificates_visible_to(user, at_desk=True).select_related("volunteer", "issuer")
    amendments = selectors.amendments_visible_to(user, at_desk=True).select_related("volunteer", "issuer", "service", "training", "commendation", "evaluation")
    found: dict[str, list[Any]] = {
        "stars": list(stars.filter(state=StarState.ASKED).order_by("-asked_at", "-id")[:NEWEST]),
        "short": list(stars.filter(short_since__isnull=False).order_by("-asked_at", "-id")[:NEWEST]),
        "certificates": list(certificates.filter(state=CertificateState.ASKED).order_by("-asked_at", "-id")[:NEWEST]),
        "broken": list(certificates.filter(broken_since__isnull=False).order_by("-asked_at", "-id")[:NEWEST]),
        "amendments": list(amendments.filter(decided_at__isnull=True).order_by("-asked_at", "-id")[:NEWEST]),
    }
    for rows in found.values():
        for row in rows:
            row.tone = TONES[row.state]
    return found


def tables() -> list[dict[str, Any]]:
    """The rules of stars, ready to be shown."""
    today = timezone.localdate()
    in_use = selectors.star_table(today)
    return [
        {"table": table, "in_use": table == in_use, "coming": table.from_on > today, "steps": [(step.grade, hours_text(step.minutes)) for step in table.steps]}
        for table in selectors.schemes(today)
    ]  # fmt: skip


def own(user: Any, now: dt.datetime) -> dict[str, Any] | None:
    """For a volunteer's own page: hours, stars and certificates."""
    volunteer = volunteer_of(user)
    return None if volunteer is None else gathered(user, volunteer, True)


def desk(user: Any, now: dt.datetime) -> dict[str, Any] | None:
    """For the homes of stations, leaders and the centre: what waits; nothing where nothing does."""
    found = waiting(user) if user.has_perm("records.see_desk") else {}
    return {"lists": found} if any(found.values()) else None


def how_to(user: Any, now: dt.datetime) -> dict[str, Any] | None:
    """For the public page: where certificates are checked."""
    return {}
