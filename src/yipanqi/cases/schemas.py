"""What the API takes and gives about cases and reports."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from functools import cache
from typing import Any, Literal
from uuid import UUID

import orjson
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field

from yipanqi.cases import selectors
from yipanqi.cases.models import Case, CaseMove, Source
from yipanqi.cases.move_schemas import fields_of
from yipanqi.cases.states import State
from yipanqi.kernel.api import ListParams
from yipanqi.kernel.machine import OpenMove
from yipanqi.kernel.moves import MoveOut, moves_out
from yipanqi.kernel.moves import field as told
from yipanqi.places.selectors import board_map
from yipanqi.standards.selectors import class_of

Position = tuple[float, float]


class Named(Schema):
    """Another thing by its code."""

    code: str
    name: str


class CaseRow(Schema):
    """A case in a list. Positions are [lon, lat]."""

    number: str
    title: str
    state: State
    state_title: str
    source: Source
    severity: int
    issue_class: Named | None = Field(None, alias="class", serialization_alias="class", description="code is the class's key")
    unit: Named | None
    place: Named | None
    area: Named | None
    address: str
    position: Position | None
    found_at: dt.datetime
    reported_at: dt.datetime
    due_at: dt.datetime | None
    stage_due_at: dt.datetime | None
    resolved_at: dt.datetime | None
    closed_at: dt.datetime | None
    overdue: bool = Field(description="open, not suspended, and `stage_due_at` is past")
    on_the_spot: bool
    rework: int


class AssignmentOut(Schema):
    """One unit's share."""

    unit: Named
    role: str
    state: str
    dispatched_at: dt.datetime
    due_at: dt.datetime | None
    signed_at: dt.datetime | None
    resolved_at: dt.datetime | None
    what_was_done: str
    outcome: str


class StageOut(Schema):
    """A stage as a clock: accept, dispatch, sign, ruling, step (of the mending), handle (the whole of it), verify.

    `due_at` is null while the clock stands still; then `left` is what remains in units of `clock`.
    """

    name: str
    title: str
    started_at: dt.datetime
    due_at: dt.datetime | None
    ended_at: dt.datetime | None
    late: bool
    left: float | None
    clock: str


class PhotoFlagOut(Schema):
    """Something to look at about a photo; a hint with its reason, no verdict."""

    photo: UUID
    kind: Literal["same_as_before", "used_elsewhere", "taken_before_hand_over", "taken_long_before", "far_away"]
    text: str
    case: str | None = Field(None, description="number of the other case, if the caller may see it")


class CaseOut(CaseRow):
    """A case with everything the caller may see of it."""

    description: str
    requirements: str
    closing_condition: str
    external_ref: str
    accepted_at: dt.datetime | None
    dispatched_at: dt.datetime | None
    first_signed_at: dt.datetime | None
    first_reply_at: dt.datetime | None
    suspended_at: dt.datetime | None
    review_on: dt.date | None
    clock: str
    time_left: float | None = Field(description="amount of `clock` left: now, or when the clock was stopped")
    confirmations: int
    disputes: int
    extensions: int
    rebounds: int
    merged_into: str | None
    rebound_of: str | None
    version: int
    stages: list[StageOut]
    assignments: list[AssignmentOut]
    moves: list[MoveOut]
    photo_flags: list[PhotoFlagOut] | None = Field(
        None, description="for those who may verify the case, when it is read on its own; null for others and in answers of moves"
    )


class EventOut(Schema):
    """A line of the thread."""

    verb: str
    source: str
    target: str
    at: dt.datetime
    actor: str
    unit: Named | None
    note: str
    data: dict[str, Any]


class SimilarOut(Schema):
    """A case near by."""

    case: CaseRow
    distance_m: float


class CaseFilters(Schema):
    """Filters of cases; several values are separated by commas."""

    state: str | None = Field(None, max_length=200, description="states, or `open`")
    issue_class: str | None = Field(None, alias="class", max_length=400, description="class keys or codes")
    unit: str | None = Field(None, max_length=400)
    place: str | None = Field(None, max_length=400)
    area: str | None = Field(None, max_length=400, description="area codes; areas below are included")
    source: str | None = Field(None, max_length=200)
    severity: str | None = Field(None, max_length=20)
    found_from: dt.date | None = None
    found_to: dt.date | None = Field(None, description="last day, included")
    due_before: dt.datetime | dt.date | None = None
    overdue: bool | None = Field(None, description="open, not suspended, and the present stage's deadline is past")
    bbox: str | None = Field(None, pattern=r"^-?\d{1,3}(\.\d+)?(,-?\d{1,3}(\.\d+)?){3}$", description="west,south,east,north")
    cell: str | None = Field(None, max_length=16, description="an H3 cell of resolution 9 or coarser")
    q: str | None = Field(None, max_length=100)


