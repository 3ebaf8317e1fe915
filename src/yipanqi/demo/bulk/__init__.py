"""The actions' twins: the same names and arguments, but their rows gather in memory and are written at the end.

A city's past is some ninety thousand moves; one by one through the real actions it would take the better part of an
hour. `Twins` does what the actions do, without asking rules and without a query per move; whatever decides (state
table, clocks, letters, scores) is theirs. `tests/test_twins.py` relives a sample through both and compares every row.
"""

from yipanqi.demo.bulk.twins import Twins

__all__ = ["Twins"]
