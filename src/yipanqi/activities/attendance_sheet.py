"""Attendances as a sheet: lists exported by the national system, or kept on paper, in; what was recorded out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as __

from yipanqi.activities.actions.taking_in import import_attendances
from yipanqi.activities.models import Attendance
from yipanqi.activities.selectors.attendance import attendances_visible_to
from yipanqi.kernel.actors import System
from yipanqi.sheets import Code, Column, DateTime, Integer, Sheet, Text, register


class AttendanceSheet(Sheet):
    """One line an attendance. A file may be taken in again: what is known stays as it is."""

    name = "attendance"
    title = __("签到记录")
    permission = "activities.import_attendances"
    reading = "activities.export_attendances"
    key = ("activity", "volunteer", "in_at")
    columns = (
        Column("activity", __("活动编号"), Code(longest=30), ("项目编号", "活动编码"), True, __("本系统的活动编号；先导入或建立活动。"), "2026-HD0001"),
        Column("volunteer", __("志愿者编号"), Code(longest=30), ("注册编号", "全国志愿者编号"), True, __("本系统的编号或全国系统编号。"), "V20260001"),
        Column("in_at", __("签到时间"), DateTime(), ("服务开始时间", "开始时间", "计时开始"), True, example="2026-12-06 09:00"),
        Column("out_at", __("签退时间"), DateTime(), ("服务结束时间", "结束时间", "计时结束"), True, example="2026-12-06 11:00"),
        Column("minutes", __("服务时长（分钟）"), Integer(), (), help=__("导入时不看这一列：时长按签到签退和班次重新计算。")),
        Column("state", __("状态"), Text(longest=20), help=__("只用于导出。")),
    )  # fmt: skip

    def apply_batch(self, rows: Sequence[tuple[dict[str, Any], Any]], by: Any, at: dt.datetime) -> list[str | Exception]:
        outcomes: list[str | Exception] = import_attendances(None, rows=[row for row, _known in rows], by=by, at=at)
        return outcomes

    def size(self, user: Any) -> int | None:
        return self._seen(user).count()

    def rows(self, user: Any) -> Iterator[Mapping[str, Any]]:
        for one in self._seen(user).order_by("served_on", "id").iterator(chunk_size=1000):
            yield {
                "activity": one.shift.activity.code, "volunteer": one.volunteer.number, "in_at": one.in_at, "out_at": one.out_at, "minutes": one.minutes,
                "state": one.get_state_display(),
            }  # fmt: skip

    def _seen(self, user: Any) -> Any:
        if isinstance(user, System):
            return Attendance.objects.select_related("volunteer", "shift__activity")
        return attendances_visible_to(user)


ATTENDANCE_SHEET = register(AttendanceSheet())
