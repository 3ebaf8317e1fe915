"""The sheets of units and users, and how their rows become actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.actors import System
from yipanqi.people import actions, selectors
from yipanqi.people.models import Appointment, Role, Unit, UnitKind, User
from yipanqi.sheets import (
    Choice,
    Code,
    Column,
    Date,
    Reference,
    RowResult,
    RowSheet,
    Text,
    register,
    squash,
    suggest,
)

KIND_WORDS = {"街道": "street", "镇": "street", "社区": "community", "村": "community", "局": "department", "委办局": "department", "物业": "property"}
ROLE_WORDS = {
    "负责人": "unit_leader", "联络员": "liaison", "值班台": "desk", "综合组": "desk", "领导": "leader", "管理员": "admin"
}  # fmt: skip


class UnitSheet(RowSheet):
    """Units: one row each, found again by code. The parent may stand anywhere in the same file."""

    name = "units"
    title = gettext_lazy("单位")
    permission = "people.add_unit"
    reading = "people.export_board"
    columns = (
        Column("code", gettext_lazy("单位编码"), Code(longest=40), ("编码", "单位代码", "代码"), required=True, example="cgj"),
        Column("name", gettext_lazy("单位名称"), Text(longest=80), ("名称", "单位", "单位全称"), required=True, example="市城市管理执法局"),
        Column("short_name", gettext_lazy("简称"), Text(longest=30), ("单位简称",), example="市城管局"),
        Column("kind", gettext_lazy("单位类型"), Choice(pairs=UnitKind.choices, words=KIND_WORDS), ("类型", "类别"), required=True),
        Column("parent", gettext_lazy("上级单位"), Text(longest=80), ("上级", "主管单位"), help=gettext_lazy("填上级单位的名称或编码，可以是本表中的单位；没有则不填。")),
        Column("department_type", gettext_lazy("职能类型"), Code(longest=40), help=gettext_lazy("如 urban_mgmt；问题类别按它找到默认责任单位。")),
        Column("area_code", gettext_lazy("属地区划代码"), Code(longest=15, pattern=r"\d*"), ("区划代码",), example="620200001000"),
        Column("phone", gettext_lazy("值班电话"), Code(longest=30), ("电话", "联系电话"), help=gettext_lazy("单位的公开电话，不要填个人手机号。")),
    )

    def existing(self, keys: Sequence[Any]) -> Mapping[Any, Unit]:
        return Unit.objects.select_related("parent").in_bulk(keys, field_name="code")

    def check(self, rows: Iterable[RowResult]) -> Iterator[tuple[int, str, str]]:
        """Parents that are neither in the file nor on the board."""
        wanted: list[tuple[int, str]] = []
        names = {squash(name): name for _unit, all_names in selectors.unit_names() for name in all_names}
        for row in rows:
            names |= {squash(text): text for key in ("code", "name", "short_name") if (text := row.values.get(key))}
            if row.values.get("parent"):
                wanted.append((row.line_no, row.values["parent"]))
        for line_no, text in wanted:
            if squash(text) not in names:
                hint = suggest(text, names.values())
                yield line_no, "parent", _("没有“%(value)s”这个单位。%(hint)s请核对后填写已有的名称或编码。") % {"value": text[:30], "hint": hint}

    def apply(self, row: dict[str, Any], existing: Unit | None, by: Any, at: dt.datetime) -> str:
        row = {**row}
        code, parent = row.pop("code"), row.get("parent")
        if parent:
            row["parent"] = selectors.find_unit(parent)
            if row["parent"] is None:
                raise Refused(_("上级单位“%(name)s”还没有导入，或有同名单位，请改填编码") % {"name": parent}, field="parent")
        elif "parent" in row:
            row["parent"] = None
        if existing is None:
            actions.add_unit(None, code=code, **row, by=by, at=at)
            return "created"
        changes = {key: value for key, value in row.items() if getattr(existing, key) != value}
        if changes:
            actions.change_unit(existing, **changes, by=by, at=at)
        return "updated" if changes else "unchanged"

    def apply_batch(self, rows: Sequence[tuple[dict[str, Any], Any]], by: Any, at: dt.datetime) -> list[str | Exception]:
        """Rounds over the rows still refused, for as long as a round lets one more in: parents may come after children."""
        outcomes: list[str | Exception] = [Refused() for _row in rows]
        waiting = list(range(len(rows)))
        while waiting:
            for index in waiting:
                outcomes[index] = self.tried(*rows[index], by, at)
            still = [index for index in waiting if isinstance(outcomes[index], Exception)]
            if len(still) == len(waiting):
                break
            waiting = still
        return outcomes

    def rows(self, user: Any) -> Iterator[Mapping[str, Any]]:
        units = Unit.objects.all() if isinstance(user, System) else selectors.visible_units(user)
        for unit in selectors.filtered_units(units).select_related("parent").iterator(chunk_size=500):
            yield {column.key: getattr(unit, column.key) for column in self.columns} | {"parent": unit.parent.name if unit.parent else ""}


class UserSheet(RowSheet):
    """People: one row for each appointment; a person without one stands once. A starred phone is left as it is stored."""

    name = "users"
    title = gettext_lazy("人员")
    permission = "people.add_user"
    reading = "people.export_board"
    key = ("username", "unit", "role")
    columns = (
        Column("username", gettext_lazy("用户名"), Code(longest=60), ("账号", "登录名"), required=True, example="wang.li"),
        Column("name", gettext_lazy("姓名"), Text(longest=40), ("人员姓名",), required=True, example="王立"),
        Column("phone", gettext_lazy("手机号"), Code(longest=20), ("手机", "联系电话", "电话"), help=gettext_lazy("加密保存；带星号的不更改原号码。"), example="13900000000"),
        Column("email", gettext_lazy("电子邮箱"), Code(longest=100), ("邮箱",)),
        Column("unit", gettext_lazy("单位"), Reference(lookup=selectors.unit_names, show=lambda unit: unit.name), ("所在单位", "任职单位", "责任单位")),
        Column("role", gettext_lazy("角色"), Choice(pairs=Role.choices, words=ROLE_WORDS), ("岗位", "职责")),
        Column("starts_on", gettext_lazy("任职开始"), Date(), ("开始日期",), help=gettext_lazy("不填即从导入当天起。")),
        Column("ends_on", gettext_lazy("任职结束"), Date(), ("结束日期",), help=gettext_lazy("最后一天；长期任职不填。")),
    )

    def existing(self, keys: Sequence[Any]) -> Mapping[Any, User]:
        """By (user name, unit, role) where that appointment is in force today, and by (user name, None, "")."""
        names = {str(key[0]).lower() for key in keys}
        people = {user.username: user for user in User.objects.filter(username__in=names)}
        posts = {(p.user_id, p.unit_id, p.role) for p in Appointment.objects.filter(user__in=people.values(), ends_on__isnull=True)}
        found = {}
        for key in keys:
            username, unit, role = key
            person = people.get(str(username).lower())
            if person and (not unit or (person.pk, unit.pk, role) in posts):
                found[key] = person
        return found

    def apply(self, row: dict[str, Any], existing: User | None, by: Any, at: dt.datetime) -> str:
        unit, role = row.get("unit"), row.get("role")
        if bool(unit) != bool(role):
            raise Refused(_("单位和角色要么都填，要么都不填"), field="role")
        known = {key: row[key] for key in ("name", "phone", "email") if key in row and "*" not in row[key]}
        person = User.objects.filter(username=row["username"].lower()).first()
        if person is None:
            person = actions.add_user(None, username=row["username"], **known, by=by, at=at)
            outcome = "created"
        else:
            changes = {key: value for key, value in known.items() if getattr(person, key) != value}
            if changes:
                person = actions.change_user(person, **changes, by=by, at=at)
            outcome = "updated" if changes else "unchanged"
        moved = unit is not None and self._appointed(person, unit, str(role), row, by, at)
        return "updated" if moved and outcome == "unchanged" else outcome

    def _appointed(self, person: User, unit: Unit, role: str, row: dict[str, Any], by: Any, at: dt.datetime) -> bool:
        """Make the appointment as the row says; False when it stood so already."""
        start, end = row.get("starts_on"), row.get("ends_on")
        day = start or timezone.localdate(at)
        post = person.appointments.filter(unit=unit, role=role, starts_on__lte=day).exclude(ends_on__lt=day).first()
        if post is None:
            actions.appoint(person, unit=unit, role=role, starts_on=start, ends_on=end, by=by, at=at)
        elif end and post.ends_on != end:
            actions.end_appointment(post, on=end, by=by, at=at)
        else:
            return False
        return True

    def rows(self, user: Any) -> Iterator[Mapping[str, Any]]:
        people = User.objects.all() if isinstance(user, System) else selectors.visible_users(user)
        today = timezone.localdate()
        for person in people.filter(is_active=True).prefetch_related("appointments__unit").iterator(chunk_size=500):
            base = {"username": person.username, "name": person.name, "phone": person.masked_phone, "email": person.email}
            posts = [p for p in person.appointments.all() if not p.ends_on or p.ends_on >= today]
            for post in posts:
                yield base | {"unit": post.unit, "role": post.role, "starts_on": post.starts_on, "ends_on": post.ends_on}
            if not posts:
                yield base


UNITS = register(UnitSheet())
USERS = register(UserSheet())
