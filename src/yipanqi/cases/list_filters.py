"""Filters of the case list as programs write them: a value that names nothing is refused, for an empty list would read as none found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.cases.models import Source
from yipanqi.cases.selectors.cells import is_cell
from yipanqi.cases.states import State
from yipanqi.kernel.actions import Refused
from yipanqi.people.models import Unit
from yipanqi.places.models import Area, Place
from yipanqi.standards.models import IssueClass


class BadFilter(Refused):
    """A filter of the list that cannot be meant so."""

    status = 400


def checked(filters: dict[str, Any]) -> dict[str, Any]:
    """The filters of `schemas.CaseParams` themselves. Raises BadFilter, which names the wrong one."""
    for name, (unknown, sentence) in _NAMED.items():
        if given := filters.get(name):
            values = [value for value in given.split(",") if value]
            if wrong := unknown(values) if values else [given]:
                raise BadFilter(sentence % {"value": wrong[0][:40]}, field=name)
    if (cell := filters.get("cell")) and not is_cell(cell):
        raise BadFilter(_("cell 应为分辨率 0 到 9 的 H3 单元编号。"), field="cell")
    _check_span(filters)
    _check_box(filters.get("bbox"))
    return filters


def _check_span(filters: dict[str, Any]) -> None:
    first, last = filters.get("found_from"), filters.get("found_to")
    if first and last and first > last:
        raise BadFilter(_("found_to 早于 found_from，请核对起止日期。"), field="found_to")


def _check_box(text: str | None) -> None:
    if not text:
        return
    west, south, east, north = (float(part) for part in text.split(","))
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise BadFilter(_("bbox 应为“西,南,东,北”：经度在 -180 到 180 之间，纬度在 -90 到 90 之间，西不大于东，南不大于北。"), field="bbox")


def _not_among(known: Iterable[str]) -> Callable[[list[str]], list[str]]:
    allowed = frozenset(known)
    return lambda values: [value for value in values if value not in allowed]


def _no_code_of(model: type[Unit] | type[Area] | type[Place]) -> Callable[[list[str]], list[str]]:
    def unknown(values: list[str]) -> list[str]:
        found = set(model.objects.filter(code__in=values).values_list("code", flat=True))  # type: ignore[attr-defined]
        return [value for value in values if value not in found]

    return unknown


def _no_class(values: list[str]) -> list[str]:
    pairs = IssueClass.objects.filter(Q(key__in=values) | Q(code__in=values)).values_list("key", "code")
    names = {name for pair in pairs for name in pair}
    return [value for value in values if value not in names]


#: Filters that name things: those of the values that nothing is called by, and the sentence about the first of them.
_NAMED: dict[str, tuple[Callable[[list[str]], list[str]], Any]] = {
    "state": (_not_among([*State.values, "open"]), gettext_lazy("没有“%(value)s”这种状态，请核对后重试。")),
    "source": (_not_among([*Source.values, "own"]), gettext_lazy("没有“%(value)s”这种来源，请核对后重试。")),
    "severity": (_not_among("1234"), gettext_lazy("严重程度应为 1 到 4，不能是“%(value)s”。")),
    "unit": (_no_code_of(Unit), gettext_lazy("没有编码为“%(value)s”的单位，请核对后重试。")),
    "place": (_no_code_of(Place), gettext_lazy("没有编码为“%(value)s”的点位，请核对后重试。")),
    "area": (_no_code_of(Area), gettext_lazy("没有代码为“%(value)s”的区划，请核对后重试。")),
    "class": (_no_class, gettext_lazy("没有“%(value)s”这个问题类别，请核对后重试。")),
}
