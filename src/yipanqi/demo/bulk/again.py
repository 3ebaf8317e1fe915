"""What the twins remember of who looks at a place when, so that a second look says why as the actions ask it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.utils import timezone

from yipanqi.inspections.models import Campaign, Finding, Visit
from yipanqi.inspections.spacing import again_days
from yipanqi.inspections.states import CampaignState

SELF = Campaign.Kind.SELF_CHECK


class Looks:
    """Places by campaign, and the finished visits of each place in the order of time."""

    def __init__(self) -> None:
        self.places: dict[int, set[int]] = defaultdict(set)
        self.campaigns: dict[int, Campaign] = {}
        self.visits: dict[int, list[tuple[Visit, bool]]] = defaultdict(list)

    def note_visit(self, visit: Visit, findings: Iterable[Finding]) -> None:
        self.visits[visit.place_id].append((visit, any(finding.letter in ("B", "C", "D") for finding in findings)))

    def joins(self, campaign: Campaign, place: int, at: dt.datetime) -> bool:
        """Note that a place joins; whether another campaign was there lately or is to look at it."""
        settled = place in self.places[campaign.pk]
        self.campaigns[campaign.pk] = campaign
        self.places[campaign.pk].add(place)
        if settled or not again_days(campaign):
            return False
        today = timezone.localdate(at)
        begins = max(campaign.starts_on, today)
        earliest = timezone.make_aware(dt.datetime.combine(begins, dt.time.min)) if begins > today else at
        return self.lately(campaign, place, earliest) is not None or any(
            self._is_planned(other, place) and other.starts_on <= campaign.ends_on and other.ends_on >= begins
            for key, other in self.campaigns.items() if key != campaign.pk
        )  # fmt: skip

    def _is_planned(self, other: Campaign, place: int) -> bool:
        looked = any(visit.campaign_id == other.pk for visit, _amiss in self.visits[place])
        return other.state == CampaignState.OPEN and other.kind != SELF and place in self.places[other.pk] and not looked

    def lately(self, campaign: Campaign, place: int, at: dt.datetime) -> Visit | None:
        """As `inspections.spacing.lately` tells it."""
        since = at - dt.timedelta(days=again_days(campaign))
        found = [
            (visit, amiss) for visit, amiss in self.visits[place]
            if visit.campaign_id != campaign.pk and visit.campaign.kind != SELF and visit.finished_at and since < visit.finished_at <= at
        ]  # fmt: skip
        newest = max(found, key=lambda one: (one[0].finished_at, one[0].pk), default=None)
        return newest[0] if newest and not newest[1] else None
