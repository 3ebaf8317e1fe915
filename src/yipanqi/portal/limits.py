"""How often a visitor may report and guess at codes. Addresses are kept only as keyed hashes and only for the hour."""

from __future__ import annotations

from datetime import datetime

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.personal import keyed_hash
from yipanqi.kernel.policy import policy_value
from yipanqi.portal.catalogue import REPORTS_PER_HOUR, WRONG_CODES_PER_HOUR

HOUR_S = 3600


class TooOften(Refused):
    """The visitor's network address has used up this hour's share; `retry_after` is in seconds."""

    status = 429

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


class TooManyReports(TooOften):
    message = _("这个网络地址本小时提交的反映太多了，请过一会儿再提交，或拨打 12345。您填写的内容还在。")


class TooManyWrongCodes(TooOften):
    message = _("这个网络地址本小时输错查询码的次数太多了，请过一会儿再查，或拨打 12345 询问。")


def count_report(address: str, at: datetime) -> None:
    """Counts one report. Raises TooManyReports beyond the policy ``portal.reports_per_hour``."""
    if _count("report", address, at) > policy_value(REPORTS_PER_HOUR.key):
        raise TooManyReports(_seconds_left(at))


def check_codes(address: str, at: datetime) -> None:
    """Raises TooManyWrongCodes when this hour's wrong codes are used up (``portal.wrong_codes_per_hour``)."""
    if cache.get(_key("code", address, at), 0) >= policy_value(WRONG_CODES_PER_HOUR.key):
        raise TooManyWrongCodes(_seconds_left(at))


def count_wrong_code(address: str, at: datetime) -> None:
    """Counts one code that led nowhere."""
    _count("code", address, at)


def _key(what: str, address: str, at: datetime) -> str:
    return f"portal:{what}:{int(at.timestamp()) // HOUR_S}:{keyed_hash(address)}"


def _count(what: str, address: str, at: datetime) -> int:
    key = _key(what, address, at)
    cache.add(key, 0, HOUR_S)
    try:
        return cache.incr(key)
    except ValueError:  # the cache dropped the key between the two lines
        return 1


def _seconds_left(at: datetime) -> int:
    return HOUR_S - int(at.timestamp()) % HOUR_S
