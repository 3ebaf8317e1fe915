"""Why each field of a form is asked: declared in each app's asking.py, shown beside the field, listed in the register.

    ask(ResolveForm, title=_("反馈整改"), owner=OFFICE, who=UNITS, readers=…, often=…, minutes=3, fields={"photos": Why(_("…"))})

A form that is looked up with and keeps nothing says so with `only_looks_up`; fields that a template writes by hand are
declared under the template's name with `ask_page`, columns of a sheet with `ask_sheet`. A test finds what says nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

OFFICE, BOARD = _("创城办综合组"), _("系统管理员")
UNITS, INSPECTORS, RESIDENTS, STAFF = _("责任单位"), _("检查员"), _("市民"), _("工作人员")
#: A form is looked at anew after a year at the latest; until then it need not be renewed.
EXPIRES = dt.date(2027, 11, 30)


@dataclass(frozen=True)
class Why:
    """Why a field is asked; on what legal basis, and how long what is about a person is kept, where that matters.
    `differs`: why it is no second time where another form of the same people has a field of this name."""

    reason: Any
    basis: Any = ""
    keeps: Any = ""
    differs: Any = ""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A form: who answers for it, who fills it in, who reads it, how often, in how many minutes, until when it stands."""

    key: str
    title: Any
    owner: Any
    who: Any
    readers: Any
    often: Any
    minutes: float
    fields: Mapping[str, Why]
    labels: Callable[[], Mapping[str, Any]]
    expires: dt.date = EXPIRES
    parent: Asked | None = None

    def why(self, name: str) -> Why | None:
        """The reason of a field, by its name or a pattern that fits it."""
        found = self.fields.get(name)
        return found or next((why for pattern, why in self.fields.items() if "*" in pattern and fnmatchcase(name, pattern)), None)

    def origin(self, name: str) -> str:
        """The key of the form that the field comes from: a form that widens another asks nothing anew by it."""
        return self.parent.origin(name) if self.parent and name in self.parent.fields else self.key

    def label(self, name: str) -> str:
        return str(self.labels().get(name) or name)


FORMS: dict[str, Asked] = {}
_OF: dict[type, Asked] = {}
QUERIES: set[type] = set()


def _add(asked: Asked) -> Asked:
    if asked.key in FORMS:
        raise ValueError(f"form {asked.key} is declared twice")
    FORMS[asked.key] = asked
    return asked


def ask(form: Any, *, fields: Mapping[str, Why], **facts: Any) -> Asked:
    """Declare a Django form. Fields that it has from a declared parent need no second word."""
    app = form.__module__.split(".")[1]
    known: dict[str, Why] = {}
    for base in reversed(form.__mro__):
        known |= _OF[base].fields if base in _OF else {}
    whole = {**known, **fields}
    parent = next((_OF[base] for base in form.__mro__[1:] if base in _OF), None)
    shown = {name: why for name, why in whole.items() if name in form.base_fields or "*" in name}
    labels = lambda: {n: f.label for n, f in form.base_fields.items()}  # noqa: E731  read when shown, in the reader's language
    _OF[form] = _add(Asked(key=f"{app}.{form.__name__}", fields=shown, labels=labels, parent=parent, **facts))
    return _OF[form]


def ask_page(template: str, *, fields: Mapping[str, tuple[Any, Why]], **facts: Any) -> Asked:
    """Declare fields that a template writes by hand: name to (label, why)."""
    return _add(Asked(key=template, fields={n: why for n, (_label, why) in fields.items()}, labels=lambda: {n: label for n, (label, _why) in fields.items()}, **facts))


def ask_sheet(sheet: Any, *, fields: Mapping[str, Why], **facts: Any) -> Asked:
    """Declare the columns of a sheet."""
    return _add(Asked(key=f"sheet:{sheet.name}", title=sheet.title, fields=fields, labels=lambda: {c.key: c.title for c in sheet.columns}, **facts))


def only_looks_up(*found: type[forms.BaseForm]) -> None:
    """Say of forms that they look something up and keep nothing of what is typed."""
    QUERIES.update(found)


def asked_of(form: type) -> Asked | None:
    """The declaration of a form, or of the nearest form that it is derived from."""
    return next((_OF[base] for base in form.__mro__ if base in _OF), None)


def looks_up(form: type) -> bool:
    """Whether a form keeps nothing."""
    return form in QUERIES or form.__name__.endswith("Filter")


@dataclass(frozen=True)
class Twice:
    """Something that several forms ask of the same people: its words, where it is asked, why that is no repetition."""

    who: str
    label: str
    places: list[Asked]
    differs: Any


def _plain(label: str) -> str:
    return re.sub(r"（.*?）|\(.*?\)|\s", "", label)


def asked_twice() -> list[Twice]:
    """Fields of the same words that more than one form asks of the same people, unexplained ones first."""
    found: dict[tuple[str, str], dict[str, tuple[Asked, Why]]] = defaultdict(dict)
    for asked in FORMS.values():
        for name, why in asked.fields.items():
            if "*" not in name:
                found[str(asked.who), _plain(asked.label(name))].setdefault(asked.origin(name), (asked, why))
    rows = [
        Twice(who, label, [asked for asked, _why in places.values()], next((why.differs for _asked, why in places.values() if why.differs), ""))
        for (who, label), places in found.items() if len(places) > 1
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (bool(row.differs), -len(row.places), row.label))


def every_field() -> Iterator[tuple[Asked, str, Why]]:
    """All declared fields."""
    for asked in FORMS.values():
        for name, why in asked.fields.items():
            yield asked, name, why
