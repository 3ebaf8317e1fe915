"""What several actions have in common: checks of words, numbers of series, who is told."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.series import next_number
from yipanqi.messaging import actions as messaging
from yipanqi.messaging.selectors import people_with
from yipanqi.people.models import Role, User
from yipanqi.services import selectors
from yipanqi.services.models import Request
from yipanqi.teams.models import Station, Team

#: Nothing that can be mistaken for another when read out on the telephone.
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8


def need(text: str, field: str, sentence: Any, most: int = 2000) -> str:
    """The text without blank ends. Raises Refused with the sentence where nothing is left, or too much."""
    text = selectors.plain(text)
    if not text:
        raise Refused(sentence, field=field)
    if len(text) > most:
        raise Refused(_("最多 %(most)d 字，请写得短一些。") % {"most": most}, field=field)
    return text


def new_number(at: dt.datetime) -> str:
    """The next number of the year's orders: D2026-000017."""
    year = timezone.localtime(at).year
    return f"D{year}-{next_number(f'services.{year}'):06d}"


def new_code() -> str:
    """A code by which an order is followed: not guessable, and new."""
    while True:
        code = "".join(secrets.choice(LETTERS) for _n in range(CODE_LENGTH))
        if not Request.objects.filter(code=code).exists():
            return code


def tell(kind: str, request: Request, people: Iterable[User], at: dt.datetime, form: str = "", mark: str = "", **facts: Any) -> None:
    """Tell people of an order: its number and what was ordered, nothing about the person. `mark` tells repeats apart."""
    what = request.item.title if request.item is not None else request.kind.name
    told = {"form": form, "number": request.number, "what": what, **facts}
    messaging.tell(None, kind=f"services.{kind}", facts=told, why=f"{kind}:{form}:{request.number}:{mark}", people=list(people), by=SYSTEM, at=at)


def centre() -> list[User]:
    """Whoever serves in the centre today."""
    return list(people_with(Role.CENTRE))


def hosts(request: Request) -> list[User]:
    """The staff of the station that looks after the order, else the centre's."""
    return list(selectors.staff_of(request.station)) or centre()


def people_for(party: Team | Station | None) -> list[User]:
    """Who answers for a party: a team's leaders, a station's staff."""
    if isinstance(party, Team):
        return list(selectors.leaders_of(party)) or list(selectors.staff_of(party.station))
    return list(selectors.staff_of(party))
