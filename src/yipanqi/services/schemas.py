"""What programs are told of offers and orders, and what they send."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _
from ninja import Field, Schema
from pydantic import AwareDatetime

from yipanqi.kernel.api import ListParams
from yipanqi.kernel.moves import MoveOut, field
from yipanqi.services.models import Form, Item, Offer, Part, Request
from yipanqi.services.states import OfferState, RequestState

CLEAN = r"^[^\x00]*$"
PARTY = Field(description='as "team:CODE" or "station:CODE"', max_length=60, pattern=CLEAN)
REASON = [field("reason", _("原因"), required=True)]
MOVE_FIELDS: dict[str, list[dict[str, Any]]] = {
    "make_order": [field("plan", _("服务方案"), required=True), field("item", _("归到菜单项目"), "code")],
    "decline": REASON, "refuse": REASON, "give_back": REASON, "give_up": REASON,
    "cancel": [field("reason", _("原因"))], "recall": [field("reason", _("原因"))],
    "dispatch": [field("party", _("派给"), "code", required=True)], "grab": [field("party", _("哪支队伍接"), "code", required=True), field("meet_at", _("约定时间"), "datetime")],
    "accept": [field("meet_at", _("约定时间"), "datetime")], "join_activity": [field("activity", _("活动编号"), "code", required=True)],
    "report_service": [
        field("started_at", _("开始时间"), "datetime", required=True), field("ended_at", _("结束时间"), "datetime", required=True),
        field("helpers", _("参加服务的人数"), "integer", required=True), field("served", _("受益人数"), "integer", required=True),
        field("served_estimated", _("受益人数为估计"), "boolean"), field("text", _("服务情况"), required=True), field("lines", _("数量"), "object"),
    ],
    "rate": [field("rating", _("评价"), "integer", required=True), field("note", _("评价留言"))], "reply_to_rating": [field("text", _("回复"), required=True)],
    "complain": [field("text", _("投诉内容"), required=True)], "answer_complaint": [field("text", _("答复"), required=True)],
}  # fmt: skip


class OfferParams(ListParams):
    """Filters of offers."""

    state: OfferState | None = None
    item: str | None = Field(None, max_length=40, pattern=CLEAN)
    theme: str | None = Field(None, max_length=12, pattern=CLEAN)
    kind: str | None = Field(None, max_length=40, pattern=CLEAN)
    form: Form | None = None
    area: str | None = Field(None, max_length=15, pattern=CLEAN, description="a division's code: offers that come there")


class OfferOut(Schema):
    """What a team, a station or a lecturer gives. `hours` is a weekly pattern, 1 = Monday; empty: any time."""

    code: str
    state: OfferState
    item: str
    title: str
    sort: Item.Sort
    theme: str
    kind: str
    form: Form
    minutes: int
    for_whom: str
    private: bool
    party: str = Field(description='"team:CODE" or "station:CODE"')
    party_name: str
    lecturer: str
    capacity: int = Field(description="0: no limit")
    hours: dict[str, list[Part]]
    area: str | None
    from_on: dt.date
    until_on: dt.date | None
    note: str


class OfferDetail(OfferOut):
    moves: list[MoveOut]


class OfferTerms(Schema):
    from_on: dt.date | None = None
    until_on: dt.date | None = None
    capacity: int = Field(0, ge=0, le=100_000)
    hours: dict[str, list[Part]] = {}
    area: str | None = Field(None, max_length=15, pattern=CLEAN)
    note: str = Field("", max_length=200, pattern=CLEAN)


class OfferIn(OfferTerms):
    party: str = PARTY
    item: str = Field(max_length=40, pattern=CLEAN)
    lecturer: str | None = Field(None, max_length=40, pattern=CLEAN)


class RequestIn(Schema):
    """An order. Either `item`, or `kind` with a `text` that says what is needed."""

    item: str | None = Field(None, max_length=40, pattern=CLEAN)
    offer: str | None = Field(None, max_length=20, pattern=CLEAN)
    kind: str | None = Field(None, max_length=40, pattern=CLEAN)
    text: str = Field("", max_length=2000, pattern=CLEAN)
    people: int = Field(1, ge=1, le=100_000)
    asker: str = Field("", max_length=60, pattern=CLEAN)
    wished_from: dt.date
    wished_until: dt.date | None = None
    wished_part: Part | Literal[""] = ""
    area: str = Field(max_length=15, pattern=CLEAN)
    address: str = Field("", max_length=200, pattern=CLEAN)
    position: tuple[float, float] | None = Field(None, description="[lon, lat]")
    contact_name: str = Field("", max_length=40, pattern=CLEAN)
    contact_phone: str = Field(max_length=24, pattern=CLEAN)
    private: bool = False


class ProxyIn(RequestIn):
    phoned: bool = False


class RequestMade(Schema):
    number: str
    code: str
    track_url: str


class Progress(Schema):
    """An order as whoever has its code reads it; nothing about a person in it."""

    number: str
    code: str
    state: RequestState
    title: str
    asked_at: dt.datetime
    party: str
    meet_at: dt.datetime | None
    served_at: dt.datetime | None
    ended_why: str
    what_was_done: str
    rating: int | None
    reply: str
    moves: list[MoveOut]


class RequestParams(ListParams):
    """Filters of orders."""

    state: RequestState | None = None
    kind: str | None = Field(None, max_length=40, pattern=CLEAN)
    item: str | None = Field(None, max_length=40, pattern=CLEAN)
    area: str | None = Field(None, max_length=15, pattern=CLEAN)
    source: Request.Source | None = None


class RequestOut(Schema):
    """An order as those who work with it see it; whom it is for is told by `contact` alone."""

    number: str
    state: RequestState
    source: Request.Source
    item: str | None
    title: str
    kind: str
    private: bool
    people: int
    asker: str
    wished_from: dt.date
    wished_until: dt.date
    wished_part: Part | Literal[""]
    area: str
    station: str | None
    party: str | None
    asked_at: dt.datetime
    sent_at: dt.datetime | None
    accepted_at: dt.datetime | None
    meet_at: dt.datetime | None
    served_at: dt.datetime | None
    ended_at: dt.datetime | None
    ended_why: str
    activity: str | None
    rating: int | None


class DispatchOut(Schema):
    party: str
    name: str
    how: str
    state: str
    turn: int
    sent_at: dt.datetime
    due_at: dt.datetime
    answered_at: dt.datetime | None
    reason: str
    reasons: list[str]


class RequestDetail(RequestOut):
    text: str = Field(description="of a personal kind only for those who help")
    dispatches: list[DispatchOut]
    moves: list[MoveOut]


class ContactOut(Schema):
    name: str
    phone: str
    address: str


class ReasonIn(Schema):
    reason: str = Field(max_length=200, pattern=CLEAN)


class MaybeReasonIn(Schema):
    reason: str = Field("", max_length=200, pattern=CLEAN)


class TextIn(Schema):
    text: str = Field(min_length=1, max_length=2000, pattern=CLEAN)


class PlanIn(Schema):
    plan: str = Field(min_length=1, max_length=2000, pattern=CLEAN)
    item: str | None = Field(None, max_length=40, pattern=CLEAN)


class PartyIn(Schema):
    party: str = PARTY


class MeetIn(Schema):
    meet_at: AwareDatetime | None = None


class GrabIn(MeetIn):
    party: str = PARTY


class ActivityIn(Schema):
    activity: str = Field(max_length=30, pattern=CLEAN)


class LineIn(Schema):
    what: str = Field(max_length=40, pattern=CLEAN)
    quantity: Decimal = Field(gt=0, lt=10**8)
    unit: str = Field(max_length=10, pattern=CLEAN)


class ReportIn(Schema):
    started_at: AwareDatetime
    ended_at: AwareDatetime
    helpers: int = Field(ge=1, le=10_000)
    served: int = Field(ge=0, le=1_000_000)
    served_estimated: bool = False
    text: str = Field(min_length=1, max_length=2000, pattern=CLEAN)
    lines: list[LineIn] = Field([], max_length=20)


class RatingIn(Schema):
    rating: int = Field(ge=1, le=5)
    note: str = Field("", max_length=300, pattern=CLEAN)


class LineOut(Schema):
    number: str
    party: str
    name: str
    reasons: list[str]
    costs: dict[str, float]


class ProposalOut(Schema):
    """What the optimiser proposes; `value` is the objective of docs/adr/0029-dispatch.md, `evenness` Jain's index."""

    uuid: str
    made_at: dt.datetime
    value: float
    unassigned: int
    evenness: float
    evenness_without_fairness: float
    weights: dict[str, float]
    lines: list[LineOut]


