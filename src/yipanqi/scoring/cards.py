"""Scorecards out of counts: per peer group and measure the prior, the shrunk rates, the tiers, and the score; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from yipanqi.scoring.composite import composite
from yipanqi.scoring.shrinking import Prior, Share, fit, share
from yipanqi.scoring.tiers import Standing, placed, tiers

SCORE = "score"


@dataclass(frozen=True)
class Counted:
    """What was counted of a unit for a measure: numerator, denominator, how many were left out by reason; of a sample also
    the weighted rate and how many equally drawn answers it is worth."""

    n: int = 0
    d: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    raw: float | None = None
    size: float | None = None

    @property
    def rate(self) -> float | None:
        """The raw rate; None without cases."""
        return (self.n / self.d if self.raw is None else self.raw) if self.d else None

    @property
    def cases(self) -> tuple[float, float]:
        """(how many of them, of how many), as the model counts."""
        size = float(self.d) if self.size is None else self.size
        return (self.rate or 0.0) * size, size


@dataclass(frozen=True)
class Told:
    """A measure on a card: what was counted, the rate drawn toward the peers with its interval (none without cases), and
    the tier (0: none). `shrunk`: it was drawn toward the peers; else the rate is raw."""

    counted: Counted
    share: Share | None = None
    tier: int = 0
    shrunk: bool = False


@dataclass(frozen=True)
class Card:
    """A unit's card: its peer group, its measures by key, its score with its tier (0: none)."""

    unit: str
    group: str
    told: Mapping[str, Told]
    score: Share | None = None
    tier: int = 0


@dataclass(frozen=True)
class Terms:
    """How a period is scored, frozen when it is opened: weights by measure, from how many cases on a measure counts, how many
    units with cases a group needs for shrinkage and tiers, the peer group of each kind of unit ("" for kinds that are not
    scored), and for how many working days after publication units may object."""

    weights: dict[str, float]
    min_cases: int = 5
    min_units: int = 4
    groups: dict[str, str] = field(default_factory=dict)
    objection_days: int = 5

    def group(self, kind: str) -> str:
        """The peer group of a kind of unit: its own unless said otherwise."""
        return self.groups.get(kind, kind)

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)


@dataclass
class Yardstick:
    """By peer group: the prior of each measure, and the leaders' values of the tiers of each measure and of the score. Kept
    with a frozen period, so that a recount of one unit changes nobody else's card."""

    priors: dict[str, dict[str, Prior | None]] = field(default_factory=dict)
    leaders: dict[str, dict[str, list[float]]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        priors = {group: {key: p.as_json() if p else None for key, p in row.items()} for group, row in self.priors.items()}
        return {"priors": priors, "leaders": self.leaders}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Yardstick:
        """As it was kept."""
        rows = kept.get("priors", {}).items()
        return cls({group: {key: Prior.of(p) if p else None for key, p in row.items()} for group, row in rows}, kept.get("leaders", {}))


Counts = Mapping[str, Mapping[str, Counted]]


def score_all(counts: Counts, group_of: Mapping[str, str], terms: Terms, falling: Iterable[str]) -> tuple[list[Card], Yardstick]:
    """The cards of all units, each among its peers. `counts` by unit and measure; `falling` are the measures of which less is
    better. The order of the units does not matter."""
    made: list[Card] = []
    yardstick, low_is_good = Yardstick(), frozenset(falling)
    for group in sorted(set(group_of.values()) - {""}):
        peers = {unit: counts.get(unit, {}) for unit in sorted(group_of) if group_of[unit] == group}
        yardstick.priors[group] = {key: fit((row.get(key, Counted()).cases for row in peers.values()), terms.min_units) for key in terms.weights}
        cards = [_unplaced(unit, group, row, yardstick, terms, low_is_good) for unit, row in peers.items()]
        tier_of = {key: _tiers(cards, key, yardstick, terms, low_is_good) for key in (*terms.weights, SCORE)}
        made += [_with_tiers(card, {key: found.get(card.unit, 0) for key, found in tier_of.items()}) for card in cards]
    return made, yardstick


def score_again(unit: str, group: str, row: Mapping[str, Counted], yardstick: Yardstick, terms: Terms, falling: Iterable[str]) -> Card:
    """One unit's card by a yardstick that stands."""
    low_is_good, leaders = frozenset(falling), yardstick.leaders.get(group, {})
    card = _unplaced(unit, group, row, yardstick, terms, low_is_good)
    standings = {key: _standing(card, key, terms, low_is_good) for key in (*terms.weights, SCORE)}
    return _with_tiers(card, {key: placed(one.value, leaders[key]) if one and leaders.get(key) else 0 for key, one in standings.items()})


def _unplaced(unit: str, group: str, row: Mapping[str, Counted], yardstick: Yardstick, terms: Terms, low_is_good: frozenset[str]) -> Card:
    told, parts = {}, []
    for key, weight in terms.weights.items():
        counted, prior = row.get(key, Counted()), yardstick.priors.get(group, {}).get(key)
        found = share(*counted.cases, prior) if counted.d else None
        told[key] = Told(counted, found, 0, found is not None and prior is not None)
        enough = found if counted.d >= terms.min_cases else None
        parts.append((weight, _turned(enough) if enough and key in low_is_good else enough))
    return Card(unit, group, told, composite(parts))


def _turned(one: Share) -> Share:
    return Share(1 - one.value, 1 - one.high, 1 - one.low, one.variance)


def _standing(card: Card, key: str, terms: Terms, low_is_good: frozenset[str]) -> Standing | None:
    """What a card's tier of a measure, or of the score, goes by; None where there are too few cases."""
    told = card.told.get(key)
    found = card.score if told is None else told.share if told.counted.d >= terms.min_cases else None
    if found is None:
        return None
    one = Standing(found.value, found.low, found.high)
    return one.turned() if key in low_is_good else one


def _tiers(cards: Sequence[Card], key: str, yardstick: Yardstick, terms: Terms, low_is_good: frozenset[str]) -> dict[str, int]:
    standings = {card.unit: one for card in cards if (one := _standing(card, key, terms, low_is_good))}
    if len(standings) < terms.min_units:
        return {}
    found, leaders = tiers(standings)
    yardstick.leaders.setdefault(cards[0].group, {})[key] = leaders
    return found


def _with_tiers(card: Card, tier: Mapping[str, int]) -> Card:
    told = {key: Told(one.counted, one.share, tier.get(key, 0), one.shrunk) for key, one in card.told.items()}
    return Card(card.unit, card.group, told, card.score, tier.get(SCORE, 0))
