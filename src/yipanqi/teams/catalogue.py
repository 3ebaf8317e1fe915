"""Panels: parts that apps above put on the homes of a station, a team leader and the centre, on the public page, and on the
pages of a brand project, a team and a station."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from yipanqi.files.catalogue import SUBJECTS
from yipanqi.kernel.actors import Actor, Visitor
from yipanqi.kernel.catalogue import Catalogue
from yipanqi.teams.models import INSTITUTION_PAPERS, Institution
from yipanqi.teams.selectors import visible_to


@dataclass(frozen=True)
class Panel:
    """A part of a home page: its heading, its template and what the template is given.

    `gather(user, now)` reads what is shown; None leaves the panel out. Smaller `order` stands higher.
    """

    title: Any
    template: str
    gather: Callable[[Any, dt.datetime], dict[str, Any] | None]
    order: int = 50


@dataclass(frozen=True)
class Part:
    """A part of the page of one thing; as `Panel`, but `gather(thing, user, now)` is told of which thing."""

    title: Any
    template: str
    gather: Callable[[Any, Any, dt.datetime], dict[str, Any] | None]
    order: int = 50


@dataclass(frozen=True)
class Neighbour(Visitor):
    """Whoever looks at the public page, signed in or not. `area`: the code of the part of the city they chose, "" for all of
    it; `path` is its path, which those of the areas below begin with."""

    area: str = ""
    path: str = ""


STATION_PANELS: Catalogue[Panel] = Catalogue("parts of a station's home")
LEADER_PANELS: Catalogue[Panel] = Catalogue("parts of a team leader's home")
CENTRE_PANELS: Catalogue[Panel] = Catalogue("parts of the centre's board")
#: Their `gather` is given a `Neighbour`.
PUBLIC_PANELS: Catalogue[Panel] = Catalogue("parts of the public page on helping")
#: Keys of the figures at the head of the centre's board, each with its place; smaller stands further left.
BOARD_FIGURES: Catalogue[int] = Catalogue("figures at the head of the centre's board")
BRAND_PARTS: Catalogue[Part] = Catalogue("parts of a brand project's page")
TEAM_PARTS: Catalogue[Part] = Catalogue("parts of a team's page")
STATION_PARTS: Catalogue[Part] = Catalogue("parts of a station's page")


def shown(panels: Catalogue[Panel], user: Any, now: dt.datetime) -> list[dict[str, Any]]:
    """The panels that have something to show, in order, each with what its template is given under its own keys."""
    return _told((key, panel, panel.gather(user, now)) for key, panel in sorted(panels.items(), key=_order))


def shown_of(parts: Catalogue[Part], thing: Any, user: Any, now: dt.datetime) -> list[dict[str, Any]]:
    """The parts of a thing's page that have something to show, as `shown`."""
    return _told((key, part, part.gather(thing, user, now)) for key, part in sorted(parts.items(), key=_order))


def _order(item: tuple[str, Panel | Part]) -> int:
    return item[1].order


def _told(gathered: Iterable[tuple[str, Panel | Part, dict[str, Any] | None]]) -> list[dict[str, Any]]:
    return [{"key": key, "title": one.title, "template": one.template, "given": given} for key, one, given in gathered if given is not None]


def may_see_institution(actor: Actor, reference: str) -> bool:
    """Whoever sees the register sees the papers in it."""
    code, _colon, version = reference.rpartition(":")
    return version.isdigit() and visible_to(actor, Institution).filter(code=code, version=int(version)).exists()


SUBJECTS.add(INSTITUTION_PAPERS, may_see_institution)
for _place, _key in enumerate(("teams.organisations", "teams.teams", "teams.stations", "teams.incubated")):
    BOARD_FIGURES.add(_key, 10 * _place)
