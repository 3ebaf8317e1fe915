"""One's own news for programs, under ``/api/v1/``."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from yipanqi.kernel.api import PROBLEMS, Listing, ListParams, listing, now
from yipanqi.messaging import actions, selectors
from yipanqi.messaging.models import Message

router = Router(tags=["messaging"])


class MessageParams(ListParams):
    unread: bool | None = Field(None, description="true: only what has not been read")


class MessageOut(Schema):
    id: UUID
    kind: str = Field(description="key of the kind of news")
    title: str
    text: str = Field(description="the sentence, in the caller's language")
    link: str = Field(description="path of the page that it is about")
    created_at: dt.datetime
    read_at: dt.datetime | None


def message_out(row: Message) -> dict[str, Any]:
    """One message as the API tells it."""
    return {"id": row.uuid, "kind": row.kind, "title": row.kind_title, "text": row.words, "link": row.link, "created_at": row.created_at, "read_at": row.read_at}


@router.get("/messages", response={200: Listing[MessageOut], **PROBLEMS}, operation_id="messaging.messages", summary="我的消息")
def messages(request: HttpRequest, params: Query[MessageParams]) -> dict[str, Any]:
    """The caller's own news, the newest first."""
    rows = selectors.visible_to(request.user)
    if params.unread is not None:
        rows = rows.filter(read_at__isnull=params.unread)
    return listing(rows, ("-created_at", "-id"), params, message_out)


@router.post("/messages/{uuid}/moves/read", response={200: MessageOut, **PROBLEMS}, operation_id="messaging.read", summary="标为已读")
def read(request: HttpRequest, uuid: UUID) -> dict[str, Any]:
    """The caller has read one piece of news."""
    message = selectors.visible_to(request.user).filter(uuid=uuid).first()
    if message is None:
        raise Http404(_("没有这条消息"))
    return message_out(actions.read(message, by=request.user, at=now()))
