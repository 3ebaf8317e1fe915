"""The sample city, whole: board, then history."""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import transaction

from yipanqi.cases.jobs import catch_up
from yipanqi.demo.build import DemoCity, build_city
from yipanqi.demo.bulk import Twins
from yipanqi.demo.helping import load_helping
from yipanqi.demo.load_board import BoardLoader
from yipanqi.demo.load_history import HistoryTeller
from yipanqi.demo.load_scores import load_scores
from yipanqi.demo.worktime import CST
from yipanqi.files.jobs import look_at_photos
from yipanqi.kernel import journal
from yipanqi.kernel.stamps import one_look

#: Shares of the time, in per cent: inventing and the board, telling the history, writing it, sealing the journal.
INVENTED, TOLD, WRITTEN = 10, 45, 95
EVERY_CASE = 10_000_000


def load_city(size: str, now: dt.datetime, progress: Callable[[int, int], None] | None = None) -> DemoCity:
    """Invent a city of `size` (small or city) up to `now` and put it into an empty database.

    `progress` hears (per cent, 100) as it goes.
    """
    tell = progress or (lambda done, total: None)

    def part(start: int, end: int) -> Callable[[int, int], None]:
        return lambda done, total: tell(start + (end - start) * done // max(total, 1), 100)

    tell(0, 100)
    demo = build_city(size, now.astimezone(CST))
    board = BoardLoader(demo, now)
    twins = Twins()
    with _without_collector(), transaction.atomic(), one_look():
        board.load()
        tell(INVENTED, 100)
        HistoryTeller(board, twins).tell(demo.history, part(INVENTED, TOLD))
        twins.write(part(TOLD, WRITTEN))
    look_at_photos(now)
    catch_up(now, EVERY_CASE)
    with transaction.atomic(), one_look():
        load_scores(now)
        load_helping(size, demo, board, now)
    while journal.seal(now):
        pass
    tell(100, 100)
    return demo


@contextmanager
def _without_collector() -> Iterator[None]:
    """Half a million rows are kept until they are written: looking for garbage among them takes a third of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
