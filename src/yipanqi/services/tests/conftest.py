import pytest

from yipanqi.services.tests.parish import Parish


@pytest.fixture
def parish(db: None) -> Parish:
    return Parish()
