"""Sheet of the working calendar's days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from yipanqi.calendar.actions import set_day
from yipanqi.calendar.models import CalendarDay
from yipanqi.sheets import Boolean, Column, Date, RowSheet, Text, register


class CalendarDays(RowSheet):
    """Days that are worked or free against their weekday, as announced every year."""

    name = "calendar-days"
    title = _("工作日历")
    permission = "calendar.set_day"
    reading = "people.export_board"
    key = ("day",)
    columns = (
        Column("day", _("日期"), Date(), ("日子",), required=True, example="2027-01-01"),
        Column(
            "is_working",
            _("是否上班"),
            Boolean(),
            ("上班", "工作日"),
            required=True,
            help=_("上班填“是”，放假填“否”"),
            example="否",
        ),
        Column("name", _("名称"), Text(), ("节日", "说明"), example="元旦"),
        Column(
            "announced", _("官方公布"), Boolean(), ("已公布",), help=_("国务院办公厅通知里的日子填“是”"), example="是"
        ),
    )

    def existing(self, keys: Sequence[Any]) -> Mapping[Any, Any]:
        return {row.day: row for row in CalendarDay.objects.filter(day__in=keys)}

    def apply(self, row: dict[str, Any], existing: Any, by: Any, at: dt.datetime) -> str:
        values = {
            "is_working": bool(row.get("is_working")),
            "name": row.get("name") or "",
            "announced": row.get("announced") is not False,
        }
        if existing is not None and all(getattr(existing, k) == v for k, v in values.items()):
            return "unchanged"
        set_day(None, day=row["day"], by=by, at=at, **values)
        return "updated" if existing is not None else "created"

    def rows(self, user: Any) -> Iterator[Mapping[str, Any]]:
        yield from CalendarDay.objects.order_by("day").values("day", "is_working", "name", "announced").iterator()


register(CalendarDays())
