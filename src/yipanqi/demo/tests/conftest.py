"""A small invented city, built once for all tests of this app."""

from datetime import datetime, timedelta

import pytest

from yipanqi.demo.build import DemoCity, build_city
from yipanqi.demo.worktime import CST

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
