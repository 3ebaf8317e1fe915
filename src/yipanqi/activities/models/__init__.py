"""Activities with their shifts and sign-ups, and who was there."""

from yipanqi.activities.models.attendance import Attendance, Correction
from yipanqi.activities.models.plans import Activity, ResultLine, Series, Shift, ShiftRole, SignUp

__all__ = ["Activity", "Attendance", "Correction", "ResultLine", "Series", "Shift", "ShiftRole", "SignUp"]
