"""The town of the cases' tests, and a browser for each of its people."""

from collections.abc import Callable

import pytest
from django.test import Client

from yipanqi.cases.tests.town import Town

SignIn = Callable[[str], Client]


@pytest.fixture
def town(db: None) -> Town:
    return Town()


@pytest.fixture
def as_(town: Town) -> SignIn:
    """A client signed in as one of the town's people."""

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(town.people[name], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in
