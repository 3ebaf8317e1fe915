"""The case ledger and the hotline's messages as sheets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from yipanqi.cases import actions, selectors
from yipanqi.cases.likeness import Likeness, entered, likeness
from yipanqi.cases.models import Case, Report, Source
from yipanqi.places import selectors as places
from yipanqi.places.models import Place
from yipanqi.sheets import (
    Choice,
    Code,
    Column,
    DateTime,
    Integer,
    Lat,
    Lon,
    Reference,
    RowResult,
    Sheet,
    Text,
    register,
)
from yipanqi.standards.models import IssueClass

PIECE = 2_000


def _classes() -> Iterator[tuple[IssueClass, Sequence[str]]]:
    return ((row, [row.name, row.key, row.code]) for row in IssueClass.objects.filter(active=True))


def _places() -> Iterator[tuple[Place, Sequence[str]]]:
    return ((row, [row.code, row.name]) for row in Place.objects.select_related("area"))


class CaseSheet(Sheet):
    """Problems as a ledger: new rows are entered and wait for the desk, known ones are brought up to date."""

    name = "cases"
    title = _("案件台账")
    permission = "cases.import_case"
    reading = "people.export_board"
    key = ("number",)
    columns = (
        Column("number", _("案件编号"), Code(20), ("编号",), help=_("新登记的留空，由系统编号；已有案件填编号，按表更新"), example=""),
        Column("source", _("来源"), Choice(pairs=Source.choices), ("案件来源", "问题来源"), required=True, example="检查发现"),
        Column("external_ref", _("来源编号"), Code(60), ("工单编号", "工单号"), help=_("其他系统的编号；同一来源只登记一次"), example="GD20260302001"),
        Column("title", _("标题"), Text(120), ("问题标题",)),
        Column("description", _("问题描述"), Text(5_000), ("描述", "问题内容", "内容"), required=True, example="路口东南角垃圾成堆"),
        Column("issue_class", _("问题类别"), Reference(lookup=_classes, show=lambda c: c.name), ("类别", "问题类型"), example="暴露垃圾"),
        Column("severity", _("严重程度"), Integer(low=1, high=4), ("等级",), help=_("1 一般，2 较重，3 严重，4 紧急；不填按类别")),
        Column("place", _("点位"), Reference(lookup=_places, show=lambda p: p.code), ("点位编码", "点位名称"), help=_("点位编码或名称")),
        Column("address", _("位置描述"), Text(200), ("地址", "地点", "位置")),
        Column("lon", _("经度"), Lon()),
        Column("lat", _("纬度"), Lat()),
        Column("found_at", _("发现时间"), DateTime(), ("上报时间",), help=_("不填为导入时间"), example="2026-03-02 09:30"),
    )  # fmt: skip

    def existing(self, keys: Sequence[Any]) -> Mapping[Any, Any]:
        numbers, alike = [key for key in keys if isinstance(key, str)], [key for key in keys if isinstance(key, Likeness)]
        return {case.number: case for case in Case.objects.filter(number__in=numbers)} | entered(alike)

    def likeness(self, values: Mapping[str, Any]) -> Likeness | None:
        return likeness(values)

    def doubts(self, rows: Sequence[RowResult]) -> Iterator[tuple[RowResult, str, str]]:
        for at in places.outside_city([(row.values.get("lon"), row.values.get("lat")) for row in rows]):
            yield rows[at], "lon", str(_("坐标不在本市范围内，请核对。"))

    def apply_batch(self, rows: Sequence[tuple[dict[str, Any], Any]], by: Any, at: dt.datetime) -> list[str | Exception]:
        found: list[str | Exception] = actions.import_cases(None, rows=rows, by=by, at=at)
        return found

    def rows(self, user: Any) -> Iterator[Mapping[str, Any]]:
        classes, places = IssueClass.objects.only("name").in_bulk(), Place.objects.only("code").in_bulk()
        found = selectors.visible_to(user).order_by("number").values(*(column.key for column in self.columns))
        last = ""
        while piece := list(found.filter(number__gt=last)[:PIECE]):  # piece by piece: between two the worker does other things
            for row in piece:
                yield {**row, "issue_class": classes.get(row["issue_class"]), "place": places.get(row["place"])}
            last = piece[-1]["number"]

    def size(self, user: Any) -> int:
        return int(selectors.visible_to(user).count())


class MessageSheet(Sheet):
    """The hotline's messages with their replies."""

    name = "messages"
    title = _("热线留言")
    permission = "cases.import_messages"
    key = ("number",)
    private = ("author", "phone")
    columns = (
        Column("number", _("留言编号"), Code(60), ("工单编号", "编号"), required=True, help=_("热线的编号；重复导入按编号更新"), example="2549"),
        Column("author", _("留言人"), Text(40), ("留言用户", "来电人"), help=_("加密保存，到期清除")),
        Column("phone", _("联系电话"), Code(30), ("电话", "来电号码"), help=_("加密保存，到期清除")),
        Column("title", _("留言主题"), Text(120), ("主题", "标题")),
        Column("received_at", _("留言时间"), DateTime(), ("受理时间", "来电时间"), required=True, example="2026-03-02 09:30"),
        Column("text", _("留言详情"), Text(5_000), ("内容", "诉求内容"), required=True),
        Column("address", _("位置描述"), Text(200), ("地址", "事发地点")),
        Column("reply", _("答复意见"), Text(20_000), ("答复", "答复内容")),
        Column("replied_at", _("答复时间"), DateTime(), ("回复时间",)),
    )  # fmt: skip

    def existing(self, keys: Sequence[Any]) -> Mapping[Any, Any]:
        return {case.external_ref: case for case in Case.objects.filter(source=Source.HOTLINE, external_ref__in=keys).prefetch_related("reports")}

    def apply_batch(self, rows: Sequence[tuple[dict[str, Any], Any]], by: Any, at: dt.datetime) -> list[str | Exception]:
        found: list[str | Exception] = actions.import_messages(None, rows=[(actions.Message(**row), known) for row, known in rows], by=by, at=at)
        return found

    def rows(self, user: Any) -> Iterator[Mapping[str, Any]]:
        """Every message with its first report, where the user may read reports; names and phones are starred for who may not see them."""
        full = user.has_perm("cases.reveal_contact")
        cases = selectors.reports_visible_to(user).filter(case__source=Source.HOTLINE).select_related("case").order_by("case__external_ref", "id")
        last = None
        for report in cases.iterator(chunk_size=2_000):
            if report.case_id != last:
                yield self._row(report) if full else self.starred(self._row(report))
            last = report.case_id

    def _row(self, report: Report) -> dict[str, Any]:
        case = report.case
        replied_at = report.answered_at if case.first_reply_at else None  # unknown where the hotline never told it
        return {
            "number": case.external_ref, "author": report.contact_name, "phone": report.contact_phone, "title": case.title,
            "received_at": report.sent_at, "text": report.text, "address": case.address, "reply": report.answer, "replied_at": replied_at,
        }  # fmt: skip


register(CaseSheet())
register(MessageSheet())
