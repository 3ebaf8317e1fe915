"""Answering residents, and hearing whether they are satisfied."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from yipanqi.cases import selectors
from yipanqi.cases.actions.steps import need
from yipanqi.cases.events import ReportAnswered, ReportRated
from yipanqi.cases.models import NOT_COUNTED, Case, Report, Source
from yipanqi.cases.selectors import plain
from yipanqi.cases.states import State
from yipanqi.kernel.actions import Conflict, Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.events import publish, publish_all


@action
def answer(report: Report, *, text: str, by: Actor, at: dt.datetime) -> Report:
    """The office answers a resident. Those whose cases were merged into this one and wait are told the same.

    An answer may be bettered until the resident has rated it; what was rated stays as it was read.

    Raises:
        Refused: the answer is empty.
        Conflict: the resident has rated the answer already.
    """
    text = need(text, "text", _("请填写答复内容"))
    check_not_rated(report)
    followers = Report.objects.filter(case__merged_into=report.case_id, answered_at__isnull=True)
    for one in (report, *followers):
        one.answer, one.answered_at = text, at
        one.save(update_fields=["answer", "answered_at"])
        Case.objects.filter(pk=one.case_id, first_reply_at__isnull=True).update(first_reply_at=at, counted=NOT_COUNTED)
        publish(ReportAnswered(at=at, report_id=one.pk, case_id=one.case_id))
    return report


def check_not_rated(report: Report) -> None:
    """Raises Conflict where the report's answer was rated: it stays as the resident read it."""
    if report.rated_at is not None and report.answered_at is not None:
        raise Conflict(_("反映人已对答复作出评价，答复不能再改；需要补充的，请在案件中补充说明。"))


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


def tell_residents(case: Case, at: dt.datetime, words: str = "") -> None:
    """With the end of a case its reporters get an answer, and with it may rate: residents who reported it or a case that
    follows it and have no answer yet. Callers of the hotline are answered by the hotline, so the desk keeps them on its list.
    With `words`, why it is declined, everyone who waits is told these, callers too: nothing more will come.

    Sets `first_reply_at` of `case` without saving it.
    """
    mine = Q(case=case) | Q(case__merged_into=case)
    unanswered = Report.objects.filter(mine, answered_at__isnull=True).order_by("id")
    waiting = list(unanswered if words else unanswered.filter(case__source=Source.RESIDENT))
    if not waiting:
        return
    Report.objects.filter(pk__in=[r.pk for r in waiting]).update(answer=words or closing_words(case, at), answered_at=at)
    replied = {r.case_id for r in waiting}
    if case.pk in replied:
        case.first_reply_at = case.first_reply_at or at
    Case.objects.filter(pk__in=replied - {case.pk}, first_reply_at__isnull=True).update(first_reply_at=at, counted=NOT_COUNTED)
    publish_all([ReportAnswered(at=at, report_id=r.pk, case_id=r.case_id) for r in waiting])


def closing_words(case: Case, at: dt.datetime) -> str:
    """What was done, by whom and when, in one plain Chinese sentence; the unit's own words stand beside it."""
    with override(settings.LANGUAGE_CODE):
        day = timezone.localtime(case.closed_at or at)
        facts = {
            "what": _("“%(name)s”问题") % {"name": case.issue_class.name} if case.issue_class else _("问题"),
            "units": _("、").join(part.unit.name for part in selectors.live(case)),
            "day": _("%(month)d月%(day)d日") % {"month": day.month, "day": day.day},
        }
        if case.on_the_spot:
            return _("您反映的%(what)s，工作人员已于%(day)s当场处理，现已办结。感谢您的反映，欢迎评价。") % facts
        if case.by_sample:
            return _("您反映的%(what)s，%(units)s反馈已整改，%(day)s办结。这类问题按比例抽查，这一件没有抽中；如果没有改好，请再告诉我们。") % facts
        return _("您反映的%(what)s，已由%(units)s整改，%(day)s经其他工作人员核查属实，现已办结。感谢您的反映，欢迎评价。") % facts
