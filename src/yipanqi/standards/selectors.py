"""Reading the standard: the edition in force, menus, finding a class by whatever an old ledger calls it, letters."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.actors import System
from yipanqi.kernel.machine import OpenMove
from yipanqi.kernel.permissions import why_not
from yipanqi.kernel.policy import policy, policy_value
from yipanqi.kernel.stamps import cached
from yipanqi.standards import letters, starting
from yipanqi.standards.clocks import Limit
from yipanqi.standards.diff import Change, Difference, diff
from yipanqi.standards.models import CheckItem, Edition, Indicator, IssueClass, PlaceCategory
from yipanqi.standards.states import EDITION, EditionState

M = TypeVar("M", bound=models.Model)
TOPIC = "standards"
BY_OFFICE = ("accept", "dispatch", "verify")
#: Older classifications in the order in which a bare legacy code is looked up.
LEGACY = {"gbt30428_2_2013": "GB/T 30428.2-2013", "cjt214_2007": "CJ/T 214-2007"}

_HELP = _("重新装载标准时写入未在本地修改过的问题类别")
policy("standards.accept_hours", 4.0, _("受理时限（工作时）"), "float", _HELP, most=3650)
policy("standards.dispatch_hours", 4.0, _("交办时限（工作时）"), "float", _HELP, most=3650)
policy("standards.verify_hours", 1.5, _("核查时限（工作时）"), "float", _HELP, most=3650)


def visible_to(user: Any, rows: QuerySet[M]) -> QuerySet[M]:
    """The standard is open to everyone who is signed in, and to the platform itself."""
    return rows if isinstance(user, System) or getattr(user, "is_authenticated", False) else rows.none()


def stage_defaults() -> dict[str, dict[str, Any]]:
    """Limits of accept, dispatch and verify as the office set them: {stage: {"amount", "clock"}}."""
    return {stage: _default(stage) for stage in BY_OFFICE}


def _default(stage: str) -> dict[str, Any]:
    return {"amount": policy_value(f"standards.{stage}_hours"), "clock": "work_hour"}


def limit_of(issue_class: IssueClass | None, stage: str) -> Limit | None:
    """The limit of a stage (accept, dispatch, handle, verify): the class's own, else the office's default.

    None where nothing is set: the time for mending of a case without class.
    """
    clocks = issue_class.clocks if issue_class is not None else {}
    found = clocks.get(stage) or (_default(stage) if stage in BY_OFFICE else None)
    return Limit(found["amount"], found["clock"]) if found else None


def departments() -> dict[str, str]:
    """Functions of departments 职能类型: key → Chinese name."""
    return starting.departments()


def groups() -> dict[str, str]:
    """Groups of place categories 大组: key → Chinese name."""
    return starting.groups()


def current_edition() -> Edition | None:
    """The edition in force; None before one is published."""
    return Edition.objects.filter(state=EditionState.CURRENT).first()


def edition_moves(edition: Edition, actor: Any) -> list[OpenMove]:
    """What can be done with an edition in its state, whether `actor` may, and why not."""
    found = EDITION.open_moves(edition, actor)
    extras = [("copy_edition", _("复制成新版本"), True), ("use_edition", _("封存（开始使用）"), not edition.used)]
    extras.append(("discard_edition", _("删除"), edition.state == EditionState.DRAFT and not edition.used))
    for verb, title, possible in extras:
        if possible:
            allowed = actor.has_perm(f"standards.{verb}", edition)
            found.append(OpenMove(verb, str(title), allowed, None if allowed else why_not(f"standards.{verb}")))
    return found


def items_for(category: PlaceCategory, edition: Edition | None = None) -> QuerySet[CheckItem]:
    """What is looked at in places of a category, in order; of the current edition unless another is named."""
    wanted = edition or current_edition()
    return (
        CheckItem.objects.filter(edition=wanted, category=category)
        .select_related("issue_class")
        .order_by("order", "code")
    )


def categories_with_items(edition: Edition | None) -> QuerySet[PlaceCategory]:
    """All categories with `item_count` and `critical_count` in the edition (zero without one)."""
    mine = Q(items__edition=edition) if edition is not None else Q(pk__in=[])
    return PlaceCategory.objects.annotate(
        item_count=Count("items", filter=mine), critical_count=Count("items", filter=mine & Q(items__critical=True))
    ).order_by("order", "key")


def indicator_tree(edition: Edition) -> list[tuple[int, Indicator]]:
    """(depth, indicator with `item_count`) of the edition, each parent before its children."""
    rows: list[Any] = list(edition.indicators.annotate(item_count=Count("items")).order_by("code"))
    below: dict[int | None, list[Any]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    found: list[tuple[int, Indicator]] = []
    open_rows = [(0, row) for row in reversed(below.get(None, []))]
    while open_rows:
        depth, row = open_rows.pop()
        found.append((depth, row))
        open_rows += [(depth + 1, child) for child in reversed(below.get(row.pk, []))]
    return found


ITEM_FACTS = (
    "text", "kind", "measure", "target", "sample", "weight", "timing", "exemption", "method", "critical", "minors", "note", "text_en", "order",
)  # fmt: skip


@dataclass(frozen=True)
class EditionDifference:
    """What differs between two editions: the editions' own facts, their indicators, their check items."""

    facts: list[Change]
    indicators: Difference
    items: Difference


