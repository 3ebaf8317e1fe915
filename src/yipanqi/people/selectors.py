"""Reads of the board: units as a tree, people one may see, names turned into units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.policy import policy, policy_value
from yipanqi.people.models import Appointment, Role, Unit, UnitKind, User, WorkGroup, standing
from yipanqi.sheets import squash

#: How long telephone and e-mail of somebody who left office are kept (see `personal` of User).
KEPT_AFTER_LEAVING = dt.timedelta(days=30)
FIRST_PASSWORD_DAYS = policy(
    "people.first_password_days", 7, _("一次性密码有效天数"), help=_("给出的一次性密码在这些天内没有换成本人的密码即作废，须由系统管理员或创城办负责人重新给一个。"), most=3650
)
_work: dict[str, Callable[[Unit], int]] = {}
_function_words: dict[str, Callable[[], Mapping[str, str]]] = {}


def tell_functions(words: Callable[[], Mapping[str, str]]) -> None:
    """The standard, which lies above the board, tells here how the functions of departments 职能类型 are called."""
    _function_words["words"] = words


def functions() -> Mapping[str, str]:
    """Functions of departments 职能类型: key → Chinese name; empty where no standard told them."""
    return _function_words["words"]() if _function_words else {}


def tell_work(count: Callable[[Unit], int]) -> None:
    """The cases, which lie above the board, tell here how many of them a unit still has to end."""
    _work["cases"] = count


def open_work(unit: Unit) -> int:
    """How many open cases a unit leads or has a live share in."""
    return sum(count(unit) for count in _work.values())


def visible_units(user: Any) -> QuerySet[Unit]:
    """Every signed-in person sees every unit, dissolved ones too."""
    return Unit.objects.all() if getattr(user, "is_authenticated", False) and user.is_active else Unit.objects.none()


def visible_groups(user: Any) -> QuerySet[WorkGroup]:
    """Every signed-in person sees every work group."""
    return WorkGroup.objects.all() if getattr(user, "is_authenticated", False) and user.is_active else WorkGroup.objects.none()


def visible_users(user: Any) -> QuerySet[User]:
    """Office head, administrator and auditor see everyone; a unit's leader those who serve it today; others themselves."""
    if not isinstance(user, User) or not user.is_active:
        return User.objects.none()
    if user.roles & {Role.HEAD, Role.ADMIN, Role.AUDITOR}:
        return User.objects.all()
    units = user.units_as(Role.UNIT_LEADER)
    colleagues = Appointment.objects.current(timezone.localdate()).filter(unit__in=units).values("user")
    return User.objects.filter(Q(pk=user.pk) | Q(pk__in=colleagues)) if units else User.objects.filter(pk=user.pk)


def visible_to(user: Any, model: type[Any] = Unit) -> QuerySet[Any]:
    """What `user` may see of units, work groups or users."""
    return {Unit: visible_units, WorkGroup: visible_groups, User: visible_users}[model](user)


def open_units() -> QuerySet[Unit]:
    """Units that exist today, in the order of their names."""
    return Unit.objects.filter(standing(timezone.localdate()))


def units_for_menu() -> list[tuple[str, str]]:
    """(code, name) of every unit that exists, for drop-downs."""
    return list(open_units().values_list("code", "name"))


def unit_tree(units: Iterable[Unit]) -> Iterator[tuple[int, Unit]]:
    """The units depth first as (depth, unit), each below its parent; one whose parent is not among them stands at depth 0."""
    rows = list(units)
    known = {u.pk for u in rows}
    below: dict[int | None, list[Unit]] = {}
    for unit in rows:
        below.setdefault(unit.parent_id if unit.parent_id in known else None, []).append(unit)

    def walk(parent: int | None, depth: int) -> Iterator[tuple[int, Unit]]:
        for unit in below.get(parent, ()):
            yield depth, unit
            yield from walk(unit.pk, depth + 1)

    order = list(UnitKind.values)
    below.get(None, []).sort(key=lambda u: order.index(u.kind))
    return walk(None, 0)


