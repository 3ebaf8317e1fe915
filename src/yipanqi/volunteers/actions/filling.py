"""What somebody filled in, held against the rules, on the row; and the words that were agreed to."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.kernel.actions import Conflict, Refused
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.personal import keyed_hash
from yipanqi.kernel.policy import policy_value
from yipanqi.kernel.series import take_numbers
from yipanqi.people import actions as people
from yipanqi.people.models import User
from yipanqi.volunteers.catalogue import GUARDIAN_TEXT, LEAST_AGE, OWN_TEXT, SKILLS
from yipanqi.volunteers.documents import identity_of, plain_phone, read_document
from yipanqi.volunteers.models import DAYPARTS, Consent, ConsentText, Gone, Volunteer

ADULT = 18
FIRST_NUMBER = 10_000_000
#: What tells who somebody is; the rest they change as they like.
IDENTITY = ("name", "document", "issued_by", "id_number", "born_on", "sex")
FREE = ("phone", "area", "party_member", "skills", "availability", "emergency")
TEXTS = {ConsentText.Kind.OWN: OWN_TEXT, ConsentText.Kind.GUARDIAN: GUARDIAN_TEXT}
LONGEST_EMERGENCY = 60


class AlreadyEntered(Conflict):
    """The document is entered already. The sentence does not say by whom, nor whether it was really this person."""

    message = gettext_lazy("用这份证件不能再次登记：可能已经注册过，或者由别人代为登记过。忘记编号的，请带证件到就近的文明实践站查询。")


class TooYoung(Refused):
    """Below the age from which somebody may be entered, or may enter themselves."""


def settle(person: Volunteer, fields: Mapping[str, Any], on: dt.date) -> None:
    """Set fields of a row that is not saved yet, with all that follows from them. Raises Refused with the field that is wrong."""
    if unknown := set(fields) - {*IDENTITY, *FREE, "kinds"}:
        raise TypeError(f"unknown fields: {sorted(unknown)}")
    if "name" in fields:
        person.name = plain_name(fields["name"])
    if set(fields) & set(IDENTITY[1:]):
        _settle_document(person, fields, on)
    if "phone" in fields:
        person.phone = plain_phone(fields["phone"])
        if str(fields["phone"] or "").strip() and not person.phone:
            raise Refused(_("电话号码只能有数字，5 到 15 位，请核对"), field="phone")
        person.phone_hash = keyed_hash(person.phone) if person.phone else ""
    if "skills" in fields:
        person.skills = plain_skills(fields["skills"])
    if "availability" in fields:
        person.availability = plain_week(fields["availability"])
    if "emergency" in fields:
        person.emergency = str(fields["emergency"] or "").strip()[:LONGEST_EMERGENCY]
    for name in ("area", "party_member"):
        if name in fields:
            setattr(person, name, fields[name])


def plain_name(text: Any) -> str:
    """A name without stray spaces. Raises Refused when it is none."""
    name = re.sub(r"\s+", " ", str(text or "")).strip()
    if not 2 <= len(name) <= 40 or re.search(r"[0-9０-９<>@/\\]", name):
        raise Refused(_("请填写真实姓名，2 到 40 个字，不含数字和符号"), field="name")
    return name


def plain_skills(skills: Iterable[str]) -> list[str]:
    """Keys of known skills, in the order in which they are offered."""
    wanted = set(skills or ())
    if strange := wanted - set(SKILLS):
        raise Refused(_("没有这项特长：%(key)s") % {"key": sorted(map(str, strange))[0][:30]}, field="skills")
    return [key for key in SKILLS if key in wanted]


def plain_week(week: Mapping[Any, Iterable[str]] | None) -> dict[str, list[str]]:
    """A weekly pattern as stored: weekdays "1" to "7", each with its parts of the day in order; empty days are left out."""
    found: dict[str, list[str]] = {}
    for day, parts in (week or {}).items():
        named = set(parts)
        if str(day) not in "1234567" or len(str(day)) != 1 or named - {key for key, _title in DAYPARTS}:
            raise Refused(_("可服务时间填写有误，请重新选择"), field="availability")
        if named:
            found[str(day)] = [key for key, _title in DAYPARTS if key in named]
    return dict(sorted(found.items()))


def _settle_document(person: Volunteer, fields: Mapping[str, Any], on: dt.date) -> None:
    document = fields.get("document", person.document)
    if document not in Volunteer.Document.values:
        raise Refused(_("没有这种证件类型"), field="document")
    person.document = document
    if "born_on" in fields:
        person.born_on = fields["born_on"]
    if "sex" in fields:
        person.sex = fields["sex"] if fields["sex"] in Volunteer.Sex.values else ""
    if document == Volunteer.Document.NONE:
        person.id_number, person.id_hash, person.issued_by = "", None, ""
    elif {"id_number", "document", "issued_by"} & set(fields):
        _settle_number(person, fields.get("id_number", person.id_number), fields.get("issued_by", person.issued_by))
    if person.born_on is not None and not dt.date(1900, 1, 1) <= person.born_on <= on:
        raise Refused(_("出生日期不对，请核对"), field="born_on")


def _settle_number(person: Volunteer, text: str, issued_by: str) -> None:
    known = read_document(person.document, text)
    person.issued_by = issued_by.strip().upper() if person.document == Volunteer.Document.PASSPORT else ""
    if person.document == Volunteer.Document.PASSPORT and not re.fullmatch(r"[A-Z]{3}", person.issued_by):
        raise Refused(_("请填写护照上印的签发国三个字母，例如 CHN"), field="issued_by")
    person.id_number = known.number
    person.id_hash = keyed_hash(identity_of(person.document, known.number, person.issued_by))
    person.born_on = known.born_on or person.born_on
    person.sex = known.sex or person.sex


def age_of(person: Volunteer, on: dt.date) -> int:
    """Full years. Raises Refused where the birth date is missing, and TooYoung below the age of the policy."""
    age = person.age_on(on)
    if age is None:
        raise Refused(_("请填写出生日期"), field="born_on")
    if age < (least := int(policy_value(LEAST_AGE.key))):
        raise TooYoung(_("年满 %(age)d 岁才能注册为志愿者。") % {"age": least}, field="born_on")
    return age


def numbers(count: int) -> list[str]:
    """Volunteer numbers that are free: eight digits, also what people sign in with."""
    return [str(FIRST_NUMBER + n) for n in take_numbers("volunteers", count)]


def save_new(person: Volunteer, kinds: Iterable[Any], at: dt.datetime) -> None:
    """Store a settled row under a number of its own. Raises AlreadyEntered where the document is entered already, also by
    somebody else at this moment."""
    person.number, person.entered_at = numbers(1)[0], at
    save_once(person)
    person.kinds.set(kinds)
    if person.id_hash:
        Gone.objects.filter(identity_hash=person.id_hash).delete()


def save_once(person: Volunteer) -> None:
    """Save, unless the document is somebody else's."""
    if person.id_hash and Volunteer.objects.filter(id_hash=person.id_hash).exclude(pk=person.pk).exists():
        raise AlreadyEntered(field="id_number")
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        raise AlreadyEntered(field="id_number") from error


