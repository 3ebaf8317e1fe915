"""Who keeps the register of who helps: the centre all of it, a station what is its own; the office and the auditor read."""

from __future__ import annotations

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.permissions import perm
from yipanqi.people.models import Role, User
from yipanqi.people.rules import has_role, is_system
from yipanqi.teams import selectors
from yipanqi.teams.models import Brand, Decision, Organisation, Station, Team


@rules.predicate
def runs_it(actor: Any, thing: Any = None) -> bool:
    """The actor runs the station that the thing is, or that it belongs to; asked of nothing: runs any station."""
    if not isinstance(actor, User) or not actor.is_active:
        return False
    own = selectors.stations_of(actor)
    if thing is None:
        return own.exists()
    station = {Station: "pk", Team: "station_id", Brand: "station_id", Organisation: "incubated_by_id"}.get(type(thing))
    found = getattr(thing, station) if station else None
    return found is not None and own.filter(pk=found).exists()


@rules.predicate
def leads_a_team(actor: Any, team: Any = None) -> bool:
    """The actor leads the team today; asked of nothing: any team."""
    led = selectors.teams_led_by(actor)
    return (led.filter(pk=team.pk) if isinstance(team, Team) else led).exists()


@rules.predicate
def is_told_to(actor: Any, decision: Any = None) -> bool:
    """The actor speaks for the unit that a joint meeting gave something to do."""
    if not isinstance(actor, User) or not actor.is_active or not isinstance(decision, Decision):
        return False
    return decision.unit_id in actor.units_as(Role.LIAISON, Role.UNIT_LEADER, Role.STATION)


is_centre = has_role(Role.CENTRE)
is_reader = has_role(*selectors.READERS)
is_keeper = is_centre | runs_it | is_system

BY_CENTRE = _("由文明实践中心办理")
BY_STATION = _("只有文明实践中心，或者管理它的文明实践所（站）可以办理")

perm("teams.see_practice", is_reader, _("您的角色不查看文明实践的组织和阵地"))
perm("teams.see_home", has_role(Role.STATION, Role.CENTRE), _("这是文明实践中心（所、站）的工作台"))
perm("teams.see_lead", leads_a_team, _("这是志愿服务队队长的页面；您现在没有担任队长"))
perm("teams.see_board", has_role(Role.CENTRE, Role.HEAD, Role.DESK, Role.LEADER, Role.AUDITOR), _("文明实践看板供实践中心、创城办、市领导和审计查看"))
perm("teams.see_meetings", has_role(*selectors.ALL_MEETINGS, Role.STATION, Role.LIAISON, Role.UNIT_LEADER), _("联席会议由参加的单位和实践中心查看"))
perm("teams.export_register", has_role(Role.AUDITOR), _("只有审计可以导出而不导入"))
for verb in ("add_kind", "change_kind", "retire_kind", "add_station", "close_station", "add_organisation", "end_organisation", "incubate", "add_brand",
             "add_institution", "revise_institution", "repeal_institution", "add_meeting", "change_meeting", "add_decision"):  # fmt: skip
    perm(f"teams.{verb}", is_centre | is_system, BY_CENTRE)
for verb in ("change_station", "change_team", "end_team", "change_brand", "end_brand", "change_organisation"):
    perm(f"teams.{verb}", is_keeper, BY_STATION)
perm("teams.add_team", is_keeper, BY_STATION)
perm("teams.finish_decision", is_centre | is_told_to, _("由承办单位或文明实践中心登记"))
perm("teams.reveal_organisation_phone", is_centre | runs_it, BY_STATION)
perm("teams.erase_contacts", is_system)
