"""Everything that writes news: telling and sending it, and where people and groups are reached."""

from .addresses import add_device, add_group, change_group, remove_device, remove_group
from .news import Taken, begin_sending, forget, keep_wishes, note_sent, note_unsent, read, read_all, send_again, tell

__all__ = [
    "Taken", "add_device", "add_group", "begin_sending", "change_group", "forget", "keep_wishes", "note_sent", "note_unsent", "read", "read_all",
    "remove_device", "remove_group", "send_again", "tell",
]  # fmt: skip
