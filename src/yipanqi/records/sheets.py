"""Sheets of records: service in the columns of the national system (hours of earlier systems are taken in by it), training, commendations."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from yipanqi.kernel.actions import Refused
from yipanqi.records import actions, selectors
from yipanqi.records.models import Commendation, Issuer, Service, Training
from yipanqi.sheets import Code, Column, Date, Decimal, Reference, RowSheet, Sheet, Text, register
from yipanqi.teams.models import ServiceKind
from yipanqi.volunteers.models import Volunteer

#: What stands as source beside service that was recorded here: such rows come out, but are never changed by a sheet.
HERE = "本系统"


def _issuers() -> Iterator[tuple[Issuer, Sequence[str]]]:
    return ((one, (one.name, one.code)) for one in Issuer.objects.all())


def _kinds() -> Iterator[tuple[ServiceKind, Sequence[str]]]:
    return ((one, (one.name, one.key)) for one in ServiceKind.objects.all())


ISSUER = Reference(lookup=_issuers, show=lambda issuer: issuer.name)
NUMBER = Column("volunteer", __("志愿者编号"), Code(longest=20), ("编号", "志愿者编码"), required=True, example="620200000123")
NAME = Column("name", __("姓名"), Text(40), ("志愿者姓名",), help=__("用来核对编号；与登记不符的不导入。带星号的不核对。"), example="王示例")
BY = Column("issuer", __("记录单位"), ISSUER, ("组织单位", "所属组织", "服务组织"), required=True, help=__("填已登记的记录单位名称或编码。"))


def _people(rows: Iterable[Mapping[str, Any]]) -> dict[str, Volunteer]:
    return Volunteer.objects.in_bulk({row["volunteer"] for row in rows}, field_name="number")


def _person(row: Mapping[str, Any], people: Mapping[str, Volunteer]) -> Volunteer:
    """The volunteer of a row. Raises Refused where the number is unknown or belongs to somebody else."""
    found, name = people.get(row["volunteer"]), row.get("name", "")
    if found is None:
        raise Refused(_("没有这个志愿者编号，请核对。"), field="volunteer")
    if name and "*" not in name and name != found.name:
        raise Refused(_("姓名与这个编号登记的不符，请核对。"), field="name")
    return found


class ServiceSheet(Sheet):
    """Service, one row each, in the columns of the national system. Rows of earlier systems are known by source and number
    there: the same file again changes nothing, other values correct what was brought over."""

    name = "service-records"
    title = __("志愿服务记录")
    permission = "records.import_entries"
    reading = "records.export_entries"
    key = ("source", "source_key")
    private = ("name", "id_number")
    columns = (
        NUMBER, NAME,
        Column("document", __("证件类型"), Text(30), help=__("只在导出时有，导入时不读。")), Column("id_number", __("证件号码"), Code(longest=30), help=__("只在导出时有，导入时不读。")),
        Column("title", __("服务项目名称"), Text(120), ("项目名称", "活动名称", "志愿项目名称"), required=True, example="2023 年以前的志愿服务"),
        Column("on", __("服务日期"), Date(), ("日期", "服务时间"), required=True, help=__("历史时长合计填截止日期。"), example="2023-12-31"),
        Column("place", __("服务地点"), Text(200), ("地点",)), Column("content", __("服务内容"), Text(300), ("内容",)),
        Column("hours", __("服务时长（小时）"), Decimal(low=0, high=100_000, places=4, units=("小时", "时", "h")), ("时长", "服务时长", "信用时数", "志愿时长"), required=True, example="36.5"),
        Column("kind", __("服务类别"), Reference(lookup=_kinds, show=lambda kind: kind.name), ("类别",)), BY,
        Column("in_charge", __("活动负责人"), Text(40), ("负责人",)),
        Column("source", __("原系统"), Text(60), ("来源", "数据来源"), required=True, help=__("时长来自哪个系统，如“志愿云”；记在记录和证明上。"), example="志愿云"),
        Column("source_key", __("原系统记录编号"), Code(longest=60), ("记录编号", "序号"), required=True, help=__("同一系统内不重复；重复导入凭它认出是同一条。"), example="A-000123"),
    )  # fmt: skip

    def existing(self, keys: Sequence[Any]) -> Mapping[Any, Any]:
        found = Service.objects.filter(source_key__in=[key[1] for key in keys]).select_related("volunteer")
        return {(one.source, one.source_key): one for one in found} | {key: HERE for key in keys if key[0] == HERE}

    def apply_batch(self, rows: Sequence[tuple[dict[str, Any], Any]], by: Any, at: dt.datetime) -> list[str | Exception]:
        """Rows of one issuer and source go in together; where one of them is refused, each by itself."""
        people, answers = _people(row for row, _there in rows), list[str | Exception]([""] * len(rows))
        groups: dict[tuple[Any, str], list[int]] = defaultdict(list)
        taken: dict[int, dict[str, Any]] = {}
        for index, (row, there) in enumerate(rows):
            if there == HERE:
                answers[index] = "unchanged"
                continue
            try:
                taken[index] = self._facts(row, people)
            except Refused as refusal:
                answers[index] = refusal
                continue
            groups[row["issuer"], row["source"]].append(index)
        for (issuer, source), indices in groups.items():
            self._put(issuer, source, indices, rows, taken, answers, by, at)
        return answers

    def _put(self, issuer: Issuer, source: str, indices: list[int], rows: Any, taken: Any, answers: list[str | Exception], by: Any, at: dt.datetime) -> None:
        changed = [index for index in indices if rows[index][1] is None or any(getattr(rows[index][1], name) != value for name, value in taken[index].items())]
        for index in set(indices) - set(changed):
            answers[index] = "unchanged"
        try:
            if changed:
                actions.open_records(issuer, source=source, rows=[taken[index] for index in changed], by=by, at=at)
        except Refused as refusal:
            if len(changed) == 1:
                answers[changed[0]] = refusal
                return
            for index in changed:
                self._put(issuer, source, [index], rows, taken, answers, by, at)
            return
        for index in changed:
            answers[index] = "created" if rows[index][1] is None else "updated"

    def _facts(self, row: Mapping[str, Any], people: Mapping[str, Volunteer]) -> dict[str, Any]:
        minutes = round(row["hours"] * 60)
        if minutes <= 0:
            raise Refused(_("服务时长应大于零。"), field="hours")
        told = {name: row[name] for name in ("place", "content", "in_charge", "kind") if name in row}
        return {"volunteer": _person(row, people), "source_key": row["source_key"], "on": row["on"], "title": row["title"], "minutes": minutes, **told}

    def rows(self, user: Any) -> Iterator[Mapping[str, Any]]:
        found = selectors.entries_visible_to(user, Service).filter(struck_at__isnull=True, minutes__gt=0)
        for one in found.select_related("volunteer", "issuer", "kind", "attendance").order_by("pk").iterator(chunk_size=500):
            who = one.volunteer
            yield {
                "volunteer": who.number, "name": who.name, "document": who.get_document_display(), "id_number": who.id_number, "title": one.title, "on": one.on, "place": one.place,
                "content": one.content, "hours": round(one.minutes / 60, 4), "kind": one.kind, "issuer": one.issuer, "in_charge": one.in_charge,
                "source": one.source or HERE, "source_key": one.source_key or str(one.uuid),
            }  # fmt: skip

    def size(self, user: Any) -> int | None:
        return selectors.entries_visible_to(user, Service).count()


class _Entered(RowSheet):
    """Entries that are made one by one; one that is there already is left alone: it is corrected by two persons, not by a sheet."""

    permission = "records.import_entries"
    reading = "records.export_entries"
    key = ("volunteer", "title", "on")
    private = ("name",)
    model: Any

    def existing(self, keys: Sequence[Any]) -> Mapping[Any, Any]:
        rows = self.model.objects.filter(volunteer__number__in={key[0] for key in keys}, struck_at__isnull=True).select_related("volunteer")
        return {(one.volunteer.number, one.name, one.on): one for one in rows}

    def apply(self, row: dict[str, Any], existing: Any, by: Any, at: dt.datetime) -> str:
        if existing is not None:
            return "unchanged"
        self.enter(row, _person(row, _people([row])), by, at)
        return "created"

    def enter(self, row: dict[str, Any], volunteer: Volunteer, by: Any, at: dt.datetime) -> None:
        raise NotImplementedError

    def rows(self, user: Any) -> Iterator[Mapping[str, Any]]:
        found = selectors.entries_visible_to(user, self.model).filter(struck_at__isnull=True).select_related("volunteer", "issuer")
        for one in found.order_by("pk").iterator(chunk_size=500):
            told = {column.key: getattr(one, column.key, "") for column in self.columns}
            yield told | {"volunteer": one.volunteer.number, "name": one.volunteer.name, "title": one.name, "issuer": one.issuer, "hours": round(getattr(one, "minutes", 0) / 60, 4)}


def _courses() -> Iterator[tuple[str, Sequence[str]]]:
    return ((key, (name, key)) for key, name in selectors.courses().items())


class TrainingSheet(_Entered):
    """Trainings taken, one row for each volunteer."""

    name = "trainings"
    title = __("志愿者培训记录")
    model = Training
    columns = (
        NUMBER, NAME, Column("title", __("培训名称"), Text(80), ("名称",), required=True, example="急救培训"), Column("content", __("主要内容"), Text(300), ("培训内容", "内容"), required=True),
        Column("on", __("培训日期"), Date(), ("日期",), required=True), Column("hours", __("学习时长（小时）"), Decimal(low=0, high=200, places=4, units=("小时", "学时", "时")), ("学时", "时长"), required=True, example="2"),
        Column("trainer", __("培训人"), Text(80), ("讲师", "培训教师"), required=True), BY, Column("course", __("对应的培训科目"), Reference(lookup=_courses, show=str), help=__("活动要求先完成的培训，填科目名称或代码；不对应的不填。")),
        Column("valid_until", __("有效期至"), Date()),
    )  # fmt: skip

    def enter(self, row: dict[str, Any], volunteer: Volunteer, by: Any, at: dt.datetime) -> None:
        actions.enter_training(
            row["issuer"], volunteers=[volunteer], name=row["title"], content=row["content"], minutes=round(row["hours"] * 60), trainer=row["trainer"], on=row["on"],
            course=row.get("course") or "", valid_until=row.get("valid_until"), by=by, at=at,
        )  # fmt: skip


class CommendationSheet(_Entered):
    """Commendations, one row for each volunteer."""

    name = "commendations"
    title = __("志愿者表彰奖励记录")
    model = Commendation
    columns = (
        NUMBER, NAME, Column("title", __("表彰奖励名称"), Text(80), ("名称", "荣誉名称"), required=True, example="优秀志愿者"), Column("on", __("授予日期"), Date(), ("日期",), required=True),
        Column("granted_by", __("授予单位"), Text(80), ("表彰单位",), required=True), BY,
    )  # fmt: skip

    def enter(self, row: dict[str, Any], volunteer: Volunteer, by: Any, at: dt.datetime) -> None:
        actions.enter_commendation(row["issuer"], volunteers=[volunteer], name=row["title"], granted_by=row["granted_by"], on=row["on"], by=by, at=at)


register(ServiceSheet())
register(TrainingSheet())
register(CommendationSheet())
