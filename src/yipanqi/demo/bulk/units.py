"""Twins of what the units do, and of the answers they get."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from yipanqi.calendar.selectors import calendar_for
from yipanqi.cases import clocks, selectors
from yipanqi.cases.actions import steps
from yipanqi.cases.actions.handling import EXTENSION, SUSPENSION
from yipanqi.cases.models import Assignment, Case, Extension
from yipanqi.cases.states import Part, State
from yipanqi.demo.bulk.cases import CaseTwins, Photos
from yipanqi.demo.bulk.ledger import twin
from yipanqi.kernel.actors import Actor
from yipanqi.people.models import Unit, User


class UnitTwins(CaseTwins):
    """`yipanqi.cases.actions.handling`."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[int, dict[str, float]] = {}
        self.offences: dict[str, dict[int, Assignment]] = defaultdict(dict)

    def _share(self, case: Case, by: Actor, unit: Unit | None, *states: str) -> Assignment:
        part = steps.share(case, by, unit, states)
        if part is None:
            raise ValueError(f"{by.actor_key} has no share of {case.number}")
        return part

    @twin("cases.sign")
    def sign(self, case: Case, *, unit: Unit | None = None, by: Actor, at: dt.datetime) -> Case:
        at = self._begin(case, at)
        part = self._share(case, by, unit, Part.DISPATCHED)
        part.state, part.signed_at = Part.HANDLING, at
        part.signed_by = by if isinstance(by, User) else None
        case.first_signed_at = case.first_signed_at or at
        self._record(case, "sign", by=by, at=at, unit=part.unit)
        return case

    @twin("cases.dispute")
    def dispute(
        self, case: Case, *, reason: str, proposed_unit: Unit | None = None, unit: Unit | None = None, by: Actor, at: dt.datetime
    ) -> Case:
        at = self._begin(case, at)
        part = self._share(case, by, unit, Part.DISPATCHED, Part.HANDLING)
        part.state = Part.DISPUTED
        case.disputes += 1
        data = {"proposed_unit": proposed_unit.code if proposed_unit else "", "role": part.role}
        to = State.DISPUTED if part.role == Assignment.Role.LEAD else steps.after_parts(case)
        self._record(case, "dispute", to=to, by=by, at=at, note=reason.strip(), unit=part.unit, data=data)
        return case

    @twin("cases.ask_extension")
    def ask_extension(
        self, case: Case, *, reason: str, days: int, unit: Unit | None = None, by: Actor, at: dt.datetime
    ) -> Case:
        at = self._begin(case, at)
        part = self._ask(case, EXTENSION, reason, days, unit, by, at)
        self._record(case, "ask_extension", by=by, at=at, note=reason.strip(), unit=part.unit, data={"days": days})
        return case

    @twin("cases.grant_extension")
    def grant_extension(self, case: Case, *, days: int | None = None, note: str = "", by: Actor, at: dt.datetime) -> Case:
        at = self._begin(case, at)
        asked = self._decide(case, EXTENSION, True, note, by, at)
        days = days or asked.days
        part = next((a for a in selectors.live(case) if a.unit_id == asked.unit_id), None)
        leads = part is not None and part.role == Assignment.Role.LEAD
        if part is not None and part.due_at is not None:
            part.due_at = clocks.extended(calendar_for(part.unit.code), part.due_at, days)
            case.due_at = part.due_at if leads else case.due_at
        case.extensions += 1
        data = {"days": days, "lead": leads}
        self._record(case, "grant_extension", by=by, at=at, note=note, unit=asked.unit, data=data)
        return case

    @twin("cases.refuse_extension")
    def refuse_extension(self, case: Case, *, note: str, by: Actor, at: dt.datetime) -> Case:
        at = self._begin(case, at)
        asked = self._decide(case, EXTENSION, False, note, by, at)
        self._record(case, "refuse_extension", by=by, at=at, note=note.strip(), unit=asked.unit)
        return case

    @twin("cases.ask_suspension")
    def ask_suspension(self, case: Case, *, reason: str, unit: Unit | None = None, by: Actor, at: dt.datetime) -> Case:
        at = self._begin(case, at)
        part = self._ask(case, SUSPENSION, reason, 0, unit, by, at)
        self._record(case, "ask_suspension", by=by, at=at, note=reason.strip(), unit=part.unit)
        return case

    @twin("cases.refuse_suspension")
    def refuse_suspension(self, case: Case, *, note: str, by: Actor, at: dt.datetime) -> Case:
        at = self._begin(case, at)
        asked = self._decide(case, SUSPENSION, False, note, by, at)
        self._record(case, "refuse_suspension", by=by, at=at, note=note.strip(), unit=asked.unit)
        return case

    @twin("cases.suspend")
    def suspend(self, case: Case, *, review_on: dt.date, note: str = "", by: Actor, at: dt.datetime) -> Case:
        at = self._begin(case, at)
        if any(r.kind == SUSPENSION and r.decided_at is None for r in self.requests[case.pk]):
            self._decide(case, SUSPENSION, True, note, by, at)
        kept = self.kept[case.pk] = {}
        for part in selectors.live(case):
            if part.due_at is not None:
                kept[part.unit.code] = clocks.left(calendar_for(part.unit.code), at, part.due_at, case.handle_clock)
                part.due_at = None
        case.time_left, case.due_at = kept.get(case.unit.code) if case.unit else None, None
        case.steps = clocks.steps_stopped(calendar_for(case.unit.code if case.unit else ""), at, case.steps)
        case.suspended_at, case.review_on = at, review_on
        self._record(case, "suspend", by=by, at=at, note=note, data={"review_on": review_on.isoformat(), "left": dict(kept)})
        return case

    @twin("cases.resume")
    def resume(self, case: Case, *, note: str = "", by: Actor, at: dt.datetime) -> Case:
        at = self._begin(case, at)
        kept = self.kept.get(case.pk, {})
        for part in selectors.live(case):
            if part.unit.code in kept:
                part.due_at = clocks.resumed(calendar_for(part.unit.code), at, kept[part.unit.code], case.handle_clock)
                if part.role == Assignment.Role.LEAD:
                    case.due_at = part.due_at
        case.steps = clocks.steps_resumed(calendar_for(case.unit.code if case.unit else ""), at, case.steps)
        case.time_left = case.suspended_at = case.review_on = None
        self._record(case, "resume", by=by, at=at, note=note)
        return case

    @twin("cases.finish_step")
    def finish_step(
        self, case: Case, *, what_was_done: str, photos: Photos = (), unit: Unit | None = None, by: Actor, at: dt.datetime
    ) -> Case:
        at = self._begin(case, at)
        step = clocks.next_step(case.steps) or {}
        part, done, data = self._share(case, by, unit, Part.HANDLING), what_was_done.strip(), {"step": step["title"]}
        case.steps = clocks.steps_done(case.steps, at)
        self._record(case, "finish_step", by=by, at=at, note=done, unit=part.unit, data=data, photos=photos)
        return case

    @twin("cases.resolve")
    def resolve(
        self, case: Case, *, what_was_done: str, photos: Photos = (), outcome: str = "mended", subject_name: str = "",
        unit: Unit | None = None, by: Actor, at: dt.datetime,
    ) -> Case:  # fmt: skip
        at = self._begin(case, at)
        part, done = self._share(case, by, unit, Part.HANDLING), what_was_done.strip()
        part.state, part.resolved_at, part.what_was_done, part.outcome = Part.RESOLVED, at, done, outcome
        part.resolved_by = by if isinstance(by, User) else None
        earlier = self._name_subject(case, part, subject_name.strip())
        leads = part.role == Assignment.Role.LEAD
        case.steps = clocks.steps_done(case.steps, at, every=True) if leads else case.steps
        target = steps.after_parts(case)
        case.resolved_at = at if target == "resolved" else None
        data = {"outcome": outcome, "earlier": earlier, "lead": leads}
        if self._void_requests(case, at, [part]):
            data["lapsed"] = True
        self._record(case, "resolve", to=target, by=by, at=at, note=done, unit=part.unit, data=data, photos=photos)
        return case

    def _name_subject(self, case: Case, part: Assignment, name: str) -> int:
        """Write the subject into the share; returns how many earlier offences of it there are in other cases."""
        self.offences[part.subject_hash].pop(part.pk, None)
        part.subject_name = name
        part.subject_hash = selectors.subject_hash(name) if name else ""
        if not name:
            return 0
        known = self.offences[part.subject_hash]
        known[part.pk] = part
        return sum(other.case_id != case.pk and other.state == Part.RESOLVED for other in known.values())

    def _ask(
        self, case: Case, kind: str, reason: str, days: int, unit: Unit | None, by: Actor, at: dt.datetime
    ) -> Assignment:
        part = self._share(case, by, unit, Part.DISPATCHED, Part.HANDLING)
        asked_by = by if isinstance(by, User) else None
        asked = Extension(
            case=case, unit=part.unit, kind=kind, reason=reason.strip()[:300], days=days, asked_at=at, asked_by=asked_by
        )
        self.requests[case.pk].append(self.ledger.add(asked))
        return part

    def _decide(self, case: Case, kind: str, granted: bool, note: str, by: Actor, at: dt.datetime) -> Extension:
        asked = next(r for r in self.requests[case.pk] if r.kind == kind and r.decided_at is None)
        asked.decided_at, asked.granted, asked.note = at, granted, note.strip()[:300]
        asked.decided_by = by if isinstance(by, User) else None
        return asked
