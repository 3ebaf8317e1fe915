"""Looking at what was mended: by someone else, and again later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from yipanqi.cases import selectors
from yipanqi.cases.actions.answers import tell_residents
from yipanqi.cases.actions.intake import enter_case
from yipanqi.cases.actions.steps import announce, begin, need, on_version, record
from yipanqi.cases.events import CaseAccepted
from yipanqi.cases.models import Assignment, Case, Source
from yipanqi.cases.states import CASE, OPEN, Part
from yipanqi.files.models import Photo
from yipanqi.kernel.actions import Conflict, action
from yipanqi.kernel.actors import Actor


class NotSpared(Conflict):
    """The case is not among those that the rule strikes off."""


class BackAlready(Conflict):
    """The return of the problem was entered before, and that case is still open."""


@action
@on_version
def verify_pass(case: Case, *, note: str = "", photos: Sequence[Photo] = (), by: Actor, at: dt.datetime) -> Case:
    """Someone who did not mend it looked: the closing condition is met, the case is struck off, residents are told.

    Raises:
        WrongState: it is not waiting for this.
    """
    at = begin(case, "verify_pass", at)
    case.closed_at = at
    tell_residents(case, at)
    record(case, "verify_pass", by=by, at=at, note=note, photos=photos)
    return case


@action
def spare(case: Case, *, until: dt.datetime | None, by: Actor, at: dt.datetime) -> Case:
    """A mended case of low severity was not drawn for verification: it leaves the verifiers' lists and is struck off at
    `until`. Whoever likes may still look before. Without `until` it is not spared any more: a person verifies it.

    Raises:
        WrongState: it is not waiting for verification.
    """
    CASE.check(case, "verify_pass")
    case.spared_until = until
    case.save(update_fields=["spared_until"])
    return case


@action
def close_unsampled(case: Case, *, draw: str, by: Actor, at: dt.datetime) -> Case:
    """The term of a case that was not drawn is over: it is struck off by the rule, and says so. It had to show its mending
    like every other, stays among those that are rechecked, and counts apart from what a person verified.

    Raises:
        WrongState: it is not waiting for verification.
        NotSpared: it was not spared, its term is not over, its mending is not shown, or somebody objected.
    """
    at = begin(case, "verify_pass", at)
    needs_photo = case.issue_class is not None and case.issue_class.photo_required
    unseen = needs_photo and not selectors.mending_is_shown(case)
    if case.spared_until is None or at < case.spared_until or unseen or selectors.objected_to(case):
        raise NotSpared
    case.closed_at, case.by_sample = at, True
    tell_residents(case, at)
    note = _("抽样核查未抽中（%(draw)s 抽取），满规定期限无异议，按规则销号。") % {"draw": draw}
    record(case, "verify_pass", by=by, at=at, note=note, data={"by_sample": draw})
    return case


@action
@on_version
def verify_fail(case: Case, *, note: str, false_reply: bool = False, photos: Sequence[Photo] = (), by: Actor, at: dt.datetime) -> Case:
    """Someone who did not mend it looked: it goes back to the units. The clock ran on.

    Args:
        false_reply: what the unit reported is not what is to be seen 虚假整改.

    Raises:
        WrongState: it is not waiting for this.
        Refused: it was not said what is wrong.
    """
    at = begin(case, "verify_fail", at)
    note = need(note, "note", _("请写明核查不通过的原因"))
    for part in selectors.live(case):
        part.state, part.resolved_at = Part.HANDLING, None
    Assignment.objects.bulk_update(selectors.live(case), ["state", "resolved_at"])
    case.resolved_at = case.spared_until = None
    case.rework += 1
    record(case, "verify_fail", by=by, at=at, note=note, photos=photos, data={"false_reply": True} if false_reply else None)
    return case


@action
@on_version
def recheck_pass(case: Case, *, note: str = "", photos: Sequence[Photo] = (), by: Actor, at: dt.datetime) -> Case:
    """Looked at again some time after the close: still in order.

    Raises:
        WrongState: it is not closed.
    """
    at = begin(case, "recheck_pass", at)
    record(case, "recheck_pass", by=by, at=at, note=note, photos=photos)
    return case


@action
@on_version
def rebound(case: Case, *, note: str, photos: Sequence[Photo] = (), by: Actor, at: dt.datetime) -> Case:
    """The problem is back after its close: returns a new case, linked to this one and ready to be handed over.

    Raises:
        WrongState: it is not closed.
        BackAlready: an open case tells of its return; the sentence names it.
        Refused: it was not said what was seen.
    """
    at = begin(case, "rebound", at)
    known = case.rebound_cases.filter(state__in=OPEN).order_by("pk").first()
    if known is not None:
        raise BackAlready(_("本案反弹已登记为 %(number)s，正在办理，请在该案件补充情况。") % {"number": known.number})
    note = need(note, "note", _("请写明反弹情况"))
    again = enter_case(
        source=Source.INSPECTION, description=note, title=case.title, issue_class=case.issue_class, severity=case.severity,
        place=case.place, lon=case.lon, lat=case.lat, address=case.address, check_item=case.check_item, photos=photos,
        rebound_of=case, by=by, at=at,
    )  # fmt: skip
    announce(CaseAccepted, again, at)
    case.rebounds += 1
    record(case, "rebound", by=by, at=at, note=note, data={"case": again.number}, other=again)
    return again
