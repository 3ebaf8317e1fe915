"""The optimum of the stated objective: against every possibility where they can be tried, against HiGHS where they cannot."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import highspy
import numpy as np
import pytest
from hypothesis import given as each
from hypothesis import settings
from hypothesis import strategies as st

from yipanqi.services.matching import (
    NOBODY,
    Round,
    Weights,
    jain,
    left_costs,
    pair_costs,
    ranked,
    slot_costs,
    solve,
    value_of,
)

pytestmark = pytest.mark.pure


def made(requests: int, parties: int, seed: int, room: int = 3) -> Round:
    draw = np.random.default_rng(seed)
    metres = draw.uniform(0, 15_000, (requests, parties))
    metres[draw.random((requests, parties)) < 0.1] = np.nan
    return Round(
        fit=draw.choice([0.0, 0.6, 0.8, 1.0], (requests, parties)), metres=metres, free=draw.choice([0.0, 0.25, 0.5, 1.0], (requests, parties)),
        barred=draw.random((requests, parties)) < 0.1, rating=draw.uniform(2, 5, parties), in_hand=draw.integers(0, 4, parties).astype(float),
        lately=draw.integers(0, 20, parties).astype(float), room=draw.integers(0, room + 1, parties), waited=draw.uniform(0, 40, requests),
    )  # fmt: skip


def best_of_all(given: Round, weights: Weights) -> float:
    """The least value among all ways to give the requests out."""
    requests, parties = given.fit.shape
    best = np.inf
    for way in product(range(NOBODY, parties), repeat=requests):
        try:
            best = min(best, value_of(given, weights, np.array(way, dtype=np.int64)))
        except ValueError:
            continue
    return best


def by_highs(given: Round, weights: Weights) -> float:
    """The same objective as a linear programme: requests flow to parties, parties fill their slots."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    pairs, left = pair_costs(given, weights), left_costs(given, weights)
    party, slot = slot_costs(given, weights)
    flows = {(r, t): solver.addVariable(0, 1, pairs[r, t]) for r, t in zip(*np.nonzero(np.isfinite(pairs)), strict=True)}
    unmet = [solver.addVariable(0, 1, cost) for cost in left]
    slots = [solver.addVariable(0, 1, cost) for cost in slot]
    for r in range(len(left)):
        solver.addConstr(sum((x for (row, _t), x in flows.items() if row == r), unmet[r]) == 1)
    for t in range(len(given.room)):
        mine, held = [x for (_r, column), x in flows.items() if column == t], [y for y, owner in zip(slots, party, strict=True) if owner == t]
        if mine:
            solver.addConstr(sum(mine[1:], mine[0]) - sum(held[1:], held[0]) == 0)
    solver.run()
    return float(solver.getObjectiveValue())


@pytest.mark.parametrize("seed", range(40))
def test_no_way_at_all_is_better_on_small_rounds(seed: int) -> None:
    draw = np.random.default_rng(seed)
    given = made(int(draw.integers(1, 6)), int(draw.integers(1, 5)), seed, room=2)
    weights = Weights(*draw.uniform(0, 30, 6))
    assert solve(given, weights).value == pytest.approx(best_of_all(given, weights))


@pytest.mark.parametrize(("requests", "parties", "seed"), [(30, 12, 1), (60, 40, 2), (12, 50, 3), (80, 10, 4), (120, 60, 5)])
def test_a_second_solver_finds_nothing_better_on_larger_ones(requests: int, parties: int, seed: int) -> None:
    given = made(requests, parties, seed)
    assert solve(given, Weights()).value == pytest.approx(by_highs(given, Weights()), rel=1e-9)


def test_rounds_of_nobody_and_nothing_have_an_outcome() -> None:
    assert list(solve(made(3, 0, 1), Weights()).chosen) == [NOBODY] * 3
    assert solve(made(0, 3, 1), Weights()).value == 0


