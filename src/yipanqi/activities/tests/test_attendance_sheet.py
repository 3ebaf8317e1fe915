"""Attendance lists taken in: again without doubling, nothing that overlaps, counted where the activity is closed."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.utils import timezone

from yipanqi.activities.actions.taking_in import import_attendances
from yipanqi.activities.attendance_sheet import ATTENDANCE_SHEET
from yipanqi.activities.models import Activity, Attendance
from yipanqi.activities.tests.test_attendance import close, settled
from yipanqi.activities.tests.world import DAY, HOUR, NOW, Helping, shift_of, volunteer
from yipanqi.kernel.actions import NotAllowed
from yipanqi.kernel.actors import SYSTEM
from yipanqi.sheets import export, run_import
from yipanqi.volunteers.models import Volunteer

pytestmark = pytest.mark.django_db
AFTER = NOW + 5 * DAY


@pytest.fixture
def activity() -> Activity:
    for number in ("V1", "V2"):
        volunteer(number)
    Volunteer.objects.filter(number="V2").update(national_number="620200200001")
    return Helping().activity()


def lists(*rows: tuple[str, str, str, str]) -> io.BytesIO:
    text = "项目编号,注册编号,服务开始时间,服务结束时间\n" + "\n".join(",".join(row) for row in rows)
    held = io.BytesIO(text.encode())
    held.name = "list.csv"
    return held


def taken(file: io.BytesIO) -> Any:
    return run_import(ATTENDANCE_SHEET, file, partial=True, dry_run=False, by=SYSTEM, at=AFTER)


def times(activity: Activity, minutes: int) -> tuple[str, str]:
    begins = timezone.localtime(shift_of(activity).starts_at)
    return f"{begins:%Y-%m-%d %H:%M}", f"{begins + minutes * HOUR / 60:%Y-%m-%d %H:%M}"


def test_a_list_is_taken_in_once_however_often(activity: Activity) -> None:
    rows = [(activity.code, "V1", *times(activity, 60)), (activity.code, "620200200001", *times(activity, 500))]
    assert taken(lists(*rows)).counts == {"created": 2}
    assert taken(lists(*rows)).counts == {"unchanged": 2}
    assert sorted(Attendance.objects.values_list("minutes", "state", "how")) == [(60, "done", "imported"), (120, "done", "imported")]
    close(activity, None, AFTER)
    assert sorted(settled()) == [60, 120]


def test_rows_that_cannot_be_are_refused_with_the_reason(activity: Activity) -> None:
    begins, ends = times(activity, 60)
    wrong = [
        ("none", "V1", begins, ends), (activity.code, "nobody", begins, ends), (activity.code, "V1", ends, begins),
        (activity.code, "V2", "2020-01-01 10:00", "2020-01-01 11:00"), (activity.code, "V1", begins, "2030-01-01 11:00"),
    ]  # fmt: skip
    report = taken(lists(*wrong, (activity.code, "V2", begins, ends)))
    assert report.counts == {"created": 1} and len(report.rejected) == 5
    assert len(taken(lists((activity.code, "V2", begins, times(activity, 30)[1]))).rejected) == 1


def test_nobody_is_taken_in_at_two_places_at_once(activity: Activity) -> None:
    other = Activity.objects.get(pk=activity.pk)
    second = another_at_once(activity)
    rows = [(other.code, "V1", *times(activity, 60)), (second.code, "V1", *times(activity, 30))]
    report = taken(lists(*rows))
    assert report.counts == {"created": 1} and "重叠" in str(report.rejected[0].errors)


def another_at_once(activity: Activity) -> Activity:
    """Another activity of the same team at the same time."""
    from yipanqi.activities import actions  # noqa: PLC0415  once

    shift = shift_of(activity)
    made = actions.add_activity(
        None, title="另一处", kind=activity.kind, level="station", team=activity.team, about="x", address="x", starts_at=shift.starts_at, ends_at=shift.ends_at,
        shifts=[{"starts_at": shift.starts_at, "ends_at": shift.ends_at, "roles": [{"name": "志愿者", "limit": 3}]}], by=SYSTEM, at=NOW,
    )  # fmt: skip
    return actions.open_activity(made, by=SYSTEM, at=NOW)  # type: ignore[no-any-return]


def test_of_a_closed_activity_it_counts_at_once_and_comes_out_again(activity: Activity) -> None:
    close(activity, None, AFTER)
    taken(lists((activity.code, "V1", *times(activity, 45))))
    assert settled() == [45]
    out = io.BytesIO()
    export(ATTENDANCE_SHEET, ATTENDANCE_SHEET.rows(SYSTEM), out)
    assert out.getvalue()[:2] == b"PK" and ATTENDANCE_SHEET.size(SYSTEM) == 1
    back = io.BytesIO(out.getvalue())
    back.name = "out.xlsx"
    assert taken(back).counts == {"unchanged": 1}


def test_import_by_a_leader_is_refused(activity: Activity) -> None:
    leader = activity.team.memberships.get(is_leader=True).volunteer.user  # type: ignore[union-attr]
    with pytest.raises(NotAllowed):
        import_attendances(None, rows=[], by=leader, at=AFTER)
    assert list(ATTENDANCE_SHEET.rows(leader)) == []
