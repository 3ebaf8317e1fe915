"""The corner of the town in which the market stands."""

from yipanqi.cases.tests.corner import community, market, town

__all__ = ["community", "market", "town"]
