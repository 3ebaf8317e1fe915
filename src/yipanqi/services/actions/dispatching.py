"""Giving orders out 派单 and answering them 接单: the optimiser proposes, a person decides; whoever says no, or nothing, makes room
for the next."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.kernel.actions import Conflict, NotAllowed, Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.policy import policy_value
from yipanqi.services import matching, selectors
from yipanqi.services.actions.ordering import end
from yipanqi.services.actions.steps import centre, need, people_for, tell
from yipanqi.services.catalogue import GRAB, MOST_TURNS, NEXT_CHOICE
from yipanqi.services.models import Dispatch, Proposal, ProposalLine, Request
from yipanqi.services.states import REQUEST, DispatchState, RequestState
from yipanqi.teams.models import Station, Team

#: Orders that one proposal looks at, those that have waited longest first.
MOST = 2_000
#: How far ahead a time can be agreed.
FURTHEST = dt.timedelta(days=366)


class Taken(Conflict):
    """Somebody else has the order already."""

    message = gettext_lazy("这一单已经被别的队伍接走，请刷新后查看。")


@action
def propose(_nothing: None, *, by: Actor, at: dt.datetime) -> Proposal:
    """The optimiser proposes who gets which of the orders that wait to be given out. It replaces what it proposed before
    and was not taken up.

    Minimised is, over all ways to give them out (docs/adr/0029-dispatch.md, `services.matching`): the cost of each pair (skill,
    distance, free time, earlier ratings), what load and fairness charge for each party's first, second … order, and what
    is charged for each order that nobody gets. The optimum is exact.
    """
    ProposalLine.objects.filter(taken_at__isnull=True).delete()
    waiting = list(Request.objects.filter(state=RequestState.OPEN).select_related("kind", "offer").order_by("asked_at", "id")[:MOST])
    field = selectors.field_of(waiting, timezone.localdate(at))
    outcome = field.outcome
    proposal = Proposal.objects.create(
        made_at=at, terms=dataclasses.asdict(field.weights), value=outcome.value, unassigned=int((outcome.chosen == matching.NOBODY).sum()),
        evenness=field.evenness(), evenness_without=field.evenness(fairness=False),
    )  # fmt: skip
    ProposalLine.objects.bulk_create(
        [
            ProposalLine(proposal=proposal, request=request, why=field.why(row, int(column)), **_ids(field.parties[int(column)]))
            for row, (request, column) in enumerate(zip(waiting, outcome.chosen, strict=True)) if column != matching.NOBODY
        ],
        batch_size=500,
    )  # fmt: skip
    return proposal


def _ids(party: Any) -> dict[str, int]:
    return {f"{party.kind}_id": party.pk}


@action
def accept_proposal(proposal: Proposal, *, numbers: Sequence[str] | None = None, by: Actor, at: dt.datetime) -> Proposal:
    """A person takes up a proposal, whole or for the orders named: each is sent to the party proposed. What was given out,
    withdrawn or dissolved meanwhile is left out.

    Raises:
        Refused: nothing of it is left to take up.
    """
    lines = proposal.lines.filter(taken_at__isnull=True).select_related("team", "station").order_by("request_id")
    lines = lines if numbers is None else lines.filter(request__number__in=list(numbers))
    taken = 0
    for line in lines:
        request = Request.objects.select_for_update().get(pk=line.request_id)
        if request.state != RequestState.OPEN or _gone(line.party):
            continue
        REQUEST.move(request, "dispatch")
        _send(request, line.party, Dispatch.How.PROPOSAL, line.why, at)
        line.taken_at = at
        line.save(update_fields=["taken_at"])
        taken += 1
    if not taken:
        raise Refused(_("建议里的单都已派出或有变化，请重新生成建议。"))
    return proposal


def _gone(party: Team | Station) -> bool:
    return bool(party.ended_on if isinstance(party, Team) else party.closed_on)


@action
def dispatch(request: Request, *, party: Team | Station, by: Actor, at: dt.datetime) -> Request:
    """The centre chooses a party by hand.

    Raises:
        WrongState: it is not waiting to be given out. Refused: the party is no more.
    """
    REQUEST.move(request, "dispatch")
    if _gone(party):
        raise Refused(_("这支队伍（实践站）已经撤销，请另选。"), field="party")
    field = selectors.field_of([request], timezone.localdate(at))
    column = next((n for n, one in enumerate(field.parties) if (one.kind, one.pk) == (_kind(party), party.pk)), None)
    _send(request, party, Dispatch.How.HAND, field.why(0, column) if column is not None else {}, at)
    return request


def _kind(party: Team | Station) -> str:
    return "team" if isinstance(party, Team) else "station"


def _send(request: Request, party: Team | Station, how: str, why: dict[str, Any], at: dt.datetime) -> Dispatch:
    """Send the order to a party and tell it; the state is set already."""
    base = party.station if isinstance(party, Team) else party
    turn = request.dispatches.count() + 1
    made = Dispatch.objects.create(
        request=request, how=how, turn=turn, why=why, sent_at=at, due_at=selectors.deadline(at, base), **{_kind(party): party},
    )  # fmt: skip
    request.sent_at = request.sent_at or at
    request.team = request.host = request.accepted_at = request.meet_at = None
    request.save()
    due = timezone.localtime(made.due_at)
    tell("sent", request, people_for(party), at, mark=str(turn), due=f"{due:%m-%d %H:%M}")
    return made


def _answer(request: Request, state: str, at: dt.datetime, reason: str = "") -> Dispatch:
    """Store what became of the sending that waits."""
    waiting = selectors.waiting_dispatch(request)
    if waiting is None:
        raise Taken
    waiting.state, waiting.answered_at, waiting.reason = state, at, reason
    waiting.save()
    return waiting


@action
def accept(request: Request, *, meet_at: dt.datetime | None = None, by: Actor, at: dt.datetime) -> Request:
    """The party takes the order 接单; `meet_at` is when they agreed to come.

    Raises:
        WrongState: it is not waiting for an answer. Refused: an agreed moment gone by.
    """
    REQUEST.move(request, "accept")
    sending = _answer(request, DispatchState.ACCEPTED, at)
    return _take(request, sending.party, meet_at, at)


def _take(request: Request, party: Team | Station, meet_at: dt.datetime | None, at: dt.datetime) -> Request:
    if meet_at is not None and not at <= meet_at <= at + FURTHEST:
        raise Refused(_("约定时间已经过去，或者太远，请更正。"), field="meet_at")
    request.team, request.host = (party, None) if isinstance(party, Team) else (None, party)
    request.accepted_at, request.meet_at = at, meet_at
    request.save()
    return request


@action
def refuse(request: Request, *, reason: str, by: Actor, at: dt.datetime) -> Request:
    """The party cannot take it and says why; it goes to the next best at once.

    Raises:
        WrongState: it is not waiting for an answer. Refused: no reason.
    """
    reason = need(reason, "reason", _("请写明为什么不能接。"), 200)
    REQUEST.check(request, "refuse")
    _answer(request, DispatchState.REFUSED, at, reason)
    return _next(request, "refuse", at)


@action
def lapse(request: Request, *, by: Actor, at: dt.datetime) -> Request:
    """Nobody answered in time: it goes to the next best.

    Raises:
        WrongState: it is not waiting for an answer. Conflict: there is time left.
    """
    REQUEST.check(request, "lapse")
    waiting = selectors.waiting_dispatch(request)
    if waiting is None or waiting.due_at > at:
        raise Conflict(_("接单时限还没有到。"))
    _answer(request, DispatchState.LAPSED, at)
    return _next(request, "lapse", at)


@action
def give_back(request: Request, *, reason: str, by: Actor, at: dt.datetime) -> Request:
    """The party accepted but cannot come after all 退单; it goes to the next best.

    Raises:
        WrongState: it is not accepted. Refused: no reason.
    """
    reason = need(reason, "reason", _("请写明为什么退单。"), 200)
    REQUEST.check(request, "give_back")
    party = request.party
    last = request.dispatches.filter(state=DispatchState.ACCEPTED).last()
    if last is None:  # told of in the past, without its sendings
        last = Dispatch(request=request, how=Dispatch.How.HAND, turn=request.dispatches.count() + 1, sent_at=at, due_at=at, **_ids_of(party))
    last.state, last.answered_at, last.reason = DispatchState.GIVEN_BACK, at, reason
    last.save()
    return _next(request, "give_back", at)


def _ids_of(party: Team | Station | None) -> dict[str, Any]:
    return {_kind(party): party} if party is not None else {}


def _next(request: Request, verb: str, at: dt.datetime) -> Request:
    """Send it to the best of those that have not said no, or lay it back onto the centre's desk."""
    today = timezone.localdate(at)
    best: tuple[Any, dict[str, Any]] | None = None
    if policy_value(NEXT_CHOICE.key) and request.dispatches.count() < int(policy_value(MOST_TURNS.key)):
        field = selectors.field_of([request], today)
        columns = field.best_first(0)
        best = (field.rows(columns[:1])[0], field.why(0, columns[0])) if columns else None
    REQUEST.move(request, verb, RequestState.SENT if best else RequestState.OPEN)
    if best is not None:
        _send(request, best[0], Dispatch.How.NEXT, best[1], at)
    else:
        request.team = request.host = request.accepted_at = request.meet_at = None
        request.save()
        tell("returned", request, centre(), at, mark=str(request.dispatches.count()))
    return request


