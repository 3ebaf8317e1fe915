"""Daily work on cases."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from yipanqi.cases import actions, selectors
from yipanqi.cases.models import Case
from yipanqi.cases.words import WORDS, known
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.jobs import job

PIECE = 200


@job(every=dt.timedelta(days=1), lease=dt.timedelta(hours=2), title=_("清除已到保存期限的市民和当事人信息"))
def erase_personal_data(now: dt.datetime) -> None:
    """Erases names and telephones of residents six months after the end of their case, and of subjects two years after."""
    reports = list(selectors.contacts_past_term(now).only("code").order_by("id"))
    for start in range(0, len(reports), PIECE):
        actions.erase_contacts(None, reports=reports[start : start + PIECE], by=SYSTEM, at=now)
    named = selectors.subjects_past_term(now).values("case_id")
    cases = list(Case.objects.filter(pk__in=named).only("number").order_by("id"))
    for start in range(0, len(cases), PIECE):
        actions.erase_subjects(None, cases=cases[start : start + PIECE], by=SYSTEM, at=now)


@job(every=dt.timedelta(days=1), lease=dt.timedelta(hours=2), title=_("核对案件检索索引"))
def check_words(now: dt.datetime) -> None:
    """Compares what cases say with the words under which they are found, and mends what differs."""
    while gone := WORDS.beside(Case._meta.db_table, PIECE):
        actions.mend_words(None, gone=gone, by=SYSTEM, at=now)
    last = 0
    while rows := known(Case.objects.filter(pk__gt=last).order_by("pk")[:PIECE]):
        last = rows[-1][0]
        if wrong := WORDS.wrong(rows):
            actions.mend_words(None, cases=list(Case.objects.filter(pk__in=wrong).only("number")), by=SYSTEM, at=now)
