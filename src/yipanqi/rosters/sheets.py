"""The sheet of turns: it is exported, not imported; turns come out of the rota."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yipanqi import sheets
from yipanqi.rosters.models import Turn
from yipanqi.sheets import Column


class TurnSheet(sheets.Layout):
    """One line for each turn; people are counted, not named."""

    name = "turns"
    title = _("值勤表")
    columns = (
        Column("roster", _("值勤安排")), Column("kind", _("类型")), Column("on", _("日期"), sheets.Date()), Column("from", _("开始")), Column("to", _("结束")),
        Column("post", _("点位或路段")), Column("address", _("地址")), Column("unit", _("单位")), Column("people", _("应到人数"), sheets.Integer()), Column("state", _("状态")),
        Column("present", _("实到人数"), sheets.Integer()), Column("work", _("值勤情况")),
    )  # fmt: skip


TURNS = TurnSheet()


def line(turn: Turn) -> Mapping[str, Any]:
    """A turn as its line of the sheet."""
    starts, ends = timezone.localtime(turn.starts_at), timezone.localtime(turn.ends_at)
    return {
        "roster": turn.roster.name, "kind": str(turn.roster.get_kind_display()), "on": turn.on, "from": f"{starts:%H:%M}", "to": f"{ends:%H:%M}",
        "post": turn.post.target.name, "address": getattr(turn.post.target, "address", ""), "unit": turn.unit.name, "people": turn.people,
        "state": str(turn.get_state_display()), "present": turn.present, "work": turn.work,
    }  # fmt: skip


def lines(turns: Any) -> Iterator[Mapping[str, Any]]:
    """The lines of turns, read in pieces."""
    for turn in turns.iterator(chunk_size=500):
        yield line(turn)


def calendar(name: str, turns: Sequence[Turn], made_at: dt.datetime) -> bytes:
    """Turns as an iCalendar (RFC 5545)."""
    from icalendar import Calendar, Event  # noqa: PLC0415  loaded when a calendar is asked for (docs/adr/0014)

    found = Calendar()
    found.add("prodid", "-//Yipanqi//duty//ZH")
    found.add("version", "2.0")
    found.add("x-wr-calname", name)
    for turn in turns:
        event = Event()
        event.add("uid", f"turn-{turn.uuid}@yipanqi")
        event.add("dtstamp", made_at)
        event.add("dtstart", turn.starts_at.astimezone(dt.UTC))
        event.add("dtend", turn.ends_at.astimezone(dt.UTC))
        event.add("summary", f"{turn.roster.get_kind_display()}：{turn.post.target.name}")
        event.add("location", getattr(turn.post.target, "address", "") or turn.post.target.name)
        event.add("description", _("应到 %(n)s 人。%(tasks)s") % {"n": turn.people, "tasks": turn.roster.tasks})
        found.add_component(event)
    return bytes(found.to_ical())
