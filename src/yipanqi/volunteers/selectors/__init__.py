"""Reads of volunteers: who somebody is, whom they may see, what waits for whom."""

from .people import (
    by_identity,
    in_teams,
    is_of_station,
    led_teams,
    of_station,
    registered_as,
    username_of_phone,
    visible_to,
    volunteer_of,
)
from .waiting import erasures_due, likely_pairs, pairs_visible_to, requests_visible_to, to_erase

__all__ = ["by_identity", "erasures_due", "in_teams", "is_of_station", "led_teams", "likely_pairs", "of_station", "pairs_visible_to", "registered_as", "requests_visible_to", "to_erase", "username_of_phone", "visible_to", "volunteer_of"]
