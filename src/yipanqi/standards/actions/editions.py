"""Editions: copied to change, published as current, frozen by use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from yipanqi.kernel.actions import action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.stamps import bump
from yipanqi.standards.actions.writing import BadValue, StillUsed, check_code, check_seen, open_edition, put
from yipanqi.standards.letters import check_scale
from yipanqi.standards.models import CheckItem, Edition, Indicator
from yipanqi.standards.selectors import TOPIC
from yipanqi.standards.states import EDITION, EditionState

EDITION_FIELDS = ("name", "issuer", "period", "part_weights", "thresholds", "letter_values")
_COPIED_ITEM = (
    "category_id", "code", "text", "text_en", "kind", "measure", "target", "sample", "thresholds", "weight", "timing", "exemption",
    "method", "note", "critical", "minors", "issue_class_id", "order",
)  # fmt: skip


@action
def add_edition(_nothing: None, *, code: str, values: Mapping[str, Any], by: Actor, at: dt.datetime) -> Edition:
    """A new draft without indicators and check items; `values` are columns of Edition as in ``change_edition``.

    Raises:
        BadValue, BadScale: with the field, for example a code that is taken.
    """
    check_code(code)
    draft = Edition(state=EditionState.DRAFT, locally_changed=True)
    _check_parts(values.get("part_weights", {}))
    check_scale(values.get("thresholds", draft.thresholds), values.get("letter_values", draft.letter_values))
    put(draft, {"code": code, **values}, ("code", *EDITION_FIELDS))
    draft.save()
    bump(TOPIC)
    return draft


@action
def copy_edition(edition: Edition, *, code: str, name: str, by: Actor, at: dt.datetime) -> Edition:
    """A new draft with all indicators and check items of `edition`, to be changed and published.

    Raises:
        BadValue: the code is taken or not fit for an address.
    """
    check_code(code)
    draft = Edition(state=EditionState.DRAFT, copied_from=edition)
    values = {"code": code, "name": name, **{f: getattr(edition, f) for f in EDITION_FIELDS if f != "name"}}
    put(draft, values, ("code", *EDITION_FIELDS))
    draft.save()
    indicators = _copy_indicators(edition, draft)
    _copy_items(edition, draft, indicators)
    bump(TOPIC)
    return draft


def _copy_indicators(edition: Edition, draft: Edition) -> dict[int, Indicator]:
    """The new indicators by the row id of the old; level by level, since a child needs its parent's row."""
    made: dict[int, Indicator] = {}
    waiting = list(edition.indicators.all())
    while waiting:
        level = [row for row in waiting if row.parent_id is None or row.parent_id in made]
        copies = [
            Indicator(
                edition=draft, code=row.code, name=row.name, weight=row.weight, method=row.method,
                parent=made.get(row.parent_id or 0),
            )
            for row in level
        ]  # fmt: skip
        Indicator.objects.bulk_create(copies)
        made |= {row.pk: copy for row, copy in zip(level, copies, strict=True)}
        waiting = [row for row in waiting if row.pk not in made]
    return made


def _copy_items(edition: Edition, draft: Edition, indicators: dict[int, Indicator]) -> None:
    rows = list(edition.items.all())
    copies = [CheckItem(edition=draft, **{name: getattr(row, name) for name in _COPIED_ITEM}) for row in rows]
    CheckItem.objects.bulk_create(copies, batch_size=500)
    new = {row.pk: copy.pk for row, copy in zip(rows, copies, strict=True)}
    link = CheckItem.indicators.through
    held = link.objects.filter(checkitem__edition=edition).values_list("checkitem_id", "indicator_id")
    link.objects.bulk_create(
        [link(checkitem_id=new[item], indicator_id=indicators[one].pk) for item, one in held], batch_size=500
    )


@action
def change_edition(
    edition: Edition, *, values: Mapping[str, Any], seen: str = "", by: Actor, at: dt.datetime
) -> Edition:
    """Change name, issuer, period, part_weights ({method: weight}), thresholds or letter_values (see ``letters.Scale``)
    of an edition that was not used yet.

    Args:
        seen: fingerprint of what the form showed; empty where no form was shown.

    Raises:
        EditionFrozen, StaleForm, BadValue, BadScale.
    """
    check_seen(edition, seen)
    edition = open_edition(edition.pk)
    _check_parts(values.get("part_weights", {}))
    check_scale(values.get("thresholds", edition.thresholds), values.get("letter_values", edition.letter_values))
    put(edition, values, EDITION_FIELDS)
    edition.save()
    bump(TOPIC)
    return edition


def _check_parts(parts: Mapping[str, Any]) -> None:
    for method, weight in parts.items():
        if method not in Indicator.Method.values:
            raise BadValue(_("没有“%(name)s”这个部分") % {"name": method}, field="part_weights")
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight <= 100:
            raise BadValue(_("各部分权重应在 0 到 100 之间"), field="part_weights")
    if parts and not any(parts.values()):
        raise BadValue(_("至少一个部分的权重应大于零"), field="part_weights")


@action
def publish_edition(edition: Edition, *, by: Actor, at: dt.datetime) -> Edition:
    """Put an edition in force; the one before is retired. Campaigns already begun keep theirs.

    Raises:
        WrongState: it is current already.
        BadValue: it has no check items.
    """
    EDITION.check(edition, "publish_edition")
    if not edition.items.exists():
        raise BadValue(_("这个版本还没有检查项，不能发布"))
    for old in Edition.objects.select_for_update().filter(state=EditionState.CURRENT):
        EDITION.move(old, "retire_edition")
        old.save(update_fields=["state"])
    EDITION.move(edition, "publish_edition")
    edition.save(update_fields=["state"])
    bump(TOPIC)
    return edition


@action
def retire_edition(edition: Edition, *, by: Actor, at: dt.datetime) -> Edition:
    """Take the current edition out of force without another in its place; new inspections wait for one.

    Raises:
        WrongState: it is not current.
    """
    EDITION.move(edition, "retire_edition")
    edition.save(update_fields=["state"])
    bump(TOPIC)
    return edition


@action
def use_edition(edition: Edition, *, by: Actor, at: dt.datetime) -> Edition:
    """Something is judged by this edition from now on: it is frozen. Repeating changes nothing."""
    if not edition.used:
        edition.used = True
        edition.save(update_fields=["used"])
        bump(TOPIC)
    return edition


@action
def discard_edition(edition: Edition, *, by: Actor, at: dt.datetime) -> None:
    """Throw away a draft that nobody used.

    Raises:
        EditionFrozen: it was used.
        StillUsed: it is or was in force, or something points to it.
    """
    open_edition(edition.pk)
    if edition.state != EditionState.DRAFT:
        raise StillUsed(_("只有编制中的版本可以删除"))
    try:
        edition.items.all().delete()
        Edition.objects.get(pk=edition.pk).delete()
    except ProtectedError as error:
        raise StillUsed(_("已有检查计划、案件或其他版本用到这个版本，不能删除")) from error
    bump(TOPIC)
