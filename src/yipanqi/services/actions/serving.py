"""The service itself: an activity opened for it, the closing report; then the one served rates it, or complains."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from yipanqi.activities.models import Activity
from yipanqi.kernel.actions import Conflict, Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.policy import policy_value
from yipanqi.messaging.selectors import people_with
from yipanqi.people.models import Role
from yipanqi.services import selectors
from yipanqi.services.actions.steps import need, people_for, tell
from yipanqi.services.catalogue import RATE
from yipanqi.services.models import Complaint, Request, Service, ServiceLine
from yipanqi.services.states import COMPLAINT, REQUEST, RequestState

MOST_LINES = 20
#: A service is told of within so long, and did not last longer than a day.
LONGEST = dt.timedelta(hours=24)


@action
def join_activity(request: Request, *, activity: Activity, by: Actor, at: dt.datetime) -> Request:
    """Volunteers are called together for the order in an activity of the party.

    Raises:
        WrongState: it is not accepted, or served. Refused: another's activity, or one that was cancelled.
    """
    REQUEST.move(request, "join_activity")
    if (activity.team_id, activity.station_id) != (request.team_id, request.host_id) and activity.team_id != request.team_id:
        raise Refused(_("只能关联接单队伍（实践站）自己的活动。"), field="activity")
    if activity.state == "cancelled":
        raise Refused(_("这个活动已经取消，请选别的活动。"), field="activity")
    request.activity = activity
    request.save(update_fields=["activity"])
    return request


@action
def report_service(
    request: Request, *, started_at: dt.datetime, ended_at: dt.datetime, helpers: int, served: int, served_estimated: bool = False, text: str,
    lines: Sequence[tuple[str, Any, str]] = (), by: Actor, at: dt.datetime,
) -> Request:  # fmt: skip
    """The party says what was done: when, by and for how many, and what quantities (what, how many, of which unit).

    Raises:
        WrongState: the order is not accepted. Refused: moments, numbers or quantities that cannot be.
    """
    REQUEST.move(request, "report_service", RequestState.SERVED if policy_value(RATE.key) else RequestState.CLOSED)
    if not started_at < ended_at <= at:
        raise Refused(_("结束时间应晚于开始时间，也不能晚于现在。"), field="ended_at")
    if ended_at - started_at > LONGEST:
        raise Refused(_("一次服务不超过 24 小时，请更正起止时间。"), field="ended_at")
    if not 1 <= helpers <= 10_000:
        raise Refused(_("参加服务的人数应在 1 到 10000 之间。"), field="helpers")
    if not 0 <= served <= 1_000_000:
        raise Refused(_("受益人数应在 0 到 1000000 之间。"), field="served")
    if len(lines) > MOST_LINES:
        raise Refused(_("最多填 %(most)d 行数量。") % {"most": MOST_LINES}, field="lines")
    done = Service.objects.create(
        request=request, started_at=started_at, ended_at=ended_at, helpers=helpers, served=served, served_estimated=served_estimated,
        text=need(text, "text", _("请写一句服务情况。")), reported_at=at,
    )  # fmt: skip
    ServiceLine.objects.bulk_create([ServiceLine(service=done, **_line(*line)) for line in lines])
    request.served_at = ended_at
    request.ended_at = at if request.state == RequestState.CLOSED else None
    request.save()
    return request


def _line(what: str, quantity: Any, unit: str) -> dict[str, Any]:
    try:
        amount = Decimal(str(quantity)).quantize(Decimal("0.01"))
    except InvalidOperation:
        amount = Decimal(0)
    if not 0 < amount < 10**8 or not selectors.plain(what) or not selectors.plain(unit):
        raise Refused(_("每行数量请写全：内容、大于 0 的数、单位。"), field="lines")
    return {"what": selectors.plain(what)[:40], "quantity": amount, "unit": selectors.plain(unit)[:10]}


@action(private=("note",))
def rate(request: Request, *, rating: int, note: str = "", by: Actor, at: dt.datetime) -> Request:
    """The one served says how it was 评单, once, from 1 to 5.

    Raises:
        WrongState: not served yet. Refused: not 1 to 5, or ratings are not asked here. Conflict: rated already.
    """
    if not policy_value(RATE.key):
        raise Refused(_("本市不开展评单；有意见请投诉。"))
    if request.rated_at is not None:
        raise Conflict(_("您已经评价过，谢谢。"))
    REQUEST.move(request, "rate")
    if not 1 <= rating <= 5:
        raise Refused(_("评价应为 1 到 5 分。"), field="rating")
    request.rating, request.rating_note, request.rated_at = rating, selectors.plain(note)[:300], at
    request.ended_at = request.ended_at or at
    request.save()
    tell("rated", request, people_for(request.party), at, rating=rating)
    return request


@action
def reply_to_rating(request: Request, *, text: str, by: Actor, at: dt.datetime) -> Request:
    """The party answers a rating, once.

    Raises:
        WrongState: not ended. Conflict: not rated, or answered already. Refused: no words.
    """
    REQUEST.move(request, "reply_to_rating")
    if request.rated_at is None or request.replied_at is not None:
        raise Conflict(_("还没有评价，或者已经回复过。"))
    request.reply, request.replied_at = need(text, "text", _("请填写回复。"), 300), at
    request.save(update_fields=["reply", "replied_at"])
    return request


@action
def close_unrated(request: Request, *, by: Actor, at: dt.datetime) -> Request:
    """The time for rating is over.

    Raises:
        WrongState: not served, or rated meanwhile.
    """
    REQUEST.move(request, "close_unrated")
    request.ended_at = at
    request.save(update_fields=["state", "ended_at"])
    return request


@action(private=("text",))
def complain(request: Request, *, text: str, by: Actor, at: dt.datetime) -> Complaint:
    """The one served complains; it goes to the centre and the duty desk, not to the party.

    Raises:
        Refused: no words. Conflict: a complaint of this order waits for an answer already.
    """
    if request.complaints.filter(state=COMPLAINT.moves["answer_complaint"].source[0]).exists():
        raise Conflict(_("您的投诉正在处理，请等待答复。"))
    made = Complaint.objects.create(request=request, text=need(text, "text", _("请写明哪里不满意。")), said_at=at)
    tell("complained", request, people_with(Role.CENTRE, Role.DESK), at, mark=str(made.uuid))
    return made


@action
def answer_complaint(complaint: Complaint, *, text: str, by: Actor, at: dt.datetime) -> Complaint:
    """The centre or the desk answers; whoever has the code reads it.

    Raises:
        WrongState: answered already. Refused: no words.
    """
    COMPLAINT.move(complaint, "answer_complaint")
    complaint.answer, complaint.answered_at = need(text, "text", _("请填写答复。")), at
    complaint.save()
    return complaint
