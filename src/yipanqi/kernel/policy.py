"""Settings the office edits on screen: declared once with a default, read by key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from yipanqi.kernel.models import Policy


@dataclass(frozen=True)
class PolicySpec:
    """A declared setting. `kind` is one of "int", "float", "bool", "text", "json"."""

    key: str
    default: Any
    title: Any
    kind: str
    help: Any = ""


POLICIES: dict[str, PolicySpec] = {}


def policy(key: str, default: Any, title: Any, kind: str = "int", help: Any = "") -> PolicySpec:
    """Declare a setting; `title` and `help` are what the office reads on the settings page."""
    POLICIES[key] = PolicySpec(key, default, title, kind, help)
    return POLICIES[key]


def policy_value(key: str) -> Any:
    """The value in force: the office's, else the declared default. Raises KeyError for an undeclared key."""
    spec = POLICIES[key]
    stored = Policy.objects.filter(key=key).values_list("value", flat=True).first()
    return spec.default if stored is None else stored
