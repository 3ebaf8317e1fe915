"""From the city's decided cases to what is kept of them: counts, heats, and how good they proved on the newest cases."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from yipanqi.suggestions import bayes, calibration, custom
from yipanqi.suggestions.bayes import Document, Seed
from yipanqi.suggestions.calibration import Guess
from yipanqi.suggestions.custom import Handed


class Lesson(NamedTuple):
    """All that a training is made from, oldest first: what the cases were accepted as, and to whom they were handed.
    `accepted` and `dispatched` are the row ids of those cases."""

    documents: Sequence[Document]
    handed: Sequence[Handed]
    seeds: Mapping[str, Seed]
    accepted: Sequence[int]
    dispatched: Sequence[int]

    @property
    def digest(self) -> str:
        """Differs where anything of it does."""
        documents = [[sorted(found), key] for found, key in self.documents]
        seeds = {key: sorted(seed.grams) for key, seed in self.seeds.items()}
        text = json.dumps([documents, self.handed, seeds], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


class Learned(NamedTuple):
    """What a training found: the columns of `Learnt`, and the guesses by case (row id) that it was measured by."""

    columns: dict[str, dict[str, Any]]
    classes: dict[int, Guess]
    units: dict[int, Guess]


def learn(lesson: Lesson) -> Learned:
    """Count, find the heats, and measure on the newest."""
    heat, of_classes = calibration.measured(lesson.documents, lesson.seeds)
    manner, of_units = custom.measured(lesson.handed)
    columns = {
        "classes": {"cases": len(lesson.documents), "names": heat.names, "heat_cases": heat.cases, **calibration.report(of_classes)},
        "units": {"cases": len(lesson.handed), **manner._asdict(), **calibration.report(of_units)},
        "weights": {"classes": bayes.train(lesson.documents), "units": custom.count(lesson.handed)},
    }
    return Learned(columns, _newest(lesson.accepted, of_classes), _newest(lesson.dispatched, of_units))


def _newest(cases: Sequence[int], found: Sequence[Guess]) -> dict[int, Guess]:
    return dict(zip(cases[len(cases) - len(found) :], found, strict=True))
