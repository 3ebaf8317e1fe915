"""What inspectors do: begin a visit, record what they see, end it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.cases import actions as cases
from yipanqi.cases.catalogue import SPOT_PHOTO_SEVERITY
from yipanqi.cases.models import Case, Source
from yipanqi.cases.selectors import at_an_end
from yipanqi.cases.states import State
from yipanqi.files import actions as files
from yipanqi.files.models import Photo
from yipanqi.inspections import selectors, spacing
from yipanqi.inspections.actions.campaigns import TooSoon
from yipanqi.inspections.catalogue import FAILING_LETTERS, VISIT_PHOTOS
from yipanqi.inspections.events import VisitFinished, VisitGivenUp
from yipanqi.inspections.judging import Judged, judge, passing
from yipanqi.inspections.models import Campaign, CampaignPlace, Finding, Visit
from yipanqi.inspections.scores import place_score
from yipanqi.inspections.states import CAMPAIGN, VISIT
from yipanqi.kernel.actions import Conflict, Refused, action
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.events import publish
from yipanqi.kernel.policy import policy_value
from yipanqi.people.models import User
from yipanqi.places.models import Place
from yipanqi.standards.models import CheckItem

Outcome = Finding.Outcome


class NotInCampaign(Refused):
    """The place is not part of the campaign."""

    message = gettext_lazy("这个点位不在本检查计划中")


class NotRunning(Refused):
    """The campaign's days have not begun or are over."""

    message = gettext_lazy("今天不在本检查计划的起止日期内")
    status = 409


class VisitTaken(Conflict):
    """The uuid belongs to another visit, or the inspector has one unfinished here."""

    message = gettext_lazy("这个点位您有一次检查还没完成，请先完成")


class OtherItem(Refused):
    """The item is not one of the place's."""

    message = gettext_lazy("这一检查项不属于该点位的检查内容")


class WhyMissing(Refused):
    """A finding with a case behind it is not turned into a pass by a second tap: what is taken back with it needs words."""

    def __init__(self, finding: Finding) -> None:
        number = finding.case.number if finding.case else ""
        sentence = _("这一项已立案（%(number)s），改判会撤回该案件。请点“改判”，写明原因。")
        if finding.outcome == Outcome.CONFIRMED:
            sentence = _("这一项已在案件 %(number)s 登记“再次发现”，改判会撤回这次登记。请点“改判”，写明原因。")
        super().__init__(sentence % {"number": number}, field="why")


class PhotoMissing(Refused):
    """Something severe is shown by a photo, and so is its correction on the spot."""

    message = gettext_lazy("这类问题较严重，立整立改须附照片")


class NothingSaid(Refused):
    """A failing item without words and photo says nothing to whoever reads of it."""

    message = gettext_lazy("请拍一张照片，或写明问题在哪里、是什么样子。")


class PhotoUnknown(Refused):
    """A photo that was named is not the sender's."""

    message = gettext_lazy("照片不存在或不是您上传的，请重新上传")


class ItemsLeft(Refused):
    """Some items have no result yet."""


@action(offline=True)
def start_visit(
    campaign: Campaign, *, place: Place, uuid: UUID, lon: float | None = None, lat: float | None = None, why_again: str = "",
    by: User, at: dt.datetime,
) -> Visit:  # fmt: skip
    """An inspector begins to look at a place. The same uuid again returns the same visit.

    Args:
        uuid: chosen by the phone.
        lon, lat: where the phone was, WGS 84, if it knows; asked once, never followed.
        why_again: why it is looked at again so soon after another campaign, where the plan does not say it.

    Raises:
        WrongState: the campaign is not running.
        NotRunning: the day is outside the campaign.
        NotInCampaign: the place is not part of it.
        VisitTaken: the uuid is another visit's, or this inspector has an unfinished one here.
        TooSoon: another campaign was here lately and found nothing amiss, and nobody said why it is looked at again.
    """
    known = Visit.objects.filter(uuid=uuid).first()
    if known is not None:
        if (known.campaign_id, known.place_id, known.inspector_id) != (campaign.pk, place.pk, by.pk):
            raise VisitTaken
        return known
    CAMPAIGN.move(campaign, "start_visit")
    if not campaign.starts_on <= localdate(at) <= campaign.ends_on:
        raise NotRunning
    row = campaign.campaign_places.filter(place=place).first()
    if row is None:
        raise NotInCampaign
    if selectors.open_visit(by, campaign, place):
        raise VisitTaken
    earlier = spacing.lately(campaign, [place.pk], at).get(place.pk)
    why = (why_again.strip() or row.why_again)[:200] if earlier else ""
    if earlier is not None and not why:
        raise TooSoon(field="why_again")
    if lon is None or lat is None:
        lon = lat = None
    return Visit.objects.create(uuid=uuid, campaign=campaign, place=place, inspector=by, started_at=at, lon=lon, lat=lat, again_after=earlier, why_again=why)


