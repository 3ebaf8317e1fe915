"""The town of the cases' tests, and a browser for each of its people."""

from yipanqi.desk.tests.conftest import as_, town

__all__ = ["as_", "town"]
