"""Asking figures together, over adjoining periods, gives what each gives alone; and that is as many records as it lists."""

from __future__ import annotations

import datetime as dt
import math
from itertools import pairwise

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from yipanqi.cases.figures import cases_of
from yipanqi.cases.models import Case
from yipanqi.cases.tests.test_figures_property import STEPS, live_through
from yipanqi.cases.tests.town import MONDAY, Town, moment
from yipanqi.figures import FIGURES, Count, FigureValue, Period, Quantile, Rate, Scope, Span, afresh, ask

pytestmark = pytest.mark.django_db
START = MONDAY.date() - dt.timedelta(days=2)


def adjoining(lengths: list[int]) -> list[Period]:
    """Periods of so many days, one after the other."""
    ends = [START + dt.timedelta(days=sum(lengths[:n])) for n in range(len(lengths) + 1)]
    return [Period(start, end - dt.timedelta(days=1)) for start, end in pairwise(ends)]


def alone(key: str, period: Period, scope: Scope, as_of: dt.datetime) -> FigureValue:
    """The figure's value from nothing but the lists of its records."""
    figure = FIGURES[key]
    parts = figure.parts(period, scope, as_of)
    if isinstance(figure, Quantile):
        measured = sorted(row.span for row in parts["numerator"].annotate(span=figure.measure) if row.span is not None)
        found = measured[max(1, math.ceil(len(measured) * (figure.q or 0))) - 1] if measured else None
        return FigureValue(None if found is None else figure.told(found), None, None, 0, as_of, len(measured))
    n = {part: rows.count() for part, rows in parts.items()}
    if type(figure) not in (Count, Rate):
        return figure.value(period, scope, as_of)  # a sum or a quotient of its own, proven where it is defined; here it must only stand among the others
    if isinstance(figure, Rate):
        share = n["numerator"] / n["denominator"] if n["denominator"] else None
        return FigureValue(share, n["numerator"], n["denominator"], n["excluded"], as_of, n["denominator"])
    return FigureValue(n["numerator"], n["numerator"], None, 0, as_of, n["numerator"])


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)  # fmt: skip
@given(steps=STEPS, lengths=st.lists(st.integers(1, 12), min_size=1, max_size=5))
def test_every_figure_asked_together_equals_each_period_alone(town: Town, steps: list[tuple[int, int, int]], lengths: list[int]) -> None:
    with transaction.atomic():
        as_of, periods = live_through(town, steps), adjoining(lengths)
        for scope in (Scope(), Scope(unit="CGJ"), Scope(user=town.liaison)):
            together = ask(FIGURES.values(), periods, scope, as_of)
            for key in FIGURES:
                assert together[key] == [alone(key, period, scope, as_of) for period in periods], (key, scope)
        transaction.set_rollback(True)


@pytest.mark.parametrize("key", sorted(FIGURES))
def test_months_together_equal_each_month_alone(town: Town, key: str) -> None:
    for day in (0, 20, 29, 45):
        town.closed(MONDAY + dt.timedelta(days=day)), town.handling(MONDAY + dt.timedelta(days=day))
    months = Period.months(MONDAY.date() + dt.timedelta(days=70), 5)
    as_of = MONDAY + dt.timedelta(days=60)
    assert ask([FIGURES[key]], months, Scope(), as_of)[key] == [FIGURES[key].value(m, Scope(), as_of) for m in months]


def test_one_line_of_a_breakdown_over_periods(town: Town) -> None:
    town.closed(), town.handling(), town.report()
    figures = [f for key, f in FIGURES.items() if key.startswith("cases.")]
    for line in (("unit", "CGJ"), ("unit", ""), ("state", "closed")):
        scope, periods = Scope(line=line), adjoining([3, 30])
        for key, values in ask(figures, periods, scope, moment(9)).items():
            assert values == [alone(key, period, scope, moment(9)) for period in periods], (key, line)


def test_a_breakdown_across_two_dimensions_holds_the_breakdowns_of_its_lines(town: Town) -> None:
    town.closed(), town.handling(), town.report()
    year = Period.this_year(MONDAY.date())
    for key, figure in FIGURES.items():
        if key.startswith("cases."):
            lines = figure.crossed("class", "unit", year, Scope(), moment(9))
            assert set(lines) == {line.key for line in figure.breakdown("class", year, Scope(), moment(9))}, key
            for of, inner in lines.items():
                assert inner == figure.breakdown("unit", year, Scope(line=("class", of)), moment(9)), (key, of)


def test_all_counts_and_rates_take_one_statement(town: Town) -> None:
    counted = [f for f in FIGURES.values() if isinstance(f, Count | Rate) and f.source is cases_of]
    assert len(counted) > 20
    with afresh(), CaptureQueriesContext(connection) as seen:
        ask(counted, Period.months(MONDAY.date(), 12), Scope(), moment(9))
    assert len(seen) == 1


MOMENTS = st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=MOMENTS, end=MOMENTS)
def test_a_span_is_exact_to_the_microsecond(town: Town, start: dt.datetime, end: dt.datetime) -> None:
    case = Case.objects.first() or town.report()
    Case.objects.filter(pk=case.pk).update(accepted_at=start, merged_at=end, due_at=None)
    row = Case.objects.annotate(span=Span("accepted_at", "merged_at"), none=Span("accepted_at", "due_at"), slow=F("merged_at") - F("accepted_at")).get(pk=case.pk)
    assert (row.span, row.none) == (end - start, None) and row.slow == row.span
