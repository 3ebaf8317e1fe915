"""Where something happened, as anyone may know it: the block and the community, never the door."""

from __future__ import annotations

import h3

from yipanqi.places.models import Area

#: A position is told as the middle of its H3 cell of this resolution, about 200 m across.
PUBLIC_CELL_RESOLUTION = 9


def coarse_position(lon: float | None, lat: float | None) -> list[float] | None:
    """``[lon, lat]`` of the middle of the cell, four decimals; None without a position."""
    if lon is None or lat is None:
        return None
    y, x = h3.cell_to_latlng(h3.latlng_to_cell(lat, lon, PUBLIC_CELL_RESOLUTION))
    return [round(x, 4), round(y, 4)]


def coarse_address(area: Area | None) -> str:
    """Street and community, never finer; empty where the area is unknown."""
    names: list[str] = []
    while area is not None and area.level not in (Area.Level.CITY, Area.Level.DISTRICT) and len(names) < 3:
        if area.level != Area.Level.GRID:
            names.insert(0, area.name)
        area = area.parent
    return "".join(names)
