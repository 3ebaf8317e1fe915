"""What the API takes and gives about attendances and their corrections."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field

from yipanqi.activities.models import Absence, Attendance, Correction
from yipanqi.activities.models.attendance import How
from yipanqi.activities.states import AttendanceState, CorrectionState
from yipanqi.kernel.api import ListParams
from yipanqi.kernel.moves import MoveOut, field, moves_out

Text = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]
Short = Annotated[str, Field(max_length=20, pattern=r"^[^\x00]*$")]
Position = tuple[Annotated[float, Field(ge=-180, le=180)], Annotated[float, Field(ge=-90, le=90)]]


class Strict(Schema):
    model_config = ConfigDict(extra="forbid")


class AttendanceParams(ListParams):
    """Filters of the list; days are days of service."""

    state: AttendanceState | None = None
    activity: Short = ""
    shift: UUID | None = None
    volunteer: Short = ""
    since: dt.date | None = None
    until: dt.date | None = None


class AttendanceOut(Schema):
    """Who was there, by number. `minutes` is null while the times are not certain."""

    uuid: UUID
    shift: UUID
    activity: str
    title: str
    volunteer: str
    role: str
    state: AttendanceState
    how: How
    walk_in: bool
    in_at: dt.datetime | None
    out_at: dt.datetime | None
    minutes: int | None
    served_on: dt.date


class AttendanceDetail(AttendanceOut):
    """An attendance and what the caller may do with it next."""

    confirmed_at: dt.datetime | None
    settled_at: dt.datetime | None
    moves: list[MoveOut]


class SignIn(Strict):
    """What shows that somebody is there: the digits on the leader's phone, or a position, which is compared and not kept."""

    code: Short = ""
    position: Position | None = None


class NoteIn(Strict):
    """Whom the leader writes down; `when` where it is not now."""

    volunteer: Short
    when: AwareDatetime | None = None


class AbsenceIn(Strict):
    sign_up: UUID
    reason: Literal["told", "ill", "work", "traffic", "unknown"]


class SignUpIn(Strict):
    sign_up: UUID


class AbsenceOut(Schema):
    sign_up: UUID
    reason: str | None


class RenewedOut(Schema):
    """Since when the shift shows other codes; the codes themselves are for the leader's page."""

    shift: UUID
    since: dt.datetime


class ConfirmIn(Strict):
    in_at: AwareDatetime
    out_at: AwareDatetime


class CorrectionIn(Strict):
    """The right times, or that it never was."""

    reason: Text
    in_at: AwareDatetime | None = None
    out_at: AwareDatetime | None = None
    void: bool = False


class AnswerIn(Strict):
    answer: Text = ""


class CorrectionParams(ListParams):
    state: CorrectionState | None = None


class CorrectionOut(Schema):
    """A correction: what it should be, why, and what came of it."""

    uuid: UUID
    attendance: UUID
    state: CorrectionState
    reason: str
    in_at: dt.datetime | None
    out_at: dt.datetime | None
    void: bool
    asked_at: dt.datetime
    decided_at: dt.datetime | None
    answer: str
    minutes_before: int | None
    minutes_after: int | None


class CorrectionDetail(CorrectionOut):
    moves: list[MoveOut]


FIELDS = {
    "confirm_attendance": [field("in_at", _("签到时间"), "datetime", required=True), field("out_at", _("签退时间"), "datetime", required=True)],
    "ask_correction": [
        field("reason", _("更正理由"), required=True), field("in_at", _("正确的签到时间"), "datetime"), field("out_at", _("正确的签退时间"), "datetime"),
        field("void", _("没有参加，作废这条记录"), "boolean"),
    ],
    "agree_correction": [field("answer", _("审核意见"))], "decline_correction": [field("answer", _("审核意见"), required=True)],
}  # fmt: skip
#: Moves that people make; hours settle by themselves.
MOVES = ("confirm_attendance", "ask_correction")


def attendance_out(row: Attendance) -> dict[str, Any]:
    """A row of the list."""
    return {
        "uuid": row.uuid, "shift": row.shift.uuid, "activity": row.shift.activity.code, "title": row.shift.activity.title, "volunteer": row.volunteer.number,
        "role": row.role.name if row.role else "", "state": row.state, "how": row.how, "walk_in": row.walk_in, "in_at": row.in_at, "out_at": row.out_at,
        "minutes": row.minutes, "served_on": row.served_on,
    }  # fmt: skip


def attendance_detail(row: Attendance, user: Any) -> dict[str, Any]:
    """An attendance with its moves."""
    moves = moves_out(row.machine.open_moves(row, user, MOVES), FIELDS)
    return attendance_out(row) | {"confirmed_at": row.confirmed_at, "settled_at": row.settled_at, "moves": moves}


def correction_out(row: Correction) -> dict[str, Any]:
    """A row of the list of corrections."""
    names = ("uuid", "state", "reason", "in_at", "out_at", "void", "asked_at", "decided_at", "answer", "minutes_before", "minutes_after")
    return {name: getattr(row, name) for name in names} | {"attendance": row.attendance.uuid}


def correction_detail(row: Correction, user: Any) -> dict[str, Any]:
    """A correction with its moves."""
    return correction_out(row) | {"moves": moves_out(row.machine.open_moves(row, user), FIELDS)}


def absence_out(sign_up: Any, absence: Absence | None) -> dict[str, Any]:
    """Whether somebody did not come."""
    return {"sign_up": sign_up.uuid, "reason": absence.reason if absence else None}
