"""Everything that changes people: the board of units, groups and appointments; accounts and how they sign in."""

from .accounts import (
    Deactivated,
    UsernameTaken,
    add_user,
    change_own_profile,
    change_password,
    change_second_factor,
    change_user,
    deactivate_user,
    issue_token,
    note_token_use,
    phone_digest,
    reactivate_user,
    remove_second_factor,
    reset_password,
    reveal_phone,
    revoke_token,
    unlock_user,
)
from .board import (
    GROUP_FIELDS,
    UNIT_FIELDS,
    CodeTaken,
    UnitDissolved,
    add_group,
    add_unit,
    appoint,
    change_group,
    change_unit,
    dissolve_unit,
    end_appointment,
    sort_key,
)
from .opening import open_administrator
from .retention import erase_staff_contact

__all__ = [
    "GROUP_FIELDS", "UNIT_FIELDS",
    "CodeTaken", "Deactivated", "UnitDissolved", "UsernameTaken", "add_group", "add_unit", "add_user", "appoint",
    "change_group", "change_own_profile", "change_password", "change_second_factor", "change_unit", "change_user", "deactivate_user",
    "dissolve_unit", "end_appointment", "erase_staff_contact", "issue_token", "note_token_use", "open_administrator", "phone_digest", "reactivate_user", "remove_second_factor",
    "reset_password", "reveal_phone", "revoke_token", "sort_key", "unlock_user",
]  # fmt: skip
