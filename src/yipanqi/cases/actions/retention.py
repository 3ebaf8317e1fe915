"""Erasing personal data whose declared term is over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from yipanqi.cases import selectors
from yipanqi.cases.models import Assignment, Case, Report
from yipanqi.kernel.actions import action
from yipanqi.kernel.actors import Actor


@action
def erase_contacts(_nothing: None, *, reports: Sequence[Report], by: Actor, at: dt.datetime) -> int:
    """Names and telephones that residents left are erased for good where their term is over; returns how many reports."""
    due = selectors.contacts_past_term(at).filter(pk__in=[report.pk for report in reports])
    found = list(due.values_list("pk", flat=True))
    return Report.objects.filter(pk__in=found).update(contact_name="", contact_phone="", erased_at=at)


@action
def erase_subjects(_nothing: None, *, cases: Sequence[Case], by: Actor, at: dt.datetime) -> int:
    """Who was warned or penalised in these cases is erased for good where the term is over; returns how many shares."""
    due = selectors.subjects_past_term(at).filter(case__in=[case.pk for case in cases])
    found = list(due.values_list("pk", flat=True))
    return Assignment.objects.filter(pk__in=found).update(subject_name="", subject_hash="")
