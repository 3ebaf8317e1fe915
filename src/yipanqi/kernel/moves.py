"""What may be done next, as every stateful thing of the API tells it: the moves, why not, and their fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ninja import Schema

from yipanqi.kernel.machine import OpenMove


class FieldOut(Schema):
    """A field of a move's body. `type` is text, integer, number, boolean, date, datetime, choice, code, codes, position,
    photos or object."""

    name: str
    title: str
    type: str
    required: bool
    choices: list[list[str]] | None = None


class MoveOut(Schema):
    """What can be done now; `why_not` says why the caller may not."""

    name: str
    title: str
    allowed: bool
    why_not: str | None
    fields: list[FieldOut]


def field(
    name: str,
    title: Any,
    type: str = "text",
    *,
    required: bool = False,
    choices: Iterable[tuple[str, Any]] | None = None,
) -> dict[str, Any]:
    """One field of a move, as `FieldOut`; `choices` are (value, words)."""
    listed = None if choices is None else [[str(value), str(words)] for value, words in choices]
    return {"name": name, "title": str(title), "type": type, "required": required, "choices": listed}


def moves_out(moves: Iterable[OpenMove], fields: Mapping[str, Sequence[dict[str, Any]]]) -> list[dict[str, Any]]:
    """The moves of a thing, as `MoveOut`; those without an entry in `fields` take no body."""
    return [
        {
            "name": m.name,
            "title": m.title,
            "allowed": m.allowed,
            "why_not": m.why_not,
            "fields": list(fields.get(m.name, ())),
        }
        for m in moves
    ]
