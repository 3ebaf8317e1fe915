"""From what was seen of a check item to its letter and worth. Pure.

Letters describe a state (状态描述法): A is best, D (printed C#) worst; items that do not apply leave the denominator.
From which count which letter is given, and what a letter is worth, is data of the edition (a Scale); an item may have
thresholds of its own. The starting values are ``meta.kinds`` of ``data/point_categories.yaml``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.actions import Refused
from yipanqi.standards import starting


class Letter(StrEnum):
    """A to D, and NA for what does not apply. D is printed as C#."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    NA = "NA"


LADDER = (Letter.A, Letter.B, Letter.C, Letter.D)
#: Letters that have a threshold; what reaches none of them is a D.
REACHED = ("A", "B", "C")
MEASURES: dict[str, Any] = {
    "violations": _("问题数不超过（处）"),
    "provisions": _("达到应有数的（%）"),
    "sample_pass": _("合格数比达标数少不超过（个）"),
    "ratio": _("比达标比例低不超过（百分点）"),
}
MOST = 1000


@dataclass(frozen=True)
class Scale:
    """`thresholds`: {measure: {letter: number}}; a letter without number is never given. `values`: {letter: 0 to 1}."""

    thresholds: Mapping[str, Mapping[str, Any]]
    values: Mapping[str, Any]

    def worth(self, letter: Letter) -> Decimal | None:
        """What a letter is worth, 0 to 1; None for what does not apply."""
        return None if letter is Letter.NA else Decimal(str(self.values[letter.value]))

    def with_own(self, measure: str, own: Mapping[str, Any]) -> Scale:
        """The scale of an item that has thresholds of its own for its measure; an empty mapping changes nothing."""
        return Scale({**self.thresholds, measure: own}, self.values) if own else self


class BadScale(Refused):
    """Thresholds or worths that cannot be meant; `field` is the measure, or "letter_values"."""


def starting_scale() -> Scale:
    """The scale of the package's data."""
    return Scale(starting.thresholds(), starting.letter_values())


def check_scale(thresholds: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Refuse an edition's scale that lacks a measure or a letter, or whose letters are not in order.

    Raises:
        BadScale.
    """
    if unknown := set(thresholds) ^ set(MEASURES):
        raise BadScale(
            _g("评级标准应包括且只包括：%(names)s") % {"names": _("、").join(MEASURES)}, field=sorted(unknown)[0]
        )
    for measure, own in thresholds.items():
        check_thresholds(measure, own)
    worths: list[Any] = [values.get(letter) for letter in "ABCD"] if len(values) == 4 else []
    if not worths or not all(_is_number(worth) and 0 <= worth <= 1 for worth in worths):
        raise BadScale(_g("请填写 A、B、C、C# 各值多少，应在 0 到 1 之间"), field="letter_values")
    if worths != sorted(worths, reverse=True) or worths[0] == worths[-1]:
        raise BadScale(_g("A、B、C、C# 的分值应从高到低"), field="letter_values")


def check_thresholds(measure: str, own: Mapping[str, Any]) -> None:
    """Refuse thresholds of one measure: A is needed, numbers run from A to C (downwards for provisions).

    Raises:
        BadScale: with the measure as field.
    """
    title = {"name": str(MEASURES.get(measure, measure))}
    if measure not in MEASURES or not isinstance(own, Mapping) or "A" not in own or set(own) - set(REACHED):
        raise BadScale(_g("“%(name)s”应填写 A 的界限，B、C 可以不填，C# 不填") % title, field=measure)
    numbers = [own[letter] for letter in REACHED if letter in own]
    if not all(_is_number(number) and 0 <= number <= MOST for number in numbers):
        raise BadScale(_g("“%(name)s”应是 0 到 1000 的数字") % title, field=measure)
    wanted = sorted(set(numbers), reverse=measure == "provisions")
    if numbers != wanted:
        raise BadScale(_g("“%(name)s”从 A 到 C 应逐级放宽") % title, field=measure)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


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
    kind: str,
    measure: str,
    target: Decimal | int | None,
    sample: int | None,
    observed: Mapping[str, Any],
    scale: Scale | None = None,
) -> Judgement:
    """The letter of one check item.

    Args:
        kind: boolean, count or grade (``CheckItem.Kind``).
        measure: of a count: violations, provisions, sample_pass or ratio; else empty.
        target: provisions wanted, sample members that must pass, or percent; None for violations.
        sample: how many were to be asked or looked at; None where the standard does not say.
        observed: ``{"passed": bool}`` for a boolean, ``{"count": number}`` for a count (percent for a ratio),
            ``{"grade": "A"…"D"}`` for a grade (C# is D), ``{"na": true}`` for any that does not apply.
        scale: thresholds and worths of the edition; the starting ones where none are given.

    Raises:
        WrongObservation: the answer does not fit the item, is negative, or more passed than were asked.
    """
    scale = scale or starting_scale()
    if observed.get("na") is True:
        return Judgement(Letter.NA, None)
    if kind == "boolean":
        letter = _boolean(observed.get("passed"))
    elif kind == "grade":
        letter = _grade(observed.get("grade"))
    else:
        letter = _count(measure, target, sample, _number(observed.get("count")), scale.thresholds.get(measure, {}))
    return Judgement(letter, scale.worth(letter))


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


def _count(
    measure: str, target: Decimal | int | None, sample: int | None, number: Decimal, thresholds: Mapping[str, Any]
) -> Letter:
    if measure not in MEASURES:
        raise WrongObservation
    if measure != "ratio" and number != number.to_integral_value():
        raise WrongObservation(_("请填写整数"), field="count")
    if measure == "violations":
        return _first(thresholds, lambda most: number <= most)
    if not target or target < 0:
        raise WrongObservation(_("检查项没有设定达标数，请联系创城办"), field="count")
    wanted = Decimal(target)
    if measure == "ratio" and number > 100:
        raise WrongObservation(_("比例应在 0 到 100 之间"), field="count")
    if measure == "sample_pass" and sample is not None and number > sample:
        raise WrongObservation(_("合格数不能多于抽样数"), field="count")
    if measure == "provisions":
        return _first(thresholds, lambda share: number * 100 >= wanted * share)
    return _first(thresholds, lambda below: number >= wanted - below)


def _first(thresholds: Mapping[str, Any], holds: Callable[[Decimal], bool]) -> Letter:
    """The best letter whose threshold is reached; D where none is."""
    return next(
        (Letter(one) for one in REACHED if one in thresholds and holds(Decimal(str(thresholds[one])))), Letter.D
    )
