"""What the office does with campaigns: plan, give out, start, end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.inspections import spacing
from yipanqi.inspections.events import CampaignClosed, CampaignOpened
from yipanqi.inspections.models import Campaign, CampaignPlace
from yipanqi.inspections.states import CAMPAIGN, CampaignState
from yipanqi.kernel.actions import Refused, action
from yipanqi.kernel.actors import SYSTEM, Actor
from yipanqi.kernel.events import publish
from yipanqi.kernel.series import next_number
from yipanqi.people.models import Role, User
from yipanqi.places.models import Place
from yipanqi.standards.actions import use_edition
from yipanqi.standards.models import Edition


class BadDates(Refused):
    """A campaign ends before it begins."""

    message = gettext_lazy("结束日期不能早于开始日期")


class NothingToInspect(Refused):
    """A campaign without places cannot start."""

    message = gettext_lazy("还没有安排点位，请先选择点位再启动检查")


class EditionFixed(Refused):
    """The standard of a running campaign stays."""

    message = gettext_lazy("检查已启动，不能更换测评体系版本")
    status = 409


class NotAnInspector(Refused):
    """A place was to be given to someone who is no inspector."""


class Visited(Refused):
    """Places that were looked at stay in the campaign."""

    message = gettext_lazy("其中有点位已开始检查，不能移出")
    status = 409


class TooSoon(Refused):
    """Another campaign was there lately or is to come: looking again needs a reason."""

    message = gettext_lazy("这个点位近期已由其他计划检查过，请写明为什么要再检查一次。")


class ItemsDiffer(Refused):
    """One look does not do for both campaigns."""


class HasResults(Refused):
    """Somebody inspected under the campaign: it is ended, not cancelled."""

    message = gettext_lazy("已有检查结果，不能取消；请改为“结束检查”，已有结果照常保留")
    status = 409


@action
def add_campaign(
    _nothing: None, *, name: str, kind: str, edition: Edition, starts_on: dt.date, ends_on: dt.date, by: Actor, at: dt.datetime
) -> Campaign:
    """The office writes a plan of inspections; it gets a code such as J2026-003 and stays a draft until opened.

    Raises:
        BadDates: it ends before it begins.
    """
    _check_dates(starts_on, ends_on)
    year = starts_on.year
    code = f"J{year}-{next_number(f'inspections.campaign.{year}'):03d}"
    return Campaign.objects.create(
        code=code, name=name, kind=Campaign.Kind(kind), edition=edition, starts_on=starts_on, ends_on=ends_on, created_at=at
    )


@action
def change_campaign(
    campaign: Campaign, *, name: str, kind: str, edition: Edition, starts_on: dt.date, ends_on: dt.date,
    again: str = "", why_again: str = "", by: Actor, at: dt.datetime,
) -> Campaign:  # fmt: skip
    """The office changes a plan; the edition only while it is a draft. Places that another campaign looks at too only now,
    by the new kind, days or edition, are decided about as when they join (see `assign_places`).

    Raises:
        WrongState: the campaign is closed.
        BadDates, EditionFixed.
        TooSoon, ItemsDiffer: there are such places, and it is not said what becomes of them.
    """
    CAMPAIGN.move(campaign, "change_campaign")
    _check_dates(starts_on, ends_on)
    if campaign.state != CampaignState.DRAFT and edition != campaign.edition:
        raise EditionFixed
    before = spacing.unsettled(campaign, at)
    campaign.name, campaign.kind, campaign.edition = name, Campaign.Kind(kind), edition
    campaign.starts_on, campaign.ends_on = starts_on, ends_on
    others = {place: other for place, other in spacing.unsettled(campaign, at).items() if place not in before}
    if others:
        _settle_joined(campaign, others, again, why_again.strip())
    campaign.save()
    return campaign


@action
def assign_places(
    campaign: Campaign, *, places: Sequence[Place], inspectors: Sequence[User], again: str = "", why_again: str = "", by: Actor, at: dt.datetime
) -> Campaign:
    """Places join the campaign, or change hands, in equal neighbouring shares among the inspectors.

    Neighbouring means by area, then code. Without inspectors any inspector may take the places. Repeating changes
    nothing.

    Args:
        again: what becomes of places that another campaign looked at lately or is to look at soon: "leave_out", "merge"
            (its visit serves this campaign too) or "keep".
        why_again: why these are looked at twice; needed to keep them.

    Raises:
        WrongState: the campaign is closed.
        NotAnInspector: someone named is not appointed as an inspector today.
        TooSoon: there are such places, and it is not said what becomes of them, or not why.
        ItemsDiffer: the other campaign does not look at all that this one asks.
    """
    CAMPAIGN.move(campaign, "assign_places")
    for user in inspectors:
        if Role.INSPECTOR not in user.roles:
            raise NotAnInspector(_("%(name)s 不是检查员，不能安排检查任务") % {"name": user.name})
    chosen = list(set(places))
    others = spacing.others_at(campaign, chosen, at)
    if others:
        _settle_again(campaign, chosen, others, again, why_again.strip())
    left_out = others if again == "leave_out" else {}
    ordered = sorted((place for place in chosen if place.pk not in left_out), key=lambda place: (place.area_id or 0, place.code))
    rows = [
        CampaignPlace(
            campaign=campaign, place=place, inspector=inspectors[i * len(inspectors) // len(ordered)] if inspectors else None,
            **_again(others.get(place.pk), again, why_again.strip()),
        )
        for i, place in enumerate(ordered)
    ]  # fmt: skip
    CampaignPlace.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["campaign", "place"], update_fields=["inspector"], batch_size=500
    )
    return campaign


def _settle_again(campaign: Campaign, places: Sequence[Place], others: Mapping[int, spacing.Other], again: str, why: str) -> None:
    """Refuse places that are looked at twice unless it is said what becomes of them."""
    theirs = [place for place in places if place.pk in others]
    names = _("、").join(sorted(place.name for place in theirs)[:5])
    if again == "merge":
        differ = [place for place in theirs if not spacing.items_agree(campaign, others[place.pk].campaign, place)]
        if differ:
            raise ItemsDiffer(_("这些点位两个计划的检查项不同，不能合并：%(names)s。请剔除，或写明理由后仍要检查。") % {"names": _("、").join(p.name for p in differ[:5])}, field="again")
    elif again == "keep":
        if not why:
            raise TooSoon(_("请写明为什么要重复检查。"), field="why_again")
    elif again != "leave_out":
        sentence = _("%(n)s 个点位近期已由其他计划检查或即将检查（%(names)s 等），请选择剔除、合并，或写明理由后仍要检查。")
        raise TooSoon(sentence % {"n": len(theirs), "names": names}, field="again")


def _settle_joined(campaign: Campaign, others: Mapping[int, spacing.Other], again: str, why: str) -> None:
    """Do what was decided about places of the campaign that are looked at twice by its new terms."""
    rows = list(campaign.campaign_places.filter(place__in=list(others)).select_related("place"))
    places = [row.place for row in rows]
    _settle_again(campaign, places, others, again, why)
    if again == "leave_out":
        campaign.campaign_places.filter(place__in=places).delete()
    for row in rows:
        for name, value in {"merged_with": None, "served_by": None, **_again(others[row.place_id], again, why)}.items():
            setattr(row, name, value)
    if again != "leave_out":
        CampaignPlace.objects.bulk_update(rows, ["merged_with", "served_by", "why_again"], batch_size=500)
    if again != "keep":
        _part(campaign, places)


def _again(other: spacing.Other | None, again: str, why: str) -> dict[str, Any]:
    """What a place keeps of the decision about looking twice."""
    if other is None:
        return {}
    if again == "merge":
        return {"merged_with": other.campaign, "served_by": other.visit}
    return {"why_again": why[:200]}


def _part(campaign: Campaign, places: Sequence[Place] | None = None) -> None:
    """Places that waited for this campaign's look are looked at by their own campaign after all."""
    waiting = CampaignPlace.objects.filter(merged_with=campaign, served_by__isnull=True)
    (waiting if places is None else waiting.filter(place__in=places)).update(merged_with=None)


