"""Activities as a sheet: a year's plan in, what was done out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.activities import actions
from yipanqi.activities import attendance_sheet as _attendance  # noqa: F401  it registers itself
from yipanqi.activities.models import Activity, Level, Shift
from yipanqi.activities.selectors.plans import run_by
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.actors import System
from yipanqi.places.models import Area
from yipanqi.sheets import Choice, Code, Column, DateTime, Integer, Lat, Lon, Reference, RowSheet, Text, register
from yipanqi.teams.models import Brand, ServiceKind, Station, Team

__ = gettext_lazy
ROLE = re.compile(r"\s*(?P<name>[^:：;；,，]+?)\s*[:：]?\s*(?P<limit>\d{1,4})\s*")


def _named(model: Any, by: str = "code") -> Any:
    return lambda: ((row, [row.name, getattr(row, by)]) for row in model.objects.all())


def _areas() -> Iterator[tuple[Area, Sequence[str]]]:
    return ((row, [row.code, row.name]) for row in Area.objects.exclude(level=Area.Level.GRID).defer("boundary"))


def _name(thing: Any) -> str:
    return str(thing.name)


def roles_of(text: str) -> list[dict[str, Any]]:
    """Roles written as 清洁:20;引导:5. Raises Refused."""
    found = [ROLE.fullmatch(part) for part in re.split(r"[;；,，]", text) if part.strip()]
    if not found or not all(found):
        raise Refused(_("岗位和人数应写作“清洁:20;引导:5”。"), field="roles")
    return [{"name": one["name"], "limit": int(one["limit"])} for one in found if one]


class ActivitySheet(RowSheet):
    """One line an activity with one shift. What is there already stays as it is: changes are told to people, on its page."""

    name = "activities"
    title = __("志愿服务活动")
    permission = "activities.import_activities"
    reading = "activities.export_activities"
    columns = (
        Column("code", __("活动编号"), Code(longest=30), ("编号",), help=__("新活动留空，自动编号；填写已有编号的行不会改动活动。")),
        Column("title", __("活动名称"), Text(longest=80), ("名称",), True, example="社区义诊"),
        Column("kind", __("服务类别"), Reference(lookup=_named(ServiceKind, "key"), show=_name), ("类别",), True),
        Column("level", __("层级"), Choice(pairs=Level.choices), ("级别",), True, example="站"),
        Column("team", __("队伍"), Reference(lookup=_named(Team), show=_name), ("承办队伍",), help=__("队伍和实践站至少填一项。")),
        Column("station", __("实践中心（所、站）"), Reference(lookup=_named(Station), show=_name), ("实践站", "所（站）")),
        Column("brand", __("品牌项目"), Reference(lookup=_named(Brand), show=_name), ("品牌",)),
        Column("starts_at", __("开始时间"), DateTime(), ("活动时间",), True, example="2026-12-06 09:00"),
        Column("ends_at", __("结束时间"), DateTime(), (), True, example="2026-12-06 11:00"),
        Column("address", __("地点"), Text(longest=200), ("活动地点",), True, example="雄关社区广场"),
        Column("area", __("所在区划"), Reference(lookup=_areas, show=lambda row: row.code), ("社区", "街道")),
        Column("lon", __("经度"), Lon()), Column("lat", __("纬度"), Lat()),
        Column("about", __("活动内容"), Text(longest=2000), ("内容",)),
        Column("min_age", __("最低年龄"), Integer(), ("年龄",)),
        Column("roles", __("岗位和人数"), Text(longest=300), ("岗位",), True, __("写作“清洁:20;引导:5”。"), "志愿者:20"),
        Column("insurance", __("保险"), Text(longest=120)),
    )  # fmt: skip

    def existing(self, keys: Sequence[Any]) -> Mapping[Any, Any]:
        return Activity.objects.in_bulk([key for key in keys if key], field_name="code")

    def apply(self, row: dict[str, Any], existing: Any, by: Any, at: dt.datetime) -> str:
        if existing is not None:
            return "unchanged"
        row = {**row}
        if row.pop("code", ""):
            raise Refused(_("没有这个编号的活动；新活动请把编号留空。"), field="code")
        shift = {"starts_at": row["starts_at"], "ends_at": row["ends_at"], "roles": roles_of(row.pop("roles"))}
        actions.add_activity(None, **{name: value for name, value in row.items() if value is not None}, shifts=[shift], by=by, at=at)
        return "created"

    def rows(self, user: Any) -> Iterator[Mapping[str, Any]]:
        seen = Activity.objects.all() if isinstance(user, System) else run_by(user)
        shifts = Prefetch("shifts", Shift.objects.prefetch_related("roles"), "all_shifts")
        found = seen.select_related("kind", "team", "station", "brand", "area").prefetch_related(shifts).order_by("starts_at", "id")
        for one in found.iterator(chunk_size=500):
            limits: dict[str, int] = {}
            for shift in one.all_shifts:  # type: ignore[attr-defined]
                for role in shift.roles.all():
                    limits[role.name] = limits.get(role.name, 0) + role.limit
            yield {column.key: getattr(one, column.key, None) for column in self.columns} | {"roles": ";".join(f"{name}:{limit}" for name, limit in limits.items())}


register(ActivitySheet())
