"""Periods, scopes, and the three kinds of figures over a table of the kernel itself."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db.models import F, Q, QuerySet

from yipanqi.figures import (
    DENOMINATOR,
    EXCLUDED,
    FIGURES,
    Count,
    Dimension,
    Figure,
    FigureValue,
    Period,
    Quantile,
    Rate,
    Scope,
    ask,
    register,
    sizes,
)
from yipanqi.kernel.models import JournalEntry

AT = dt.datetime(2026, 5, 31, 23, 0, tzinfo=dt.UTC)
MAY = Period(dt.date(2026, 5, 1), dt.date(2026, 5, 31))
BY = {"unit": Dimension("单位", "unit", names={"U1": "一局"}), "batch": Dimension("批次", "batch")}


def entries(scope: Scope) -> QuerySet[JournalEntry]:
    rows = JournalEntry.objects.all()
    return rows.filter(unit=scope.unit) if scope.unit else rows


WORDS = {"name": "n", "unit": "u", "definition": "d", "source": entries, "breakdowns": BY}
COUNT = Count(key="test.count", moment="at", **WORDS)
RATE = Rate(
    key="test.rate",
    select=lambda period, as_of: Q(**period.within("at")),
    part=Q(actor="desk"),
    left_out=lambda period, as_of: Q(at__lt=period.begins_at),
    **WORDS,
)


MEASURE = F("batch")


def spread(q: float | None) -> Quantile:
    return Quantile(key="test.spread", moment="at", measure=F("batch"), told=int, q=q, **WORDS)


def entry(at: dt.datetime, actor: str = "desk", unit: str = "U1", batch: int | None = None) -> JournalEntry:
    return JournalEntry.objects.create(
        at=at, action="a", actor=actor, unit=unit, subject_kind="k", subject="s", batch=batch
    )


@pytest.fixture
def rows(db: None) -> None:
    entry(dt.datetime(2026, 4, 30, 15, 59, 59, tzinfo=dt.UTC))
    entry(dt.datetime(2026, 4, 30, 16, 0, tzinfo=dt.UTC), batch=1)
    entry(dt.datetime(2026, 5, 10, tzinfo=dt.UTC), actor="other", batch=2)
    entry(dt.datetime(2026, 5, 31, 15, 59, 59, tzinfo=dt.UTC), unit="U2", batch=9)
    entry(dt.datetime(2026, 5, 31, 16, 0, tzinfo=dt.UTC))


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        (Period.this_year(dt.date(2026, 5, 7)), "2026-01-01", "2026-12-31"),
        (Period.this_month(dt.date(2024, 2, 29)), "2024-02-01", "2024-02-29"),
        (Period.this_month(dt.date(2026, 12, 31)), "2026-12-01", "2026-12-31"),
    ],
)
def test_period_of_today_is_whole(period: Period, start: str, end: str) -> None:
    assert (period.start.isoformat(), period.end.isoformat()) == (start, end)


def test_count_takes_the_days_of_the_city_not_of_greenwich(rows: None) -> None:
    assert COUNT.value(MAY, Scope(), AT) == FigureValue(3, 3, None, 0, AT, 3)
    assert COUNT.value(MAY, Scope(unit="U2"), AT).value == 1


def test_rate_takes_its_numerator_out_of_its_denominator(rows: None) -> None:
    assert RATE.value(MAY, Scope(), AT) == FigureValue(2 / 3, 2, 3, 1, AT, 3)
    assert RATE.records(MAY, Scope(), DENOMINATOR, AT).count() == 3
    assert RATE.records(MAY, Scope(), EXCLUDED, AT).count() == 1
    assert not RATE.records(MAY, Scope()).exclude(pk__in=RATE.records(MAY, Scope(), DENOMINATOR)).exists()


def test_rate_of_nothing_has_no_value(db: None) -> None:
    assert RATE.value(MAY, Scope(), AT) == FigureValue(None, 0, 0, 0, AT, 0)


@pytest.mark.parametrize(("q", "expected"), [(0.0, 1), (0.5, 2), (0.9, 9), (1.0, 9), (None, 4)])
def test_quantile_by_nearest_rank(rows: None, q: float | None, expected: float) -> None:
    value = spread(q).value(MAY, Scope(), AT)
    assert (value.value, value.n) == (expected, 3)


def test_quantile_of_nothing_has_no_value(db: None) -> None:
    assert spread(0.5).value(MAY, Scope(), AT).value is None


def test_quantile_leaves_out_what_cannot_be_measured(rows: None) -> None:
    april = Period(dt.date(2026, 4, 1), dt.date(2026, 5, 1))
    assert spread(0.5).value(april, Scope(), AT).n == 1


@pytest.mark.parametrize("figure", [COUNT, RATE, spread(0.5)])
def test_breakdown_lines_open_what_they_counted(rows: None, figure: Figure) -> None:
    lines = figure.breakdown("unit", MAY, Scope(), AT)
    assert [(line.key, line.label, line.value.n) for line in lines] == [("U1", "一局", 2), ("U2", "U2", 1)]
    for line in lines:
        assert figure.value(MAY, Scope(line=("unit", line.key)), AT) == line.value


def test_breakdown_has_a_line_for_records_without_the_property(rows: None) -> None:
    wide = Period(dt.date(2026, 4, 1), dt.date(2026, 6, 30))
    bare = next(line for line in COUNT.breakdown("batch", wide, Scope(), AT) if line.key == "")
    assert bare.value.value == 2 and COUNT.records(wide, Scope(line=("batch", ""))).count() == 2


def test_records_url_keeps_what_was_asked() -> None:
    scope = Scope(unit="U1", area="620200", line=("unit", "U1"))
    assert (
        COUNT.records_url(MAY, scope)
        == "/figures/test.count/?from=2026-05-01&to=2026-05-31&unit=U1&area=620200&by=unit&line=U1"
    )
    assert RATE.records_url(MAY, Scope(), DENOMINATOR).endswith("&part=denominator")


def test_register_refuses_a_taken_key() -> None:
    taken = next(iter(FIGURES.values()))
    with pytest.raises(ValueError, match="twice"):
        register(taken)


def test_months_go_back_from_a_day(rows: None) -> None:
    months = Period.months(dt.date(2026, 3, 31), 4)
    assert [m.start.isoformat() for m in months] == ["2025-12-01", "2026-01-01", "2026-02-01", "2026-03-01"]
    assert all(later.follows(before) for before, later in zip(months, months[1:], strict=False))


@pytest.mark.parametrize("figure", [COUNT, RATE, spread(0.5), spread(0.9), spread(None)])
def test_months_asked_together_equal_each_alone(rows: None, figure: Figure) -> None:
    months = Period.months(dt.date(2026, 7, 1), 5)
    assert ask([figure], months, Scope(), AT) == {figure.key: [figure.value(m, Scope(), AT) for m in months]}


def test_figures_without_a_moment_are_asked_period_by_period(rows: None) -> None:
    def known(period: Period, as_of: dt.datetime) -> Q:
        return Q(at__lt=period.ends_at)

    months = Period.months(dt.date(2026, 6, 1), 3)
    sofar = Count(key="test.known", **WORDS | {"select": known})
    middle = Quantile(key="test.middle", measure=F("batch"), told=int, **WORDS | {"select": known})
    asked = ask([sofar, middle, COUNT], months, Scope(), AT)
    assert [one.value for one in asked["test.known"]] == [1, 4, 5]
    assert [(one.value, one.n) for one in asked["test.middle"]] == [(None, 0), (2, 3), (2, 3)]
    assert [one.value for one in asked["test.count"]] == [1, 3, 1]


def test_quantiles_of_the_same_records_share_a_statement(rows: None, django_assert_num_queries: Any) -> None:
    low, high = (Quantile(key=f"test.{q}", moment="at", measure=MEASURE, told=int, q=q, **WORDS) for q in (0.1, 0.9))
    with django_assert_num_queries(1):
        found = ask([low, high], [MAY], Scope(), AT)
    assert [found[one.key][0].value for one in (low, high)] == [1, 9]


@pytest.mark.parametrize("days", [[], [(1, 5), (7, 9)], [(6, 9), (1, 5)], [(1, 5), (5, 9)]])
def test_refuse_periods_that_do_not_adjoin(days: list[tuple[int, int]]) -> None:
    periods = [Period(dt.date(2026, 5, start), dt.date(2026, 5, end)) for start, end in days]
    with pytest.raises(ValueError, match="adjoin"):
        ask([COUNT], periods, Scope(), AT)


def test_nobody_sees_nothing_of_anything(rows: None) -> None:
    nothing = WORDS | {"source": lambda scope: JournalEntry.objects.none()}
    asked = ask([Count(key="c", **nothing), Count(key="m", moment="at", **nothing), Quantile(key="q", measure=F("batch"), **nothing)], [MAY], Scope(), AT)
    assert [one[0].value for one in asked.values()] == [0, 0, None]


def test_sizes_of_several_lists_in_one_statement(rows: None, django_assert_num_queries: Any) -> None:
    everything = JournalEntry.objects.order_by("-at")
    lists = [everything, everything.filter(unit="U2"), everything.none(), everything.filter(pk__in=[])]
    with django_assert_num_queries(1):
        assert sizes(lists) == [5, 1, 0, 0]
    assert sizes([]) == [] and sizes([everything.none()]) == [0]
