"""The town that the tests of this app take place in."""

from __future__ import annotations

import pytest

from yipanqi.volunteers.tests.world import Town


@pytest.fixture
def town(db: None) -> Town:
    return Town()
