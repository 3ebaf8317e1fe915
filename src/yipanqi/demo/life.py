"""One invented case from found to closed: a legal walk through the state table with plausible hours between."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from yipanqi.demo import scenes, texts
from yipanqi.demo.people import Board
from yipanqi.demo.standard import ClassSpec
from yipanqi.demo.worktime import DAY_MINUTES, WorkTime

MOVES: dict[tuple[str, str], str] = {
    ("reported", "accept"): "filed",
    ("reported", "reject"): "rejected",
    ("reported", "merge"): "merged",
    ("reported", "fix_on_the_spot"): "closed",
    ("filed", "dispatch"): "dispatched",
    ("dispatched", "sign"): "handling",
    ("dispatched", "dispute"): "disputed",
    ("disputed", "uphold"): "dispatched",
    ("disputed", "overrule"): "dispatched",
    ("handling", "ask_extension"): "handling",
    ("handling", "decide_extension"): "handling",
    ("handling", "ask_suspension"): "handling",
    ("handling", "refuse_suspension"): "handling",
    ("handling", "comment"): "handling",
    ("handling", "suspend"): "suspended",
    ("suspended", "resume"): "handling",
    ("handling", "resolve"): "resolved",
    ("resolved", "pass"): "closed",
    ("resolved", "fail"): "handling",
    ("handling", "answer"): "handling",
    ("closed", "rate"): "closed",
    ("closed", "recheck"): "closed",
    ("closed", "rebound"): "closed",
}
STATES = tuple(dict.fromkeys(["reported", *MOVES.values()]))
_UNIT_MINUTES = {"work_hour": 60, "work_day": DAY_MINUTES, "urgent_hour": 60, "urgent_day": 1440}
ENFORCED_GROUPS = ("07", "08", "09")
SUSPENSIONS = ("stay", "resume", "resume", "resume", "resume", "refuse")
RATINGS = (5, 5, 5, 5, 5, 4, 4, 4, 3, 2, 1)


@dataclass(frozen=True, slots=True)
class Step:
    """One move: who did it when. `unit` is the actor's unit; `args` are the move's own values.

    Values by verb: dispatch unit, co_units, requirements · reject reason · merge primary · dispute reason,
    proposed_unit · uphold unit, note · overrule note · ask_extension reason, days · decide_extension granted, days,
    note ·
    ask_suspension reason · suspend note, review_on (ISO day) · resume, refuse_suspension note · resolve what_was_done,
    outcome, subject, photo · pass, fail, recheck, comment, fix_on_the_spot note · rebound note, case · answer text ·
    rate rating (its actor is the reporter, hence empty).
    """

    verb: str
    at: datetime
    actor: str
    unit: str
    args: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fate:
    """What lies ahead of a case. `pace` is the share of its time limit that mending takes (above 1 = late).

    `end` is finish, fix (put right on the spot), reject or reject_own (by colleagues' standards); `stop` a state or
    verb to halt at, or None to run to the end. `answered` (while it is being mended) and `rating`
    are about the resident who reported it.
    """

    end: str = "finish"
    dispute: str = ""
    extension: str = ""
    suspension: str = ""
    rework: int = 0
    pace: float = 0.6
    recheck: str = ""
    remark: bool = False
    answered: bool = False
    rating: int | None = None
    stop: str | None = None


def draw_fate(rng: random.Random, spec: ClassSpec, source: str) -> Fate:
    """The everyday mixture: about one case in eight late, one in sixteen disputed, one in sixteen reworked."""
    outside = source in ("resident", "hotline")
    end = "finish"
    if rng.random() < (0.09 if outside else 0.008):
        end = "reject" if outside else "reject_own"
    if source == "grid" and spec.severity < 3 and rng.random() < 0.08:
        end = "fix"
    late = rng.random()
    pace = rng.uniform(0.15, 0.92)
    if late < 0.08:
        pace = rng.uniform(1.1, 2.4) if late < 0.06 else rng.uniform(3.0, 14.0)
    if spec.unit == "work_day":
        pace = min(pace, 1 + 45 / spec.limit)
    checked = spec.severity == 4 or rng.random() < 0.13
    return Fate(
        end=end,
        dispute=rng.choice(("uphold", "uphold", "overrule")) if rng.random() < 0.06 else "",
        extension=rng.choice(("grant", "grant", "grant", "refuse")) if spec.limit >= 3 and rng.random() < 0.08 else "",
        suspension=rng.choice(SUSPENSIONS) if rng.random() < 0.025 else "",
        rework=1 if rng.random() < 0.06 else 0,
        pace=pace,
        recheck=("rebound" if rng.random() < 0.09 else "held") if checked else "",
        remark=rng.random() < 0.03,
        answered=source == "resident" and rng.random() < 0.3,
        rating=rng.choice(RATINGS) if source == "resident" and rng.random() < 0.55 else None,
    )


class CaseLife:
    """Writes the steps of one case after another; shared between cases for its look-ups only."""

    def __init__(self, rng: random.Random, board: Board, work: WorkTime) -> None:
        self.rng, self.board, self.work = rng, board, work
        self.keepers = [key for key, unit in board.units.items() if unit.kind == "department"]
        self.steps: list[Step] = []
        self.state = "reported"

    def live(self, spec: ClassSpec, unit: str, found_at: datetime, fate: Fate, scene: str) -> list[Step]:
        """All steps of a case of class `spec` that is first handed to `unit`; nothing is cut at the present."""
        self.steps, self.state, self.at, self.fate, self.spec = ([], "reported", found_at, fate, spec)
        self.unit, self.scene, self.liaison = unit, scene, self.board.liaison_of[unit]
        for stage in (self._accept, self._hand_over, self._mend, self._verify, self._tell, self._recheck):
            if self.state in (fate.stop, "rejected") or not stage():
                break
        return self.steps

    def _move(self, verb: str, at: datetime, actor: str, of: str = "office", /, **args: Any) -> bool:
        """Add a step by `actor` of the unit `of`; False when the case has reached the state in which it is to stop."""
        self.state = MOVES[self.state, verb]
        self.at = max(at, self.at + timedelta(minutes=1))
        self.steps.append(Step(verb, self.at, actor, of, args))
        return self.fate.stop not in (self.state, verb)

    def _after(self, low: int, high: int) -> datetime:
        """Between `low` and `high` working minutes after the last step."""
        return self.work.add(self.at, int(self.rng.uniform(low, high)))

    def _accept(self) -> bool:
        self.desk = self.rng.choice(self.board.desk)
        quick = 0.3 if self.spec.severity == 4 else 1
        at = self._after(4, int(100 * quick))
        if self.fate.end.startswith("reject"):
            reason = texts.rejection(self.rng, own=self.fate.end == "reject_own")
            self._move("reject", at, self.desk, reason=reason)
            return False
        if self.fate.end == "fix":
            self._move("fix_on_the_spot", at, self.desk, note=texts.on_the_spot(self.rng))
            return False
        return self._move("accept", at, self.desk)

    def _hand_over(self) -> bool:
        rng = self.rng
        helpers = [rng.choice(self.keepers)] if rng.random() < 0.08 else []
        args = {"unit": self.unit, "co_units": [key for key in helpers if key != self.unit]}
        go = self._move("dispatch", self._after(3, 90), self.desk, requirements=texts.requirement(rng), **args)
        self.started = self.at
        if go and self.fate.dispute:
            go = self._dispute()
        patience = min(0.3 * self.spec.limit * _UNIT_MINUTES[self.spec.unit], 200)
        return go and self._move("sign", self._after(5, int(max(patience, 10))), self.liaison, self.unit)

    def _dispute(self) -> bool:
        rng, units = self.rng, self.board.units
        other = rng.choice([key for key in self.keepers if key != self.unit])
        reason = texts.dispute(rng, units[other].short_name)
        go = self._move("dispute", self._after(20, 300), self.liaison, self.unit, reason=reason, proposed_unit=other)
        if not go:
            return False
        upheld = self.fate.dispute == "uphold"
        if upheld:
            self.unit, self.liaison = other, self.board.liaison_of[other]
        note = texts.ruling(rng, upheld, units[self.unit].short_name)
        args = {"unit": self.unit, "note": note} if upheld else {"note": note}
        go = self._move("uphold" if upheld else "overrule", self._after(30, 360), self.desk, **args)
        if upheld:
            self.started = self.at
        return go

    def _mend(self) -> bool:
        fate = self.fate
        if fate.answered:
            self._move("answer", self._after(5, 60), self.desk, text=texts.answer(self.rng))
        if fate.remark:
            self._move("comment", self._after(5, 90), self.liaison, self.unit, note=texts.remark(self.rng))
        if fate.extension and not self._extend():
            return False
        if fate.suspension and not self._suspend():
            return False
        if fate.stop == "handling":
            return False
        for _ in range(fate.rework):
            self._resolve(fate.pace * 0.5)
            verifier = self.rng.choice(self.board.inspectors)
            self._move("fail", self._after(20, 240), verifier, note=texts.verification(self.rng, False))
        return self._resolve(fate.pace)

    def _due(self, share: float) -> datetime:
        """The moment when `share` of the time limit is used."""
        return self.work.limit(self.started, self.spec.limit * share, self.spec.unit)

    def _extend(self) -> bool:
        rng = self.rng
        days = rng.choice((2, 3, 5))
        at = max(self._due(rng.uniform(0.2, 0.5)), self.at + timedelta(minutes=5))
        if at > self._due(0.8):  # too late to ask
            return True
        if not self._move("ask_extension", at, self.liaison, self.unit, reason=texts.extension(rng), days=days):
            return False
        granted = self.fate.extension == "grant"
        note = texts.extension_decision(rng, granted)
        return self._move("decide_extension", self._after(15, 150), self.desk, granted=granted, days=days, note=note)

    def _suspend(self) -> bool:
        rng = self.rng
        leader = rng.choice(("leader", "leader02", "leader03"))
        if not self._move("ask_suspension", self._after(30, 500), self.liaison, self.unit, reason=texts.suspension(rng)):
            return False
        if self.fate.suspension == "refuse":
            return self._move("refuse_suspension", self._after(30, 500), leader, note=texts.suspension_refusal(rng))
        review = self._after(20 * DAY_MINUTES, 60 * DAY_MINUTES)
        approved = self._after(30, 700)
        args = {"note": "同意挂账，到期复核。", "review_on": review.date().isoformat()}
        if not self._move("suspend", approved, leader, **args) or self.fate.suspension == "stay":
            return False
        self._move("resume", review, self.desk, note=texts.resumption(rng))
        self.started = self.at
        return True

    def _resolve(self, share: float) -> bool:
        rng, spec = self.rng, self.spec
        outcome, subject = "mended", None
        if spec.group in ENFORCED_GROUPS and rng.random() < 0.35:
            outcome = rng.choice(("warned", "warned", "exempt", "exempt", "penalised"))
            subject = f"演示商户{rng.randrange(1, 160):03d}"
        at = max(self._due(share), self._after(2, 30))
        if spec.severity < 4 and at.hour < 7:
            at = at.replace(hour=7) + timedelta(minutes=rng.randrange(60))
        photo = scenes.after(self.scene)
        args = {"outcome": outcome, "subject": subject, "photo": photo}
        return self._move("resolve", at, self.liaison, self.unit, what_was_done=texts.done(rng, spec), **args)

    def _verify(self) -> bool:
        rng = self.rng
        verifier = rng.choice(self.board.inspectors if rng.random() < 0.8 else self.board.desk)
        return self._move("pass", self._after(15, 300), verifier, note=texts.verification(rng, True))

    def _tell(self) -> bool:
        """The resident who reported it says how satisfied they are."""
        if self.fate.rating:
            self._move("rate", self._after(20, 1200), "", "", rating=self.fate.rating)
        return True

    def _recheck(self) -> bool:
        rng = self.rng
        if self.fate.recheck:
            at = self._after(8 * DAY_MINUTES, 24 * DAY_MINUTES)
            rebounded = self.fate.recheck == "rebound"
            verb = "rebound" if rebounded else "recheck"
            self._move(verb, at, rng.choice(self.board.inspectors), note=texts.recheck(rng, rebounded))
        return True


def state_after(steps: list[Step]) -> str:
    """The state in which `steps` leave a case.

    Raises:
        KeyError: a step is not legal where it stands.
    """
    state = "reported"
    for step in steps:
        state = MOVES[state, step.verb]
    return state
