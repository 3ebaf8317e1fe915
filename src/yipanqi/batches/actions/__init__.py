"""Writing: what people ask for, stop and take back (asking), and what the worker leaves at every step (working)."""

from .asking import FileInHand, NothingToTakeBack, StillRunning, ask, ask_for_file, cancel, take_back
from .working import finish, forget, give_up, start

__all__ = ["FileInHand", "NothingToTakeBack", "StillRunning", "ask", "ask_for_file", "cancel", "finish", "forget", "give_up", "start", "take_back"]
