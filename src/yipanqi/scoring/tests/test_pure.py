"""The arithmetic of scorecards: beta quantiles, shrinking, tiers, score."""

from __future__ import annotations

import math
import random
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yipanqi.scoring import betas
from yipanqi.scoring.cards import SCORE, Counted, Terms, Yardstick, score_again, score_all
from yipanqi.scoring.composite import composite
from yipanqi.scoring.shrinking import Prior, Share, fit, share
from yipanqi.scoring.tiers import Standing, placed, tiers

pytestmark = pytest.mark.pure

SHAPES = st.floats(0.05, 5000)


def binomial_tail(x: float, a: int, b: int) -> float:
    """The share of Beta(a, b) below x for whole a and b: a or more of a + b − 1 throws succeed."""
    n = a + b - 1
    return sum(math.comb(n, k) * x**k * (1 - x) ** (n - k) for k in range(a, n + 1))


@given(st.floats(0.001, 0.999), st.integers(1, 60), st.integers(1, 60))
def test_cdf_is_the_binomial_tail(x: float, a: int, b: int) -> None:
    assert betas.cdf(x, a, b) == pytest.approx(binomial_tail(x, a, b), rel=1e-9, abs=1e-12)


@given(st.floats(0.001, 0.999))
def test_cdf_of_the_arcsine_distribution(x: float) -> None:
    assert betas.cdf(x, 0.5, 0.5) == pytest.approx(2 / math.pi * math.asin(math.sqrt(x)), rel=1e-9)


@given(st.floats(0.005, 0.995), SHAPES, SHAPES)
def test_quantile_is_the_inverse(p: float, a: float, b: float) -> None:
    x = betas.quantile(p, a, b)
    assert 0 <= x <= 1
    if 1e-9 < x < 1 - 1e-9:
        assert betas.cdf(x, a, b) == pytest.approx(p, abs=1e-6)


def test_quantiles_known_from_tables() -> None:
    assert betas.quantile(0.975, 5, 5) == pytest.approx(0.7879914, abs=1e-6)
    assert betas.quantile(0.025, 10.5, 0.5) == pytest.approx(0.7829, abs=1e-3)  # Jeffreys, 10 of 10
    assert (betas.quantile(0, 2, 2), betas.quantile(1, 2, 2), betas.cdf(-1, 2, 2), betas.cdf(2, 2, 2)) == (0, 1, 0, 1)
    assert betas.variance(1, 1) == pytest.approx(1 / 12)


