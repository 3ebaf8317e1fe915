"""Loading the package's starting standard; safe to repeat."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from yipanqi.kernel.actions import action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.stamps import bump
from yipanqi.standards import selectors, starting
from yipanqi.standards.models import CheckItem, Edition, Indicator, IssueClass, PlaceCategory
from yipanqi.standards.states import EditionState


@dataclass
class Tally:
    """What loading did to one table; `kept` rows differ from the files because the city changed or used them."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: int = 0


@dataclass
class LoadReport:
    """What loading did: a Tally each for issue_classes, categories, editions, indicators, check_items."""

    tables: dict[str, Tally] = field(default_factory=dict)

    @property
    def created(self) -> int:
        return sum(t.created for t in self.tables.values())

    @property
    def updated(self) -> int:
        return sum(t.updated for t in self.tables.values())

    @property
    def unchanged(self) -> int:
        return sum(t.unchanged for t in self.tables.values())

    @property
    def kept(self) -> int:
        return sum(t.kept for t in self.tables.values())


@action
def load_standard(_nothing: None, *, by: Actor, at: dt.datetime) -> LoadReport:
    """Bring issue classes, place categories and the starting edition to what the package's files say.

    Classes and categories that were edited on screen stay as the city wants them; so does the starting edition once it
    was used, edited or replaced. Where no edition is current, the starting one becomes it. Repeating changes nothing.
    """
    report = LoadReport()
    report.tables["issue_classes"] = _sync(IssueClass, "key", starting.issue_classes(selectors.stage_defaults()))
    report.tables["categories"] = _sync(PlaceCategory, "key", starting.categories())
    edition, report.tables["editions"] = _starting_edition()
    indicators = starting.indicators()
    items, fed = _item_rows()
    if edition.used or edition.locally_changed or edition.state == EditionState.RETIRED:
        report.tables["indicators"] = Tally(kept=len(indicators))
        report.tables["check_items"] = Tally(kept=len(items))
    else:
        report.tables["indicators"] = _load_indicators(edition, indicators)
        report.tables["check_items"] = _sync(CheckItem, "code", items, edition=edition)
        _feed(edition, fed)
    if report.created or report.updated:
        bump(selectors.TOPIC)
    return report


def _sync(model: type[models.Model], key: str, wanted: dict[str, dict[str, Any]], **scope: Any) -> Tally:
    """Create what is missing and update what differs and was not changed here, in two statements."""
    held = {getattr(row, key): row for row in model._default_manager.filter(**scope)}
    tally, fresh, stale = Tally(), [], []
    for name, values in wanted.items():
        row = held.get(name)
        if row is None:
            fresh.append(model(**{key: name}, **scope, **values))
        elif all(getattr(row, f) == value for f, value in values.items()):
            tally.unchanged += 1
        elif getattr(row, "locally_changed", False):
            tally.kept += 1
        else:
            for f, value in values.items():
                setattr(row, f, value)
            stale.append(row)
    model._default_manager.bulk_create(fresh, batch_size=500)
    if stale:
        model._default_manager.bulk_update(stale, list(next(iter(wanted.values()))), batch_size=200)
    tally.created, tally.updated = len(fresh), len(stale)
    return tally


def _starting_edition() -> tuple[Edition, Tally]:
    current = Edition.objects.filter(state=EditionState.CURRENT).exists()
    state = EditionState.DRAFT if current else EditionState.CURRENT
    facts = {name: value for name, value in starting.EDITION.items() if name != "code"}
    edition, made = Edition.objects.get_or_create(code=starting.EDITION["code"], defaults={**facts, "state": state})
    return edition, Tally(created=1) if made else Tally(unchanged=1)


def _load_indicators(edition: Edition, wanted: dict[str, dict[str, Any]]) -> Tally:
    """Level by level, since a child needs its parent's row."""
    tally = Tally()
    rows: dict[str, Indicator] = {}
    for top in (True, False):
        level = {
            code: {**{k: v for k, v in row.items() if k != "parent"}, "parent": rows.get(row["parent"])}
            for code, row in wanted.items()
            if (row["parent"] == "") is top
        }
        part = _sync(Indicator, "code", level, edition=edition)
        tally.created, tally.updated = tally.created + part.created, tally.updated + part.updated
        tally.unchanged += part.unchanged
        rows = {row.code: row for row in edition.indicators.all()}
    return tally


def _item_rows() -> tuple[dict[str, dict[str, Any]], dict[str, list[str]]]:
    """Field values with row ids for the references, and apart the indicator codes of each item."""
    categories = dict(PlaceCategory.objects.values_list("key", "pk"))
    classes: dict[str, int] = {}
    for code, pk in IssueClass.objects.filter(key__in=starting.issue_classes({})).values_list("code", "pk"):
        classes[code] = pk
    rows, fed = {}, {}
    for code, row in starting.check_items().items():
        plain = {k: v for k, v in row.items() if k not in ("category", "issue_class", "indicators")}
        rows[code] = {
            **plain,
            "category_id": categories[row["category"]],
            "issue_class_id": classes[row["issue_class"]],
        }
        fed[code] = row["indicators"]
    return rows, fed


def _feed(edition: Edition, fed: dict[str, list[str]]) -> None:
    """Bind items to the indicators they feed: missing ones are added, others taken away."""
    items = {item.code: item.pk for item in edition.items.all()}
    indicators = {row.code: row.pk for row in edition.indicators.all()}
    link = CheckItem.indicators.through
    wanted = {(items[code], indicators[one]) for code, names in fed.items() for one in names}
    held = set(link.objects.filter(checkitem__edition=edition).values_list("checkitem_id", "indicator_id"))
    link.objects.bulk_create(
        [link(checkitem_id=item, indicator_id=indicator) for item, indicator in sorted(wanted - held)], batch_size=500
    )
    for item, indicator in held - wanted:
        link.objects.filter(checkitem_id=item, indicator_id=indicator).delete()
