"""Everything that writes orders, offers and what becomes of them."""

from .contacts import Contact, erase_contacts, note_export, reveal_contact
from .dispatching import accept, accept_proposal, dispatch, give_back, give_up, grab, lapse, propose, recall, refuse
from .lecturers import add_lecturer, change_lecturer, erase_lecturers, remove_lecturer, take_over_lecturers
from .menu import add_item, add_offer, change_item, change_offer, end_offer, pause_offer, resume_offer, retire_item
from .ordering import ask, ask_by_proxy, cancel, decline, make_order
from .serving import answer_complaint, close_unrated, complain, join_activity, rate, reply_to_rating, report_service

__all__ = [
    "Contact", "accept", "accept_proposal", "add_item", "add_lecturer", "add_offer", "answer_complaint", "ask", "ask_by_proxy", "cancel", "change_item",
    "change_lecturer", "change_offer", "close_unrated", "complain", "decline", "dispatch", "end_offer", "erase_contacts", "erase_lecturers", "give_back",
    "give_up", "grab", "join_activity", "lapse", "make_order", "note_export", "pause_offer", "propose", "rate", "recall", "refuse", "remove_lecturer", "reply_to_rating",
    "report_service", "resume_offer", "retire_item", "reveal_contact", "take_over_lecturers",
]  # fmt: skip
