import pytest

from yipanqi.cases.tests.town import Town


@pytest.fixture
def town(db: None) -> Town:
    return Town()
