"""What is looked at in imported rows before anything is written: positions and shapes far from the city."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Refused
from yipanqi.places import selectors, shapes
from yipanqi.sheets import RowResult


def outside_city(rows: Sequence[RowResult]) -> Iterator[tuple[RowResult, str, str]]:
    """The rows whose `lon` and `lat` lie outside the city, as `Sheet.doubts` tells them; none where no boundary is drawn."""
    for at in selectors.outside_city([(row.values.get("lon"), row.values.get("lat")) for row in rows]):
        yield rows[at], "lon", _("坐标不在本市范围内，请核对。")


def bad_shapes(rows: Iterable[RowResult], column: str, check: Callable[[str, str], dict[str, Any]]) -> Iterator[tuple[int, str, str]]:
    """The rows whose shape in `column` would be refused, as `Sheet.check` tells them: unusable, or far outside the city.

    The boundary of the city itself is not compared with the one it replaces.
    """
    city = selectors.city_shape()
    for row in rows:
        if typed := row.values.get(column):
            try:
                made = check(typed, row.values.get("system") or "WGS84")
                shapes.check_inside(made, None if row.values.get("level") == "city" else city)
            except Refused as refusal:
                yield row.line_no, column, str(refusal)
