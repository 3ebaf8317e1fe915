"""Kept views of the case list for programs, under ``/api/v1/``."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema
from pydantic import ConfigDict

from yipanqi.desk import actions, saved
from yipanqi.desk.models import SavedView
from yipanqi.kernel.api import PROBLEMS, Listing, ListParams, now
from yipanqi.kernel.gates import demand
from yipanqi.kernel.paging import follow_page

router = Router(tags=["desk"])


class ViewOut(Schema):
    id: UUID
    name: str
    query: str = Field(description="filters and order, as in the address of the case list")
    shown_to: str = Field(description="owner, unit or all")
    mine: bool
    opens: bool = Field(description="the case list opens with it")
    gone: list[str] = Field(description="what its filters name and is no more, a sentence each")
    kept_at: dt.datetime


class ViewIn(Schema):
    """A view to keep for oneself."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=30)
    query: str = Field(min_length=1, max_length=2_000, description="for example state=handling&unit=CGJ&order=due")



def _out(view: SavedView, request: HttpRequest, opening: SavedView | None = None, named: saved.Named | None = None) -> dict[str, Any]:
    named = named or saved.Named([view.query])
    return {
        "id": view.uuid, "name": view.name, "query": view.query, "shown_to": view.shown_to, "mine": view.owner_id == request.user.pk,
        "opens": opening == view, "gone": named.gone(view.query), "kept_at": view.kept_at,
    }  # fmt: skip


@router.get("/views", response={200: Listing[ViewOut], **PROBLEMS}, operation_id="desk.views", summary="常用视图")
def list_views(request: HttpRequest, params: Query[ListParams]) -> dict[str, Any]:
    """The caller's own views of the case list and those shared with them."""
    demand(request.user, "cases.see_cases")
    opening = saved.opening_of(request.user)  # type: ignore[arg-type]
    found = {str(view.uuid): view for view in saved.visible_to(request.user)}  # type: ignore[arg-type]
    page = follow_page(found, params.cursor, params.limit)
    named = saved.Named(found[name].query for name in page.items)
    answer = {"items": [_out(found[name], request, opening, named) for name in page.items], "next": page.next}
    return answer | ({"count": len(found)} if params.count else {})


@router.post("/views", response={201: ViewOut, **PROBLEMS}, operation_id="desk.keep_view", summary="保存常用视图")
def keep_view(request: HttpRequest, body: ViewIn) -> tuple[int, dict[str, Any]]:
    """Keep filters and order of the case list under a name."""
    made = actions.keep_view(request.user, name=body.name, query=body.query, by=request.user, at=now())
    return 201, _out(made, request)


@router.delete("/views/{uuid}", response={204: None, **PROBLEMS}, operation_id="desk.remove_view", summary="删除常用视图")
def remove_view(request: HttpRequest, uuid: UUID) -> tuple[int, None]:
    """Take a view away."""
    demand(request.user, "cases.see_cases")
    view = saved.visible_to(request.user).filter(uuid=uuid).first()  # type: ignore[arg-type]
    if view is None:
        raise Http404(_("没有这个视图"))
    actions.remove_view(view, by=request.user, at=now())
    return 204, None
