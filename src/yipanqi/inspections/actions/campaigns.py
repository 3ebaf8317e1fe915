"""What the office does with campaigns: plan, give out, start, end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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
    campaign: Campaign, *, name: str, kind: str, edition: Edition, starts_on: dt.date, ends_on: dt.date, by: Actor, at: dt.datetime
) -> Campaign:
    """The office changes a plan; the edition only while it is a draft.

    Raises:
        WrongState: the campaign is closed.
        BadDates, EditionFixed.
    """
    CAMPAIGN.move(campaign, "change_campaign")
    _check_dates(starts_on, ends_on)
    if campaign.state != CampaignState.DRAFT and edition != campaign.edition:
        raise EditionFixed
    campaign.name, campaign.kind, campaign.edition = name, Campaign.Kind(kind), edition
    campaign.starts_on, campaign.ends_on = starts_on, ends_on
    campaign.save()
    return campaign


@action
def assign_places(
    campaign: Campaign, *, places: Sequence[Place], inspectors: Sequence[User], by: Actor, at: dt.datetime
) -> Campaign:
    """Places join the campaign, or change hands, in equal neighbouring shares among the inspectors.

    Neighbouring means by area, then code. Without inspectors any inspector may take the places. Repeating changes
    nothing.

    Raises:
        WrongState: the campaign is closed.
        NotAnInspector: someone named is not appointed as an inspector today.
    """
    CAMPAIGN.move(campaign, "assign_places")
    for user in inspectors:
        if Role.INSPECTOR not in user.roles:
            raise NotAnInspector(_("%(name)s 不是检查员，不能安排检查任务") % {"name": user.name})
    ordered = sorted(set(places), key=lambda place: (place.area_id or 0, place.code))
    rows = [
        CampaignPlace(campaign=campaign, place=place, inspector=inspectors[i * len(inspectors) // len(ordered)] if inspectors else None)
        for i, place in enumerate(ordered)
    ]
    CampaignPlace.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["campaign", "place"], update_fields=["inspector"], batch_size=500
    )
    return campaign


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
    publish(CampaignClosed(campaign=campaign.code, at=at))
    return campaign


def _check_dates(starts_on: dt.date, ends_on: dt.date) -> None:
    if ends_on < starts_on:
        raise BadDates(field="ends_on")