@action
def remove_places(campaign: Campaign, *, places: Sequence[Place], by: Actor, at: dt.datetime) -> Campaign:
    """Places leave the campaign, unless someone has begun to look at them.

    Raises:
        WrongState: the campaign is closed.
        Visited: one of them has a visit.
    """
    CAMPAIGN.move(campaign, "remove_places")
    if campaign.visits.filter(place__in=places).exists():
        raise Visited
    campaign.campaign_places.filter(place__in=places).delete()
    _part(campaign, places)
    return campaign


@action
def open_campaign(campaign: Campaign, *, by: Actor, at: dt.datetime) -> Campaign:
    """The campaign starts: inspectors see their places, and its edition is frozen.

    Raises:
        WrongState: it is not a draft.
        NothingToInspect: no place was assigned.
    """
    CAMPAIGN.move(campaign, "open_campaign")
    if not campaign.campaign_places.exists():
        raise NothingToInspect
    campaign.save(update_fields=["state"])
    use_edition(campaign.edition, by=SYSTEM, at=at)
    publish(CampaignOpened(campaign=campaign.code, at=at))
    return campaign


@action
def close_campaign(campaign: Campaign, *, by: Actor, at: dt.datetime) -> Campaign:
    """The campaign ends; visits not finished stay unfinished and do not count.

    Raises:
        WrongState: it is not running.
    """
    CAMPAIGN.move(campaign, "close_campaign")
    campaign.save(update_fields=["state"])
    _part(campaign)
    publish(CampaignClosed(campaign=campaign.code, at=at))
    return campaign


@action
def cancel_campaign(campaign: Campaign, *, why: str, by: Actor, at: dt.datetime) -> Campaign:
    """The plan is dropped before anything was inspected; it stays in the list with the reason.

    Raises:
        WrongState: it has ended.
        HasResults: places were inspected already; then it is closed instead.
        Refused: no reason.
    """
    CAMPAIGN.move(campaign, "cancel_campaign")
    if not why.strip():
        raise Refused(_("请写明取消的原因"), field="why")
    if campaign.visits.filter(Q(finished_at__isnull=False) | Q(findings__isnull=False)).exists():
        raise HasResults
    campaign.cancelled_why = why.strip()[:200]
    campaign.save(update_fields=["state", "cancelled_why"])
    _part(campaign)
    publish(CampaignClosed(campaign=campaign.code, at=at))
    return campaign


def _check_dates(starts_on: dt.date, ends_on: dt.date) -> None:
    if ends_on < starts_on:
        raise BadDates(field="ends_on")
