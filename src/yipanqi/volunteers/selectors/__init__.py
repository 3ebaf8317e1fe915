"""Reads of volunteers: who somebody is, whom they may see, what waits for whom."""

from .people import (
    identity_hash,
    in_teams,
    is_of_station,
    known_people,
    led_teams,
    of_station,
    registered_as,
    username_of_phone,
    visible_to,
    volunteer_of,
)
from .waiting import erasures_due, likely_pairs, pairs_visible_to, requests_visible_to, to_erase

__all__ = ["erasures_due", "identity_hash", "in_teams", "is_of_station", "known_people", "led_teams", "likely_pairs", "of_station", "pairs_visible_to", "registered_as", "requests_visible_to", "to_erase", "username_of_phone", "visible_to", "volunteer_of"]
