"""What whoever decides about a case must know before: what was asked or disputed, whom a ruling concerns, how far a rule of
it would reach, and whether a photo shows the mending."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from yipanqi.cases.models import Assignment, Case, CaseMove, Extension, Report
from yipanqi.cases.selectors.one import disputed_share, live, moves_of, photos, proposed_heir, requests_of
from yipanqi.files.models import Photo
from yipanqi.people.models import Unit
from yipanqi.places.models import Area, Place, Segment, Zone
from yipanqi.places.selectors import Resolution, resolve

#: A rating from which on down a resident is not content.
LOW = 2
#: Of which kind the request is that a move decides.
DECIDES = {
    "grant_extension": "extension", "refuse_extension": "extension", "suspend": "suspension", "refuse_suspension": "suspension",
}  # fmt: skip


@dataclass(frozen=True)
class Reach:
    """What a rule written by a ruling would be about: a place, segment, zone or area; and who has it there today."""

    kind: str
    target: Place | Segment | Zone | Area
    now: Unit | None
    part: str


def answering(case: Case, on: dt.date) -> Resolution:
    """Who answers for a case on a day, with reasons."""
    position = (case.lon, case.lat) if case.lon is not None and case.lat is not None else None
    return resolve(position, case.place, case.issue_class, on)


def rule_reach(case: Case, on: dt.date) -> Reach | None:
    """The narrowest thing about which a rule of the ruling that is due takes effect: the place; else the segment or zone
    whose rule answers there today; else the area. None where the case has none of them: its rule would hold anywhere."""
    share, found = disputed_share(case), answering(case, on)
    part = share.role if share else Assignment.Role.LEAD
    now = found.unit if part == Assignment.Role.LEAD else None
    if case.place is not None:
        return Reach("place", case.place, now, part)
    rule = found.rule
    if rule is not None and rule.segment is not None:
        return Reach("segment", rule.segment, now, part)
    if rule is not None and rule.zone is not None:
        return Reach("zone", rule.zone, now, part)
    return Reach("area", case.area, now, part) if case.area is not None else None


def request_decided_by(case: Case, verb: str) -> Extension | None:
    """The request that a move would decide: the oldest open one of its kind."""
    return next((one for one in requests_of(case) if one.kind == DECIDES.get(verb)), None)


def dispute_ruled_on(case: Case) -> CaseMove | None:
    """What the unit said whose dispute is ruled on next."""
    share = disputed_share(case)
    if share is None:
        return None
    return next((m for m in reversed(moves_of(case)) if m.verb == "dispute" and m.unit_id == share.unit_id), None)


def preselected_heir(case: Case, answers: Unit | None) -> tuple[Unit | None, bool]:
    """Whom the form of a ruling names for the disputed share, and whether the disputing unit proposed it: else the unit
    that `answers` by the rules, but for the leading share only, and never the one that disputes."""
    share, proposed = disputed_share(case), proposed_heir(case)
    if proposed is not None or share is None:
        return proposed, proposed is not None
    leads = share.role == Assignment.Role.LEAD
    return (answers if leads and answers != share.unit else None), False


def mending_is_shown(case: Case) -> bool:
    """Whether there is a photo after the mending, or after the latest one where an earlier one was sent back."""
    back = next((m.at for m in reversed(moves_of(case)) if m.verb == "verify_fail"), None)
    return any(p.kind == Photo.Kind.AFTER and (back is None or (p.attached_at or p.uploaded_at) > back) for p in photos(case))


def objected_to(case: Case) -> bool:
    """Whether anyone but the units that mended it said something since: it was seen again, another report of it was merged
    or came in, a resident rated it low, or somebody else added words to the thread."""
    since = case.resolved_at
    if since is None:
        return False
    own = {part.unit_id for part in live(case)}
    if any(m.at >= since and (m.verb == "confirm" or (m.verb == "comment" and m.unit_id not in own)) for m in moves_of(case)):
        return True
    reports = Report.objects.filter(Q(case=case) | Q(case__merged_into=case))
    return case.merged_cases.filter(merged_at__gte=since).exists() or reports.filter(Q(sent_at__gte=since) | Q(rated_at__gte=since, rating__lte=LOW)).exists()
