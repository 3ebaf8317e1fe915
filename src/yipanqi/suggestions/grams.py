"""What a text is to the model: the set of its pairs of neighbouring characters, and its Latin words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

#: Of a long message only the beginning is read: it says what the matter is, the rest tells its history.
LONGEST = 600
#: What weighs less than this share of the heaviest word is not said.
WORTH_SAYING = 0.4
_RUNS = re.compile(r"[\u3400-\u9fff]+|[a-z]{2,}")


def grams(text: str) -> frozenset[str]:
    """Each pair of neighbouring Chinese characters and each Latin word, once. Digits and signs say nothing of the class."""
    found: set[str] = set()
    for run in _RUNS.findall(_plain(text)):
        if run[0] < "\u3400":
            found.add(run)
        else:
            found.update(run[i : i + 2] for i in range(len(run) - 1))
    return frozenset(found)


def words(text: str, weights: Mapping[str, float], most: int = 3) -> list[str]:
    """The parts of a text that weigh most: neighbouring pairs that weigh joined to words, the heaviest first."""
    found: dict[str, float] = {}
    for run in _RUNS.findall(_plain(text)):
        pairs = [run] if run[0] < "\u3400" else [run[i : i + 2] for i in range(len(run) - 1)]
        for word, weight in _joined(pairs, weights):
            found[word] = max(found.get(word, 0.0), weight)
    least = max(found.values(), default=0.0) * WORTH_SAYING
    heaviest = sorted((word for word in found if found[word] >= least), key=lambda word: (-found[word], word))
    return [word for word in heaviest if not any(word != other and word in other for other in heaviest)][:most]


def _joined(pairs: Iterable[str], weights: Mapping[str, float]) -> Iterable[tuple[str, float]]:
    word, weight = "", 0.0
    for pair in pairs:
        if pair in weights:
            word, weight = (word + pair[-1] if word else pair), weight + weights[pair]
        elif word:
            yield word, weight
            word, weight = "", 0.0
    if word:
        yield word, weight


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text[:LONGEST]).lower()
