"""For any history, counted at any times, every figure read from the tallies equals a recount of the records."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from yipanqi.cases import actions, jobs
from yipanqi.cases.figures import ROLLUP
from yipanqi.cases.models import UNCOUNTED, Case, CaseLedger, CaseTally, CountedCase, Report, Source
from yipanqi.cases.states import CASE
from yipanqi.cases.tests.test_figures_property import arguments
from yipanqi.cases.tests.town import MONDAY, Town
from yipanqi.figures import FIGURES, Period, Quantile, Scope, afresh, ask
from yipanqi.figures.recount import differences
from yipanqi.figures.tables import COUNTERS, KEY
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.actors import SYSTEM, Visitor
from yipanqi.places.models import Area, Place
from yipanqi.standards.models import PlaceCategory

pytestmark = pytest.mark.django_db
MOST = 1 << 30
#: Moves, and in between: counting (all, or only some), forgetting all that is counted, a resident's report, answers, an imported row.
STEPS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 99), st.integers(0, 30), st.sampled_from(["", "", "", "count", "some", "some", "forget", "resident", "answer", "import"])),
    min_size=10, max_size=45,
)  # fmt: skip


def places() -> list[Place]:
    """A place in each of two grids of one street."""
    return list(Place.objects.order_by("code"))


@pytest.fixture
def city(town: Town) -> Town:
    """The town with a street of two grids and a place in each."""
    category = PlaceCategory.objects.create(key="road", code_prefix="RD", name="主次干道", group="道路", department_type="urban_mgmt")
    street = Area.objects.create(code="620200001", name="新华街道", level="street", path="620200001/")
    for n in (1, 2):
        grid = Area.objects.create(code=f"62020000100{n}", name=f"第{n}网格", level="grid", parent=street, path=f"{street.path}62020000100{n}/")
        Place.objects.create(code=f"P{n}", name=f"路口{n}", category=category, lon=98.28, lat=39.77, cell="x", area=grid)
    return town


def act(town: Town, verb: str, index: int, choice: int, at: dt.datetime) -> None:
    """One step of a history."""
    rows = Case.objects.order_by("pk")
    case = rows[index % rows.count()]
    if verb == "count":
        jobs.count_cases(at)
    elif verb == "some":
        count = actions.count_anew if choice % 2 else actions.count_changes
        if ledger := CaseLedger.objects.first():
            count(ledger, most=1 + choice % 3, by=SYSTEM, at=at)
    elif verb == "forget":
        actions.forget_counts(CaseLedger.objects.first(), by=SYSTEM, at=at)
    elif verb == "resident":
        actions.report_by_resident(None, text="路灯不亮", by=Visitor("v"), at=at)
    elif verb == "answer" and (report := Report.objects.order_by("pk").first()):
        actions.answer(report, text="已答复", by=town.people["head"], at=at)
    elif verb == "import":
        row = {"source": Source.HOTLINE, "external_ref": f"R{choice % 4}", "description": f"垃圾{choice}", "found_at": at - dt.timedelta(days=choice)}
        actions.import_case(None, facts=row | {"place": places()[choice % 2]}, by=town.people["head"], at=at)
    else:
        verbs = sorted((v for v, line in CASE.moves.items() if case.state in line.source), key=lambda v: (CASE.moves[v].to == ("=",), v))
        move = verbs[choice % len(verbs)]
        getattr(actions, move)(case, **arguments(town, case, move, at))


def live_through(town: Town, steps: list[tuple[int, int, int, str]]) -> dt.datetime:
    """A history of several cases; what is refused does not happen."""
    at = MONDAY
    for source in (Source.INSPECTION, Source.HOTLINE, Source.GRID):
        actions.report_case(None, source=source, description="垃圾", issue_class=town.class_, place=places()[0], by=town.people["head"], at=at)
    for index, choice, hours, verb in steps:
        at += dt.timedelta(hours=hours)
        try:
            with transaction.atomic():
                act(town, verb, index, choice, at)
        except Refused:
            continue
    return at + dt.timedelta(hours=1)


def scopes(town: Town) -> list[Scope]:
    return [Scope(unit=town.city.code), Scope(user=town.people["head"]), Scope(user=town.liaison), Scope(line=("unit", "")), Scope(line=("class", town.class_.key)),
            Scope(area="620200001"), Scope(area="620200001002"), Scope(area="620200001", unit=town.city.code), Scope(area="620200001001", line=("unit", town.city.code))]  # fmt: skip


def told(keys: list[str], periods: list[Period], scope: Scope, as_of: dt.datetime) -> dict[str, Any]:
    """Values and lines of figures."""
    found: dict[str, Any] = dict(ask([FIGURES[key] for key in keys], periods, scope, as_of))
    for key in ("cases.found", "cases.on_time_rate", "cases.overdue_now") if not scope.line else ():
        for by in ("unit", "area", "class", "source"):
            found[f"{key} by {by}"] = FIGURES[key].breakdown(by, periods[0], scope, as_of)
    for key in ("cases.overdue_now", "cases.open_now"):
        found[f"{key} crossed"] = FIGURES[key].crossed("class", "unit", periods[0], scope, as_of)
    return found


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)  # fmt: skip
@given(steps=STEPS, first=st.integers(-40, 20), days=st.tuples(st.integers(0, 40), st.integers(0, 40)), ahead=st.sampled_from([0, -300, -20, 5, 200]), at=st.integers(0, 3), counted=st.booleans())
def test_every_figure_of_the_tallies_equals_a_recount_whatever_happened(
    city: Town, steps: list[tuple[int, int, int, str]], first: int, days: tuple[int, int], ahead: int, at: int, counted: bool
) -> None:
    with transaction.atomic():
        jobs.count_cases(MONDAY)
        now = live_through(city, steps)
        if counted:
            jobs.count_cases(now)
            assert not Case.objects.filter(UNCOUNTED).exists()
        start = MONDAY.date() + dt.timedelta(days=first)
        middle, keys = start + dt.timedelta(days=days[0]), list(ROLLUP.layout.plans)
        periods = [Period(start, middle), Period(middle + dt.timedelta(days=1), middle + dt.timedelta(days=1 + days[1]))]
        as_of = now + dt.timedelta(hours=ahead)
        for scope in (Scope(), *scopes(city)[at::4]):
            rolled = told(keys, periods, scope, as_of)
            with afresh():
                recounted = told(keys, periods, scope, as_of)
            for name, value in recounted.items():
                assert rolled[name] == value, (name, scope, as_of)
        transaction.set_rollback(True)


def test_all_figures_of_cases_but_ratings_are_rolled_up() -> None:
    mine = {key for key in FIGURES if key.startswith("cases.")}
    assert mine - set(ROLLUP.layout.plans) == {"cases.satisfaction"}


def test_what_is_counted_needs_no_look_at_the_cases(town: Town, django_assert_num_queries: Any) -> None:
    town.closed(), town.handling(), town.report()
    jobs.count_cases(MONDAY)
    figures = [FIGURES[key] for key in ROLLUP.layout.plans if not isinstance(FIGURES[key], Quantile)]
    with django_assert_num_queries(5) as seen:  # ledger, what changed, what is due later that day, counters, ledger
        ask(figures, [Period.this_year(MONDAY.date())], Scope(), MONDAY + dt.timedelta(days=300))
    assert sum("cases_case\"" in q["sql"] for q in seen.captured_queries) == 2


def test_differences_name_a_counter_that_was_tampered_with_and_the_daily_recount_heals_it(town: Town) -> None:
    town.closed(), town.handling()
    now = MONDAY + dt.timedelta(days=30)
    jobs.count_cases(now)
    assert differences(ROLLUP, now) == []
    CaseTally.objects.filter(view=0, n0__gt=0).update(n0=7)
    assert any(line.startswith("cases.found 2026: 7") for line in differences(ROLLUP, now))
    jobs.recount_cases(now)
    assert not CaseTally.objects.exists()
    jobs.count_cases(now)
    assert differences(ROLLUP, now) == [] and CountedCase.objects.count() == Case.objects.count()


def test_figures_declared_otherwise_are_counted_anew(town: Town) -> None:
    town.closed()
    jobs.count_cases(MONDAY)
    CaseLedger.objects.update(layout="of an earlier version")
    CaseTally.objects.update(n0=99)
    found, year = FIGURES["cases.found"], Period.this_year(MONDAY.date())
    as_of = MONDAY + dt.timedelta(days=9)
    assert found.value(year, Scope(), as_of).value == 1  # counted afresh meanwhile
    jobs.count_cases(as_of)
    ledger = CaseLedger.objects.get()
    assert ledger.ready and ledger.layout == ROLLUP.layout.digest
    assert differences(ROLLUP, as_of) == []


def test_counting_twice_changes_nothing(town: Town) -> None:
    town.closed(), town.report()
    jobs.count_cases(MONDAY)
    ledger, cells = CaseLedger.objects.get(), list(CaseTally.objects.values_list())
    jobs.count_cases(MONDAY)
    assert CaseLedger.objects.get().round == ledger.round
    Case.objects.update(counted=-1)
    jobs.count_cases(MONDAY)
    assert list(CaseTally.objects.values_list()) == cells


def test_counting_anew_can_be_interrupted_writes_no_case_and_equals_what_was_counted_piece_by_piece(town: Town) -> None:
    for make in (town.closed, town.handling, town.report, town.handling, town.report):
        made = make()
        jobs.count_cases(MONDAY)
        if made.state == "reported":
            actions.accept(made, issue_class=town.class_, by=town.desk, at=MONDAY)
            jobs.count_cases(MONDAY)
    cells, kept = sorted(CaseTally.objects.values_list(*KEY, *COUNTERS)), list(CountedCase.objects.order_by("pk").values())
    with CaptureQueriesContext(connection) as seen:
        ledger = actions.forget_counts(CaseLedger.objects.get(), by=SYSTEM, at=MONDAY)
        ledger = actions.count_anew(ledger, most=2, by=SYSTEM, at=MONDAY)
        assert not ledger.ready and CountedCase.objects.count() == 2
        while ledger.anew_from is not None:
            ledger = actions.count_anew(CaseLedger.objects.get(), most=2, by=SYSTEM, at=MONDAY)
    assert not [q["sql"] for q in seen.captured_queries if 'UPDATE "cases_case"' in q["sql"] or "FOR UPDATE" in q["sql"] and '"cases_case"' in q["sql"]]
    assert ledger.ready and differences(ROLLUP, MONDAY) == []
    whole = [row for row in cells if any(row[len(KEY) :])]
    assert sorted(CaseTally.objects.values_list(*KEY, *COUNTERS)) == whole
    assert list(CountedCase.objects.order_by("pk").values()) == kept


def test_who_moves_while_all_is_counted_anew_is_counted_once(town: Town) -> None:
    cases = [town.report(), town.report(), town.report()]
    jobs.count_cases(MONDAY)
    ledger = actions.forget_counts(CaseLedger.objects.get(), by=SYSTEM, at=MONDAY)
    actions.count_anew(ledger, most=2, by=SYSTEM, at=MONDAY)
    for case in (cases[0], cases[2]):  # one that is counted again already, one that is not
        actions.accept(case, issue_class=town.class_, by=town.desk, at=MONDAY)
    town.report()
    jobs.count_cases(MONDAY)
    assert CaseLedger.objects.get().ready and not Case.objects.filter(UNCOUNTED).exists()
    assert differences(ROLLUP, MONDAY + dt.timedelta(days=1)) == [] and CountedCase.objects.count() == 4


@pytest.mark.parametrize("act", [actions.count_anew, actions.count_changes, actions.forget_counts])
def test_nobody_but_the_system_counts(town: Town, act: Any) -> None:
    jobs.count_cases(MONDAY)
    with pytest.raises(Refused):
        act(CaseLedger.objects.get(), by=town.people["head"], at=MONDAY)
