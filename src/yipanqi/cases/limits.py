"""How often a network address may report through the API and guess at codes; kept as keyed hashes, only for the hour."""

from __future__ import annotations

from datetime import datetime

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.personal import keyed_hash
from yipanqi.kernel.policy import policy, policy_value

HOUR_S = 3600
REPORTS = policy("cases.api_reports_per_hour", 120, _("每个网络地址每小时可经接口提交的市民反映数"))
WRONG_CODES = policy("cases.api_wrong_codes_per_hour", 60, _("每个网络地址每小时可经接口输错查询码的次数"))


class TooOften(Refused):
    """This hour's share is used up; `retry_after` is in seconds."""

    message = _("这个网络地址本小时的请求太多了，请过一会儿再试，或拨打 12345 反映。")
    status = 429

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


def count_report(address: str, at: datetime) -> None:
    """Count one report. Raises TooOften."""
    if _count("report", address, at) > policy_value(REPORTS.key):
        raise TooOften(_left(at))


def check_codes(address: str, at: datetime) -> None:
    """Raises TooOften when this hour's wrong codes are used up."""
    if cache.get(_key("code", address, at), 0) >= policy_value(WRONG_CODES.key):
        raise TooOften(_left(at))


def count_wrong_code(address: str, at: datetime) -> None:
    """Count one code that led nowhere."""
    _count("code", address, at)


def _key(what: str, address: str, at: datetime) -> str:
    return f"cases:{what}:{int(at.timestamp()) // HOUR_S}:{keyed_hash(address)}"


def _count(what: str, address: str, at: datetime) -> int:
    key = _key(what, address, at)
    cache.add(key, 0, HOUR_S)
    try:
        return int(cache.incr(key))
    except ValueError:  # the cache dropped the key between the two lines
        return 1


def _left(at: datetime) -> int:
    return HOUR_S - int(at.timestamp()) % HOUR_S
