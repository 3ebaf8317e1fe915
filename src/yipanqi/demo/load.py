"""The sample city, whole: board, then history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db import transaction

from yipanqi.demo.build import DemoCity, build_city
from yipanqi.demo.load_board import BoardLoader
from yipanqi.demo.load_history import HistoryLoader
from yipanqi.demo.load_inspections import load_round


def load_city(size: str, now: dt.datetime, progress: Callable[[int, int], None] | None = None) -> DemoCity:
    """Invent a city of `size` (small or city) up to `now` and put it into an empty database."""
    demo = build_city(size, now.astimezone(dt.timezone(dt.timedelta(hours=8))))
    board = BoardLoader(demo, now)
    with transaction.atomic():
        board.load()
    history = HistoryLoader(board, progress)
    history.load(demo.history.cases)
    load_round(board, now)
    return demo
