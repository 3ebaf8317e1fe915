"""Volunteers, what they and their guardians agreed to, their teams, what they asked about their data, and likely doubles."""

from yipanqi.volunteers.models.agreed import Consent, ConsentText
from yipanqi.volunteers.models.asked import Gone, OwnRequest
from yipanqi.volunteers.models.membership import Membership
from yipanqi.volunteers.models.pairs import Pair
from yipanqi.volunteers.models.person import DAYPARTS, Volunteer

__all__ = ["DAYPARTS", "Consent", "ConsentText", "Gone", "Membership", "OwnRequest", "Pair", "Volunteer"]
