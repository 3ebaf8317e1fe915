"""Volunteers for programs, under ``/api/v1/``. Personal fields only for those who may read them; numbers always starred."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from ninja import Field, Query, Router, Schema
from pydantic import StringConstraints

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.actors import Visitor
from yipanqi.kernel.api import PROBLEMS, Listing, ListParams, listing, now
from yipanqi.kernel.gates import demand
from yipanqi.kernel.moves import MoveOut, field, moves_out
from yipanqi.people.models import User
from yipanqi.places.models import Area
from yipanqi.teams.selectors import open_kinds
from yipanqi.volunteers import actions, keeping, selectors
from yipanqi.volunteers.catalogue import REGISTRATIONS
from yipanqi.volunteers.models import Volunteer
from yipanqi.volunteers.states import VOLUNTEER, VolunteerState

router = Router(tags=["volunteers"])
#: Moves that programs can make; a guardian's consent needs the guardian.
VERBS = ("approve", "decline", "leave", "take_back_leaving", "withdraw_guardian_consent")
FIELDS = {"decline": [field("why", _lazy("原因"), required=True)]}
Line = Annotated[str, StringConstraints(max_length=60, pattern=r"^[^\x00]*$")]


class VolunteerOut(Schema):
    """A volunteer. `name`, `sex`, `skills`, `availability` and `phone` (starred) are null for those who may not read them."""

    number: str
    state: VolunteerState
    name: str | None
    sex: str | None
    phone: str | None = Field(description="Starred; in full only on the page, one at a time.")
    area: str | None = Field(description="Code of the area.")
    skills: list[str] | None
    availability: dict[str, list[str]] | None = Field(description='Parts of days by weekday, as {"6": ["morning"]}.')
    kinds: list[str]
    source: str
    registered_on: dt.date | None
    ended_on: dt.date | None


class VolunteerFacts(VolunteerOut):
    """One volunteer with teams and what can be done next."""

    teams: list[str] = Field(description="Codes of the teams that the volunteer belongs to.")
    leads: list[str]
    moves: list[MoveOut]


class VolunteerParams(ListParams):
    """Filters of the list."""

    q: str = Field("", max_length=40, pattern=r"^[^\x00]*$", description="Beginning of the name, whole number, or whole telephone number.")
    state: VolunteerState | None = None
    area: str = Field("", max_length=15, pattern=r"^[^\x00]*$", description="Code of an area; those below it too.")
    team: str = Field("", max_length=40, pattern=r"^[^\x00]*$", description="Code of a team.")


class RegisterIn(Schema):
    """A registration with the real name; `agreed` to the words of the page."""

    name: Line
    document: Volunteer.Document = Volunteer.Document.ID
    id_number: Line = ""
    issued_by: Annotated[str, StringConstraints(max_length=3, pattern=r"^[A-Za-z]*$")] = ""
    born_on: dt.date | None = None
    sex: str = Field("", pattern="^[mf]?$")
    phone: Line
    area: str = Field("", max_length=15, pattern=r"^[^\x00]*$", description="Code of the area lived in.")
    kinds: list[Line] = Field([], max_length=40, description="Keys of kinds of service.")
    skills: list[Line] = Field([], max_length=40)
    availability: dict[str, list[Line]] = Field({}, max_length=7)
    party_member: bool = False
    emergency: Line = ""
    password: str = Field(min_length=10, max_length=128, pattern=r"^[^\x00]*$")
    agreed: bool


class RegisteredOut(Schema):
    """The number to sign in with. `code` is what a minor hands to the guardian; told this once."""

    number: str
    state: VolunteerState
    code: str


class WhyIn(Schema):
    why: str = Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")


class KeptOut(Schema):
    """A kind of rows kept about oneself."""

    title: str
    columns: list[str]
    rows: list[list[str]]


def volunteer_out(person: Volunteer, actor: Any, full: bool | None = None) -> dict[str, Any]:
    """The JSON of a volunteer, as far as the actor may read."""
    reads = selectors.reads_people(actor) if full is None else full
    reads = reads or person.user_id == getattr(actor, "pk", 0)
    return {
        "number": person.number, "state": person.state, "name": person.name if reads else None, "sex": person.sex if reads else None,
        "phone": person.masked_phone if reads else None, "area": person.area.code if person.area else None, "skills": person.skills if reads else None,
        "availability": person.availability if reads else None, "kinds": [kind.key for kind in person.kinds.all()], "source": person.source,
        "registered_on": person.registered_on, "ended_on": person.ended_on,
    }  # fmt: skip


def facts(person: Volunteer, actor: Any) -> dict[str, Any]:
    """One volunteer with teams and moves."""
    held = list(person.memberships.filter(state="member").select_related("team"))
    return {
        **volunteer_out(person, actor), "teams": [one.team.code for one in held], "leads": [one.team.code for one in held if one.is_leader],
        "moves": moves_out(VOLUNTEER.open_moves(person, actor, VERBS), FIELDS),
    }  # fmt: skip


def _one(request: HttpRequest, number: str) -> Volunteer:
    found = selectors.visible_to(request.user).select_related("area", "user").prefetch_related("kinds").filter(number=number).first()
    if found is None:
        raise Http404(_("没有这名志愿者，或您无权查看"))
    return found


@router.get("/volunteers", response={200: Listing[VolunteerOut], **PROBLEMS}, operation_id="volunteers.volunteers", summary="志愿者")
def volunteers(request: HttpRequest, params: Query[VolunteerParams]) -> dict[str, Any]:
    """Volunteers that the caller looks after, the newest first; a leader the members."""
    if not selectors.led_teams(request.user):
        demand(request.user, "volunteers.see_list")
    full = selectors.reads_people(request.user)
    rows = selectors.filtered(selectors.visible_to(request.user), params.dict(exclude={"limit", "cursor", "count"})).select_related("area").prefetch_related("kinds")
    return listing(rows, ("-id",), params, lambda person: volunteer_out(person, request.user, full))


@router.post("/volunteers", auth=None, response={201: RegisteredOut, **PROBLEMS}, operation_id="volunteers.register", summary="注册成为志愿者")
def register(request: HttpRequest, body: RegisterIn) -> tuple[int, dict[str, Any]]:
    """Register with the real name; minors get a code for the guardian."""
    given = body.dict(exclude={"password", "agreed", "area", "kinds"})
    _check_password(body.password, body.name)
    REGISTRATIONS.take(str(request.META.get("REMOTE_ADDR", "")), now())
    area = Area.objects.filter(code=body.area).first() if body.area else None
    if body.area and area is None:
        raise Refused(_("没有这个区划代码，请核对"), field="area")
    kinds = list(open_kinds().filter(key__in=body.kinds))
    if strange := set(body.kinds) - {kind.key for kind in kinds}:
        raise Refused(_("没有这个服务类别：%(key)s") % {"key": min(strange)[:30]}, field="kinds")
    made = actions.register(None, fields={**given, "area": area, "kinds": kinds}, password=body.password, agreed=body.agreed, by=Visitor(), at=now())
    return 201, {"number": made.volunteer.number, "state": made.volunteer.state, "code": made.code}


def _check_password(password: str, name: str) -> None:
    try:
        validate_password(password, User(name=name))
    except ValidationError as error:
        raise Refused("".join(error.messages), field="password") from error


@router.get("/volunteers/me", response={200: VolunteerFacts, **PROBLEMS}, operation_id="volunteers.me", summary="我的志愿者登记")
def me(request: HttpRequest) -> dict[str, Any]:
    """The caller's own entry."""
    own = selectors.volunteer_of(request.user)
    if own is None:
        raise Http404(_("您还没有注册为志愿者"))
    return facts(own, request.user)


