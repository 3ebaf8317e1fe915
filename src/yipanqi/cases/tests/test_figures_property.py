"""For any history of moves, made by the real actions, every figure equals what the threads say by brute force."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from yipanqi.calendar.selectors import calendar_for
from yipanqi.cases import actions, clocks, selectors
from yipanqi.cases.models import OWN_DISCOVERY, Case, CaseMove, Source
from yipanqi.cases.states import CASE, OPEN
from yipanqi.cases.tests.town import MONDAY, Town
from yipanqi.figures import FIGURES, Period, Scope
from yipanqi.kernel.actions import Refused

STEPS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 99), st.integers(0, 30)), min_size=10, max_size=50)
OUT = ("rejected", "merged", "suspended")


def arguments(town: Town, case: Case, verb: str, at: dt.datetime) -> dict[str, Any]:
    """What the move asks for, in its simplest form."""
    other = town.water if case.unit_id == town.city.pk else town.city
    unit_user = town.people["stranger"] if case.unit_id == town.water.pk else town.liaison
    by_unit = verb in ("sign", "dispute", "ask_extension", "ask_suspension", "resolve")
    by = town.people["chief"] if by_unit and unit_user is town.liaison else unit_user if by_unit else town.people["head"]
    primary = Case.objects.exclude(pk=case.pk).exclude(state__in=("merged", "rejected", "closed")).order_by("pk").first()
    own: dict[str, dict[str, Any]] = {
        "accept": {"issue_class": town.class_}, "reject": {"reason": "r"}, "merge": {"primary": primary or case},
        "dispatch": {"unit": town.city}, "uphold": {"unit": other}, "dispute": {"reason": "r"}, "overrule": {"note": "n"},
        "ask_extension": {"reason": "r", "days": 2}, "refuse_extension": {"note": "n"}, "ask_suspension": {"reason": "r"},
        "refuse_suspension": {"note": "n"}, "suspend": {"review_on": at.date() + dt.timedelta(days=9)},
        "resolve": {"what_was_done": "done"}, "verify_fail": {"note": "n"}, "rebound": {"note": "n"}, "withdraw": {"note": "n"}, "release_unit": {"unit": town.clean, "note": "n"}, "comment": {"note": "n"}, "unaccept": {"note": "n"}, "split_off": {"note": "n"}, "correct_class": {"issue_class": town.class_, "severity": 1 + case.severity % 4, "note": "n"}, "fix_on_the_spot": {"note": "n"},
    }  # fmt: skip
    return {**own.get(verb, {}), "by": by, "at": at}


def live_through(town: Town, steps: list[tuple[int, int, int]]) -> dt.datetime:
    """Three cases of different sources; each step tries one of the moves that the state of one of them has. Returns the
    moment after the last."""
    at = MONDAY
    for source in (Source.INSPECTION, Source.HOTLINE, Source.GRID):
        actions.report_case(None, source=source, description="垃圾", issue_class=town.class_, by=town.people["head"], at=at)
    for index, choice, hours in steps:
        at += dt.timedelta(hours=hours)
        case = Case.objects.order_by("pk")[index]
        verbs = sorted((v for v, line in CASE.moves.items() if case.state in line.source), key=lambda v: (CASE.moves[v].to == ("=",), v))
        verb = verbs[choice % len(verbs)]
        try:
            getattr(actions, verb)(case, **arguments(town, case, verb, at))
        except Refused:
            continue
    return at + dt.timedelta(hours=1)


@dataclass
class Told:
    """A case as its thread alone tells it."""

    case: Case
    moves: list[CaseMove]

    def last(self, *verbs: str, having: str = "") -> dt.datetime | None:
        times = [m.at for m in self.moves if m.verb in verbs and (not having or having in m.data)]
        return times[-1] if times else None

    def times(self, verb: str) -> int:
        return sum(m.verb == verb for m in self.moves)

    @property
    def state(self) -> str:
        return self.moves[-1].target

    @property
    def found(self) -> dt.datetime:
        return self.moves[0].at

    @property
    def accepted(self) -> dt.datetime | None:
        told = [m for m in self.moves if m.verb in ("accept", "unaccept")]
        return (told[-1].at if told and told[-1].verb == "accept" else None) or (self.found if "rebound_of" in self.moves[0].data else None) or self.last("fix_on_the_spot")

    @property
    def dispatched(self) -> dt.datetime | None:
        told = [m for m in self.moves if "starts" in m.data or m.verb == "withdraw"]
        return told[-1].at if told and told[-1].verb != "withdraw" else None

    @property
    def closed(self) -> dt.datetime | None:
        return self.last("verify_pass", "fix_on_the_spot") if self.state == "closed" else None

    @property
    def resolved(self) -> dt.datetime | None:
        reported = [m for m in self.moves if (m.verb == "resolve" and m.target == "resolved") or m.verb in ("verify_fail", "fix_on_the_spot")]
        return reported[-1].at if reported and reported[-1].verb != "verify_fail" else None

    @property
    def due(self) -> dt.datetime | None:
        return selectors.standing(self.case).due_at

    @property
    def last_due(self) -> dt.datetime | None:
        """The deadline that tells the period: that before the clock was stopped, while it stands still."""
        if self.state != "suspended":
            return self.due
        stop = max(n for n, m in enumerate(self.moves) if m.verb == "suspend")
        return clocks.recompute(self.moves[:stop], calendar_for).due_at

    @property
    def stage_due(self) -> dt.datetime | None:
        written = [m.data["stage_due"] for m in self.moves if "stage_due" in m.data][-1]
        return dt.datetime.fromisoformat(written) if written else None


def counted(told: list[Told], period: Period, as_of: dt.datetime) -> dict[str, int]:
    """Every count by going through the threads."""

    def inside(moment: dt.datetime | None) -> bool:
        return moment is not None and period.begins_at <= moment < period.ends_at and moment <= as_of

    return {
        "found": sum(inside(t.found) for t in told),
        "accepted": sum(inside(t.accepted) for t in told),
        "rejected": sum(inside(t.last("reject")) for t in told),
        "merged": sum(inside(t.last("merge")) and t.state == "merged" for t in told),
        "dispatched": sum(inside(t.dispatched) for t in told),
        "due": sum(inside(t.due) and t.state not in OUT for t in told),
        "closed": sum(inside(t.closed) for t in told),
        "fixed_on_the_spot": sum(inside(t.last("fix_on_the_spot")) for t in told),
        "suspended_now": sum(t.state == "suspended" for t in told),
        "open_now": sum(t.state in OPEN for t in told),
        "overdue_now": sum(t.state in OPEN and t.state != "suspended" and t.stage_due is not None and t.stage_due < as_of for t in told),
    }


def shares(told: list[Told], period: Period, as_of: dt.datetime) -> dict[str, tuple[int, int]]:
    """Every rate as (numerator, denominator) by going through the threads."""
    mine = [t for t in told if period.begins_at <= t.found < period.ends_at]
    handed = [t for t in mine if t.dispatched and t.state not in OUT]
    given = [t for t in mine if t.dispatched]
    seen = [t for t in mine if t.times("verify_fail") or t.times("verify_pass")]
    due = [t for t in told if t.due and period.begins_at <= t.due < period.ends_at and t.due <= as_of and t.state not in OUT]
    return {
        "closure_rate": (sum(t.state == "closed" for t in handed), len(handed)),
        "on_time_rate": (sum(bool(t.resolved and t.due and t.resolved <= t.due) for t in due), len(due)),
        "rework_rate": (sum(t.times("verify_fail") > 0 for t in seen), len(seen)),
        "dispute_rate": (sum(t.times("dispute") > 0 for t in given), len(given)),
        "extension_rate": (sum(t.times("grant_extension") > 0 for t in given), len(given)),
        "own_discovery_share": (sum(t.case.source in OWN_DISCOVERY for t in mine), len(mine)),
    }


def left_out_of_on_time(told: list[Told], period: Period, as_of: dt.datetime) -> int:
    """Deadlines of the period that lie ahead, or stand still."""
    mine = [t for t in told if t.last_due and period.begins_at <= t.last_due < period.ends_at]
    return sum(bool(t.last_due and t.last_due > as_of) or t.state == "suspended" for t in mine)


def handling_hours(told: list[Told], period: Period) -> list[float]:
    ended = [(t.dispatched, t.closed) for t in told if t.closed and t.dispatched and period.begins_at <= t.closed < period.ends_at]
    return sorted((end - start).total_seconds() / 3600 for start, end in ended)


@pytest.mark.django_db
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)  # fmt: skip
@given(steps=STEPS, first=st.integers(0, 20), days=st.integers(0, 40))
def test_figures_equal_the_threads_whatever_happened(town: Town, steps: list[tuple[int, int, int]], first: int, days: int) -> None:
    with transaction.atomic():
        as_of = live_through(town, steps)
        period = Period(MONDAY.date() + dt.timedelta(days=first - 3), MONDAY.date() + dt.timedelta(days=first - 3 + days))
        told = [Told(case, list(case.moves.all())) for case in Case.objects.all()]
        values = {key: FIGURES[f"cases.{key}"].value(period, Scope(), as_of) for key in (*counted([], period, as_of), *shares([], period, as_of))}
        for key, expected in counted(told, period, as_of).items():
            assert values[key].value == expected, key
        for key, (part, whole) in shares(told, period, as_of).items():
            assert (values[key].numerator, values[key].denominator) == (part, whole), key
            assert values[key].value == (part / whole if whole else None), key
        assert values["on_time_rate"].excluded == left_out_of_on_time(told, period, as_of)
        assert values["on_time_rate"].denominator == values["due"].value
        assert values["closure_rate"].denominator + values["closure_rate"].excluded == values["found"].value
        hours = handling_hours(told, period)
        for key, q in (("handling_median", 0.5), ("handling_p90", 0.9)):
            expected_hours = hours[math.ceil(q * len(hours)) - 1] if hours else None
            assert FIGURES[f"cases.{key}"].value(period, Scope(), as_of).value == expected_hours, key
        check_breakdowns(period, as_of)
        transaction.set_rollback(True)


def check_breakdowns(period: Period, as_of: dt.datetime) -> None:
    """The lines of every breakdown add up to the whole, and each line opens as many records as it says."""
    for key in ("cases.found", "cases.closure_rate"):
        figure = FIGURES[key]
        whole = figure.value(period, Scope(), as_of)
        for dimension in figure.breakdowns:
            lines = figure.breakdown(dimension, period, Scope(), as_of)
            assert sum(line.value.numerator or 0 for line in lines) == whole.numerator, (key, dimension)
            for line in lines:
                scope = Scope(line=(dimension, line.key))
                assert figure.records(period, scope, as_of=as_of).count() == line.value.numerator, (key, dimension, line)
    for key in ("cases.handling_median", "cases.handling_p90"):
        for dimension in FIGURES[key].breakdowns:
            for line in FIGURES[key].breakdown(dimension, period, Scope(), as_of):
                assert FIGURES[key].value(period, Scope(line=(dimension, line.key)), as_of) == line.value, (key, dimension)


@pytest.mark.django_db
def test_suspended_case_is_left_out_in_the_period_of_the_deadline_that_it_had(town: Town) -> None:
    case = town.handling()
    due = case.due_at
    assert due
    case = actions.suspend(case, review_on=MONDAY.date() + dt.timedelta(days=60), by=town.leader, at=MONDAY + dt.timedelta(hours=1))
    march, later = Period(MONDAY.date(), MONDAY.date() + dt.timedelta(days=20)), MONDAY + dt.timedelta(days=30)
    on_time = FIGURES["cases.on_time_rate"]
    value = on_time.value(march, Scope(), later)
    assert (value.numerator, value.denominator, value.excluded, case.due_at, case.last_due_at) == (0, 0, 1, None, due)
    case = actions.resume(case, by=town.leader, at=later)
    assert case.last_due_at == case.due_at and case.due_at
    assert on_time.value(march, Scope(), later).excluded == 0
    assert on_time.value(Period(later.date(), later.date() + dt.timedelta(days=9)), Scope(), later).excluded == 1


@pytest.mark.django_db
def test_handling_time_takes_one_statement_for_any_number_of_cases(town: Town) -> None:
    for n in range(3):
        town.closed(MONDAY + dt.timedelta(hours=n))
    period = Period(MONDAY.date(), MONDAY.date())
    for run in (lambda f: f.value(period, Scope(), MONDAY + dt.timedelta(days=1)), lambda f: f.breakdown("unit", period, Scope(), MONDAY)):
        with CaptureQueriesContext(connection) as seen:
            run(FIGURES["cases.handling_p90"])
        assert len(seen) <= 2


@pytest.mark.django_db
def test_migration_fills_in_the_deadlines_of_cases_from_before(town: Town) -> None:
    running, hung = town.handling(), town.handling()
    due = hung.due_at
    actions.suspend(hung, review_on=MONDAY.date() + dt.timedelta(days=60), by=town.leader, at=MONDAY + dt.timedelta(hours=1))
    Case.objects.update(last_due_at=None)
    import_module("yipanqi.cases.migrations.0004_last_due_at").keep_deadlines(apps, None)
    assert dict(Case.objects.values_list("pk", "last_due_at")) == {running.pk: running.due_at, hung.pk: due}
