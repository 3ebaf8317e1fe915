"""From what was seen of a check item to its letter and worth. Pure.

Letters describe a state (状态描述法): A is worth 100 %, B 66 %, C 33 %, D (printed C#) nothing; items that do not apply
leave the denominator. Thresholds as in ``meta.kinds`` of ``data/point_categories.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.actions import Refused


class Letter(StrEnum):
    """A to D, and NA for what does not apply. D is printed as C#."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    NA = "NA"


VALUES: dict[Letter, Decimal | None] = {
    Letter.A: Decimal(1),
    Letter.B: Decimal("0.66"),
    Letter.C: Decimal("0.33"),
    Letter.D: Decimal(0),
    Letter.NA: None,
}
LADDER = (Letter.A, Letter.B, Letter.C, Letter.D)
#: Violations up to which A, B, C are given.
VIOLATIONS = (0, 1, 2)
#: Share of the target, in percent, from which A, B, C are given.
PROVISIONS = (100, 66, 33)
#: Percentage points below the target up to which A, B, C are given.
RATIO = (0, 5, 10)


class WrongObservation(Refused):
    """What was handed in does not answer the item."""

    message = _("检查结果与检查项的判定方式不符")


@dataclass(frozen=True)
class Judgement:
    """`value` is 1, 0.66, 0.33 or 0; None where the item does not apply."""

    letter: Letter
    value: Decimal | None

    @property
    def failed(self) -> bool:
        """True where something is to be mended: the item applies and is not fully met."""
        return self.letter not in (Letter.A, Letter.NA)


def judge(
    kind: str, measure: str, target: Decimal | int | None, sample: int | None, observed: Mapping[str, Any]
) -> Judgement:
    """The letter of one check item.

    Args:
        kind: boolean, count or grade (``CheckItem.Kind``).
        measure: of a count: violations, provisions, sample_pass or ratio; else empty.
        target: provisions wanted, sample members that must pass, or percent; None for violations.
        sample: how many were to be asked or looked at; None where the standard does not say.
        observed: ``{"passed": bool}`` for a boolean, ``{"count": number}`` for a count (percent for a ratio),
            ``{"grade": "A"…"D"}`` for a grade (C# is D), ``{"na": true}`` for any that does not apply.

    Raises:
        WrongObservation: the answer does not fit the item, is negative, or more passed than were asked.
    """
    if observed.get("na") is True:
        return Judgement(Letter.NA, None)
    if kind == "boolean":
        letter = _boolean(observed.get("passed"))
    elif kind == "grade":
        letter = _grade(observed.get("grade"))
    else:
        letter = _count(measure, target, sample, _number(observed.get("count")))
    return Judgement(letter, VALUES[letter])


def _boolean(passed: Any) -> Letter:
    if not isinstance(passed, bool):
        raise WrongObservation(_("请选择符合或不符合"), field="passed")
    return Letter.A if passed else Letter.D


def _grade(grade: Any) -> Letter:
    text = "D" if grade == "C#" else grade
    if text not in LADDER:
        raise WrongObservation(_("请选择等级 A、B、C 或 C#"), field="grade")
    return Letter(text)


def _number(count: Any) -> Decimal:
    if isinstance(count, bool) or not isinstance(count, int | float | str | Decimal) or count == "":
        raise WrongObservation(_("请填写数字"), field="count")
    try:
        number = Decimal(str(count))
    except InvalidOperation as error:
        raise WrongObservation(_("请填写数字"), field="count") from error
    if not number.is_finite() or number < 0:
        raise WrongObservation(_("数字不能小于零"), field="count")
    return number


def _count(measure: str, target: Decimal | int | None, sample: int | None, number: Decimal) -> Letter:
    if measure != "ratio" and number != number.to_integral_value():
        raise WrongObservation(_("请填写整数"), field="count")
    if measure == "violations":
        return _first(number <= most for most in VIOLATIONS)
    if not target or target < 0:
        raise WrongObservation(_("检查项没有设定达标数，请联系创城办"), field="count")
    if measure == "ratio":
        if number > 100:
            raise WrongObservation(_("比例应在 0 到 100 之间"), field="count")
        return _first(number >= target - below for below in RATIO)
    if measure == "sample_pass":
        if sample is not None and number > sample:
            raise WrongObservation(_("合格数不能多于抽样数"), field="count")
        return Letter.A if number >= target else Letter.D
    if measure == "provisions":
        return _first(number * 100 >= target * share for share in PROVISIONS)
    raise WrongObservation


def _first(reached: Any) -> Letter:
    """The best letter whose condition holds; D where none does."""
    return next((letter for letter, holds in zip(LADDER, reached, strict=False) if holds), Letter.D)
