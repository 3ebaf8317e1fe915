"""The score of a place."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yipanqi.inspections.scores import place_score

WORTHS = (Decimal(1), Decimal("0.66"), Decimal("0.33"), Decimal(0), None)
weights = st.integers(0, 2000).map(lambda hundredths: Decimal(hundredths) / 100)
judged = st.lists(st.tuples(weights, st.sampled_from(WORTHS)), max_size=15)


def test_place_score_weighs_letters() -> None:
    score = place_score([(Decimal(3), Decimal(1)), (Decimal(1), Decimal(0)), (Decimal(2), None)])
    assert (score.value, score.n) == (Decimal("75.00"), 2)


def test_place_score_where_nothing_applies_is_unknown() -> None:
    assert place_score([(Decimal(3), None)]).value is None
    assert place_score([]).n == 0


@pytest.mark.parametrize(("weight", "worth"), [(Decimal(-1), Decimal(1)), (Decimal(1), Decimal(2))])
def test_place_score_refuses_impossible_numbers(weight: Decimal, worth: Decimal) -> None:
    with pytest.raises(ValueError, match="weight"):
        place_score([(weight, worth)])


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(judged)
def test_place_score_equals_the_formula(rows: list[tuple[Decimal, Decimal | None]]) -> None:
    counted = [(w, v) for w, v in rows if v is not None and w]
    score = place_score(rows)
    assert score.n == len(counted)
    if not counted:
        assert score.value is None
        return
    exact = 100 * sum(Fraction(w) * Fraction(v) for w, v in counted) / sum(Fraction(w) for w, _v in counted)
    assert score.value is not None and abs(Fraction(score.value) - exact) <= Fraction(1, 200)
    assert 0 <= score.value <= 100


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(judged, weights)
def test_place_score_ignores_order_and_what_does_not_apply(rows: list[tuple[Decimal, Decimal | None]], weight: Decimal) -> None:
    assert place_score([*reversed(rows), (weight, None)]) == place_score(rows)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(judged, st.integers(0, 29))
def test_place_score_never_falls_when_a_letter_rises(rows: list[tuple[Decimal, Decimal | None]], n: int) -> None:
    applicable = [row for row in rows if row[1] is not None]
    if not applicable:
        return
    better = list(applicable)
    better[n % len(better)] = (better[n % len(better)][0], Decimal(1))
    before, after = place_score(applicable), place_score(better)
    assert before.value is None or (after.value is not None and after.value >= before.value)
