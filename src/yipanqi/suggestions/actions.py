"""The one thing that is written: what a training found."""

from __future__ import annotations

import datetime as dt
from typing import Any

from yipanqi.kernel.actions import action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.stamps import bump
from yipanqi.suggestions.models import Learnt
from yipanqi.suggestions.selectors import TOPIC, newest

#: So many trainings are remembered with their numbers: those of a year.
REMEMBERED = 366


@action(private=("classes", "units", "weights"))
def keep_learnt(
    subject: None = None, *, digest: str, classes: dict[str, Any], units: dict[str, Any], weights: dict[str, Any], by: Actor, at: dt.datetime
) -> Learnt:
    """A training comes into force; older ones keep their numbers only. The same training twice makes nothing new."""
    last = newest()
    if last is not None and last.digest == digest:
        return last
    made = Learnt.objects.create(trained_at=at, digest=digest, classes=classes, units=units, weights=weights)
    Learnt.objects.filter(pk__lt=made.pk).exclude(weights={}).update(weights={})
    kept = Learnt.objects.order_by("-pk").values_list("pk", flat=True)[:REMEMBERED]
    Learnt.objects.filter(pk__lt=min(kept)).delete()
    bump(TOPIC)
    return made
