"""Units and people in and out as sheets."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest

from yipanqi.kernel.actors import SYSTEM
from yipanqi.people.models import Appointment, Unit, User
from yipanqi.people.sheets import UNITS, USERS
from yipanqi.sheets import Report, Sheet, export, run_import
from yipanqi.sheets.tests.messy_sheets import book

from .board import NOW, unit, user

pytestmark = pytest.mark.django_db
UNIT_HEAD = ["单位编码", "单位名称", "类型", "上级单位", "值班电话"]
USER_HEAD = ["用户名", "姓名", "手机号", "单位", "角色", "任职结束"]


def load(sheet: Sheet, *rows: list[Any], partial: bool = False) -> Report:
    return run_import(sheet, book(*rows), partial=partial, dry_run=False, by=SYSTEM, at=NOW)


def round_trip(sheet: Sheet) -> Report:
    file = io.BytesIO()
    export(sheet, sheet.rows(SYSTEM), file)
    file.seek(0)
    return run_import(sheet, file, partial=False, dry_run=False, by=SYSTEM, at=NOW)


def test_units_come_in_with_parents_below_them() -> None:
    report = load(UNITS, UNIT_HEAD, ["sub", "环卫总站", "部门", "城管局", "6000001"], ["cgj", "城管局", "局", "", "6000000"])
    assert (report.saved, report.created) == (True, 2)
    assert Unit.objects.get(code="sub").parent == Unit.objects.get(code="cgj")
    again = round_trip(UNITS)
    assert (again.unchanged, again.updated, again.created) == (2, 0, 0)


def test_units_again_update_instead_of_doubling() -> None:
    load(UNITS, UNIT_HEAD, ["cgj", "城管局", "部门"])
    report = load(UNITS, UNIT_HEAD, ["cgj", "城市管理执法局", "部门"])
    assert (report.updated, Unit.objects.get().name) == (1, "城市管理执法局")


def test_units_with_an_unknown_parent_are_refused_with_the_nearest_name() -> None:
    unit("cgj", "城市管理执法局")
    report = load(UNITS, UNIT_HEAD, ["sub", "环卫总站", "部门", "城市管理局"])
    assert not report.saved
    assert "没有“城市管理局”这个单位。您是不是要填“城市管理执法局”" in report.rejected[0].errors[0][1]


def test_units_in_a_circle_are_refused() -> None:
    unit("a", "甲"), unit("b", "乙")
    report = load(UNITS, UNIT_HEAD, ["a", "甲", "部门", "乙"], ["b", "乙", "部门", "甲"])
    assert not report.saved and "上级单位不能" in report.rejected[0].errors[0][1]


def test_users_come_in_with_appointments_and_encrypted_phones() -> None:
    unit("cgj", "城市管理执法局", short_name="城管局"), unit("jyj", "教育局")
    report = load(USERS, USER_HEAD, ["wang.li", "王立", "13909371234", "城管局", "联络员"], ["wang.li", "王立", "13909371234", "教育局", "单位负责人", "2030-01-01"])
    assert (report.saved, report.created, report.updated) == (True, 1, 1)
    person = User.objects.get()
    assert person.phone == "13909371234"
    assert set(person.appointments.values_list("unit__code", "role", "ends_on")) == {("cgj", "liaison", None), ("jyj", "unit_leader", dt.date(2030, 1, 1))}


def test_users_exported_come_back_unchanged_with_starred_phones() -> None:
    unit("cgj", "城市管理执法局")
    load(USERS, USER_HEAD, ["wang.li", "王立", "13909371234", "cgj", "联络员"], ["li.si", "李四", "", "", ""])
    assert {row["phone"] for row in USERS.rows(SYSTEM)} == {"139****1234", ""}
    again = round_trip(USERS)
    assert (again.unchanged, again.created, again.updated) == (2, 0, 0)
    assert User.objects.get(username="wang.li").phone == "13909371234"
    assert Appointment.objects.count() == 1


def test_users_of_unknown_units_or_half_an_appointment_are_refused() -> None:
    unit("cgj", "城市管理执法局")
    report = load(USERS, USER_HEAD, ["a.b", "甲", "", "城市管理局", "联络员"], ["c.d", "丙", "", "cgj", ""], ["e.f", "戊", "打电话", "", ""], partial=True)
    reasons = [row.errors[0][1] for row in report.rejected]
    assert "您是不是要填“城市管理执法局”" in reasons[0] and "要么都填" in reasons[1] and "电话号码" in reasons[2]
    assert not User.objects.exists()


def test_users_ending_an_appointment_by_sheet() -> None:
    person = user("liaison")
    name = person.name
    report = load(USERS, USER_HEAD, ["liaison", name, "", "cgj", "联络员", "2030-01-01"])
    assert report.updated == 1
    assert Appointment.objects.get().ends_on == dt.date(2030, 1, 1)
    assert [row["username"] for row in USERS.rows(person)] == ["liaison"]
