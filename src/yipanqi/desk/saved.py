"""Reading kept views of the case list: whose they are, what they show, and what in them is no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.desk.models import OpeningView, SavedView
from yipanqi.people.models import Unit, User
from yipanqi.places.models import Area, Place
from yipanqi.standards.models import IssueClass

#: Of the address of a list, what a view keeps; the groups of an inbox are no filter that means the same tomorrow.
KEPT = ("q", "state", "class", "unit", "area", "cell", "place", "source", "severity", "found_from", "found_to", "overdue", "order")


def tidy(query: str | QueryDict) -> str:
    """The filters and order of an address of the list, always written alike; what is empty or unknown is left out."""
    asked = QueryDict(query.lstrip("?")) if isinstance(query, str) else query
    return urlencode([(name, value.strip()) for name in KEPT if (value := asked.get(name, "")).strip()])


def visible_to(user: User) -> QuerySet[SavedView]:
    """One's own in one's own order, then those of one's units, then everybody's."""
    rank = Case(When(owner=user, then=Value(0)), When(shown_to=SavedView.For.UNIT, then=Value(1)), default=Value(2), output_field=IntegerField())
    theirs = Q(owner=user) | Q(shown_to=SavedView.For.ALL) | Q(shown_to=SavedView.For.UNIT, unit_id__in=user.unit_ids)
    return SavedView.objects.filter(theirs).annotate(rank=rank).order_by("rank", "position", "name", "pk").select_related("owner", "unit")


def sees(user: User, view: SavedView) -> bool:
    """Whether the view is among those of `user`."""
    return (
        view.owner_id == user.pk or view.shown_to == SavedView.For.ALL or (view.shown_to == SavedView.For.UNIT and view.unit_id in user.unit_ids)
    )


def opening_of(user: User) -> SavedView | None:
    """With which view the list opens for `user`; not one that was taken back from them meanwhile."""
    chosen = OpeningView.objects.filter(user=user).select_related("view").first()
    return chosen.view if chosen and sees(user, chosen.view) else None


@dataclass(frozen=True)
class Chip:
    """A view as it stands above the list."""

    view: SavedView
    url: str
    now: bool


def chips(user: User, shown: str) -> list[Chip]:
    """All views of `user`; the one that shows what is `shown` is marked."""
    return [Chip(view, f"?{view.query}", view.query == shown) for view in visible_to(user)]


def values_of(query: str) -> dict[str, str]:
    """The filters of a view by name."""
    return {name: str(value) for name, value in QueryDict(query).items()}


def gone(query: str) -> list[str]:
    """A sentence for each thing that the filters name and that is no more."""
    return Named([query]).gone(query)


class Named:
    """Units, classes, areas and places that the filters of some views name, each kind looked up once for all of them."""

    def __init__(self, queries: Iterable[str]) -> None:
        asked = [values_of(query) for query in queries]
        units, classes, areas, places = ({values[name] for values in asked if values.get(name)} for name in ("unit", "class", "area", "place"))
        self.units = {unit.code: unit for unit in Unit.objects.filter(code__in=units)}
        rows = list(IssueClass.objects.filter(Q(key__in=classes) | Q(code__in=classes)).order_by("active")) if classes else []
        self.classes = {name: row for row in rows for name in (row.key, row.code)}  # of several, the one in use
        self.areas = dict(Area.objects.filter(code__in=areas).values_list("code", "name"))
        self.places = dict(Place.objects.filter(code__in=places).values_list("code", "name"))

    def gone(self, query: str) -> list[str]:
        """A sentence for each thing that the filters name and that is no more."""
        looks = {"unit": self._unit, "class": self._class, "area": self._area, "place": self._place}
        values = values_of(query)
        return [sentence for name, look in looks.items() if values.get(name) and (sentence := look(values[name]))]

    def word(self, name: str, value: str) -> str:
        """What a filter names, as people call it; empty where it names none of these, or nothing that is known."""
        if name == "unit" and value in self.units:
            return self.units[value].name
        if name == "class" and value in self.classes:
            return f"{self.classes[value].code} {self.classes[value].name}"
        if name == "place" and value in self.places:
            return _("%(name)s（%(code)s）") % {"name": self.places[value], "code": value}
        return self.areas.get(value, "") if name == "area" else ""

    def _unit(self, code: str) -> str:
        unit = self.units.get(code)
        if unit is None:
            return _("没有编码为“%(value)s”的单位，列表没有按单位筛选。") % {"value": code}
        if unit.exists_on(timezone.localdate()):
            return ""
        return _("“%(name)s”已于 %(day)s 撤销，这里只有它撤销前的案件。") % {"name": unit.name, "day": unit.dissolved_on}

    def _class(self, key: str) -> str:
        found = self.classes.get(key)
        if found is not None and found.active:
            return ""
        return _("问题类别“%(name)s”已停用，列表没有按类别筛选。") % {"name": found.name if found else key}

    def _area(self, code: str) -> str:
        return "" if code in self.areas else _("区划“%(value)s”已不存在，列表没有按区域筛选。") % {"value": code}

    def _place(self, code: str) -> str:
        return "" if code in self.places else _("没有编码为“%(value)s”的点位，所以没有案件。") % {"value": code}
