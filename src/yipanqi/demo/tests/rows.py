"""All rows of a database in a form that two databases can be compared in."""

import json
from collections import defaultdict
from typing import Any

from django.apps import apps
from django.db.models import ForeignKey, Model

from yipanqi.cases.models import Case, Report
from yipanqi.files.models import Photo
from yipanqi.people.models import Unit

#: Fields that no two runs share, and why; `None` stands for the whole table.
DIFFERS: dict[tuple[str, str | None], str] = {
    ("kernel.stamp", None): "a stamp is drawn at random whenever its topic changes",
    ("kernel.journalentry", "uuid"): "drawn at random",
    ("kernel.delivery", "done_at"): "when a worker had its turn",
    ("files.photo", "original"): "named after the random uuid; bulk-built photos of one picture share their files",
    ("files.photo", "large"): "the same",
    ("files.photo", "thumb"): "the same",
    ("files.photo", "looked_at"): "copies of pool pictures are left out of the comparison of photos",
}
#: Row ids inside the payloads of events.
IDS: dict[str, type[Model]] = {"case_id": Case, "other_case_id": Case, "report_id": Report, "unit_id": Unit}
#: Random tokens by which things are known outside; they stand in other rows too, and get the thing's rank instead.
TOKENS: dict[type[Model], str] = {Photo: "uuid", Report: "code"}


def all_rows() -> dict[str, list[str]]:
    """Every row of every table as JSON in the order of writing; row ids and random tokens become business keys."""
    names = {model: _names(model) for model in apps.get_models()}
    tokens = {
        str(token): f"{model._meta.label_lower} {rank}"
        for model, field in TOKENS.items()
        for rank, token in enumerate(model._default_manager.order_by("pk").values_list(field, flat=True))
    }
    found = defaultdict(list)
    for model in apps.get_models():
        label = model._meta.label_lower
        if (label, None) in DIFFERS:
            continue
        for row in model._default_manager.order_by("pk").values():
            text = json.dumps(_comparable(model, row, names), ensure_ascii=False, default=str, sort_keys=True)
            for token in tokens if "files" in text or "report" in text or "photos" in text else ():
                text = text.replace(token, tokens[token])
            found[label].append(text)
    return found


def _names(model: type[Model]) -> dict[Any, str]:
    """What a row is called by others: its number or code, else its rank."""
    fields = {field.name for field in model._meta.concrete_fields}
    field = next((name for name in ("number", "code", "key", "username") if name in fields), "")
    if model in TOKENS or not field:
        return {pk: f"#{n}" for n, pk in enumerate(model._default_manager.order_by("pk").values_list("pk", flat=True))}
    return dict(model._default_manager.values_list("pk", field))


def _comparable(model: type[Model], row: dict[str, Any], names: dict[type[Model], dict[Any, str]]) -> dict[str, Any]:
    label, kept = model._meta.label_lower, {"table": model._meta.label_lower}
    for field in model._meta.concrete_fields:
        value = row[field.attname]
        if (label, field.name) in DIFFERS:
            continue
        if field.primary_key:
            value = names[model][value]
        elif isinstance(field, ForeignKey) and value is not None:
            value = names[field.related_model][value]
        elif field.name == "payload":
            value = {k: names[IDS[k]][v] if k in IDS and v is not None else v for k, v in value.items()}
        kept[field.name] = value
    return kept


def differences(built: dict[str, list[str]], relived: dict[str, list[str]]) -> list[str]:
    """Where two databases differ: missing rows, and the fields of the first row that differs, table by table."""
    found = []
    for table in sorted(built.keys() | relived.keys()):
        ours, theirs = built.get(table, []), relived.get(table, [])
        if len(ours) != len(theirs):
            found.append(f"{table}: {len(ours)} rows built, {len(theirs)} relived")
        pair = next(((json.loads(a), json.loads(b)) for a, b in zip(ours, theirs, strict=False) if a != b), None)
        if pair:
            a, b = pair
            found += [f"{table} {b.get('id')}.{key}: {a[key]!r} built, {b[key]!r} relived" for key in b if a[key] != b[key]]
    return found