class CaseParams(CaseFilters, ListParams):
    """Filters of the list."""


class ClusterParams(CaseFilters):
    """Filters, the box in view (`bbox`: cells in it are counted whole), and how coarse: a resolution, or the map's zoom."""

    resolution: int | None = Field(None, ge=0, le=9)
    zoom: float = Field(11, ge=0, le=24, description="of a web map; ignored where a resolution is given")


class ClusterOut(Schema):
    """A cell, the middle of the cases in it, how many there are and how many of them are overdue."""

    cell: str
    position: Position
    count: int
    overdue: int


class Clusters(Schema):
    """At most 400 cells, the fullest first; a coarser resolution than asked for where there would be more.

    Open cases are counted as they stand. `counted`: those at an end come from counters that lag a minute. `since`: no
    counter fits the filters, so of those at an end only what was found after this moment is counted.
    """

    resolution: int
    items: list[ClusterOut]
    since: dt.datetime | None
    counted: bool


class CaseIn(Schema):
    """A problem as the desk, an inspector or a grid worker enters it."""

    model_config = ConfigDict(extra="forbid")
    source: Source
    description: str = Field(min_length=1, max_length=5_000)
    title: str = Field("", max_length=120)
    issue_class: str | None = Field(None, alias="class", description="class key or code")
    severity: int | None = Field(None, ge=1, le=4)
    place: str | None = Field(None, description="place code")
    position: Position | None = Field(None, description="[lon, lat]")
    address: str = Field("", max_length=200)
    check_item: str | None = Field(None, description="check item code of the current edition")
    found_at: AwareDatetime | None = None
    external_ref: str = Field("", max_length=60)
    photos: list[UUID] = Field([], max_length=9)


class ReportIn(Schema):
    """A resident's report."""

    model_config = ConfigDict(extra="forbid")
    text: str = Field(min_length=1, max_length=5_000)
    position: Position | None = Field(None, description="[lon, lat]; in forms as `lon` and `lat`")
    place: str | None = Field(None, max_length=40, description="place code")
    address: str = Field("", max_length=200)
    issue_class: str | None = Field(None, alias="class", max_length=80)
    contact_name: str = Field("", max_length=40)
    contact_phone: str = Field("", max_length=30)
    photos: list[UUID] = Field([], max_length=9, description="photos sent before to /photos; in forms the files themselves")


class ReportMade(Schema):
    """How to follow a report."""

    code: str
    track_url: str


class ReportStep(Schema):
    """Something that happened on the way, without names of persons."""

    title: str
    at: dt.datetime


class ReportOut(Schema):
    """Progress of a report, without personal data."""

    code: str
    sent_at: dt.datetime
    state: State
    state_title: str
    steps: list[ReportStep]
    unit: str | None
    due_at: dt.datetime | None
    answer: str
    answered_at: dt.datetime | None
    rating: int | None
    moves: list[MoveOut]


class RatingIn(Schema):
    """How satisfied the resident is, 1 to 5."""

    model_config = ConfigDict(extra="forbid")
    rating: int = Field(ge=1, le=5)
    note: str = Field("", max_length=300)


class AnswerIn(Schema):
    """The office's answer to a resident."""

    model_config = ConfigDict(extra="forbid")
    text: str = Field(min_length=1, max_length=5_000)


# ----- rendering -----


def named(thing: Any, code: str = "code") -> dict[str, str] | None:
    """Code and name of a related thing."""
    return {"code": getattr(thing, code), "name": str(getattr(thing, "name", thing))} if thing is not None else None


def case_row(case: Case, now: dt.datetime | None = None) -> dict[str, Any]:
    """A case for a list. Classes and areas are known by heart; the place and the unit are read unless they are at hand."""
    told = {name: getattr(case, name) for name in PLAIN}
    area = board_map().area_by_id.get(case.area_id) if case.area_id else None
    told |= {"class": named(class_of(case.issue_class_id), "key"), "unit": named(case.unit), "place": named(case.place), "area": named(area)}
    return _completed(told, case.lon, case.lat, now or timezone.now())


