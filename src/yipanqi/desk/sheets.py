"""Sheets of the office: the list of cases as it is exported."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yipanqi import sheets
from yipanqi.cases.models import Case
from yipanqi.sheets import Column


class CaseList(sheets.Layout):
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
        Column("area", _("所在区划")),
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
