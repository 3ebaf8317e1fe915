"""Kinds of service, which the centre keeps on screen."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.teams.actions.filling import CodeTaken, check_there, fill, last_day
from yipanqi.teams.models import ServiceKind

KIND_FIELDS = ("name", "theme", "min_age", "insured", "training")
KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


@action
def add_kind(
    _none: None, *, key: str, name: str, theme: str, min_age: int = 0, insured: bool = False, training: str = "", by: Actor, at: dt.datetime
) -> ServiceKind:  # fmt: skip
    """A new kind of service under a theme. `min_age` in years; `training`: the key of the training it needs, "" for none.

    Raises:
        CodeTaken: another kind has the key.
        Refused: a blank name, or a key of other signs than small letters, digits, dash and underscore.
    """
    if not KEY.fullmatch(key):
        raise Refused(_("编码只能用小写字母、数字、横线和下划线，最多 40 个字"), field="key")
    if ServiceKind.objects.filter(key=key).exists():
        raise CodeTaken(field="key")
    kind = ServiceKind(key=key)
    fill(kind, {"name": name, "theme": ServiceKind.Theme(theme), "min_age": min_age, "insured": insured, "training": training}, KIND_FIELDS)
    kind.save()
    return kind


@action
def change_kind(kind: ServiceKind, *, by: Actor, at: dt.datetime, **changes: Any) -> ServiceKind:
    """Change name, theme, lowest age, insurance or training of a kind. What was recorded before keeps its own copy.

    Raises:
        Ended: the kind is no longer offered.
        Refused: a blank name.
    """
    check_there(kind, at)
    fill(kind, changes, KIND_FIELDS)
    kind.save()
    return kind


@action
def retire_kind(kind: ServiceKind, *, on: dt.date, by: Actor, at: dt.datetime) -> ServiceKind:
    """Offer a kind no more from a day on; records of it stay. Raises Ended where that was said before."""
    last_day(kind, on)
    kind.save()
    return kind
