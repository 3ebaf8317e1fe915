"""From observation to letter: every kind, every threshold, every refusal."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yipanqi.standards.letters import (
    LADDER,
    BadScale,
    Letter,
    Scale,
    WrongObservation,
    check_scale,
    check_thresholds,
    judge,
    starting_scale,
)


def letter(kind: str, measure: str = "", target: Any = None, sample: Any = None, **observed: Any) -> str:
    return judge(kind, measure, target, sample, observed).letter


@pytest.mark.parametrize(("count", "expected"), [(0, "A"), (1, "B"), (2, "C"), (3, "D"), (4, "D"), (500, "D")])
def test_violations_count_down_to_the_fourth_letter(count: int, expected: str) -> None:
    assert letter("count", "violations", count=count) == expected


@pytest.mark.parametrize(
    ("found", "target", "expected"),
    [(3, 3, "A"), (9, 3, "A"), (2, 3, "B"), (1, 3, "C"), (0, 3, "D"), (0, 1, "D"), (1, 1, "A"), (1, 2, "C"),
     (66, 100, "B"), (65, 100, "C"), (33, 100, "C"), (32, 100, "D"), (4, 6, "B"), (3, 5, "C"), (1, 5, "D")],
)  # fmt: skip
def test_provisions_lose_letters_by_what_is_missing(found: int, target: int, expected: str) -> None:
    assert letter("count", "provisions", Decimal(target), count=found) == expected


@pytest.mark.parametrize(("passed", "expected"), [(5, "A"), (3, "A"), (2, "D"), (0, "D")])
def test_sample_passes_at_its_target_or_not_at_all(passed: int, expected: str) -> None:
    assert letter("count", "sample_pass", 3, 5, count=passed) == expected


@pytest.mark.parametrize(
    ("percent", "expected"),
    [(100, "A"), (95, "A"), (94.9, "B"), (90, "B"), ("89.99", "C"), (Decimal("85"), "C"), (84.9, "D"), (0, "D")],
)
def test_ratio_loses_letters_by_points_below_the_target(percent: Any, expected: str) -> None:
    assert letter("count", "ratio", 95, count=percent) == expected


def test_boolean_knows_only_two_letters() -> None:
    assert letter("boolean", passed=True) == "A"
    assert letter("boolean", passed=False) == "D"


@pytest.mark.parametrize(("grade", "expected"), [("A", "A"), ("B", "B"), ("C", "C"), ("D", "D"), ("C#", "D")])
def test_grade_is_the_letter_given(grade: str, expected: str) -> None:
    assert letter("grade", grade=grade) == expected


@pytest.mark.parametrize("kind", ["boolean", "count", "grade"])
def test_what_does_not_apply_has_no_worth_and_is_no_failure(kind: str) -> None:
    judged = judge(kind, "violations", None, None, {"na": True})
    assert (judged.letter, judged.value, judged.failed) == (Letter.NA, None, False)


def test_worth_of_letters() -> None:
    assert [starting_scale().worth(one) for one in LADDER] == [1, Decimal("0.66"), Decimal("0.33"), 0]
    assert [judge("grade", "", None, None, {"grade": one}).failed for one in "ABCD"] == [False, True, True, True]


@pytest.mark.parametrize(
    ("item", "observed", "field"),
    [
        (("boolean", "", None, None), {}, "passed"),
        (("boolean", "", None, None), {"passed": 1}, "passed"),
        (("boolean", "", None, None), {"na": False}, "passed"),
        (("grade", "", None, None), {"grade": "E"}, "grade"),
        (("grade", "", None, None), {"grade": "NA"}, "grade"),
        (("count", "violations", None, None), {}, "count"),
        (("count", "violations", None, None), {"count": ""}, "count"),
        (("count", "violations", None, None), {"count": "many"}, "count"),
        (("count", "violations", None, None), {"count": True}, "count"),
        (("count", "violations", None, None), {"count": [1]}, "count"),
        (("count", "violations", None, None), {"count": -1}, "count"),
        (("count", "violations", None, None), {"count": 1.5}, "count"),
        (("count", "violations", None, None), {"count": float("nan")}, "count"),
        (("count", "ratio", 90, None), {"count": "Infinity"}, "count"),
        (("count", "ratio", 90, None), {"count": 100.5}, "count"),
        (("count", "sample_pass", 3, 5), {"count": 6}, "count"),
        (("count", "provisions", None, None), {"count": 2}, "count"),
        (("count", "provisions", 0, None), {"count": 2}, "count"),
        (("count", "guesses", 3, None), {"count": 2}, None),
    ],
)
def test_judge_refuses_what_does_not_answer_the_item(
    item: tuple[Any, ...], observed: dict[str, Any], field: str
) -> None:
    with pytest.raises(WrongObservation) as refusal:
        judge(*item, observed)
    assert refusal.value.field == field and str(refusal.value)


@given(st.integers(1, 200), st.integers(0, 400))
def test_more_provisions_never_earn_less(target: int, found: int) -> None:
    first, second = (judge("count", "provisions", target, None, {"count": n}) for n in (found, found + 1))
    assert first.value is not None and second.value is not None and second.value >= first.value


@given(st.integers(0, 50))
def test_more_violations_never_earn_more(count: int) -> None:
    first, second = (judge("count", "violations", None, None, {"count": n}) for n in (count, count + 1))
    assert first.value is not None and second.value is not None and second.value <= first.value


def test_an_edition_gives_letters_by_its_own_scale() -> None:
    scale = Scale(starting_scale().thresholds, {"A": 1, "B": 0.5, "C": 0.2, "D": 0})
    own = scale.with_own("sample_pass", {"A": 0, "C": 1})
    letters = [judge("count", "sample_pass", 3, 5, {"count": n}, own) for n in (3, 2, 1)]
    assert [(one.letter, one.value) for one in letters] == [("A", 1), ("C", Decimal("0.2")), ("D", 0)]
    assert scale.with_own("ratio", {}) is scale
    loose = scale.with_own("violations", {"A": 2, "B": 2.5})
    assert [judge("count", "violations", None, None, {"count": n}, loose).letter for n in (2, 3)] == ["A", "D"]


@pytest.mark.parametrize(
    ("measure", "own"),
    [("guesses", {"A": 1}), ("violations", {}), ("violations", {"B": 1}), ("violations", {"A": 0, "D": 3}), ("violations", [0]),
     ("violations", {"A": -1}), ("violations", {"A": True}), ("violations", {"A": "0"}), ("violations", {"A": float("nan")}),
     ("violations", {"A": 1, "B": 1}), ("violations", {"A": 2000}), ("provisions", {"A": 33, "B": 66})],
)  # fmt: skip
def test_thresholds_that_cannot_be_meant_are_refused(measure: str, own: Any) -> None:
    with pytest.raises(BadScale) as refusal:
        check_thresholds(measure, own)
    assert refusal.value.field == measure


@pytest.mark.parametrize(
    "values",
    [{}, {"A": 1, "B": 0.66, "C": 0.33}, {"A": 1, "B": 2, "C": 0, "D": 0}, {"A": 0.5, "B": 0.6, "C": 0, "D": 0},
     {"A": 0, "B": 0, "C": 0, "D": 0}, {"A": 1, "B": "x", "C": 0, "D": 0}],
)  # fmt: skip
def test_worths_that_cannot_be_meant_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(BadScale) as refusal:
        check_scale(starting_scale().thresholds, values)
    assert refusal.value.field == "letter_values"


def test_a_scale_names_every_measure_once() -> None:
    with pytest.raises(BadScale):
        check_scale({"violations": {"A": 0}}, starting_scale().values)
    check_scale(starting_scale().thresholds, starting_scale().values)
