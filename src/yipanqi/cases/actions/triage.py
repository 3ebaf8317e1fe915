"""What the desk decides: take on, decline, merge, hand over, and rule on disputes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.cases import selectors
from yipanqi.cases.actions.answers import tell_residents
from yipanqi.cases.actions.steps import (
    PhotoMissing,
    after_parts,
    alive,
    begin,
    need,
    on_version,
    record,
    settle,
    start_parts,
    void_requests,
)
from yipanqi.cases.catalogue import SPOT_PHOTO_SEVERITY
from yipanqi.cases.models import Assignment, Case
from yipanqi.cases.states import Part, State
from yipanqi.files.models import Photo
from yipanqi.kernel.actions import Conflict, Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.policy import policy_value
from yipanqi.people.models import Unit, UnitKind
from yipanqi.places.actions import add_duty
from yipanqi.standards.models import IssueClass

FARTHEST = dt.timedelta(days=3_652)


class BadPrimary(Conflict):
    """A case cannot be merged into this one."""


class NothingDisputed(Conflict):
    """No unit's dispute waits for a ruling."""

    message = gettext_lazy("本案没有待裁定的退单，可能已由他人裁定，请刷新后查看最新进展。")


@action
@on_version
def accept(
    case: Case, *, issue_class: IssueClass, severity: int | None = None, note: str = "", suggested: str = "", by: Actor, at: dt.datetime
) -> Case:
    """The desk takes a reported problem on, under a class, which sets severity, clocks and closing condition. `suggested`
    are the keys of the classes that were suggested, the likeliest first, with commas: the thread keeps how they fared.

    Raises:
        WrongState: it is not waiting for this.
        Refused: the class is out of use, or the severity is not 1 to 4.
    """
    at = begin(case, "accept", at)
    if not issue_class.active:
        raise Refused(_("问题类别“%(name)s”已停用，请另选。") % {"name": issue_class.name}, field="issue_class")
    if severity is not None and not 1 <= severity <= 4:
        raise Refused(_("严重程度应为 1 到 4。"), field="severity")
    changed = case.issue_class_id != issue_class.pk
    case.issue_class, case.accepted_at = issue_class, at
    case.severity = severity or (issue_class.severity if changed else case.severity)
    case.closing_condition = issue_class.closing_condition
    kept = _suggestions_kept(suggested, issue_class)
    case.suggested = kept.get("rank")
    data = {"class": issue_class.key, "severity": case.severity, **({"suggested": kept} if kept else {})}
    record(case, "accept", by=by, at=at, note=note, data=data)
    return case


def _suggestions_kept(suggested: str, decided: IssueClass) -> dict[str, Any]:
    """What was suggested, and at which place the decision stood among it (0: at none)."""
    keys = [key for key in suggested.split(",") if key]
    rank = keys.index(decided.key) + 1 if decided.key in keys else 0
    return {"classes": keys, "rank": rank} if keys else {}


@action
@on_version
def reject(case: Case, *, reason: str, by: Actor, at: dt.datetime) -> Case:
    """The desk declines; the reason is told to everyone who reported it or a case that follows it.

    Raises:
        WrongState: it was handed over already.
        Refused: no reason was given.
    """
    at = begin(case, "reject", at)
    reason = need(reason, "reason", _("请写明不予受理的理由，理由会告知反映人"))
    case.rejected_at = at
    tell_residents(case, at, reason)
    record(case, "reject", by=by, at=at, note=reason)
    return case


@action(also=("primary",))
@on_version
def merge(case: Case, *, primary: Case, note: str = "", by: Actor, at: dt.datetime) -> Case:
    """The case follows another one about the same problem from now on; so do those that followed it.

    Both are locked in the order of their rows. Of two crossing merges the second finds its primary merged and is refused.

    Raises:
        WrongState: it was handed over already.
        BadPrimary: the other one is this one, was itself merged, rejected or closed, or this is its rebound.
    """
    at = begin(case, "merge", at)
    if primary.pk == case.pk:
        raise BadPrimary(_("不能并入自己，请选择另一件案件。"), field="primary")
    if primary.merged_into_id == case.pk:
        raise BadPrimary(_("%(number)s 已并入本案，不需要再合并。") % {"number": primary.number}, field="primary")
    if primary.state == State.MERGED:
        target = primary.merged_into.number if primary.merged_into else ""
        raise BadPrimary(_("%(number)s 已并入 %(target)s，请改选 %(target)s。") % {"number": primary.number, "target": target}, field="primary")
    if primary.pk == case.rebound_of_id:
        raise BadPrimary(_("本案是 %(number)s 反弹后新立的案件，不能并回原案件，请直接交办。") % {"number": primary.number}, field="primary")
    if primary.state == State.REJECTED:
        raise BadPrimary(_("%(number)s 已不予受理，不能并入。") % {"number": primary.number}, field="primary")
    if primary.state == State.CLOSED:
        raise BadPrimary(_("%(number)s 已销号，不能并入；问题再次出现的，请在该案件登记反弹。") % {"number": primary.number}, field="primary")
    case.merged_into, case.merged_at = primary, at
    Case.objects.filter(merged_into=case).update(merged_into=primary)
    record(case, "merge", by=by, at=at, note=note, data={"primary": primary.number}, other=primary)
    return case


