"""Predicates on people that every app composes its rules from, and the rules of this app."""

from __future__ import annotations

from typing import Any

import rules

from yipanqi.kernel.actors import System, Visitor
from yipanqi.kernel.permissions import perm
from yipanqi.people.models import Role, User


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


@rules.predicate
def is_self(actor: Any, obj: Any = None) -> bool:
    return isinstance(actor, User) and actor.is_active and isinstance(obj, User) and obj.pk == actor.pk


BOARD_KEEPERS = has_role(Role.HEAD, Role.ADMIN)

for verb in ("add_unit", "change_unit", "dissolve_unit", "add_group", "change_group", "add_user", "change_user", "deactivate_user", "appoint", "end_appointment"):
    perm(f"people.{verb}", BOARD_KEEPERS | is_system)
perm("people.issue_token", BOARD_KEEPERS | is_system)
perm("people.revoke_token", BOARD_KEEPERS | is_system)
perm("people.change_own_profile", is_self)

# The kernel knows no people, so its own actions find their rules here.
perm("kernel.seed_calendar", is_system)
for verb in ("set_day", "clear_day", "set_hours"):
    perm(f"kernel.{verb}", has_role(Role.HEAD, Role.ADMIN) | is_system)