@action(offline=True)
def record_finding(
    visit: Visit, *, item: CheckItem, observed: Mapping[str, Any], note: str = "", photos: Sequence[Photo] = (),
    on_the_spot: bool = False, why: str = "", by: User, at: dt.datetime,
) -> Finding:  # fmt: skip
    """What was seen of one item; the letter follows. A failing one opens a case, or confirms the one already open.

    Said again 改判, it replaces what was said before. Still failing, it keeps its case; else the case that it opened is
    withdrawn, or its confirmation of an open case, with the reason in the case's thread. Anything less than an A is told
    in words or shown by a photo, something severe by a photo, unless a case behind it tells it already.

    Args:
        observed: as `judging.judge` reads it.
        on_the_spot: it was put right at once 立整立改: counted, no case.
        why: why it is judged otherwise; needed where a case or a confirmation is withdrawn.

    Raises:
        WrongState: the visit is finished.
        WhyMissing: a case or a confirmation would be withdrawn, and it is not said why.
        NotRetracted: somebody else has the case already; nothing is changed.
        OtherItem, WrongObservation, PhotoMissing, NothingSaid.
    """
    VISIT.check(visit, "record_finding")
    if (item.edition_id, item.category_id) != (visit.campaign.edition_id, visit.place.category_id):
        raise OtherItem
    judged = judge(item, observed)
    before = visit.findings.filter(item=item).select_related("case").first()
    fails = judged.letter != "NA" and judged.letter in policy_value(FAILING_LETTERS.key)
    finding = before or Finding(visit=visit, item=item)
    if finding.case is not None and (not fails or on_the_spot):
        _take_back(finding, why.strip(), on_the_spot, by, at)
    if judged.letter not in ("A", "NA") and finding.case is None:
        _check_told(item, note, photos, on_the_spot)
    said, finding.observed, finding.letter, finding.value = finding.note, judged.observed, judged.letter, judged.value
    finding.note, finding.recorded_at = note.strip(), at
    if finding.case is not None:
        if photos or finding.note not in ("", said):
            cases.comment(finding.case, note=finding.note or _("补充照片"), photos=photos, by=by, at=at)
    else:
        _follow_up(finding, fails, on_the_spot, photos, by, at)
    if finding.case is None:
        for photo in photos:
            files.attach(photo, subject_kind=VISIT_PHOTOS, subject_ref=str(visit.uuid), by=by, at=at)
    finding.save()
    return finding


@action(offline=True)
def pass_rest(visit: Visit, *, by: User, at: dt.datetime) -> Visit:
    """One tap: every item without a result is as it should be.

    Raises:
        WrongState: the visit is finished.
    """
    VISIT.check(visit, "pass_rest")
    done = set(visit.findings.values_list("item_id", flat=True))
    rest = [item for item in selectors.items_of(visit.campaign, visit.place) if item.pk not in done]
    Finding.objects.bulk_create([_passed(visit, item, at) for item in rest])
    return visit


@action(offline=True)
def finish_visit(visit: Visit, *, by: User, at: dt.datetime) -> Visit:
    """The visit ends: its score is the weighted share of what was reached, over the items that apply.

    Raises:
        WrongState: it is finished already.
        ItemsLeft: some items have no result; the sentence says how many.
    """
    VISIT.check(visit, "finish_visit")
    left = selectors.items_of(visit.campaign, visit.place).exclude(pk__in=visit.findings.values("item")).count()
    if left:
        raise ItemsLeft(_("还有 %(n)s 项没有结果；请逐项记录，或点“其余全部合格”") % {"n": left})
    score = place_score(visit.findings.values_list("item__weight", "value"))
    visit.finished_at, visit.score, visit.n_items = max(at, visit.started_at), score.value, score.n
    visit.save()
    CampaignPlace.objects.filter(merged_with=visit.campaign, place=visit.place, served_by__isnull=True).update(served_by=visit)
    publish(
        VisitFinished(
            visit=str(visit.uuid), place=visit.place.code, score=None if score.value is None else str(score.value), n_items=score.n, at=at
        )
    )
    return visit


