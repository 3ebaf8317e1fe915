"""The one background process: delivers events, runs jobs, seals the journal."""

from __future__ import annotations

import datetime as dt
import logging
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

from django.db import close_old_connections, connection
from django.db.utils import DatabaseError, InterfaceError

from yipanqi.kernel import jobs, journal, outbox

log = logging.getLogger(__name__)


class Worker:
    """Runs until told to stop, waiting out a full disk and a database away; a long job gets `grace` s then, or is done again."""

    def __init__(self, pause: float = 0.5, grace: int = 5) -> None:
        self.pause, self.grace, self.stopping = pause, grace, False
        self.seldom: bool | None = None  # what this loop leaves to the one beside it: nothing, unless that one runs

    def stop(self, signum: int, frame: FrameType | None) -> None:
        self.stopping = True
        signal.alarm(self.grace)

    def run(self) -> None:
        """Raises KeyboardInterrupt where a job did not end in time: its transaction is rolled back as by a crash."""
        for sign, heard in ((signal.SIGTERM, self.stop), (signal.SIGINT, self.stop), (signal.SIGALRM, signal.default_int_handler)):
            signal.signal(sign, heard)
        self.seldom, beside = False, threading.Thread(target=self._beside, name="seldom jobs", daemon=True)
        beside.start()
        self._rounds(self.turn)
        beside.join()
        signal.alarm(0)

    def _beside(self) -> None:  # notices, moves and figures do not wait for the long jobs
        self._rounds(lambda now: bool(jobs.run_due(now, seldom=True)))
        connection.close()

    def _rounds(self, turn: Callable[[dt.datetime], bool]) -> None:
        while not self.stopping:
            try:
                busy = turn(dt.datetime.now(dt.UTC))
            except (DatabaseError, InterfaceError, OSError):
                log.exception("the database or the disk is away; trying again in 3 s")
                close_old_connections()
                busy = False
                time.sleep(3)
            if not busy:
                time.sleep(self.pause)

    def turn(self, now: dt.datetime) -> bool:
        """One round; true when there may be more to do at once."""
        delivered = outbox.deliver_due(now)
        ran = jobs.run_due(now, self.seldom)
        sealed = journal.seal(now)
        return bool(delivered or ran or sealed >= journal.BATCH)
