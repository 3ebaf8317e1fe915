"""What the API takes and gives about activities, shifts, sign-ups, swaps and series."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Annotated, Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field

from yipanqi.activities.models import Activity, Level, Series, Shift, SignUp, Swap
from yipanqi.activities.recurrence import words
from yipanqi.activities.states import ActivityState, SeriesState, ShiftState, SignUpState, SwapState
from yipanqi.kernel.api import ListParams
from yipanqi.kernel.moves import MoveOut, field, moves_out

#: Texts have no NUL, which databases refuse.
NO_NUL = r"^[^\x00]*$"
Code = Annotated[str, Field(max_length=40, pattern=NO_NUL)]
Line = Annotated[str, Field(max_length=200, pattern=NO_NUL)]
Whole = Annotated[str, Field(max_length=2000, pattern=NO_NUL)]
Name = Annotated[str, Field(min_length=1, max_length=40, pattern=NO_NUL)]
Spot = Annotated[str, Field(max_length=120, pattern=NO_NUL)]
Title = Annotated[str, Field(min_length=1, max_length=80, pattern=NO_NUL)]
Note = Annotated[str, Field(max_length=300, pattern=NO_NUL)]
Why = Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL)]
What = Annotated[str, Field(min_length=1, max_length=60, pattern=NO_NUL)]
Measure = Annotated[str, Field(min_length=1, max_length=12, pattern=NO_NUL)]
Told = Annotated[str, Field(min_length=1, max_length=2000, pattern=NO_NUL)]
VolunteerNumber = Annotated[str, Field(max_length=20, pattern=NO_NUL)]
Moment = Annotated[AwareDatetime, Field(ge=dt.datetime(1990, 1, 1, tzinfo=dt.UTC), le=dt.datetime(2110, 1, 1, tzinfo=dt.UTC))]
Number = Annotated[int, Field(ge=0, le=1_000_000)]
Position = tuple[Annotated[float, Field(ge=-180, le=180)], Annotated[float, Field(ge=-90, le=90)]]


class Strict(Schema):
    model_config = ConfigDict(extra="forbid")


class RoleIn(Strict):
    name: Name
    limit: int = Field(ge=0, le=5000)
    min_age: int = Field(0, ge=0, le=70)
    training: Code = ""


class RoleOut(RoleIn):
    """A role of a shift, how many have a place and how many wait."""

    signed: int
    waiting: int


class ShiftIn(Strict):
    starts_at: Moment
    ends_at: Moment
    place_name: Spot = ""
    place: Code = Field("", description="code of a place, such as a crossing")
    position: Position | None = None
    roles: list[RoleIn] = Field(min_length=1, max_length=30)


class ShiftOut(Schema):
    """A shift; `version` grows with every change."""

    uuid: UUID
    activity: str
    title: str
    state: ShiftState
    starts_at: dt.datetime
    ends_at: dt.datetime
    place_name: str
    place: str | None
    position: list[float] | None
    briefed_at: dt.datetime | None
    cancelled_why: str
    version: int
    roles: list[RoleOut]


class ShiftDetail(ShiftOut):
    moves: list[MoveOut]


class ActivityOut(Schema):
    """An activity. Of `places` in its shifts, `signed` are taken; nobody's name stands in it."""

    code: str
    title: str
    title_en: str
    kind: str
    theme: str
    level: Level
    state: ActivityState
    state_title: str
    team: str | None
    station: str | None
    brand: str | None
    series: UUID | None
    area: str | None
    address: str
    position: list[float] | None
    starts_at: dt.datetime
    ends_at: dt.datetime
    min_age: int
    training: str
    places: int
    signed: int
    waiting: int


class ResultOut(Schema):
    what: str
    quantity: float
    unit: str
    estimated: bool


class ActivityDetail(ActivityOut):
    """As in the list, with what it is about, what came of it, and what may be done next."""

    about: str
    about_en: str
    risks: str
    insured: bool
    briefed_at: dt.datetime | None
    cancelled_why: str
    report: str
    beneficiaries: int | None
    beneficiaries_estimated: bool
    results: list[ResultOut]
    moves: list[MoveOut]


