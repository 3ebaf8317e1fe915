"""Personal data whose declared term is over (see `personal` of Report and Assignment)."""

from __future__ import annotations

import calendar
import datetime as dt

from django.db.models import Q, QuerySet
from django.utils import timezone

from yipanqi.cases.models import Assignment, Report
from yipanqi.cases.states import State

CONTACT_MONTHS = 6
SUBJECT_MONTHS = 24


def months_before(now: dt.datetime, months: int) -> dt.datetime:
    """The same day and time so many months earlier in the city's time, or the last day of a shorter month."""
    local = timezone.localtime(now)
    year, month = divmod(local.year * 12 + local.month - 1 - months, 12)
    return local.replace(year=year, month=month + 1, day=min(local.day, calendar.monthrange(year, month + 1)[1]))


def contacts_past_term(now: dt.datetime) -> QuerySet[Report]:
    """Reports that still name or give a telephone, six months after their case, or the one it follows, came to its end."""
    before, ended = months_before(now, CONTACT_MONTHS), Q()
    for case in ("case", "case__merged_into"):
        ended |= Q(**{f"{case}__state": State.CLOSED, f"{case}__closed_at__lt": before})
        ended |= Q(**{f"{case}__state": State.REJECTED, f"{case}__rejected_at__lt": before})
    return Report.objects.filter(ended).exclude(contact_name="", contact_phone="")


def subjects_past_term(now: dt.datetime) -> QuerySet[Assignment]:
    """Shares that still name whom they dealt with, two years after their case was struck off."""
    before = months_before(now, SUBJECT_MONTHS)
    return Assignment.objects.filter(case__state=State.CLOSED, case__closed_at__lt=before).exclude(subject_name="", subject_hash="")
