"""Whoever entered something by mistake takes it back, as long as nobody has built on it."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.cases import selectors
from yipanqi.cases.actions.steps import begin, need, record
from yipanqi.cases.models import Case
from yipanqi.kernel.actions import Conflict, action
from yipanqi.kernel.actors import Actor


class NotRetracted(Conflict):
    """Somebody else has the case already; the sentence says who, and what to do."""


class NothingConfirmed(Conflict):
    """The actor has not confirmed the case, or took that back already."""

    message = gettext_lazy("您没有登记过本案的“再次发现”，或已经撤回。")


@action
def retract(case: Case, *, reason: str, by: Actor, at: dt.datetime) -> Case:
    """Whoever found a case takes it back that was entered by mistake: it ends as one not taken on, with the reason in its
    thread. Only while nobody else has acted on it, confirmed it or merged another into it.

    Raises:
        NotRetracted: somebody has, or it is at an end; the sentence names who has it now and what to do.
        Refused: no reason was given.
    """
    if why := selectors.why_not_retracted(case, by):
        raise NotRetracted(why)
    at = begin(case, "reject", at)
    reason = need(reason, "reason", _("请写明撤回的原因"))
    case.rejected_at = at
    record(case, "reject", by=by, at=at, note=reason)
    return case


@action
def unconfirm(case: Case, *, reason: str, by: Actor, at: dt.datetime) -> Case:
    """Whoever confirmed a case by mistake takes that back: it counts no more, and a line of the thread says why. The line
    that confirmed it stays; the case goes on as it was.

    Raises:
        NothingConfirmed: the actor has not confirmed it, or took that back.
        Refused: no reason was given.
    """
    at = begin(case, "comment", at)
    reason = need(reason, "reason", _("请写明撤回的原因"))
    line = selectors.own_confirmation(case, by)
    if line is None:
        raise NothingConfirmed
    case.confirmations -= 1
    when = timezone.localtime(line.at).strftime("%Y-%m-%d %H:%M")
    note = _("撤回 %(when)s 登记的“再次发现”。%(reason)s") % {"when": when, "reason": reason}
    record(case, "comment", by=by, at=at, note=note, data={selectors.TAKEN_BACK: line.pk})
    return case
