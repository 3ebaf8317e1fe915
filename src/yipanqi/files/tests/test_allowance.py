"""Shares per sender and hour: exact under threads, forgotten with the hour, kept without the sender's name."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from yipanqi.allowance import Allowance, TooOften
from yipanqi.kernel.policy import policy

AT = dt.datetime(2026, 5, 6, 8, 59, 30, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
TRIES = Allowance(policy("kernel.test_tries", 3, "tries"), "太多了")


def test_take_refuses_the_one_too_many_and_says_how_long(db: None) -> None:
    for _n in range(3):
        TRIES.take("10.0.0.1", AT)
    with pytest.raises(TooOften, match="太多了") as refused:
        TRIES.take("10.0.0.1", AT)
    assert (refused.value.retry_after, refused.value.status) == (30, 429)
    TRIES.take("10.0.0.2", AT)
    TRIES.take("10.0.0.1", AT + HOUR)


def test_count_loses_none_among_threads() -> None:
    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(lambda _n: TRIES.count("10.0.0.1", AT), range(200)))
    assert max(counts) == 200


def test_counts_of_past_hours_are_dropped_and_name_nobody(settings: Any) -> None:
    for hours in (0, 1, 2):
        TRIES.count("10.0.0.1", AT + hours * HOUR)
    root = Path(settings.COUNTERS_ROOT)
    first = int(AT.timestamp()) // 3600
    assert sorted(p.name for p in root.iterdir()) == [str(first + 1), str(first + 2)]
    assert not any("10.0.0.1" in p.name for p in root.rglob("*"))
