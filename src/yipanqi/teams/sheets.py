"""Stations, organisations and teams as sheets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.actors import System
from yipanqi.people.selectors import unit_names
from yipanqi.places.models import Area
from yipanqi.sheets import Boolean, Choice, Code, Column, Date, Lat, Lon, Reference, RowSheet, Text, register, squash
from yipanqi.teams import actions, selectors
from yipanqi.teams.models import Organisation, ServiceKind, Station, Team

__ = gettext_lazy
NAMED = __("填名称或编码。")


def _areas() -> Iterator[tuple[Area, Sequence[str]]]:
    return ((row, [row.code, row.name]) for row in Area.objects.exclude(level=Area.Level.GRID).defer("boundary"))


def _named(model: Any) -> Callable[[], Iterator[tuple[Any, Sequence[str]]]]:
    return lambda: ((row, [row.name, row.code]) for row in selectors.standing_on(model.objects.all(), timezone.localdate()))


def _name(thing: Any) -> str:
    return str(thing.name)


def _code(thing: Any) -> str:
    return str(thing.code)


UNIT, AREA = Reference(lookup=unit_names, show=_name), Reference(lookup=_areas, show=_code)
PARENT = Text(longest=80)


class Register(RowSheet):
    """What the three have in common: found again by code; a parent may stand anywhere in the same file."""

    model: Any
    reading = "teams.export_register"

    def existing(self, keys: Sequence[Any]) -> Mapping[Any, Any]:
        return self.model.objects.in_bulk(list(keys), field_name="code")  # type: ignore[no-any-return]

    def apply_batch(self, rows: Sequence[tuple[dict[str, Any], Any]], by: Any, at: dt.datetime) -> list[str | Exception]:
        """Rounds over the rows still refused, for as long as a round lets one more in."""
        outcomes: list[str | Exception] = [Refused() for _row in rows]
        waiting = list(range(len(rows)))
        while waiting:
            for index in waiting:
                outcomes[index] = self.tried(*rows[index], by, at)
            still = [index for index in waiting if isinstance(outcomes[index], Exception)]
            if len(still) == len(waiting):
                break
            waiting = still
        return outcomes

    def parent(self, row: dict[str, Any]) -> None:
        """Put the thing that the row names as its parent in place of its name. Raises Refused."""
        if not row.get("parent"):
            if "parent" in row:
                row["parent"] = None
            return
        wanted = squash(row["parent"])
        found = [one for one in selectors.standing_on(self.model.objects.all(), timezone.localdate()) if wanted in (squash(one.name), squash(one.code))]
        if len(found) != 1:
            raise Refused(_("上级“%(name)s”还没有登记，或者有同名的，请改填编码") % {"name": row["parent"]}, field="parent")
        row["parent"] = found[0]

    def kept(self, row: dict[str, Any], existing: Any, add: Callable[..., Any], change: Callable[..., Any], by: Any, at: dt.datetime) -> str:
        """Add what is not there, change what differs, and say which it was."""
        code = row.pop("code", "")
        if existing is None:
            add(None, code=code, **row, by=by, at=at)
            return "created"
        fresh = {name: value for name, value in row.items() if getattr(existing, name) != value}
        if fresh:
            change(existing, **fresh, by=by, at=at)
        return "updated" if fresh else "unchanged"

    def seen(self, user: Any) -> Any:
        """What the person sees of what is there today."""
        rows = self.model.objects.all() if isinstance(user, System) else selectors.visible_to(user, self.model)
        return selectors.standing_on(rows, timezone.localdate()).order_by("code")


class StationSheet(Register):
    """Centres, offices, stations and points."""

    name = "stations"
    title = __("文明实践阵地")
    permission = "teams.add_station"
    model = Station
    columns = (
        Column("code", __("编码"), Code(longest=40), ("代码",), True, example="WM0101"),
        Column("name", __("名称"), Text(longest=80), ("阵地名称",), True, example="胜利社区新时代文明实践站"),
        Column("level", __("层级"), Choice(pairs=Station.Level.choices, words={"中心": "centre", "所": "office", "站": "station", "点": "point", "基地": "point"}), ("级别", "类型"), True),
        Column("parent", __("上级"), PARENT, ("上级阵地",), help=NAMED),
        Column("unit", __("管理单位"), UNIT, ("单位",)),
        Column("area", __("所在区划"), AREA, ("社区", "街道", "区划代码"), example="620200001001"),
        Column("address", __("地址"), Text(longest=200)), Column("lon", __("经度"), Lon()), Column("lat", __("纬度"), Lat()),
        Column("hours", __("开放时间"), Text(longest=120), example="周一至周五 9:00-18:00"), Column("phone", __("值班电话"), Code(longest=30), ("电话",)),
        Column("opened_on", __("建成日期"), Date(), ("建成时间",)),
    )  # fmt: skip

    def apply(self, row: dict[str, Any], existing: Any, by: Any, at: dt.datetime) -> str:
        row = {**row}
        self.parent(row)
        return self.kept(row, existing, actions.add_station, actions.change_station, by, at)

    def rows(self, user: Any) -> Iterator[Mapping[str, Any]]:
        for one in self.seen(user).select_related("parent", "unit", "area"):
            yield {column.key: getattr(one, column.key) for column in self.columns} | {"parent": one.parent.code if one.parent else ""}


class OrganisationSheet(Register):
    """Organisations with their incubation. A starred telephone is left as it is stored."""

    name = "organisations"
    title = __("志愿服务组织")
    permission = "teams.add_organisation"
    model = Organisation
    private = ("phone",)
    columns = (
        Column("code", __("编码"), Code(longest=40), ("代码",), True, example="ZZ001"),
        Column("name", __("名称"), Text(longest=80), ("组织名称",), True, example="大爱无疆公益协会"),
        Column("kind", __("类型"), Choice(pairs=Organisation.Kind.choices, words={"注册": "registered", "已登记": "registered", "自组织": "grassroots", "草根": "grassroots"}), (), True),
        Column("social", __("社会公益组织"), Boolean()),
        Column("credit_code", __("统一社会信用代码"), Code(longest=18), ("信用代码",), help=__("登记注册的必填；基层自组织不填。")),
        Column("unit", __("主管单位"), UNIT, ("业务主管单位",)), Column("area", __("所在区划"), AREA, ("社区", "街道", "区划代码")),
        Column("founded_on", __("成立（登记）日期"), Date(), ("成立日期", "登记日期"), True),
        Column("incubated_by", __("孵化单位"), Reference(lookup=_named(Station), show=_name)), Column("incubated_from", __("孵化开始"), Date()), Column("incubated_until", __("孵化结束"), Date()),
        Column("head", __("负责人"), Text(longest=40)), Column("phone", __("联系电话"), Code(longest=20), ("电话",), help=__("加密保存；带星号的不更改原号码。")),
    )  # fmt: skip

    def apply(self, row: dict[str, Any], existing: Any, by: Any, at: dt.datetime) -> str:
        row = {**row}
        if "*" in row.get("phone", ""):
            row.pop("phone")
        row["social"] = bool(row.get("social"))
        nursed = {key: row.pop(f"incubated_{name}", None) for key, name in (("station", "by"), ("since", "from"), ("until", "until"))}
        outcome = self.kept(row, existing, actions.add_organisation, actions.change_organisation, by, at)
        return "updated" if self._nursed(row, existing, nursed, by, at) and outcome == "unchanged" else outcome

    def _nursed(self, row: dict[str, Any], existing: Any, nursed: dict[str, Any], by: Any, at: dt.datetime) -> bool:
        """Note the incubation that the row tells; False where it tells none or stood so already."""
        if not nursed["station"] or not nursed["since"]:
            return False
        found = existing or Organisation.objects.get(name=row["name"], founded_on=row["founded_on"])
        if (found.incubated_by, found.incubated_from, found.incubated_until) == (nursed["station"], nursed["since"], nursed["until"]):
            return False
        actions.incubate(found, **nursed, by=by, at=at)
        return True

    def rows(self, user: Any) -> Iterator[Mapping[str, Any]]:
        for one in self.seen(user).select_related("unit", "area", "incubated_by").iterator(chunk_size=500):
            yield {column.key: getattr(one, column.key) for column in self.columns}


class TeamSheet(Register):
    """Teams."""

    name = "teams"
    title = __("志愿服务队伍")
    permission = "teams.add_station"
    model = Team
    columns = (
        Column("code", __("编码"), Code(longest=40), ("代码",), True, example="DW0001"),
        Column("name", __("名称"), Text(longest=80), ("队伍名称",), True, example="“小板凳”宣讲小分队"),
        Column("kind", __("类型"), Choice(pairs=Team.Kind.choices, words={"总队": "general", "服务队": "service", "宣讲队": "lecture", "小分队": "squad", "救援队": "rescue", "工作室": "studio"}), (), True),
        Column("parent", __("上级队伍"), PARENT, ("上级",), help=NAMED),
        Column("organisation", __("所属组织"), Reference(lookup=_named(Organisation), show=_name)), Column("station", __("所属实践中心（所、站）"), Reference(lookup=_named(Station), show=_name), ("所属阵地",)),
        Column("unit", __("所属单位"), UNIT), Column("area", __("服务区域"), AREA, ("区划代码",)),
        Column("kinds", __("服务类别"), Text(longest=400), help=__("填名称，多个用顿号隔开。")), Column("intro", __("简介"), Text(longest=1000)),
        Column("lon", __("经度"), Lon()), Column("lat", __("纬度"), Lat()), Column("founded_on", __("成立日期"), Date(), (), True),
    )  # fmt: skip

    def apply(self, row: dict[str, Any], existing: Any, by: Any, at: dt.datetime) -> str:
        row = {**row}
        self.parent(row)
        kinds = _kinds(row.pop("kinds")) if "kinds" in row else None
        if existing is None:
            return self.kept(row | {"kinds": kinds or []}, None, actions.add_team, actions.change_team, by, at)
        outcome = self.kept(row, existing, actions.add_team, actions.change_team, by, at)
        if kinds is None or set(existing.kinds.all()) == set(kinds):
            return outcome
        actions.change_team(existing, kinds=kinds, by=by, at=at)
        return "updated"

    def rows(self, user: Any) -> Iterator[Mapping[str, Any]]:
        found = self.seen(user).select_related("parent", "organisation", "station", "unit", "area").prefetch_related("kinds")
        for one in found.iterator(chunk_size=500):
            told = {column.key: getattr(one, column.key) for column in self.columns if column.key != "kinds"}
            yield told | {"parent": one.parent.code if one.parent else "", "kinds": "、".join(kind.name for kind in one.kinds.all())}


def _kinds(text: str) -> list[ServiceKind]:
    """The kinds of service named in a cell. Raises Refused for one that is not there."""
    known = {squash(name): kind for kind in selectors.open_kinds() for name in (kind.name, kind.key)}
    names = [part for part in text.replace("，", "、").replace(",", "、").replace(";", "、").replace("；", "、").split("、") if part.strip()]
    if missing := [name for name in names if squash(name) not in known]:
        raise Refused(_("没有“%(name)s”这个服务类别，请先在服务类别里新增") % {"name": missing[0][:20]}, field="kinds")
    return [known[squash(name)] for name in names]


STATIONS, ORGANISATIONS, TEAMS = register(StationSheet()), register(OrganisationSheet()), register(TeamSheet())
