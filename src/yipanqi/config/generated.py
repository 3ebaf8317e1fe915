"""What docs/generated/ holds, drawn from the code: states, rights, actions, jobs, figures, the interface."""

from __future__ import annotations

import importlib
import inspect
import json
import re
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.utils import translation

from yipanqi.config.api import api
from yipanqi.figures import FIGURES
from yipanqi.kernel.actions import ACTIONS
from yipanqi.kernel.events import HANDLERS, kind_of
from yipanqi.kernel.jobs import JOBS
from yipanqi.kernel.machine import Machine
from yipanqi.kernel.permissions import RULES
from yipanqi.people.models import Role

NOTE = "Made by `./yipanqi docs` from the code; do not edit.\n"
YES, SOMETIMES, NO = "●", "○", ""
EVERYONE = ("visitor", *(r.value for r in Role), "system")
#: Conditions that only people of these roles can meet, whatever the thing.
NARROWED = {
    "of_assigned_unit": {Role.LIAISON, Role.UNIT_LEADER},
    "is_independent": set(Role),
    "sees": set(Role) - {Role.ADMIN},
    "has_found": set(Role) - {Role.ADMIN},
}
TOKEN = re.compile(r"\s*([()&|~^]|[^\s()&|~^]+)")


def pages() -> dict[str, str]:
    """Every generated file by name. The same code gives the same text, whatever the language or the day."""
    with translation.override("zh-hans"):
        return {
            "states.md": _states(),
            "roles.md": _roles(),
            "actions.md": _actions(),
            "jobs.md": _jobs(),
            "figures.md": _figures(),
            "openapi.json": json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), ensure_ascii=False, indent=1, default=str) + "\n",
        }


def machines() -> Iterator[tuple[str, str, Machine]]:
    """(app, name, state table) of every states.py."""
    for app in settings.LOCAL_APPS:
        if find_spec(f"yipanqi.{app}") and find_spec(f"yipanqi.{app}.states"):
            module = importlib.import_module(f"yipanqi.{app}.states")
            yield from ((app, name, value) for name, value in vars(module).items() if isinstance(value, Machine))


def _states() -> str:
    parts = [f"## {app}: {name}\n\n```mermaid\n{machine.diagram()}\n```\n" for app, name, machine in machines()]
    return f"# State tables\n\n{NOTE}\n" + "\n".join(parts)


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in lines) + "\n"


def may(rule: Any, who: str) -> bool | None:
    """Whether someone of a role meets a rule: True always, False never, None under conditions (its own unit, its own case)."""
    tokens = TOKEN.findall(rule.name)
    value, rest = _either(tokens, who)
    if rest:
        raise ValueError(f"cannot read the rule {rule.name}")
    return value


def _either(tokens: list[str], who: str) -> tuple[bool | None, list[str]]:
    """An operand, then any number of operators and operands, as `rules` writes its predicates' names."""
    value, rest = _one(tokens, who)
    while rest and rest[0] in "&|":
        sign = rest[0]
        other, rest = _one(rest[1:], who)
        if sign == "&":
            value = False if False in (value, other) else None if None in (value, other) else True
        else:
            value = True if True in (value, other) else None if None in (value, other) else False
    return value, rest


def _one(tokens: list[str], who: str) -> tuple[bool | None, list[str]]:
    first, rest = tokens[0], tokens[1:]
    if first == "~":
        value, rest = _one(rest, who)
        return (None if value is None else not value), rest
    if first == "(":
        value, rest = _either(rest, who)
        return value, rest[1:]
    return _named(first, who), rest


def _named(name: str, who: str) -> bool | None:
    if name.startswith("role:"):
        return who in name[5:].split("/")
    fixed = {"is_system": who == "system", "is_visitor": who == "visitor", "is_authenticated": who not in ("visitor", "system"),
             "always_allow": True, "always_true": True, "always_deny": False, "always_false": False}  # fmt: skip
    if name in fixed:
        return fixed[name]
    return None if who in NARROWED.get(name, set(EVERYONE)) else False


def _roles() -> str:
    marks = {True: YES, None: SOMETIMES, False: NO}
    rows = [[f"`{name}`", *(marks[may(rule, who)] for who in EVERYONE), f"`{rule.name}`"] for name, rule in sorted(RULES.items())]
    titles = ["visitor", *(f"{r.value} {r.label}" for r in Role), "system"]
    text = f"{YES} may · {SOMETIMES} may under the condition named in the rule (one's own unit, one's own case) · empty: may not.\n"
    return f"# Who may do what\n\n{NOTE}\n{text}\n" + _table(["action", *titles, "rule"], rows)


def _actions() -> str:
    rows = []
    for name, spec in sorted(ACTIONS.items()):
        arguments = [p for p in list(inspect.signature(spec.fn).parameters)[1:] if p not in ("by", "at")]
        shown = ", ".join(f"{a} (kept out of the journal)" if a in spec.private else a for a in arguments)
        rows.append([f"`{name}`", " ".join(spec.doc.split("\n\n")[0].split()), shown])
    return f"# Actions\n\n{NOTE}\n" + _table(["action", "does", "arguments"], rows)


def _jobs() -> str:
    jobs = [[f"`{key}`", str(entry.every), " ".join((entry.run.__doc__ or "").split("\n\n")[0].split())] for key, entry in sorted(JOBS.items())]
    handlers = [
        [f"`{name}`", ", ".join(f"`{kind_of(event)}`" for event in events), " ".join((fn.__doc__ or "").split())]
        for name, (events, fn) in sorted(HANDLERS.items())
    ]
    return (
        f"# Jobs and handlers\n\n{NOTE}\n" + _table(["job", "every", "does"], jobs) + "\n" + _table(["handler", "on", "does"], handlers)
    )  # fmt: skip


def _figures() -> str:
    rows = [
        [f"`{key}`", str(f.name), str(f.unit), str(f.definition), "、".join(str(d.title) for d in f.breakdowns.values()), type(f).__name__]
        for key, f in sorted(FIGURES.items())
    ]
    return f"# Figures\n\n{NOTE}\n" + _table(["figure", "name", "unit", "definition", "by", "kind"], rows)
