"""Tens of thousands of volunteers from the national system: known again by document or national number, never doubled, and nobody
brought back who was erased."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.kernel.actions import Conflict, Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.volunteers.actions.erasing import national_hash
from yipanqi.volunteers.actions.filling import ADULT, AlreadyEntered, age_of, numbers, plain_name, settle
from yipanqi.volunteers.documents import BadDocument
from yipanqi.volunteers.models import Consent, ConsentText, Gone, Membership, Volunteer
from yipanqi.volunteers.selectors import identity_hash, known_people
from yipanqi.volunteers.states import MembershipState, VolunteerState

#: Columns that an import writes on rows that are there.
WRITTEN = (
    "name", "sex", "born_on", "document", "issued_by", "id_number", "id_hash", "phone", "phone_hash", "area", "party_member", "skills",
    "emergency", "national_number", "registered_on", "state",
)  # fmt: skip
#: What somebody with an account looks after alone; an import fills it only where it is empty.
THEIRS = ("phone", "area", "skills", "emergency")
PLAIN = ("name", "document", "issued_by", "id_number", "born_on", "sex", "phone", "area", "skills", "emergency")


class TwoEntries(Conflict):
    """Document and national number belong to two entries."""

    message = gettext_lazy("证件号码和全国系统编号分别属于两份登记，请先核对、合并")


@dataclass
class _Batch:
    """What a batch of rows found and makes."""

    at: dt.datetime
    by_hash: dict[str, Volunteer]
    by_number: dict[str, Volunteer]
    gone: set[str]
    new: list[tuple[Volunteer, Mapping[str, Any]]] = field(default_factory=list)
    changed: dict[int, Volunteer] = field(default_factory=dict)
    kinds: list[tuple[Volunteer, Iterable[Any]]] = field(default_factory=list)
    teams: list[tuple[Volunteer, Any]] = field(default_factory=list)
    agreed: list[Volunteer] = field(default_factory=list)

    @property
    def on(self) -> dt.date:
        return timezone.localdate(self.at)


@action(private=("rows",))
def save_volunteers(_nothing: None, *, rows: Sequence[Mapping[str, Any]], by: Actor, at: dt.datetime) -> list[str | Exception]:
    """Write many volunteers at once. Fields are those of the entry, `national_number`, `registered_on`, `kinds`, `team` and
    `guardian_agreed`; blank ones say nothing, starred ones leave what is stored.

    Answers each row with "created", "updated", "unchanged" or the refusal; whoever was erased stays so ("unchanged").
    """
    plain = [_plain(row) for row in rows]
    hashes = [_hash_of(row) for row in plain]
    by_hash, by_number = known_people([digest for digest in hashes if digest], [row["national_number"] for row in plain if row.get("national_number")])
    marks = {digest for digest in hashes if digest} | {national_hash(row["national_number"]) for row in plain if row.get("national_number")}
    gone = set(Gone.objects.filter(identity_hash__in=marks).values_list("identity_hash", flat=True))
    batch = _Batch(at, by_hash, by_number, gone)
    outcomes: list[str | Exception] = []
    for row, digest in zip(plain, hashes, strict=True):
        try:
            outcomes.append(_take(batch, row, digest))
        except Refused as refusal:
            outcomes.append(refusal)
    _write(batch)
    return outcomes


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a row says; blank and starred cells say nothing."""
    return {key: value for key, value in row.items() if value not in (None, "", [], ()) and not (isinstance(value, str) and "*" in value)}


def _hash_of(row: Mapping[str, Any]) -> str:
    try:
        return identity_hash(row.get("document", "id"), row["id_number"], row.get("issued_by", "")) if row.get("id_number") else ""
    except BadDocument:
        return ""


def _take(batch: _Batch, row: dict[str, Any], digest: str) -> str:
    """Put one row on its volunteer, new or stored."""
    number = row.get("national_number", "")
    if (digest and digest in batch.gone) or (number and national_hash(number) in batch.gone):
        return "unchanged"
    named, numbered = batch.by_hash.get(digest) if digest else None, batch.by_number.get(number) if number else None
    if named is not None and numbered is not None and named is not numbered:
        raise TwoEntries(field="id_number")
    person = named or numbered
    if person is not None and named is None and person.id_hash and digest and digest != person.id_hash:
        raise TwoEntries(field="id_number")
    if person is not None and number and person.national_number not in ("", number):
        raise TwoEntries(field="national_number")
    if person is None:
        person, outcome = _new(batch, row, number), "created"
    else:
        outcome = _known(batch, person, row, number)
    if digest:
        batch.by_hash[digest] = person
    if number:
        batch.by_number[number] = person
    if row.get("kinds") and (outcome == "created" or person.user_id is None):
        batch.kinds.append((person, row["kinds"]))
    if row.get("team"):
        batch.teams.append((person, row["team"]))
    return outcome


