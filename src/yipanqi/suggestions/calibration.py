"""How far a confidence may be believed: found on cases the model has not seen, measured on others it has not seen either."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from yipanqi.suggestions.bayes import ClassModel, Document, Heat, Seed, Voices, train

#: Edges of the confidences among which right and wrong are counted.
EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
#: So many cases at least are needed to measure on; with fewer the suggestions count as not tried.
FEWEST = 40
MOST_CALIBRATED, MOST_MEASURED = 400, 1_500
#: The heats that are tried; the highest silences a voice.
NAMES_HEATS = (0.5, 1.0, 1.4, 2.0, 2.8, 4.0, 8.0, 32.0)
CASES_HEATS = (0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.45, 0.6, 1.2, 10.0)


class Guess(NamedTuple):
    """One held-out case: the confidence of the first suggestion, and at which place the decision stood (0: at none)."""

    confidence: float
    rank: int


class Split(NamedTuple):
    """Cases in time: counted, then used to calibrate, then measured."""

    oldest: slice
    middle: slice
    newest: slice

    @property
    def enough(self) -> bool:
        return self.newest.stop - self.newest.start >= FEWEST


def split(n: int) -> Split:
    """The oldest six tenths, the next two, and the newest two, of which at most so many are used."""
    first, second = n * 6 // 10, n * 8 // 10
    return Split(slice(0, first), slice(max(first, second - MOST_CALIBRATED), second), slice(max(second, n - MOST_MEASURED), n))


def cool(model: ClassModel, documents: Iterable[Document]) -> Heat:
    """The heats under which decisions that the model has not seen surprise least."""
    place = {key: c for c, key in enumerate(model.keys)}
    said = [(model.voices(found), place[key]) for found, key in documents if key in place]
    if not said:
        return Heat()
    tried = (Heat(names, cases) for names in NAMES_HEATS for cases in CASES_HEATS)
    return min(tried, key=lambda heat: sum(_surprise(voices, c, heat) for voices, c in said))


def _surprise(voices: Voices, c: int, heat: Heat) -> float:
    scores = voices.scores(heat)
    top = max(scores)
    return math.log(sum(math.exp(score - top) for score in scores)) - (scores[c] - top)


def band(confidence: float) -> str:
    """Which of the stretches between the edges a confidence lies in: "0-20" … "80-100", in percent."""
    low, high = next((low, high) for low, high in pairwise(EDGES) if confidence < high or high == EDGES[-1])
    return f"{low * 100:.0f}-{high * 100:.0f}"


def guesses(model: ClassModel, heat: Heat, documents: Iterable[Document]) -> list[Guess]:
    """What the model would have suggested, against what was decided."""
    return [guess(model.confidences(found, heat), key) for found, key in documents]


def guess(found: Sequence[tuple[str, float]], decided: str) -> Guess:
    """One list of suggestions, likeliest first, against the decision."""
    rank = next((place for place, (key, _share) in enumerate(found[:3], 1) if key == decided), 0)
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


def measured(documents: Sequence[Document], seeds: Mapping[str, Seed]) -> tuple[Heat, list[Guess]]:
    """How the classes of cases, oldest first, would have been suggested: (heats, guesses of the newest). The newest cases
    are in neither the counts nor the heats by which they are measured; with too few cases nothing is guessed."""
    parts = split(len(documents))
    if not parts.enough:
        return Heat(), []
    heat = cool(ClassModel(seeds, train(documents[parts.oldest])), documents[parts.middle])
    before = ClassModel(seeds, train(documents[: parts.newest.start]))
    return heat, guesses(before, heat, documents[parts.newest])
