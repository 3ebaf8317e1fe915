"""Activities with their shifts and sign-ups, and who was there."""

from yipanqi.activities.models.attendance import Attendance, Correction
from yipanqi.activities.models.plans import Activity, Level, ResultLine, Series, SeriesDate, Shift, ShiftRole
from yipanqi.activities.models.signing_up import Feed, SignUp, Swap

__all__ = ["Activity", "Attendance", "Correction", "Feed", "Level", "ResultLine", "Series", "SeriesDate", "Shift", "ShiftRole", "SignUp", "Swap"]
