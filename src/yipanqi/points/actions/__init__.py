"""The only code that writes points."""

from yipanqi.points.actions.books import TooFewPoints
from yipanqi.points.actions.earning import (
    claim_report,
    correct_hours,
    credit_hours,
    credit_report,
    expire,
    open_account,
)
from yipanqi.points.actions.keeping import (
    REVERSIBLE,
    add_fund,
    change_fund,
    close_account,
    forgive_debt,
    merge_accounts,
    reverse,
    use_fund,
)
from yipanqi.points.actions.spending import (
    Shown,
    give,
    give_to_fund,
    lapse_vouchers,
    redeem,
    show_code,
    withdraw_voucher,
)
from yipanqi.points.actions.terms import (
    add_reward,
    add_rule,
    add_shop,
    change_reward,
    change_rule,
    change_shop,
    drop_rule,
    stock_reward,
)

__all__ = [
    "REVERSIBLE", "Shown", "TooFewPoints", "add_fund", "add_reward", "add_rule", "add_shop", "change_fund", "change_reward", "change_rule", "change_shop", "claim_report",
    "close_account", "correct_hours", "credit_hours", "credit_report", "drop_rule", "expire", "forgive_debt", "give", "give_to_fund", "lapse_vouchers", "merge_accounts",
    "open_account", "redeem", "reverse", "show_code", "stock_reward", "use_fund", "withdraw_voucher",
]  # fmt: skip
