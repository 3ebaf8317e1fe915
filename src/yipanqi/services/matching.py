"""Dispatch as an assignment problem, solved exactly. Pure: arrays in, arrays out; what the numbers mean stands in ADR 29.

Open requests r are to be given to parties t (teams, or stations that serve by themselves). A party may take `room[t]` more.
The objective that is minimised:

    Σ pair(r, t)  over the requests given out
  + Σ slot(t, k)  over each party's first, second, … order of this round
  + Σ left(r)     over the requests that nobody gets

    pair = skill·(1 − fit) + distance·min(metres / far, 1) + time·(1 − free share) + rating·(5 − mean rating) / 4
    slot = load·(orders in hand + k − 1) / most + fairness·(orders of the last months + k − 1) / most
    left = ten times the sum of the weights, up to twice as much for those that have waited a month

The cost of a slot grows with k, so a party's total is convex in what it gets: n equal copies of a party in a plain linear
assignment, each a little dearer than the one before, describe it exactly, and Jonker and Volgenant's algorithm (`lap`) finds
the optimum. Whoever cannot serve is no pair at all; leaving a request is always dearer than giving it to somebody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Metres from which on distance costs its whole weight; of a pair whose distance is unknown, half of it.
FAR_M = 10_000.0
UNKNOWN_FAR = 0.5
#: Days after which a request has waited for as long as counts.
LONGEST_WAIT = 30.0
LEFT = 10.0
NOBODY = -1
EARTH_M = 6_371_008.8


@dataclass(frozen=True)
class Weights:
    """What each consideration is worth against the others; nothing below zero."""

    skill: float = 30.0
    distance: float = 25.0
    time: float = 20.0
    rating: float = 10.0
    load: float = 10.0
    fairness: float = 15.0

    @property
    def total(self) -> float:
        return self.skill + self.distance + self.time + self.rating + self.load + self.fairness


@dataclass(frozen=True)
class Round:
    """What one round is decided on. Rows are requests, columns parties.

    Attributes:
        fit: how well the party does what is asked, 0 (not at all) to 1.
        metres: how far the party is; NaN where it is not known.
        free: share of the wished half-days on which the party is free; 0 is never.
        barred: the party refused this request, does not go there, or must not have it.
        rating: mean of the party's earlier ratings, 1 to 5.
        in_hand, lately: orders that the party has now, and had in the last months.
        room: how many more it may take.
        waited: days since each request was made.
    """

    fit: Floats
    metres: Floats
    free: Floats
    barred: NDArray[np.bool_]
    rating: Floats
    in_hand: Floats
    lately: Floats
    room: Ints
    waited: Floats

    @property
    def able(self) -> NDArray[np.bool_]:
        """Which pairs exist."""
        return (self.fit > 0) & (self.free > 0) & ~self.barred & (self.room > 0)

    def only(self, row: int) -> Round:
        """The round of a single request."""
        at = slice(row, row + 1)
        return replace(self, fit=self.fit[at], metres=self.metres[at], free=self.free[at], barred=self.barred[at], waited=self.waited[at])


@dataclass(frozen=True)
class Outcome:
    """For each request the column of its party, or `NOBODY`; and the value of the objective."""

    chosen: Ints
    value: float


def parts(given: Round, weights: Weights) -> dict[str, Floats]:
    """What each consideration adds to the cost of a pair."""
    far = np.where(np.isnan(given.metres), UNKNOWN_FAR, np.minimum(np.nan_to_num(given.metres) / FAR_M, 1.0))
    rating = np.broadcast_to(weights.rating * (5.0 - given.rating) / 4.0, given.fit.shape)
    return {"skill": weights.skill * (1.0 - given.fit), "distance": weights.distance * far, "time": weights.time * (1.0 - given.free), "rating": rating}


def pair_costs(given: Round, weights: Weights) -> Floats:
    """The cost of each pair; infinite where there is none."""
    return np.where(given.able, sum(parts(given, weights).values()), np.inf)


def slot_costs(given: Round, weights: Weights) -> tuple[Ints, Floats]:
    """The party of each slot, and the cost of taking it, from each party's first to its last."""
    room = np.maximum(given.room, 0)
    party = np.repeat(np.arange(len(room)), room)
    nth = np.concatenate([np.arange(n) for n in room]) if len(party) else np.zeros(0)
    most_in_hand, most_lately = _most(given)
    cost = weights.load * (given.in_hand[party] + nth) / most_in_hand + weights.fairness * (given.lately[party] + nth) / most_lately
    return party.astype(np.int64), cost


