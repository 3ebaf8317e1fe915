"""Reading cases. Every list starts from `visible_to`."""

from .cells import cell_range
from .correcting import Terms, accepted_as, graded, merged_by, terms_of, why_not_split_off, with_it
from .deciding import (
    Reach,
    answering,
    dispute_ruled_on,
    mending_is_shown,
    objected_to,
    preselected_heir,
    request_decided_by,
    rule_reach,
)
from .filtering import RUNNING, filtered, is_overdue, overdue
from .flagging import PhotoFlag, photo_flags
from .independence import others_verify, related, took_part
from .news import news_for_desk, news_for_units
from .offered import ANSWERS, SHARES, held_back, not_released, open_moves, own_units
from .one import (
    awaited,
    disputed_share,
    earlier_offences,
    follow,
    lead,
    live,
    moves_of,
    neighbours,
    pending_requests,
    photos,
    proposed_heir,
    requests_of,
    reread,
    sees,
    similar,
    subject_hash,
    thread,
)
from .retention import contacts_past_term, subjects_past_term
from .seeing import (
    IS_OPEN,
    OPEN_STATES,
    SUBJECT,
    by_number,
    plain,
    report_by_code,
    reports_visible_to,
    row_of,
    sees_all,
    sources_for,
    visible_to,
)
from .spreading import (
    Box,
    Cluster,
    Spread,
    cells_in,
    closed_lately,
    clusters,
    ended_since,
    miscounted,
    recount,
    resolution_for,
    spread,
    zoom_of,
)
from .taking_back import TAKEN_BACK, at_an_end, own_confirmation, why_not_retracted
from .telling import public_title, short_count
from .timing import Stage, clock_after, stage_calendar, stage_limit, stages, standing, steps_asked, time_left
from .waiting import inbox

__all__ = [
    "short_count", "zoom_of", "Box", "Cluster", "Spread", "cell_range", "cells_in", "closed_lately", "clusters", "ended_since", "miscounted", "recount", "resolution_for", "spread",
    "ANSWERS", "Terms", "accepted_as", "graded", "merged_by", "terms_of", "why_not_split_off", "with_it", "PhotoFlag", "photo_flags", "TAKEN_BACK", "answering", "at_an_end", "own_confirmation", "why_not_retracted", "dispute_ruled_on", "mending_is_shown", "objected_to", "preselected_heir", "request_decided_by", "rule_reach", "IS_OPEN", "OPEN_STATES", "RUNNING", "SHARES", "SUBJECT", "Reach", "Stage", "awaited", "by_number", "clock_after", "contacts_past_term", "disputed_share", "earlier_offences", "filtered", "follow", "held_back", "inbox", "is_overdue", "lead", "live", "moves_of", "neighbours", "news_for_desk", "news_for_units", "not_released", "open_moves",
    "others_verify", "overdue", "own_units", "pending_requests", "photos", "plain", "proposed_heir", "public_title", "report_by_code", "reports_visible_to", "related", "requests_of", "reread", "row_of", "sees", "sees_all", "similar", "stage_calendar", "stage_limit", "stages",
    "sources_for", "standing", "steps_asked", "subject_hash", "subjects_past_term", "thread", "time_left", "took_part", "visible_to",
]  # fmt: skip