class ActivityParams(ListParams):
    state: ActivityState | None = None
    level: Level | None = None
    kind: Code = ""
    team: Code = ""
    station: Code = ""
    brand: Code = ""
    series: UUID | None = None
    area: Code = ""
    since: dt.date | None = None
    until: dt.date | None = None


class DescribedIn(Strict):
    title: Title
    kind: Code
    level: Level
    brand: Code = ""
    about: Whole = ""
    risks: Note = ""
    address: Line = ""
    area: Code = ""
    place: Code = ""
    position: Position | None = None
    min_age: int = Field(0, ge=0, le=70)
    training: Code = ""
    insurance: Spot = ""
    title_en: Spot = ""
    about_en: Whole = ""


class ActivityIn(DescribedIn):
    """A new activity of a team or a station."""

    team: Code = ""
    station: Code = ""
    starts_at: Moment
    ends_at: Moment
    shifts: list[ShiftIn] = Field([], max_length=200)


class WhyIn(Strict):
    why: Why


class BriefIn(Strict):
    text: Annotated[str, Field(min_length=1, max_length=300, pattern=NO_NUL)]


class ResultIn(Strict):
    what: What
    quantity: float = Field(ge=0, le=1e9)
    unit: Measure
    estimated: bool = False


class ReportIn(Strict):
    report: Told
    beneficiaries: Number | None = None
    beneficiaries_estimated: bool = False
    results: list[ResultIn] = Field([], max_length=40)


class CorrectIn(ReportIn):
    why: Why


class SignUpIn(Strict):
    """Signing up oneself; a leader writes down what a volunteer said with `volunteer` (number) and `said_how`."""

    role: Name
    volunteer: VolunteerNumber = ""
    said_how: SignUp.Said | None = None


class WithdrawIn(Strict):
    said_how: SignUp.Said | None = None


class SwapIn(Strict):
    volunteer: VolunteerNumber = Field("", description="number of the one to whom the place is handed over")
    theirs: UUID | None = Field(None, description="the other's sign-up, where shifts are exchanged")


class SignUpOut(Schema):
    """A sign-up, for the volunteer and those who run the activity."""

    uuid: UUID
    shift: UUID
    activity: str
    role: str
    volunteer: str
    state: SignUpState
    state_title: str
    said_by_leader: bool
    signed_at: dt.datetime
    moved_up_at: dt.datetime | None
    why: str
    moves: list[MoveOut]


class SignUpParams(ListParams):
    shift: UUID | None = None
    state: SignUpState | None = None


class ShiftParams(ListParams):
    activity: Code = ""
    since: Moment | None = None
    until: Moment | None = None


class SwapOut(Schema):
    uuid: UUID
    sign_up: UUID
    theirs: UUID | None
    state: SwapState
    asked_at: dt.datetime
    moves: list[MoveOut]


class SeriesOut(Schema):
    """A recurring activity; `rule` is a part of iCalendar, `words` says it."""

    uuid: UUID
    title: str
    state: SeriesState
    rule: str
    words: str
    starts_on: dt.date
    ends_on: dt.date | None
    team: str | None
    station: str | None


WHY = [field("why", _("原因"), required=True)]
REPORT = [field("report", _("活动小结"), required=True), field("beneficiaries", _("受益人数"), "integer"), field("beneficiaries_estimated", _("受益人数是估计的"), "boolean"), field("results", _("成果"), "object")]
SHIFT_FIELDS = [field("starts_at", _("开始时间"), "datetime", required=True), field("ends_at", _("结束时间"), "datetime", required=True), field("roles", _("岗位"), "object", required=True), field("place_name", _("集合地点")), field("place", _("点位"), "code"), field("position", _("位置"), "position")]
SAID = field("said_how", _("本人如何告知"), "choice", choices=SignUp.Said.choices)
ACTIVITY_FIELDS = {
    "change_activity": [field("title", _("活动名称"), required=True), field("kind", _("服务类别"), "code", required=True), field("level", _("层级"), "choice", required=True, choices=Level.choices), field("about", _("活动内容")), field("address", _("地点")), field("min_age", _("最低年龄"), "integer"), field("insurance", _("保险"))],
    "add_shift": SHIFT_FIELDS, "close_activity": REPORT, "correct_report": [*REPORT, *WHY], "cancel_activity": WHY,
}  # fmt: skip
SHIFT_MOVES = {
    "sign_up": [field("role", _("岗位"), required=True), field("volunteer", _("志愿者编号")), SAID], "change_shift": SHIFT_FIELDS,
    "brief_shift": [field("text", _("安全交底内容"), required=True)], "cancel_shift": WHY,
}  # fmt: skip
SIGN_UP_FIELDS = {"withdraw": [SAID], "remove_sign_up": WHY, "ask_swap": [field("theirs", _("换成谁的班次"), "code"), field("volunteer", _("让给谁"))]}


