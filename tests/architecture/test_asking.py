"""Every field that people fill in says why: of Django forms, of what templates write by hand, of sheets that are imported."""

from __future__ import annotations

import datetime as dt
import importlib
import re
from collections.abc import Iterator

import pytest
from django import forms
from django.template.loader import render_to_string

from tests.architecture.house import PACKAGE, listed, modules, templates
from yipanqi.asking import FORMS, asked_of, asked_twice, every_field, looks_up
from yipanqi.cases.forms import ResolveForm
from yipanqi.portal.forms import TrackForm
from yipanqi.sheets import SHEETS

WRITTEN = re.compile(r"<(?:input|textarea|select)\b[^>]*?\bname=\"([^\"{]+)\"[^>]*", re.S)
NOT_ASKED = re.compile(r'type="(hidden|search|submit)"')
#: Fields in templates that ask nobody for anything: rows to tick off, what a list shows, what is looked up, settings with
#: their own words beside them.
CHOOSING = {
    "places/templates/places/places.html", "desk/templates/desk/_rows.html", "inspections/templates/inspections/places.html",
    "people/templates/people/first_passwords.html", "standards/templates/standards/_edition_line.html", "standards/templates/standards/edition.html",
    "standards/templates/standards/diff.html", "desk/templates/desk/_period.html", "desk/templates/desk/settings.html",
    "desk/templates/desk/sheet_columns.html", "scoring/templates/scoring/records.html", "services/templates/services/dispatch.html",
    # what the desk decides among what is shown: the register says why (TriageForm), a "?" beside each line would be in the way of the keys
    "desk/templates/desk/_triage_form.html", "desk/templates/desk/_triage_duplicates.html",
}  # fmt: skip


def own_forms() -> Iterator[type[forms.BaseForm]]:
    """Every form class of the package that has fields, wherever it stands."""
    for module in modules():
        if "forms" in module.text:
            importlib.import_module("yipanqi." + ".".join(part for part in module.parts if part != "__init__"))
    found: list[type[forms.BaseForm]] = [forms.BaseForm]
    while found:
        found += (form := found.pop()).__subclasses__()
        if form.__module__.startswith("yipanqi.") and ".tests." not in form.__module__:
            yield form


def test_every_field_of_a_form_says_why() -> None:
    problems = []
    for form in own_forms():
        names = getattr(form, "base_fields", {})
        if looks_up(form) or not names or form.__name__.startswith("_"):
            continue
        asked = asked_of(form)
        problems += [f"{form.__module__}.{form.__name__}: {name}" for name in names if asked is None or asked.why(name) is None]
    assert not problems, "say in the app's asking.py why these are asked, or that the form only looks up: " + listed(problems)


def test_every_field_written_by_hand_says_why_beside_it() -> None:
    problems = []
    for path in templates():
        where = str(path.relative_to(PACKAGE))
        if where in CHOOSING or "/django/" in where:
            continue
        text = path.read_text(encoding="utf-8")
        page = where.split("templates/", 1)[1]
        for found in WRITTEN.finditer(text):
            name = found[1]
            if NOT_ASKED.search(found[0]):
                continue
            if page not in FORMS or FORMS[page].why(name) is None:
                problems.append(f"{where}: {name} is not declared with ask_page")
            elif f'why_here "{page}" "{name}"' not in text:
                problems.append(f"{where}: {name} does not show why")
    assert not problems, listed(problems)


def test_every_column_that_is_imported_says_why() -> None:
    problems = [
        f"{name}: {column.key}"
        for name, sheet in SHEETS.items()
        for column in sheet.columns
        if f"sheet:{name}" not in FORMS or FORMS[f"sheet:{name}"].why(column.key) is None
    ]
    assert not problems, listed(problems)


def test_declarations_are_whole_and_about_what_there_is() -> None:
    for asked in FORMS.values():
        assert asked.title and asked.owner and asked.who and asked.readers and asked.often and asked.minutes > 0, asked.key
        assert asked.expires <= dt.date(2028, 12, 31), f"{asked.key} stands for longer than a form should without being looked at"
    for asked, name, why in every_field():
        assert str(why.reason).strip(), f"{asked.key}: {name}"
        assert "*" in name or asked.labels().get(name) is not None or name in asked.fields, f"{asked.key}: {name}"


def test_nothing_is_asked_twice_of_the_same_people_without_a_word() -> None:
    problems = [f"{row.who} {row.label}: {', '.join(one.key for one in row.places)}" for row in asked_twice() if not row.differs]
    assert not problems, "asked twice: leave one out or say in `differs` why both: " + listed(problems)


def test_personal_fields_say_how_long_they_are_kept() -> None:
    told = [(asked, name, why) for asked, name, why in every_field() if name in ("phone", "contact", "contact_name", "contact_phone", "subject_name", "author", "email")]
    problems = [f"{asked.key}: {name}" for asked, name, why in told if not why.keeps and "people.UnitForm" not in asked.key and asked.key not in ("people.NewUnitForm", "sheet:units")]
    assert told and not problems, listed(problems)


@pytest.mark.parametrize("name", ["what_was_done", "outcome", "checked"])
def test_the_reason_stands_beside_the_field_and_opens_without_script(name: str) -> None:
    html = render_to_string("components/field.html", {"field": ResolveForm()[name]})
    asked = asked_of(ResolveForm)
    why = asked.why(name) if asked else None
    assert "<details" in html and "<summary" in html and why and str(why.reason) in html


def test_a_form_that_only_looks_up_has_no_question_marks() -> None:
    assert "<details" not in render_to_string("components/field.html", {"field": TrackForm()["code"]})
