"""Fields that choose among what is there on the day on which a form is filled in: kinds, stations, organisations, teams, areas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from yipanqi.people.lookup import EMPTY, LookUp, LookUpMany
from yipanqi.places.models import Area
from yipanqi.teams import selectors
from yipanqi.teams.models import Organisation

BY_TYPING = {"data-look-up": ""}


class _Today:
    """A form's copy of a field asks anew what there is."""

    def __init__(self, source: Callable[[], QuerySet[Any]], by: str = "code", **more: Any) -> None:
        self.source = source
        super().__init__(queryset=source(), to_field_name=by, **more)  # type: ignore[call-arg]

    def __deepcopy__(self, memo: Any) -> Any:
        made = super().__deepcopy__(memo)  # type: ignore[misc]
        made.queryset = self.source()
        return made

    def label_from_instance(self, obj: Any) -> str:
        return str(obj)


class OneField(_Today, forms.ModelChoiceField):
    """One of them, by code, looked up by typing."""

    def __init__(self, source: Callable[[], QuerySet[Any]], **more: Any) -> None:
        usual: dict[str, Any] = {"widget": LookUp(attrs=BY_TYPING), "empty_label": EMPTY[more.get("required", True)]}
        super().__init__(source, **usual | more)


class SomeField(_Today, forms.ModelMultipleChoiceField):
    """Several of them."""

    def __init__(self, source: Callable[[], QuerySet[Any]], **more: Any) -> None:
        usual: dict[str, Any] = {"widget": LookUpMany(attrs=BY_TYPING)}
        super().__init__(source, **usual | more)


def areas() -> QuerySet[Area]:
    """Parts of the city down to communities, by code; their boundaries stay where they are."""
    return Area.objects.exclude(level=Area.Level.GRID).defer("boundary").order_by("path")


def organisations() -> QuerySet[Organisation]:
    """Organisations that are there today."""
    return selectors.standing_on(Organisation.objects.all(), timezone.localdate())


def area_field(label: Any, **more: Any) -> forms.ModelChoiceField:
    return OneField(areas, label=label, required=False, **more)


def station_field(label: Any, **more: Any) -> forms.ModelChoiceField:
    return OneField(selectors.open_stations, label=label, **{"required": False} | more)


def team_field(label: Any, **more: Any) -> forms.ModelChoiceField:
    return OneField(selectors.open_teams, label=label, **{"required": False} | more)


def kind_field(label: Any, **more: Any) -> forms.ModelChoiceField:
    return OneField(selectors.open_kinds, label=label, by="key", **more)


def kinds_field(label: Any, **more: Any) -> forms.ModelMultipleChoiceField:
    return SomeField(selectors.open_kinds, label=label, by="key", required=False, **more)


def station_tree_choices() -> list[tuple[str, str]]:
    """(code, name) of every station there is today, each below the one it belongs to, for filters."""
    return [(one.code, "　" * depth + one.name) for depth, one in selectors.tree(selectors.open_stations().only("code", "name", "parent", "level"))]


__all__ = ["OneField", "SomeField", "area_field", "areas", "kind_field", "kinds_field", "organisations", "station_field", "station_tree_choices", "team_field"]
