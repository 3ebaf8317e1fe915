"""Reads of the app: who sees what, lists, the menu, one round of dispatch, one order."""

from .lists import (
    areas_within,
    asked_of,
    grabbable,
    how_often,
    in_hand,
    lately_served,
    narrowed,
    others,
    party_choices,
    phone_hash,
    waiting_for_dispatch,
)
from .menu import (
    MenuLine,
    can_serve_today,
    free_parts,
    lecturers,
    lecturers_of,
    lock_lecturers,
    menu,
    offers_for,
    offers_visible_to,
    on_menu,
)
from .one import (
    area_named,
    can_grab,
    code_known,
    complaints_visible_to,
    deadline,
    due_dispatches,
    erasable,
    latest_proposal,
    overdue_wishes,
    parties_for,
    plain,
    proposal_lines,
    unrated,
    waiting_dispatch,
    wrong_wish,
)
from .rounds import Field, field_of
from .seeing import (
    leaders_of,
    led_teams,
    own_stations,
    parties_of,
    party_of,
    serves_for,
    staff_of,
    station_of,
    stations_below,
    visible_to,
    waits_at,
)

__all__ = [
    "Field", "MenuLine", "area_named", "areas_within", "asked_of", "can_grab", "can_serve_today", "code_known", "complaints_visible_to",
    "deadline", "due_dispatches", "erasable", "field_of", "free_parts", "grabbable", "how_often", "in_hand", "lately_served",
    "latest_proposal", "leaders_of", "lecturers", "lecturers_of", "led_teams", "lock_lecturers", "menu", "narrowed", "offers_for",
    "offers_visible_to", "on_menu", "others", "overdue_wishes", "own_stations", "parties_for", "parties_of", "party_choices", "party_of",
    "phone_hash", "plain", "proposal_lines", "serves_for", "staff_of", "station_of", "stations_below", "unrated", "visible_to",
    "waiting_dispatch", "waiting_for_dispatch", "waits_at", "wrong_wish",
]  # fmt: skip
