"""The whole invented city in one call."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from yipanqi.demo.duties import DutyBook, make_duties
from yipanqi.demo.geometry import CityMap, make_map
from yipanqi.demo.history import Historian
from yipanqi.demo.people import Board, make_board
from yipanqi.demo.places import Place, PlaceMaker
from yipanqi.demo.standard import Standard, load_standard
from yipanqi.demo.stories import History
from yipanqi.demo.streets import StreetPlan, make_streets

SEED = "620200"


@dataclass(frozen=True, slots=True)
class DemoCity:
    """Everything that is loaded: the standard it was made under, map, streets, people, places, duties, history."""

    standard: Standard
    city: CityMap
    streets: StreetPlan
    board: Board
    places: dict[str, Place]
    duties: DutyBook
    history: History

    def digest(self) -> str:
        """SHA-256 over all invented rows: the same for the same seed, size and moment."""
        sha = hashlib.sha256()
        areas = [(area.code, area.name, area.polygon.wkt) for area in self.city.areas.values()]
        lines = [(segment.code, segment.name, segment.line.wkt) for segment in self.streets.segments.values()]
        people = [self.board.units, self.board.users, self.board.groups]
        history = [self.history.campaigns, self.history.visits, self.history.cases]
        for part in (areas, lines, people, self.places, self.duties.rules, *history):
            sha.update(repr(part).encode())
        return sha.hexdigest()


def build_city(size: str, now: datetime, seed: str = SEED) -> DemoCity:
    """Invent a city of `size` (small or city) whose history ends at `now` (aware).

    Raises:
        ValueError: unknown size, or `now` without a time zone.
    """
    if now.tzinfo is None:
        raise ValueError("now must carry a time zone")
    standard = load_standard()
    city = make_map(seed, standard)
    streets = make_streets(seed, city)
    board = make_board(seed, city)
    places = PlaceMaker(seed, standard, city, streets, board).make(size)
    duties = make_duties(seed, standard, city, streets, board, places)
    history = Historian(seed, standard, city, board, places, duties, now).write(size)
    return DemoCity(standard, city, streets, board, places, duties, history)
