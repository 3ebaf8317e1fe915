"""Points for programs, under ``/api/v1/points``: one's own statement and what one may do with it, the counter, the books. Where
the city does not use points, nothing is found."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from ninja import Field, Query, Router, Schema

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.api import PROBLEMS, Listing, ListParams, listing, now
from yipanqi.kernel.gates import demand
from yipanqi.kernel.idempotency import told_once
from yipanqi.points import actions, limits, selectors
from yipanqi.points.catalogue import enabled
from yipanqi.points.jobs import AHEAD
from yipanqi.points.models import PARTS, Account, Entry, Posting, Reward
from yipanqi.volunteers.selectors import registered_as

router = Router(tags=["points"])
LINE = r"^[^\x00]*$"


class OwnOut(Schema):
    """One's own account, in points."""

    account: UUID
    balance: float
    owed: float = Field(description="taken back, but spent already: worked off by what comes in next")
    expiring: float = Field(description="what will expire by `expires_by` if it is not spent")
    expires_by: dt.date


class LineOut(Schema):
    """A line of an account."""

    entry: UUID
    kind: Entry.Kind
    at: dt.datetime
    on: dt.date
    why: str
    pocket: Posting.Pocket
    points: float


class RuleOut(Schema):
    """By what points are earned from a day on."""

    starts_on: dt.date
    per_hour: float
    step: int = Field(description="minutes; only whole steps count")
    report: int
    reports_a_month: int
    cap: int = Field(description="0 for none")
    months: int = Field(description="0: they do not expire")
    basis: str
    coefficients: dict[str, float] = Field(description="by kind of service; 1 where none stands")


class RewardOut(Schema):
    """What can be had, and where."""

    uuid: UUID
    shop: str
    shop_name: str
    name: str
    cost: int
    stock: int


class ShownOut(Schema):
    """A code to show, told this once."""

    voucher: UUID
    code: str
    points: float
    valid_until: dt.datetime


class VoucherOut(Schema):
    """What a code is for; whose it is only as far as a counter must know."""

    uuid: UUID
    reward: str
    n: int
    points: float
    holder: str
    valid_until: dt.datetime


class EntryLineOut(Schema):
    account: UUID
    kind: Account.Kind
    holder: str = Field(description="of volunteers the number")
    pocket: Posting.Pocket
    points: float


class EntryOut(Schema):
    """One fact of the books; its lines sum to nothing."""

    uuid: UUID
    kind: Entry.Kind
    at: dt.datetime
    points: float
    why: str
    reverses: UUID | None
    lines: list[EntryLineOut]


class EntryParams(ListParams):
    kind: Entry.Kind | None = None


class ChooseIn(Schema):
    reward: UUID
    n: int = Field(1, ge=1, le=20)


class CodeIn(Schema):
    code: str = Field(min_length=1, max_length=20, pattern=LINE)


class GiveIn(Schema):
    number: str = Field(max_length=20, pattern=LINE)
    name: str = Field(max_length=40, pattern=LINE, description="has to fit the number")
    points: int = Field(ge=1, le=100_000)


class GiveFundIn(Schema):
    fund: str = Field(max_length=40, pattern=LINE)
    points: int = Field(ge=1, le=100_000)


class ReverseIn(Schema):
    why: str = Field(min_length=1, max_length=200, pattern=LINE)
    back_in_stock: bool = False


def _demand(request: HttpRequest, name: str) -> None:
    if not enabled():
        raise Http404(_lazy("本市没有启用积分"))
    demand(request.user, name)


def _own(request: HttpRequest) -> Account:
    _demand(request, "points.see_own")
    found = selectors.own_account(request.user)
    return found or actions.open_account(None, volunteer=registered_as(request.user), by=request.user, at=now())


def _line(row: Posting) -> dict[str, Any]:
    entry = row.entry
    return {"entry": entry.uuid, "kind": entry.kind, "at": entry.at, "on": entry.on, "why": entry.why, "pocket": row.pocket, "points": row.amount / PARTS}


def _entry(row: Entry) -> dict[str, Any]:
    lines = [{"account": p.account.uuid, "kind": p.account.kind, "holder": p.account.holder, "pocket": p.pocket, "points": p.amount / PARTS} for p in row.postings.all()]
    return {"uuid": row.uuid, "kind": row.kind, "at": row.at, "points": row.amount / PARTS, "why": row.why, "reverses": row.reverses.uuid if row.reverses else None, "lines": lines}


@router.get("/points", response={200: OwnOut, **PROBLEMS}, operation_id="points.own", summary="我的积分")
def own(request: HttpRequest) -> dict[str, Any]:
    """One's own balance."""
    account, day = _own(request), timezone.localdate() + AHEAD
    return {
        "account": account.uuid, "balance": account.balance / PARTS, "owed": account.debt / PARTS, "expiring": selectors.expiring_by(account, day) / PARTS, "expires_by": day,
    }  # fmt: skip


@router.get("/points/statement", response={200: Listing[LineOut], **PROBLEMS}, operation_id="points.statement", summary="我的积分明细")
def statement(request: HttpRequest, params: Query[ListParams]) -> dict[str, Any]:
    """Every line of one's own account, newest first."""
    return listing(selectors.statement(_own(request)), ("-id",), params, _line)


@router.get("/points/rules", response={200: list[RuleOut], **PROBLEMS}, operation_id="points.rules", summary="积分规则")
def rules(request: HttpRequest) -> list[dict[str, Any]]:
    """All rules, the newest first."""
    _demand(request, "points.see_rules")
    names = ("starts_on", "per_hour", "step", "report", "reports_a_month", "cap", "months", "basis", "coefficients")
    return [{name: getattr(told.rule, name) for name in names} for told in selectors.rules_told(timezone.localdate())]


