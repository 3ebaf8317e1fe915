"""The score of a place."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yipanqi.inspections import actions
from yipanqi.inspections.scores import place_score
from yipanqi.inspections.tests.world import NOW, campaign, visit, world

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


#: Worked by hand: what was seen, the score, on how many items it rests. Weights 3, 2, 1, 3 and 1; letters are worth 100/66/33/0 %.
BY_HAND = [
    ({}, "100.00", 5),
    ({"MK-02": {"count": 1}}, "93.20", 5),  # (3 + 2·0.66 + 1 + 3 + 1) / 10
    ({"MK-02": {"count": 2}}, "86.60", 5),  # (3 + 2·0.33 + 1 + 3 + 1) / 10
    ({"MK-02": {"count": 3}}, "80.00", 5),  # three and more: nothing of 2
    ({"MK-04": {"na": True}, "MK-01": {"passed": False}}, "57.14", 4),  # (2 + 1 + 1) / 7
    ({"MK-02": {"count": 2}, "MK-03": {"count": 2}, "MK-04": {"na": True}, "MK-05": {"grade": "C#"}}, "61.71", 4),  # 4.32 / 7
    ({code: {"na": True} for code in ("MK-01", "MK-02", "MK-03", "MK-04", "MK-05")}, None, 0),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("seen", "score", "n"), BY_HAND)
def test_finish_visit_gives_the_score_worked_by_hand(seen: dict[str, dict[str, Any]], score: str | None, n: int) -> None:
    w = world()
    here = visit(w, campaign(w))
    for code, observed in seen.items():
        actions.record_finding(here, item=w.items[code], observed=observed, note="东侧", by=w.inspector, at=NOW)
    done = actions.finish_visit(actions.pass_rest(here, by=w.inspector, at=NOW), by=w.inspector, at=NOW)
    assert (done.score, done.n_items) == (None if score is None else Decimal(score), n)


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
