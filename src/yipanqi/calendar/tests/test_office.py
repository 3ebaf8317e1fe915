"""What the office keeps of the working calendar: seeding, single days, hours, the sheet of days, and who may."""

from __future__ import annotations

import datetime as dt
import io

import pytest

from yipanqi.calendar.actions import clear_day, clear_hours, seed_calendar, set_day, set_hours
from yipanqi.calendar.models import CalendarDay, WorkingHours
from yipanqi.calendar.selectors import calendar_for
from yipanqi.calendar.working import CalendarError, Clock
from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.actors import SYSTEM, Visitor
from yipanqi.sheets import SHEETS, export, run_import

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 20, 1, 0, tzinfo=dt.UTC)
FRIDAY = dt.date(2031, 1, 3)


def test_seed_calendar_keeps_what_the_office_changed() -> None:
    set_day(None, day=dt.date(2026, 10, 1), is_working=True, name="加班", by=SYSTEM, at=NOW)
    first = seed_calendar(None, by=SYSTEM, at=NOW)
    assert first > 300 and seed_calendar(None, by=SYSTEM, at=NOW) == 0
    assert CalendarDay.objects.get(day=dt.date(2026, 10, 1)).name == "加班"
    assert WorkingHours.objects.get().spans == [["08:30", "12:00"], ["14:30", "18:00"]]


def test_set_day_and_clear_day_change_the_calendar_at_once() -> None:
    assert calendar_for().is_working_day(FRIDAY)
    row = set_day(None, day=FRIDAY, is_working=False, by=SYSTEM, at=NOW)
    assert not calendar_for().is_working_day(FRIDAY)
    clear_day(row, by=SYSTEM, at=NOW)
    assert calendar_for().is_working_day(FRIDAY) and not CalendarDay.objects.exists()


def test_set_hours_of_a_unit_leave_the_city_alone() -> None:
    start = dt.datetime(2031, 1, 3, 0, 0, tzinfo=dt.UTC)
    set_hours(None, unit="CGJ", spans=[["09:00", "10:00"]], by=SYSTEM, at=NOW)
    set_hours(None, unit="CGJ", spans=[["09:00", "11:00"]], by=SYSTEM, at=NOW)
    assert WorkingHours.objects.count() == 1
    assert calendar_for("CGJ").add(start, 2, Clock.WORK_HOUR).hour == 11
    assert calendar_for().add(start, 2, Clock.WORK_HOUR).hour == 10
    with pytest.raises(CalendarError, match="17:00"):
        set_hours(None, unit="CGJ", spans=[["17:00", "12:00"]], by=SYSTEM, at=NOW)


def test_clear_hours_lets_a_unit_follow_the_city_and_keeps_the_citys_year() -> None:
    own = set_hours(None, unit="CGJ", spans=[["09:00", "10:00"]], by=SYSTEM, at=NOW)
    year = set_hours(None, unit="", spans=[["08:00", "12:00"]], by=SYSTEM, at=NOW)
    clear_hours(own, by=SYSTEM, at=NOW)
    assert calendar_for("CGJ").spans(FRIDAY) == calendar_for().spans(FRIDAY)
    with pytest.raises(Refused, match="不能删除"):
        clear_hours(year, by=SYSTEM, at=NOW)
    assert WorkingHours.objects.get() == year


def test_calendar_is_not_for_everybody() -> None:
    with pytest.raises(NotAllowed):
        set_day(None, day=FRIDAY, is_working=False, by=Visitor(), at=NOW)
    with pytest.raises(NotAllowed):
        set_hours(None, unit="", spans=[], by=Visitor(), at=NOW)
    with pytest.raises(NotAllowed):
        seed_calendar(None, by=Visitor(), at=NOW)
    with pytest.raises(NotAllowed):
        clear_day(set_day(None, day=FRIDAY, is_working=False, by=SYSTEM, at=NOW), by=Visitor(), at=NOW)


def test_sheet_of_days_reads_back_what_it_wrote() -> None:
    sheet = SHEETS["calendar-days"]
    text = "日期,是否上班,名称\n2031-01-01,否,元旦\n2031-01-04,是,调休\n".encode("utf-8-sig")
    done = run_import(sheet, io.BytesIO(text), partial=False, dry_run=False, by=SYSTEM, at=NOW)
    assert (done.created, done.updated, done.unchanged, done.rejected) == (2, 0, 0, [])
    out = io.BytesIO()
    assert export(sheet, sheet.rows(SYSTEM), out, "csv") == 2
    out.seek(0)
    CalendarDay.objects.filter(name="元旦").update(name="新年")
    again = run_import(sheet, out, partial=False, dry_run=False, by=SYSTEM, at=NOW)
    assert (again.created, again.updated, again.unchanged) == (0, 1, 1)
