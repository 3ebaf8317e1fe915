"""Everything that is kept about a volunteer, for the volunteer: the entry, consents, teams, requests, what apps above keep, and
who looked at it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from yipanqi import sheets
from yipanqi.kernel.models import JournalEntry
from yipanqi.people.models import User
from yipanqi.sheets import Column, Layout
from yipanqi.volunteers.catalogue import KEPT, SKILLS, Kept
from yipanqi.volunteers.models import Volunteer

#: What is done to an entry, in words; the journal keeps more, but not more about the person.
ACTS = {
    "volunteers.reveal_phone": __("查看电话"), "volunteers.reveal_id": __("查看证件号码"), "volunteers.reveal_guardian": __("查看监护人和紧急联系人"),
    "volunteers.look_at_kept": __("下载全部资料"), "volunteers.correct": __("更正资料"), "volunteers.change_own": __("更改资料"), "volunteers.approve": __("审核通过"),
    "volunteers.decline": __("审核未通过"), "volunteers.register": __("注册"), "volunteers.enter": __("代为登记"), "volunteers.enter_ward": __("监护人登记"),
    "volunteers.open_account": __("开通账号"), "volunteers.leave": __("退出"), "volunteers.take_back_leaving": __("恢复登记"), "volunteers.ask_guardian": __("取得监护人确认码"),
    "volunteers.consent_as_guardian": __("监护人同意"), "volunteers.consent_at_station": __("当面确认监护人同意"), "volunteers.withdraw_guardian_consent": __("监护人撤回同意"),
    "volunteers.ask_correction": __("申请更正"), "volunteers.ask_erasure": __("申请删除"), "volunteers.join": __("申请入队"),
}  # fmt: skip
LAST = 200


@dataclass(frozen=True)
class Part:
    """A kind of rows, with its headings."""

    title: Any
    columns: Sequence[Any]
    rows: list[Sequence[Any]]


def everything_about(person: Volunteer) -> list[Part]:
    """All that is kept, part by part; empty parts are left out."""
    parts = [Part(entry.title, entry.columns, list(entry.rows(person))) for _key, entry in sorted(KEPT.items(), key=lambda item: not item[0].startswith("volunteers."))]
    return [part for part in parts if part.rows]


def looks_at(person: Volunteer) -> list[tuple[dt.datetime, Any, str]]:
    """(when, what, who) of the last acts on the entry, the newest first; people by name and unit, machines by what they are."""
    rows = list(JournalEntry.objects.filter(subject_kind="volunteers.volunteer", subject=person.number).order_by("-id")[:LAST])
    names = dict(User.objects.filter(username__in={row.actor.partition(":")[2] for row in rows}).values_list("username", "name"))

    def who(row: JournalEntry) -> str:
        kind, _colon, username = row.actor.partition(":")
        if kind != "user":
            return _("本人或监护人（未登录）") if kind == "visitor" else _("系统")
        return f"{names.get(username, username)} {row.unit}".strip()

    return [(row.at, ACTS.get(row.action, row.action), who(row)) for row in rows]


def _entry(person: Volunteer) -> Iterator[Sequence[Any]]:
    for name in ("number", "name", "sex", "born_on", "document", "issued_by", "id_number", "phone", "area", "party_member", "emergency",
                 "source", "national_number", "state", "entered_at", "registered_on", "ended_on"):  # fmt: skip
        field: Any = person._meta.get_field(name)
        value = getattr(person, f"get_{name}_display")() if field.choices else getattr(person, name)
        if value not in ("", None):
            yield field.verbose_name, plain(value)
    if person.skills:
        yield _("特长"), _("、").join(str(SKILLS[key]) for key in person.skills if key in SKILLS)
    if person.availability:
        yield _("每周可服务时间"), "; ".join(f"{day}: {', '.join(parts)}" for day, parts in person.availability.items())
    if kinds := _("、").join(kind.name for kind in person.kinds.all()):
        yield _("愿意参加的服务"), kinds


def plain(value: Any) -> Any:
    """A value as a cell holds it: yes and no as words, moments in local time."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, dt.date) else value if isinstance(value, int | float) else str(value)


def _consents(person: Volunteer) -> Iterator[Sequence[Any]]:
    for one in person.consents.filter(given_at__isnull=False).select_related("text"):
        version = one.text.version if one.text else ""
        yield plain(one.given_at), one.get_kind_display(), version, one.get_how_display(), one.guardian_name, one.relation, one.phone, plain(one.withdrawn_at) if one.withdrawn_at else ""


def _teams(person: Volunteer) -> Iterator[Sequence[Any]]:
    for held in person.memberships.select_related("team"):
        yield held.team.name, held.get_state_display(), _("是") if held.is_leader else "", plain(held.since), plain(held.until) if held.until else ""


def _requests(person: Volunteer) -> Iterator[Sequence[Any]]:
    for one in person.requests.all():
        yield plain(one.asked_at), one.get_kind_display(), one.get_state_display(), one.answer


KEPT.add("volunteers.entry", Kept(__("登记资料"), (__("项目"), __("内容")), _entry))
KEPT.add("volunteers.consents", Kept(__("同意书"), (__("时间"), __("类型"), __("版本"), __("方式"), __("监护人"), __("关系"), __("电话"), __("撤回时间")), _consents))
KEPT.add("volunteers.teams", Kept(__("队伍"), (__("队伍"), __("状态"), __("队长"), __("开始日期"), __("结束日期")), _teams))
KEPT.add("volunteers.requests", Kept(__("我的申请"), (__("时间"), __("类型"), __("状态"), __("答复")), _requests))


class _All(Layout):
    """The workbook: one line for each row kept, its cells one after the other."""

    name = "volunteer"
    title = __("志愿者本人资料")
    columns = (Column("part", __("类别")), Column("what", __("项目")), Column("cells", __("内容")))


def write(person: Volunteer, out: BinaryIO) -> None:
    """Everything kept, and who looked, as .xlsx."""
    rows = [
        {"part": str(part.title), "what": str(part.columns[0]), "cells": "; ".join(f"{heading}: {cell}" for heading, cell in zip(part.columns, row, strict=True) if cell not in ("", None))}
        for part in everything_about(person) for row in part.rows
    ]  # fmt: skip
    rows += [{"part": _("谁看过、改过"), "what": plain(at), "cells": f"{what}; {who}"} for at, what, who in looks_at(person)]
    sheets.export(_All(), rows, out)
