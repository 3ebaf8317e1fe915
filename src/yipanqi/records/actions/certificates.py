"""Certificates: asked for, issued with a number and frozen, refused, kept, revoked. Nothing is charged."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yipanqi.kernel.actions import Refused, action
from yipanqi.kernel.actors import SYSTEM, Actor
from yipanqi.kernel.events import publish
from yipanqi.kernel.policy import policy_value
from yipanqi.kernel.series import next_number
from yipanqi.messaging import actions as messaging
from yipanqi.people.models import User
from yipanqi.records import paper, selectors
from yipanqi.records.actions.stars import WhyMissing
from yipanqi.records.catalogue import SHOWN_DAYS
from yipanqi.records.events import CertificateIssued, CertificateRevoked
from yipanqi.records.hours import hours_text
from yipanqi.records.models import Certificate, CertificateLine, Issuer, Service
from yipanqi.records.states import CERTIFICATE, CertificateState
from yipanqi.volunteers.models import Volunteer
from yipanqi.volunteers.states import VolunteerState

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8


class NothingRecorded(Refused):
    """The issuer has nothing of the volunteer to certify."""

    message = _("这个单位在这段时间没有您的服务记录。谁记录谁证明，请向记录服务的单位申请。")


class NotReady(Refused):
    """The paper lacks what it must say."""


@action(private=("note",))
def ask_certificate(
    volunteer: Volunteer, *, issuer: Issuer, from_on: dt.date | None = None, to_on: dt.date | None = None, note: str = "", by: Actor, at: dt.datetime,
) -> Certificate:  # fmt: skip
    """The volunteer, or whoever speaks for one without a phone, asks whoever recorded the service for a certificate of it.

    Raises:
        NothingRecorded: the issuer has no service of these days.
        Refused: one is being worked on already; the days are in the wrong order.
    """
    if from_on and to_on and to_on < from_on:
        raise Refused(_("结束日期不能早于开始日期。"), field="to_on")
    if not selectors.services_for(volunteer, issuer, from_on, to_on).exists():
        raise NothingRecorded(field="issuer")
    if Certificate.objects.filter(volunteer=volunteer, issuer=issuer, state=CertificateState.ASKED).exists():
        raise Refused(_("已有一份向这个单位的申请正在办理，请等待办理，或先撤回。"), field="issuer")
    asked_by = by if isinstance(by, User) else None
    made = Certificate.objects.create(volunteer=volunteer, issuer=issuer, from_on=from_on, to_on=to_on, note=note.strip()[:200], asked_by=asked_by, asked_at=at)
    facts = {"form": "asked", "uuid": str(made.uuid), "number": ""}
    messaging.tell(None, kind="records.certificate_desk", facts=facts, why=f"certificate:{made.uuid}:asked", people=selectors.people_who_issue(issuer), by=SYSTEM, at=at)
    return made


@action(private=("handler",))
def issue_certificate(certificate: Certificate, *, handler: str, site: str, by: User, at: dt.datetime) -> Certificate:
    """Issue the certificate: it gets the next number of its issuer and year, what it says is frozen with its digest, and strangers
    can check it from now on. The number is taken last of all in the same transaction, so none is ever left out.

    Args:
        handler: who handles it, as it stands on the paper.
        site: how the address of our pages begins, for the QR code.

    Raises:
        WrongState: it was decided already.
        NothingRecorded: the service was struck out meanwhile.
        NotReady: the issuer's head or contact is missing, or the volunteer's registration does not stand.
    """
    CERTIFICATE.move(certificate, "issue_certificate")
    issuer, volunteer = certificate.issuer, certificate.volunteer
    if not (issuer.head and issuer.contact and handler.strip()):
        raise NotReady(_("证明上必须有负责人、经办人和联系方式，请先补全。"), field="handler")
    if volunteer.state not in (VolunteerState.REGISTERED, VolunteerState.LEFT):
        raise NotReady(_("这位志愿者的登记已失效，不能出具证明。"))
    services = list(selectors.services_for(volunteer, issuer, certificate.from_on, certificate.to_on))
    if not services:
        raise NothingRecorded()
    today = timezone.localdate(at)
    certificate.year = today.year
    certificate.code = "".join(secrets.choice(LETTERS) for _n in range(CODE_LENGTH))
    certificate.minutes = sum(one.minutes for one in services)
    CertificateLine.objects.bulk_create([CertificateLine(certificate=certificate, service=one, minutes=one.minutes) for one in services])
    certificate.issued_by = certificate.decided_by = by
    certificate.issued_at = certificate.decided_at = at
    days = int(policy_value(SHOWN_DAYS.key))
    certificate.shown_until = today + dt.timedelta(days=days) if days else None
    certificate.serial = next_number(f"certificate:{issuer.pk}:{today.year}")
    certificate.number = f"{issuer.code}-{today.year}-{certificate.serial:06d}"
    with translation.override("zh-hans"):  # the paper is in Chinese, whoever issues it
        certificate.facts = paper.canonical(_facts(certificate, services, handler.strip(), site, today))
    certificate.digest = paper.digest(certificate.facts)
    certificate.save()
    publish(CertificateIssued(volunteer_id=volunteer.pk, number=certificate.number, at=at))
    return _tell(certificate, "issued", at)


def _facts(certificate: Certificate, services: list[Service], handler: str, site: str, today: dt.date) -> dict[str, Any]:
    """All that the paper says, and a random salt, so that nobody can guess a document number from the digest."""
    volunteer, issuer = certificate.volunteer, certificate.issuer
    assert certificate.number is not None
    return {
        "version": 1, "number": certificate.number, "issued_on": today.isoformat(), "salt": secrets.token_hex(16),
        "volunteer": {"name": volunteer.name, "document": volunteer.get_document_display(), "id_number": volunteer.id_number, "number": volunteer.number},
        "service": {"minutes": certificate.minutes, "first_on": services[0].on.isoformat(), "last_on": services[-1].on.isoformat(), "lines": _lines(services)},
        "issuer": {"code": issuer.code, "name": issuer.name, "head": issuer.head, "handler": handler, "contact": issuer.contact},
        "notes": [*_openings(services), *([certificate.note] if certificate.note else [])],
        "check": {"code": certificate.code, "url": f"{site.rstrip('/')}{reverse('records:check_one', args=[certificate.number, certificate.code])}"},
    }  # fmt: skip


def _lines(services: Iterable[Service]) -> list[dict[str, Any]]:
    """Services of one name as one line, those of the most minutes first; what does not fit stands in one last line."""
    found: dict[str, dict[str, Any]] = {}
    for one in services:
        line = found.setdefault(one.title, {"title": one.title, "content": one.content[:40], "times": 0, "minutes": 0})
        line["times"] += 1
        line["minutes"] += one.minutes
    lines = sorted(found.values(), key=lambda line: (-line["minutes"], line["title"]))
    if len(lines) <= paper.MOST_LINES:
        return lines
    kept, rest = lines[: paper.MOST_LINES - 1], lines[paper.MOST_LINES - 1 :]
    title = ngettext("其他 %(n)d 项活动", "其他 %(n)d 项活动", len(rest)) % {"n": len(rest)}
    return [*kept, {"title": title, "content": "", "times": sum(line["times"] for line in rest), "minutes": sum(line["minutes"] for line in rest)}]


def _openings(services: Iterable[Service]) -> list[str]:
    """A sentence on hours that were brought over from earlier systems."""
    by_source: dict[str, int] = {}
    for one in services:
        if one.origin == Service.Origin.OPENING:
            by_source[one.source] = by_source.get(one.source, 0) + one.minutes
    return [_("其中 %(hours)s为“%(source)s”的历史记录，由出具单位核对后导入。") % {"hours": hours_text(minutes), "source": source} for source, minutes in sorted(by_source.items())]


@action
def refuse_certificate(certificate: Certificate, *, why: str, by: User, at: dt.datetime) -> Certificate:
    """The issuer does not certify, and says why.

    Raises:
        WrongState: it was decided already.
        WhyMissing: no reason is given.
    """
    CERTIFICATE.move(certificate, "refuse_certificate")
    _decide(certificate, why, by, at)
    return _tell(certificate, "refused", at)


@action
def drop_certificate(certificate: Certificate, *, by: User, at: dt.datetime) -> Certificate:
    """Whoever asked takes the request back.

    Raises:
        WrongState: it was decided already.
    """
    CERTIFICATE.move(certificate, "drop_certificate")
    certificate.decided_at = at
    certificate.save()
    return certificate


@action
def keep_certificate(certificate: Certificate, *, why: str, by: User, at: dt.datetime) -> Certificate:
    """The record was corrected since, and the certificate stands all the same, for a reason.

    Raises:
        Refused: it agrees with the record.
        WhyMissing: no reason is given.
    """
    CERTIFICATE.move(certificate, "keep_certificate")
    if certificate.broken_since is None:
        raise Refused(_("这份证明与记录一致，不需要办理。"))
    certificate.broken_since = None
    _decide(certificate, why, by, at)
    return certificate


@action
def revoke_certificate(certificate: Certificate, *, why: str, by: User, at: dt.datetime) -> Certificate:
    """The issuer takes the certificate back: whoever checks it reads that it does not hold any more. The paper stays as it was.

    Raises:
        WrongState: it is not issued.
        WhyMissing: no reason is given.
    """
    CERTIFICATE.move(certificate, "revoke_certificate")
    certificate.broken_since = None
    _decide(certificate, why, by, at)
    assert certificate.number is not None
    publish(CertificateRevoked(volunteer_id=certificate.volunteer_id, number=certificate.number, at=at))
    return _tell(certificate, "revoked", at)


def _decide(certificate: Certificate, why: str, by: User, at: dt.datetime) -> None:
    if not why.strip():
        raise WhyMissing(field="why")
    certificate.why, certificate.decided_by, certificate.decided_at = why.strip()[:200], by, at
    certificate.save()


def _tell(certificate: Certificate, form: str, at: dt.datetime) -> Certificate:
    people = {user.pk: user for user in (certificate.volunteer.user, certificate.asked_by) if user is not None}
    facts = {"form": form, "uuid": str(certificate.uuid), "number": certificate.number or ""}
    messaging.tell(None, kind="records.certificate_mine", facts=facts, why=f"certificate:{certificate.uuid}:{form}", people=list(people.values()), by=SYSTEM, at=at)
    return certificate
