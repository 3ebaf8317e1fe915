"""What volunteers change themselves, what a keeper corrects, and what is revealed one at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Conflict, Refused, action
from yipanqi.kernel.actors import SYSTEM, Actor
from yipanqi.people import actions as people
from yipanqi.volunteers.actions.filling import FREE, IDENTITY, age_of, save_once, settle, today_of
from yipanqi.volunteers.models import Consent, ConsentText, Volunteer


@action(private=("fields",))
def change_own(person: Volunteer, *, fields: Mapping[str, Any], by: Actor, at: dt.datetime) -> Volunteer:
    """Change what is one's own to change: telephone, area, skills, kinds of service, times, emergency contact. Name, document and
    birth date are corrected on request.

    Raises:
        Refused: a field is wrong, or is not one's own to change.
        Conflict: the entry is closed.
    """
    _must_be_live(person)
    if strange := set(fields) - {*FREE, "kinds"}:
        raise Refused(_("姓名、证件和出生日期请申请更正"), field=sorted(strange)[0])
    settle(person, fields, today_of(at))
    if not person.phone and person.user_id is not None and not person.user.appointments.exists():  # type: ignore[union-attr]
        raise Refused(_("请填写手机号"), field="phone")
    person.save()
    if "kinds" in fields:
        person.kinds.set(fields["kinds"])
    return person


@action(private=("fields",))
def correct(person: Volunteer, *, fields: Mapping[str, Any], why: str, by: Actor, at: dt.datetime) -> Volunteer:
    """A keeper corrects an entry, with a reason that the journal keeps.

    Raises:
        Refused: a field is wrong, or no reason.
        AlreadyEntered: the document is somebody else's.
        Conflict: the entry is closed.
    """
    _must_be_live(person)
    if not why.strip():
        raise Refused(_("请写明更正的原因"), field="why")
    apply_correction(person, fields, at)
    return person


def apply_correction(person: Volunteer, fields: Mapping[str, Any], at: dt.datetime) -> None:
    """Write corrected fields, and the name of the account with them."""
    settle(person, fields, today_of(at))
    if set(fields) & {*IDENTITY[1:]}:
        age_of(person, today_of(at))
    save_once(person)
    if "kinds" in fields:
        person.kinds.set(fields["kinds"])
    if person.user is not None and person.user.name != person.name and not person.user.appointments.exists():
        people.change_user(person.user, name=person.name, by=SYSTEM, at=at)


def _must_be_live(person: Volunteer) -> None:
    if not person.is_live:
        raise Conflict(_("这份登记已经停用，不能更改"))


@action
def reveal_phone(person: Volunteer, *, by: Actor, at: dt.datetime) -> str:
    """One volunteer's telephone number in full; the journal keeps who looked, and the volunteer sees it."""
    return person.phone


@action
def reveal_id(person: Volunteer, *, by: Actor, at: dt.datetime) -> str:
    """One volunteer's document number in full; the journal keeps who looked, and the volunteer sees it."""
    return person.id_number


@action
def reveal_guardian(person: Volunteer, *, by: Actor, at: dt.datetime) -> str:
    """Name and telephone of the guardian who consented last, and the emergency contact; the journal keeps who looked."""
    last = Consent.objects.filter(volunteer=person, kind=ConsentText.Kind.GUARDIAN, given_at__isnull=False).order_by("-given_at").first()
    told = [f"{last.guardian_name} {last.phone}"] if last else []
    return _("；").join([*told, *([person.emergency] if person.emergency else [])])


@action
def look_at_kept(person: Volunteer, *, by: Actor, at: dt.datetime) -> Volunteer:
    """Everything kept about somebody is downloaded: by themselves, the guardian, or the centre on their word."""
    return person
