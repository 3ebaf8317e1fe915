"""Corrections of the record: asked for with a reason, proposed by whoever recorded it, agreed by a second person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Conflict, Refused, action
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.references import plain
from yipanqi.messaging import actions as messaging
from yipanqi.people.models import User
from yipanqi.records import selectors
from yipanqi.records.actions.entries import NotYetHappened
from yipanqi.records.actions.stars import WhyMissing
from yipanqi.records.actions.sums import add_up, mark_certificates
from yipanqi.records.models import Amendment, Commendation, Evaluation, Service, Training
from yipanqi.records.states import AMENDMENT, AmendmentState

Entry = Service | Training | Commendation | Evaluation
OPEN = (AmendmentState.ASKED, AmendmentState.PROPOSED)


class ByAttendance(Refused):
    """Minutes and days of an activity follow from who signed in and out."""

    message = _("活动的时长和日期由签到签退得出，请在活动的签到记录里更正；更正后这里自动一致。")


@action(private=("reason",))
def ask_amendment(entry: Entry, *, reason: str, by: User, at: dt.datetime) -> Amendment:
    """The volunteer (or whoever recorded it and sees a mistake) asks for a correction and says what is wrong.

    Raises:
        WhyMissing: it is not said what is wrong.
        Refused: a correction is being worked on; the entry was struck out.
    """
    if not reason.strip():
        raise WhyMissing(_("请写明哪里不对、应该是什么。"), field="reason")
    if entry.struck_at is not None:
        raise Refused(_("这条记录已经作废。"))
    kind = next(kind for kind, model in selectors.KINDS.items() if isinstance(entry, model))
    if Amendment.objects.filter(**{kind: entry}, state__in=OPEN).exists():
        raise Refused(_("这条记录已有一份更正申请正在办理。"))
    made = Amendment.objects.create(**{kind: entry}, volunteer=entry.volunteer, issuer=entry.issuer, reason=reason.strip()[:200], asked_by=by, asked_at=at)
    _tell_desk(made, "asked", [], at)
    return made


@action(private=("changes",))
def propose_amendment(amendment: Amendment, *, changes: Mapping[str, Any], by: User, at: dt.datetime) -> Amendment:
    """Whoever recorded it says what should stand there instead; a second person looks at it.

    Args:
        changes: new values by field, or {"strike": True} to strike the entry out.

    Raises:
        WrongState: it is not waiting for that.
        ByAttendance: minutes or day of an activity.
        Refused: a field that cannot be changed so, or nothing changes.
    """
    AMENDMENT.move(amendment, "propose_amendment")
    entry = amendment.entry
    if changes.get("strike"):
        if isinstance(entry, Service) and entry.attendance_id:
            raise ByAttendance()
        amendment.changes = {"strike": True}
    else:
        amendment.changes = _differing(entry, changes, at)
    if not amendment.changes:
        raise Refused(_("没有需要更正的内容；如果原记录无误，请选择“不予更正”。"))
    amendment.proposed_by, amendment.proposed_at = by, at
    amendment.save()
    _tell_desk(amendment, "proposed", [by.pk, amendment.asked_by_id], at)
    return amendment


def _differing(entry: Entry, changes: Mapping[str, Any], at: dt.datetime) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    open_fields = selectors.changeable(entry)
    for name, value in changes.items():
        if name not in open_fields:
            raise ByAttendance() if isinstance(entry, Service) and name in ("minutes", "on") else Refused(_("这一项不能更正。"), field=name)
        try:
            value = entry._meta.get_field(name).clean(value, entry)  # type: ignore[union-attr]
        except (ValidationError, TypeError, ValueError) as error:
            raise Refused(_("更正后的内容不完整或写法有误。"), field=name) from error
        if name == "on" and value > timezone.localdate(at):
            raise NotYetHappened(field="on")
        before = getattr(entry, name)
        if before != value:
            found[name] = [plain(before), plain(value)]
    return found


@action
def agree_amendment(amendment: Amendment, *, by: User, at: dt.datetime) -> Amendment:
    """A second person agrees: the entry is changed, sums, stars and certificates follow.

    Raises:
        WrongState: nothing was proposed, or it was decided already.
        Conflict: the entry was changed meanwhile.
    """
    AMENDMENT.move(amendment, "agree_amendment")
    entry = type(amendment.entry)._default_manager.select_for_update().get(pk=amendment.entry.pk)
    if amendment.changes.get("strike"):
        entry.struck_at = at
    else:
        for name, (before, after) in amendment.changes.items():
            field = entry._meta.get_field(name)
            if plain(getattr(entry, name)) != before:
                raise Conflict(_("这条记录在提出更正之后又有变化，请退回重新提出。"))
            setattr(entry, name, field.to_python(after))  # type: ignore[union-attr]
    entry.save()
    if isinstance(entry, Service):
        add_up([entry.volunteer_id], at)
        mark_certificates(entry, at)
    _decide(amendment, "", by, at)
    return amendment


@action(private=("answer",))
def decline_amendment(amendment: Amendment, *, answer: str, by: User, at: dt.datetime) -> Amendment:
    """The record stays as it is, and whoever asked reads why.

    Raises:
        WrongState: it was decided already.
        WhyMissing: no reason is given.
    """
    AMENDMENT.move(amendment, "decline_amendment")
    if not answer.strip():
        raise WhyMissing(field="answer")
    _decide(amendment, answer.strip()[:200], by, at)
    return amendment


@action
def drop_amendment(amendment: Amendment, *, by: User, at: dt.datetime) -> Amendment:
    """Whoever asked takes it back.

    Raises:
        WrongState: it is being worked on or was decided.
    """
    AMENDMENT.move(amendment, "drop_amendment")
    amendment.decided_at = at
    amendment.save()
    return amendment


def _decide(amendment: Amendment, answer: str, by: User, at: dt.datetime) -> None:
    amendment.answer, amendment.decided_by, amendment.decided_at = answer, by, at
    amendment.save()
    people = {user.pk: user for user in (amendment.volunteer.user, amendment.asked_by) if user is not None}
    facts = {"form": amendment.state, "uuid": str(amendment.uuid)}
    messaging.tell(None, kind="records.amendment_mine", facts=facts, why=f"amendment:{amendment.uuid}:{amendment.state}", people=list(people.values()), by=SYSTEM, at=at)


def _tell_desk(amendment: Amendment, form: str, but: list[int], at: dt.datetime) -> None:
    people = [user for user in selectors.people_who_issue(amendment.issuer) if user.pk not in but]
    facts = {"form": form, "uuid": str(amendment.uuid)}
    messaging.tell(None, kind="records.amendment_desk", facts=facts, why=f"amendment:{amendment.uuid}:{form}", people=people, by=SYSTEM, at=at)
