"""Requests about one's own data: correction, which a keeper decides, and erasure, which is carried out after days to think it over."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Conflict, Refused, action
from yipanqi.kernel.actors import SYSTEM, Actor
from yipanqi.kernel.policy import policy_value
from yipanqi.messaging import actions as messaging
from yipanqi.people.models import User
from yipanqi.volunteers.actions.erasing import erase_person, lock_persons
from yipanqi.volunteers.actions.filling import IDENTITY, settle, today_of
from yipanqi.volunteers.actions.own import apply_correction
from yipanqi.volunteers.catalogue import ANSWER_WITHIN, ERASE_AFTER
from yipanqi.volunteers.models import OwnRequest, Volunteer
from yipanqi.volunteers.states import REQUEST, RequestState


@action(private=("fields", "reason"))
def ask_correction(person: Volunteer, *, fields: Mapping[str, Any], reason: str, by: Actor, at: dt.datetime) -> OwnRequest:
    """Somebody asks that name, document, birth date or sex be corrected; a station or the centre looks at the document and decides.

    Raises:
        Refused: nothing differs, a field is wrong, or no reason.
        Conflict: a request of this kind waits already.
    """
    fresh = {key: value for key, value in fields.items() if key in IDENTITY and value not in (None, "") and getattr(person, key) != value}
    if not fresh:
        raise Refused(_("请填写要更正的内容"))
    if not reason.strip():
        raise Refused(_("请说明哪里不对"), field="reason")
    settle(Volunteer.objects.get(pk=person.pk), {**_stored(person), **fresh}, today_of(at))
    days = int(policy_value(ANSWER_WITHIN.key))
    wanted = json.dumps({key: value.isoformat() if isinstance(value, dt.date) else value for key, value in fresh.items()}, ensure_ascii=False)
    return _asked(person, OwnRequest.Kind.CORRECTION, wanted, reason, days, at)


def _stored(person: Volunteer) -> dict[str, Any]:
    """The document as it is, which what is asked for is put over."""
    return {"document": person.document, "id_number": person.id_number, "issued_by": person.issued_by} if person.id_number else {}


@action(private=("reason",))
def ask_erasure(person: Volunteer, *, reason: str = "", by: Actor, at: dt.datetime) -> OwnRequest:
    """Somebody asks that everything kept about them be erased. It is carried out by itself after the days of the policy, in which
    it can be taken back; no reason is needed. Conflict: a request waits already."""
    return _asked(person, OwnRequest.Kind.ERASURE, "", reason, int(policy_value(ERASE_AFTER.key)), at)


def _asked(person: Volunteer, kind: str, wanted: str, reason: str, days: int, at: dt.datetime) -> OwnRequest:
    if person.requests.filter(kind=kind, state=RequestState.WAITING).exists():
        raise Conflict(_("您已经提出过同样的申请，正在办理"))
    return OwnRequest.objects.create(
        volunteer=person, kind=kind, wanted=wanted, reason=reason.strip()[:300], asked_at=at, due_on=today_of(at) + dt.timedelta(days=days)
    )


@action
def take_back_request(asked: OwnRequest, *, by: Actor, at: dt.datetime) -> OwnRequest:
    """Whoever asked thinks better of it. WrongState: it does not wait any more."""
    REQUEST.move(asked, "take_back_request")
    _settled(asked, by, at)
    return asked


@action
def agree_to_request(asked: OwnRequest, *, by: Actor, at: dt.datetime) -> OwnRequest:
    """Carry out a request: the correction is written, or everything about the person is erased, for good.

    Locks what apps above lock before volunteers, then the volunteer (see `catalogue`).

    Raises:
        WrongState: it does not wait any more.
        AlreadyEntered: the corrected document is somebody else's.
    """
    REQUEST.move(asked, "agree_to_request")
    if asked.kind == OwnRequest.Kind.ERASURE:
        person = lock_persons([asked.volunteer_id])[asked.volunteer_id]
        erase_person(person, at)
        _settled(asked, by, at)
        return asked
    person = Volunteer.objects.select_for_update().get(pk=asked.volunteer_id)
    fields = wanted_fields(asked)
    apply_correction(person, {**(_stored(person) if set(fields) & {"document", "id_number", "issued_by"} else {}), **fields}, at)
    _settled(asked, by, at)
    _tell(asked, "done", at)
    return asked


@action
def refuse_request(asked: OwnRequest, *, why: str, by: Actor, at: dt.datetime) -> OwnRequest:
    """A keeper does not carry out a request, and says on what ground.

    Raises:
        WrongState: it does not wait any more.
        Refused: no reason.
    """
    if not why.strip():
        raise Refused(_("请写明不同意的理由和依据"), field="why")
    REQUEST.move(asked, "refuse_request")
    asked.answer = why.strip()[:200]
    _settled(asked, by, at)
    _tell(asked, "refused", at)
    return asked


def wanted_fields(asked: OwnRequest) -> dict[str, Any]:
    """The corrections of a request, as `settle` takes them."""
    fields: dict[str, Any] = json.loads(asked.wanted) if asked.wanted else {}
    if "born_on" in fields:
        fields["born_on"] = dt.date.fromisoformat(fields["born_on"])
    return fields


def _settled(asked: OwnRequest, by: Actor, at: dt.datetime) -> None:
    """The request is over: when and by whom stays, what it said is erased."""
    asked.decided_at, asked.decided_by = at, by if isinstance(by, User) else None
    asked.wanted, asked.reason = "", ""
    asked.save()


def _tell(asked: OwnRequest, form: str, at: dt.datetime) -> None:
    user = asked.volunteer.user
    if user is not None and user.is_active:
        messaging.tell(None, kind="volunteers.request", facts={"form": form}, why=f"own-request:{asked.uuid}:{form}", people=[user], by=SYSTEM, at=at)