GROUP = st.lists(st.integers(0, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=2, max_size=25)


@given(GROUP)
def test_shrunk_lies_between_raw_and_mean(rows: list[tuple[int, int]]) -> None:
    prior = fit(rows, 2)
    for yes, n in rows:
        if prior is None or not n:
            continue
        found = share(yes, n, prior)
        between = sorted((yes / n, prior.mean))
        assert between[0] - 1e-9 <= found.value <= between[1] + 1e-9
        assert 0 <= found.low <= found.value <= found.high <= 1 and found.variance > 0
        assert 0 < prior.mean < 1 and sum(p for p, _s, _v in prior.parts) == pytest.approx(1) and Prior.of(prior.as_json()) == prior


@given(st.integers(0, 20), st.integers(1, 20), st.integers(2, 30), st.floats(0.01, 0.99), st.floats(1, 500))
def test_more_cases_are_shrunk_less_and_known_better(yes: int, n: int, times: int, middle: float, strength: float) -> None:
    yes, prior = min(yes, n), Prior(middle, ((0.7, strength, 0.001), (0.3, 2 * strength, 0.001)))
    few, many = share(yes, n, prior), share(yes * times, n * times, prior)
    assert abs(many.value - yes / n) <= abs(few.value - yes / n) + 1e-12


def test_a_single_unit_or_too_few_stay_raw() -> None:
    assert fit([(3, 4)], 1) is None and fit([(3, 4), (0, 0), (5, 9)], 3) is None and fit([], 3) is None
    raw = share(8, 10, None)
    assert raw.value == 0.8 and (round(raw.low, 3), round(raw.high, 3)) == (0.497, 0.956)
    assert share(10, 10, None).high == 1 and share(0, 10, None).low == 0


def test_units_that_never_failed_are_not_thought_unable_to() -> None:
    prior = fit([(20, 20), (5, 5), (1, 1)], 3)
    assert prior is not None and 0.9 < prior.mean < 1 and share(1, 1, prior).low < 0.97


def test_intervals_cover_what_is_true() -> None:
    """Groups of 12 units whose true rates spread around 80 %, sizes from 3 to 200: nominally 95 %."""
    chooser, hit, total, shrunk_error, raw_error = random.Random(5), 0, 0, [], []
    for _n in range(150):
        truth = [chooser.betavariate(16, 4) for _u in range(12)]
        sizes = [chooser.choice((3, 8, 20, 60, 200)) for _u in truth]
        rows = [(sum(chooser.random() < p for _c in range(n)), n) for p, n in zip(truth, sizes, strict=True)]
        prior = fit(rows, 4)
        for (yes, n), p in zip(rows, truth, strict=True):
            found = share(yes, n, prior)
            hit, total = hit + (found.low <= p <= found.high), total + 1
            shrunk_error.append((found.value - p) ** 2)
            raw_error.append((yes / n - p) ** 2)
    assert 0.93 <= hit / total <= 0.98
    assert mean(shrunk_error) < 0.6 * mean(raw_error)


def test_units_that_are_all_alike_are_covered_too() -> None:
    chooser, hit, total = random.Random(6), 0, 0
    for _n in range(150):
        rows = [(sum(chooser.random() < 0.7 for _c in range(15)), 15) for _u in range(10)]
        prior = fit(rows, 4)
        assert prior is not None
        hit += sum((found := share(yes, n, prior)).low <= 0.7 <= found.high for yes, n in rows)
        total += 10
    assert 0.93 <= hit / total <= 1


ENDS = st.tuples(*[st.integers(0, 40)] * 3).map(sorted).map(lambda ends: Standing(ends[1], ends[0], ends[2]))
STANDINGS = st.dictionaries(st.text("abcdefghij", min_size=1, max_size=2), ENDS, max_size=15)


@given(STANDINGS, st.randoms())
def test_tiers_do_not_depend_on_the_order_of_units(standings: dict[str, Standing], chooser: random.Random) -> None:
    shuffled = list(standings.items())
    chooser.shuffle(shuffled)
    assert tiers(dict(shuffled)) == tiers(standings)


@given(STANDINGS)
def test_tiers_follow_their_definition(standings: dict[str, Standing]) -> None:
    found, values = tiers(standings)
    assert sorted(set(found.values())) == list(range(1, len(values) + 1))
    leaders = [min((one for key, one in standings.items() if found[key] == n), key=lambda s: (-s.value, s.low, -s.high)) for n in range(1, len(values) + 1)]
    assert [leader.value for leader in leaders] == values
    assert all(one.overlaps(leaders[found[key] - 1]) for key, one in standings.items())
    assert not any(better.overlaps(worse) for better, worse in zip(leaders, leaders[1:], strict=False))
    for key, one in standings.items():
        assert all(found[key] <= found[other] for other, theirs in standings.items() if one.value > theirs.value)
        assert placed(one.value, values) <= found[key] or one.value == values[min(found[key], len(values) - 1)]


def test_a_clear_gap_makes_a_tier_and_a_chain_does_not_hide_it() -> None:
    chain = {str(n): Standing(0.9 - n * 0.08, 0.85 - n * 0.08, 0.95 - n * 0.08) for n in range(4)}
    assert tiers(chain)[0] == {"0": 1, "1": 1, "2": 2, "3": 2}
    assert placed(0.91, [0.9, 0.74]) == 1 and placed(0.8, [0.9, 0.74]) == 1 and placed(0.7, [0.9, 0.74]) == 2


@given(st.lists(st.tuples(st.floats(0.01, 1), st.floats(0.01, 0.99), st.integers(1, 400)), min_size=1, max_size=6))
def test_score_lies_among_its_parts_and_in_its_interval(rows: list[tuple[float, float, int]]) -> None:
    parts = [(weight, share(p * n, n, Prior(0.5, ((1, 2, 0.01),)))) for weight, p, n in rows]
    found = composite(parts)
    assert found is not None
    values = [one.value for _w, one in parts]
    assert min(values) - 1e-9 <= found.value <= max(values) + 1e-9 and 0 <= found.low <= found.value <= found.high <= 1


@pytest.mark.parametrize(("yes", "n"), [(5, 5), (0, 5), (60, 60)])
def test_a_faultless_handful_is_not_certain(yes: int, n: int) -> None:
    one = share(yes, n, None)
    found = composite([(0.6, one), (0.4, one)])
    assert found is not None and found.value == yes / n and found.high - found.low > (0.2 if n == 5 else 0.01) and found.variance > 0
    assert one.low <= found.low <= found.value <= found.high <= one.high


def test_score_needs_half_of_the_weights() -> None:
    known = Share(0.8, 0.7, 0.9, 0.002)
    assert composite([(0.5, known), (0.5, None)]) == composite([(1, known)])
    assert composite([(0.4, known), (0.6, None)]) is None and composite([]) is None and composite([(0, known)]) is None


def town(n: int = 6) -> tuple[dict[str, dict[str, Counted]], dict[str, str], Terms]:
    counts = {f"u{k}": {"on_time": Counted(40 - 6 * k, 40), "rework": Counted(k, 20)} for k in range(n)}
    return counts, dict.fromkeys(counts, "street"), Terms({"on_time": 0.6, "rework": 0.4})


def test_cards_put_the_better_into_the_better_tier_and_less_rework_is_better() -> None:
    counts, group_of, terms = town()
    cards, yardstick = score_all(counts, group_of, terms, ["rework"])
    by = {card.unit: card for card in cards}
    assert by["u0"].tier == by["u0"].told["rework"].tier == 1 < by["u5"].tier and by["u0"].score is not None
    assert all(told.shrunk for card in cards for told in card.told.values())
    turned = dict(reversed(counts.items()))
    assert {card.unit: card for card in score_all(turned, group_of, terms, ["rework"])[0]} == by
    kept = Yardstick.of(yardstick.as_json())
    for card in cards:
        assert score_again(card.unit, "street", counts[card.unit], kept, terms, ["rework"]) == card


def test_peers_are_apart_and_a_small_group_shows_raw_rates_without_tiers() -> None:
    counts, group_of, terms = town()
    group_of |= {"e1": "enterprise", "e2": "enterprise", "office": ""}
    counts |= {"e1": {"on_time": Counted(1, 10)}, "e2": {}, "office": {"on_time": Counted(0, 99)}}
    by = {card.unit: card for card in score_all(counts, group_of, terms, ["rework"])[0]}
    assert "office" not in by and by["u0"] == {c.unit: c for c in score_all(*town(), ["rework"])[0]}["u0"]
    few = by["e1"].told["on_time"]
    assert few.share is not None and few.share.value == 0.1 and not few.shrunk and few.tier == by["e1"].tier == 0
    assert by["e2"].told["on_time"].share is None and by["e2"].score is None  # no data: neither zero nor perfect


def test_few_cases_are_shown_but_stand_in_no_tier() -> None:
    counts, group_of, terms = town()
    counts["u0"] = {"on_time": Counted(4, 4), "rework": Counted(0, 3)}
    card = next(card for card in score_all(counts, group_of, terms, ["rework"])[0] if card.unit == "u0")
    assert card.told["on_time"].share is not None and card.told["on_time"].tier == 0 and card.score is None and card.tier == 0


def test_an_objection_upheld_betters_one_card_and_leaves_the_yardstick() -> None:
    counts, group_of, terms = town()
    cards, yardstick = score_all(counts, group_of, terms, ["rework"])
    before = next(card for card in cards if card.unit == "u4")
    after = score_again("u4", "street", {**counts["u4"], "on_time": Counted(16, 20)}, yardstick, terms, ["rework"])
    assert after.score is not None and before.score is not None and after.score.value > before.score.value
    assert after.told["rework"] == before.told["rework"] and after.tier <= before.tier and SCORE in yardstick.leaders["street"]