@router.get("/points/rewards", response={200: list[RewardOut], **PROBLEMS}, operation_id="points.rewards", summary="可兑换的物品和服务")
def rewards(request: HttpRequest) -> list[dict[str, Any]]:
    """What can be had now."""
    _demand(request, "points.see_rules")
    rows = selectors.rewards_on_offer(timezone.localdate())
    return [{"uuid": r.uuid, "shop": r.shop.code, "shop_name": r.shop.name, "name": r.name, "cost": r.cost, "stock": r.stock} for r in rows]


@router.post("/points/codes", response={201: ShownOut, **PROBLEMS}, operation_id="points.show_code", summary="出示兑换码")
def show_code(request: HttpRequest, body: ChooseIn, response: HttpResponse) -> tuple[int, dict[str, Any]]:
    """Choose what to have; the code is told this once, and a code shown before is void."""
    account = _own(request)
    reward = Reward.objects.select_related("shop").filter(uuid=body.reward).first()
    if reward is None:
        raise Refused(_("没有这项兑换物品"), field="reward")
    made = actions.show_code(account, reward=reward, n=body.n, by=request.user, at=now())
    told_once(response)  # the answer holds the code, of which else only a hash is kept
    return 201, {"voucher": made.about.uuid, "code": made.code, "points": made.about.amount / PARTS, "valid_until": made.about.valid_until}


@router.post("/points/gifts", response={201: LineOut, **PROBLEMS}, operation_id="points.give", summary="转赠积分")
def give(request: HttpRequest, body: GiveIn) -> tuple[int, dict[str, Any]]:
    """Give points to another volunteer, by number and name."""
    account = _own(request)
    limits.CLAIMS.take(f"give|{request.user.actor_key}", now())  # type: ignore[union-attr]
    other = selectors.recipient(body.number, body.name)
    if other is None:
        raise Refused(_("没有这个编号和姓名的志愿者，请核对。"), field="number")
    to = actions.open_account(None, volunteer=other, by=request.user, at=now())
    entry = actions.give(account, to=to, points=body.points, by=request.user, at=now())
    return 201, _line(selectors.statement(account).get(entry=entry))


@router.post("/points/gifts-to-funds", response={201: LineOut, **PROBLEMS}, operation_id="points.give_to_fund", summary="捐给爱心基金")
def give_to_fund(request: HttpRequest, body: GiveFundIn) -> tuple[int, dict[str, Any]]:
    """Give points to a fund."""
    account = _own(request)
    fund = selectors.open_funds(timezone.localdate()).filter(code=body.fund).first()
    if fund is None:
        raise Refused(_("没有这个基金，或已停用"), field="fund")
    entry = actions.give_to_fund(account, fund=fund, points=body.points, by=request.user, at=now())
    return 201, _line(selectors.statement(account).get(entry=entry))


@router.post("/points/reports", response={201: None, **PROBLEMS}, operation_id="points.claim_report", summary="登记我反映的问题")
def claim_report(request: HttpRequest, body: CodeIn) -> tuple[int, None]:
    """Enter the code of a report that was one's own; it brings points once its case is struck off."""
    account = _own(request)
    limits.CLAIMS.take(f"claim|{request.user.actor_key}", now())  # type: ignore[union-attr]
    actions.claim_report(account, code=body.code, by=request.user, at=now())
    return 201, None


@router.post("/points/counter/look", response={200: VoucherOut, **PROBLEMS}, operation_id="points.look", summary="核对兑换码")
def look(request: HttpRequest, body: CodeIn) -> dict[str, Any]:
    """What a code is for. Every look counts towards the hour's share, right or wrong."""
    found = _voucher(request, body.code)
    return {
        "uuid": found.uuid, "reward": found.reward.name, "n": found.n, "points": found.amount / PARTS, "holder": found.account.volunteer.masked_name, "valid_until": found.valid_until,
    }  # fmt: skip


@router.post("/points/counter/redeem", response={200: EntryOut, **PROBLEMS}, operation_id="points.redeem", summary="兑换")
def redeem(request: HttpRequest, body: CodeIn) -> dict[str, Any]:
    """Hand over what a code is for."""
    return _entry(actions.redeem(_voucher(request, body.code), by=request.user, at=now()))


def _voucher(request: HttpRequest, code: str) -> Any:
    _demand(request, "points.use_counter_page")
    limits.CODES.take(request.user.actor_key, now())  # type: ignore[union-attr]
    found = selectors.voucher_by_code(code, now())
    if found is None:
        raise Refused(_("兑换码不对或已过期，请志愿者重新出示。"), field="code")
    demand(request.user, "points.redeem", found)
    return found


@router.get("/points/entries", response={200: Listing[EntryOut], **PROBLEMS}, operation_id="points.entries", summary="积分账目")
def entries(request: HttpRequest, params: Query[EntryParams]) -> dict[str, Any]:
    """The books, newest first."""
    _demand(request, "points.see_books")
    rows = selectors.entries_visible_to(request.user).select_related("reverses")
    return listing(rows.filter(kind=params.kind) if params.kind else rows, ("-at", "-id"), params, _entry)


@router.post("/points/entries/{uuid}/moves/reverse", response={200: EntryOut, **PROBLEMS}, operation_id="points.reverse", summary="冲正")
def reverse(request: HttpRequest, uuid: UUID, body: ReverseIn) -> dict[str, Any]:
    """Set an entry right by its opposite."""
    _demand(request, "points.see_books")
    found = selectors.entries_visible_to(request.user).filter(uuid=uuid).first()
    if found is None:
        raise Http404(_("没有这笔账，或您无权查看"))
    return _entry(actions.reverse(found, why=body.why, back_in_stock=body.back_in_stock, by=request.user, at=now()))
