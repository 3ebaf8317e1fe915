"""Sending what is due, and forgetting what is old."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from yipanqi.kernel.actions import Conflict
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.jobs import job
from yipanqi.messaging import actions, selectors
from yipanqi.messaging.catalogue import CHANNELS, Letter, Unreached
from yipanqi.messaging.entries import DEVICE_LOST
from yipanqi.messaging.models import Device, Message, Sending

#: Where a day's news stand together.
MINE = "/messages/"


@job(every=dt.timedelta(seconds=10), title=gettext_lazy("发出到时的邮件、推送和工作群消息"))
def send_due(now: dt.datetime) -> None:
    """Sends what is due, one after the other; a channel is spoken to outside any transaction."""
    for sending in selectors.due(now):
        send(sending, now)


@job(every=dt.timedelta(days=1), title=gettext_lazy("清除过期的消息和发送记录"))
def forget_old(now: dt.datetime) -> None:
    """Drops news and log lines past their term."""
    actions.forget(None, by=SYSTEM, at=now)


def send(sending: Sending, now: dt.datetime) -> None:
    """Send one thing, and note what became of it."""
    try:
        sending = actions.begin_sending(sending, by=SYSTEM, at=now)
    except Conflict:  # another worker was faster
        return
    language = sending.to.language if sending.to is not None else settings.LANGUAGE_CODE
    with translation.override(language):
        channel = CHANNELS[sending.channel]
        letter = compose(list(sending.messages.order_by("created_at", "id")), str(sending.uuid))
        try:
            gone = channel.send(channel.address_of(sending), letter)
            actions.note_sent(sending, by=SYSTEM, at=now)
        except Unreached as reason:
            gone = reason.gone
            actions.note_unsent(sending, reason=str(reason), for_good=reason.for_good, by=SYSTEM, at=now)
        for device in gone:
            _lost(device, now)


def _lost(device: Device, now: dt.datetime) -> None:
    """A device that its browser signed off is taken from the list, and its owner is told."""
    actions.remove_device(device, by=SYSTEM, at=now)
    actions.tell(None, kind=DEVICE_LOST, facts={"name": device.name}, why=f"device:{device.uuid}", people=[device.user], by=SYSTEM, at=now)


def compose(news: list[Message], key: str) -> Letter:
    """One piece of news, or a day's, as it leaves the house; `key` tells it from another."""
    if len(news) == 1:
        return Letter(f"【{_('一盘棋')}】{news[0].kind_title}", news[0].words, news[0].link, key)
    count = ngettext("%(n)d 条消息", "%(n)d 条消息", len(news)) % {"n": len(news)}
    return Letter(f"【{_('一盘棋')}】{count}", "\n\n".join(f"{n}. {_with_link(one)}" for n, one in enumerate(news, 1)), MINE, key)


def _with_link(message: Message) -> str:
    return f"{message.words}\n{settings.SITE}{message.link}" if settings.SITE else message.words
