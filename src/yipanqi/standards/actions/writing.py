"""What all changes of the standard have in common: frozen editions, stale forms, checked values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.actions import Conflict, Refused
from yipanqi.standards import selectors
from yipanqi.standards.models import Edition

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class EditionFrozen(Refused):
    """An edition by which something was judged stays as it was."""

    message = _("这个版本已用于检查，不能再修改。请复制成新版本后修改，再把新版本发布为现行。")
    status = 409


class StaleForm(Conflict):
    """Somebody else changed the row after the form was opened."""

    message = _("您打开页面之后，这条内容已被他人修改。请重新打开页面，查看最新内容后再改。")


class StillUsed(Refused):
    """Other records point to the row."""

    message = _("已有记录用到这条内容，不能删除。")
    status = 409


class BadValue(Refused):
    """A value that cannot be stored; `field` names it."""


def open_edition(pk: int) -> Edition:
    """The edition, locked, to change something in it. Raises EditionFrozen once it was used."""
    edition = Edition.objects.select_for_update().get(pk=pk)
    if edition.used:
        raise EditionFrozen
    if not edition.locally_changed:
        edition.locally_changed = True
        edition.save(update_fields=["locally_changed"])
    return edition


def check_seen(row: models.Model, seen: str) -> None:
    """Raise StaleForm when the row is not the one whose fingerprint the form carried (empty: no form, no check)."""
    if seen and seen != selectors.fingerprint(row):
        raise StaleForm


def check_code(code: str, field: str = "code") -> None:
    """Codes stand in addresses: letters, digits, dot, dash and underscore."""
    if not CODE.fullmatch(code):
        raise BadValue(_("编码只能用字母、数字、点、短横线和下划线，并以字母或数字开头"), field=field)


def put(row: models.Model, values: Mapping[str, Any], allowed: tuple[str, ...]) -> None:
    """Set the given columns of a row (not saved) and check the whole of it.

    Raises:
        BadValue: with the first bad field.
        TypeError: a name that is not in `allowed`: a bug of the caller.
    """
    if unknown := set(values) - set(allowed):
        raise TypeError(f"unknown values {sorted(unknown)}")
    for name, value in values.items():
        setattr(row, name, value)
    try:
        row.full_clean()
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise BadValue(messages[0], field="" if name == "__all__" else name) from error
