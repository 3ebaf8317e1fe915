"""What one tap stands for, and the letter of what was seen of a check item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from yipanqi.standards.letters import WrongObservation
from yipanqi.standards.models import CheckItem
from yipanqi.standards.selectors import letter_of

#: More than this is a slip of the finger.
MOST = 9999


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
        WrongObservation: the observation does not fit the item.
    """
    kept: dict[str, Any]
    if observed.get("na") is True:
        kept = {"na": True}
    elif item.kind == CheckItem.Kind.BOOLEAN:
        kept = {"passed": observed.get("passed")}
    elif item.kind == CheckItem.Kind.GRADE:
        kept = {"grade": "D" if observed.get("grade") == "C#" else observed.get("grade")}
    else:
        kept = {"count": _tidy(observed.get("count"))}
    found = letter_of(item, kept)
    return Judged(found.letter.value, found.value, kept)


def passing(item: CheckItem) -> dict[str, Any]:
    """The observation that earns an A: what one tap on 合格 stands for."""
    if item.kind == CheckItem.Kind.BOOLEAN:
        return {"passed": True}
    if item.kind == CheckItem.Kind.GRADE:
        return {"grade": "A"}
    return {"count": 0 if counts_bad(item) else _plain(item.target or Decimal(0))}


def failing(item: CheckItem) -> dict[str, Any]:
    """A failing observation one step away from passing: where the phone's form starts."""
    if item.kind == CheckItem.Kind.BOOLEAN:
        return {"passed": False}
    if item.kind == CheckItem.Kind.GRADE:
        return {"grade": "B"}
    return {"count": 1 if counts_bad(item) else max(0, _plain((item.target or Decimal(0)) - 1))}


def counts_bad(item: CheckItem) -> bool:
    """Whether an item counts bad cases (0 is best) rather than things asked for."""
    return item.measure == "violations"


def _tidy(raw: Any) -> Any:
    """A count as it is kept: a plain number where it is one; anything else is for `letters` to refuse."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | str | Decimal):
        return raw
    try:
        number = Decimal(str(raw))
    except InvalidOperation:
        return raw
    if number.is_finite() and number > MOST:
        raise WrongObservation(_("数目太大，请核对"), field="count")
    return _plain(number) if number.is_finite() else str(raw)


def _plain(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)