@router.get("/volunteers/me/kept", response={200: list[KeptOut], **PROBLEMS}, operation_id="volunteers.kept", summary="系统里保存了我的什么")
def kept(request: HttpRequest) -> list[dict[str, Any]]:
    """Everything kept about the caller, part by part."""
    own = selectors.volunteer_of(request.user)
    if own is None:
        raise Http404(_("您还没有注册为志愿者"))
    return [
        {"title": str(part.title), "columns": [str(column) for column in part.columns], "rows": [[str(cell) for cell in row] for row in part.rows]}
        for part in keeping.everything_about(own)
    ]  # fmt: skip


@router.get("/volunteers/{number}", response={200: VolunteerFacts, **PROBLEMS}, operation_id="volunteers.volunteer", summary="一名志愿者")
def volunteer(request: HttpRequest, number: str) -> dict[str, Any]:
    """One volunteer with teams and what can be done next."""
    return facts(_one(request, number), request.user)


@router.post("/volunteers/{number}/moves/approve", response={200: VolunteerFacts, **PROBLEMS}, operation_id="volunteers.approve", summary="审核通过")
def approve(request: HttpRequest, number: str) -> dict[str, Any]:
    """A station or the centre looked at the entry."""
    return facts(actions.approve(_one(request, number), by=request.user, at=now()), request.user)


@router.post("/volunteers/{number}/moves/decline", response={200: VolunteerFacts, **PROBLEMS}, operation_id="volunteers.decline", summary="不予通过")
def decline(request: HttpRequest, number: str, body: WhyIn) -> dict[str, Any]:
    """The entry is not accepted."""
    return facts(actions.decline(_one(request, number), why=body.why, by=request.user, at=now()), request.user)


@router.post("/volunteers/{number}/moves/leave", response={200: VolunteerFacts, **PROBLEMS}, operation_id="volunteers.leave", summary="退出志愿者")
def leave(request: HttpRequest, number: str) -> dict[str, Any]:
    """Somebody stops being a volunteer."""
    return facts(actions.leave(_one(request, number), by=request.user, at=now()), request.user)


@router.post("/volunteers/{number}/moves/take_back_leaving", response={200: VolunteerFacts, **PROBLEMS}, operation_id="volunteers.take_back_leaving", summary="恢复登记")
def take_back_leaving(request: HttpRequest, number: str) -> dict[str, Any]:
    """Somebody who left comes back."""
    return facts(actions.take_back_leaving(_one(request, number), by=request.user, at=now()), request.user)


@router.post("/volunteers/{number}/moves/withdraw_guardian_consent", response={200: VolunteerFacts, **PROBLEMS}, operation_id="volunteers.withdraw_guardian_consent", summary="监护人撤回同意")
def withdraw_guardian_consent(request: HttpRequest, number: str) -> dict[str, Any]:
    """A guardian takes the consent back."""
    return facts(actions.withdraw_guardian_consent(_one(request, number), by=request.user, at=now()), request.user)


