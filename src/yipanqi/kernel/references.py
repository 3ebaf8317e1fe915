"""How things are named outside the database: by number, code or UUID, never by row id."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models


def reference(thing: Any) -> tuple[str, str]:
    """(kind, name) of a thing, for example ("cases.case", "2026-000017"). What is more than the thing itself, as the
    result of an action may be, names it by `about`. A text names nothing: an action without subject must not return one.
    """
    thing = thing if isinstance(thing, models.Model) else getattr(thing, "about", thing)
    if thing is None:
        return "", ""
    if isinstance(thing, str):
        raise TypeError("a text is no subject: return the thing, or something that names it by `about`")
    if not isinstance(thing, models.Model):
        return type(thing).__name__.lower(), str(getattr(thing, "key", ""))
    for field in ("number", "code", "uuid", "key", "username", getattr(thing, "code_field", "pk")):
        value = getattr(thing, field, None)
        if value not in (None, ""):
            return thing._meta.label_lower, str(value)
    return thing._meta.label_lower, str(thing.pk)


def plain(value: Any) -> Any:
    """A JSON value for the journal: models become references, files and bytes their digest."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case models.Model():
            return ":".join(reference(value))
        case dt.datetime() | dt.date() | dt.time():
            return value.isoformat()
        case Decimal() | UUID():
            return str(value)
        case bytes():
            return f"sha256:{hashlib.sha256(value).hexdigest()}"
        case Mapping():
            return {str(k): plain(v) for k, v in value.items()}
        case list() | tuple() | set() | frozenset() | models.QuerySet():
            return [plain(v) for v in value]
    return f"<{type(value).__name__}>"
