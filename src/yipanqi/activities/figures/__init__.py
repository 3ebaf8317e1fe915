"""Figures of activities: plans and their results, and who was there."""

from yipanqi.activities.figures import plans as _plans  # noqa: F401  they register themselves
