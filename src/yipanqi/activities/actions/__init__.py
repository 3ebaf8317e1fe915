"""Everything that writes activities: plans and their changes, series, signing up, swaps, calendars, attendance."""

from .changes import add_shift, brief_shift, cancel_shift, change_activity, change_shift
from .places import move_up
from .plans import add_activity, cancel_activity, close_activity, correct_report, open_activity
from .signing_up import keep_sign_up, remind, remove_sign_up, sign_up, withdraw

__all__ = [
    "add_activity", "add_shift", "brief_shift", "cancel_activity", "cancel_shift", "change_activity", "change_shift", "close_activity", "correct_report",
    "keep_sign_up", "move_up", "open_activity", "remind", "remove_sign_up", "sign_up", "withdraw",
]  # fmt: skip
