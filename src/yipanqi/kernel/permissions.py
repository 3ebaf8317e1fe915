"""Rules by name. What has no line is forbidden."""

from __future__ import annotations

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

RULES: dict[str, Any] = {}
WHY: dict[str, Any] = {}


def perm(name: str, predicate: Any, why: Any = None) -> None:
    """Let actors for whom `predicate(actor, obj)` holds perform the action `name` ("app.verb").

    `why` is the sentence shown to those who may not.
    """
    rules.set_perm(name, predicate) if rules.perm_exists(name) else rules.add_perm(name, predicate)
    RULES[name] = predicate
    WHY[name] = why or _("您没有进行此操作的权限")


def why_not(name: str) -> str:
    """The sentence for someone whom the rule `name` turns away."""
    return str(WHY.get(name, _("没有规则允许此操作")))
