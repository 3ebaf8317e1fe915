"""Fields that choose among units: those that exist on the day on which a form is filled in."""

from __future__ import annotations

from typing import Any

from django import forms

from yipanqi.people.lookup import EMPTY, LookUp, LookUpMany
from yipanqi.people.selectors import open_units

BY_TYPING = {"data-look-up": ""}


class _OfToday:
    """A form's copy of a field looks anew which units exist."""

    def __init__(self, **more: Any) -> None:
        super().__init__(queryset=open_units(), to_field_name="code", **more)  # type: ignore[call-arg]

    def __deepcopy__(self, memo: Any) -> Any:
        made = super().__deepcopy__(memo)  # type: ignore[misc]
        made.queryset = open_units()
        return made

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class UnitField(_OfToday, forms.ModelChoiceField):
    """One unit that exists today, by code, looked up by its name, short name, code or pinyin."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**{"widget": LookUp(attrs=BY_TYPING), "empty_label": EMPTY[more.get("required", True)]} | more)


class UnitsField(_OfToday, forms.ModelMultipleChoiceField):
    """Several units that exist today, by code, looked up as one is."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**{"widget": LookUpMany(attrs=BY_TYPING)} | more)
