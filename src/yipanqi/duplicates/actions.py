"""What jobs keep so that likely duplicates are found quickly: sketches of cases, and how many texts have each gram."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from yipanqi.cases.models import Case
from yipanqi.duplicates import words
from yipanqi.duplicates.models import Counted, Sketch, Trace
from yipanqi.duplicates.selectors import TOPIC, rarity, text_of
from yipanqi.kernel.actions import action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.stamps import bump


@action(private=("cases",))
def keep_sketches(subject: None = None, *, cases: Sequence[Case], by: Actor, at: dt.datetime) -> int:
    """Sketch cases that have no sketch; those that have one keep it. Returns how many were new."""
    known = rarity()
    had = set(Sketch.objects.filter(pk__in=[case.pk for case in cases]).values_list("pk", flat=True))
    made = [
        Sketch(
            case_id=case.pk, cell=case.cell, place_id=case.place_id, lon=case.lon, lat=case.lat, found_at=case.found_at,
            grams=words.most_telling(text_of(case), known),
        )
        for case in cases if case.pk not in had
    ]  # fmt: skip
    Sketch.objects.bulk_create(made, batch_size=500)
    Trace.objects.bulk_create([Trace(gram=gram, case_id=one.pk) for one in made for gram in one.grams], batch_size=1_000, ignore_conflicts=True)
    return len(made)


@action(private=("sketches",))
def drop_sketches(subject: None = None, *, sketches: Sequence[Sketch], by: Actor, at: dt.datetime) -> int:
    """Forget cases that are neither open nor recent any more."""
    for one in sketches:
        Trace.objects.filter(gram__in=one.grams, case_id=one.pk).delete()
    return Sketch.objects.filter(pk__in=[one.pk for one in sketches]).delete()[0]


@action(private=("having",))
def keep_counted(subject: None = None, *, texts: int, having: Mapping[int, int], by: Actor, at: dt.datetime) -> Counted:
    """A new count of grams comes into force; the one before is gone."""
    made = Counted.objects.create(counted_at=at, texts=texts, having={str(gram): n for gram, n in having.items()})
    Counted.objects.filter(pk__lt=made.pk).delete()
    bump(TOPIC)
    return made
