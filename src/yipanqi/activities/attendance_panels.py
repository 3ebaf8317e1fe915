"""Attendance on the homes of leaders, stations and volunteers, and what is kept of it about somebody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yipanqi.activities.actions.persons import erase_attendances, move_attendances
from yipanqi.activities.selectors import attendance as selectors
from yipanqi.activities.selectors.people import volunteer_of
from yipanqi.teams.catalogue import LEADER_PANELS, STATION_PANELS, Panel
from yipanqi.volunteers.catalogue import ERASURES, KEPT, MERGES, OWN_PANELS, Kept
from yipanqi.volunteers.models import Volunteer

SHOWN = 8
TONES = {"in": "act", "proposed": "soon", "done": "done", "settled": "done", "void": "wait"}


def today(user: Any, now: dt.datetime) -> dict[str, Any] | None:
    """Today's shifts, whose times wait for confirmation, which corrections for a decision."""
    begins = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    shifts = list(selectors.shifts_of_day(user, begins, begins + dt.timedelta(days=1))[:SHOWN])
    waiting = list(selectors.to_confirm(user).order_by("served_on", "id")[:SHOWN])
    asked = list(selectors.corrections_to_decide(user).order_by("asked_at", "id")[:SHOWN])
    return {"shifts": shifts, "waiting": waiting, "corrections": asked} if shifts or waiting or asked else None


def mine(user: Any, now: dt.datetime) -> dict[str, Any] | None:
    """My last attendances, each with the way to correct it."""
    if volunteer_of(user) is None:
        return None
    rows = list(selectors.own_attendances(user).order_by("-served_on", "-id")[:SHOWN])
    for row in rows:
        row.tone = TONES[row.state]  # type: ignore[attr-defined]
    return {"rows": rows}


def rows_about(volunteer: Volunteer) -> Iterable[Sequence[Any]]:
    """Every attendance of a volunteer as plain words."""
    for row in selectors.kept_about(volunteer):
        times = [f"{timezone.localtime(moment):%H:%M}" if moment else "" for moment in (row.in_at, row.out_at)]
        yield (row.served_on, row.shift.activity.title, *times, row.minutes, row.get_how_display(), row.get_state_display())


LEADER_PANELS.add("activities.today", Panel(_("今天的签到"), "activities/_today_panel.html", today, order=20))
STATION_PANELS.add("activities.today", Panel(_("今天的签到"), "activities/_today_panel.html", today, order=40))
OWN_PANELS.add("activities.hours", Panel(_("我的服务时长"), "activities/_hours_panel.html", mine, order=30))
KEPT.add("activities.attendance", Kept(_("签到和服务时长"), (_("日期"), _("活动"), _("签到"), _("签退"), _("分钟"), _("签到方式"), _("状态")), rows_about))
MERGES.add("activities.attendance", move_attendances)
ERASURES.add("activities.attendance", erase_attendances)
