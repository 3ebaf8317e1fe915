"""Check items and indicators of an edition that was not used yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from yipanqi.kernel.actions import action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.stamps import bump
from yipanqi.standards.actions.writing import BadValue, StillUsed, check_code, check_seen, open_edition, put
from yipanqi.standards.letters import check_thresholds
from yipanqi.standards.models import CheckItem, Edition, Indicator
from yipanqi.standards.selectors import TOPIC

ITEM_FIELDS = (
    "category", "code", "text", "text_en", "kind", "measure", "target", "sample", "thresholds", "weight", "timing", "exemption", "method", "note",
    "critical", "minors", "issue_class", "order",
)  # fmt: skip
INDICATOR_FIELDS = ("code", "name", "parent", "weight", "method")


@action
def add_item(
    edition: Edition, *, values: Mapping[str, Any], indicators: Iterable[Indicator] = (), by: Actor, at: dt.datetime
) -> CheckItem:
    """A new check item; `values` are columns of CheckItem, `indicators` those of the same edition that it feeds.

    Raises:
        EditionFrozen, BadValue.
    """
    open_edition(edition.pk)
    return _save_item(CheckItem(edition=edition), values, indicators)


@action
def change_item(
    item: CheckItem,
    *,
    values: Mapping[str, Any],
    indicators: Iterable[Indicator] | None = None,
    seen: str = "",
    by: Actor,
    at: dt.datetime,
) -> CheckItem:
    """Change columns of a check item, and which indicators it feeds unless `indicators` is None.

    Raises:
        EditionFrozen, StaleForm, BadValue.
    """
    open_edition(item.edition_id)
    check_seen(item, seen)
    return _save_item(item, values, item.indicators.all() if indicators is None else indicators)


def _save_item(item: CheckItem, values: Mapping[str, Any], indicators: Iterable[Indicator]) -> CheckItem:
    chosen = list(indicators)
    put(item, values, ITEM_FIELDS)
    check_code(item.code)
    if (
        item.sample is not None
        and item.target is not None
        and item.measure == "sample_pass"
        and item.target > item.sample
    ):
        raise BadValue(_("达标数不能多于抽样数"), field="target")
    if item.measure == "ratio" and item.target is not None and item.target > 100:
        raise BadValue(_("比例的达标数不能超过 100"), field="target")
    if item.thresholds:
        check_thresholds(item.measure, item.thresholds)
    if any(one.edition_id != item.edition_id for one in chosen):
        raise BadValue(_("只能计入同一版本的指标"), field="indicators")
    item.save()
    item.indicators.set(chosen)
    bump(TOPIC)
    return item


@action
def remove_item(item: CheckItem, *, by: Actor, at: dt.datetime) -> None:
    """Take a check item out of an edition that was not used yet.

    Raises:
        EditionFrozen: the edition was used.
        StillUsed: a case or finding points to the item.
    """
    open_edition(item.edition_id)
    _delete(item)


@action
def add_indicator(edition: Edition, *, values: Mapping[str, Any], by: Actor, at: dt.datetime) -> Indicator:
    """A new indicator; `values` are columns of Indicator.

    Raises:
        EditionFrozen, BadValue.
    """
    open_edition(edition.pk)
    return _save_indicator(Indicator(edition=edition), values)


@action
def change_indicator(
    indicator: Indicator, *, values: Mapping[str, Any], seen: str = "", by: Actor, at: dt.datetime
) -> Indicator:
    """Change columns of an indicator, its place in the tree included.

    Raises:
        EditionFrozen, StaleForm, BadValue.
    """
    open_edition(indicator.edition_id)
    check_seen(indicator, seen)
    return _save_indicator(indicator, values)


def _save_indicator(indicator: Indicator, values: Mapping[str, Any]) -> Indicator:
    put(indicator, values, INDICATOR_FIELDS)
    check_code(indicator.code)
    above, steps = indicator.parent, 0
    if above is not None and above.edition_id != indicator.edition_id:
        raise BadValue(_("上级指标应属于同一版本"), field="parent")
    while above is not None and steps < 100:
        if above.pk == indicator.pk:
            raise BadValue(_("上级指标不能是它自己或它的下级"), field="parent")
        above, steps = above.parent, steps + 1
    indicator.save()
    bump(TOPIC)
    return indicator


@action
def remove_indicator(indicator: Indicator, *, by: Actor, at: dt.datetime) -> None:
    """Take an indicator without children out of an edition that was not used yet; its items feed it no more.

    Raises:
        EditionFrozen, StillUsed: it has children.
    """
    open_edition(indicator.edition_id)
    if indicator.children.exists():
        raise StillUsed(_("这个指标还有下级指标，请先删除或移走下级指标"))
    _delete(indicator)


def _delete(row: CheckItem | Indicator) -> None:
    """Delete the row but leave its reference to the journal (hence a second instance)."""
    try:
        type(row)._base_manager.get(pk=row.pk).delete()
    except ProtectedError as error:
        raise StillUsed from error
    bump(TOPIC)
