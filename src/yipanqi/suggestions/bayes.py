"""Which class a text belongs to: naive Bayes over pairs of characters, in two voices.

One voice knows how a class is called (`Seed`: its name and everyday words) and works on the first day; the other knows
which words stood in the cases that the desk decided. Each says of a class

    sum over the text's grams g of log((n[c][g] + everybody * q[g]) / (n[c] + everybody)),

where q is how often g occurs at all: a class's own words are mixed with everybody's (a Dirichlet prior), so that a gram as
frequent in the class as anywhere says nothing. The scores are

    log prior(c) + names(c) / heat.names + cases(c) / (heat.cases * sqrt(number of grams))

and their softmax what the model says. Both heats are found on cases that the counts have not seen (calibration.py): naive
Bayes is far too sure of itself, the more so the longer the text. What may be believed of it, curves.py finds out.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

#: How many counts of everybody's words are mixed into the names' and the cases' own, and how many cases every class is
#: given before any. Chosen on a third of the labelled real messages, which is measured nowhere (benchmarks/suggestions.py).
NAMES_EVERYBODY, CASES_EVERYBODY, FLOOR = 50.0, 3_000.0, 0.3
#: Grams that only one case has may be somebody's name; and they tell nothing.
SEEN = 2
MOST_GRAMS = 30_000
#: How many times as often as anywhere a gram stands in a class of which it is said to tell.
TELLING = 2.0

Document = tuple[frozenset[str], str]
Counts = Mapping[str, Mapping[int, float]]


class Heat(NamedTuple):
    """By how much the two voices are cooled down. The defaults were found as the constants above were."""

    names: float = 2.0
    cases: float = 0.3


class Seed(NamedTuple):
    """The grams of a class's name and everyday words, and what the class is called."""

    grams: frozenset[str]
    name: str = ""


class Voices(NamedTuple):
    """What each says of every class, in the order of the model's keys, before cooling."""

    prior: Sequence[float]
    names: Sequence[float]
    cases: Sequence[float]

    def scores(self, heat: Heat) -> list[float]:
        """The logarithms of confidences, but for a constant."""
        rows = zip(self.prior, self.names, self.cases, strict=True)
        return [prior + names / heat.names + cases / heat.cases for prior, names, cases in rows]


class Voice:
    """One table of counts, as the lift that a gram gives each class that has it above one that has it not."""

    def __init__(self, counts: Counts, classes: int, everybody: float) -> None:
        everything = sum(sum(row.values()) for row in counts.values()) or 1.0
        sizes = [0.0] * classes
        for row in counts.values():
            for c, n in row.items():
                sizes[c] += n
        self.size = [math.log1p(n / everybody) for n in sizes]
        self.lift = {
            gram: {c: math.log1p(n * everything / (everybody * sum(row.values()))) for c, n in row.items()}
            for gram, row in counts.items()
        }

    def says(self, found: Iterable[str], *, by_length: bool = False) -> list[float]:
        """Of each class; with `by_length` divided by the square root of the number of grams."""
        known = [self.lift[gram] for gram in found if gram in self.lift]
        scores = [-len(known) * size for size in self.size]
        for row in known:
            for c, lift in row.items():
                scores[c] += lift
        return [score / math.sqrt(len(known) or 1) for score in scores] if by_length else scores


    def over(self, gram: str, c: int) -> float:
        """How many times as often a gram stands in a class as anywhere."""
        lift = self.lift.get(gram, {}).get(c)
        return math.expm1(lift) / math.expm1(self.size[c]) if lift is not None else 0.0


class ClassModel:
    """The two voices over the classes of `seeds`. What was decided for other classes is left out; without `weights` nothing
    was decided yet."""

    def __init__(self, seeds: Mapping[str, Seed], weights: Mapping[str, Any] | None = None) -> None:
        self.keys = sorted(seeds)
        place = {key: c for c, key in enumerate(self.keys)}
        names: dict[str, dict[int, float]] = {}
        for key in self.keys:
            for gram in seeds[key].grams:
                names.setdefault(gram, {})[place[key]] = 1.0
        stored = weights or {"decided": {}, "keys": [], "grams": {}}
        here = {str(number): place[key] for number, key in enumerate(stored["keys"]) if key in place}
        grams = ((gram, {here[c]: n for c, n in row.items() if c in here}) for gram, row in stored["grams"].items())
        decided = [stored["decided"].get(key, 0) for key in self.keys]
        share = math.log(sum(decided) + FLOOR * len(self.keys) or 1.0)
        self.prior = [math.log(n + FLOOR) - share for n in decided]
        self.names = Voice(names, len(self.keys), NAMES_EVERYBODY)
        self.cases = Voice({gram: row for gram, row in grams if row}, len(self.keys), CASES_EVERYBODY)

    def voices(self, found: frozenset[str]) -> Voices:
        """What is said of a text."""
        return Voices(self.prior, self.names.says(found), self.cases.says(found, by_length=True))

    def confidences(self, found: frozenset[str], heat: Heat) -> list[tuple[str, float]]:
        """Every class with its confidence, the likeliest first; together they make one."""
        return self.shares(self.voices(found), heat)

    def shares(self, voices: Voices, heat: Heat) -> list[tuple[str, float]]:
        """The same from what the voices say."""
        scores = voices.scores(heat)
        top = max(scores, default=0.0)
        raised = [math.exp(score - top) for score in scores]
        whole = sum(raised)
        return sorted(((key, one / whole) for key, one in zip(self.keys, raised, strict=True)), key=lambda one: (-one[1], one[0]))

    def telling(self, found: frozenset[str], key: str, heat: Heat) -> dict[str, float]:
        """The grams of a text that tell of a class, and how much each lifts it."""
        c = self.keys.index(key)
        known = [gram for gram in found if max(self.names.over(gram, c), self.cases.over(gram, c)) > TELLING]
        by_cases = heat.cases * math.sqrt(len(found) or 1)
        return {
            gram: self.names.lift.get(gram, {}).get(c, 0.0) / heat.names + self.cases.lift.get(gram, {}).get(c, 0.0) / by_cases
            for gram in known
        }


def train(documents: Iterable[Document]) -> dict[str, Any]:
    """What the second voice knows, as one JSON value: for each gram how many cases of which class had it."""
    own: dict[str, Counter[str]] = {}
    decided, frequency = Counter[str](), Counter[str]()
    for found, key in documents:
        own.setdefault(key, Counter()).update(found)
        frequency.update(found)
        decided[key] += 1
    kept = {gram for gram, n in frequency.most_common(MOST_GRAMS) if n >= SEEN}
    counts: dict[str, dict[str, int]] = {}
    keys = sorted(own)
    for number, key in enumerate(keys):
        for gram, n in own[key].items():
            if gram in kept:
                counts.setdefault(gram, {})[str(number)] = n
    return {"keys": keys, "decided": dict(sorted(decided.items())), "grams": dict(sorted(counts.items()))}
