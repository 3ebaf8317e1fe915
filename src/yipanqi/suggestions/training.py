"""From the city's decided cases to what is kept of them: counts, heats, and how good they proved on the newest cases."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from yipanqi.suggestions import bayes, calibration, custom
from yipanqi.suggestions.bayes import Document, Seed
from yipanqi.suggestions.custom import Handed


class Lesson(NamedTuple):
    """All that a training is made from, oldest first."""

    documents: Sequence[Document]
    handed: Sequence[Handed]
    seeds: Mapping[str, Seed]

    @property
    def digest(self) -> str:
        """Differs where anything of it does."""
        documents = [[sorted(found), key] for found, key in self.documents]
        seeds = {key: sorted(seed.grams) for key, seed in self.seeds.items()}
        text = json.dumps([documents, self.handed, seeds], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def learn(lesson: Lesson) -> dict[str, dict[str, Any]]:
    """The columns of `Learnt`: classes, units, weights."""
    heat, of_classes = calibration.measured(lesson.documents, lesson.seeds)
    manner, of_units = custom.measured(lesson.handed)
    return {
        "classes": {"cases": len(lesson.documents), "names": heat.names, "heat_cases": heat.cases, **of_classes},
        "units": {"cases": len(lesson.handed), **manner._asdict(), **of_units},
        "weights": {"classes": bayes.train(lesson.documents), "units": custom.count(lesson.handed)},
    }
