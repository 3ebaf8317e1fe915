"""Units, work groups and appointments: everything that changes the board."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.kernel.actions import Conflict, Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.people import selectors
from yipanqi.people.models import Appointment, Role, Unit, UnitKind, User, WorkGroup, standing

UNIT_FIELDS = ("name", "short_name", "kind", "department_type", "parent", "area_code", "phone")
GROUP_FIELDS = ("name", "kind", "leader", "remit")
CODE = re.compile(r"[\w.-]{1,40}")


class CodeTaken(Conflict):
    """Another unit or group already has the code."""

    message = gettext_lazy("该编码已被使用，请换一个编码")


class UnitDissolved(Conflict):
    """The unit has ended; nothing new can be put on it."""

    message = gettext_lazy("该单位已撤销，不能再办理；如需继续，请改选承接其职责的单位")


def sort_key(name: str) -> str:
    """The pinyin of a name, by which people look it up in a list."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415  its dictionary takes a third of a second to load

    return " ".join(lazy_pinyin(name)).lower()[:200]


def _checked_code(code: str, taken: bool) -> str:
    if not CODE.fullmatch(code):
        raise Refused(_("编码只能用文字、数字、点、横线和下划线，最多 40 个字"), field="code")
    if taken:
        raise CodeTaken(field="code")
    return code


def _checked_parent(unit: Unit, parent: Unit | None, at: dt.datetime) -> None:
    """A parent must not be about to end and must not stand below the unit itself."""
    if parent is not None and parent.dissolved_on:
        words = _("上级单位“%(name)s”将于 %(day)s 撤销，请另选") if parent.exists_on(timezone.localdate(at)) else _("上级单位“%(name)s”已撤销")
        raise UnitDissolved(words % {"name": parent.name, "day": parent.dissolved_on.isoformat()}, field="parent")
    above = parent
    while above is not None:
        if above.pk == unit.pk and unit.pk is not None:
            raise Refused(_("上级单位不能是它自己或它的下级"), field="parent")
        above = above.parent


def _fill(thing: Any, changes: dict[str, Any], allowed: Iterable[str]) -> None:
    if unknown := set(changes) - set(allowed):
        raise TypeError(f"unknown fields: {sorted(unknown)}")
    if "name" in changes and not str(changes["name"]).strip():
        raise Refused(_("名称不能为空"), field="name")
    for key, value in changes.items():
        setattr(thing, key, value)


@action
def add_unit(
    _none: None, *, code: str, name: str, kind: str, by: Actor, at: dt.datetime, short_name: str = "",
    department_type: str = "", parent: Unit | None = None, area_code: str = "", phone: str = "",
) -> Unit:  # fmt: skip
    """Put a new unit on the board. `kind` is a UnitKind; `phone` is the duty telephone of the unit, not a person's.

    Raises:
        CodeTaken: another unit, perhaps a dissolved one, has this code.
        Refused: the name is empty or the code has other signs than letters, digits, dot, dash and underscore.
    """
    unit = Unit(code=_checked_code(code, Unit.objects.filter(code=code).exists()))
    values = {"name": name.strip(), "short_name": short_name, "kind": UnitKind(kind), "department_type": department_type}
    _fill(unit, {**values, "parent": parent, "area_code": area_code, "phone": phone}, UNIT_FIELDS)
    _checked_parent(unit, parent, at)
    unit.sort_key = sort_key(unit.name)
    unit.save()
    return unit


@action(also=("parent",))
def change_unit(unit: Unit, *, by: Actor, at: dt.datetime, **changes: Any) -> Unit:
    """Correct what is known of a unit: any of name, short_name, kind, department_type, parent, area_code, phone.

    Raises:
        UnitDissolved: the unit has ended, or the new parent has or will.
        Refused: the name is empty, or the new parent stands below the unit.
    """
    if not unit.exists_on(timezone.localdate(at)):
        raise UnitDissolved()
    _fill(unit, changes, UNIT_FIELDS)
    _checked_parent(unit, unit.parent, at)
    unit.sort_key = sort_key(unit.name)
    unit.save()
    return unit


