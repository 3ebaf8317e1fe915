"""The bodies of a case's moves as the API takes and tells them: read off the moves' forms."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any, Literal

from django import forms
from django.utils.translation import get_language
from ninja import Schema
from pydantic import ConfigDict, Field, create_model

from yipanqi.cases.forms import MOVE_FORMS, PhotosField


def body_of(verb: str) -> type[Schema]:
    """The typed body of a move: one property per field of its form."""
    fields: dict[str, Any] = {}
    for name, field in MOVE_FORMS[verb].base_fields.items():
        kind, limits = _kind(field)
        default = ... if field.required and field.initial is None else [] if kind == list[str] else field.initial
        optional = kind if field.required or isinstance(field, forms.BooleanField) or kind == list[str] else kind | None
        if isinstance(field, forms.BooleanField):
            default = False
        fields[name] = (optional, Field(default, description=str(field.label or ""), **limits))
    made: type[Schema] = create_model(f"{verb.title().replace('_', '')}In", __base__=_Body, **fields)
    return made


class _Body(Schema):
    model_config = ConfigDict(extra="forbid")
    version: int | None = Field(None, ge=0, le=2_147_483_647, description="the case's `version` that you saw; 409 if it went on since")


def _kind(field: forms.Field) -> tuple[Any, dict[str, Any]]:
    match field:
        case PhotosField():
            return list[str], {"max_length": 9, "json_schema_extra": {"items": {"type": "string", "format": "uuid"}}}
        case forms.ModelMultipleChoiceField():
            return list[str], {"max_length": 50}
        case forms.TypedChoiceField():
            return int, {"ge": 1, "le": 4}
        case forms.ModelChoiceField():
            return str, {"max_length": 100}
        case forms.ChoiceField():
            return Literal[tuple(str(value) for value, _label in field.choices)], {}  # type: ignore[misc, union-attr]
        case forms.BooleanField():
            return bool, {}
        case forms.IntegerField():
            return int, {"ge": field.min_value, "le": field.max_value}
        case forms.DateTimeField():
            return dt.datetime, {}
        case forms.DateField():
            return dt.date, {}
    return str, {"max_length": getattr(field, "max_length", None) or 2_000, **({"min_length": 1} if field.required else {})}


TYPES = {
    PhotosField: "photos", forms.ModelMultipleChoiceField: "codes", forms.ModelChoiceField: "code", forms.TypedChoiceField: "integer",
    forms.ChoiceField: "choice", forms.BooleanField: "boolean", forms.IntegerField: "integer", forms.DateTimeField: "datetime", forms.DateField: "date",
}  # fmt: skip


def fields_of(verb: str) -> list[dict[str, Any]]:
    """The fields of a move as the detail of a case lists them. Units and classes are not listed: they have their own resources."""
    return _fields(verb, get_language())


@cache
def _fields(verb: str, _language: str | None) -> list[dict[str, Any]]:
    form = MOVE_FORMS[verb]
    order = [*(form.field_order or ()), *(name for name in form.base_fields if name not in (form.field_order or ()))]
    return [_field(name, form.base_fields[name]) for name in order]


def _field(name: str, field: forms.Field) -> dict[str, Any]:
    kind = next((word for cls, word in TYPES.items() if isinstance(field, cls)), "text")
    fixed = isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField)
    choices = [[str(v), str(label)] for v, label in field.choices if v != ""] if fixed else None  # type: ignore[attr-defined]
    return {"name": name, "title": str(field.label or ""), "type": kind, "required": field.required, "choices": choices}
