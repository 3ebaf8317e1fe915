"""Process caches: one reading of the stamps per action, and never what was rolled back."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from yipanqi.kernel.stamps import bump, cached, one_look

pytestmark = pytest.mark.django_db


def test_one_look_reads_the_stamps_once() -> None:
    bump("t")
    with CaptureQueriesContext(connection) as seen, one_look():
        assert [cached(topic, n, lambda: 1) for topic in ("t", "u") for n in range(3)] == [1] * 6
    assert len(seen) == 1


def test_one_look_notices_what_is_bumped_inside() -> None:
    values = iter(range(9))
    with one_look():
        assert cached("t", "x", lambda: next(values)) == 0
        bump("t")
        assert cached("t", "x", lambda: next(values)) == 1 == cached("t", "x", lambda: next(values))
    assert cached("t", "x", lambda: next(values)) == 1


def test_one_look_forgets_what_was_rolled_back() -> None:
    with one_look():
        assert cached("t", "x", lambda: "before") == "before"
        with pytest.raises(RuntimeError), transaction.atomic(), one_look():
            bump("t")
            assert cached("t", "x", lambda: "inside") == "inside"
            raise RuntimeError
        assert cached("t", "x", lambda: "after") == "after"
    assert cached("t", "x", lambda: "later") == "after"
