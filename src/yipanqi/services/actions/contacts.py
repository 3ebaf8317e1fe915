"""Whom an order is for: looked at one at a time and never without a trace, erased when its term is over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Conflict, action
from yipanqi.kernel.actors import Actor
from yipanqi.services import selectors
from yipanqi.services.models import Request


@dataclass(frozen=True)
class Contact:
    """Name, telephone and address as they were given; each may be empty."""

    name: str
    phone: str
    address: str


@action
def reveal_contact(request: Request, *, by: Actor, at: dt.datetime) -> Contact:
    """Whom to call and where to go, in full; the journal keeps who looked and when.

    Raises:
        Conflict: erased when the term was over.
    """
    if request.erased_at is not None:
        raise Conflict(_("联系方式已按规定到期清除。"))
    return Contact(request.contact_name, request.contact_phone, request.address)


@action
def erase_contacts(_nothing: None, *, requests: Sequence[Request], by: Actor, at: dt.datetime) -> int:
    """Names, telephones, addresses and positions of ended orders are erased where their term is over, and what was written
    of a personal kind; returns how many orders."""
    due = selectors.erasable(at).filter(pk__in=[request.pk for request in requests])
    found = list(due.values_list("pk", "private"))
    Request.objects.filter(pk__in=[pk for pk, private in found if private]).update(text="")
    keep = Request.objects.filter(pk__in=[pk for pk, _private in found])
    return keep.update(contact_name="", contact_phone="", phone_hash="", address="", lon=None, lat=None, erased_at=at)


@action
def note_export(_nothing: None, *, rows: int, by: Actor, at: dt.datetime) -> None:
    """The ledger of orders left as a file: the journal keeps who took how many lines."""
