"""Kinds of news, and the ways by which they leave the house. Apps above add kinds; a channel is one entry here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.catalogue import Catalogue
from yipanqi.kernel.policy import policy


def _always() -> bool:
    return True


@dataclass(frozen=True)
class Kind:
    """A kind of news. Its sentences, of which the fact "form" names one, and its `link` are filled with the facts of a
    message (plain values, nothing personal). `urgent` news wait neither for working time nor for the daily digest; `private`
    ones concern their addressees alone, and no chat group is told. `offered`: whether the city uses what it tells of.
    """

    title: Any
    says: Mapping[str, Any]
    link: str
    urgent: bool = False
    private: bool = False
    offered: Callable[[], bool] = _always

    def words(self, facts: Mapping[str, Any]) -> str:
        """The sentence, in the language of whoever reads it."""
        return str(self.says[facts.get("form", "")]) % facts

    def address(self, facts: Mapping[str, Any]) -> str:
        """The path of the page that the news is about."""
        return self.link % facts


@dataclass(frozen=True)
class Letter:
    """What leaves the house: `link` is the path of the page it is about, `key` tells one from another."""

    subject: str
    text: str
    link: str
    key: str


@dataclass(frozen=True)
class Channel:
    """A way out of the house. `why_off` says why nobody is reached by it here, or nothing where it works.

    `reaches(people)` gives the row ids of those who have an address there, `address_of(sending)` that address. `send`
    hands a letter over and returns addresses that are no more, of several; both raise `Unreached`.
    """

    title: Any
    why_off: Callable[[], Any]
    reaches: Callable[[Iterable[Any]], set[int]]
    address_of: Callable[[Any], Any]
    send: Callable[[Any, Letter], Sequence[Any]]


class Unreached(Exception):
    """A channel did not take something; the sentence says why, and tells no address. `gone` are addresses that are no
    more; with `for_good` it makes no sense to try again."""

    def __init__(self, sentence: str, *, gone: Sequence[Any] = (), for_good: bool = False) -> None:
        super().__init__(sentence)
        self.gone, self.for_good = gone, for_good


KINDS: Catalogue[Kind] = Catalogue("kinds of news")
CHANNELS: Catalogue[Channel] = Catalogue("channels")


def kinds_offered() -> dict[str, Kind]:
    """The kinds of news of what the city uses; others are neither listed nor shown."""
    return {key: kind for key, kind in KINDS.items() if kind.offered()}


def kinds_for_groups() -> dict[str, Kind]:
    """What chat groups may be told."""
    return {key: kind for key, kind in kinds_offered().items() if not kind.private}


DIGEST_HOUR = policy("messaging.digest_hour", 17, _("每日消息汇总的发送时间（点）"), help=_("选择“每日汇总”的人，当天的消息合成一封，在这个整点发出。"), most=23)
WORKING_TIME = policy("messaging.wait_for_working_time", True, _("非紧急消息等到工作时间再发"), "bool", help=_("站内消息随时可看；邮件和工作群的非紧急消息，在下班和节假日不打扰，到工作时间一并发出。"))
KEEP_DAYS = policy("messaging.keep_days", 180, _("消息和发送记录保存天数"), least=7, most=3650)
GIVE_UP_HOURS = policy("messaging.give_up_hours", 48, _("发不出去的消息在多少小时后不再尝试"), least=1, most=720)