def edition_diff(old: Edition, new: Edition) -> EditionDifference:
    """From `old` to `new`; fields are named as people read them."""
    facts = diff({"": _edition_facts(old)}, {"": _edition_facts(new)}).changed.get("", [])
    return EditionDifference(
        facts, diff(_indicator_facts(old), _indicator_facts(new)), diff(_item_facts(old), _item_facts(new))
    )


def _title(model: type[models.Model], name: str) -> str:
    return str(getattr(model._meta.get_field(name), "verbose_name", name))


def _shown(row: models.Model, name: str) -> Any:
    """A column as people read it: the label of a choice, a plain number, 是 or 否."""
    label = getattr(row, f"get_{name}_display", None)
    value = label() if label else getattr(row, name)
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def _edition_facts(edition: Edition) -> dict[str, Any]:
    facts = {_title(Edition, name): getattr(edition, name) for name in ("name", "issuer", "period")}
    facts |= {
        str(label): edition.part_weights[key] for key, label in Indicator.Method.choices if key in edition.part_weights
    }
    return facts | dict(scale_lines(edition))


def scale_lines(edition: Edition) -> list[tuple[str, str]]:
    """(what it is about, the letters' numbers) of an edition's thresholds and worths, in words."""
    lines = [
        (str(title), scale_words(edition.thresholds.get(measure, {}))) for measure, title in letters.MEASURES.items()
    ]
    return [*lines, (_title(Edition, "letter_values"), scale_words(edition.letter_values))]


def scale_words(numbers: Mapping[str, Any]) -> str:
    """ "A 0，B 1，C 2": thresholds or worths as people read them; D is printed C#."""
    return _("，").join(
        f"{'C#' if letter == 'D' else letter} {numbers[letter]:g}" for letter in letters.LADDER if letter in numbers
    )


def _indicator_facts(edition: Edition) -> dict[str, dict[str, Any]]:
    rows = edition.indicators.select_related("parent")
    return {
        row.code: {_title(Indicator, name): _shown(row, name) for name in ("name", "weight", "method")}
        | {_title(Indicator, "parent"): row.parent.code if row.parent else ""}
        for row in rows
    }


def _item_facts(edition: Edition) -> dict[str, dict[str, Any]]:
    rows = edition.items.select_related("category", "issue_class").prefetch_related("indicators")
    return {
        row.code: {_title(CheckItem, name): _shown(row, name) for name in ITEM_FACTS}
        | {
            _title(CheckItem, "category"): row.category.name,
            _title(CheckItem, "thresholds"): scale_words(row.thresholds),
            _title(CheckItem, "issue_class"): row.issue_class.name if row.issue_class else "",
            _title(CheckItem, "indicators"): _("、").join(sorted(one.code for one in row.indicators.all())),
        }
        for row in rows.order_by("code")
    }