def first_slot(given: Round, weights: Weights, column: int) -> tuple[float, float]:
    """What load and what fairness add to the cost of a party's first order of the round."""
    most_in_hand, most_lately = _most(given)
    return weights.load * float(given.in_hand[column]) / most_in_hand, weights.fairness * float(given.lately[column]) / most_lately


def _most(given: Round) -> tuple[float, float]:
    """The most that a party can come to have in hand, and to have had lately."""
    room = np.maximum(given.room, 0)
    return max(1.0, float(np.max(given.in_hand + room, initial=0.0))), max(1.0, float(np.max(given.lately + room, initial=0.0)))


def without_fairness(weights: Weights) -> Weights:
    """The same, fairness left aside."""
    return replace(weights, fairness=0.0)


def left_costs(given: Round, weights: Weights) -> Floats:
    """What it costs to leave each request to nobody."""
    return LEFT * max(weights.total, 1.0) * (1.0 + np.minimum(given.waited / LONGEST_WAIT, 1.0))


def matrix(given: Round, weights: Weights) -> tuple[Floats, Ints]:
    """The square matrix whose cheapest assignment is the best outcome, and the party behind each of its first columns.

    Each entry is what giving the request costs more than leaving it, never above 0; 0 stands for leaving it.
    """
    party, slot = slot_costs(given, weights)
    requests = len(given.waited)
    size = max(requests, len(party))
    square = np.zeros((size, size))
    if len(party) and requests:
        gain = pair_costs(given, weights)[:, party] + slot[None, :] - left_costs(given, weights)[:, None]
        square[:requests, : len(party)] = np.where(np.isfinite(gain), np.minimum(gain, 0.0), 0.0)
    return square, party


def solve(given: Round, weights: Weights) -> Outcome:
    """The best outcome. It is optimal: another may be as good, none is better."""
    requests = len(given.waited)
    chosen = np.full(requests, NOBODY, dtype=np.int64)
    square, party = matrix(given, weights)
    if len(party) and requests:
        columns = _assigned(square)[:requests]
        real = columns < len(party)
        chosen[real] = party[columns[real]]
        chosen[real & ~given.able[np.arange(requests), np.maximum(chosen, 0)]] = NOBODY
    return Outcome(chosen, value_of(given, weights, chosen))


def _assigned(square: Floats) -> Ints:
    import lap  # noqa: PLC0415  needed only where orders are given out; every other process goes without its code

    _value, _slots, requests = lap.lapjv(np.ascontiguousarray(square.T))  # slots as rows: three times as fast where they are many
    return np.asarray(requests, dtype=np.int64)


def value_of(given: Round, weights: Weights, chosen: Ints) -> float:
    """The objective of any way to give the requests out, summed up from its definition. Raises ValueError where it is none."""
    given_out = np.flatnonzero(chosen != NOBODY)
    got = np.bincount(chosen[given_out], minlength=len(given.room)) if len(given.room) else np.zeros(0, dtype=np.int64)
    if np.any(got > np.maximum(given.room, 0)):
        raise ValueError("a party got more than it has room for")
    pairs = pair_costs(given, weights)[given_out, chosen[given_out]]
    party, slot = slot_costs(given, weights)
    first = np.concatenate([np.arange(n) for n in np.maximum(given.room, 0)]) if len(party) else np.zeros(0)
    total = pairs.sum() + slot[first < got[party]].sum() + left_costs(given, weights)[chosen == NOBODY].sum()
    if not np.isfinite(total):
        raise ValueError("a party got what it cannot do")
    return float(total)


def ranked(given: Round, weights: Weights) -> Ints:
    """The able parties of a round's only request, best first."""
    pairs = pair_costs(given, weights)[0]
    party, slot = slot_costs(given, weights)
    first = np.full(len(given.room), np.inf)
    np.minimum.at(first, party, slot)
    total = pairs + np.where(np.isfinite(pairs), first, np.inf)
    order = np.argsort(total, kind="stable")
    return order[np.isfinite(total[order])].astype(np.int64)


def jain(shares: Floats) -> float:
    """Jain's index of how evenly something is spread: 1 where all have the same, 1/n where one has everything."""
    total = float(np.sum(shares))
    return total**2 / (len(shares) * float(np.sum(shares**2))) if total else 1.0


def jain_of(shares: Iterable[int]) -> float:
    """Jain's index of some counts; 1 where there are none."""
    found = np.array(list(shares), dtype=float)
    return jain(found) if len(found) else 1.0
