"""The optimiser's proposals for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest

from yipanqi.kernel.api import PROBLEMS, now
from yipanqi.kernel.gates import demand
from yipanqi.services import actions, selectors
from yipanqi.services.api.routing import router
from yipanqi.services.models import Proposal
from yipanqi.services.schemas import NumbersIn, ProposalOut, key_of
from yipanqi.services.words import reasons


def _out(proposal: Proposal) -> dict[str, Any]:
    lines = [
        {"number": line.request.number, "party": key_of(line.party), "name": line.party.name, "reasons": reasons(line.why), "costs": line.why.get("costs", {})}
        for line in selectors.proposal_lines(proposal).filter(taken_at__isnull=True)
    ]
    return {
        "uuid": str(proposal.uuid), "made_at": proposal.made_at, "value": proposal.value, "unassigned": proposal.unassigned, "evenness": proposal.evenness,
        "evenness_without_fairness": proposal.evenness_without, "weights": proposal.terms, "lines": lines,
    }  # fmt: skip


@router.post("/dispatch/proposals", response={201: ProposalOut, **PROBLEMS}, operation_id="services.propose", summary="生成派单建议")
def propose(request: HttpRequest) -> tuple[int, dict[str, Any]]:
    """The optimum over all orders that wait, with the reasons of each pair; nothing is sent."""
    return 201, _out(actions.propose(None, by=request.user, at=now()))


@router.get("/dispatch/proposals/latest", response={200: ProposalOut, **PROBLEMS}, operation_id="services.proposal", summary="最近的派单建议")
def proposal(request: HttpRequest) -> dict[str, Any]:
    """The proposal that lies on the centre's desk, as far as it was not taken up."""
    demand(request.user, "services.see_dispatch")
    found = selectors.latest_proposal()
    if found is None:
        raise Http404
    return _out(found)


@router.post("/dispatch/proposals/{uuid}/moves/accept_proposal", response={200: ProposalOut, **PROBLEMS}, operation_id="services.accept_proposal", summary="按建议派单")
def accept_proposal(request: HttpRequest, uuid: UUID, body: NumbersIn) -> dict[str, Any]:
    """Take a proposal up, whole or for the orders named."""
    demand(request.user, "services.see_dispatch")
    found = Proposal.objects.filter(uuid=uuid).first()
    if found is None:
        raise Http404
    return _out(actions.accept_proposal(found, numbers=body.numbers, by=request.user, at=now()))
