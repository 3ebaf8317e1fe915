"""Rules by which activities recur: a part of iCalendar (RFC 5545), checked, put into words, and turned into dates."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.kernel.actions import Refused

DAYS = {
    "MO": gettext_lazy("周一"), "TU": gettext_lazy("周二"), "WE": gettext_lazy("周三"), "TH": gettext_lazy("周四"),
    "FR": gettext_lazy("周五"), "SA": gettext_lazy("周六"), "SU": gettext_lazy("周日"),
}  # fmt: skip
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
SHAPES = {
    "FREQ": "DAILY|WEEKLY|MONTHLY|YEARLY", "INTERVAL": r"[1-9]\d?", "BYMONTHDAY": r"(-?[1-9]\d?)(,-?[1-9]\d?)*", "BYDAY": r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)(,([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU))*",
    "BYMONTH": r"([1-9]|1[0-2])(,([1-9]|1[0-2]))*", "BYSETPOS": r"-?[1-5]", "COUNT": r"[1-9]\d{0,2}", "UNTIL": r"\d{8}", "WKST": "MO|SU",
}  # fmt: skip
#: No rule is followed further than so many dates.
MOST = 2000


class BadRule(Refused):
    """The text is no rule that activities can recur by."""


def parsed(rule: str) -> dict[str, str]:
    """The parts of a rule. Raises BadRule."""
    parts: dict[str, str] = {}
    for piece in rule.strip().removeprefix("RRULE:").upper().split(";"):
        name, _equals, value = piece.partition("=")
        if name in parts or name not in SHAPES or not re.fullmatch(SHAPES[name], value):
            raise BadRule(_("重复规则里的“%(part)s”看不懂。例如每月 6、16、26 日写作 FREQ=MONTHLY;BYMONTHDAY=6,16,26。") % {"part": piece}, field="rule")
        parts[name] = value
    if "FREQ" not in parts:
        raise BadRule(_("重复规则要写明频次，例如 FREQ=WEEKLY;BYDAY=SA。"), field="rule")
    _check(parts)
    return parts


def _check(parts: dict[str, str]) -> None:
    if any(not 1 <= abs(int(day)) <= 31 for day in parts.get("BYMONTHDAY", "1").split(",")):
        raise BadRule(_("日期应在 1 到 31 之间，倒数写作 -1 到 -31。"), field="rule")
    if "COUNT" in parts and "UNTIL" in parts:
        raise BadRule(_("次数 COUNT 和截止日期 UNTIL 只能写一个。"), field="rule")
    if "UNTIL" in parts:
        try:
            dt.datetime.strptime(parts["UNTIL"], "%Y%m%d")
        except ValueError as error:
            raise BadRule(_("截止日期 UNTIL 应写作 20261231。"), field="rule") from error
    if parts["FREQ"] in ("DAILY", "WEEKLY") and any(re.search(r"\d", day) for day in parts.get("BYDAY", "").split(",")):
        raise BadRule(_("“第几个周几”只能用于每月或每年的规则。"), field="rule")


def normal(rule: str) -> str:
    """The rule as it is stored, its parts in one order. Raises BadRule."""
    parts = parsed(rule)
    return ";".join(f"{name}={parts[name]}" for name in SHAPES if name in parts and (name, parts[name]) != ("INTERVAL", "1"))


def build(frequency: str, *, interval: int = 1, month_days: Sequence[int] = (), weekdays: Sequence[str] = (), position: int = 0) -> str:
    """The usual rules: every so many days; weeks on weekdays; months on days of the month, or on the n-th (-1: last) weekday."""
    parts = [f"FREQ={frequency}"]
    if interval > 1:
        parts.append(f"INTERVAL={interval}")
    if month_days:
        parts.append("BYMONTHDAY=" + ",".join(str(day) for day in month_days))
    if weekdays:
        parts.append("BYDAY=" + ",".join(f"{position or ''}{day}" for day in weekdays))
    return normal(";".join(parts))


def dates(rule: str, starts_on: dt.date, first: dt.date, last: dt.date) -> list[dt.date]:
    """The dates of a rule that begins on `starts_on`, from `first` to `last`, both included. `starts_on` itself is one only if
    the rule says so. Raises BadRule."""
    return [day for day in takewhile(lambda day: day <= last, _all(rule, starts_on)) if day >= first]


def _all(rule: str, starts_on: dt.date) -> Iterator[dt.date]:
    from dateutil.rrule import rrulestr  # noqa: PLC0415  takes 15 ms, needed only where series are looked at

    found = rrulestr(normal(rule), dtstart=dt.datetime.combine(starts_on, dt.time()), cache=False)
    for n, moment in enumerate(found):
        if n >= MOST:
            return
        yield moment.date()


def words(rule: str) -> str:
    """The rule as one says it: 每月6日、16日、26日. Raises BadRule."""
    parts = parsed(rule)
    n = int(parts.get("INTERVAL", "1"))
    every = {
        "DAILY": _("每天") if n == 1 else _("每 %(n)d 天") % {"n": n}, "WEEKLY": _("每周") if n == 1 else _("每 %(n)d 周") % {"n": n},
        "MONTHLY": _("每月") if n == 1 else _("每 %(n)d 个月") % {"n": n}, "YEARLY": _("每年") if n == 1 else _("每 %(n)d 年") % {"n": n},
    }[parts["FREQ"]]  # fmt: skip
    said = [every]
    if "BYMONTH" in parts:
        said.append(_("、").join(_("%(n)s月") % {"n": month} for month in parts["BYMONTH"].split(",")))
    if "BYMONTHDAY" in parts:
        said.append(_("、").join(_month_day(int(day)) for day in parts["BYMONTHDAY"].split(",")))
    if "BYDAY" in parts:
        said.append(_("、").join(_weekday(day, parts.get("BYSETPOS", "")) for day in parts["BYDAY"].split(",")))
    tail = ""
    if "COUNT" in parts:
        tail = _("，共 %(n)s 次") % {"n": parts["COUNT"]}
    if "UNTIL" in parts:
        tail = _("，到 %(day)s 为止") % {"day": f"{parts['UNTIL'][:4]}-{parts['UNTIL'][4:6]}-{parts['UNTIL'][6:]}"}
    return _gap().join(said) + tail


def _gap() -> str:
    """What stands between the parts: nothing in Chinese, a space elsewhere."""
    return "" if _("周一") == "周一" else " "


def _month_day(day: int) -> str:
    if day == -1:
        return _("最后一天")
    return _("%(n)d日") % {"n": day} if day > 0 else _("倒数第%(n)d天") % {"n": -day}


def _weekday(text: str, position: str) -> str:
    name, place = str(DAYS[text[-2:]]), int(text[:-2] or position or 0)
    if place == 0:
        return name
    return _("最后一个%(day)s") % {"day": name} if place == -1 else _("第%(n)d个%(day)s") % {"n": place, "day": name} if place > 0 else _("倒数第%(n)d个%(day)s") % {"n": -place, "day": name}
