"""How soon a place may be looked at again: who was there lately or is to come under another campaign, and what excuses it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yipanqi.inspections.models import Campaign, CampaignPlace, Finding, Visit
from yipanqi.inspections.states import CampaignState
from yipanqi.kernel.policy import policy, policy_value
from yipanqi.places.models import Place
from yipanqi.standards.models import CheckItem

Kind = Campaign.Kind
_HELP = _("同一点位在这么多天内已由（或将由）其他计划检查的，安排时须合并、剔除或写明理由；0 为不限。单位自查不算重复检查，复查不合格项不受限制。")
AGAIN = {
    Kind.ROUTINE: policy("inspections.again_days_routine", 7, _("重复检查间隔（天）：常态化检查"), help=_HELP, most=3650),
    Kind.SPECIAL: policy("inspections.again_days_special", 7, _("重复检查间隔（天）：专项整治"), help=_HELP, most=3650),
    Kind.MOCK: policy("inspections.again_days_mock", 3, _("重复检查间隔（天）：模拟测评"), help=_HELP, most=3650),
    Kind.SELF_CHECK: policy("inspections.again_days_self_check", 0, _("重复检查间隔（天）：单位自查"), help=_HELP, most=3650),
}
#: How far back the list of places looks that were checked by several campaigns.
LOOK_BACK = 90


@dataclass(frozen=True)
class Other:
    """Another campaign that looked at a place lately (`visit`), or is to look at it (None); on which day."""

    campaign: Campaign
    on: dt.date
    visit: Visit | None


def again_days(campaign: Campaign) -> int:
    """Within how many days of another campaign's look this one does not look again without a reason."""
    return max(0, int(policy_value(AGAIN[Kind(campaign.kind)].key)))


def lately(campaign: Campaign, places: Iterable[int], at: dt.datetime) -> dict[int, Visit]:
    """The newest visit of each place (row ids) by another campaign within the days before `at`, without those that found
    something amiss: seeing whether it was mended is no second check."""
    days = again_days(campaign)
    since = at - dt.timedelta(days=days)
    others = Visit.objects.filter(place__in=list(places), finished_at__gt=since, finished_at__lte=at).exclude(campaign=campaign)
    found = {v.place_id: v for v in others.exclude(campaign__kind=Kind.SELF_CHECK).select_related("campaign").order_by("finished_at", "id")} if days else {}
    amiss = Finding.objects.filter(visit__in=[v.pk for v in found.values()], letter__in=("B", "C", "D")).values_list("visit_id", flat=True)
    failed = set(amiss) if found else set()
    return {place: visit for place, visit in found.items() if visit.pk not in failed}


def others_at(campaign: Campaign, places: Sequence[Place], at: dt.datetime) -> dict[int, Other]:
    """By row id, the places at which another campaign looked within the days before this one can begin, or which one that
    runs on the same days is still to look at. Places that stand in this campaign already were settled when they joined it."""
    joined = set(campaign.campaign_places.values_list("place_id", flat=True))
    return _others(campaign, [place.pk for place in places if place.pk not in joined], at)


def unsettled(campaign: Campaign, at: dt.datetime) -> dict[int, Other]:
    """By row id, the campaign's own places that another campaign looks at too as the plan now stands, where nobody said why
    and nobody began to look; and those whose one look does not do for both any more."""
    begun = Visit.objects.filter(campaign=OuterRef("campaign"), place=OuterRef("place"))
    rows = list(campaign.campaign_places.filter(~Exists(begun), why_again="").select_related("place", "merged_with"))
    apart = {
        row.place_id: Other(row.merged_with, max(row.merged_with.starts_on, timezone.localdate(at)), row.served_by)
        for row in rows
        if row.merged_with is not None and not items_agree(campaign, row.merged_with, row.place)
    }
    return _others(campaign, [row.place_id for row in rows if row.merged_with is None], at) | apart


def _others(campaign: Campaign, asked: list[int], at: dt.datetime) -> dict[int, Other]:
    """By row id, which of these places another campaign looked at shortly before this one can begin, or is still to."""
    if not again_days(campaign):
        return {}
    begins = max(campaign.starts_on, timezone.localdate(at))
    earliest = timezone.make_aware(dt.datetime.combine(begins, dt.time.min)) if begins > timezone.localdate(at) else at
    found = {
        row.place_id: Other(row.campaign, max(row.campaign.starts_on, timezone.localdate(at)), None)
        for row in _planned(campaign, asked, begins)
    }
    for place, visit in lately(campaign, asked, earliest).items():
        found[place] = Other(visit.campaign, timezone.localdate(visit.finished_at), visit)
    return found


def _planned(campaign: Campaign, places: list[int], begins: dt.date) -> QuerySet[CampaignPlace]:
    """Places of other running campaigns that nobody has looked at yet, where both run on the same days."""
    looked = Visit.objects.filter(campaign=OuterRef("campaign"), place=OuterRef("place"), finished_at__isnull=False)
    rows = CampaignPlace.objects.filter(
        ~Exists(looked), place__in=places, merged_with__isnull=True, campaign__state=CampaignState.OPEN,
        campaign__starts_on__lte=campaign.ends_on, campaign__ends_on__gte=begins,
    )  # fmt: skip
    return rows.exclude(campaign=campaign).exclude(campaign__kind=Kind.SELF_CHECK).select_related("campaign").order_by("-campaign__starts_on", "-id")


def items_agree(campaign: Campaign, other: Campaign, place: Place) -> bool:
    """Whether what `other` looks at there holds all that this campaign asks, item by item in the same words."""
    if campaign.edition_id == other.edition_id:
        return True
    rows = CheckItem.objects.filter(edition_id__in=(campaign.edition_id, other.edition_id), category_id=place.category_id)
    asked: dict[int, set[tuple[object, ...]]] = {campaign.edition_id: set(), other.edition_id: set()}
    for edition, *said in rows.values_list("edition_id", "code", "text", "kind", "measure", "target"):
        asked[edition].add(tuple(said))
    return bool(asked[campaign.edition_id]) and asked[campaign.edition_id] <= asked[other.edition_id]


def often_checked(now: dt.datetime) -> QuerySet[Place]:
    """Places that several campaigns looked at lately, the most visited first, with `n_visits` and `n_campaigns`."""
    recent = Visit.objects.filter(finished_at__gt=now - dt.timedelta(days=LOOK_BACK), finished_at__lte=now).exclude(campaign__kind=Kind.SELF_CHECK)
    rows = Place.objects.filter(visits__in=recent).annotate(n_visits=Count("visits", distinct=True), n_campaigns=Count("visits__campaign", distinct=True))
    return rows.filter(n_campaigns__gt=1).select_related("category", "area", "operator").order_by("-n_visits", "code")
