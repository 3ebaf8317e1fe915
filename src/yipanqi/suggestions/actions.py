"""The one thing that is written: what a training found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from yipanqi.cases.models import Case
from yipanqi.kernel.actions import action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.stamps import bump
from yipanqi.suggestions.calibration import Guess, band
from yipanqi.suggestions.models import HeldOut, Learnt
from yipanqi.suggestions.selectors import TOPIC, newest

#: So many trainings are remembered with their numbers: those of a year.
REMEMBERED = 366
NO_TESTS: tuple[Mapping[int, Guess], Mapping[int, Guess]] = ({}, {})


@action(private=("classes", "units", "weights", "tests"))
def keep_learnt(
    subject: None = None, *, digest: str, classes: dict[str, Any], units: dict[str, Any], weights: dict[str, Any],
    tests: tuple[Mapping[int, Guess], Mapping[int, Guess]] = NO_TESTS, by: Actor, at: dt.datetime,
) -> Learnt:  # fmt: skip
    """A training comes into force with the cases it was tried on; older ones keep their numbers only. The same training
    twice makes nothing new.

    Args:
        tests: what was guessed of classes and of units, by row id of the case.
    """
    last = newest()
    if last is not None and last.digest == digest:
        return last
    made = Learnt.objects.create(trained_at=at, digest=digest, classes=classes, units=units, weights=weights)
    Learnt.objects.filter(pk__lt=made.pk).exclude(weights={}).update(weights={})
    _keep_tests(*tests)
    kept = Learnt.objects.order_by("-pk").values_list("pk", flat=True)[:REMEMBERED]
    Learnt.objects.filter(pk__lt=min(kept)).delete()
    bump(TOPIC)
    return made


def _keep_tests(classes: Mapping[int, Guess], units: Mapping[int, Guess]) -> None:
    """The cases that the training in force was tried on, in place of those of the one before."""
    HeldOut.objects.all().delete()
    there = set(Case.objects.filter(pk__in=[*classes, *units]).values_list("pk", flat=True))
    HeldOut.objects.bulk_create(
        [HeldOut(case_id=pk, **_told("class", classes.get(pk)), **_told("unit", units.get(pk))) for pk in sorted(there)], batch_size=500
    )


def _told(what: str, guess: Guess | None) -> dict[str, Any]:
    if guess is None:
        return {}
    return {f"{what}_rank": guess.rank, f"{what}_said": guess.confidence, f"{what}_band": band(guess.confidence)}
