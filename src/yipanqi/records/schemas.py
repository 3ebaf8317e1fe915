"""What the API tells and takes of records. Volunteers are named by their number, never by name."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from ninja import Schema
from pydantic import Field

from yipanqi.kernel.api import ListParams
from yipanqi.kernel.moves import MoveOut, field, moves_out
from yipanqi.records.models import Amendment, Certificate, Star
from yipanqi.records.states import AMENDMENT, CERTIFICATE, STAR

TEXT = r"^[^\x00]*$"
WHY = field("why", _("理由"), required=True)
FIELDS: dict[str, list[dict[str, Any]]] = {
    **dict.fromkeys(("refuse_star", "keep_star", "withdraw_star", "refuse_certificate", "keep_certificate", "revoke_certificate"), [WHY]),
    "issue_certificate": [field("handler", _("经办人"), required=True)], "decline_amendment": [field("answer", _("不予更正的理由"), required=True)],
    "propose_amendment": [field("changes", _("更正内容"), "object", required=True)],
}  # fmt: skip


class CheckParams(Schema):
    number: str = Field(min_length=3, max_length=80, pattern=TEXT)
    code: str = Field(min_length=4, max_length=12, pattern=TEXT)


class CheckOut(Schema):
    """What a stranger may know of a certificate. `being_checked`: the record behind it was corrected, its issuer looks at it."""

    number: str
    name: str = Field(description="the family name and stars")
    minutes: int
    issuer: str
    issued_on: dt.date
    state: str
    being_checked: bool
    revoked_on: dt.date | None


class StandingOut(Schema):
    """What all service of a volunteer comes to; `grade` is the highest star had under the rules in use."""

    volunteer: str
    minutes: int
    services: int
    first_on: dt.date | None
    last_on: dt.date | None
    grade: int
    next_grade: int | None
    next_minutes: int | None


class StepOut(Schema):
    grade: int
    minutes: int


class TableOut(Schema):
    """The rules of a set in force from a day on."""

    scheme: str
    name: str
    from_on: dt.date
    in_use: bool
    steps: list[StepOut]


class EntryOut(Schema):
    """Something recorded. Fields of other kinds of entries are left empty."""

    kind: str
    uuid: UUID
    volunteer: str
    issuer: str
    on: dt.date
    title: str
    minutes: int | None
    detail: str
    by: str = Field(description="who was in charge, taught, granted or judged")
    valid_until: dt.date | None
    origin: str
    struck: bool


class EntryParams(ListParams):
    volunteer: str = Field("", max_length=20, pattern=TEXT)
    issuer: str = Field("", max_length=50, pattern=TEXT)


class StateParams(ListParams):
    state: str = Field("", max_length=12, pattern=r"^[a-z]*$")
    volunteer: str = Field("", max_length=20, pattern=TEXT)


class StarOut(Schema):
    uuid: UUID
    volunteer: str
    scheme: str
    grade: int
    needed: int
    minutes: int
    station: str | None
    state: str
    short: bool
    asked_at: dt.datetime
    decided_at: dt.datetime | None
    why: str
    moves: list[MoveOut]


class CertificateOut(Schema):
    uuid: UUID
    volunteer: str
    issuer: str
    state: str
    number: str | None
    code: str
    minutes: int
    digest: str
    from_on: dt.date | None
    to_on: dt.date | None
    asked_at: dt.datetime
    issued_at: dt.datetime | None
    shown_until: dt.date | None
    broken: bool
    why: str
    pdf_url: str | None
    moves: list[MoveOut]


class AmendmentOut(Schema):
    """`changes`: by field what stood there and what should; {"strike": true} strikes the entry out."""

    uuid: UUID
    volunteer: str
    issuer: str
    kind: str
    entry: UUID
    state: str
    reason: str
    changes: dict[str, Any]
    answer: str
    asked_at: dt.datetime
    decided_at: dt.datetime | None
    moves: list[MoveOut]


class AskStarIn(Schema):
    volunteer: str = Field(max_length=20, pattern=TEXT)
    scheme: str = Field("", max_length=30, pattern=r"^[-a-zA-Z0-9_]*$")


class AskCertificateIn(Schema):
    volunteer: str = Field(max_length=20, pattern=TEXT)
    issuer: str = Field(max_length=50, pattern=TEXT)
    from_on: dt.date | None = None
    to_on: dt.date | None = None
    note: str = Field("", max_length=200, pattern=TEXT)


class AskAmendmentIn(Schema):
    kind: str = Field(pattern=r"^(service|training|commendation|evaluation)$")
    entry: UUID
    reason: str = Field(min_length=1, max_length=200, pattern=TEXT)


class MoveIn(Schema):
    """The body of any move; each takes the fields that it names."""

    why: str = Field("", max_length=200, pattern=TEXT)
    handler: str = Field("", max_length=40, pattern=TEXT)
    answer: str = Field("", max_length=200, pattern=TEXT)
    changes: dict[str, Any] = {}


class TrainingIn(Schema):
    issuer: str = Field(max_length=50, pattern=TEXT)
    volunteers: list[str] = Field(min_length=1, max_length=300)
    name: str = Field(min_length=1, max_length=80, pattern=TEXT)
    content: str = Field(min_length=1, max_length=300, pattern=TEXT)
    minutes: int = Field(ge=1, le=12_000)
    trainer: str = Field(min_length=1, max_length=80, pattern=TEXT)
    on: dt.date
    course: str = Field("", max_length=40, pattern=r"^[-a-zA-Z0-9_]*$")
    valid_until: dt.date | None = None


def star_out(star: Star, actor: Any) -> dict[str, Any]:
    """One star; `volunteer` and `station` should be joined."""
    return {
        "uuid": star.uuid, "volunteer": star.volunteer.number, "scheme": star.scheme, "grade": star.grade, "needed": star.needed, "minutes": star.minutes,
        "station": star.station.code if star.station else None, "state": star.state, "short": star.short_since is not None, "asked_at": star.asked_at,
        "decided_at": star.decided_at, "why": star.why, "moves": moves_out(STAR.open_moves(star, actor), FIELDS),
    }  # fmt: skip


def certificate_out(one: Certificate, actor: Any) -> dict[str, Any]:
    """One certificate; `volunteer` and `issuer` should be joined."""
    printable = bool(one.number) and one.erased_at is None
    return {
        "uuid": one.uuid, "volunteer": one.volunteer.number, "issuer": one.issuer.code, "state": one.state, "number": one.number, "code": one.code, "minutes": one.minutes,
        "digest": one.digest, "from_on": one.from_on, "to_on": one.to_on, "asked_at": one.asked_at, "issued_at": one.issued_at, "shown_until": one.shown_until,
        "broken": one.broken_since is not None, "why": one.why, "pdf_url": f"/records/certificates/{one.uuid}/certificate.pdf" if printable else None,
        "moves": moves_out(CERTIFICATE.open_moves(one, actor), FIELDS),
    }  # fmt: skip


def amendment_out(one: Amendment, actor: Any) -> dict[str, Any]:
    """One correction; all that it points to should be joined."""
    kind = next(name for name in ("service", "training", "commendation", "evaluation") if getattr(one, f"{name}_id"))
    return {
        "uuid": one.uuid, "volunteer": one.volunteer.number, "issuer": one.issuer.code, "kind": kind, "entry": one.entry.uuid, "state": one.state, "reason": one.reason,
        "changes": one.changes, "answer": one.answer, "asked_at": one.asked_at, "decided_at": one.decided_at, "moves": moves_out(AMENDMENT.open_moves(one, actor), FIELDS),
    }  # fmt: skip


def entry_out(kind: str, row: Any) -> dict[str, Any]:
    """One entry of any kind; `volunteer` and `issuer` should be joined."""
    told = {
        "service": lambda: (row.title, row.content, row.in_charge), "training": lambda: (row.name, row.content, row.trainer),
        "commendation": lambda: (row.name, "", row.granted_by), "evaluation": lambda: (row.quality, row.words, row.evaluator),
    }[kind]  # fmt: skip
    title, detail, by = told()
    return {
        "kind": kind, "uuid": row.uuid, "volunteer": row.volunteer.number, "issuer": row.issuer.code, "on": row.on, "title": title, "detail": detail, "by": by,
        "minutes": getattr(row, "minutes", None), "valid_until": getattr(row, "valid_until", None), "origin": getattr(row, "origin", ""), "struck": row.struck_at is not None,
    }  # fmt: skip
