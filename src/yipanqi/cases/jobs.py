"""Daily work on cases."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from yipanqi.cases import actions, selectors
from yipanqi.cases.models import Case
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
