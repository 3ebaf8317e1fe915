"""Settings the office edits on screen: declared once with a default, read by key."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from yipanqi.kernel.models import Policy
from yipanqi.kernel.stamps import bump, cached


@dataclass(frozen=True)
class PolicySpec:
    """A declared setting. `kind` is one of "int", "float", "bool", "text", "json"; numbers lie between `least` and `most`."""

    key: str
    default: Any
    title: Any
    kind: str
    help: Any = ""
    least: float = 0
    most: float = 1e9


POLICIES: dict[str, PolicySpec] = {}


def policy(key: str, default: Any, title: Any, kind: str = "int", help: Any = "", *, least: float = 0, most: float = 1e9) -> PolicySpec:
    """Declare a setting; `title` and `help` are what the office reads on the settings page."""
    POLICIES[key] = PolicySpec(key, default, title, kind, help, least, most)
    return POLICIES[key]


def policy_value(key: str) -> Any:
    """The value in force: the office's, else the declared default. Raises KeyError for an undeclared key."""
    spec = POLICIES[key]
    stored = cached("policy", None, lambda: dict(Policy.objects.values_list("key", "value"))).get(key)
    return spec.default if stored is None else stored


def keep_policy(key: str, value: Any, *, by: str, at: dt.datetime) -> Policy:
    """Store a setting decided by `by` (an actor's key), inside an action's transaction."""
    row, _new = Policy.objects.update_or_create(key=key, defaults={"value": value, "changed_at": at, "changed_by": by})
    bump("policy")
    return row
