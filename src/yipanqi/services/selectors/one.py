"""One order and what waits: by code, by clock, by term."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.calendar.selectors import calendar_for
from yipanqi.calendar.working import Clock
from yipanqi.kernel.policy import policy_value
from yipanqi.kernel.stamps import one_look
from yipanqi.people.models import Role, User
from yipanqi.places.models import Area
from yipanqi.services.catalogue import ACCEPT_HOURS, RATE_DAYS
from yipanqi.services.models import Complaint, Dispatch, Proposal, ProposalLine, Request
from yipanqi.services.selectors.menu import can_serve_today
from yipanqi.services.selectors.rounds import field_of
from yipanqi.services.states import ENDED, DispatchState, RequestState
from yipanqi.services.words import reasons
from yipanqi.teams.models import Station, Team

CONTACT_MONTHS = 6
SHOWN = 12
FURTHEST = 180  # days ahead that one may wish for
ANSWERERS = frozenset((Role.DESK, Role.HEAD, Role.CENTRE, Role.AUDITOR))


def plain(text: str) -> str:
    """`text` without the one character that databases refuse, and without blank ends."""
    return text.replace("\0", "").strip()


def code_known(code: str) -> Request | None:
    """The order with a code as somebody typed it."""
    cleaned = "".join(code.split()).replace("-", "").upper()
    return Request.objects.select_related("item", "kind", "area", "team", "host", "activity").filter(code=cleaned).first() if cleaned else None


def wrong_wish(start: dt.date, end: dt.date, today: dt.date) -> str:
    """Why these days cannot be wished for; "" where they can."""
    if end < start:
        return _("结束日期早于开始日期，请更正。")
    if end < today:
        return _("希望的时间已经过去，请选今天以后的日期。")
    if (end - today).days > FURTHEST:
        return _("最多提前 %(days)d 天点单，请选近一些的日期。") % {"days": FURTHEST}
    return ""


def deadline(at: dt.datetime, station: Station | None) -> dt.datetime:
    """Until when a party that is sent an order now has to answer, in the working calendar."""
    unit = station.unit.code if station is not None and station.unit is not None else ""
    return calendar_for(unit).add(at, float(policy_value(ACCEPT_HOURS.key)), Clock.WORK_HOUR)


def waiting_dispatch(request: Request) -> Dispatch | None:
    """The sending that waits for an answer."""
    return request.dispatches.filter(state=DispatchState.WAITING).select_related("team", "station").first()


def due_dispatches(now: dt.datetime) -> QuerySet[Request]:
    """Orders whose party did not answer in time."""
    return Request.objects.filter(state=RequestState.SENT, dispatches__state=DispatchState.WAITING, dispatches__due_at__lte=now)


def unrated(now: dt.datetime) -> QuerySet[Request]:
    """Orders served so long ago that nobody will rate them."""
    before = now - dt.timedelta(days=int(policy_value(RATE_DAYS.key)))
    return Request.objects.filter(state=RequestState.SERVED, served_at__lt=before)


def overdue_wishes(today: dt.date) -> QuerySet[Request]:
    """Orders that nobody took before the last day wished for was over."""
    return Request.objects.filter(state=RequestState.OPEN, wished_until__lt=today)


def erasable(now: dt.datetime) -> QuerySet[Request]:
    """Ended orders that still tell whom they were for, six months after their end."""
    local = timezone.localtime(now)
    year, month = divmod(local.year * 12 + local.month - 1 - CONTACT_MONTHS, 12)
    before = local.replace(year=year, month=month + 1, day=min(local.day, calendar.monthrange(year, month + 1)[1]))
    return Request.objects.filter(state__in=ENDED, ended_at__lt=before, erased_at__isnull=True)


def complaints_visible_to(user: Any) -> QuerySet[Complaint]:
    """Complaints, open to those who answer them."""
    seen = isinstance(user, User) and user.is_active and user.roles & ANSWERERS
    return Complaint.objects.select_related("request", "request__team", "request__host") if seen else Complaint.objects.none()


def latest_proposal() -> Proposal | None:
    """The proposal that lies on the centre's desk."""
    return Proposal.objects.order_by("-id").first()


def proposal_lines(proposal: Proposal) -> QuerySet[ProposalLine]:
    """The pairs of a proposal, with what is shown of them."""
    return proposal.lines.select_related("request", "request__item", "request__kind", "request__area", "team", "station").order_by("id")


def parties_for(request: Request, today: dt.date) -> list[tuple[Team | Station, list[str]]]:
    """Who could serve an order, best first, each with the reasons in words; at most a dozen."""
    with one_look():
        field = field_of([request], today)
        columns = field.best_first(0)[:SHOWN]
        return [(party, reasons(field.why(0, column))) for column, party in zip(columns, field.rows(columns), strict=True)]


def can_grab(request: Request, team: Team, today: dt.date) -> bool:
    """Whether a team does what an order asks for."""
    does = can_serve_today(today).filter(team=team).filter(Q(item=request.item_id) if request.item_id else Q(item__kind=request.kind_id))
    return does.exists() or team.kinds.filter(pk=request.kind_id).exists()


def area_named(code: str) -> Area | None:
    """The area with a code."""
    return Area.objects.filter(code=code).first()
