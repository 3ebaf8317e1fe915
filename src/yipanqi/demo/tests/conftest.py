"""A small invented city, built once for all tests of this app."""

import os
from datetime import datetime, timedelta

import pytest

from yipanqi.calendar.actions import seed_calendar
from yipanqi.demo.build import DemoCity, build_city
from yipanqi.demo.load_board import BoardLoader
from yipanqi.demo.worktime import CST
from yipanqi.kernel.actors import SYSTEM
from yipanqi.standards.actions import load_standard

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=CST)


@pytest.fixture(scope="session")
def now() -> datetime:
    """The moment at which the invented history ends."""
    return NOW


@pytest.fixture(scope="session")
def small() -> DemoCity:
    """A city of size small."""
    return build_city("small", NOW)


@pytest.fixture(scope="session")
def big() -> DemoCity:
    """A city of size city (about a second)."""
    return build_city("city", NOW)


@pytest.fixture(scope="session")
def later() -> datetime:
    """A moment after everything in the history."""
    return NOW + timedelta(days=1)


@pytest.fixture
def board(db: None, small: DemoCity, now: datetime, monkeypatch: pytest.MonkeyPatch) -> BoardLoader:
    """The board of the small city in the database, and a disk that need not be waited for."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)
    seed_calendar(None, by=SYSTEM, at=now)
    load_standard(None, by=SYSTEM, at=now)
    loader = BoardLoader(small, now)
    loader.load()
    return loader
