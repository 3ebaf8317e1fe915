"""Learning, once a day."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.jobs import job
from yipanqi.kernel.policy import policy_value
from yipanqi.suggestions import actions, selectors
from yipanqi.suggestions.catalogue import SHOWN
from yipanqi.suggestions.training import learn


@job(every=dt.timedelta(days=1), lease=dt.timedelta(hours=1), title=_("从已受理和交办的案件中学习，更新类别和单位建议"))
def learn_from_cases(now: dt.datetime) -> None:
    """Counts what the desk decided and measures the suggestions on the newest cases; nothing where nothing was decided since."""
    if not policy_value(SHOWN.key):
        return
    lesson, last = selectors.lesson(), selectors.newest()
    digest = lesson.digest
    if last is None or last.digest != digest:
        learned = learn(lesson)
        actions.keep_learnt(None, digest=digest, **learned.columns, tests=(learned.classes, learned.units), by=SYSTEM, at=now)