class NumbersIn(Schema):
    numbers: list[str] | None = Field(None, description="left out: all of it", max_length=2000)


def key_of(party: Any) -> str | None:
    """A team or station as programs name it."""
    return None if party is None else f"{party._meta.model_name}:{party.code}"


def offer_out(row: Offer) -> dict[str, Any]:
    """One offer."""
    item = row.item
    return {
        "code": row.code, "state": row.state, "item": item.code, "title": item.title, "sort": item.sort, "theme": item.kind.theme, "kind": item.kind.key, "form": item.form,
        "minutes": item.minutes, "for_whom": item.for_whom, "private": item.private, "party": key_of(row.party), "party_name": row.party.name,
        "lecturer": row.lecturer.name if row.lecturer else "", "capacity": row.capacity, "hours": row.hours, "area": row.area.code if row.area else None,
        "from_on": row.from_on, "until_on": row.until_on, "note": row.note,
    }  # fmt: skip


def request_out(row: Request) -> dict[str, Any]:
    """One order in a list."""
    return {
        "number": row.number, "state": row.state, "source": row.source, "item": row.item.code if row.item else None, "title": row.item.title if row.item else row.kind.name,
        "kind": row.kind.key, "private": row.private, "people": row.people, "asker": row.asker, "wished_from": row.wished_from, "wished_until": row.wished_until,
        "wished_part": row.wished_part, "area": row.area.code, "station": row.station.code if row.station else None, "party": key_of(row.party), "asked_at": row.asked_at,
        "sent_at": row.sent_at, "accepted_at": row.accepted_at, "meet_at": row.meet_at, "served_at": row.served_at, "ended_at": row.ended_at, "ended_why": row.ended_why,
        "activity": row.activity.code if row.activity else None, "rating": row.rating,
    }  # fmt: skip
