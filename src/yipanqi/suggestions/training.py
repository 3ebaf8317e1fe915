"""From the city's decided cases to what is kept of them: counts, heats, curves, and how good they proved on the newest cases."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from yipanqi.suggestions import bayes, calibration, custom
from yipanqi.suggestions.bayes import Document, Seed
from yipanqi.suggestions.calibration import Guess
from yipanqi.suggestions.custom import Handed

#: Raised where the same cases teach something else than before, so that the next night learns anew.
PROCEDURE = 2


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
        text = json.dumps([PROCEDURE, documents, self.handed, seeds], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


class Learned(NamedTuple):
    """What a training found: the columns of `Learnt`, and the guesses by case (row id) that it was measured by."""

    columns: dict[str, dict[str, Any]]
    classes: dict[int, Guess]
    units: dict[int, Guess]


def learn(lesson: Lesson) -> Learned:
    """Count, find heats and curves on all cases, and measure on the newest what the same finds without them."""
    of_classes, of_units = calibration.measured(lesson.documents, lesson.seeds), custom.measured(lesson.handed)
    heat, curve = calibration.tuned(lesson.documents, lesson.seeds)
    manner, unit_curve = custom.tuned(lesson.handed)
    tuned_classes = {"names": heat.names, "heat_cases": heat.cases, "curve": curve._asdict()}
    tuned_units = {**manner._asdict(), "curve": unit_curve._asdict()}
    columns = {
        "classes": {"cases": len(lesson.documents), **tuned_classes, **calibration.report(of_classes)},
        "units": {"cases": len(lesson.handed), **tuned_units, **calibration.report(of_units)},
        "weights": {"classes": bayes.train(lesson.documents), "units": custom.count(lesson.handed)},
    }
    return Learned(columns, _newest(lesson.accepted, of_classes), _newest(lesson.dispatched, of_units))


def _newest(cases: Sequence[int], found: Sequence[Guess]) -> dict[int, Guess]:
    return dict(zip(cases[len(cases) - len(found) :], found, strict=True))
