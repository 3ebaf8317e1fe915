"""How far a confidence may be believed: found on cases the model has not seen, measured on others it has not seen either.

The newest cases are cut into blocks of time, and each block is guessed by what all other cases teach. From these guesses
come the heats and the curve. What is in force was found on all cases; the measure is of the same procedure, gone through
without the newest fifth.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

from yipanqi.suggestions.bayes import ClassModel, Document, Heat, Seed, Voices, train
from yipanqi.suggestions.curves import MOST, Curve, drawn, honest

#: Edges of the confidences among which right and wrong are counted.
EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
#: So many cases at least are needed to measure on; with fewer the suggestions count as not tried. As many are needed to
#: find heats and a curve.
FEWEST = 40
MOST_CALIBRATED, MOST_MEASURED, BLOCKS = 1_000, 1_500, 5
#: The heats that are tried; the highest silences a voice.
NAMES_HEATS = (0.5, 1.0, 1.4, 2.0, 2.8, 4.0, 8.0, 32.0)
CASES_HEATS = (0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.45, 0.6, 1.2, 10.0)
#: What may be believed of names and everyday words where nothing was decided: found on the third of the labelled real
#: messages that is measured nowhere (benchmarks/suggestions.py).
FIRST_DAY = Curve(0.527, 0.201)

Numbers = tuple[float, ...]
_Case = TypeVar("_Case")


class Guess(NamedTuple):
    """One held-out case: the confidence of the first suggestion, and at which place the decision stood (0: at none)."""

    confidence: float
    rank: int


def newest(n: int) -> slice | None:
    """The newest fifth of n cases, which is measured on; None where that is too few."""
    start = max(n * 8 // 10, n - MOST_MEASURED)
    return slice(start, n) if n - start >= FEWEST else None


def blocks(cases: Sequence[_Case]) -> list[tuple[Sequence[_Case], Sequence[_Case]]]:
    """(all others, a block) for blocks of time that together are the newest cases, at most so many; none of too few."""
    n, used = len(cases), min(len(cases), MOST_CALIBRATED)
    if n < FEWEST:
        return []
    edges = [n - used + used * k // BLOCKS for k in range(BLOCKS + 1)]
    return [([*cases[:low], *cases[high:]], cases[low:high]) for low, high in pairwise(edges)]


def least(start: Numbers, choices: Sequence[Numbers], cost: Callable[[Numbers], float]) -> Numbers:
    """The numbers of least cost, found by changing one at a time until nothing gets better."""
    found, known = start, {start: cost(start)}
    while True:
        before = found
        for place, values in enumerate(choices):
            tried = [(*found[:place], value, *found[place + 1 :]) for value in values]
            known.update((one, cost(one)) for one in tried if one not in known)
            found = min([found, *tried], key=known.__getitem__)
        if found == before:
            return found


def tuned(documents: Sequence[Document], seeds: Mapping[str, Seed]) -> tuple[Heat, Curve]:
    """The heats under which decisions that the model has not seen surprise least, and what may be believed of it then."""
    said: list[tuple[ClassModel, Voices, str]] = []
    for others, block in blocks(documents):
        model = ClassModel(seeds, train(others))
        said += [(model, model.voices(found), key) for found, key in block if key in seeds]
    if not said:
        return Heat(), FIRST_DAY
    placed = [(voices, model.keys.index(key)) for model, voices, key in said]
    heat = Heat(*least(Heat(), (NAMES_HEATS, CASES_HEATS), lambda tried: sum(_surprise(voices, c, Heat(*tried)) for voices, c in placed)))
    return heat, drawn(one for model, voices, key in said for one in outcomes(model.shares(voices, heat), key))


def outcomes(found: Sequence[tuple[str, float]], decided: str) -> list[tuple[float, bool]]:
    """Of each suggestion that would be told: how sure, and whether it was right."""
    return [(share, key == decided) for key, share in found[:MOST]]


def _surprise(voices: Voices, c: int, heat: Heat) -> float:
    scores = voices.scores(heat)
    top = max(scores)
    return math.log(sum(math.exp(score - top) for score in scores)) - (scores[c] - top)


def band(confidence: float) -> str:
    """Which of the stretches between the edges a confidence lies in: "0-20" … "80-100", in percent."""
    low, high = next((low, high) for low, high in pairwise(EDGES) if confidence < high or high == EDGES[-1])
    return f"{low * 100:.0f}-{high * 100:.0f}"


def guesses(model: ClassModel, heat: Heat, curve: Curve, documents: Iterable[Document]) -> list[Guess]:
    """What would have been suggested, against what was decided."""
    return [guess(honest(model.confidences(found, heat)[:MOST], curve), key) for found, key in documents]


def guess(found: Sequence[tuple[str, float]], decided: str) -> Guess:
    """One list of suggestions, likeliest first, against the decision."""
    rank = next((place for place, (key, _share) in enumerate(found[:MOST], 1) if key == decided), 0)
    return Guess(found[0][1] if found else 0.0, rank)


def report(found: Sequence[Guess]) -> dict[str, Any]:
    """How many were right at the first place and among three, and how many of those of which it was so sure."""
    bins = []
    for low, high in pairwise(EDGES):
        inside = [one for one in found if low <= one.confidence < high or one.confidence >= high == EDGES[-1]]
        if inside:
            said = sum(one.confidence for one in inside) / len(inside)
            bins.append({"from": low, "to": high, "n": len(inside), "said": round(said, 4), "right": sum(one.rank == 1 for one in inside)})
    gap = sum(abs(row["said"] * row["n"] - row["right"]) for row in bins) / len(found) if found else None
    return {
        "tested": len(found), "first": sum(one.rank == 1 for one in found), "of_three": sum(one.rank > 0 for one in found),
        "bins": bins, "gap": None if gap is None else round(gap, 4),
    }  # fmt: skip


def measured(documents: Sequence[Document], seeds: Mapping[str, Seed]) -> list[Guess]:
    """How the classes of the newest cases would have been suggested; `documents` are oldest first. The newest are in
    neither the counts nor the heats nor the curve by which they are measured; with too few cases nothing is guessed."""
    part = newest(len(documents))
    if part is None:
        return []
    before = documents[: part.start]
    return guesses(ClassModel(seeds, train(before)), *tuned(before, seeds), documents[part])