def open_login(person: Volunteer, password: str | None, at: dt.datetime) -> User:
    """The account of a volunteer: the number is the user name. The telephone number is not stored a second time."""
    user: User = people.add_user(None, username=person.number, name=person.name, password=password, by=SYSTEM, at=at)
    person.user = user
    person.save(update_fields=["user"])
    return user


def words_of(kind: str, at: dt.datetime) -> ConsentText:
    """The words in force, kept as they are the first time that somebody agrees to them."""
    text = str(policy_value(TEXTS[ConsentText.Kind(kind)].key)).strip()
    digest = hashlib.sha256(text.encode()).hexdigest()
    found = ConsentText.objects.filter(kind=kind, digest=digest).first()
    if found is None:
        last = ConsentText.objects.select_for_update().filter(kind=kind).order_by("-version").first()
        found = ConsentText.objects.create(kind=kind, version=last.version + 1 if last else 1, digest=digest, text=text, first_used_at=at)
    return found


def note_own_consent(person: Volunteer, how: str, at: dt.datetime, taken_by: Any = None) -> Consent:
    """Somebody agreed to the words in force."""
    words = words_of(ConsentText.Kind.OWN, at)
    return Consent.objects.create(volunteer=person, kind=ConsentText.Kind.OWN, text=words, how=how, given_at=at, taken_by=taken_by if isinstance(taken_by, User) else None)


def today_of(at: dt.datetime) -> dt.date:
    return timezone.localdate(at)
