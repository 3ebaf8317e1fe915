"""The books as a workbook, and the sheet of rewards with their stock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi import sheets
from yipanqi.kernel.actions import Refused
from yipanqi.points import actions, selectors
from yipanqi.points.models import Entry, Reward, Shop
from yipanqi.sheets import Code, Column, Integer, RowSheet, Text, register


class BookSheet(sheets.Layout):
    """One line for each line of the books; volunteers by number alone. Not registered: it is written, never read."""

    name = "points-books"
    title = gettext_lazy("积分账目")
    columns = (
        Column("at", gettext_lazy("记账时间")), Column("entry", gettext_lazy("账号")), Column("kind", gettext_lazy("事项")), Column("account", gettext_lazy("账户")),
        Column("owner", gettext_lazy("户名或志愿者编号")), Column("amount", gettext_lazy("数额"), sheets.Decimal()), Column("why", gettext_lazy("说明")), Column("reverses", gettext_lazy("冲正的账")),
    )  # fmt: skip


BOOKS = BookSheet()


def book_lines(entries: Any) -> Iterator[Mapping[str, Any]]:
    """The lines of entries, read in pieces."""
    for entry in entries.select_related("reverses").iterator(chunk_size=500):
        yield from _lines_of(entry)


def _lines_of(entry: Entry) -> Iterator[Mapping[str, Any]]:
    told = {
        "at": f"{timezone.localtime(entry.at):%Y-%m-%d %H:%M}", "entry": str(entry.uuid), "kind": str(entry.get_kind_display()), "why": entry.why,
        "reverses": str(entry.reverses.uuid) if entry.reverses else "",
    }  # fmt: skip
    for line in entry.postings.all():
        pocket = "" if line.pocket == "points" else f"（{line.get_pocket_display()}）"
        yield told | {"account": f"{line.account.get_kind_display()}{pocket}", "owner": line.account.holder, "amount": line.points}


class RewardSheet(RowSheet):
    """Rewards of the shops: one row each, found again by shop and name. The stock of the file is what was counted."""

    name = "rewards"
    title = gettext_lazy("积分兑换物品")
    permission = "points.add_shop"
    reading = "points.export_books"
    key = ("shop", "name")
    columns = (
        Column("shop", gettext_lazy("兑换点编码"), Code(longest=40), ("兑换点", "编码"), required=True, example="DH01"),
        Column("name", gettext_lazy("物品或服务"), Text(longest=60), ("名称", "物品"), required=True, example="洗衣液"),
        Column("cost", gettext_lazy("所需积分"), Integer(), ("积分", "分值"), required=True, example="20"),
        Column("stock", gettext_lazy("库存"), Integer(), ("数量",), required=True, help=gettext_lazy("盘点后的数量；与系统不同的记为盘盈或盘亏。"), example="50"),
    )

    def existing(self, keys: Sequence[Any]) -> Mapping[Any, Reward]:
        rows = Reward.objects.select_related("shop").filter(shop__code__in={key[0] for key in keys})
        return {(row.shop.code, row.name): row for row in rows}

    def apply(self, row: dict[str, Any], existing: Reward | None, by: Any, at: dt.datetime) -> str:
        if existing is None:
            shop = Shop.objects.filter(code=row["shop"]).first()
            if shop is None:
                raise Refused(_("没有编码为“%(code)s”的兑换点") % {"code": row["shop"]}, field="shop")
            actions.add_reward(shop, name=row["name"], cost=row["cost"], stock=row["stock"], by=by, at=at)
            return "created"
        outcome = "unchanged"
        if existing.cost != row["cost"]:
            existing = actions.change_reward(existing, name=existing.name, cost=row["cost"], offered=existing.offered, by=by, at=at)
            outcome = "updated"
        if existing.stock != row["stock"]:
            actions.stock_reward(existing, change=row["stock"] - existing.stock, why=_("盘点"), by=by, at=at)
            outcome = "updated"
        return outcome

    def rows(self, user: Any) -> Iterator[Mapping[str, Any]]:
        shops = selectors.shops_visible_to(user)
        for one in Reward.objects.filter(shop__in=shops).select_related("shop").order_by("shop__code", "name").iterator(chunk_size=500):
            yield {"shop": one.shop.code, "name": one.name, "cost": one.cost, "stock": one.stock}


REWARDS = register(RewardSheet())
