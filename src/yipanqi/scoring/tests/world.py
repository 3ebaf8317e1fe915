"""A town of six departments with what each mended in March 2026."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any

from yipanqi.cases.models import Assignment, Case, Report
from yipanqi.cases.tests.town import MONDAY, Town, moment, person, unit
from yipanqi.kernel.actors import SYSTEM
from yipanqi.people.models import Role, Unit
from yipanqi.rechecks.models import Draw, Recheck
from yipanqi.scoring import actions
from yipanqi.scoring.models import ScorePeriod

APRIL = moment(31)  # 2 April 2026, a Thursday
_numbers = count(1)


def mended(town: Town, by: Unit, n: int = 1, **facts: Any) -> list[Case]:
    """So many cases of a unit, found, due and closed in March, in time unless `facts` say otherwise."""
    known = {
        "state": "closed", "source": "inspection", "issue_class": town.class_, "title": "垃圾", "description": "垃圾", "unit": by, "found_at": MONDAY,
        "reported_at": MONDAY, "dispatched_at": MONDAY, "due_at": moment(2), "last_due_at": moment(2), "resolved_at": moment(1), "closed_at": moment(1),
        "stage_started_at": moment(1), **facts,
    }  # fmt: skip
    cases = [Case.objects.create(number=f"T-{next(_numbers):06}", **known) for _n in range(n)]
    Assignment.objects.bulk_create(Assignment(case=case, unit=by, dispatched_at=MONDAY) for case in cases)
    return cases


def late(town: Town, by: Unit, n: int = 1, **facts: Any) -> list[Case]:
    return mended(town, by, n, **{"resolved_at": moment(5), "closed_at": moment(6), **facts})


def rechecked(cases: list[Case], state: str, chance: float = 1.0) -> None:
    draw = Draw.objects.get_or_create(day=MONDAY.date(), defaults={"seed": "x", "uniform": 1, "weighted": 0, "drawn_at": MONDAY})[0]
    Recheck.objects.bulk_create(
        Recheck(draw=draw, case=case, closed_at=case.closed_at, why="uniform", chance=chance, due_on=dt.date(2026, 4, 1), state=state) for case in cases
    )


class ScoredTown(Town):
    """Departments from the best, CGJ, to the worst, plus one enterprise; the office is not scored."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.more = [unit(f"D{n}", f"部门{n}") for n in range(3)]
        self.firm = unit("QY", "甲公司", "enterprise")
        person("firm_liaison", Role.LIAISON, self.firm)
        self.own_desk = person("own_desk", Role.DESK, self.city)
        for step, one in enumerate([self.city, self.clean, self.water, *self.more]):
            good = mended(self, one, 20 - 3 * step, rework=0)
            late(self, one, 3 * step, rework=1)
            rechecked(good[:3], "kept", 0.5)
        self.bad = late(self, self.city, 2)
        late(self, self.firm, 1)
        mended(self, self.city, state="suspended", closed_at=None, resolved_at=None)
        mended(self, self.city, state="rejected", rejected_at=MONDAY, dispatched_at=None, due_at=None, last_due_at=None, closed_at=None, resolved_at=None)
        for at, (case, rating) in enumerate(zip(Case.objects.filter(unit=self.water).order_by("id")[:4], (5, 4, 2, 5), strict=True)):
            Report.objects.create(code=f"CODE{at}", case=case, sent_at=MONDAY, text="x", rating=rating, rated_at=moment(7))

    def opened(self) -> ScorePeriod:
        made: ScorePeriod = actions.open_period(None, kind="month", day=MONDAY.date(), by=SYSTEM, at=MONDAY)
        return made

    def frozen(self) -> ScorePeriod:
        made: ScorePeriod = actions.freeze(self.opened(), by=self.head, at=APRIL)
        return made

    def published(self) -> ScorePeriod:
        made: ScorePeriod = actions.publish(self.frozen(), by=self.head, at=APRIL)
        return made
