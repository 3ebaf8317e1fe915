"""What phones kept without a network, under ``/api/v1/``."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import AwareDatetime, ConfigDict, Field

from yipanqi.kernel.actions import Conflict
from yipanqi.kernel.api import PROBLEMS, now
from yipanqi.mobile.outbox import Kept, run_kept

router = Router(tags=["sync"])
MOST = 50
Argument = Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$")]


class CallIn(Schema):
    """An action call made offline. `when` is what the phone's clock said."""

    model_config = ConfigDict(extra="forbid")
    id: UUID
    action: Annotated[str, Field(max_length=60)]
    when: AwareDatetime
    args: dict[Argument, Argument] = Field({}, max_length=8)


class OutboxIn(Schema):
    """What a phone kept; `who` is the account it was kept for."""

    model_config = ConfigDict(extra="forbid")
    who: Annotated[str, Field(max_length=60)] = ""
    calls: list[CallIn] = Field(max_length=MOST)


class OutcomeOut(Schema):
    id: UUID
    outcome: Literal["done", "refused", "conflict"]
    detail: str


class OutboxOut(Schema):
    results: list[OutcomeOut]


@router.post("/sync", response={200: OutboxOut, **PROBLEMS}, operation_id="mobile.sync", summary="补传离线操作")
def sync(request: HttpRequest, body: OutboxIn) -> dict[str, Any]:
    """Runs what a phone kept, each call once however often it is sent; tells of each what became of it."""
    if body.who and body.who != request.user.username:
        raise Conflict(_("这些操作是用另一个账号做的，请用那个账号登录后补传。"))
    calls = [Kept(call.id, call.action, call.when, call.args) for call in body.calls]
    return {"results": [asdict(outcome) for outcome in run_kept(calls, request.user, now())]}
