"""Periods, scopes, and the three kinds of figures over a table of the kernel itself."""

from __future__ import annotations

import datetime as dt

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
    Rows,
    Scope,
    register,
)
from yipanqi.kernel.models import JournalEntry

AT = dt.datetime(2026, 5, 31, 23, 0, tzinfo=dt.UTC)
MAY = Period(dt.date(2026, 5, 1), dt.date(2026, 5, 31))
BY = {"unit": Dimension("单位", "unit", names={"U1": "一局"}), "batch": Dimension("批次", "batch")}


def entries(scope: Scope) -> QuerySet[JournalEntry]:
    rows = JournalEntry.objects.all()
    return rows.filter(unit=scope.unit) if scope.unit else rows


def inside(rows: Rows, period: Period, as_of: dt.datetime) -> Rows:
    return rows.filter(**period.within("at"))


def of_desk(rows: Rows, period: Period, as_of: dt.datetime) -> Rows:
    return rows.filter(actor="desk")


WORDS = {"name": "n", "unit": "u", "definition": "d", "source": entries, "select": inside, "breakdowns": BY}
COUNT = Count(key="test.count", **WORDS)
RATE = Rate(
    key="test.rate",
    part=of_desk,
    left_out=lambda rows, period, as_of: rows.filter(~Q(at__gte=period.begins_at)),
    **WORDS,
)


def spread(q: float | None) -> Quantile:
    return Quantile(key="test.spread", measure=F("batch"), told=int, q=q, **WORDS)


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
