"""A round of dispatch: 1,000 open orders to 500 teams, the optimum of the stated objective (docs/adr/0029-dispatch.md).

The floor is `lap` alone on the very matrix that the round comes to; ours is the round from its arrays to who gets what, its
value summed up anew. Checked besides: no second solver finds a better value (HiGHS on the same objective as a linear programme).
"""

from __future__ import annotations

import time
from statistics import median
from typing import Any

from benchmarks.cities import City
from benchmarks.results import RUNS, Result, spread

ORDERS, TEAMS, KINDS = 1_000, 500, 13


def made(orders: int = ORDERS, teams: int = TEAMS, seed: int = 1) -> Any:
    """A round as a city's is: teams do two or three of thirteen kinds, near ones are wished for, everybody has room for two to six."""
    import numpy as np

    from yipanqi.services.matching import Round

    draw = np.random.default_rng(seed)
    asked, does = draw.integers(0, KINDS, orders), draw.random((teams, KINDS)) < 0.2
    there, here = draw.uniform(0, 25_000, (orders, 2)), draw.uniform(0, 25_000, (teams, 2))
    metres = np.hypot(there[:, :1] - here[:, 0], there[:, 1:] - here[:, 1])
    return Round(
        fit=does[:, asked].T * draw.choice([0.6, 0.8, 1.0], (orders, teams)), metres=metres, free=draw.choice([0.0, 0.25, 0.5, 1.0], (orders, teams), p=[0.1, 0.2, 0.3, 0.4]),
        barred=draw.random((orders, teams)) < 0.02, rating=draw.uniform(3, 5, teams), in_hand=draw.integers(0, 3, teams).astype(float),
        lately=draw.poisson(6, teams).astype(float), room=draw.integers(2, 7, teams), waited=draw.exponential(5, orders),
    )  # fmt: skip


def by_highs(given: Any, weights: Any) -> float:
    """The optimum of the same objective as HiGHS finds it."""
    import highspy
    import numpy as np

    from yipanqi.services.matching import left_costs, pair_costs, slot_costs

    pairs, left, (party, slot) = pair_costs(given, weights), left_costs(given, weights), slot_costs(given, weights)
    rows, columns = np.nonzero(np.isfinite(pairs))
    n, orders = len(rows), len(left)
    costs = np.concatenate([pairs[rows, columns], left, slot])
    index, value, ends = [], [], [0]
    for at in range(len(costs)):
        if at < n:
            index += [int(rows[at]), orders + int(columns[at])]
            value += [1.0, 1.0]
        elif at < n + orders:
            index.append(at - n)
            value.append(1.0)
        else:
            index.append(orders + int(party[at - n - orders]))
            value.append(-1.0)
        ends.append(len(index))
    programme = highspy.HighsLp()
    programme.num_col_, programme.num_row_ = len(costs), orders + len(given.room)
    programme.col_cost_, programme.col_lower_, programme.col_upper_ = costs, np.zeros(len(costs)), np.ones(len(costs))
    programme.row_lower_ = programme.row_upper_ = np.concatenate([np.ones(orders), np.zeros(len(given.room))])
    programme.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    programme.a_matrix_.start_, programme.a_matrix_.index_, programme.a_matrix_.value_ = np.array(ends), np.array(index), np.array(value)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.passModel(programme)
    solver.run()
    return float(solver.getObjectiveValue())


def measure(city: City) -> list[Result]:
    import lap
    import numpy as np

    from yipanqi.services.matching import NOBODY, Weights, jain, matrix, solve, without_fairness

    given, weights = made(), Weights()
    ours, floor = [], []
    outcome = solve(given, weights)
    for _run in range(RUNS):
        start = time.perf_counter()
        outcome = solve(given, weights)
        ours.append(1000 * (time.perf_counter() - start))
        square = np.ascontiguousarray(matrix(given, weights)[0].T)
        start = time.perf_counter()
        lap.lapjv(square)
        floor.append(1000 * (time.perf_counter() - start))
    best = by_highs(given, weights)
    gap = abs(outcome.value - best) / best
    even = {}
    for name, chosen in (("with", outcome.chosen), ("without", solve(given, without_fairness(weights)).chosen)):
        even[name] = jain(given.lately + np.bincount(chosen[chosen != NOBODY], minlength=TEAMS))
    size = f"{ORDERS:,} orders to {TEAMS} teams"
    return [
        Result(f"{size}, optimal", city.engine, spread(ours, " ms"), spread(floor, " ms"), f"{median(ours) / median(floor):.1f} ×", "≤ 3 ×", median(ours) <= 3 * median(floor)),
        Result("— value against HiGHS", city.engine, f"{outcome.value:,.3f}", f"{best:,.3f}", f"{gap:.1e} apart", "equal", gap < 1e-7),
        Result("— evenness of orders (Jain), fairness weighed", city.engine, f"{even['with']:.3f}", f"{even['without']:.3f} without", "", "more even", even["with"] > even["without"]),
    ]
