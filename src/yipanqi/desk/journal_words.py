"""Lines of the journal in words: people, units and things by name, arguments by their labels; what is stored, on demand."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from yipanqi.cases.forms import MOVE_FORMS, SEVERITIES
from yipanqi.cases.models import Case, Source
from yipanqi.desk import case_page, showing
from yipanqi.kernel.models import JournalEntry
from yipanqi.people.models import Unit, User
from yipanqi.places.models import Area, Place
from yipanqi.standards.models import CheckItem, IssueClass
from yipanqi.teams.models import Organisation, ServiceKind, Station, Team

#: Kinds of things in the journal: where their names are, and by what the journal calls them.
NAMED: dict[str, tuple[Any, tuple[str, ...]]] = {
    "people.unit": (Unit, ("code",)), "standards.issueclass": (IssueClass, ("key", "code")), "places.place": (Place, ("code",)),
    "standards.checkitem": (CheckItem, ("code",)), "people.user": (User, ("username",)),
    "teams.station": (Station, ("code",)), "teams.team": (Team, ("code",)), "teams.organisation": (Organisation, ("code",)), "teams.servicekind": (ServiceKind, ("key",)),
    "places.area": (Area, ("code",)),
}  # fmt: skip
CASE = "cases.case"
LABELS = {
    "title": gettext_lazy("标题"), "photos": gettext_lazy("照片"), "place": gettext_lazy("点位"), "lon": gettext_lazy("经度"),
    "lat": gettext_lazy("纬度"), "source": gettext_lazy("来源"), "check_item": gettext_lazy("检查项"), "text": gettext_lazy("内容"),
    "severity": gettext_lazy("严重程度"), "found_at": gettext_lazy("发现时间"), "given": gettext_lazy("改动"), "note": gettext_lazy("说明"),
    "reason": gettext_lazy("理由"), "unit": gettext_lazy("单位"),
}  # fmt: skip
CHOICES: dict[str, dict[str, Any]] = {
    "source": dict(Source.choices), "severity": {str(n): words for n, words in SEVERITIES},
    "outcome": dict(MOVE_FORMS["resolve"].base_fields["outcome"].choices),  # type: ignore[attr-defined]
}  # fmt: skip
#: Arguments that say nothing about what was done: the version of the case that the page showed.
UNSAID = ("version",)
Names = dict[str, str]


def lines(rows: Sequence[JournalEntry], label: Callable[[str], str] | None = None) -> list[dict[str, Any]]:
    """Lines for desk/journal.html; names are looked up once for all of them. `label` says what an argument is called where
    the rows are of no case."""
    names = _names(rows)
    return [_line(row, names, label) for row in rows]


def _line(row: JournalEntry, names: Names, label: Callable[[str], str] | None) -> dict[str, Any]:
    verb = row.action.rpartition(".")[2]
    data = {key: value for key, value in row.data.items() if key not in UNSAID and value not in (None, "", [], {})}
    said = [(label(key) if label else label_of(verb, key), _said(key, value, names)) for key, value in data.items()]
    return {
        "row": row,
        "title": case_page.verb_title(row.action.removeprefix("cases.")),
        "who": _who(row.actor, names),
        "unit": names.get(f"people.unit:{row.unit}", row.unit),
        "said": [(label, words) for label, words in said if words],
        "raw": json.dumps(
            {"action": row.action, "actor": row.actor, "unit": row.unit, "data": row.data}, ensure_ascii=False, indent=1
        ),
    }


def label_of(verb: str, argument: str) -> str:
    """What a move's form calls an argument; else what is called so everywhere; else what a case calls it."""
    form = MOVE_FORMS.get(verb)
    if form and argument in form.base_fields and form.base_fields[argument].label:
        return str(form.base_fields[argument].label).partition("（")[0]
    if argument in LABELS:
        return str(LABELS[argument])
    try:
        return str(getattr(Case._meta.get_field(argument), "verbose_name", argument))
    except FieldDoesNotExist:
        return argument


def _who(actor: str, names: Names) -> str:
    kind, _colon, username = actor.partition(":")
    if kind == "user":
        return names.get(f"people.user:{username}", username)
    return _("系统自动") if kind == "system" else _("市民")


def _said(key: str, value: Any, names: Names) -> str:
    """A value as people read it."""
    if isinstance(value, list):
        return _photos(value) if key == "photos" else _("、").join(_said(key, one, names) for one in value)
    if isinstance(value, dict):
        return _("；").join(f"{label_of('', k)} {_said(k, v, names)}" for k, v in value.items() if v not in (None, ""))
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if value == "***":
        return _("已填写，不记入日志")
    text = str(value)
    if text in CHOICES.get(key, {}):
        return str(CHOICES[key][text])
    kind, _colon, name = text.partition(":")
    if kind == CASE:
        return name
    return names.get(text) or _time(text) or text


def _photos(value: list[Any]) -> str:
    return ngettext("%(n)d 张", "%(n)d 张", len(value)) % {"n": len(value)}


def _time(text: str) -> str:
    """A moment in the city's time, or a day; empty for anything else."""
    try:
        at = parse_datetime(text) if "T" in text else None
        if at is not None and at.tzinfo is not None:
            return showing.moment(at)
        day: dt.date | None = parse_date(text) if len(text) == len("2026-01-31") else None
    except ValueError:
        return ""
    return day.isoformat() if day else ""


def _references(value: Any) -> Iterable[str]:
    if isinstance(value, str) and value.partition(":")[0] in NAMED:
        yield value
    elif isinstance(value, list | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _references(one)


def _names(rows: Sequence[JournalEntry]) -> Names:
    """Names of everything the rows mention, by how the journal calls it: one query for each kind."""
    wanted: dict[str, set[str]] = {}
    for row in rows:
        mentioned = [*_references(row.data), f"people.unit:{row.unit}", row.actor.replace("user:", "people.user:", 1)]
        for reference in mentioned:
            kind, _colon, name = reference.partition(":")
            if kind in NAMED and name:
                wanted.setdefault(kind, set()).add(name)
    return {f"{kind}:{name}": words for kind, called in wanted.items() for name, words in _named(kind, called).items()}


def _named(kind: str, called: set[str]) -> Names:
    """Names of things of one kind; where several go by the same code, all of their names."""
    model, fields = NAMED[kind]
    found: dict[str, list[str]] = {}
    for field in fields:
        for thing in model.objects.filter(**{f"{field}__in": called}):
            found.setdefault(getattr(thing, field), []).append(thing.text if isinstance(thing, CheckItem) else thing.name)
    return {name: " / ".join(dict.fromkeys(words)) for name, words in found.items()}
