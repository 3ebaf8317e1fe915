"""Panels: parts that apps above put on the homes of a station, a team leader and the centre."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from yipanqi.kernel.catalogue import Catalogue


@dataclass(frozen=True)
class Panel:
    """A part of a home page: its heading, its template and what the template is given.

    `gather(user, now)` reads what is shown; None leaves the panel out. Smaller `order` stands higher.
    """

    title: Any
    template: str
    gather: Callable[[Any, dt.datetime], dict[str, Any] | None]
    order: int = 50


STATION_PANELS: Catalogue[Panel] = Catalogue("parts of a station's home")
LEADER_PANELS: Catalogue[Panel] = Catalogue("parts of a team leader's home")
CENTRE_PANELS: Catalogue[Panel] = Catalogue("parts of the centre's board")
PUBLIC_PANELS: Catalogue[Panel] = Catalogue("parts of the public page on helping")


def shown(panels: Catalogue[Panel], user: Any, now: dt.datetime) -> list[dict[str, Any]]:
    """The panels that have something to show, in order, each with what its template is given under its own keys."""
    found = []
    for key, panel in sorted(panels.items(), key=lambda item: item[1].order):
        given = panel.gather(user, now)
        if given is not None:
            found.append({"key": key, "title": panel.title, "template": panel.template, "given": given})
    return found