@action
@on_version
def fix_on_the_spot(case: Case, *, note: str, photos: Sequence[Photo] = (), by: Actor, at: dt.datetime) -> Case:
    """Put right where it was seen: recorded, counted and closed in one step. What was done is said; something as severe
    as the office's setting names is shown by a photo.

    Raises:
        WrongState: it was handed over already.
        PhotoMissing: it is severe and no photo was given.
        Refused: it was not said what was done.
    """
    at = begin(case, "fix_on_the_spot", at)
    note = need(note, "note", _("请写明当场怎样改好的，例如“已请商户搬走占道物品”"))
    if case.severity >= policy_value(SPOT_PHOTO_SEVERITY.key) and not photos:
        raise PhotoMissing(field="photos")
    case.on_the_spot = True
    case.accepted_at = case.accepted_at or at
    case.resolved_at = case.closed_at = at
    tell_residents(case, at)
    record(case, "fix_on_the_spot", by=by, at=at, note=note, photos=photos)
    return case


@action
@on_version
def dispatch(
    case: Case, *, unit: Unit, co_units: Iterable[Unit] = (), requirements: str = "", due_at: dt.datetime | None = None,
    note: str = "", by: Actor, at: dt.datetime,
) -> Case:  # fmt: skip
    """Hand the case over to the unit that leads and those that assist. The handling clock starts.

    Args:
        due_at: a deadline other than the class's; it must lie ahead.

    Raises:
        WrongState: it is not waiting to be handed over.
        Refused: a unit was dissolved or will be by the deadline, that has passed, or nobody outside the units could verify.
    """
    at = begin(case, "dispatch", at)
    helpers = [u for u in dict.fromkeys(co_units) if u.pk != unit.pk]
    if due_at is not None and not at < due_at < at + FARTHEST:
        raise Refused(_("整改期限须晚于现在，且在十年之内，请重新选择。"), field="due_at")
    for one in (unit, *helpers):
        alive(case, one, at, "unit" if one is unit else "co_units", due_at)
    _check_verifiers((unit, *helpers), at)
    starts = start_parts(case, [(unit, Assignment.Role.LEAD), *((one, Assignment.Role.SUPPORT) for one in helpers)], at, due_at)
    case.requirements, case.dispatched_at = requirements.strip()[:500], at
    data = {"unit": unit.code, "co_units": [u.code for u in helpers], **starts}
    record(case, "dispatch", by=by, at=at, note=note, unit=unit, data=data)
    return case


@action
@on_version
def withdraw(case: Case, *, note: str, by: Actor, at: dt.datetime) -> Case:
    """The desk takes a case back that went to the wrong unit, that nobody signs, or whose unit was dissolved. All shares
    end, what was asked lapses, the units hear of it, and the case waits to be handed over anew.

    Raises:
        WrongState: it is not with the units.
        Refused: no reason was given.
    """
    at = begin(case, "withdraw", at)
    note = need(note, "note", _("请写明收回重新交办的理由"))
    parts, unit = selectors.live(case), case.unit
    for part in parts:
        part.state = Part.WITHDRAWN
    Assignment.objects.bulk_update(parts, ["state"])
    void_requests(case, at, parts)
    case.unit = case.due_at = case.time_left = case.handle_amount = case.dispatched_at = case.first_signed_at = None
    case.handle_clock, case.steps = "", []
    record(case, "withdraw", by=by, at=at, note=note, unit=unit, data={"units": [p.unit.code for p in parts]})
    return case


@action
@on_version
def release_unit(case: Case, *, unit: Unit, note: str, by: Actor, at: dt.datetime) -> Case:
    """The desk spares an assisting unit that has not reported its share mended, so that the others need not wait. Where
    all others have reported, the case is resolved as of the last report.

    Raises:
        WrongState: it is not with the units.
        Refused: no reason was given, or `unit` does not assist, has disputed its share or reported it mended.
    """
    at = begin(case, "release_unit", at)
    note = need(note, "note", _("请写明解除协办的理由"))
    part = next((p for p in selectors.live(case) if p.unit_id == unit.pk), None)
    if part is None:
        raise Refused(_("“%(unit)s”不是本案的协办单位，请重新选择。") % {"unit": unit.name}, field="unit")
    if why := selectors.not_released(part):
        raise Refused(why, field="unit")
    part.state = Part.WITHDRAWN
    part.save(update_fields=["state"])
    void_requests(case, at, [part])
    data: dict[str, Any] = {"unit": unit.code}
    target = settle(case, at, data)
    record(case, "release_unit", to=target, by=by, at=at, note=note, unit=unit, data=data)
    return case


