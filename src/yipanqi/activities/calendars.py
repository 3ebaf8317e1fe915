"""Shifts as an iCalendar file (RFC 5545)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from yipanqi.activities.models import Shift, SignUp
from yipanqi.activities.states import ShiftState, SignUpState

#: How often a calendar program should look again.
FRESH = dt.timedelta(hours=4)


def ical(title: str, shifts: Iterable[tuple[Shift, SignUp | None]], at: dt.datetime, site: str = "") -> bytes:
    """The calendar; each event has the shift's id and version, so that programs follow its changes. `site`: before the paths of pages."""
    from icalendar import Calendar, Event  # noqa: PLC0415  takes 60 ms, needed only where calendars are read

    made: Any = Calendar()
    made.add("prodid", "-//Yipanqi//activities//ZH")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("name", title)
    made.add("x-wr-calname", title)
    made.add("refresh-interval", FRESH, parameters={"value": "DURATION"})
    made.add("x-published-ttl", "PT4H")
    for shift, sign_up in shifts:
        made.add_component(_event(Event(), shift, sign_up, at, site))
    return bytes(made.to_ical())


def _event(event: Any, shift: Shift, sign_up: SignUp | None, at: dt.datetime, site: str) -> Any:
    activity, gone = shift.activity, shift.state == ShiftState.CANCELLED
    waits = sign_up is not None and sign_up.state == SignUpState.WAITING
    event.add("uid", f"{shift.uuid}@yipanqi")
    event.add("dtstamp", at.astimezone(dt.UTC))
    event.add("dtstart", shift.starts_at.astimezone(dt.UTC))
    event.add("dtend", shift.ends_at.astimezone(dt.UTC))
    event.add("sequence", shift.version)
    event.add("status", "CANCELLED" if gone else "TENTATIVE" if waits else "CONFIRMED")
    event.add("summary", _("（候补）%(title)s") % {"title": activity.title} if waits else activity.title)
    if where := shift.place_name or activity.address:
        event.add("location", where)
    if shift.lat is not None or activity.lat is not None:
        event.add("geo", (shift.lat if shift.lat is not None else activity.lat, shift.lon if shift.lon is not None else activity.lon))
    lines = [_("岗位：%(role)s") % {"role": sign_up.role.name} if sign_up else "", activity.about, activity.risks, _("取消原因：%(why)s") % {"why": shift.cancelled_why} if gone else ""]
    event.add("description", "\n".join(line for line in lines if line))
    if site:
        event.add("url", f"{site}/activities/{activity.code}/")
    return event
