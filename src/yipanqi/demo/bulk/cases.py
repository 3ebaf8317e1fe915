"""Twins of what brings a case in, what the desk decides, and what verifiers find."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone

from yipanqi.calendar.selectors import calendar_for
from yipanqi.cases import clocks, events, selectors
from yipanqi.cases.actions import answers, intake, steps
from yipanqi.cases.models import Assignment, Case, CaseMove, Extension, Report, Source
from yipanqi.cases.states import CASE, Part, State
from yipanqi.demo.bulk.files import FileTwins
from yipanqi.demo.bulk.ledger import twin
from yipanqi.files.models import Photo
from yipanqi.kernel.actors import Actor
from yipanqi.people.models import Unit, User
from yipanqi.standards.models import IssueClass

Photos = Sequence[Photo]
CODES = 500


class CaseTwins(FileTwins):
    """`yipanqi.cases.actions`, without those of the units."""

    def __init__(self) -> None:
        super().__init__()
        self.last_move: dict[int, CaseMove] = {}
        self.requests: dict[int, list[Extension]] = defaultdict(list)
        self.reports: dict[int, list[Report]] = defaultdict(list)
        self.followers: dict[int, list[Case]] = defaultdict(list)
        self.codes: list[str] = []

    # ----- what every move does -----

    def _begin(self, case: Case, at: dt.datetime) -> dt.datetime:
        """The moment to record; what the case says of its deadline is as if it had just been read."""
        last = self.last_move.get(case.pk)
        case.due_at = case.due_at.astimezone(dt.UTC) if case.due_at else None
        return max(at, last.at) if last else at

    def _record(
        self, case: Case, verb: str, *, by: Actor, at: dt.datetime, to: str | None = None, note: str = "",
        unit: Unit | None = None, data: dict[str, Any] | None = None, photos: Photos = (), other: Case | None = None,
    ) -> None:  # fmt: skip
        before, target = CASE.move(case, verb, to)
        if steps.begins_stage(case, before, target):
            case.stage_started_at = at
        case.last_due_at = steps.last_due(case)
        due, case.stage_due_at = case.stage_due_at, steps.stage_due(case)
        if due != case.stage_due_at:
            data = {**(data or {}), "stage_due": case.stage_due_at.isoformat() if case.stage_due_at else None}
        case.version += 1
        self._announce(events.MOVED[verb], case, at, unit, other)
        self._write_move(case, verb, before, target, by=by, at=at, note=note, unit=unit, data=data, photos=photos)

    def _announce(
        self, kind: type[events.CaseEvent], case: Case, at: dt.datetime, unit: Unit | None = None, other: Case | None = None
    ) -> None:
        unit_id, other_id = unit.pk if unit else None, other.pk if other else None
        self.ledger.publish(kind(at=at, case_id=case.pk, number=case.number, unit_id=unit_id, other_case_id=other_id))

    def _write_move(
        self, case: Case, verb: str, source: str, target: str, *, by: Actor, at: dt.datetime, note: str = "",
        unit: Unit | None = None, data: dict[str, Any] | None = None, photos: Photos = (),
    ) -> None:  # fmt: skip
        for photo in photos:
            self.attach(photo, subject_kind=selectors.SUBJECT, subject_ref=case.number, by=by, at=at)
        shown = {**(data or {}), **({"photos": [str(p.uuid) for p in photos]} if photos else {})}
        user = by if isinstance(by, User) else None
        self.last_move[case.pk] = self.ledger.add(
            CaseMove(
                case=case, verb=verb, source=source, target=target, at=at, actor=user, actor_key=by.actor_key,
                unit=unit or (user.main_unit if user else None), note=note, data=shown, public=verb in steps.PUBLIC_VERBS,
            )  # fmt: skip
        )

    # ----- intake -----

    @twin("cases.report_case")
    def report_case(self, _nothing: None, *, photos: Photos = (), by: Actor, at: dt.datetime, **facts: Any) -> Case:
        return self._enter(photos=photos, by=by, at=at, **facts)

    @twin("cases.report_by_resident")
    def report_by_resident(
        self, _nothing: None, *, text: str, contact_name: str = "", contact_phone: str = "", photos: Photos = (),
        by: Actor, at: dt.datetime, **facts: Any,
    ) -> Report:  # fmt: skip
        case = self._enter(source=Source.RESIDENT, description=text, photos=photos, by=by, at=at, **facts)
        report = Report(
            code=self._code(), case=case, sent_at=at, text=case.description,
            contact_name=contact_name.strip()[:40], contact_phone=contact_phone.strip()[:30],
        )  # fmt: skip
        self.reports[case.pk].append(self.ledger.add(report))
        self.ledger.publish(events.ReportReceived(at=at, report_id=report.pk, case_id=case.pk))
        return report

    @twin("cases.confirm")
    def confirm(self, case: Case, *, note: str = "", photos: Photos = (), by: Actor, at: dt.datetime) -> Case:
        at = self._begin(case, at)
        case.confirmations += 1
        self._record(case, "confirm", by=by, at=at, note=note, photos=photos)
        return case

    @twin("cases.comment")
    def comment(self, case: Case, *, note: str, photos: Photos = (), by: Actor, at: dt.datetime) -> Case:
        self._record(case, "comment", by=by, at=self._begin(case, at), note=note.strip(), photos=photos)
        return case

    def _enter(
        self, *, by: Actor, at: dt.datetime, photos: Photos = (), rebound_of: Case | None = None, **facts: Any
    ) -> Case:
        case = intake.build_case(by=by, at=at, **facts)
        if rebound_of is not None:
            case.rebound_of, case.state, case.accepted_at = rebound_of, State.FILED, at
        year = timezone.localtime(at).year
        case.number = f"{year}-{self.ledger.next_number(f'cases.{year}'):06d}"
        self.ledger.add(case)
        case._prefetched_objects_cache = {"assignments": []}  # type: ignore[attr-defined]  # what selectors.live reads
        case.stage_due_at = steps.stage_due(case)
        data = {"rebound_of": rebound_of.number} if rebound_of else {}
        data |= {"stage_due": case.stage_due_at.isoformat()} if case.stage_due_at else {}
        self._write_move(case, "report_case", "", case.state, by=by, at=at, photos=photos, data=data)
        self.ledger.publish(events.CaseReported(at=at, case_id=case.pk, number=case.number))
        return case

    def _code(self) -> str:
        self.codes = self.codes or intake.fresh_codes(CODES)
        return self.codes.pop()

    # ----- triage -----

    @twin("cases.accept")
    def accept(
        self, case: Case, *, issue_class: IssueClass, severity: int | None = None, note: str = "", by: Actor, at: dt.datetime
    ) -> Case:
        at = self._begin(case, at)
        changed = case.issue_class_id != issue_class.pk
        was = {"class": case.issue_class.key if case.issue_class else "", "severity": case.severity}
        case.issue_class, case.accepted_at = issue_class, at
        case.severity = severity or (issue_class.severity if changed else case.severity)
        case.closing_condition = issue_class.closing_condition
        data = {"class": issue_class.key, "severity": case.severity, "was": was}
        self._record(case, "accept", by=by, at=at, note=note, data=data)
        return case

    @twin("cases.reject")
    def reject(self, case: Case, *, reason: str, by: Actor, at: dt.datetime) -> Case:
        at = self._begin(case, at)
        case.rejected_at = at
        self._tell_residents(case, at, reason.strip())
        self._record(case, "reject", by=by, at=at, note=reason.strip())
        return case

    @twin("cases.merge")
    def merge(self, case: Case, *, primary: Case, note: str = "", by: Actor, at: dt.datetime) -> Case:
        at = self._begin(case, at)
        case.merged_into, case.merged_at = primary, at
        for follower in self.followers.pop(case.pk, []):
            follower.merged_into = primary
            self.followers[primary.pk].append(follower)
        self.followers[primary.pk].append(case)
        self._record(case, "merge", by=by, at=at, note=note, data={"primary": primary.number}, other=primary)
        return case

    @twin("cases.fix_on_the_spot")
    def fix_on_the_spot(self, case: Case, *, note: str, photos: Photos = (), by: Actor, at: dt.datetime) -> Case:
        at = self._begin(case, at)
        case.on_the_spot = True
        case.accepted_at = case.accepted_at or at
        case.resolved_at = case.closed_at = at
        self._tell_residents(case, at)
        self._record(case, "fix_on_the_spot", by=by, at=at, note=note, photos=photos)
        return case

    @twin("cases.dispatch")
    def dispatch(
        self, case: Case, *, unit: Unit, co_units: Iterable[Unit] = (), requirements: str = "", note: str = "", by: Actor,
        at: dt.datetime,
    ) -> Case:  # fmt: skip
        at = self._begin(case, at)
        helpers = [u for u in dict.fromkeys(co_units) if u.pk != unit.pk]
        starts = self._start_part(case, unit, Assignment.Role.LEAD, at)
        for helper in helpers:
            self._start_part(case, helper, Assignment.Role.SUPPORT, at)
        case.requirements, case.dispatched_at = requirements.strip()[:500], at
        data = {"unit": unit.code, "co_units": [u.code for u in helpers], **starts}
        self._record(case, "dispatch", by=by, at=at, note=note, unit=unit, data=data)
        return case

    @twin("cases.uphold")
    def uphold(self, case: Case, *, unit: Unit, note: str = "", by: Actor, at: dt.datetime) -> Case:
        at = self._begin(case, at)
        disputed = next(a for a in selectors.live(case) if a.state == Part.DISPUTED)
        gone = [part for part in selectors.live(case) if part is disputed or part.unit_id == unit.pk]
        for part in gone:
            part.state = Part.WITHDRAWN
        self._void_requests(case, at, gone)
        data = {"unit": unit.code, "from": disputed.unit.code, "role": disputed.role}
        data |= self._start_part(case, unit, disputed.role, at)
        if disputed.role == Assignment.Role.LEAD:
            case.dispatched_at = at
        to = steps.after_parts(case)
        self._record(case, "uphold", to=to, by=by, at=at, note=note, unit=unit, data=data)
        return case

    @twin("cases.overrule")
    def overrule(self, case: Case, *, note: str, by: Actor, at: dt.datetime) -> Case:
        at = self._begin(case, at)
        part = next(a for a in selectors.live(case) if a.state == Part.DISPUTED)
        part.state = Part.HANDLING if part.signed_at else Part.DISPATCHED
        to = steps.after_parts(case)
        data = {"role": part.role}
        self._record(case, "overrule", to=to, by=by, at=at, note=note.strip(), unit=part.unit, data=data)
        return case

    def _start_part(self, case: Case, unit: Unit, role: str, at: dt.datetime) -> dict[str, Any]:
        """A unit's share; returns what the thread keeps of the clocks of a leading one."""
        limit, calendar = selectors.stage_limit(case, "handle"), calendar_for(unit.code)
        due = clocks.deadline(calendar, at, limit)
        part = self.ledger.add(Assignment(case=case, unit=unit, role=role, dispatched_at=at, due_at=due))
        case._prefetched_objects_cache["assignments"].append(part)  # type: ignore[attr-defined]
        if role != Assignment.Role.LEAD:
            return {}
        case.unit, case.due_at, case.time_left = unit, due, None
        case.handle_amount, case.handle_clock = limit.amount, limit.clock.value
        wanted = selectors.steps_asked(case)
        case.steps = clocks.steps_begun(calendar, at, wanted, due)
        starts = {"unit": unit.code, "amount": str(limit.amount), "clock": limit.clock.value}
        return {"starts": {**starts, **({"steps": wanted} if wanted else {})}}

    def _void_requests(self, case: Case, at: dt.datetime, parts: Iterable[Assignment]) -> bool:
        units, found = {part.unit_id for part in parts}, False
        for asked in self.requests[case.pk]:
            if asked.unit_id in units and asked.decided_at is None:
                asked.decided_at, asked.granted, asked.note, found = at, False, "办理已有结果，申请失效", True
        return found

    # ----- verifying -----

    @twin("cases.verify_pass")
    def verify_pass(self, case: Case, *, note: str = "", photos: Photos = (), by: Actor, at: dt.datetime) -> Case:
        at = self._begin(case, at)
        case.closed_at = at
        self._tell_residents(case, at)
        self._record(case, "verify_pass", by=by, at=at, note=note, photos=photos)
        return case

    @twin("cases.verify_fail")
    def verify_fail(self, case: Case, *, note: str, photos: Photos = (), by: Actor, at: dt.datetime) -> Case:
        at = self._begin(case, at)
        for part in selectors.live(case):
            part.state, part.resolved_at = Part.HANDLING, None
        case.resolved_at = None
        case.rework += 1
        self._record(case, "verify_fail", by=by, at=at, note=note.strip(), photos=photos)
        return case

    @twin("cases.recheck_pass")
    def recheck_pass(self, case: Case, *, note: str = "", photos: Photos = (), by: Actor, at: dt.datetime) -> Case:
        self._record(case, "recheck_pass", by=by, at=self._begin(case, at), note=note, photos=photos)
        return case

    @twin("cases.rebound")
    def rebound(self, case: Case, *, note: str, photos: Photos = (), by: Actor, at: dt.datetime) -> Case:
        at = self._begin(case, at)
        again = self._enter(
            source=Source.INSPECTION, description=note.strip(), title=case.title, issue_class=case.issue_class,
            severity=case.severity, place=case.place, lon=case.lon, lat=case.lat, address=case.address,
            check_item=case.check_item, photos=photos, rebound_of=case, by=by, at=at,
        )  # fmt: skip
        self._announce(events.CaseAccepted, again, at)
        case.rebounds += 1
        data = {"case": again.number}
        self._record(case, "rebound", by=by, at=at, note=note.strip(), data=data, other=again)
        return again

    # ----- answers -----

    @twin("cases.answer")
    def answer(self, report: Report, *, text: str, by: Actor, at: dt.datetime) -> Report:
        waiting = [r for case in self.followers[report.case_id] for r in self.reports[case.pk] if r.answered_at is None]
        self._tell([report, *waiting], text.strip(), at)
        return report

    def _tell_residents(self, case: Case, at: dt.datetime, words: str = "") -> None:
        family = (case, *self.followers[case.pk])
        waiting = [r for c in family if words or c.source == Source.RESIDENT for r in self.reports[c.pk] if r.answered_at is None]
        if waiting:
            self._tell(sorted(waiting, key=lambda report: report.pk), words or answers.closing_words(case, at), at)

    def _tell(self, reports: Iterable[Report], text: str, at: dt.datetime) -> None:
        for one in reports:
            one.answer, one.answered_at = text, at
            one.case.first_reply_at = one.case.first_reply_at or at
            self.ledger.publish(events.ReportAnswered(at=at, report_id=one.pk, case_id=one.case_id))

    @twin("cases.rate")
    def rate(self, report: Report, *, rating: int, note: str = "", by: Actor, at: dt.datetime) -> Report:
        report.rating, report.rating_note, report.rated_at = rating, note.strip()[:300], at
        self.ledger.publish(events.ReportRated(at=at, report_id=report.pk, case_id=report.case_id))
        return report
