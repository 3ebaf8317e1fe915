"""Erasing personal data of staff whose declared term is over."""

from __future__ import annotations

import datetime as dt

from yipanqi.kernel.actions import action
from yipanqi.kernel.actors import Actor
from yipanqi.people import selectors
from yipanqi.people.models import User


@action
def erase_staff_contact(user: User, *, by: Actor, at: dt.datetime) -> User:
    """Telephone and e-mail of someone who left office more than thirty days ago are erased for good; the name stays with
    what was done. Nothing changes for anybody else."""
    if selectors.contacts_past_term(at).filter(pk=user.pk).exists():
        user.phone, user.phone_hash, user.email = "", "", ""
        user.save(update_fields=["phone", "phone_hash", "email"])
    return user
