"""What the office does on its own pages: settings, retries, checks of the journal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from yipanqi.kernel import journal
from yipanqi.kernel.actions import Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.jobs import JOBS
from yipanqi.kernel.models import Delivery, JobRun, Policy
from yipanqi.kernel.policy import POLICIES, keep_policy


class UnknownPolicy(Refused):
    """No app declared a setting of this key."""

    message = _("没有这项设置")
    status = 404


@action
def change_policy(_nothing: None, *, key: str, value: Any, by: Actor, at: datetime) -> Policy:
    """The office decides a setting; `value` None goes back to the declared default.

    Raises:
        UnknownPolicy: no app declared `key`.
    """
    spec = POLICIES.get(key)
    if spec is None:
        raise UnknownPolicy
    chosen = spec.default if value is None else value
    return keep_policy(key, chosen, by=by.actor_key, at=at)


@action
def retry_delivery(delivery: Delivery, *, by: Actor, at: datetime) -> Delivery:
    """A delivery that was given up is tried again at once, with a fresh count of attempts.

    Raises:
        Refused: it has not failed, or was delivered meanwhile.
    """
    if delivery.state != Delivery.State.FAILED:
        raise Refused(_("这次投递没有失败，或已经重试过了。"))
    delivery.state, delivery.attempts, delivery.next_at = Delivery.State.WAITING, 0, at
    delivery.save(update_fields=["state", "attempts", "next_at"])
    return delivery


@action
def note_export(_nothing: None, *, sheet: str, rows: int, by: Actor, at: datetime) -> None:
    """A sheet was taken out, with so many rows: the journal keeps who did it and when. `sheet` is its name."""


@action
def retry_job(run: JobRun, *, by: Actor, at: datetime) -> JobRun:
    """A scheduled job becomes due now instead of at its next time.

    Raises:
        Refused: no such job is registered any more.
    """
    if run.key not in JOBS:
        raise Refused(_("这项定时任务已不存在。"))
    run.due_at = at
    run.save(update_fields=["due_at"])
    return run


@action
def check_journal(_nothing: None, *, by: Actor, at: datetime) -> journal.Fault | None:
    """Re-derive the whole journal; the first row that does not fit, or None. That it was asked is itself written down."""
    return journal.verify(now=at)
