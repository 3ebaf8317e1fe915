"""Sign-ups and swaps for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router

from yipanqi.activities import actions, schemas
from yipanqi.activities.api.plans import shift_of
from yipanqi.activities.models import SignUp, Swap
from yipanqi.activities.selectors.people import volunteer_of
from yipanqi.activities.selectors.signing_up import sign_ups_visible_to
from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.api import PROBLEMS, Listing, ListParams, listing, now
from yipanqi.kernel.permissions import why_not
from yipanqi.volunteers.models import Volunteer
from yipanqi.volunteers.states import VolunteerState

router = Router(tags=["shifts"])
ONE = {200: schemas.SignUpOut, **PROBLEMS}
SWAP = {200: schemas.SwapOut, **PROBLEMS}
WITH = ("shift__activity__team", "shift__activity__station", "shift__activity__kind", "role", "volunteer")


@router.post("/shifts/{uuid}/moves/sign_up", response={201: schemas.SignUpOut, **PROBLEMS}, operation_id="activities.sign_up", summary="报名班次")
def sign_up(request: HttpRequest, uuid: UUID, body: schemas.SignUpIn) -> tuple[int, dict[str, Any]]:
    """Sign up oneself, or write down what a volunteer said; where no place is free one waits."""
    shift = shift_of(request, uuid)
    role = shift.roles.filter(name=body.role).first()
    if role is None:
        raise Refused(_("这个班次没有岗位“%(role)s”") % {"role": body.role}, field="role")
    who = _volunteer(body.volunteer) if body.volunteer else volunteer_of(request.user)
    if who is None:
        raise NotAllowed(why_not("activities.see_own_shifts"))
    made = actions.sign_up(shift, role=role, volunteer=who, said_how=body.said_how or "", by=request.user, at=now())
    return 201, schemas.sign_up_out(_of(request, made.uuid), request.user)


@router.get("/sign-ups", response={200: Listing[schemas.SignUpOut], **PROBLEMS}, operation_id="activities.sign_ups", summary="报名")
def sign_ups(request: HttpRequest, params: Query[schemas.SignUpParams]) -> dict[str, Any]:
    """One's own, and those of the activities that one runs, the newest first."""
    given = {"shift__uuid": params.shift, "state": params.state}
    rows = sign_ups_visible_to(request.user).filter(**{name: value for name, value in given.items() if value}).select_related(*WITH)
    return listing(rows, ("-signed_at", "-id"), params, lambda row: schemas.sign_up_out(row, request.user))


@router.get("/sign-ups/{uuid}", response=ONE, operation_id="activities.one_sign_up", summary="一个报名")
def one_sign_up(request: HttpRequest, uuid: UUID) -> dict[str, Any]:
    """A sign-up and what the caller may do with it next."""
    return schemas.sign_up_out(_of(request, uuid), request.user)


@router.post("/sign-ups/{uuid}/moves/withdraw", response=ONE, operation_id="activities.withdraw", summary="退出班次")
def withdraw(request: HttpRequest, uuid: UUID, body: schemas.WithdrawIn) -> dict[str, Any]:
    """Not to come after all; the place goes to the first who waits."""
    actions.withdraw(_of(request, uuid), said_how=body.said_how or "", by=request.user, at=now())
    return one_sign_up(request, uuid)


@router.post("/sign-ups/{uuid}/moves/keep_sign_up", response=ONE, operation_id="activities.keep_sign_up", summary="同意保留")
def keep_sign_up(request: HttpRequest, uuid: UUID) -> dict[str, Any]:
    """Somebody affected by a change stays."""
    actions.keep_sign_up(_of(request, uuid), by=request.user, at=now())
    return one_sign_up(request, uuid)


@router.post("/sign-ups/{uuid}/moves/remove_sign_up", response=ONE, operation_id="activities.remove_sign_up", summary="不录用")
def remove_sign_up(request: HttpRequest, uuid: UUID, body: schemas.WhyIn) -> dict[str, Any]:
    """A place is taken away, with the reason."""
    actions.remove_sign_up(_of(request, uuid), why=body.why, by=request.user, at=now())
    return one_sign_up(request, uuid)


@router.post("/sign-ups/{uuid}/moves/ask_swap", response={201: schemas.SwapOut, **PROBLEMS}, operation_id="activities.ask_swap", summary="提出换班")
def ask_swap(request: HttpRequest, uuid: UUID, body: schemas.SwapIn) -> tuple[int, dict[str, Any]]:
    """Ask another volunteer to exchange shifts, or to take the place over."""
    theirs = SignUp.objects.filter(uuid=body.theirs, state="signed").select_related("volunteer", "shift").first() if body.theirs else None
    other = theirs.volunteer if theirs else _volunteer(body.volunteer)
    made = actions.ask_swap(_of(request, uuid), other=other, theirs=theirs, by=request.user, at=now())
    return 201, schemas.swap_out(_swap(request, made.uuid), request.user)


@router.get("/swaps", response={200: Listing[schemas.SwapOut], **PROBLEMS}, operation_id="activities.swaps", summary="换班")
def swaps(request: HttpRequest, params: Query[ListParams]) -> dict[str, Any]:
    """Swaps that the caller asked for or is asked for, the newest first."""
    return listing(_own_swaps(request), ("-asked_at", "-id"), params, lambda row: schemas.swap_out(row, request.user))


@router.post("/swaps/{uuid}/moves/agree_to_swap", response=SWAP, operation_id="activities.agree_to_swap", summary="同意换班")
def agree_to_swap(request: HttpRequest, uuid: UUID) -> dict[str, Any]:
    """Each has the other's place."""
    actions.agree_to_swap(_swap(request, uuid), by=request.user, at=now())
    return schemas.swap_out(_swap(request, uuid), request.user)


@router.post("/swaps/{uuid}/moves/refuse_swap", response=SWAP, operation_id="activities.refuse_swap", summary="不同意换班")
def refuse_swap(request: HttpRequest, uuid: UUID) -> dict[str, Any]:
    """Everything stays."""
    actions.refuse_swap(_swap(request, uuid), by=request.user, at=now())
    return schemas.swap_out(_swap(request, uuid), request.user)


@router.post("/swaps/{uuid}/moves/take_back_swap", response=SWAP, operation_id="activities.take_back_swap", summary="收回换班")
def take_back_swap(request: HttpRequest, uuid: UUID) -> dict[str, Any]:
    """Whoever asked does not want to any more."""
    actions.take_back_swap(_swap(request, uuid), by=request.user, at=now())
    return schemas.swap_out(_swap(request, uuid), request.user)


def _volunteer(number: str) -> Volunteer:
    found = Volunteer.objects.filter(number=number.strip(), state=VolunteerState.REGISTERED).first()
    if found is None:
        raise Refused(_("没有这个编号的志愿者，请核对。"), field="volunteer")
    return found


def _of(request: HttpRequest, uuid: UUID) -> SignUp:
    found = sign_ups_visible_to(request.user).select_related(*WITH).filter(uuid=uuid).first()
    if found is None:
        raise Http404(_("没有这个报名，或您无权查看"))
    return found


def _own_swaps(request: HttpRequest) -> Any:
    own = volunteer_of(request.user)
    mine = Q(other=own) | Q(sign_up__volunteer=own) if own else Q(pk__in=())
    return Swap.objects.filter(mine).select_related("sign_up__shift", "theirs__shift")


def _swap(request: HttpRequest, uuid: UUID) -> Swap:
    found: Swap | None = _own_swaps(request).filter(uuid=uuid).first()
    if found is None:
        raise Http404(_("没有这个换班，或与您无关"))
    return found
