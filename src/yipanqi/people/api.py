"""Units and the caller's own account for programs, under /api/v1/."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from yipanqi.kernel.api import PROBLEMS, Listing, ListParams, listing
from yipanqi.people import selectors
from yipanqi.people.models import Role, Unit, UnitKind, User

router = Router(tags=["people"])


class UnitOut(Schema):
    """A unit; it is known by its code everywhere."""

    code: str
    name: str
    short_name: str
    kind: UnitKind
    parent: str | None = Field(description="Code of the unit above.")
    department_type: str
    area_code: str = Field(description="Division code of the area it answers for by default; empty for none.")
    phone: str = Field(description="Duty telephone of the unit.")
    dissolved_on: date | None = Field(description="First day on which the unit is no more; null for none.")


class UnitParams(ListParams):
    """Filters of the list of units."""

    kind: UnitKind | None = None
    q: str = Field("", max_length=80, description="Part of the name, short name or code.")
    parent: str = Field("", max_length=40, description="Code of the unit above.")
    dissolved: bool = Field(False, description="Units dissolved by today too.")


class PostOut(Schema):
    """An appointment of today."""

    role: Role
    title: str
    unit: str = Field(description="Code of the unit.")
    unit_name: str


class MeOut(Schema):
    """Who the caller is and in which roles."""

    username: str
    name: str
    language: str
    roles: list[Role]
    appointments: list[PostOut]


def unit_out(unit: Unit) -> dict[str, Any]:
    """The JSON of a unit."""
    fields = ("code", "name", "short_name", "kind", "department_type", "area_code", "phone", "dissolved_on")
    return {field: getattr(unit, field) for field in fields} | {"parent": unit.parent.code if unit.parent else None}


@router.get("/units", response={200: Listing[UnitOut], **PROBLEMS}, operation_id="people.units", summary="单位")
def units(request: HttpRequest, params: Query[UnitParams]) -> dict[str, Any]:
    """Units in the order of their codes."""
    found = selectors.filtered_units(selectors.visible_units(request.user), q=params.q, kind=params.kind or "", dissolved=params.dissolved)
    if params.parent:
        found = found.filter(parent__code=params.parent)
    return listing(found.select_related("parent"), ("code",), params, unit_out)


@router.get("/units/{code}", response={200: UnitOut, **PROBLEMS}, operation_id="people.unit", summary="一个单位")
def unit(request: HttpRequest, code: str) -> dict[str, Any]:
    """One unit, dissolved ones included."""
    found = selectors.visible_units(request.user).select_related("parent").filter(code=code).first()
    if found is None:
        raise Http404(_("没有这个单位"))
    return unit_out(found)


@router.get("/me", response={200: MeOut, **PROBLEMS}, operation_id="people.me", summary="我是谁")
def me(request: HttpRequest) -> dict[str, Any]:
    """The account behind the token or session, with today's appointments."""
    user = request.user
    assert isinstance(user, User)
    posts = [{"role": p.role, "title": str(Role(p.role).label), "unit": p.unit.code, "unit_name": p.unit.name} for p in user.current]
    return {"username": user.username, "name": user.name, "language": user.language, "roles": sorted(user.roles), "appointments": posts}
