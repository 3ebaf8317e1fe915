"""How a new city gets the first person who can sign in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.kernel.actions import action
from yipanqi.kernel.actors import Actor
from yipanqi.people.actions.accounts import add_user, reset_password
from yipanqi.people.actions.board import add_unit, appoint
from yipanqi.people.models import Role, Unit, UnitKind, User, standing

OFFICE_CODE = "office"


@dataclass(frozen=True)
class Opened:
    """A new account with its one-time password, which is told here only."""

    about: User
    password: str = field(repr=False)


@action(private=("name",))
def open_administrator(_none: None, *, username: str, by: Actor, at: dt.datetime, name: str = "") -> Opened:
    """Open the account of a system administrator, appointed at the city's office, with a one-time password.

    The office is the first unit of that kind. A board without one gets it, under the code "office": a sheet of units
    that uses this code renames it instead of adding a second office.

    Raises:
        UsernameTaken: the account exists already.
        Refused: the user name is not usable.
    """
    person = add_user(None, username=username, name=name.strip() or _("系统管理员"), by=by, at=at)
    appoint(person, unit=_office(by, at), role=Role.ADMIN, by=by, at=at)
    return Opened(person, reset_password(person, by=by, at=at))


def _office(by: Actor, at: dt.datetime) -> Unit:
    found = Unit.objects.filter(standing(timezone.localdate(at)), kind=UnitKind.OFFICE).order_by("id").first()
    if found is not None:
        return found
    name, short = _("创建全国文明城市工作办公室"), _("创城办")
    return add_unit(None, code=OFFICE_CODE, name=name, short_name=short, kind=UnitKind.OFFICE, by=by, at=at)
