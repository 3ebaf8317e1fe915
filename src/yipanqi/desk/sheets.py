"""Sheets of the office: the working calendar's days, and the list of cases as it is exported."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yipanqi import sheets
from yipanqi.cases.models import Case
from yipanqi.kernel.calendars import set_day
from yipanqi.kernel.models import CalendarDay
from yipanqi.sheets import Column


class CalendarDays(sheets.Sheet):
    """Days that are worked or free against their weekday, as announced every year."""

    name = "calendar-days"
    title = _("工作日历")
    permission = "kernel.set_day"
    key = ("day",)
    columns = (
        Column("day", _("日期"), sheets.Date(), ("日子",), required=True, example="2027-01-01"),
        Column("is_working", _("是否上班"), sheets.Boolean(), ("上班", "工作日"), required=True, help=_("上班填“是”，放假填“否”"), example="否"),
        Column("name", _("名称"), sheets.Text(), ("节日", "说明"), example="元旦"),
        Column("announced", _("官方公布"), sheets.Boolean(), ("已公布",), help=_("国务院办公厅通知里的日子填“是”"), example="是"),
    )

    def existing(self, keys: Sequence[Any]) -> Mapping[Any, Any]:
        return {row.day: row for row in CalendarDay.objects.filter(day__in=keys)}

    def apply(self, row: dict[str, Any], existing: Any, by: Any, at: dt.datetime) -> str:
        values = {"is_working": bool(row.get("is_working")), "name": row.get("name") or "", "announced": row.get("announced") is not False}
        if existing is not None and all(getattr(existing, k) == v for k, v in values.items()):
            return "unchanged"
        set_day(None, day=row["day"], by=by, at=at, **values)
        return "updated" if existing is not None else "created"

    def rows(self, user: Any) -> Iterator[Mapping[str, Any]]:
        yield from CalendarDay.objects.order_by("day").values("day", "is_working", "name", "announced").iterator()


sheets.register(CalendarDays())


class CaseList(sheets.Sheet):
    """A list of cases as shown. Not registered: it is written, never read."""

    name = "case-list"
    title = _("案件列表")
    columns = (
        Column("number", _("案件编号")),
        Column("state", _("状态")),
        Column("title", _("标题")),
        Column("description", _("问题描述")),
        Column("class", _("问题类别")),
        Column("severity", _("严重程度"), sheets.Integer()),
        Column("source", _("来源")),
        Column("place", _("点位")),
        Column("address", _("位置描述")),
        Column("area", _("所在区域")),
        Column("unit", _("主办单位")),
        Column("found_at", _("发现时间"), sheets.DateTime()),
        Column("due_at", _("整改期限"), sheets.DateTime()),
        Column("closed_at", _("销号时间"), sheets.DateTime()),
        Column("rework", _("返工次数"), sheets.Integer()),
    )


CASE_LIST = CaseList()


def _local(value: dt.datetime | None) -> dt.datetime | None:
    return timezone.localtime(value).replace(tzinfo=None, microsecond=0) if value else None


def case_rows(cases: Iterable[Case]) -> Iterator[Mapping[str, Any]]:
    """Lines of the list's export for cases that come with their class, unit, place and area."""
    for case in cases:
        yield {
            "number": case.number,
            "state": case.get_state_display(),
            "title": case.title,
            "description": case.description,
            "class": case.issue_class.name if case.issue_class else "",
            "severity": case.severity,
            "source": case.get_source_display(),
            "place": case.place.name if case.place else "",
            "address": case.address,
            "area": case.area.name if case.area else "",
            "unit": case.unit.name if case.unit else "",
            "found_at": _local(case.found_at),
            "due_at": _local(case.due_at),
            "closed_at": _local(case.closed_at),
            "rework": case.rework,
        }
