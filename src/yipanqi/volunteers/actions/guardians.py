"""Guardians' consent, separate from the minor's own: by a code and the own document, with the own account, or in person at a station."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.kernel.actions import Conflict, Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.events import publish
from yipanqi.kernel.personal import keyed_hash
from yipanqi.kernel.policy import policy_value
from yipanqi.people.models import User
from yipanqi.volunteers.actions.filling import ADULT, plain_name, today_of, words_of
from yipanqi.volunteers.catalogue import APPROVE_SELF, CODE_DAYS
from yipanqi.volunteers.documents import identity_of, plain_phone, read_document
from yipanqi.volunteers.events import VolunteerLeft, VolunteerRegistered
from yipanqi.volunteers.models import Consent, ConsentText, Volunteer
from yipanqi.volunteers.states import VOLUNTEER, VolunteerState

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


class WrongCode(Refused):
    """No consent waits for this code."""

    message = gettext_lazy("没有这个确认码，或者已经过期、已经用过；请让孩子登录后重新取得，或者一起到文明实践站办理")


@dataclass(frozen=True)
class Guardian:
    """Who consents: name, relation to the minor, own document, telephone. `born_on` where the document does not tell it."""

    name: str
    relation: str
    document: str
    id_number: str
    phone: str
    born_on: dt.date | None = field(default=None)
    issued_by: str = ""


def code_digest(code: str) -> str:
    """The keyed hash under which a code waits."""
    return keyed_hash(f"guardian:{code.strip().upper().replace('-', '')}")


def new_code(person: Volunteer, at: dt.datetime) -> str:
    """A code for the guardian, told this once; an older one that waits is worth nothing any more."""
    Consent.objects.filter(volunteer=person, kind=ConsentText.Kind.GUARDIAN, given_at__isnull=True).delete()
    code = "".join(secrets.choice(LETTERS) for _n in range(10))
    until = at + dt.timedelta(days=int(policy_value(CODE_DAYS.key)))
    Consent.objects.create(volunteer=person, kind=ConsentText.Kind.GUARDIAN, code_hash=code_digest(code), code_until=until)
    return code


@dataclass(frozen=True)
class Asked:
    """A guardian is asked; the code is told this once."""

    volunteer: Volunteer
    code: str

    @property
    def about(self) -> Volunteer:
        return self.volunteer


@action
def ask_guardian(person: Volunteer, *, by: Actor, at: dt.datetime) -> Asked:
    """A new code for the guardian of a minor who waits for consent. Conflict: nobody waits for it."""
    if person.state != VolunteerState.CONSENT:
        raise Conflict(_("这份登记不在等待监护人同意"))
    return Asked(person, new_code(person, at))


@action(private=("code", "guardian"))
def consent_as_guardian(_nothing: None, *, code: str, guardian: Guardian, agreed: bool, by: Actor, at: dt.datetime) -> Volunteer:
    """The guardian who was handed the code agrees, with the own document.

    Raises:
        WrongCode: no entry waits for this code, or it has expired.
        Refused: the words were not agreed to, or the guardian is no adult, or uses the child's document.
        WrongState: the entry does not wait any more.
    """
    waiting = Consent.objects.select_related("volunteer").filter(code_hash=code_digest(code), given_at__isnull=True, code_until__gt=at).first()
    if waiting is None:
        raise WrongCode(field="code")
    if not agreed:
        raise Refused(_("请阅读并单独同意监护人同意书"), field="agreed")
    person = Volunteer.objects.select_for_update().get(pk=waiting.volunteer_id)
    waiting = Consent.objects.select_for_update().filter(pk=waiting.pk, code_hash=code_digest(code)).first()
    if waiting is None:
        raise WrongCode(field="code")
    _consented(person, "consent_as_guardian", at)
    note_guardian(person, guardian, Consent.How.CODE, at, None, waiting)
    return person


@action(private=("guardian",))
def consent_at_station(person: Volunteer, *, guardian: Guardian, by: Actor, at: dt.datetime) -> Volunteer:
    """The guardian came to a station with the own document and agreed there.

    Raises:
        WrongState: the entry does not wait for consent.
        Refused: the guardian is no adult, or the document is the child's.
    """
    _consented(person, "consent_at_station", at)
    note_guardian(person, guardian, Consent.How.STATION, at, by)
    return person


def _consented(person: Volunteer, verb: str, at: dt.datetime) -> None:
    checked = person.document == Volunteer.Document.NONE or policy_value(APPROVE_SELF.key)
    known = verb == "consent_at_station" or not checked
    VOLUNTEER.move(person, verb, VolunteerState.REGISTERED if known else VolunteerState.PENDING)
    if person.state == VolunteerState.REGISTERED:
        person.registered_on = person.registered_on or today_of(at)
        publish(VolunteerRegistered(volunteer_id=person.pk, at=at))
    person.save()


@action
def withdraw_guardian_consent(person: Volunteer, *, by: Actor, at: dt.datetime) -> Volunteer:
    """A guardian takes the consent back: the minor takes no part any more until somebody consents again. WrongState: not registered."""
    VOLUNTEER.move(person, "withdraw_guardian_consent")
    person.save()
    Consent.objects.filter(volunteer=person, kind=ConsentText.Kind.GUARDIAN, given_at__isnull=False, withdrawn_at__isnull=True).update(withdrawn_at=at)
    publish(VolunteerLeft(volunteer_id=person.pk, at=at))
    return person


def note_guardian(person: Volunteer, guardian: Guardian, how: str, at: dt.datetime, taken_by: Any, waiting: Consent | None = None) -> Consent:
    """Keep a guardian's consent. Raises Refused where the guardian is not an adult other than the minor."""
    if guardian.document not in Volunteer.Document.values or guardian.document == Volunteer.Document.NONE:
        raise Refused(_("请登记监护人本人的证件"), field="guardian_document")
    known = read_document(guardian.document, guardian.id_number)
    born = known.born_on or guardian.born_on
    if keyed_hash(identity_of(guardian.document, known.number, guardian.issued_by)) == person.id_hash:
        raise Refused(_("请填写监护人的证件，不是孩子的"), field="guardian_id_number")
    on = today_of(at)
    age = None if born is None else on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    if age is None or age < ADULT:
        raise Refused(_("监护人须是成年人，请核对证件号码或出生日期"), field="guardian_id_number")
    phone = plain_phone(guardian.phone)
    if not phone:
        raise Refused(_("请填写监护人的电话"), field="guardian_phone")
    if not guardian.relation.strip():
        raise Refused(_("请填写与孩子的关系"), field="relation")
    row = waiting or Consent(volunteer=person, kind=ConsentText.Kind.GUARDIAN)
    row.text, row.how, row.given_at, row.code_hash, row.code_until = words_of(ConsentText.Kind.GUARDIAN, at), how, at, None, None
    row.guardian_name, row.relation, row.document = plain_name(guardian.name), guardian.relation.strip()[:20], guardian.document
    row.id_number, row.phone, row.taken_by = known.number, phone, taken_by if isinstance(taken_by, User) else None
    row.save()
    return row
