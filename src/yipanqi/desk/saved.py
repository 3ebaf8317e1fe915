"""Reading kept views of the case list: whose they are, what they show, and what in them is no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
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
    values = values_of(query)
    return [sentence for name, look in _LOOKS.items() if values.get(name) and (sentence := look(values[name]))]


def _unit(code: str) -> str:
    unit = Unit.objects.filter(code=code).first()
    if unit is None:
        return _("没有编码为“%(value)s”的单位，列表没有按单位筛选。") % {"value": code}
    if unit.exists_on(timezone.localdate()):
        return ""
    return _("“%(name)s”已于 %(day)s 撤销，这里只有它撤销前的案件。") % {"name": unit.name, "day": unit.dissolved_on}


def _class(key: str) -> str:
    found = IssueClass.objects.filter(Q(key=key) | Q(code=key)).order_by("-active").first()
    if found is not None and found.active:
        return ""
    return _("问题类别“%(name)s”已停用，列表没有按类别筛选。") % {"name": found.name if found else key}


def _area(code: str) -> str:
    return "" if Area.objects.filter(code=code).exists() else _("区划“%(value)s”已不存在，列表没有按区域筛选。") % {"value": code}


def _place(code: str) -> str:
    return "" if Place.objects.filter(code=code).exists() else _("没有编码为“%(value)s”的点位，所以没有案件。") % {"value": code}


_LOOKS: Mapping[str, Any] = {"unit": _unit, "class": _class, "area": _area, "place": _place}
