"""The only code that writes duty work."""

from yipanqi.rosters.actions.planning import (
    BadRoster,
    add_roster,
    change_roster,
    end_roster,
    make_rota,
    publish_roster,
    set_posts,
    set_units,
)
from yipanqi.rosters.actions.swapping import agree_swap, ask_swap, lapse_swaps, refuse_swap, withdraw_swap
from yipanqi.rosters.actions.turns import cancel_turn, confirm_turn, correct_turn, give_turn, remind, renew_feed

__all__ = [
    "BadRoster", "add_roster", "agree_swap", "ask_swap", "cancel_turn", "change_roster", "confirm_turn", "correct_turn", "end_roster", "give_turn", "lapse_swaps",
    "make_rota", "publish_roster", "refuse_swap", "remind", "renew_feed", "set_posts", "set_units", "withdraw_swap",
]  # fmt: skip
