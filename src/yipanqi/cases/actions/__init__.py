"""Everything that changes a case, by phase: intake, triage, handling, verifying, answers."""

from .answers import answer, rate
from .cells import count_cells
from .contacts import Contact, reveal_contact
from .counting import count_anew, count_changes, forget_counts
from .handling import (
    ask_extension,
    ask_suspension,
    dispute,
    finish_step,
    grant_extension,
    refuse_extension,
    refuse_suspension,
    resolve,
    resume,
    sign,
    suspend,
)
from .importing import import_case
from .intake import comment, confirm, report_by_resident, report_case
from .ledger import import_cases
from .messages import Message, import_messages
from .retention import erase_contacts, erase_subjects
from .steps import NotYourShare, PhotoMissing, TooManyPhotos
from .taking_back import NothingConfirmed, NotRetracted, retract, unconfirm
from .triage import accept, dispatch, fix_on_the_spot, merge, overrule, reject, release_unit, uphold, withdraw
from .verifying import NotSpared, close_unsampled, rebound, recheck_pass, spare, verify_fail, verify_pass
from .wording import mend_words

__all__ = [
    "Contact", "Message", "NotSpared", "close_unsampled", "spare", "NotRetracted", "NotYourShare", "NothingConfirmed", "PhotoMissing", "TooManyPhotos",
    "accept", "answer", "ask_extension", "ask_suspension", "comment", "confirm", "count_anew", "count_cells", "count_changes", "dispatch", "dispute", "erase_contacts", "erase_subjects", "finish_step", "fix_on_the_spot", "forget_counts",
    "grant_extension", "import_case", "import_cases", "import_messages", "mend_words", "merge", "overrule", "rate", "rebound", "recheck_pass", "refuse_extension", "refuse_suspension", "reject", "release_unit",
    "report_by_resident", "report_case", "resolve", "resume", "retract", "reveal_contact", "sign", "suspend", "unconfirm", "uphold", "verify_fail", "verify_pass", "withdraw",
]  # fmt: skip