def unit_names(units: Iterable[Unit] | None = None) -> Iterator[tuple[Unit, Sequence[str]]]:
    """(unit, its names: full, code, short) of every existing unit, as the Reference columns of sheets take it."""
    for unit in open_units() if units is None else units:
        yield unit, [name for name in (unit.name, unit.code, unit.short_name) if name]


def find_unit(text: str) -> Unit | None:
    """The existing unit meant by a code, name or short name, whatever its width, case and spaces; None if none or several."""
    wanted = squash(text)
    found = {unit for unit, names in unit_names() if wanted in map(squash, names)} if wanted else set()
    return found.pop() if len(found) == 1 else None


def appointments_of(unit: Unit, viewer: Any) -> QuerySet[Appointment]:
    """Who serves the unit today, as far as `viewer` may see people."""
    posts = unit.appointments.current(timezone.localdate())
    return posts.filter(user__in=visible_users(viewer)).select_related("user").order_by("role", "user__username")


def filtered_users(users: QuerySet[User], *, q: str = "", role: str = "", unit: str = "", state: str = "") -> QuerySet[User]:
    """Users by name or user name, by role and unit code served today, by state ("active" or "closed")."""
    if q := q.strip():
        users = users.filter(Q(username__icontains=q) | Q(name__icontains=q))
    posts = Appointment.objects.current(timezone.localdate())
    if role or unit:
        posts = posts.filter(**{k: v for k, v in {"role": role, "unit__code": unit}.items() if v})
        users = users.filter(pk__in=posts.values("user"))
    return users.filter(is_active=state == "active") if state in ("active", "closed") else users


def filtered_units(units: QuerySet[Unit], *, q: str = "", kind: str = "", dissolved: bool = False) -> QuerySet[Unit]:
    """Units by name, short name or code, and by kind; those dissolved by today only when asked for."""
    if q := q.strip():
        units = units.filter(Q(name__icontains=q) | Q(short_name__icontains=q) | Q(code__icontains=q))
    if kind:
        units = units.filter(kind=kind)
    return units if dissolved else units.filter(standing(timezone.localdate()))


def without_password(users: QuerySet[User]) -> QuerySet[User]:
    """Active people among `users` who were never given a password; programs sign in by token and need none."""
    programs = Appointment.objects.filter(role=Role.API).values("user")
    return users.filter(is_active=True, password__startswith=UNUSABLE_PASSWORD_PREFIX).exclude(pk__in=programs)


def first_password_days() -> int:
    """For how many days a one-time password is valid."""
    return max(1, int(policy_value(FIRST_PASSWORD_DAYS.key)))


def why_password_over(user: User, at: dt.datetime) -> str:
    """Why a user's one-time password opens nothing any more, as a sentence; "" where it still does, or is their own."""
    days = first_password_days()
    if not user.must_change_password or user.password_given_at is None or at < user.password_given_at + dt.timedelta(days=days):
        return ""
    return gettext("这个一次性密码已过期（给出后 %(n)d 天内有效），请联系系统管理员重新给一个。") % {"n": days}


def with_appointments(users: Sequence[User]) -> Sequence[User]:
    """The same users, their appointments of today read in one query instead of one each."""
    found: dict[int, list[Appointment]] = {user.pk: [] for user in users}
    for post in Appointment.objects.current(timezone.localdate()).filter(user__in=users).select_related("unit").order_by("pk"):
        found[post.user_id].append(post)
    for user in users:
        user.__dict__["current"] = found[user.pk]
    return users


def contacts_past_term(now: dt.datetime) -> QuerySet[User]:
    """Users with a telephone or e-mail who held office and whose last appointment ended more than thirty days ago."""
    kept = Appointment.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=timezone.localdate(now) - KEPT_AFTER_LEAVING))
    served = User.objects.filter(pk__in=Appointment.objects.values("user")).exclude(pk__in=kept.values("user"))
    return served.exclude(phone="", email="")
