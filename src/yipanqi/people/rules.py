"""Predicates on people that every app composes its rules from, and the rules of this app."""

from __future__ import annotations

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.actors import System, Visitor
from yipanqi.kernel.permissions import perm
from yipanqi.people.models import ApiToken, Appointment, Role, User


def has_role(*roles: str) -> Any:
    """Holds for an active user who is appointed today in one of `roles`, whatever the unit."""
    wanted = frozenset(str(r) for r in roles)

    @rules.predicate(name="role:" + "/".join(sorted(wanted)))
    def check(actor: Any, obj: Any = None) -> bool:
        return isinstance(actor, User) and actor.is_active and bool(wanted & actor.roles)

    return check


@rules.predicate
def is_system(actor: Any, obj: Any = None) -> bool:
    return isinstance(actor, System)


@rules.predicate
def is_visitor(actor: Any, obj: Any = None) -> bool:
    return isinstance(actor, Visitor)


@rules.predicate
def is_authenticated(actor: Any, obj: Any = None) -> bool:
    return isinstance(actor, User) and actor.is_active


def _person_of(obj: Any) -> User | None:
    """The user a thing of this app is about: itself, or whose appointment or token it is."""
    if isinstance(obj, Appointment | ApiToken):
        return obj.user
    return obj if isinstance(obj, User) else None


@rules.predicate
def is_self(actor: Any, obj: Any = None) -> bool:
    person = _person_of(obj)
    return isinstance(actor, User) and actor.is_active and person is not None and person.pk == actor.pk


@rules.predicate
def leads_the_person(actor: Any, obj: Any = None) -> bool:
    """The actor leads a unit in which the person serves today."""
    person = _person_of(obj)
    return isinstance(actor, User) and actor.is_active and person is not None and bool(actor.units_as(Role.UNIT_LEADER) & person.unit_ids)


@rules.predicate
def is_program(actor: Any, obj: Any = None) -> bool:
    """The user in question is a program's account and never was a person's, whatever roles that person holds."""
    person = _person_of(obj)
    return person is not None and person.is_program


BOARD_KEEPERS = has_role(Role.HEAD, Role.ADMIN)
ANOTHER = _("不能办理自己的账号，请由另一位负责人或系统管理员办理")

perm("people.export_board", has_role(Role.AUDITOR), _("只有审计可以导出而不导入"))
for verb in ("add_unit", "change_unit", "dissolve_unit", "add_group", "change_group", "add_user", "change_user"):
    perm(f"people.{verb}", BOARD_KEEPERS | is_system)
for verb in ("deactivate_user", "reactivate_user", "appoint", "end_appointment", "reset_password", "remove_second_factor", "unlock_user"):
    perm(f"people.{verb}", (BOARD_KEEPERS & ~is_self) | is_system, ANOTHER)
perm("people.issue_token", is_self | (BOARD_KEEPERS & is_program) | is_system, _("只能为自己或接口账号签发令牌"))
perm("people.revoke_token", is_self | BOARD_KEEPERS | is_system)
perm("people.note_token_use", is_system)
perm("people.open_administrator", is_system)
perm("people.erase_staff_contact", is_system)
perm("people.change_own_profile", is_self)
perm("people.change_password", is_self)
perm("people.change_second_factor", is_self)
perm("people.reveal_phone", is_self | BOARD_KEEPERS | leads_the_person)
