"""Reads of volunteers: who somebody is, whom they may see, what waits for whom."""

from .lists import (
    asking_to_join,
    filtered,
    members_of,
    membership_visible_to,
    open_requests,
    reads_people,
    teams_to_enter,
    waiting_for,
)
from .people import (
    IN_TEAM,
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

__all__ = ["IN_TEAM", "erasures_due", "filtered", "identity_hash", "in_teams", "is_of_station", "known_people", "led_teams", "likely_pairs", "members_of", "membership_visible_to", "of_station", "open_requests", "pairs_visible_to", "reads_people", "registered_as", "requests_visible_to", "teams_to_enter", "to_erase", "username_of_phone", "visible_to", "volunteer_of", "asking_to_join", "waiting_for"]
