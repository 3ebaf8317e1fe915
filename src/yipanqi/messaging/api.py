"""One's own news for programs, under ``/api/v1/``."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.api import PROBLEMS, Listing, ListParams, listing, now
from yipanqi.kernel.gates import demand
from yipanqi.messaging import actions, push, selectors
from yipanqi.messaging.models import ChatGroup, Device, Message, Sending
from yipanqi.messaging.states import SendingState
from yipanqi.people.selectors import open_units

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


class DeviceIn(Schema):
    endpoint: str = Field(max_length=1000, description="of the browser's PushSubscription")
    p256dh: str = Field(max_length=200, description="its public key, base64url")
    auth: str = Field(max_length=60, description="its secret of 16 bytes, base64url")
    name: str = Field("", max_length=60)


class DeviceOut(Schema):
    id: UUID
    name: str
    added_at: dt.datetime


class DevicesOut(Schema):
    key: str = Field(description="applicationServerKey that browsers sign up with, base64url")
    items: list[DeviceOut]


def device_out(row: Device) -> dict[str, Any]:
    """One device as the API tells it: never its address or keys."""
    return {"id": row.uuid, "name": row.name, "added_at": row.added_at}


@router.get("/messages/devices", response={200: DevicesOut, **PROBLEMS}, operation_id="messaging.devices", summary="我的推送设备")
def devices(request: HttpRequest) -> dict[str, Any]:
    """The caller's devices that show news, and the key to sign another one up with."""
    return {"key": push.public_key(), "items": [device_out(row) for row in selectors.devices_visible_to(request.user)]}


@router.post("/messages/devices", response={200: DeviceOut, **PROBLEMS}, operation_id="messaging.add_device", summary="开启设备推送")
def add_device(request: HttpRequest, body: DeviceIn) -> dict[str, Any]:
    """The caller's browser shows news from now on."""
    return device_out(actions.add_device(request.user, **body.dict(), by=request.user, at=now()))


@router.post("/messages/devices/{uuid}/moves/remove", response={200: DeviceOut, **PROBLEMS}, operation_id="messaging.remove_device", summary="关闭设备推送")
def remove_device(request: HttpRequest, uuid: UUID) -> dict[str, Any]:
    """A device of the caller shows nothing any more."""
    device = selectors.devices_visible_to(request.user).filter(uuid=uuid).first()
    if device is None:
        raise Http404(_("没有这台设备"))
    return device_out(actions.remove_device(device, by=request.user, at=now()))


class SendingParams(ListParams):
    state: SendingState | None = Field(None, description="only those in this state")
    channel: str | None = Field(None, description="only those by this channel: email, push, chat")


class SendingOut(Schema):
    id: UUID
    channel: str
    state: SendingState
    to: str | None = Field(description="username of the person, null for a chat group")
    group: str | None = Field(description="name of the chat group")
    attempts: int
    created_at: dt.datetime
    next_at: dt.datetime
    sent_at: dt.datetime | None
    error: str


def sending_out(row: Sending) -> dict[str, Any]:
    """One line of the log."""
    told = {name: getattr(row, name) for name in ("channel", "state", "attempts", "created_at", "next_at", "sent_at", "error")}
    return {"id": row.uuid, "to": row.to and row.to.username, "group": row.group and row.group.name, **told}


@router.get("/sendings", response={200: Listing[SendingOut], **PROBLEMS}, operation_id="messaging.sendings", summary="发送记录")
def sendings(request: HttpRequest, params: Query[SendingParams]) -> dict[str, Any]:
    """What left the house by e-mail, push or chat group and what did not, the newest first."""
    demand(request.user, "messaging.see_log")
    given = {name: getattr(params, name) for name in ("state", "channel") if getattr(params, name) is not None}
    return listing(selectors.log_visible_to(request.user).filter(**given), ("-created_at", "-id"), params, sending_out)


@router.post("/sendings/{uuid}/moves/send_again", response={200: SendingOut, **PROBLEMS}, operation_id="messaging.send_again", summary="重新发送")
def send_again(request: HttpRequest, uuid: UUID) -> dict[str, Any]:
    """Try once more what was given up."""
    demand(request.user, "messaging.send_again")
    sending = selectors.log_visible_to(request.user).filter(uuid=uuid).first()
    if sending is None:
        raise Http404(_("没有这条发送记录"))
    return sending_out(actions.send_again(sending, by=request.user, at=now()))


class GroupIn(Schema):
    name: str = Field(max_length=60)
    url: str = Field("", max_length=500, description="address of the robot; kept encrypted and never told; empty: unchanged")
    kinds: list[str] = Field(description="keys of the kinds of news it is told")
    unit: str | None = Field(None, description="code of its unit; null: news of the whole city")
    active: bool = True


class GroupOut(Schema):
    id: UUID
    name: str
    kinds: list[str]
    unit: str | None
    active: bool


def group_out(row: ChatGroup) -> dict[str, Any]:
    """One chat group; its robot's address is a secret."""
    return {"id": row.uuid, "name": row.name, "kinds": row.kinds, "unit": row.unit and row.unit.code, "active": row.active}


def _asked(body: GroupIn) -> dict[str, Any]:
    unit = open_units().filter(code=body.unit).first() if body.unit else None
    if body.unit and unit is None:
        raise Refused(_("没有这个单位。"), field="unit")
    return {**body.dict(), "unit": unit}


def _group(uuid: UUID) -> ChatGroup:
    group = ChatGroup.objects.select_related("unit").filter(uuid=uuid).first()
    if group is None:
        raise Http404(_("没有这个工作群"))
    return group


@router.get("/chat-groups", response={200: Listing[GroupOut], **PROBLEMS}, operation_id="messaging.groups", summary="工作群")
def groups(request: HttpRequest, params: Query[ListParams]) -> dict[str, Any]:
    """The chat groups and what each is told."""
    demand(request.user, "messaging.see_log")
    return listing(ChatGroup.objects.select_related("unit"), ("name", "id"), params, group_out)


@router.post("/chat-groups", response={200: GroupOut, **PROBLEMS}, operation_id="messaging.add_group", summary="新增工作群")
def add_group(request: HttpRequest, body: GroupIn) -> dict[str, Any]:
    """A chat group is told news from now on."""
    return group_out(actions.add_group(None, **_asked(body), by=request.user, at=now()))


@router.post("/chat-groups/{uuid}/moves/change_group", response={200: GroupOut, **PROBLEMS}, operation_id="messaging.change_group", summary="修改工作群")
def change_group(request: HttpRequest, uuid: UUID, body: GroupIn) -> dict[str, Any]:
    """Change a chat group; with an empty `url` its robot stays."""
    demand(request.user, "messaging.change_group")
    return group_out(actions.change_group(_group(uuid), **_asked(body), by=request.user, at=now()))


@router.post("/chat-groups/{uuid}/moves/remove_group", response={200: GroupOut, **PROBLEMS}, operation_id="messaging.remove_group", summary="删除工作群")
def remove_group(request: HttpRequest, uuid: UUID) -> dict[str, Any]:
    """A chat group is told nothing any more; its address is erased."""
    demand(request.user, "messaging.remove_group")
    return group_out(actions.remove_group(_group(uuid), by=request.user, at=now()))
