"""Place categories and issue classes: they belong to no edition, and are edited, never deleted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from yipanqi.calendar.working import Clock
from yipanqi.kernel.actions import action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.stamps import bump
from yipanqi.standards import starting
from yipanqi.standards.actions.writing import BadValue, check_code, check_seen, put
from yipanqi.standards.clocks import check_clocks
from yipanqi.standards.models import IssueClass, PlaceCategory
from yipanqi.standards.selectors import TOPIC

CATEGORY_FIELDS = (
    "code_prefix", "name", "name_en", "group", "department_type", "co_departments", "extent", "extent_en", "basis", "concerns_minors",
    "order", "active",
)  # fmt: skip
CLASS_FIELDS = (
    "group_code", "group_name", "group_name_en", "name", "name_en", "component", "department_type", "severity", "clocks",
    "photo_required", "closing_condition", "deadline_note", "deadline_source", "deadline_certainty", "code_source",
    "code_certainty", "legacy_codes", "active",
)  # fmt: skip


@action
def add_category(_nothing: None, *, key: str, values: Mapping[str, Any], by: Actor, at: dt.datetime) -> PlaceCategory:
    """A further kind of place; `values` are columns of PlaceCategory.

    Raises:
        BadValue: with the field, for example a prefix that another category has.
    """
    check_code(key, "key")
    return _save_category(PlaceCategory(key=key), values)


@action
def change_category(
    category: PlaceCategory, *, values: Mapping[str, Any], seen: str = "", by: Actor, at: dt.datetime
) -> PlaceCategory:
    """Change columns of a place category; loading the starting data leaves it alone from then on.

    Raises:
        StaleForm, BadValue.
    """
    check_seen(category, seen)
    return _save_category(category, values)


def _save_category(category: PlaceCategory, values: Mapping[str, Any]) -> PlaceCategory:
    put(category, values, CATEGORY_FIELDS)
    _check_texts(category.co_departments, "co_departments", 40)
    _check_texts(category.basis, "basis", 300)
    check_code(category.code_prefix, "code_prefix")
    category.locally_changed = True
    category.save()
    bump(TOPIC)
    return category


def _check_texts(values: Any, field: str, longest: int) -> None:
    if not isinstance(values, list) or any(not isinstance(one, str) or not 0 < len(one) <= longest for one in values):
        raise BadValue(_("应是一组不超过 %(longest)d 个字的文字") % {"longest": longest}, field=field)


@action
def add_issue_class(_nothing: None, *, code: str, values: Mapping[str, Any], by: Actor, at: dt.datetime) -> IssueClass:
    """A local extension of the classification; `values` are columns of IssueClass, `clocks` as in ``check_clocks``.

    Raises:
        BadLimit, BadValue: with the field, for example a code that another extension has.
    """
    check_code(code)
    kind = IssueClass.Kind.EXTENSION.value
    row = IssueClass(standard=starting.LOCAL, kind=kind, code=code, key=starting.class_key(starting.LOCAL, kind, code))
    if IssueClass.objects.filter(key=row.key).exists():
        raise BadValue(_("本地扩展里已有编码 %(code)s") % {"code": code}, field="code")
    return _save_class(row, values)


@action
def change_issue_class(
    issue_class: IssueClass, *, values: Mapping[str, Any], seen: str = "", by: Actor, at: dt.datetime
) -> IssueClass:
    """Change columns of an issue class; cases already dispatched keep the limits they were given.

    Standard, kind and code stay: they are its name. Loading the starting data leaves the class alone from then on.

    Raises:
        StaleForm, BadLimit, BadValue.
    """
    check_seen(issue_class, seen)
    return _save_class(issue_class, values)


def _save_class(row: IssueClass, values: Mapping[str, Any]) -> IssueClass:
    if "clocks" in values or not row.pk:
        check_clocks(values.get("clocks", {}))
    put(row, values, CLASS_FIELDS)
    if not isinstance(row.legacy_codes, dict) or any(not isinstance(v, str) for v in row.legacy_codes.values()):
        raise BadValue(_("旧标准编码应逐项写明标准和编码"), field="legacy_codes")
    row.on_the_spot = row.clocks["handle"]["clock"] == Clock.ON_THE_SPOT.value
    row.locally_changed = True
    row.save()
    bump(TOPIC)
    return row
