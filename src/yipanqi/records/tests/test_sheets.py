"""Sheets of records: hours of earlier systems come in once, everything goes out in the national system's columns."""

from __future__ import annotations

import io
from typing import Any

import pytest

from yipanqi.records.models import Commendation, Service, Standing, Training
from yipanqi.records.tests.world import NOW, Records
from yipanqi.sheets import SHEETS, export, run_import

pytestmark = pytest.mark.django_db
HEAD = "志愿者编号,姓名,服务项目名称,服务日期,服务时长（小时）,记录单位,原系统,原系统记录编号\n"


@pytest.fixture
def world() -> Records:
    return Records()


def taken(name: str, text: str, by: Any, **how: Any) -> Any:
    return run_import(SHEETS[name], io.BytesIO(text.encode()), by=by, at=NOW, **{"partial": False, "dry_run": False} | how)


def test_hours_of_an_earlier_system_come_in_once_and_are_put_right_by_the_same_file(world: Records) -> None:
    line = f"{world.vera.number},{world.vera.name},以往服务,2023-12-31,36.5,{world.station.name},志愿云,A1\n"
    for hours, counts in (("36.5", (1, 0, 0)), ("36.5", (0, 0, 1)), ("40", (0, 1, 0))):
        report = taken("service-records", HEAD + line.replace("36.5", hours), world.keeper)
        assert report.saved and (report.created, report.updated, report.unchanged) == counts, report.rejected
    assert (Service.objects.count(), Standing.objects.get(volunteer=world.vera).minutes) == (1, 2400)


def test_every_wrong_row_is_named_and_none_is_kept(world: Records) -> None:
    lines = [
        f"{world.vera.number},别人,以往服务,2023-12-31,1,{world.station.name},志愿云,A1", f"999,,以往服务,2023-12-31,1,{world.station.name},志愿云,A2",
        f"{world.vera.number},,以往服务,2099-12-31,1,{world.station.name},志愿云,A3", f"{world.vera.number},,以往服务,2023-12-31,0,{world.station.name},志愿云,A4",
        f"{world.vera.number},,以往服务,2023-12-31,1,{world.station.name},志愿云,A5", *(2 * [f"{world.vera.number},,以往服务,2023-12-31,1,{world.station.name},志愿云,A6"]),
    ]  # fmt: skip
    report = taken("service-records", HEAD + "\n".join(lines) + "\n", world.keeper)
    assert not report.saved and not Service.objects.exists()
    assert {row.line_no for row in report.rejected} == {2, 3, 4, 5, 7, 8}
    partly = taken("service-records", HEAD + "\n".join(lines) + "\n", world.keeper, partial=True)
    assert partly.saved and partly.created == 1 and Service.objects.get().source_key == "A5"


def test_service_goes_out_in_national_columns_and_comes_back_unchanged(world: Records) -> None:
    world.served(world.vera, 2.5)
    out = io.BytesIO()
    sheet = SHEETS["service-records"]
    (row,) = sheet.rows(world.keeper)
    assert (row["name"], row["hours"], row["source"], row["title"]) == (world.vera.name, 2.5, "本系统", "逢6上街")
    assert sheet.starred(row)["name"] != world.vera.name and not list(sheet.rows(world.other_leader))
    export(sheet, sheet.rows(world.keeper), out)
    out.seek(0)
    report = run_import(sheet, out, partial=False, dry_run=False, by=world.keeper, at=NOW)
    assert report.saved and report.unchanged == 1, report.rejected
    assert Service.objects.count() == 1


def test_trainings_and_commendations_come_in_and_out(world: Records) -> None:
    training = f"志愿者编号,培训名称,主要内容,培训日期,学习时长（小时）,培训人,记录单位,对应的培训科目\n{world.vera.number},急救培训,心肺复苏,2026-11-01,2,周老师,{world.station.name},急救培训\n"
    assert taken("trainings", training, world.keeper).created == 1 and taken("trainings", training, world.keeper).unchanged == 1
    assert (Training.objects.get().minutes, Training.objects.get().course) == (120, "first_aid")
    honour = f"志愿者编号,姓名,表彰奖励名称,授予日期,授予单位,记录单位\n{world.vera.number},{world.vera.name},优秀志愿者,2026-11-01,市文明办,{world.issuer.code}\n"
    assert taken("commendations", honour, world.keeper).created == 1 and Commendation.objects.count() == 1
    for name in ("trainings", "commendations"):
        out = io.BytesIO()
        export(SHEETS[name], SHEETS[name].rows(world.keeper), out)
        out.seek(0)
        assert run_import(SHEETS[name], out, partial=False, dry_run=False, by=world.keeper, at=NOW).unchanged == 1
