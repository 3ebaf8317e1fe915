"""From what was seen to a letter: boolean, count and grade items. Pure; thresholds after the check-item handbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Refused
from yipanqi.standards.models import CheckItem

WORTH: dict[str, Decimal | None] = {
    "A": Decimal(1), "B": Decimal("0.66"), "C": Decimal("0.33"), "D": Decimal(0), "NA": None,
}  # fmt: skip
MOST = 9999


class NotObserved(Refused):
    """What was sent does not fit the kind of the item."""

    message = _("所填结果与检查项的判定方式不符")
    status = 400


@dataclass(frozen=True)
class Judged:
    """A letter (A, B, C, D, NA), its worth (None for NA) and the observation as it is kept."""

    letter: str
    value: Decimal | None
    observed: dict[str, Any]


def judge(item: CheckItem, observed: Mapping[str, Any]) -> Judged:
    """The letter of an observation.

    Args:
        observed: ``{"na": True}``, or by kind ``{"passed": bool}``, ``{"count": number}``, ``{"grade": "A".."D"}``.

    Raises:
        NotObserved: the observation does not fit the item.
    """
    if observed.get("na") is True:
        return Judged("NA", None, {"na": True})
    if item.kind == CheckItem.Kind.BOOLEAN:
        letter, kept = _boolean(observed)
    elif item.kind == CheckItem.Kind.GRADE:
        letter, kept = _grade(observed)
    else:
        count = _count(item, observed)
        letter, kept = letter_of_count(item, count), {"count": int(count) if count == int(count) else float(count)}
    return Judged(letter, WORTH[letter], kept)


def passing(item: CheckItem) -> dict[str, Any]:
    """The observation that earns an A: what one tap on 合格 stands for."""
    if item.kind == CheckItem.Kind.BOOLEAN:
        return {"passed": True}
    if item.kind == CheckItem.Kind.GRADE:
        return {"grade": "A"}
    return {"count": 0 if counts_bad(item) else _number(item.target)}


def failing(item: CheckItem) -> dict[str, Any]:
    """The mildest failing observation: where the phone's form starts."""
    if item.kind == CheckItem.Kind.BOOLEAN:
        return {"passed": False}
    if item.kind == CheckItem.Kind.GRADE:
        return {"grade": "B"}
    return {"count": 1 if counts_bad(item) else max(0, _number(item.target) - 1)}


def counts_bad(item: CheckItem) -> bool:
    """Whether the count of an item is of bad cases (0 is best) rather than of things asked for."""
    return item.measure == "violations" or not item.target


def letter_of_count(item: CheckItem, count: Decimal) -> str:
    """Bad cases 0/1/2/3+ are A/B/C/C#; things asked for lose letters by the share that is missing."""
    if counts_bad(item):
        return "ABCD"[min(int(count), 3)]
    target = Decimal(item.target or 0)
    if item.measure == "ratio":
        missing = target - count
        return "A" if missing <= 0 else "B" if missing <= 5 else "C" if missing <= 10 else "D"
    if item.measure == "sample_pass":
        return "A" if count >= target else "D"
    share = count / target
    return "A" if share >= 1 else "B" if share >= Decimal("0.66") else "C" if share >= Decimal("0.33") else "D"


def _boolean(observed: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    passed = observed.get("passed")
    if not isinstance(passed, bool):
        raise NotObserved(_("请选择“合格”或“不合格”"), field="observed")
    return ("A" if passed else "D"), {"passed": passed}


def _grade(observed: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    grade = observed.get("grade")
    if grade not in ("A", "B", "C", "D"):
        raise NotObserved(_("请选择等级 A、B、C 或 C#"), field="observed")
    return grade, {"grade": grade}


def _count(item: CheckItem, observed: Mapping[str, Any]) -> Decimal:
    raw = observed.get("count")
    try:
        count = Decimal(str(raw))
    except InvalidOperation as error:
        raise NotObserved(_("请填写数目"), field="observed") from error
    most = 100 if item.measure == "ratio" else MOST
    if isinstance(raw, bool) or not count.is_finite() or not 0 <= count <= most:
        raise NotObserved(_("数目应在 0 到 %(most)s 之间") % {"most": most}, field="observed")
    if item.measure != "ratio" and count != int(count):
        raise NotObserved(_("数目应为整数"), field="observed")
    return count


def _number(value: Decimal | None) -> int | float:
    number = value or Decimal(0)
    return int(number) if number == int(number) else float(number)