@action
@on_version
def uphold(case: Case, *, unit: Unit | None = None, note: str = "", make_rule: bool = False, by: Actor, at: dt.datetime) -> Case:
    """The dispute is right: the share goes to `unit`, whose clock starts anew; an assisting share may also go to nobody.

    The leading unit's dispute is ruled on before those of assisting units, these in the order of their shares. Where
    all others have reported their shares mended, releasing an assisting unit resolves the case as of the last report.

    Args:
        unit: who has the share from now on; None releases an assisting unit without another in its place.
        make_rule: also write down that `unit` answers for this class there, as far as `selectors.rule_reach` says; for an
            assisting share, that it assists.

    Raises:
        WrongState: the case is in a state in which nothing can be disputed.
        NothingDisputed: no share is disputed.
        Refused: no unit for the leading share, `unit` disputes (this share or its own), takes part already, or was
            dissolved; a rule is asked for and the case has neither place, position nor area.
    """
    at = begin(case, "uphold", at)
    disputed = _disputed(case)
    leads = disputed.role == Assignment.Role.LEAD
    _check_heir(case, disputed, unit, make_rule, at)
    reach = _reach(case, at) if make_rule else None
    gone = [p for p in selectors.live(case) if p is disputed or (unit and p.unit_id == unit.pk)]
    for part in gone:
        part.state = Part.WITHDRAWN
    Assignment.objects.bulk_update(gone, ["state"])
    void_requests(case, at, gone)
    data: dict[str, Any] = {"unit": unit.code if unit else "", "from": disputed.unit.code, "role": disputed.role}
    if unit is not None:
        data |= start_parts(case, [(unit, disputed.role)], at, None)
    if leads:
        case.dispatched_at = at
    if reach is not None and unit is not None:
        data["rule"] = _write_rule(case, unit, reach, by, at)
    target = settle(case, at, data)
    record(case, "uphold", to=target, by=by, at=at, note=note, unit=unit or disputed.unit, data=data)
    return case


@action
@on_version
def overrule(case: Case, *, note: str, by: Actor, at: dt.datetime) -> Case:
    """The dispute is wrong: the unit keeps its share, and its clock ran on. Which dispute: see `uphold`.

    Raises:
        WrongState: the case is in a state in which nothing can be disputed.
        NothingDisputed: no share is disputed.
        Refused: no reason was given.
    """
    at = begin(case, "overrule", at)
    note = need(note, "note", _("请写明驳回退单的理由"))
    part = _disputed(case)
    part.state = Part.HANDLING if part.signed_at else Part.DISPATCHED
    part.save(update_fields=["state"])
    record(case, "overrule", to=after_parts(case), by=by, at=at, note=note, unit=part.unit, data={"role": part.role})
    return case


def _disputed(case: Case) -> Assignment:
    found = selectors.disputed_share(case)
    if found is None:
        raise NothingDisputed
    return found


def _check_heir(case: Case, disputed: Assignment, unit: Unit | None, make_rule: bool, at: dt.datetime) -> None:
    """Refuse a unit that cannot have the disputed share."""
    leads = disputed.role == Assignment.Role.LEAD
    if unit is None:
        if leads:
            raise Refused(_("主办单位退单，请选择改派单位。"), field="unit")
        if make_rule:
            raise Refused(_("写入责任规则须选择改派单位。"), field="unit")
        return
    if unit.pk == disputed.unit_id:
        raise Refused(_("改派单位不能是提出退单的单位；如应由其办理，请驳回退单。"), field="unit")
    if any(p.unit_id == unit.pk and p.state == Part.DISPUTED for p in selectors.live(case)):
        raise Refused(_("“%(unit)s”自己的退单还没有裁定，不能改派给它，请选择其他单位。") % {"unit": unit.name}, field="unit")
    if not leads and any(p.unit_id == unit.pk for p in selectors.live(case)):
        raise Refused(_("“%(unit)s”已在本案办理单位之中；不需要其他单位协办的，改派单位请留空。") % {"unit": unit.name}, field="unit")
    alive(case, unit, at, "unit")
    _check_verifiers((unit,), at)


def _check_verifiers(units: Sequence[Unit], at: dt.datetime) -> None:
    """The office may mend something itself, but only where somebody outside it can verify."""
    if any(u.kind == UnitKind.OFFICE for u in units) and not selectors.others_verify(units, timezone.localdate(at)):
        raise Refused(_("交给创城办自行办理的案件，须由创城办以外的检查员核查；目前没有这样的检查员，请改交其他单位。"), field="unit")


def _reach(case: Case, at: dt.datetime) -> selectors.Reach:
    """How far a rule of the ruling goes. Raises Refused where it would hold for the whole city."""
    reach = selectors.rule_reach(case, timezone.localdate(at))
    if reach is None:
        raise Refused(_("本案没有点位、位置和区划，写入的责任规则会管到全市。请只作改派；确需全市统一的，请在“责任”中另行添加。"), field="make_rule")
    return reach


def _write_rule(case: Case, unit: Unit, reach: selectors.Reach, by: Actor, at: dt.datetime) -> str:
    """A ruling becomes a duty: for this class, as far as it reaches."""
    basis = _("案件 %(number)s 退单裁定") % {"number": case.number}
    where: dict[str, Any] = {reach.kind: reach.target}
    duty = add_duty(None, unit=unit, issue_class=case.issue_class, part=reach.part, basis=basis, by=by, at=at, **where)
    return str(duty.code)