@action
def dissolve_unit(unit: Unit, *, on: dt.date, by: Actor, at: dt.datetime) -> Unit:
    """End a unit; the day before `on` is its last. It stays in every old record; its appointments end with it.

    Raises:
        UnitDissolved: it has ended already, or the day on which it will was said before.
        Refused: units below it still exist on that day, or it has work that nobody else would do.
    """
    if not unit.exists_on(timezone.localdate(at)):
        raise UnitDissolved()
    if unit.dissolved_on:
        raise UnitDissolved(_("该单位已定于 %(day)s 撤销") % {"day": unit.dissolved_on.isoformat()})
    if held := selectors.open_work(unit):
        raise Refused(_("该单位还有 %(n)s 件未办结的案件，请先改派或办结后再撤销") % {"n": held})
    below = unit.children.filter(standing(on))
    if below:
        names = _("、").join(child.name for child in below[:3])
        raise Refused(_("还有下级单位（%(names)s），请先改挂或撤销它们") % {"names": names})
    unit.dissolved_on = on
    unit.save()
    last = on - dt.timedelta(days=1)
    for post in unit.appointments.exclude(ends_on__lte=last):
        post.ends_on = max(last, post.starts_on)
        post.save()
    return unit


@action
def add_group(
    _none: None, *, code: str, name: str, kind: str, by: Actor, at: dt.datetime,
    leader: User | None = None, members: Iterable[Unit] = (), remit: str = "",
) -> WorkGroup:  # fmt: skip
    """Found a working or duty group of units under a leader.

    Raises:
        CodeTaken: another group has this code.
        Refused: the name is empty.
    """
    group = WorkGroup(code=_checked_code(code, WorkGroup.objects.filter(code=code).exists()))
    _fill(group, {"name": name.strip(), "kind": WorkGroup.Kind(kind), "leader": leader, "remit": remit}, GROUP_FIELDS)
    group.save()
    group.members.set(members)
    return group


@action
def change_group(group: WorkGroup, *, by: Actor, at: dt.datetime, members: Iterable[Unit] | None = None, **changes: Any) -> WorkGroup:
    """Change name, kind, leader or remit of a group; `members`, when given, replaces its units. Refused: empty name."""
    _fill(group, changes, GROUP_FIELDS)
    group.save()
    if members is not None:
        group.members.set(members)
    return group


def _checked_kind(user: User, role: str) -> None:
    """Programs and people have accounts of their own: whoever gives out a program's token must not act as a person by it."""
    if role == Role.API and not user.is_bare:
        raise Refused(_("“%(user)s”是个人账号，不能任接口客户端；请为接口另建一个账号，不设密码") % {"user": user.name}, field="role")
    if role != Role.API and user.appointments.filter(role=Role.API).exists():
        raise Refused(_("“%(user)s”是接口账号，不能再任其他角色；请为本人另建账号") % {"user": user.name}, field="role")


@action
def appoint(user: User, *, unit: Unit, role: str, by: Actor, at: dt.datetime, starts_on: dt.date | None = None, ends_on: dt.date | None = None) -> Appointment:
    """Let a user serve a unit in a role from a day (today unless said) until a day, both included; at most as long as it exists.

    Raises:
        Conflict: the user already serves so within those days, or is deactivated.
        UnitDissolved: the unit has ended.
        Refused: the last day is before the first, or a person is to be a program or a program a person.
    """
    _checked_kind(user, role)
    start = starts_on or timezone.localdate(at)
    if not user.is_active:
        raise Conflict(_("该账号已停用，请先启用再任职"))
    if not unit.exists_on(start):
        raise UnitDissolved(field="unit")
    if unit.dissolved_on:
        last = unit.dissolved_on - dt.timedelta(days=1)
        ends_on = min(ends_on or last, last)
    if ends_on and ends_on < start:
        raise Refused(_("结束日期不能早于开始日期"), field="ends_on")
    same = user.appointments.filter(unit=unit, role=role).exclude(ends_on__lt=start)
    if (same.filter(starts_on__lte=ends_on) if ends_on else same).exists():
        raise Conflict(_("%(user)s 在这段时间里已任 %(unit)s 的%(role)s") % {"user": user.name, "unit": unit.name, "role": Role(role).label})
    post = Appointment(user=user, unit=unit, role=Role(role), starts_on=start, ends_on=ends_on)
    post.save()
    return post


@action
def end_appointment(appointment: Appointment, *, on: dt.date, by: Actor, at: dt.datetime) -> Appointment:
    """End an appointment; `on` is its last day.

    Raises:
        Conflict: it has ended already.
        Refused: `on` lies before its first day.
    """
    if appointment.ends_on and appointment.ends_on <= on:
        raise Conflict(_("这项任职已在 %(day)s 结束") % {"day": appointment.ends_on.isoformat()})
    if on < appointment.starts_on:
        raise Refused(_("结束日期不能早于开始日期 %(day)s") % {"day": appointment.starts_on.isoformat()}, field="on")
    appointment.ends_on = on
    appointment.save()
    return appointment
