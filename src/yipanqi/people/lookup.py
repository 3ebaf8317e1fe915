"""Long choices that are looked up by typing: each option carries the words by which people look for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from yipanqi.people.options import LongSelect

#: Fields of a case's moves whose choices are long.
LONG = ("issue_class", "unit", "co_units", "proposed_unit")
Words = dict[str, tuple[str, str]]
#: Django's own words for "nothing chosen yet", and ours where a choice is optional, and where it must be made.
DASHES, EMPTY = "---------", (_("不选"), _("请选择"))


class LookUp(LongSelect):
    """A select that the page makes a field with a list (frontend/src/parts/lookup.ts); without scripts it stays a select.

    `words` has for a value what else it is called and its pinyin; options that stand for a unit, area or place bring their own.
    """

    words: Words = {}

    def about(self, value: Any) -> tuple[tuple[str, str], ...]:
        thing = getattr(value, "instance", None)
        called, pinyin = words_of(thing) if hasattr(thing, "sort_key") else self.words.get(str(value), ("", ""))
        return tuple((key, text) for key, text in (("data-words", called), ("data-pinyin", pinyin)) if text)


class LookUpMany(LookUp, forms.SelectMultiple):
    """The same for several options."""


def words_of(thing: Any) -> tuple[str, str]:
    """What a unit, area or place is called besides its name, and the pinyin of the name."""
    return spoken(thing.name, getattr(thing, "short_name", ""), thing.code), thing.sort_key


def spoken(name: str, *others: str) -> str:
    """The other words for a thing, each once."""
    return " ".join(dict.fromkeys(one for one in others if one and one != name))


def look_up(form: forms.BaseForm, names: Iterable[str] = LONG, words: Words | None = None) -> None:
    """Give the named fields of a form, as far as it has them, the widget for looking up."""
    for name in names:
        field = form.fields.get(name)
        if not isinstance(field, forms.ChoiceField) or not isinstance(field.widget, forms.Select):
            continue
        if isinstance(field, forms.ModelChoiceField) and field.empty_label == DASHES:
            field.empty_label = EMPTY[field.required]
        many = isinstance(field.widget, forms.SelectMultiple)
        widget = (LookUpMany if many else LookUp)(
            attrs=field.widget.attrs | {"data-look-up": ""}, choices=cast(Any, field.widget.choices)
        )
        widget.words, widget.is_required = words or {}, field.required
        field.widget = widget
