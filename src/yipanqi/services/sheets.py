"""The menu as a sheet, in and out; the ledger of orders as a workbook, without anything about a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yipanqi import sheets
from yipanqi.services import actions
from yipanqi.services.models import Form, Item, Request
from yipanqi.services.states import RequestState
from yipanqi.sheets import Boolean, Choice, Code, Column, Date, DateTime, Integer, Reference, RowSheet, Text, register
from yipanqi.teams.models import ServiceKind

PIECE = 2_000


def _kinds() -> Iterator[tuple[ServiceKind, Sequence[str]]]:
    return ((row, [row.name, row.key]) for row in ServiceKind.objects.filter(retired_on__isnull=True))


class MenuSheet(RowSheet):
    """Dishes of the menu: new ones come onto it, known ones are described anew."""

    name = "menu"
    title = _("服务菜单")
    permission = "services.import_items"
    reading = "services.export_items"
    columns = (
        Column("code", _("项目编码"), Code(40), ("编码",), True, example="ELD-01"),
        Column("title", _("项目名称"), Text(60), ("项目", "名称"), True, example="上门理发"),
        Column("kind", _("服务类别"), Reference(lookup=_kinds, show=lambda k: k.name), ("类别",), True, example="敬老助老"),
        Column("sort", _("种类"), Choice(pairs=Item.Sort.choices), (), example="服务"),
        Column("about", _("内容"), Text(1000), ("说明",)),
        Column("form", _("方式"), Choice(pairs=Form.choices, words={"上门服务": "home", "线上": "phone", "到站": "station", "进社区": "site"}), ("服务方式",), example="上门"),
        Column("minutes", _("时长（分钟）"), Integer(low=5, high=600), ("时长",), example="30"),
        Column("for_whom", _("服务对象"), Text(80), ("对象",)),
        Column("private", _("涉及个人生活，不公开"), Boolean(), ("不公开",)),
    )  # fmt: skip

    def existing(self, keys: Sequence[Any]) -> Mapping[Any, Any]:
        return Item.objects.in_bulk(list(keys), field_name="code")

    def apply(self, row: dict[str, Any], existing: Any, by: Any, at: dt.datetime) -> str:
        facts = {name: value for name, value in row.items() if name != "code" and value not in (None, "")}
        if existing is None:
            actions.add_item(None, code=row["code"], **facts, by=by, at=at)
            return "created"
        known = {name: getattr(existing, name) for name in ("title", "kind", "sort", "about", "form", "minutes", "for_whom", "private")}
        if known == known | facts:
            return "unchanged"
        actions.change_item(existing, **known | facts, by=by, at=at)
        return "updated"

    def rows(self, user: Any) -> Iterator[Mapping[str, Any]]:
        for item in Item.objects.filter(retired_on__isnull=True).select_related("kind").order_by("code"):
            yield {column.key: getattr(item, column.key) for column in self.columns}


class OrderTable(sheets.Layout):
    """One line an order. Not registered: it is written, never read."""

    name = "orders"
    title = _("点单台账")
    columns = (
        Column("number", _("单号")), Column("state", _("状态"), Choice(pairs=RequestState.choices)), Column("source", _("点单方式"), Choice(pairs=Request.Source.choices)),
        Column("what", _("点的什么")), Column("kind", _("服务类别")), Column("area", _("社区")), Column("asker", _("点单单位")), Column("people", _("人数"), Integer()),
        Column("wished_from", _("希望时间（从）"), Date()), Column("wished_until", _("希望时间（到）"), Date()), Column("party", _("接单的")),
        Column("asked_at", _("点单时间"), DateTime()), Column("accepted_at", _("接单时间"), DateTime()), Column("served_at", _("服务时间"), DateTime()),
        Column("ended_why", _("原因")), Column("rating", _("评价"), Integer()),
    )  # fmt: skip


ORDER_TABLE = OrderTable()


def order_rows(found: QuerySet[Request]) -> Iterator[Mapping[str, Any]]:
    """The orders of a list as lines of the table, piece by piece."""
    for row in found.order_by("-asked_at", "-id").iterator(chunk_size=PIECE):
        yield {
            "number": row.number, "state": row.state, "source": row.source, "what": row.item.title if row.item else row.kind.name, "kind": row.kind.name, "area": row.area.name,
            "asker": row.asker, "people": row.people, "wished_from": row.wished_from, "wished_until": row.wished_until, "party": row.party.name if row.party else "",
            "asked_at": row.asked_at, "accepted_at": row.accepted_at, "served_at": row.served_at, "ended_why": row.ended_why, "rating": row.rating,
        }  # fmt: skip


register(MenuSheet())