def _new(batch: _Batch, row: dict[str, Any], number: str) -> Volunteer:
    if not row.get("id_number") and not number:
        raise Refused(_("证件号码和全国系统编号至少要有一个"), field="id_number")
    person = Volunteer(source=Volunteer.Source.NATIONAL, national_number=number, entered_at=batch.at)
    document = row.get("document", "id") if row.get("id_number") else Volunteer.Document.NONE
    settle(person, {"name": "", **{key: row[key] for key in PLAIN if key in row}, "document": document}, batch.on)
    person.party_member = bool(row.get("party_member"))
    age = age_of(person, batch.on) if person.born_on else None
    person.registered_on = min(row.get("registered_on") or batch.on, batch.on)
    person.state = VolunteerState.REGISTERED
    if age is not None and age < ADULT:
        if row.get("guardian_agreed"):
            batch.agreed.append(person)
        else:
            person.state, person.registered_on = VolunteerState.CONSENT, None
    batch.new.append((person, row))
    return person


def _known(batch: _Batch, person: Volunteer, row: dict[str, Any], number: str) -> str:
    """Fill and correct a stored row, or one that stood further up in the same file."""
    if not person.is_live:
        return "unchanged"
    before = _state(person)
    own = person.user_id is not None
    fields = {key: row[key] for key in PLAIN if key in row and not (own and key in THEIRS and getattr(person, key))}
    if person.id_hash and not row.get("id_number"):
        for key in ("document", "issued_by", "born_on", "sex"):
            fields.pop(key, None)
    elif row.get("id_number"):
        fields.setdefault("document", person.document if person.id_hash else "id")
    elif "document" in fields:
        fields["document"] = Volunteer.Document.NONE
    settle(person, {**fields, "name": plain_name(row.get("name", person.name))}, batch.on)
    person.national_number = person.national_number or number
    person.party_member = row.get("party_member", person.party_member)
    if person.registered_on and row.get("registered_on"):
        person.registered_on = min(person.registered_on, row["registered_on"])
    if person.state == VolunteerState.CONSENT and row.get("guardian_agreed"):
        person.state, person.registered_on = VolunteerState.REGISTERED, row.get("registered_on") or batch.on
        batch.agreed.append(person)
    if _state(person) == before:
        return "unchanged"
    if person.pk is not None:
        batch.changed[person.pk] = person
    return "updated"


def _state(person: Volunteer) -> tuple[Any, ...]:
    return tuple(getattr(person, f"{name}_id" if name == "area" else name) for name in WRITTEN)


def _write(batch: _Batch) -> None:
    for (person, _row), number in zip(batch.new, numbers(len(batch.new)) if batch.new else (), strict=True):
        person.number = number
    try:
        with transaction.atomic():
            Volunteer.objects.bulk_create([person for person, _row in batch.new], batch_size=500)
            if batch.changed:
                Volunteer.objects.bulk_create(batch.changed.values(), update_conflicts=True, unique_fields=["id"], update_fields=WRITTEN, batch_size=500)
    except IntegrityError as error:
        raise AlreadyEntered(_("导入时有人用同一份证件注册，请重新导入")) from error
    through = Volunteer.kinds.through
    links = {(person.pk, kind.pk) for person, kinds in batch.kinds for kind in kinds}
    through.objects.bulk_create([through(volunteer_id=person, servicekind_id=kind) for person, kind in sorted(links)], batch_size=1000, ignore_conflicts=True)
    _write_teams(batch)
    Consent.objects.bulk_create([
        Consent(volunteer=person, kind=ConsentText.Kind.GUARDIAN, how=Consent.How.IMPORTED, given_at=batch.at) for person in batch.agreed
    ], batch_size=500)  # fmt: skip


def _write_teams(batch: _Batch) -> None:
    wanted = {(person.pk, team.pk): person for person, team in batch.teams if person.state == VolunteerState.REGISTERED}
    if not wanted:
        return
    here = Membership.objects.filter(volunteer_id__in=[pk for pk, _team in wanted], state__in=(MembershipState.ASKED, MembershipState.MEMBER))
    known = set(here.values_list("volunteer_id", "team_id"))
    Membership.objects.bulk_create([
        Membership(volunteer_id=pk, team_id=team, state=MembershipState.MEMBER, asked_at=batch.at, since=person.registered_on or batch.on)
        for (pk, team), person in sorted(wanted.items(), key=lambda item: item[0]) if (pk, team) not in known
    ], batch_size=1000)  # fmt: skip
