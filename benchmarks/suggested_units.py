"""Suggested units on a city's cases: how often right, how far their confidences may be believed; and what a night's learning costs.

    YIPANQI_DATA=city python -m benchmarks.suggested_units

reads the decided cases of a data directory, such as the sample city's (`yipanqi demo --size city --no-serve`). At several
moments of its history what had been decided until then is learnt, and the next 1,000 hand-overs are guessed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence

from benchmarks.suggestions import line
from yipanqi.suggestions import custom
from yipanqi.suggestions.calibration import Guess, guess
from yipanqi.suggestions.curves import MOST, PLAIN, honest
from yipanqi.suggestions.custom import Handed

MOMENTS = (200, 500, 1_000, 2_000, 4_000, 6_000, 7_500)
NEXT = 1_000


def guessed(handed: Sequence[Handed], moment: int, *, curve: bool) -> list[Guess]:
    """What would have been said of the next hand-overs."""
    before = handed[:moment]
    counts, (manner, drawn) = custom.count(before), custom.tuned(before)
    found = [(custom.shares(counts, one.where, manner)[:MOST], one.unit) for one in handed[moment : moment + NEXT]]
    return [guess(honest(shares, drawn if curve else PLAIN), unit) for shares, unit in found]


def main() -> None:
    from yipanqi.suggestions import selectors, training

    start = time.process_time()
    lesson = selectors.lesson()
    read = time.process_time() - start
    start = time.process_time()
    training.learn(lesson)
    learnt = time.process_time() - start
    print(f"{len(lesson.documents)} decided cases: {read:.1f} s of CPU to read them, {learnt:.1f} s to learn from them")
    print("| decided before | n | first | of three | gap | Brier | log loss | said → right |\n|---|---|---|---|---|---|---|---|")
    for moment in [one for one in MOMENTS if one + NEXT <= len(lesson.handed)]:
        print(line(f"{moment}, as counted", guessed(lesson.handed, moment, curve=False)))
        print(line(f"{moment}, as is told", guessed(lesson.handed, moment, curve=True)))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yipanqi.config.settings")
    import django

    django.setup()
    main()
