"""The seven registers and how each is shown and filled in: one entry each, the pages are the same for all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yipanqi.kernel.catalogue import Catalogue
from yipanqi.teams import actions, forms
from yipanqi.teams.catalogue import BRAND_PARTS, STATION_PARTS, TEAM_PARTS, Part
from yipanqi.teams.models import Brand, JointMeeting, Organisation, ServiceKind, Station, Team
from yipanqi.teams.views import facts
from yipanqi.teams.views.facts import Fact, Group

Act = Callable[..., Any]
SEE = "teams.see_practice"


@dataclass(frozen=True)
class Move:
    """Something that is done to a thing from its page: the action of the same name with what a form gives."""

    verb: str
    title: Any
    form: Any
    act: Act
    ends: bool = True  # it takes something away: asked about first, shown folded
    initial: Callable[[Any], dict[str, Any]] = lambda thing: {}


@dataclass(frozen=True)
class Register:
    """One register. `columns` and `facts` make what a list and a page show of a thing; `groups` what hangs on it."""

    key: str
    model: type[Model]
    title: Any
    new: Any  # what the button to add one says
    empty: Any
    filter: Any
    new_form: Any
    form: Any
    add: Act
    change: Act
    columns: Sequence[tuple[Any, Callable[[Any], Any]]]
    facts: Callable[[Any], Sequence[Fact]]
    initial: Callable[[Any], dict[str, Any]]
    groups: Callable[[Any, dt.date], Sequence[Group]] = lambda thing, today: ()
    joins: tuple[str, ...] = ()
    many: tuple[str, ...] = ()
    order: tuple[str, ...] = ("code",)
    by: str = "code"
    see: str = SEE
    sheet: str = ""
    parts: Catalogue[Part] = field(default_factory=lambda: Catalogue("none"))
    moves: Sequence[Move] = ()
    icon: str = "list-details"

    @property
    def adds(self) -> str:
        return f"teams.{self.add.__name__}"

    @property
    def changes(self) -> str:
        return f"teams.{self.change.__name__}"

    @property
    def url(self) -> str:
        return reverse(f"teams:{self.key}")

    def name_of(self, thing: Any) -> str:
        """What the thing is called in addresses."""
        return str(getattr(thing, self.by))

    def url_of(self, thing: Any) -> str:
        return reverse(f"teams:{self.key[:-1]}", args=[self.name_of(thing)])


END = _("结束")
REGISTERS: dict[str, Register] = {register.key: register for register in (
    Register(
        "stations", Station, _("阵地"), _("新增阵地"), _("中心、所、站、点在这里登记：归谁管、在哪里、什么时候开门。居民在公开页面的地图上看到它们。"),
        forms.StationFilter, forms.NewStationForm, forms.StationForm, actions.add_station, actions.change_station,
        ((_("名称"), str), (_("层级"), lambda s: s.get_level_display()), (_("所在区划"), lambda s: s.area or ""), (_("开放时间"), lambda s: s.hours), (_("值班电话"), lambda s: s.phone)),
        facts.of_station, facts.initial("name", "level", "parent", "unit", "area", "address", "lon", "lat", "hours", "phone", "opened_on"), facts.around_station,
        joins=("area", "parent", "unit"), sheet="stations", parts=STATION_PARTS, icon="building-community",
        moves=(Move("close_station", _("撤销"), forms.EndForm, actions.close_station),),
    ),
    Register(
        "teams", Team, pgettext_lazy("list", "队伍"), _("新增队伍"), _("志愿服务总队、服务队、宣讲队伍和小分队在这里登记，可以分级；派单和活动都找得到它们。"),
        forms.TeamFilter, forms.NewTeamForm, forms.TeamForm, actions.add_team, actions.change_team,
        ((_("名称"), str), (_("类型"), lambda t: t.get_kind_display()), (_("上级队伍"), lambda t: t.parent or ""), (_("所属"), facts.owner), (_("服务区域"), lambda t: t.area or "")),
        facts.of_team, facts.initial("name", "kind", "parent", "organisation", "station", "unit", "area", "kinds", "intro", "lon", "lat", "founded_on"), facts.around_team,
        joins=("parent", "organisation", "station", "unit", "area"), sheet="teams", parts=TEAM_PARTS, icon="users",
        moves=(Move("end_team", _("解散"), forms.EndForm, actions.end_team),),
    ),
    Register(
        "organisations", Organisation, pgettext_lazy("list", "组织"), _("新增组织"), _("登记注册的和基层自发的志愿服务组织在这里登记，正在孵化的写明由哪个所、站孵化，从哪天到哪天。"),
        forms.OrganisationFilter, forms.NewOrganisationForm, forms.OrganisationForm, actions.add_organisation, actions.change_organisation,
        ((_("名称"), str), (_("类型"), lambda o: o.get_kind_display()), (_("社会公益组织"), lambda o: _("是") if o.social else ""), (_("孵化"), facts.incubation), (_("成立（登记）日期"), lambda o: o.founded_on.isoformat())),
        facts.of_organisation, facts.initial("name", "kind", "social", "credit_code", "unit", "area", "founded_on", "head", "phone"), facts.around_organisation,
        joins=("unit", "area", "incubated_by"), sheet="organisations", icon="users",
        moves=(
            Move("incubate", _("登记孵化"), forms.IncubateForm, actions.incubate, False, lambda o: {"station": o.incubated_by and o.incubated_by.code, "since": o.incubated_from, "until": o.incubated_until}),
            Move("end_organisation", _("注销"), forms.EndForm, actions.end_organisation),
        ),
    ),
    Register(
        "brands", Brand, _("品牌项目"), _("新增品牌项目"), _("孝老饭庄、道德储蓄这样的品牌项目在这里登记：做什么、谁来承办；活动和成果归到它名下。"),
        forms.BrandFilter, forms.NewBrandForm, forms.BrandForm, actions.add_brand, actions.change_brand,
        ((_("名称"), str), (_("服务类别"), lambda b: b.kind), (_("承办"), lambda b: b.team or b.station or ""), (_("开始日期"), lambda b: b.started_on.isoformat())),
        facts.of_brand, facts.initial("name", "kind", "intro", "team", "station", "started_on"), joins=("kind", "team", "station"), parts=BRAND_PARTS, icon="award",
        moves=(Move("end_brand", END, forms.EndForm, actions.end_brand),),
    ),
    Register(
        "kinds", ServiceKind, _("服务类别"), _("新增服务类别"), _("理论宣讲、政策宣传、文体活动、关爱帮扶……服务分哪些类、要不要保险和培训，由实践中心在这里定。"),
        forms.KindFilter, forms.NewKindForm, forms.KindForm, actions.add_kind, actions.change_kind,
        ((_("名称"), str), (_("主题"), lambda k: k.get_theme_display()), (_("最低年龄"), lambda k: k.min_age or ""), (_("须购买保险"), lambda k: _("是") if k.insured else ""), (_("须完成的培训"), lambda k: k.training)),
        facts.of_kind, facts.initial("name", "theme", "min_age", "insured", "training"), order=("key",), by="key", icon="tags",
        moves=(Move("retire_kind", _("停用"), forms.EndForm, actions.retire_kind),),
    ),
    Register(
        "meetings", JointMeeting, _("联席会议"), _("登记联席会议"), _("志愿服务联席会议在这里登记：什么时候开的、哪些单位参加、议定了什么、谁在哪天前办完。"),
        forms.MeetingFilter, forms.NewMeetingForm, forms.MeetingForm, actions.add_meeting, actions.change_meeting,
        ((_("会议名称"), str), (_("召开日期"), lambda m: m.held_on.isoformat()), (_("地点"), lambda m: m.place)),
        facts.of_meeting, facts.initial("title", "held_on", "place", "units", "matters"), order=("-held_on", "-code"), see="teams.see_meetings", icon="messages",
        moves=(Move("add_decision", _("登记议定事项"), forms.DecisionForm, actions.add_decision, False),),
    ),
)}  # fmt: skip
