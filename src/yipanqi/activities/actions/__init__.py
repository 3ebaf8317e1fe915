"""Everything that writes activities: plans and their changes, series, signing up, swaps, calendars, attendance."""

from . import attendance, corrections, settling, taking_in
from .changes import add_shift, brief_shift, cancel_shift, change_activity, change_shift
from .feeds import add_feed, revoke_feed
from .places import move_up
from .plans import add_activity, cancel_activity, close_activity, correct_report, open_activity
from .series import add_series, change_following, end_series, make_coming, move_date, skip_date
from .signing_up import keep_sign_up, leave_shifts, remind, remove_sign_up, sign_up, withdraw
from .swaps import agree_to_swap, ask_swap, refuse_swap, take_back_swap

__all__ = [
    "attendance", "corrections", "settling", "taking_in",
    "add_activity", "add_feed", "add_series", "add_shift", "agree_to_swap", "ask_swap", "brief_shift", "cancel_activity", "cancel_shift", "change_activity",
    "change_following", "change_shift", "close_activity", "correct_report", "end_series", "keep_sign_up", "leave_shifts", "make_coming", "move_date", "move_up", "open_activity",
    "refuse_swap", "remind", "remove_sign_up", "revoke_feed", "sign_up", "skip_date", "take_back_swap", "withdraw",
]  # fmt: skip