@settings(max_examples=80, deadline=None)
@each(st.integers(0, 40), st.integers(0, 25), st.integers(0, 10_000))
def test_any_outcome_gives_only_to_those_who_are_able_and_have_room(requests: int, parties: int, seed: int) -> None:
    given = made(requests, parties, seed)
    found = solve(given, Weights())
    for row, party in enumerate(found.chosen):
        assert party == NOBODY or given.able[row, party]
    got = np.bincount(found.chosen[found.chosen != NOBODY], minlength=parties) if parties else np.zeros(0)
    assert (got <= given.room).all()


def spread_cost(given: Round, chosen: np.ndarray) -> float:
    """What the fairness part of the objective charges for an outcome."""
    only = Weights(0, 0, 0, 0, 0, 1)
    return value_of(given, only, chosen) - left_costs(given, only)[chosen == NOBODY].sum()


@settings(max_examples=60, deadline=None)
@each(st.integers(1, 40), st.integers(1, 25), st.integers(0, 10_000), st.floats(1, 200))
def test_weighing_fairness_never_makes_the_spread_worse(requests: int, parties: int, seed: int, weight: float) -> None:
    """Whatever the round: the outcome with the weight is spread at least as evenly as the one without, by the same measure."""
    given = replace(made(requests, parties, seed), waited=np.zeros(requests))
    without = solve(given, Weights(fairness=0)).chosen
    with_it = solve(given, Weights(fairness=weight)).chosen
    if (without == NOBODY).sum() == (with_it == NOBODY).sum():
        assert spread_cost(given, with_it) <= spread_cost(given, without) + 1e-6


def test_fairness_evens_out_what_teams_got_lately() -> None:
    """Thirty equal orders near one busy team: weighed, they go round; not weighed, they pile up where it is nearest."""
    parties = 10
    metres = np.tile(np.linspace(100, 2_000, parties), (30, 1))
    given = Round(
        fit=np.ones((30, parties)), metres=metres, free=np.ones((30, parties)), barred=np.zeros((30, parties), dtype=bool), rating=np.full(parties, 4.5),
        in_hand=np.zeros(parties), lately=np.linspace(20, 0, parties), room=np.full(parties, 10), waited=np.zeros(30),
    )  # fmt: skip
    spread = {}
    for weight in (0, 15, 60):
        got = np.bincount(solve(given, Weights(load=0, fairness=weight)).chosen, minlength=parties)
        spread[weight] = jain(given.lately + got)
    assert spread[0] < spread[15] <= spread[60]
    assert spread[0] < 0.65
    assert spread[60] > 0.85


def test_those_who_waited_longest_are_served_where_not_all_can_be() -> None:
    given = replace(made(2, 1, 1), fit=np.ones((2, 1)), free=np.ones((2, 1)), barred=np.zeros((2, 1), dtype=bool), metres=np.zeros((2, 1)), room=np.array([1]), waited=np.array([1.0, 20.0]))
    assert list(solve(given, Weights()).chosen) == [NOBODY, 0]


def test_the_first_of_the_ranked_is_the_one_chosen_alone() -> None:
    for seed in range(20):
        given = made(6, 8, seed).only(3)
        order = ranked(given, Weights())
        chosen = solve(given, Weights()).chosen[0]
        assert chosen == (order[0] if len(order) else NOBODY)


def test_an_outcome_beyond_the_room_has_no_value() -> None:
    given = replace(made(2, 1, 1), room=np.array([1]))
    with pytest.raises(ValueError, match="room"):
        value_of(given, Weights(), np.array([0, 0]))
    with pytest.raises(ValueError, match="cannot"):
        value_of(replace(given, fit=np.zeros((2, 1))), Weights(), np.array([0, NOBODY]))


def test_jain_is_one_where_all_have_the_same() -> None:
    assert jain(np.full(7, 3.0)) == pytest.approx(1)
    assert jain(np.array([9.0, 0, 0])) == pytest.approx(1 / 3)
    assert jain(np.zeros(3)) == 1
