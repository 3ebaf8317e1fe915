"""What the API says of those who help; things are known by their codes."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from ninja import Schema
from pydantic import ConfigDict, Field

from yipanqi.kernel.api import ListParams
from yipanqi.teams.models import Brand, Organisation, ServiceKind, Station, Team

Code = Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")]
Words = Annotated[str, Field(max_length=1000, pattern=r"^[^\x00]*$")]


class KindOut(Schema):
    """A kind of service."""

    key: str
    name: str
    theme: ServiceKind.Theme
    theme_name: str
    min_age: int
    insured: bool
    training: str = Field(description="key of the training it needs; empty for none")
    retired_on: dt.date | None = Field(description="first day on which it is offered no more")


class StationOut(Schema):
    """A centre, office, station or point."""

    code: str
    name: str
    level: Station.Level
    parent: str | None
    unit: str | None
    area: str | None
    address: str
    position: list[float] | None = Field(description="[lon, lat], WGS 84")
    hours: str
    phone: str
    opened_on: dt.date | None
    closed_on: dt.date | None = Field(description="first day on which it is no more")


class OrganisationOut(Schema):
    """An organisation; whom to call is not told here."""

    code: str
    name: str
    kind: Organisation.Kind
    social: bool
    credit_code: str
    unit: str | None
    area: str | None
    founded_on: dt.date
    ended_on: dt.date | None
    incubated_by: str | None
    incubated_from: dt.date | None
    incubated_until: dt.date | None


class TeamOut(Schema):
    """A team."""

    code: str
    name: str
    kind: Team.Kind
    parent: str | None
    organisation: str | None
    station: str | None
    unit: str | None
    area: str | None
    kinds: list[str] = Field(description="keys of kinds of service")
    intro: str
    position: list[float] | None
    founded_on: dt.date
    ended_on: dt.date | None


class BrandOut(Schema):
    """A brand project."""

    code: str
    name: str
    kind: str
    team: str | None
    station: str | None
    intro: str
    started_on: dt.date
    ended_on: dt.date | None


class RegisterParams(ListParams):
    """What every list here is filtered by."""

    q: str = Field("", max_length=80, description="part of the name, or the whole code")
    ended: bool = Field(False, description="those that have ended too")


class KindParams(RegisterParams):
    theme: ServiceKind.Theme | None = None


class StationParams(RegisterParams):
    level: Station.Level | None = None
    parent: str = Field("", max_length=40)
    area: str = Field("", max_length=15, description="with all areas below it")


class OrganisationParams(RegisterParams):
    kind: Organisation.Kind | None = None
    area: str = Field("", max_length=15)
    social: bool = Field(False, description="public-benefit organisations of society only")
    incubating: bool = Field(False, description="those looked after today only")


class TeamParams(RegisterParams):
    kind: Team.Kind | None = None
    parent: str = Field("", max_length=40)
    organisation: str = Field("", max_length=40)
    station: str = Field("", max_length=40)
    service: str = Field("", max_length=40, description="key of a kind of service")
    area: str = Field("", max_length=15)


class BrandParams(RegisterParams):
    service: str = Field("", max_length=40, description="key of a kind of service")


class Body(Schema):
    """What is written; names that are left out stay as they are, unknown ones are an error."""

    model_config = ConfigDict(extra="forbid")


class TeamFacts(Body):
    """A team; links are codes, `kinds` keys of kinds of service."""

    name: Words = ""
    kind: Team.Kind = Team.Kind.SERVICE
    parent: Code | None = None
    organisation: Code | None = None
    station: Code | None = None
    unit: Code | None = None
    area: Code | None = None
    kinds: list[Code] = []
    intro: Words = ""
    position: tuple[float, float] | None = None
    founded_on: dt.date | None = None


class TeamIn(TeamFacts):
    """A new team; without a code it gets the next number."""

    code: Code = ""
    name: Words
    kind: Team.Kind
    founded_on: dt.date


class EndIn(Body):
    """The first day on which something is no more."""

    on: dt.date


def outside(thing: Any) -> str | None:
    """What a thing is called outside."""
    return None if thing is None else getattr(thing, "code", "") or thing.key


def position(thing: Station | Team) -> list[float] | None:
    return None if thing.lon is None or thing.lat is None else [thing.lon, thing.lat]


def kind_out(kind: ServiceKind) -> dict[str, Any]:
    """The JSON of a kind of service."""
    names = ("key", "name", "theme", "min_age", "insured", "training", "retired_on")
    return {name: getattr(kind, name) for name in names} | {"theme_name": kind.get_theme_display()}


def station_out(station: Station) -> dict[str, Any]:
    """The JSON of a station."""
    plain = {name: getattr(station, name) for name in ("code", "name", "level", "address", "hours", "phone", "opened_on", "closed_on")}
    return plain | {name: outside(getattr(station, name)) for name in ("parent", "unit", "area")} | {"position": position(station)}


def organisation_out(one: Organisation) -> dict[str, Any]:
    """The JSON of an organisation."""
    names = ("code", "name", "kind", "social", "credit_code", "founded_on", "ended_on", "incubated_from", "incubated_until")
    return {name: getattr(one, name) for name in names} | {name: outside(getattr(one, name)) for name in ("unit", "area", "incubated_by")}


def team_out(team: Team) -> dict[str, Any]:
    """The JSON of a team."""
    plain = {name: getattr(team, name) for name in ("code", "name", "kind", "intro", "founded_on", "ended_on")}
    links = {name: outside(getattr(team, name)) for name in ("parent", "organisation", "station", "unit", "area")}
    return plain | links | {"kinds": [kind.key for kind in team.kinds.all()], "position": position(team)}


def brand_out(brand: Brand) -> dict[str, Any]:
    """The JSON of a brand project."""
    plain = {name: getattr(brand, name) for name in ("code", "name", "intro", "started_on", "ended_on")}
    return plain | {name: outside(getattr(brand, name)) for name in ("kind", "team", "station")}
