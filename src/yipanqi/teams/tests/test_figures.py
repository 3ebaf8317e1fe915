"""Figures of who helps, as of a day; and the sheets."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest

from yipanqi.cases.tests.town import moment
from yipanqi.figures import FIGURES, Period, Scope
from yipanqi.kernel.actors import SYSTEM
from yipanqi.sheets import SHEETS, export, preview, run_import
from yipanqi.teams import actions
from yipanqi.teams.models import Organisation, Station, Team
from yipanqi.teams.tests.circle import CREDIT_CODE, START, Circle

LATER = moment(400)


@pytest.fixture
def circle(db: None) -> Circle:
    return Circle()


def value(key: str, end: dt.date = dt.date(2026, 12, 31), as_of: dt.datetime = LATER, **scope: Any) -> Any:
    found = FIGURES[f"teams.{key}"].value(Period(dt.date(2026, 1, 1), end), Scope(**scope), as_of)
    records = FIGURES[f"teams.{key}"].records(Period(dt.date(2026, 1, 1), end), Scope(**scope), as_of=as_of)
    assert found.numerator == records.count()
    return found.value


def test_organisations_are_counted_on_a_day(circle: Circle) -> None:
    ended = circle.organisation(founded_on=dt.date(2026, 2, 1), area=circle.community, unit=circle.city)
    circle.organisation(founded_on=dt.date(2026, 6, 1), kind="registered", social=True, credit_code=CREDIT_CODE)
    actions.incubate(ended, station=circle.stations["Z1"], since=dt.date(2026, 3, 1), until=dt.date(2026, 4, 1), by=SYSTEM, at=moment())
    actions.end_organisation(ended, on=dt.date(2026, 7, 1), by=SYSTEM, at=moment())
    on = [dt.date(2026, 1, 31), dt.date(2026, 2, 1), dt.date(2026, 6, 30), dt.date(2026, 7, 1)]
    assert [value("organisations", day) for day in on] == [0, 1, 2, 1]
    assert [value("social_organisations", day) for day in on] == [0, 0, 1, 1]
    assert [value("incubating", day) for day in (dt.date(2026, 2, 28), dt.date(2026, 4, 1), dt.date(2026, 4, 2))] == [0, 1, 0]
    assert value("incubated") == 1 and value("incubated", dt.date(2026, 2, 28)) == 0
    assert value("organisations", as_of=moment()) == 1  # of days to come nobody knows
    july = dt.date(2026, 6, 30)
    assert value("organisations", july, unit="CGJ") == value("organisations", july, area="620200001") == 1 and value("organisations", july, area="620200002") == 0
    assert value("organisations", july, user=circle.centre) == 2 and value("organisations", july, user=circle.inspector) == 0
    lines = FIGURES["teams.organisations"].breakdown("kind", Period(START, july), Scope(), LATER)
    assert {line.label: line.value.n for line in lines} == {"登记注册": 1, "基层自组织": 1}


def test_teams_and_stations_are_counted_by_sort(circle: Circle) -> None:
    lecturers = circle.team(name="宣讲团", kind="lecture")
    circle.team(name="小分队", kind="squad", parent=lecturers)
    circle.team(unit=circle.city, area=circle.xinhua)
    assert (value("teams"), value("lecture_teams"), value("lecture_squads")) == (3, 1, 1)
    assert value("teams", unit="CGJ") == value("teams", area="620200001") == 1
    assert value("stations") == 4 and value("stations", area="620200001") == 2 and value("stations", unit="WM1") == 1
    lines = FIGURES["teams.stations"].breakdown("level", Period(START, dt.date(2026, 12, 31)), Scope(), LATER)
    assert {line.label: line.value.n for line in lines} == {"文明实践中心": 1, "文明实践所": 2, "文明实践站": 1}


def test_brands_institutions_meetings_and_decisions(circle: Circle) -> None:
    circle.brand(), circle.brand(name="道德储蓄", team=circle.team(unit=circle.city, area=circle.jianshe))
    assert value("brands") == 2 and value("brands", area="620200002") == value("brands", unit="CGJ") == 1
    first = actions.add_institution(None, title="办法", issuer="市文明办", text="x", in_force_from=START, by=SYSTEM, at=moment())
    actions.revise_institution(first, title="办法", issuer="市文明办", text="y", in_force_from=dt.date(2026, 5, 1), by=SYSTEM, at=moment())
    assert value("institutions") == value("institutions", dt.date(2026, 4, 30)) == 1 and value("institutions", unit="CGJ") == value("institutions", area="620200") == 0
    meeting = circle.meeting()
    assert value("meetings") == value("meetings", unit="CGJ") == 1 and value("meetings", dt.date(2026, 3, 1)) == 0
    assert value("decisions_kept") is None
    for due, done in ((3, 2), (3, 9), (30, None)):
        decision = actions.add_decision(meeting, text="办", unit=circle.city, due_on=moment(due).date(), by=SYSTEM, at=moment())
        if done:
            actions.finish_decision(decision, outcome="已办", by=circle.liaison, at=moment(done))
    assert value("decisions_kept", as_of=moment(10)) == 0.5 and value("decisions_kept") == pytest.approx(1 / 3)


# ----- sheets -----


def came_back(name: str, user: Any) -> bytes:
    out = io.BytesIO()
    export(SHEETS[name], SHEETS[name].rows(user), out)
    return out.getvalue()


@pytest.mark.parametrize("name", ["stations", "organisations", "teams"])
def test_what_is_taken_out_reads_back_unchanged(circle: Circle, name: str) -> None:
    nursed = circle.organisation(name="敬老队", head="王某", phone="13900000000", unit=circle.city, area=circle.community)
    actions.incubate(nursed, station=circle.stations["Z1"], since=START, by=SYSTEM, at=moment())
    lecturers = circle.team(name="宣讲团", kind="lecture", organisation=nursed, unit=circle.city, area=circle.xinhua, kinds=[circle.kind, circle.care], lon=98.2, lat=39.7)
    circle.team(name="小分队", kind="squad", parent=lecturers)
    report = run_import(SHEETS[name], io.BytesIO(came_back(name, circle.centre)), partial=False, dry_run=False, by=circle.centre, at=moment(1))
    assert report.saved and not report.rejected and report.unchanged == {"stations": 4, "organisations": 1, "teams": 2}[name]
    assert Organisation.objects.get().phone == "13900000000"


def csv(text: str) -> io.BytesIO:
    return io.BytesIO(text.encode())


def test_parents_may_stand_anywhere_in_a_file(circle: Circle) -> None:
    rows = "编码,名称,类型,上级队伍,所属实践中心（所、站）,服务类别,成立日期\nT2,小分队,小分队,宣讲团,新华街道新时代文明实践所,理论宣讲、敬老助老,2026-01-01\nT1,宣讲团,宣讲队,,,,2026-01-01\nT3,坏队,服务队,没有这支,,,2026-01-01\nT4,坏队,服务队,,,登月,2026-01-01\n"
    report = run_import(SHEETS["teams"], csv(rows), partial=True, dry_run=False, by=circle.centre, at=moment())
    assert report.created == 2 and [row.line_no for row in report.rejected] == [4, 5]
    squad = Team.objects.get(code="T2")
    assert squad.parent and squad.parent.code == "T1" and squad.kinds.count() == 2
    again = run_import(SHEETS["teams"], csv(rows.replace("小分队,小分队", "新小分队,小分队")), partial=True, dry_run=False, by=circle.centre, at=moment())
    assert again.updated == 1 and again.unchanged == 1
    fewer = csv("编码,名称,类型,成立日期,服务类别\nT2,新小分队,小分队,2026-01-01,理论宣讲\n")
    assert run_import(SHEETS["teams"], fewer, partial=False, dry_run=False, by=circle.centre, at=moment()).updated == 1


def test_import_of_organisations_checks_their_codes(circle: Circle) -> None:
    rows = f"编码,名称,类型,信用代码,成立日期,社会公益组织,孵化单位,孵化开始\nA,公益协会,登记注册,{CREDIT_CODE},2026-01-01,是,昌明社区新时代文明实践站,2026-02-01\nB,假协会,登记注册,123,2026-01-01,,,\n"
    seen = preview(SHEETS["organisations"], csv(rows))
    assert seen.counts["rows"] == 2 and not Organisation.objects.exists()
    report = run_import(SHEETS["organisations"], csv(rows), partial=True, dry_run=False, by=circle.centre, at=moment())
    assert report.created == 1 and "统一社会信用代码" in str(report.rejected[0].errors)
    made = Organisation.objects.get()
    assert made.social and made.incubated_by == circle.stations["Z3"]
    later = csv(rows.replace("2026-02-01", "2026-03-01"))
    assert run_import(SHEETS["organisations"], later, partial=True, dry_run=False, by=circle.centre, at=moment()).updated == 1


def test_import_of_stations(circle: Circle) -> None:
    rows = "编码,名称,层级,上级,经度,纬度\nN2,新站点,点,N1,98.3,39.8\nN1,新站,站,Z1,98.3,39.8\nN3,坏站,站,N2,,\n"
    report = run_import(SHEETS["stations"], csv(rows), partial=True, dry_run=False, by=circle.centre, at=moment())
    assert report.created == 2 and len(report.rejected) == 1 and Station.objects.get(code="N2").parent == Station.objects.get(code="N1")
    assert {row["code"] for row in SHEETS["stations"].rows(SYSTEM)} >= {"Z0", "N1", "N2"}
