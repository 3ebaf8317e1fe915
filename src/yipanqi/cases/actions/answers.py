"""Answering residents, and hearing whether they are satisfied."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from yipanqi.cases.actions.steps import need
from yipanqi.cases.events import ReportAnswered, ReportRated
from yipanqi.cases.models import Case, Report
from yipanqi.cases.selectors import plain
from yipanqi.cases.states import State
from yipanqi.kernel.actions import Conflict, Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.events import publish


@action
def answer(report: Report, *, text: str, by: Actor, at: dt.datetime) -> Report:
    """The office answers a resident. Those whose cases were merged into this one and wait are told the same.

    Raises:
        Refused: the answer is empty.
    """
    text = need(text, "text", _("请填写答复内容"))
    followers = Report.objects.filter(case__merged_into=report.case_id, answered_at__isnull=True)
    for one in (report, *followers):
        one.answer, one.answered_at = text, at
        one.save(update_fields=["answer", "answered_at"])
        Case.objects.filter(pk=one.case_id, first_reply_at__isnull=True).update(first_reply_at=at)
        publish(ReportAnswered(at=at, report_id=one.pk, case_id=one.case_id))
    return report


@action(private=("note",))
def rate(report: Report, *, rating: int, note: str = "", by: Actor, at: dt.datetime) -> Report:
    """The resident who holds the code says how satisfied they are, once, from 1 to 5.

    Raises:
        Refused: not 1 to 5.
        Conflict: rated already, or neither answered nor at an end.
    """
    if not 1 <= rating <= 5:
        raise Refused(_("评价应为 1 到 5 分。"), field="rating")
    if why := why_not_rated(report):
        raise Conflict(why)
    report.rating, report.rating_note, report.rated_at = rating, plain(note).strip()[:300], at
    report.save(update_fields=["rating", "rating_note", "rated_at"])
    publish(ReportRated(at=at, report_id=report.pk, case_id=report.case_id))
    return report


def why_not_rated(report: Report) -> str:
    """Why a report cannot be rated now, as a sentence; "" where it can."""
    if report.rated_at is not None:
        return _("您已经评价过，谢谢。")
    worked = report.case.merged_into or report.case
    if report.answered_at is None and worked.state not in (State.CLOSED, State.REJECTED):
        return _("问题尚未办结或答复，请稍后再评价。")
    return ""
