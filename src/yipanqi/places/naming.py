"""What parts of the city are called."""

from __future__ import annotations

from collections.abc import Sequence

from yipanqi.places.models import Area
from yipanqi.places.selectors import board_map

#: Cells of this H3 resolution and coarser ones are called after a street or town, smaller ones after a community.
LARGE = 7


def names_of(spots: Sequence[tuple[float, float, int]]) -> list[str]:
    """What the areas around positions (lon, lat, resolution) are called; the position itself outside all areas."""
    if not spots:
        return []
    board = board_map()
    ids = board.assign_many([lon for lon, _lat, _r in spots], [lat for _lon, lat, _r in spots])
    names = []
    for (lon, lat, resolution), area_id in zip(spots, ids, strict=True):
        wanted = (Area.Level.STREET,) if resolution <= LARGE else (Area.Level.STREET, Area.Level.COMMUNITY)
        known = [area.name for area in board.chain(int(area_id)) if area.level in wanted]
        names.append(" ".join(reversed(known)) or f"{lon:.3f}, {lat:.3f}")
    return names
