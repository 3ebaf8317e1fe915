"""Reads: whose record one may see, what stars and certificates stand on."""

from yipanqi.records.selectors.entries import (
    KINDS,
    changeable,
    entries_visible_to,
    entry_visible_to,
    has_training,
    holders,
    is_centre,
    issuer_for,
    issuers_of,
    issuers_that_recorded,
    issues_for,
    known_to,
    minutes_by_issuer,
    minutes_of,
    record_of,
    recording_issuers,
    records_for,
    sees_all,
    services_for,
)
from yipanqi.records.selectors.papers import (
    Table,
    amendments_visible_to,
    certificate_by_number,
    certificates_shown_to,
    certificates_visible_to,
    courses,
    lines_that_differ,
    people_who_decide,
    people_who_issue,
    schemes,
    short_stars,
    star_station,
    star_table,
    stars_visible_to,
    waiting_since,
)

__all__ = [
    "KINDS", "Table", "amendments_visible_to", "certificate_by_number", "changeable", "certificates_shown_to", "certificates_visible_to", "courses", "entries_visible_to",
    "entry_visible_to", "has_training", "holders", "is_centre", "issuer_for", "issuers_of", "issuers_that_recorded", "issues_for", "known_to", "lines_that_differ", "minutes_by_issuer", "minutes_of", "people_who_decide",
    "people_who_issue", "record_of", "recording_issuers", "records_for", "schemes", "sees_all", "services_for", "short_stars", "star_station", "star_table",
    "stars_visible_to", "waiting_since",
]  # fmt: skip
