"""Who acts: a signed-in user, a program's user, an anonymous visitor, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import rules


@runtime_checkable
class Actor(Protocol):
    """Anything that can be handed to an action as ``by``. `people.User` fulfils it."""

    @property
    def actor_key(self) -> str:
        """Stable key for the journal, for example ``user:desk`` (never a personal name)."""

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """True when the rule named `perm` lets this actor act on `obj`."""


@dataclass(frozen=True)
class Visitor:
    """A person without an account. `key` tells one visitor from another without naming them."""

    key: str = "anonymous"
    is_active: bool = True
    is_authenticated: bool = False

    @property
    def actor_key(self) -> str:
        return f"visitor:{self.key}"

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return bool(rules.has_perm(perm, self, obj))


@dataclass(frozen=True)
class System:
    """The platform itself: handlers and jobs act in its name, and only where a rule names it."""

    is_active: bool = True
    is_authenticated: bool = False

    @property
    def actor_key(self) -> str:
        return "system"

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return bool(rules.has_perm(perm, self, obj))


SYSTEM = System()