def classes_for_menu() -> list[tuple[str, list[tuple[str, str]]]]:
    """Active classes for a menu: [(group name, [(key, "code name"), …]), …], as Django's grouped choices."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in all_classes():
        if row.active:
            found.setdefault(row.group_name, []).append((row.key, f"{row.code} {row.name}"))
    return list(found.items())


def filtered_classes(rows: QuerySet[IssueClass], params: Mapping[str, Any]) -> QuerySet[IssueClass]:
    """Narrow classes by q (words of name, code, closing condition, or an old code), standard, kind, group, severity, active."""
    if text := normal(str(params.get("q") or "")):
        old = [row.pk for row in all_classes() if text in row.legacy_codes.values()]
        rows = rows.filter(
            Q(name__icontains=text) | Q(name_en__icontains=text) | Q(code__icontains=text)
            | Q(key__iexact=text) | Q(closing_condition__icontains=text) | Q(pk__in=old)
        )  # fmt: skip
    exact = {"standard": "standard", "kind": "kind", "group": "group_code", "severity": "severity"}
    for name, field in exact.items():
        if params.get(name) not in (None, ""):
            rows = rows.filter(**{field: params[name]})
    if (active := params.get("active")) not in (None, ""):
        rows = rows.filter(active=active in (True, "1", "true"))
    return rows


def find_class(text: str, standard: str = "") -> IssueClass | None:
    """The class that a ledger means by `text`: its key, code, name, or its code in an older standard.

    A present code goes before an old one, the national standard before local ones, active classes before retired ones.

    Args:
        standard: narrows: a standard's name, or "gbt30428_2_2013" / "cjt214_2007" (or their full names) for old codes.
    """
    wanted = normal(text)
    if not wanted:
        return None
    old = next((k for k, name in LEGACY.items() if standard in (k, name)), "")
    rows = sorted(all_classes(), key=lambda row: (not row.active, row.standard == starting.LOCAL))
    if not old:
        mine = [row for row in rows if not standard or row.standard == standard]
        found = next((row for row in mine if wanted in (row.key, row.code)), None)
        found = found or next((row for row in mine if normal(row.name) == wanted), None)
        if found is not None or standard:
            return found
    digits = wanted.replace("-", "")
    lookups = [old] if old else list(LEGACY)
    return next((row for key in lookups for row in rows if row.legacy_codes.get(key) == digits), None)


def normal(text: str) -> str:
    """A text without the accidents of typing: full-width forms, outer and doubled spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def letter_of(item: CheckItem, observed: Mapping[str, Any]) -> letters.Judgement:
    """Letter and worth of what was seen of an item by its edition's scale; see ``letters.judge`` for the forms of
    `observed` and its refusals."""
    scale = scale_of(item.edition_id).with_own(item.measure, item.thresholds)
    return letters.judge(item.kind, item.measure, item.target, item.sample, observed, scale)


def scale_of(edition_id: int) -> letters.Scale:
    """From which counts an edition gives which letters, and what they are worth."""

    def read() -> letters.Scale:
        return letters.Scale(*Edition.objects.values_list("thresholds", "letter_values").get(pk=edition_id))

    return cached(TOPIC, ("scale", edition_id), read)


def fingerprint(row: models.Model) -> str:
    """A short digest of a row's own columns: an edit form carries it, so that nobody overwrites what they did not see."""
    values = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}
    text = json.dumps(values, cls=DjangoJSONEncoder, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def all_classes() -> list[IssueClass]:
    """All classes, kept until an action says that they changed. Callers must not change the rows."""
    return cached(TOPIC, "classes", lambda: list(IssueClass.objects.order_by("group_code", "code", "standard")))


def class_of(pk: int | None) -> IssueClass | None:
    """The class with a row id, from memory; None for none. Callers must not change it."""
    return cached(TOPIC, "by id", lambda: {row.pk: row for row in all_classes()}).get(pk) if pk is not None else None


def class_headings() -> tuple[list[str], list[tuple[str, str]]]:
    """The standards, and the groups as (code, name), that the classes have."""
    rows = all_classes()
    return sorted({row.standard for row in rows}), sorted({(row.group_code, row.group_name) for row in rows})


def editions_with_counts(rows: QuerySet[Edition]) -> QuerySet[Edition]:
    """Editions with `item_count`, and the one each was copied from at hand."""
    return rows.select_related("copied_from").annotate(item_count=Count("items"))
