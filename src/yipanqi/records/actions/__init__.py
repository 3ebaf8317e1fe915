"""Everything that writes records, stars, certificates and corrections."""

from yipanqi.records.actions.amendments import (
    agree_amendment,
    ask_amendment,
    decline_amendment,
    drop_amendment,
    propose_amendment,
)
from yipanqi.records.actions.certificates import (
    ask_certificate,
    drop_certificate,
    issue_certificate,
    keep_certificate,
    refuse_certificate,
    revoke_certificate,
)
from yipanqi.records.actions.entries import (
    PREFIXES,
    add_issuer,
    change_issuer,
    enter_commendation,
    enter_evaluation,
    enter_training,
    note_attendance,
    open_records,
)
from yipanqi.records.actions.persons import erase_record, take_over_record, tell_waiting
from yipanqi.records.actions.stars import (
    ask_star,
    confirm_star,
    drop_star,
    keep_star,
    refuse_star,
    set_star_rules,
    withdraw_star,
)

__all__ = [
    "PREFIXES", "add_issuer", "agree_amendment", "ask_amendment", "ask_certificate", "ask_star", "change_issuer", "confirm_star", "decline_amendment",
    "drop_amendment", "drop_certificate", "drop_star", "enter_commendation", "enter_evaluation", "enter_training", "erase_record",
    "issue_certificate", "keep_certificate", "keep_star", "note_attendance", "open_records", "propose_amendment", "refuse_certificate",
    "refuse_star", "revoke_certificate", "set_star_rules", "take_over_record", "tell_waiting", "withdraw_star",
]  # fmt: skip
