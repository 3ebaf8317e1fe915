"""What the journeys start from."""

from __future__ import annotations

import logging

import pytest

from tests.journeys.city import City


@pytest.fixture(autouse=True)
def _refusals_are_expected() -> None:
    """Thousands of refusals are asked for here; the log need not tell of each."""
    logging.getLogger("django.request").setLevel(logging.ERROR)


@pytest.fixture
def city(db: None) -> City:
    return City()
