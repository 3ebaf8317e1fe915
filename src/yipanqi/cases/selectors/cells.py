"""H3 cells as cases hold them."""

from __future__ import annotations

import h3

FINEST = 9  # resolution of Case.cell


def is_cell(text: str) -> bool:
    """Whether a text is the id of a cell that holds cells of the finest resolution, or one of these."""
    return len(text) == 15 and bool(h3.is_valid_cell(text)) and h3.get_resolution(text) <= FINEST


def cell_range(cell: str) -> tuple[str, str]:
    """The first and the last cell of the finest resolution below `cell`: ids of one resolution stand in the order of the
    tree, so what lies between is what lies below. Raises ValueError for what is no such cell."""
    if not is_cell(cell):
        raise ValueError(cell)
    first = h3.cell_to_center_child(cell, FINEST)
    last = h3.str_to_int(first)
    for digit in range(h3.get_resolution(cell) + 1, FINEST + 1):
        last |= 6 << (3 * (15 - digit))
    return first, h3.int_to_str(last)


def cells_around(lon: float, lat: float, radius_m: float) -> list[str]:
    """The finest cells that hold everything within so many metres of a position, and some more."""
    rings = 1 + int(radius_m // h3.average_hexagon_edge_length(FINEST, unit="m"))
    return sorted(h3.grid_disk(h3.latlng_to_cell(lat, lon, FINEST), rings))