#: What a list shows of a case as it stands, and of what it points at: (name in the answer, path to its code, path to its name).
PLAIN = (
    "number", "title", "state", "source", "severity", "address", "found_at", "reported_at", "due_at", "stage_due_at", "resolved_at", "closed_at",
    "on_the_spot", "rework",
)  # fmt: skip
POINTERS = (
    ("class", "issue_class__key", "issue_class__name"), ("unit", "unit__code", "unit__name"), ("place", "place__code", "place__name"),
    ("area", "area__code", "area__name"),
)  # fmt: skip
COLUMNS = (*PLAIN, "id", "lon", "lat", *(path for _name, *paths in POINTERS for path in paths))


def listed_row(row: dict[str, Any], now: dt.datetime) -> dict[str, Any]:
    """`case_row` from the values of `COLUMNS`: a list needs no whole cases, classes and boundaries."""
    told = {name: row[name] for name in PLAIN}
    for name, code, title in POINTERS:
        told[name] = None if row[code] is None else {"code": row[code], "name": row[title]}
    return _completed(told, row["lon"], row["lat"], now)


def written(answer: dict[str, Any]) -> bytes:
    """An answer of plain values as JSON, the moments as everywhere in the API: UTC, to the millisecond."""
    return orjson.dumps(answer, default=_moment, option=orjson.OPT_PASSTHROUGH_DATETIME)


def _moment(value: Any) -> str:
    if not isinstance(value, dt.datetime):
        return _day(value)
    return f"{value.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec='milliseconds' if value.microsecond else 'auto')}Z"


def _day(value: Any) -> str:
    if not isinstance(value, dt.date):
        raise TypeError(type(value).__name__)
    return value.isoformat()


@cache
def _state_titles(_language: str | None) -> dict[str, str]:
    return {state.value: str(state.label) for state in State}


def _completed(told: dict[str, Any], lon: float | None, lat: float | None, now: dt.datetime) -> dict[str, Any]:
    told["state_title"] = _state_titles(get_language())[told["state"]]
    told["position"] = None if lon is None or lat is None else (lon, lat)
    told["overdue"] = selectors.is_overdue(told["state"], told["stage_due_at"], now)
    return told


def case_out(case: Case, moves: list[OpenMove], now: dt.datetime, flags: list[selectors.PhotoFlag] | None = None) -> dict[str, Any]:
    """A case with its shares and moves, and what is told about its photos."""
    plain = (
        "description", "requirements", "closing_condition", "external_ref", "accepted_at", "dispatched_at", "first_signed_at",
        "first_reply_at", "suspended_at", "review_on", "confirmations", "disputes", "extensions", "rebounds", "version",
    )  # fmt: skip
    shares = selectors.live(case)
    return {
        **case_row(case, now), **{name: getattr(case, name) for name in plain}, "clock": case.handle_clock,
        "time_left": selectors.time_left(case, now), "merged_into": case.merged_into.number if case.merged_into else None,
        "rebound_of": case.rebound_of.number if case.rebound_of else None,
        "stages": [asdict(stage) for stage in selectors.stages(case, now)],
        "assignments": [
            {"unit": named(a.unit), "role": a.role, "state": a.state, "dispatched_at": a.dispatched_at, "due_at": a.due_at,
             "signed_at": a.signed_at, "resolved_at": a.resolved_at, "what_was_done": a.what_was_done, "outcome": a.outcome}
            for a in shares
        ],
        "moves": moves_out(moves, {m.name: fields_of(m.name) for m in moves}),
        "photo_flags": None if flags is None else [flag._asdict() for flag in flags],
    }  # fmt: skip


class ContactOut(Schema):
    """Who sent a report in, as they told it; that it was looked at stands in the journal."""

    name: str
    phone: str


def rating_move(why_not: str) -> dict[str, Any]:
    """What a resident may do with a report: rate it, once there is something to rate. `why_not` is "" where it may."""
    fields = [told("rating", _("满意度（1 至 5）"), "integer", required=True), told("note", _("补充说明"))]
    return {"name": "rate", "title": _("评价"), "allowed": not why_not, "why_not": why_not or None, "fields": fields}


def event_out(move: CaseMove) -> dict[str, Any]:
    """A line of the thread. What was suggested to the desk stays with the desk."""
    data = {name: value for name, value in move.data.items() if name != "suggested"}
    return {
        "verb": move.verb, "source": move.source, "target": move.target, "at": move.at,
        "actor": move.actor.name if move.actor else move.actor_key.partition(":")[0], "unit": named(move.unit), "note": move.note, "data": data,
    }  # fmt: skip

