"""Helping in the sample city: stations, teams, volunteers, activities, orders, points, records, in the order of the layers."""

from __future__ import annotations

import datetime as dt

from yipanqi.demo.build import DemoCity
from yipanqi.demo.helping_activities import load_activities
from yipanqi.demo.helping_points import load_points
from yipanqi.demo.helping_records import load_records
from yipanqi.demo.helping_rosters import load_rosters
from yipanqi.demo.helping_services import load_services
from yipanqi.demo.helping_teams import load_teams
from yipanqi.demo.helping_volunteers import load_volunteers
from yipanqi.demo.load_board import BoardLoader


def load_helping(size: str, demo: DemoCity, board: BoardLoader, now: dt.datetime) -> None:
    """Everything about helping, after the board and the history of cases: one loader of the same arguments for each app."""
    load_teams(size, demo, board, now)
    load_volunteers(size, demo, board, now)
    load_activities(size, demo, board, now)
    load_rosters(size, demo, board, now)
    load_services(size, demo, board, now)
    load_points(size, demo, board, now)
    load_records(size, demo, board, now)
