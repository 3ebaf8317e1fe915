"""What a page says of a thing: its facts in order, what hangs on it, and what a form about it begins with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.db.models.fields.related import ManyToManyField
from django.urls import reverse
from django.utils.translation import gettext as _

from yipanqi.teams import selectors
from yipanqi.teams.models import Brand, JointMeeting, Organisation, ServiceKind, Station, Team

#: So many of what hangs on a thing stand on its page; the rest in the list.
MOST = 30


@dataclass(frozen=True)
class Fact:
    """A line of a thing's page. `url` leads to what it names; `long`: words that stand on their own."""

    label: Any
    value: Any
    url: str = ""
    long: bool = False


@dataclass(frozen=True)
class Group:
    """Things that hang on another: (name, address, note) each, and the address of the list with all of them."""

    title: Any
    rows: list[tuple[str, str, str]]
    more: str = ""


def initial(*names: str) -> Callable[[Any], dict[str, Any]]:
    """What a form of these fields begins with: things by the code that their field knows them by."""

    def begin(thing: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name in names:
            if isinstance(thing._meta.get_field(name), ManyToManyField):
                found[name] = [outside(one) for one in getattr(thing, name).all()]
            else:
                found[name] = outside(getattr(thing, name))
        return found

    return begin


def outside(value: Any) -> Any:
    """A value as a form holds it."""
    return (getattr(value, "code", "") or getattr(value, "key", "")) if isinstance(value, Model) else value


def link(thing: Any, route: str) -> str:
    """The page of a thing; "" where there is none."""
    return reverse(route, args=[outside(thing)]) if thing else ""


def owner(team: Team) -> Any:
    """Whose team it is: its organisation, station or unit, the nearest first."""
    return team.organisation or team.station or team.unit or ""


def incubation(organisation: Organisation) -> str:
    """From when until when it is or was looked after."""
    if organisation.incubated_from is None:
        return ""
    until = organisation.incubated_until.isoformat() if organisation.incubated_until else _("至今")
    return f"{organisation.incubated_from.isoformat()}—{until}"


def of_station(station: Station) -> list[Fact]:
    """The facts of a station."""
    return [
        Fact(_("层级"), station.get_level_display()), Fact(_("编码"), station.code), Fact(_("上级"), station.parent, link(station.parent, "teams:station")),
        Fact(_("管理单位"), station.unit, link(station.unit, "people:unit")), Fact(_("所在区划"), station.area), Fact(_("地址"), station.address),
        Fact(_("开放时间"), station.hours), Fact(_("值班电话"), station.phone), Fact(_("建成日期"), station.opened_on), Fact(_("撤销日期"), station.closed_on),
    ]  # fmt: skip


def of_team(team: Team) -> list[Fact]:
    """The facts of a team."""
    return [
        Fact(_("类型"), team.get_kind_display()), Fact(_("编码"), team.code), Fact(_("上级队伍"), team.parent, link(team.parent, "teams:team")),
        Fact(_("所属组织"), team.organisation, link(team.organisation, "teams:organisation")), Fact(_("所属实践中心（所、站）"), team.station, link(team.station, "teams:station")),
        Fact(_("所属单位"), team.unit, link(team.unit, "people:unit")), Fact(_("服务区域"), team.area), Fact(_("服务类别"), _("、").join(kind.name for kind in team.kinds.all())),
        Fact(_("成立日期"), team.founded_on), Fact(_("解散日期"), team.ended_on), Fact(_("简介"), team.intro, long=True),
    ]  # fmt: skip


def of_organisation(one: Organisation) -> list[Fact]:
    """The facts of an organisation; its telephone is starred, see `reveal_organisation_phone`."""
    return [
        Fact(_("类型"), one.get_kind_display()), Fact(_("编码"), one.code), Fact(_("社会公益组织"), _("是") if one.social else _("否")),
        Fact(_("统一社会信用代码"), one.credit_code), Fact(_("主管单位"), one.unit, link(one.unit, "people:unit")), Fact(_("所在区划"), one.area),
        Fact(_("成立（登记）日期"), one.founded_on), Fact(_("注销日期"), one.ended_on), Fact(_("孵化单位"), one.incubated_by, link(one.incubated_by, "teams:station")),
        Fact(_("孵化期"), incubation(one)), Fact(_("负责人"), one.head),
    ]  # fmt: skip


def of_brand(brand: Brand) -> list[Fact]:
    """The facts of a brand project."""
    return [
        Fact(_("服务类别"), brand.kind), Fact(_("编码"), brand.code), Fact(_("承办队伍"), brand.team, link(brand.team, "teams:team")),
        Fact(_("承办实践中心（所、站）"), brand.station, link(brand.station, "teams:station")), Fact(_("开始日期"), brand.started_on),
        Fact(_("结束日期"), brand.ended_on), Fact(_("项目内容"), brand.intro, long=True),
    ]  # fmt: skip


def of_kind(kind: ServiceKind) -> list[Fact]:
    """The facts of a kind of service."""
    return [
        Fact(_("主题"), kind.get_theme_display()), Fact(_("编码"), kind.key), Fact(_("最低年龄"), kind.min_age or _("不限")),
        Fact(_("须购买保险"), _("是") if kind.insured else _("否")), Fact(_("须完成的培训"), kind.training), Fact(_("停用日期"), kind.retired_on),
    ]  # fmt: skip


def of_meeting(meeting: JointMeeting) -> list[Fact]:
    """The facts of a joint meeting."""
    units = _("、").join(unit.name for unit in meeting.units.all())
    return [
        Fact(_("编号"), meeting.code), Fact(_("召开日期"), meeting.held_on), Fact(_("地点"), meeting.place),
        Fact(_("参加单位"), units), Fact(_("议题"), meeting.matters, long=True),
    ]  # fmt: skip


def around_station(station: Station, today: dt.date) -> list[Group]:
    """The stations below a station, its teams, its projects, and whom it looks after."""
    return _some(
        _group(_("下级"), station.children.all(), "teams:station", today, "stations", parent=station.code, note=lambda one: one.get_level_display()),
        _group(_("队伍"), station.teams.all(), "teams:team", today, "teams", station=station.code, note=lambda one: one.get_kind_display()),
        _group(_("品牌项目"), station.brands.all(), "teams:brand", today, "brands"),
        _group(_("孵化的组织"), Organisation.objects.filter(selectors.incubating(today), incubated_by=station), "teams:organisation", today, "organisations"),
    )


def around_team(team: Team, today: dt.date) -> list[Group]:
    """The teams below a team, and its projects."""
    return _some(
        _group(_("下级队伍"), team.children.all(), "teams:team", today, "teams", parent=team.code, note=lambda one: one.get_kind_display()),
        _group(_("品牌项目"), team.brands.all(), "teams:brand", today, "brands"),
    )


def around_organisation(organisation: Organisation, today: dt.date) -> list[Group]:
    """The teams of an organisation."""
    return _some(_group(_("队伍"), organisation.teams.all(), "teams:team", today, "teams", organisation=organisation.code, note=lambda one: one.get_kind_display()))


def _some(*groups: Group) -> list[Group]:
    return [group for group in groups if group.rows]


def _group(title: Any, rows: QuerySet[Any], route: str, today: dt.date, register: str, note: Callable[[Any], str] = lambda one: "", **kept: str) -> Group:
    found: Iterable[Any] = list(selectors.standing_on(rows, today)[: MOST + 1])
    shown = [(str(one), link(one, route), note(one)) for one in list(found)[:MOST]]
    more = f"{reverse(f'teams:{register}')}?{urlencode(kept)}" if kept and len(list(found)) > MOST else ""
    return Group(title, shown, more)
