"""Erasing: whoever asks, and whoever left or never finished after the time of the policy. What is counted stays without a name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from yipanqi.kernel.actions import action
from yipanqi.kernel.actors import SYSTEM, Actor
from yipanqi.kernel.events import publish
from yipanqi.kernel.personal import keyed_hash
from yipanqi.people import actions as people
from yipanqi.volunteers.actions.filling import today_of
from yipanqi.volunteers.catalogue import ERASURES, LOCKS_FIRST
from yipanqi.volunteers.events import VolunteerLeft
from yipanqi.volunteers.models import Consent, Gone, OwnRequest, Pair, Volunteer
from yipanqi.volunteers.selectors import to_erase
from yipanqi.volunteers.states import MembershipState, VolunteerState

ERASED_NAME = "已删除"


def lock_persons(ids: Sequence[int]) -> dict[int, Volunteer]:
    """Volunteers locked in the order of their ids, after everything that apps above lock before them."""
    for _key, lock in LOCKS_FIRST.items():
        lock(sorted(ids))
    return {row.pk: row for row in Volunteer.objects.select_for_update().filter(pk__in=ids).order_by("pk")}


def national_hash(number: str) -> str:
    """The keyed hash under which a number of the national system is known to be gone."""
    return keyed_hash(f"national:{number}")


def erase_person(person: Volunteer, at: dt.datetime) -> None:
    """Erase whatever tells who a locked volunteer was, here and above; entries merged into it go with it. Number, days and what
    was done stay, to be counted. Keyed hashes remain, so that no import brings the person back."""
    for merged in Volunteer.objects.select_for_update().filter(merged_into=person).order_by("pk"):
        _blank(merged, at)
    was_live = person.is_live
    for _key, erase in ERASURES.items():
        erase(person, at)
    _blank(person, at)
    if was_live:
        publish(VolunteerLeft(volunteer_id=person.pk, at=at))


def _blank(person: Volunteer, at: dt.datetime) -> None:
    day = today_of(at)
    hashes = {person.id_hash, national_hash(person.national_number) if person.national_number else None} - {None}
    for digest in sorted(hashes):  # type: ignore[type-var]
        Gone.objects.get_or_create(identity_hash=digest, defaults={"erased_on": day})
    user = person.user
    person.state, person.ended_on, person.name, person.user = VolunteerState.ERASED, person.ended_on or day, ERASED_NAME, None
    person.sex, person.born_on, person.document, person.issued_by, person.id_number, person.id_hash = "", None, Volunteer.Document.NONE, "", "", None
    person.phone, person.phone_hash, person.emergency, person.national_number = "", "", "", ""
    person.area, person.party_member, person.skills, person.availability, person.guardian = None, False, [], {}, None
    person.save()
    person.kinds.clear()
    Consent.objects.filter(volunteer=person).delete()
    Pair.objects.filter(first=person).delete()
    Pair.objects.filter(second=person).delete()
    OwnRequest.objects.filter(volunteer=person).update(wanted="", reason="")
    person.memberships.filter(state__in=(MembershipState.ASKED, MembershipState.MEMBER)).update(state=MembershipState.ENDED, until=day, is_leader=False)
    if user is not None and not user.appointments.exists():
        people.change_user(user, name=ERASED_NAME, phone="", email="", by=SYSTEM, at=at)
        if user.is_active:
            people.deactivate_user(user, by=SYSTEM, at=at)


@action
def erase_left(_nothing: None, *, number: str, by: Actor, at: dt.datetime) -> Volunteer | None:
    """The data of somebody who left, or never finished, are erased after the time of the policy. Nothing changes for anybody else."""
    row = to_erase(at).filter(number=number).first()
    if row is None:
        return None
    person = lock_persons([row.pk])[row.pk]
    if not to_erase(at).filter(pk=person.pk).exists():
        return None
    erase_person(person, at)
    return person


@action
def forget_requests(_nothing: None, *, before: dt.datetime, by: Actor, at: dt.datetime) -> None:
    """Requests decided long ago are forgotten."""
    OwnRequest.objects.filter(decided_at__lt=before).delete()
