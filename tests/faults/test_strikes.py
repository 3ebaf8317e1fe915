"""kill -9 of server, worker and database under load: what was acknowledged is there once, every effect once.

YIPANQI_STRIKES=100 strikes a hundred times; YIPANQI_STRIKES_SEED=… repeats a run.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.faults.places import Place
from tests.faults.striking import struck
from yipanqi.config.commands.test_command import postgres

STRIKES = int(os.environ.get("YIPANQI_STRIKES", "6"))
SEED = int(os.environ["YIPANQI_STRIKES_SEED"]) if "YIPANQI_STRIKES_SEED" in os.environ else None
pytestmark = [pytest.mark.pure, pytest.mark.timeout(300 + 30 * STRIKES)]


def test_nothing_is_lost_or_doubled_on_sqlite(tmp_path: Path) -> None:
    outcome = struck(Place(tmp_path / "city"), STRIKES, SEED)
    sys.stdout.write(outcome.line() + "\n")
    assert not outcome.problems, "\n".join([outcome.line(), *outcome.problems[:30]])


def test_nothing_is_lost_or_doubled_on_postgresql(tmp_path: Path) -> None:
    with postgres(durable=True) as url:
        outcome = struck(Place(tmp_path / "city", url), STRIKES, SEED)
    sys.stdout.write(outcome.line() + "\n")
    assert not outcome.problems, "\n".join([outcome.line(), *outcome.problems[:30]])
