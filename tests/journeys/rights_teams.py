"""Who may do what about those who help: stations, organisations, teams, brand projects, institutions, joint meetings."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.journeys.written_board_rights import Act, _
from yipanqi.cases.tests.town import person, unit
from yipanqi.kernel.actors import SYSTEM
from yipanqi.people.models import Role
from yipanqi.teams import actions

CENTRE, KEEPERS = {"centre"}, {"centre", "station"}
START, DAY = "2026-01-01", "2030-01-01"


def prepare(board: Any) -> None:
    """A centre with an office that `station` runs, one of each thing, and one whose unit's liaison is `liaison`."""
    units = [unit("WMC", "文明实践中心", "practice_centre"), unit("WMS", "新华街道文明实践所", "practice_centre")]
    board.people |= {"centre": person("centre", Role.CENTRE, units[0]), "station": person("station", Role.STATION, units[1])}
    given: dict[str, Any] = {"by": SYSTEM, "at": board.began}
    start = dt.date(2026, 1, 1)
    kind = actions.add_kind(None, key="care", name="关爱帮扶", theme="care", **given)
    actions.add_kind(None, key="spare", name="备用", theme="care", **given)
    centre = actions.add_station(None, code="WM0", name="市文明实践中心", level="centre", unit=units[0], **given)
    office = actions.add_station(None, code="WM1", name="新华街道实践所", level="office", parent=centre, unit=units[1], **given)
    actions.add_station(None, code="WM2", name="空站", level="station", parent=office, **given)
    for code in ("ZZ2", "ZZ1"):
        made = actions.add_organisation(None, code=code, name="敬老队", kind="grassroots", founded_on=start, phone="13900000000", **given)
    actions.incubate(made, station=office, since=start, **given)
    for code in ("DW1", "DW2"):
        actions.add_team(None, code=code, name="邻里队", kind="service", founded_on=start, station=office, kinds=[kind], **given)
    for code in ("PP1", "PP2"):
        actions.add_brand(None, code=code, name="孝老饭庄", kind=kind, started_on=start, station=office, **given)
    for code in ("ZD1", "ZD2"):
        actions.add_institution(None, code=code, title="积分办法", issuer="市文明办", text="第一条", in_force_from=start, **given)
    meeting = actions.add_meeting(None, code="LX1", title="联席会议", held_on=start, units=[board.city], **given)
    actions.add_decision(meeting, text="制定办法", unit=board.city, due_on=start, **given)


ACTS = [
    Act("teams.add_kind", "/practice/kinds/add/", CENTRE, _(key="new-kind", name="新类别", theme="care", min_age="0")),
    Act("teams.change_kind", "/practice/kinds/care/edit/", CENTRE, _(name="关爱", theme="care", min_age="0")),
    Act("teams.retire_kind", "/practice/kinds/spare/moves/retire_kind/", CENTRE, _(on=DAY)),
    Act("teams.add_station", "/practice/stations/add/", CENTRE, _(name="新点", level="point", parent="WM1")),
    Act("teams.change_station", "/practice/stations/WM1/edit/", KEEPERS, _(name="新华街道实践所", level="office", parent="WM0", unit="WMS", hours="全天")),
    Act("teams.close_station", "/practice/stations/WM2/moves/close_station/", CENTRE, _(on=DAY)),
    Act("teams.add_organisation", "/practice/organisations/add/", CENTRE, _(name="新组织", kind="grassroots", founded_on=START)),
    Act("teams.change_organisation", "/practice/organisations/ZZ1/edit/", KEEPERS, _(name="敬老服务队", kind="grassroots", founded_on=START)),
    Act("teams.incubate", "/practice/organisations/ZZ2/moves/incubate/", CENTRE, _(station="WM1", since=START)),
    Act("teams.end_organisation", "/practice/organisations/ZZ2/moves/end_organisation/", CENTRE, _(on=DAY)),
    Act("teams.reveal_organisation_phone", "/practice/organisations/ZZ1/phone/", KEEPERS),
    Act("teams.add_team", "/practice/teams/add/", KEEPERS, _(name="新队", kind="service", founded_on=START, station="WM1")),
    Act("teams.change_team", "/practice/teams/DW1/edit/", KEEPERS, _(name="邻里互助队", kind="service", founded_on=START, station="WM1")),
    Act("teams.end_team", "/practice/teams/DW2/moves/end_team/", KEEPERS, _(on=DAY)),
    Act("teams.add_team", "/api/v1/teams", KEEPERS, _(name="新队", kind="service", founded_on=START, station="WM1"), json=True),
    Act("teams.end_team", "/api/v1/teams/DW2/moves/end_team", KEEPERS, _(on=DAY), json=True),
    Act("teams.add_brand", "/practice/brands/add/", CENTRE, _(name="道德储蓄", kind="care", started_on=START)),
    Act("teams.change_brand", "/practice/brands/PP1/edit/", KEEPERS, _(name="孝老饭庄", kind="care", started_on=START, station="WM1")),
    Act("teams.end_brand", "/practice/brands/PP2/moves/end_brand/", KEEPERS, _(on=DAY)),
    Act("teams.add_institution", "/practice/institutions/add/", CENTRE, _(title="新办法", issuer="市文明办", text="第一条", in_force_from=START)),
    Act("teams.revise_institution", "/practice/institutions/ZD1/1/revise/", CENTRE, _(title="新办法", issuer="市文明办", text="第二条", in_force_from=DAY)),
    Act("teams.repeal_institution", "/practice/institutions/ZD2/1/repeal/", CENTRE, _(on=DAY)),
    Act("teams.add_meeting", "/practice/meetings/add/", CENTRE, _(title="又一次", held_on=START)),
    Act("teams.change_meeting", "/practice/meetings/LX1/edit/", CENTRE, _(title="联席会议", held_on=START)),
    Act("teams.add_decision", "/practice/meetings/LX1/moves/add_decision/", CENTRE, _(text="开展宣传")),
    Act("teams.finish_decision", "/practice/meetings/LX1/decisions/1/", {"centre", "liaison", "chief"}, _(outcome="已印发")),
]
#: A job comes to it when a term is over.
WITHOUT_A_PAGE = {"teams.erase_contacts"}
SHEETS = {"stations": CENTRE, "organisations": CENTRE, "teams": CENTRE}
EXPORTED_BY_AUDITOR = {"stations", "organisations", "teams"}