@action(offline=True)
def give_up_visit(visit: Visit, *, why: str, note: str = "", photos: Sequence[Photo] = (), by: User, at: dt.datetime) -> Visit:
    """The place is closed, gone, cannot be entered or is not safe: the visit ends without a score and counts nowhere.

    What was recorded before stays recorded, cases included. The place can be tried again under the same campaign.

    Args:
        why: a value of `Visit.Missed`.

    Raises:
        WrongState: the visit has ended.
        Refused: no such reason.
    """
    VISIT.check(visit, "give_up_visit")
    if why not in Visit.Missed.values:
        raise Refused(_("请选择无法检查的原因"), field="why")
    for photo in photos:
        files.attach(photo, subject_kind=VISIT_PHOTOS, subject_ref=str(visit.uuid), by=by, at=at)
    visit.missed_at, visit.missed_why, visit.missed_note = max(at, visit.started_at), why, note.strip()[:200]
    visit.save()
    publish(VisitGivenUp(visit=str(visit.uuid), place=visit.place.code, why=why, at=at))
    return visit


def _passed(visit: Visit, item: CheckItem, at: dt.datetime) -> Finding:
    judged: Judged = judge(item, passing(item))
    return Finding(visit=visit, item=item, observed=judged.observed, letter=judged.letter, value=judged.value, recorded_at=at)


def _check_told(item: CheckItem, note: str, photos: Sequence[Photo], on_the_spot: bool) -> None:
    """Refuse a failure that lacks what whoever reads of it needs: a photo of something severe, and of what was mended
    where the class asks for one; else at least words."""
    if photos:
        return
    issue_class = item.issue_class
    if (issue_class.severity if issue_class else 1) >= policy_value(SPOT_PHOTO_SEVERITY.key):
        raise PhotoMissing(None if on_the_spot else _("这类问题较严重，请拍照后再提交。"), field="photos")
    if on_the_spot and issue_class and issue_class.photo_required:
        raise PhotoMissing(_("这类问题整改须附照片，请拍下整改后的样子。"), field="photos")
    if not note.strip():
        raise NothingSaid(_("请拍一张整改后的照片，或写明怎样改好的。") if on_the_spot else None, field="note")


def _take_back(finding: Finding, why: str, on_the_spot: bool, by: User, at: dt.datetime) -> None:
    """Part a finding from its case: withdraw the case that it opened, or its confirmation of another's. A case that is at
    an end, for example because the office declined it, stays as it is."""
    case = finding.case
    assert case is not None
    confirmed = finding.outcome == Outcome.CONFIRMED
    if confirmed or not at_an_end(case):
        if not why:
            raise WhyMissing(finding)
        sentence = _("检查员改判：已当场改好（立整立改）。%(why)s") if on_the_spot else _("检查员改判：原判误记。%(why)s")
        take_back = cases.unconfirm if confirmed else cases.retract
        take_back(case, reason=sentence % {"why": why}, by=by, at=at)
    finding.case, finding.outcome = None, Outcome.NONE


def _follow_up(finding: Finding, fails: bool, on_the_spot: bool, photos: Sequence[Photo], by: User, at: dt.datetime) -> None:
    """Set what becomes of a finding: nothing, corrected, a case confirmed or opened."""
    item = finding.item
    finding.outcome = Outcome.NONE
    if not fails:
        return
    if on_the_spot:
        finding.outcome = Outcome.CORRECTED
        return
    Place.objects.select_for_update().get(pk=finding.visit.place_id)  # two inspectors here at once open one case
    case = selectors.open_case(finding.visit.place, item)
    if case is not None:
        finding.case = cases.confirm(case, note=finding.note, photos=photos, by=by, at=at)
        finding.outcome = Outcome.CONFIRMED
        return
    finding.case = _open_case(finding, photos, by, at)
    finding.outcome = Outcome.OPENED


def _open_case(finding: Finding, photos: Sequence[Photo], by: User, at: dt.datetime) -> Case:
    """A case of the item's class at the place, accepted in the same breath: an inspector's word needs no second look."""
    item, place = finding.item, finding.visit.place
    case: Case = cases.report_case(
        None, source=Source.INSPECTION, title=_title(place, item), description=finding.note or item.text,
        issue_class=item.issue_class, place=place, check_item=item, found_at=at, photos=photos, by=by, at=at,
    )  # fmt: skip
    if item.issue_class and item.issue_class.active and case.state == State.REPORTED:
        case = cases.accept(case, issue_class=item.issue_class, severity=case.severity, by=SYSTEM, at=at)
    return case


def _title(place: Place, item: CheckItem) -> str:
    return f"{place.name}：{item.issue_class.name if item.issue_class else item.text}"[:120]
