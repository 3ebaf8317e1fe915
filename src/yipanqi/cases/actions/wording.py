"""Keeping the index of words true where something else than an action wrote."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from yipanqi.cases.models import Case
from yipanqi.cases.words import WORDS, keep_words
from yipanqi.kernel.actions import action
from yipanqi.kernel.actors import Actor


@action
def mend_words(_nothing: None, *, cases: Sequence[Case] = (), gone: Sequence[int] = (), by: Actor, at: dt.datetime) -> None:
    """The index of words knows these cases by what they say now, and what is `gone` (row ids) no longer."""
    keep_words(Case.objects.filter(pk__in=[case.pk for case in cases]).select_for_update())
    WORDS.remove(gone)
