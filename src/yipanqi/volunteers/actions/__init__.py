"""Everything that changes volunteers: entering, guardians' consent, teams, own data, requests, doubles, erasing, imports."""

from .erasing import erase_left, forget_requests
from .filling import AlreadyEntered, TooYoung
from .guardians import (
    Asked,
    Guardian,
    WrongCode,
    ask_guardian,
    consent_as_guardian,
    consent_at_station,
    withdraw_guardian_consent,
)
from .importing import TwoEntries, save_volunteers
from .joining import (
    NotRegistered,
    accept_member,
    add_member,
    decline_member,
    dismiss_leader,
    end_memberships_of,
    join,
    leave_team,
    make_leader,
    take_back_joining,
)
from .own import change_own, correct, look_at_kept, reveal_guardian, reveal_id, reveal_phone
from .pairs import call_distinct, find_pairs, merge
from .registering import (
    FirstPassword,
    Registered,
    approve,
    decline,
    enter,
    enter_ward,
    leave,
    open_account,
    register,
    take_back_leaving,
)
from .requests import (
    agree_to_request,
    ask_correction,
    ask_erasure,
    refuse_request,
    take_back_request,
    wanted_fields,
)

__all__ = [
    "AlreadyEntered", "Asked", "FirstPassword", "Guardian", "NotRegistered", "Registered", "TooYoung", "TwoEntries", "WrongCode",
    "accept_member", "add_member", "agree_to_request", "approve", "ask_correction", "ask_erasure", "ask_guardian", "call_distinct",
    "change_own", "consent_as_guardian", "consent_at_station", "correct", "decline", "decline_member", "dismiss_leader", "end_memberships_of",
    "enter", "enter_ward", "erase_left", "find_pairs", "forget_requests", "join", "leave", "leave_team", "look_at_kept", "make_leader", "merge",
    "open_account", "refuse_request", "register", "reveal_guardian", "reveal_id", "reveal_phone", "save_volunteers", "take_back_joining", "take_back_leaving",
    "take_back_request", "wanted_fields", "withdraw_guardian_consent",
]  # fmt: skip
