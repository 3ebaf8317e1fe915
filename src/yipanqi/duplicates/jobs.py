"""Every minute new cases become findable; daily the index is swept and the city's words are counted anew."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from yipanqi.cases.models import Case
from yipanqi.duplicates import actions, selectors, words
from yipanqi.duplicates.catalogue import SHOWN
from yipanqi.duplicates.models import Counted, Sketch
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.jobs import job
from yipanqi.kernel.policy import policy_value

#: Cases that are sketched in one transaction, and how many such there are in a run.
PIECE, PIECES = 500, 10
#: The newest texts are counted; what few have tells little of the city.
COUNTED_FROM, KEPT_GRAMS = 20_000, 40_000


@job(every=dt.timedelta(minutes=1), title=_("把新案件编入查重索引"))
def sketch_new_cases(now: dt.datetime) -> None:
    """Sketches what came since the newest sketch. What was overtaken by a later row is caught by the sweep."""
    if not policy_value(SHOWN.key):
        return
    if not Counted.objects.exists():
        _count(now)
    for _piece in range(PIECES):
        newest = Sketch.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        waiting = list(selectors.sketched(now).filter(pk__gt=newest).order_by("pk")[:PIECE])
        if waiting:
            actions.keep_sketches(None, cases=waiting, by=SYSTEM, at=now)
        if len(waiting) < PIECE:
            return


@job(every=dt.timedelta(days=1), lease=dt.timedelta(hours=1), title=_("统计本市案件用词，整理查重索引"))
def sweep(now: dt.datetime) -> None:
    """Counts the words of the newest cases, forgets cases that are old and done, and sketches those left out."""
    if policy_value(SHOWN.key):
        _count(now)
        _drop_old(now)
        _catch_up(now)


def _count(now: dt.datetime) -> None:
    newest = Case.objects.order_by("-pk").only("title", "address", "description")[:COUNTED_FROM]
    texts = [selectors.text_of(case).all for case in newest.iterator(chunk_size=2_000)]
    common = sorted(words.counted(texts).items(), key=lambda item: (-item[1], item[0]))[:KEPT_GRAMS]
    if texts and not _same(len(texts), dict(common)):
        actions.keep_counted(None, texts=len(texts), having=dict(common), by=SYSTEM, at=now)


def _same(texts: int, having: dict[int, int]) -> bool:
    """Whether nothing changed since the count in force."""
    row = Counted.objects.order_by("-pk").first()
    return row is not None and row.texts == texts and row.having == {str(gram): n for gram, n in having.items()}


def _drop_old(now: dt.datetime) -> None:
    current = selectors.sketched(now).values("pk")
    while old := list(Sketch.objects.exclude(pk__in=current).order_by("pk")[:PIECE]):
        actions.drop_sketches(None, sketches=old, by=SYSTEM, at=now)


def _catch_up(now: dt.datetime) -> None:
    while left_out := list(selectors.sketched(now).exclude(pk__in=Sketch.objects.values("pk")).order_by("pk")[:PIECE]):
        actions.keep_sketches(None, cases=left_out, by=SYSTEM, at=now)