@action
def recall(request: Request, *, reason: str = "", by: Actor, at: dt.datetime) -> Request:
    """The centre takes an order back, to give it to another.

    Raises:
        WrongState: nobody has it.
    """
    REQUEST.move(request, "recall")
    last = request.dispatches.filter(state__in=(DispatchState.WAITING, DispatchState.ACCEPTED)).last()
    party = request.party or (last.party if last is not None else None)
    if last is not None:
        last.state, last.answered_at, last.reason = DispatchState.RECALLED, at, selectors.plain(reason)[:200]
        last.save()
    request.team = request.host = request.accepted_at = request.meet_at = None
    request.save()
    if party is not None:
        tell("changed", request, people_for(party), at, form="recalled", mark=str(request.dispatches.count()))
    return request


@action
def grab(request: Request, *, party: Team | Station, meet_at: dt.datetime | None = None, by: Actor, at: dt.datetime) -> Request:
    """A team takes an order that waits to be given out, first come first served 抢单.

    Raises:
        WrongState: somebody was first. NotAllowed: another's team. Refused: the city does not do it so, the order is of a
            personal kind, the team does not do this, or has its hands full.
    """
    if not selectors.serves_for(by, party):
        raise NotAllowed(_("只能为自己的队伍抢单。"))
    if not policy_value(GRAB.key) or request.private:
        raise Refused(_("这一单不参加抢单，由中心派单。"))
    REQUEST.move(request, "grab")
    field = selectors.field_of([request], timezone.localdate(at))
    columns = [n for n, one in enumerate(field.parties) if (one.kind, one.pk) == (_kind(party), party.pk)]
    if not columns or not field.round.able[0, columns[0]]:
        raise Refused(_("您的队伍没有登记这类服务、时间不合或者手上的单已满，不能抢这一单。"))
    Dispatch.objects.create(
        request=request, how=Dispatch.How.GRAB, turn=request.dispatches.count() + 1, state=DispatchState.ACCEPTED, why=field.why(0, columns[0]),
        sent_at=at, due_at=at, answered_at=at, **{_kind(party): party},
    )  # fmt: skip
    request.sent_at = request.sent_at or at
    return _take(request, party, meet_at, at)


@action
def give_up(request: Request, *, reason: str, by: Actor, at: dt.datetime) -> Request:
    """Nobody can do it: the one who asked is told so, and it counts as unmet.

    Raises:
        WrongState: it is not waiting to be given out. Refused: no reason.
    """
    REQUEST.move(request, "give_up")
    return end(request, need(reason, "reason", _("请写明原因，点单人会看到。"), 200), at)
