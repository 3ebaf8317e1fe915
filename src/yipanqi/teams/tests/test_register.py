"""Organisations, stations and teams: what may be written, by whom, and what is turned down."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from yipanqi.cases.tests.town import moment
from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.models import JournalEntry, OutboxEvent
from yipanqi.teams import actions, jobs, selectors
from yipanqi.teams.actions import CodeTaken, Ended
from yipanqi.teams.models import Organisation, Station, Team
from yipanqi.teams.tests.circle import CREDIT_CODE, START, WRONG_CODE, Circle

NEXT_YEAR = dt.date(2027, 1, 1)


@pytest.fixture
def circle(db: None) -> Circle:
    return Circle()


# ----- organisations -----


def test_add_organisation_with_a_right_credit_code(circle: Circle) -> None:
    made = circle.organisation(name="大爱无疆公益协会", kind="registered", social=True, credit_code=" 91110000600037341l ", head="王某", phone="139 0000 0000")
    assert made.credit_code == CREDIT_CODE and made.code.startswith("O") and made.phone == "13900000000"
    written = JournalEntry.objects.get(action="teams.add_organisation")
    assert "王某" not in str(written.data) and "139" not in str(written.data)
    stored = Organisation.objects.filter(pk=made.pk).values_list("phone", flat=True)
    assert list(stored) == ["13900000000"]


@pytest.mark.parametrize(("facts", "field"), [
    ({"kind": "registered"}, "credit_code"), ({"kind": "registered", "credit_code": WRONG_CODE}, "credit_code"), ({"credit_code": CREDIT_CODE}, "credit_code"),
    ({"name": "  "}, "name"), ({"phone": "abc"}, "phone"), ({"code": "a b/c"}, "code"),
])  # fmt: skip
def test_add_organisation_refuses_what_is_wrong(circle: Circle, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        circle.organisation(**facts)
    assert refusal.value.field == field and not Organisation.objects.exists()


def test_codes_and_credit_codes_are_taken_once(circle: Circle) -> None:
    circle.organisation(code="A1", kind="registered", credit_code=CREDIT_CODE)
    with pytest.raises(CodeTaken):
        circle.organisation(code="A1")
    with pytest.raises(Refused, match="已登记"):
        circle.organisation(kind="registered", credit_code=CREDIT_CODE)
    other = circle.organisation()
    with pytest.raises(Refused):
        actions.change_organisation(other, kind="registered", credit_code=CREDIT_CODE, by=circle.centre, at=moment())
    assert actions.change_organisation(other, head="李某", by=circle.centre, at=moment()).head == "李某"


def test_incubate_lasts_from_a_day_until_a_day(circle: Circle) -> None:
    made = circle.organisation()
    made = actions.incubate(made, station=circle.stations["Z1"], since=START, until=dt.date(2026, 6, 30), by=circle.centre, at=moment())
    at = lambda day: Organisation.objects.filter(selectors.incubating(day)).count()  # noqa: E731
    assert [at(day) for day in (dt.date(2025, 12, 31), START, dt.date(2026, 6, 30), dt.date(2026, 7, 1))] == [0, 1, 1, 0]
    with pytest.raises(Refused):
        actions.incubate(made, station=circle.stations["Z1"], since=START, until=dt.date(2025, 1, 1), by=circle.centre, at=moment())
    with pytest.raises(NotAllowed):
        actions.incubate(made, station=circle.stations["Z1"], since=START, by=circle.station, at=moment())
    assert actions.change_organisation(made, head="赵某", by=circle.station, at=moment()).head == "赵某"  # it looks after it
    with pytest.raises(NotAllowed):
        actions.change_organisation(made, head="赵某", by=circle.other_station, at=moment())


def test_end_organisation_after_its_teams(circle: Circle) -> None:
    made = circle.organisation(head="王某", phone="13900000000")
    team = circle.team(organisation=made)
    with pytest.raises(Refused, match="队伍"):
        actions.end_organisation(made, on=moment(30).date(), by=circle.centre, at=moment())
    actions.end_team(team, on=moment(20).date(), by=circle.centre, at=moment())
    made = actions.end_organisation(made, on=moment(30).date(), by=circle.centre, at=moment())
    with pytest.raises(Ended):
        actions.end_organisation(made, on=moment(31).date(), by=circle.centre, at=moment())
    with pytest.raises(Ended):
        actions.change_organisation(made, head="李某", by=circle.centre, at=moment(30))
    jobs.erase_contacts(moment(300))
    assert Organisation.objects.get().head == "王某"
    jobs.erase_contacts(moment(30 + 366))
    kept = Organisation.objects.get()
    assert (kept.head, kept.phone, kept.name) == ("", "", made.name)


def test_whoever_sees_the_number_leaves_a_line(circle: Circle) -> None:
    made = circle.organisation(phone="13900000000")
    actions.reveal_organisation_phone(made, by=circle.centre, at=moment())
    assert JournalEntry.objects.filter(action="teams.reveal_organisation_phone", actor="user:centre").exists()
    for who in (circle.station, circle.desk, circle.auditor, circle.inspector):
        with pytest.raises(NotAllowed):
            actions.reveal_organisation_phone(made, by=who, at=moment())


# ----- stations -----


def test_stations_stand_below_higher_ones_without_circles(circle: Circle) -> None:
    office, station = circle.stations["Z1"], circle.stations["Z3"]
    with pytest.raises(Refused, match="层级"):
        actions.change_station(office, parent=circle.stations["Z2"], by=circle.centre, at=moment())
    with pytest.raises(Refused, match="下级"):
        actions.change_station(office, parent=station, by=circle.centre, at=moment())
    point = actions.add_station(None, name="昌明小区实践点", level="point", parent=station, by=circle.centre, at=moment())
    with pytest.raises(Refused, match="上级"):
        actions.change_station(station, level="point", parent=point, by=circle.centre, at=moment())
    with pytest.raises(Refused, match="另一个"):
        actions.change_station(station, unit=circle.practice["xinhua"], by=circle.centre, at=moment())
    with pytest.raises(Refused, match="经度"):
        actions.change_station(station, lon=None, by=circle.centre, at=moment())
    with pytest.raises(Refused, match="超出"):
        actions.change_station(station, lon=200.0, by=circle.centre, at=moment())


def test_a_station_changes_what_is_its_own(circle: Circle) -> None:
    below = actions.change_station(circle.stations["Z3"], hours="全天", phone="0937-1", by=circle.station, at=moment())
    assert below.hours == "全天"
    with pytest.raises(Refused, match="中心"):
        actions.change_station(below, name="别的名字", by=circle.station, at=moment())
    for who in (circle.other_station, circle.desk, circle.liaison, circle.auditor):
        with pytest.raises(NotAllowed):
            actions.change_station(below, hours="半天", by=who, at=moment())
    with pytest.raises(NotAllowed):
        actions.add_station(None, name="点", level="point", by=circle.station, at=moment())


def test_close_station_after_what_hangs_on_it(circle: Circle) -> None:
    office, station, day = circle.stations["Z1"], circle.stations["Z3"], moment(9).date()
    with pytest.raises(Refused, match="下级"):
        actions.close_station(office, on=day, by=circle.centre, at=moment())
    actions.close_station(station, on=day, by=circle.centre, at=moment())
    team = circle.team()
    with pytest.raises(Refused, match="队伍"):
        actions.close_station(office, on=day, by=circle.centre, at=moment())
    actions.end_team(team, on=day, by=circle.centre, at=moment())
    closed = actions.close_station(office, on=day, by=circle.centre, at=moment())
    assert closed.unit is None and not closed.exists_on(day) and closed.exists_on(moment(8).date())
    assert OutboxEvent.objects.filter(kind="teams.StationClosed").count() == 2
    with pytest.raises(Ended):
        actions.close_station(closed, on=day, by=circle.centre, at=moment())
    with pytest.raises(Ended, match="新华"):
        actions.add_team(None, name="后来的队", kind="service", founded_on=day, station=closed, by=SYSTEM, at=moment(9))
    assert list(selectors.standing_on(Station.objects.order_by("code"), day).values_list("code", flat=True)) == ["Z0", "Z2"]


# ----- teams -----


def test_teams_are_a_tree_without_circles(circle: Circle) -> None:
    general = circle.team(name="总队", kind="general")
    below = circle.team(name="分队", parent=general)
    lowest = circle.team(name="小队", parent=below)
    with pytest.raises(Refused, match="上级"):
        actions.change_team(general, parent=lowest, by=circle.centre, at=moment())
    with pytest.raises(Refused, match="上级"):
        actions.change_team(general, parent=general, by=circle.centre, at=moment())
    assert [(depth, team.name) for depth, team in selectors.tree(Team.objects.order_by("code"))] == [(0, "总队"), (1, "分队"), (2, "小队")]
    with pytest.raises(Refused, match="下级"):
        actions.end_team(below, on=moment(3).date(), by=circle.centre, at=moment())


def test_squads_stand_below_lecture_teams(circle: Circle) -> None:
    lecturers = circle.team(name="专家学者宣讲团", kind="lecture")
    squad = circle.team(name="小板凳宣讲小分队", kind="squad", parent=lecturers)
    with pytest.raises(Refused, match="宣讲"):
        circle.team(name="无主小分队", kind="squad")
    with pytest.raises(Refused, match="宣讲"):
        actions.change_team(squad, parent=None, by=circle.centre, at=moment())
    with pytest.raises(Refused, match="宣讲"):
        actions.change_team(lecturers, kind="service", by=circle.centre, at=moment())


def test_a_station_founds_and_ends_its_own_teams_only(circle: Circle) -> None:
    own = actions.add_team(None, name="邻里队", kind="service", founded_on=START, station=circle.stations["Z3"], by=circle.station, at=moment())
    for station in (circle.stations["Z2"], None):
        with pytest.raises(Refused, match="您管理的"):
            actions.add_team(None, name="邻里队", kind="service", founded_on=START, station=station, by=circle.station, at=moment())
        with pytest.raises(Refused, match="您管理的"):
            actions.change_team(own, station=station, by=circle.station, at=moment())
    with pytest.raises(NotAllowed):
        actions.change_team(own, intro="x", by=circle.other_station, at=moment())
    with pytest.raises(NotAllowed):
        actions.end_team(own, on=NEXT_YEAR, by=circle.head, at=moment())
    ended = actions.end_team(own, on=NEXT_YEAR, by=circle.station, at=moment())
    assert ended.exists_on(dt.date(2026, 12, 31)) and not ended.exists_on(NEXT_YEAR)
    assert OutboxEvent.objects.get(kind="teams.TeamEnded").payload["on"] == "2027-01-01"
    with pytest.raises(Ended):
        actions.end_team(ended, on=NEXT_YEAR, by=circle.station, at=moment())


def test_end_team_not_before_it_began(circle: Circle) -> None:
    with pytest.raises(Refused, match="不能早于"):
        actions.end_team(circle.team(), on=dt.date(2025, 1, 1), by=circle.centre, at=moment())


def test_change_team_replaces_its_services(circle: Circle) -> None:
    team = actions.change_team(circle.team(), kinds=[circle.kind], intro="介绍", by=circle.centre, at=moment())
    assert list(team.kinds.all()) == [circle.kind] and team.intro == "介绍"
    assert list(actions.change_team(team, intro="再介绍", by=SYSTEM, at=moment()).kinds.all()) == [circle.kind]
    with pytest.raises(TypeError):
        actions.change_team(team, colour="red", by=SYSTEM, at=moment())
