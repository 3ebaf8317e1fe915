"""Figures of activities and their sheet."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from yipanqi.activities import actions
from yipanqi.activities.models import Activity
from yipanqi.activities.sheets import roles_of
from yipanqi.activities.tests.world import DAY, HOUR, NOW, Helping, shift_of, sign, volunteer
from yipanqi.figures import FIGURES, Period, Scope
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.actors import SYSTEM
from yipanqi.places.models import Area, Place
from yipanqi.sheets import SHEETS, run_import
from yipanqi.standards.models import PlaceCategory
from yipanqi.teams.models import Brand

pytestmark = pytest.mark.django_db
NOVEMBER, LATER = Period(dt.date(2026, 11, 1), dt.date(2026, 11, 30)), NOW + 5 * DAY


@pytest.fixture
def helping() -> Helping:
    return Helping()


def value(key: str, as_of: dt.datetime = LATER, period: Period = NOVEMBER, **scope: object) -> object:
    return FIGURES[f"activities.{key}"].value(period, Scope(**scope), as_of).value  # type: ignore[arg-type]


def lines(key: str, by: str) -> dict[str, object]:
    return {line.label: line.value.value for line in FIGURES[f"activities.{key}"].breakdown(by, NOVEMBER, Scope(), LATER)}


def test_activities_are_counted_once_they_began(helping: Helping) -> None:
    area = Area.objects.create(code="620200001001", name="雄关社区", level="community", path="/1/")
    helping.activity(area=area)
    cancelled = helping.activity(starts_at=NOW + DAY)
    actions.cancel_activity(cancelled, why="大风", by=helping.leader, at=NOW)
    helping.activity(opened=False)
    helping.activity(starts_at=NOW + 8 * DAY)
    assert value("activities") == 1 and value("activities", as_of=NOW) == 0 and value("cancelled") == 1
    assert value("activities", unit="SQ1") == 1 and value("activities", unit="WMZX") == 0 and value("activities", area="620200001001") == 1 and value("activities", area="x") == 0
    assert value("activities", user=volunteer("V1").user) == 1 and lines("activities", "level") == {"站": 1} and lines("activities", "theme") == {"环境保护": 1}
    assert value("reported_rate") == 0.0 and value("shifts") == 1


def test_beneficiaries_counted_and_estimated_are_told_apart(helping: Helping) -> None:
    brand = Brand.objects.create(code="B1", name="孝老饭庄", kind=helping.kind, team=helping.team, started_on=NOW.date())
    for n, estimated in ((30, False), (200, True), (12, False)):
        made = helping.activity(brand=brand)
        results = [{"what": "清理烟头", "quantity": n, "unit": "个"}]
        actions.close_activity(made, report="好", beneficiaries=n, beneficiaries_estimated=estimated, results=results, by=helping.leader, at=NOW + 3 * DAY)
    assert (value("beneficiaries_counted"), value("beneficiaries_estimated"), value("reported_rate")) == (42, 200, 1.0)
    assert lines("results", "what") == {"清理烟头": 242.0} and lines("beneficiaries_counted", "brand") == {"孝老饭庄": 42}


def test_crossings_and_series_are_counted_once(helping: Helping) -> None:
    category = PlaceCategory.objects.create(key="intersection", code_prefix="LK", name="主要交通路口", group="road", department_type="police")
    crossing = Place.objects.create(code="LK001", name="新华路口", category=category, lon=98.28, lat=39.77, cell="8940")
    activity = helping.activity()
    for n in range(2):
        actions.add_shift(activity, starts_at=NOW + 2 * DAY + n * HOUR, ends_at=NOW + 2 * DAY + (n + 1) * HOUR, roles=[{"name": "引导", "limit": 2}], place=crossing, by=helping.leader, at=NOW)
    assert value("crossings") == 1 and value("crossings", as_of=NOW) == 0 and value("crossings", unit="SQ1") == 1 and value("crossings", area="x") == 0
    assert value("series_held") == 0


def test_sign_ups_and_those_who_moved_up(helping: Helping) -> None:
    shift, a, b = shift_of(helping.activity(limit=1)), volunteer("V1"), volunteer("V2")
    one = sign(shift, a)
    sign(shift, b)
    actions.withdraw(one, by=a.user, at=NOW)
    assert value("sign_ups") == 1 and value("moved_up") == 1 and value("sign_ups", user=helping.leader) == 1 and value("sign_ups", user=helping.other_leader) == 0


def test_roles_are_read_as_people_write_them() -> None:
    assert roles_of("清洁:20；引导 5,") == [{"name": "清洁", "limit": 20}, {"name": "引导", "limit": 5}]
    for wrong in ("", "清洁", ":5"):
        with pytest.raises(Refused):
            roles_of(wrong)


def test_import_of_activities_adds_new_ones_and_leaves_known_ones(helping: Helping, tmp_path: Path) -> None:
    known = helping.activity()
    file = tmp_path / "a.csv"
    file.write_text(
        "活动编号,活动名称,服务类别,层级,队伍,实践中心（所、站）,开始时间,结束时间,地点,岗位和人数\n"
        f"{known.code},改名,上街清洁,站,雄关志愿服务队,,2026-12-06 09:00,2026-12-06 11:00,广场,志愿者:20\n"
        ",社区义诊,上街清洁,站,,S1,2026-12-07 09:00,2026-12-07 11:00,广场,医生:2;引导:3\n", encoding="utf-8",
    )  # fmt: skip
    report = run_import(SHEETS["activities"], file, by=SYSTEM, at=NOW, partial=False, dry_run=False)
    assert (report.created, report.unchanged) == (1, 1), report
    made = Activity.objects.get(title="社区义诊")
    assert made.station == helping.station and [(role.name, role.limit) for role in shift_of(made).roles.all()] == [("医生", 2), ("引导", 3)]
    rows = list(SHEETS["activities"].rows(helping.centre))
    assert [row["roles"] for row in rows] == ["志愿者:2", "医生:2;引导:3"] and not list(SHEETS["activities"].rows(volunteer("V1").user))
