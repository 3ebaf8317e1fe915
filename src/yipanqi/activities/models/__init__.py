"""Activities with their shifts and sign-ups, and who was there."""

from yipanqi.activities.models.attendance import Absence, Attendance, Correction, Mark
from yipanqi.activities.models.plans import Activity, Level, ResultLine, Series, SeriesDate, Shift, ShiftRole
from yipanqi.activities.models.signing_up import Feed, SignUp, Swap

__all__ = [
    "Absence", "Activity", "Attendance", "Correction", "Feed", "Level", "Mark", "ResultLine", "Series", "SeriesDate", "Shift", "ShiftRole", "SignUp", "Swap",
]  # fmt: skip
