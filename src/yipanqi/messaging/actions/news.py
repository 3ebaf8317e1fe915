"""News is told, read, sent and forgotten; wishes are kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Conflict, Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.messaging import selectors
from yipanqi.messaging.catalogue import CHANNELS, KINDS
from yipanqi.messaging.channels import PERSONAL
from yipanqi.messaging.models import Message, Sending, Wish
from yipanqi.messaging.states import SENDING, SendingState
from yipanqi.people.models import Unit, User

BACK_OFF = dt.timedelta(minutes=1)
LONGEST_WAIT = dt.timedelta(hours=2)


class Taken(Conflict):
    """Another worker is sending it, or has sent it."""


@action
def tell(
    _nothing: None, *, kind: str, facts: Mapping[str, Any], why: str, people: Iterable[User] = (), units: Sequence[Unit] = (),
    urgent: bool = False, by: Actor, at: dt.datetime,
) -> Message | None:  # fmt: skip
    """Tell people, and the chat groups of units and of the whole city, one piece of news; the first message that was written.

    Whoever was told the same before, known by `why`, is left out: told twice, nothing changes.

    Args:
        kind: a key of `KINDS`, whose words and link are filled with `facts` (plain values, nothing personal).
        units: whom the news is about; decides which chat groups hear it and whose working time is waited for.
        urgent: waits for nothing, whatever the kind says.

    Raises:
        KeyError: no such kind.
    """
    urgent = urgent or KINDS[kind].urgent
    told = set(Message.objects.filter(why=why).values_list("to_id", "group_id"))
    persons = [p for p in {p.pk: p for p in people}.values() if (p.pk, None) not in told]
    groups = [g for g in selectors.groups_for(kind, [u.pk for u in units]) if (None, g.pk) not in told]
    known: dict[str, Any] = {"kind": kind, "facts": dict(facts), "why": why[:120], "urgent": urgent, "created_at": at}
    news = Message.objects.bulk_create([*(Message(to=p, **known) for p in persons), *(Message(group=g, **known) for g in groups)])
    wishes = selectors.wishes_of(persons, kind)
    reached = {channel: CHANNELS[channel].reaches(persons) for channel in PERSONAL if persons and not CHANNELS[channel].why_off()}
    moment = selectors.when_to_send(at, urgent, units[0] if units else None)
    for message in news:
        if message.group is not None:
            _plan(message, "chat", selectors.EACH, moment, at)
            continue
        for channel in (channel for channel, people in reached.items() if message.to_id in people):
            _plan(message, channel, wishes.get((message.to_id, channel), selectors.EACH), moment, at)  # type: ignore[arg-type]
    return news[0] if news else None


def _plan(message: Message, channel: str, way: str, moment: dt.datetime, at: dt.datetime) -> None:
    """Put a message on its way out, alone or with the day's digest."""
    if way == selectors.OFF:
        return
    if way == selectors.DAILY and not message.urgent:
        sending = _digest(message, channel, at)
    else:
        sending = Sending.objects.create(to=message.to, group=message.group, channel=channel, created_at=moment, next_at=moment)
    sending.messages.add(message)


def _digest(message: Message, channel: str, at: dt.datetime) -> Sending:
    """The digest that a message goes out with, locked: today's, or where that is on its way or out already (the news was
    told late, or the office moved the hour), that of the next day."""
    known = Sending.objects.select_for_update().filter(to=message.to, channel=channel)
    when = selectors.next_digest(at)
    while (sending := known.filter(digest_on=timezone.localdate(when)).first()) is not None:
        if sending.state == SendingState.WAITING:
            return sending
        when = selectors.next_digest(when)
    return Sending.objects.create(to=message.to, channel=channel, digest_on=timezone.localdate(when), created_at=when, next_at=when)


@action
def read(message: Message, *, by: Actor, at: dt.datetime) -> Message:
    """The addressee has read it."""
    if message.read_at is None:
        message.read_at = at
        message.save(update_fields=["read_at"])
    return message


@action
def read_all(user: User, *, by: Actor, at: dt.datetime) -> User:
    """Everything that is there for the person counts as read."""
    selectors.visible_to(user).filter(read_at__isnull=True).update(read_at=at)
    return user


@action
def keep_wishes(user: User, *, ways: Mapping[str, str], by: Actor, at: dt.datetime) -> User:
    """How the person wants each kind of news: `ways` has "kind/channel" and one of each, daily, off.

    Raises:
        Refused: a kind, channel or way that does not exist.
    """
    for key, way in ways.items():
        kind, _slash, channel = key.partition("/")
        if kind not in KINDS or channel not in PERSONAL or way not in Wish.Way.values:
            raise Refused(_("没有这种消息或这种方式，请刷新后重试。"), field=key)
        Wish.objects.update_or_create(user=user, kind=kind, channel=channel, defaults={"way": way})
    return user


@action
def begin_sending(sending: Sending, *, by: Actor, at: dt.datetime) -> Sending:
    """Take something to be sent; nobody else gets it before the lease ends.

    Raises:
        WrongState, Taken: it is sent or given up, or another worker has it.
    """
    if sending.state == SendingState.RUNNING and sending.lease_until is not None and at <= sending.lease_until <= at + selectors.LEASE:
        raise Taken
    SENDING.move(sending, "begin_sending")
    sending.lease_until, sending.attempts = at + selectors.LEASE, sending.attempts + 1
    sending.save(update_fields=["state", "lease_until", "attempts"])
    return sending


@action
def note_sent(sending: Sending, *, by: Actor, at: dt.datetime) -> Sending:
    """The channel took it."""
    SENDING.move(sending, "note_sent")
    sending.sent_at, sending.lease_until, sending.error = at, None, ""
    sending.save(update_fields=["state", "sent_at", "lease_until", "error"])
    return sending


@action
def note_unsent(sending: Sending, *, reason: str, for_good: bool = False, by: Actor, at: dt.datetime) -> Sending:
    """The channel did not take it: it is tried again later, ever more rarely, and given up in the end, or at once
    where that makes no sense (`for_good`)."""
    SENDING.move(sending, "note_unsent", SendingState.FAILED if for_good or selectors.given_up(sending, at) else SendingState.WAITING)
    sending.next_at = at + min(BACK_OFF * 2 ** min(sending.attempts, 10), LONGEST_WAIT)
    sending.lease_until, sending.error = None, reason[:300]
    sending.save(update_fields=["state", "next_at", "lease_until", "error"])
    return sending


@action
def send_again(sending: Sending, *, by: Actor, at: dt.datetime) -> Sending:
    """Try once more what was given up.

    Raises:
        WrongState: it was not given up.
    """
    SENDING.move(sending, "send_again")
    sending.created_at, sending.next_at, sending.attempts = at, at, 0
    sending.save(update_fields=["state", "created_at", "next_at", "attempts"])
    return sending


@action
def forget(_nothing: None, *, by: Actor, at: dt.datetime) -> None:
    """Drop news and log lines that were kept long enough, and the devices of closed accounts."""
    news, sendings = selectors.past_term(at)
    selectors.devices_of_closed_accounts().delete()
    sendings.delete()
    news.delete()