def _position(thing: Any) -> list[float] | None:
    return [thing.lon, thing.lat] if thing.lon is not None and thing.lat is not None else None


def activity_out(row: Activity) -> dict[str, Any]:
    """One activity, read with `with_places`."""
    names = ("code", "title", "title_en", "level", "state", "address", "starts_at", "ends_at", "min_age", "training")
    return {name: getattr(row, name) for name in names} | {
        "kind": row.kind.key, "theme": row.kind.theme, "state_title": row.get_state_display(), "team": row.team.code if row.team else None,
        "station": row.station.code if row.station else None, "brand": row.brand.code if row.brand else None, "series": row.series.uuid if row.series else None,
        "area": row.area.code if row.area else None, "position": _position(row), "places": row.n_places, "signed": row.n_signed, "waiting": row.n_waiting,  # type: ignore[attr-defined]
    }  # fmt: skip


def activity_detail(row: Activity, actor: Any) -> dict[str, Any]:
    """One activity with its moves."""
    names = ("about", "about_en", "risks", "briefed_at", "cancelled_why", "report", "beneficiaries", "beneficiaries_estimated")
    results = [{"what": one.what, "quantity": float(one.quantity), "unit": one.unit, "estimated": one.estimated} for one in row.results.all()]
    told = {"insured": bool(row.insurance), "results": results, "moves": moves(row, actor, ACTIVITY_FIELDS)}
    return activity_out(row) | {name: getattr(row, name) for name in names} | told


def moves(thing: Any, actor: Any, fields: dict[str, list[dict[str, Any]]], only: Iterable[str] | None = None) -> list[dict[str, Any]]:
    """What may be done next; nothing for those without an account."""
    return moves_out(thing.machine.open_moves(thing, actor, only), fields) if actor.is_authenticated else []


def shift_out(row: Shift) -> dict[str, Any]:
    """One shift with its roles."""
    names = ("uuid", "state", "starts_at", "ends_at", "place_name", "briefed_at", "cancelled_why", "version")
    roles = [{"name": one.name, "limit": one.limit, "min_age": one.min_age, "training": one.training, "signed": one.n_signed, "waiting": one.n_waiting} for one in row.role_list]  # type: ignore[attr-defined]
    return {name: getattr(row, name) for name in names} | {"activity": row.activity.code, "title": row.activity.title, "place": row.place.code if row.place else None, "position": _position(row), "roles": roles}


def sign_up_out(row: SignUp, actor: Any) -> dict[str, Any]:
    """One sign-up with its moves."""
    names = ("uuid", "state", "said_by_leader", "signed_at", "moved_up_at", "why")
    only = [verb for verb in row.machine.moves if verb != "move_up"]
    return {name: getattr(row, name) for name in names} | {
        "shift": row.shift.uuid, "activity": row.shift.activity.code, "role": row.role.name, "volunteer": row.volunteer.number, "state_title": row.get_state_display(),
        "moves": moves(row, actor, SIGN_UP_FIELDS, only),
    }  # fmt: skip


def swap_out(row: Swap, actor: Any) -> dict[str, Any]:
    """One swap with its moves."""
    return {"uuid": row.uuid, "sign_up": row.sign_up.uuid, "theirs": row.theirs.uuid if row.theirs else None, "state": row.state, "asked_at": row.asked_at, "moves": moves(row, actor, {})}


def series_out(row: Series) -> dict[str, Any]:
    """One series."""
    names = ("uuid", "title", "state", "rule", "starts_on", "ends_on")
    return {name: getattr(row, name) for name in names} | {"words": words(row.rule), "team": row.team.code if row.team else None, "station": row.station.code if row.station else None}
