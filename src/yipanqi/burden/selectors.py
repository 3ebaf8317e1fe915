"""What each unit bore month by month, what is over its cap and why, the register of forms, complaints."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from yipanqi.asking import FORMS, Asked, Why
from yipanqi.burden.catalogue import CAPS_OF_UNITS, LOADS, Load
from yipanqi.burden.models import Complaint, FormReview
from yipanqi.burden.sources import FORM_OF, OF_UNIT
from yipanqi.figures import FIGURES, Period, Scope, ask
from yipanqi.figures import Line as Part
from yipanqi.kernel.policy import policy_value
from yipanqi.kernel.stamps import one_look
from yipanqi.people.models import Unit, UnitKind

#: Parts of an address that name a thing, by which somebody could be found.
NAMED = re.compile(r"^(?=.*\d)[\w-]{4,}$")
TOP = 3


@dataclass(frozen=True)
class Cell:
    """One kind of load of one unit in one month: how many, how many the month before, the cap (0: none), the records."""

    load: str
    n: int
    before: int
    cap: int
    url: str

    @property
    def over(self) -> bool:
        return 0 < self.cap < self.n

    @property
    def more(self) -> int:
        return self.n - self.before


@dataclass
class Line:
    """A unit's month. `minutes` are an estimate by the declared table."""

    code: str
    name: str
    cells: list[Cell] = field(default_factory=list)
    minutes: int = 0
    minutes_before: int = 0

    @property
    def over(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.over]


def cap_of(key: str, unit: str) -> int:
    """The cap of a kind of load for a unit, 0 for none."""
    own = policy_value(CAPS_OF_UNITS.key)
    mine = own.get(unit, {}) if isinstance(own, dict) else {}
    value = mine.get(key) if isinstance(mine, dict) else None
    return int(value if isinstance(value, int | float) else policy_value(LOADS[key].cap.key))


def month_before(month: Period) -> Period:
    return Period.this_month(month.start - dt.timedelta(days=1))


def estimate(load: Load, n: int) -> float:
    """The minutes that so many are taken to cost."""
    return float(n) * max(0.0, float(policy_value(load.minutes.key)))


def table(month: Period, user: Any, now: dt.datetime) -> list[Line]:
    """Every unit that bore anything in a month or the one before, the most minutes first.

    Counted from the records, two statements for each kind of load by indexes on their moments: no rollup holds them, as a
    month of them is little. Caps and minutes are looked up once, not for each unit.
    """
    with one_look():
        return _table(month, user, now)


def _table(month: Period, user: Any, now: dt.datetime) -> list[Line]:
    lines: dict[str, Line] = {}
    counts: dict[tuple[str, str], list[int]] = {}
    for key, load in LOADS.items():
        for at, period in enumerate((month, month_before(month))):
            for part in load.figure.breakdown("unit", period, Scope(user=user), now):
                lines.setdefault(part.key, Line(part.key, part.label))
                counts.setdefault((part.key, key), [0, 0])[at] = part.value.n
    for code, line in lines.items():
        for key, load in LOADS.items():
            n, before = counts.get((code, key), (0, 0))
            line.cells.append(Cell(key, n, before, cap_of(key, code), load.figure.records_url(month, Scope(unit=code))))
            line.minutes += round(estimate(load, n))
            line.minutes_before += round(estimate(load, before))
    return sorted(lines.values(), key=lambda line: (-line.minutes, line.code))


@dataclass(frozen=True)
class Excess:
    """A unit over a cap, and what most of it comes from, each part with the address of its records."""

    line: Line
    cell: Cell
    title: Any
    parts: list[tuple[Part, str]]


def excesses(lines: Iterable[Line], month: Period, now: dt.datetime) -> list[Excess]:
    """Everything over a cap, the farthest over first."""
    found = []
    for line in lines:
        for cell in line.over:
            load = LOADS[cell.load]
            parts = load.figure.breakdown(load.origin, month, Scope(unit=line.code), now)[:TOP] if load.origin != "unit" else []
            opened = [(part, load.figure.records_url(month, Scope(unit=line.code, line=(load.origin, part.key)))) for part in parts]
            found.append(Excess(line, cell, load.title, opened))
    return sorted(found, key=lambda one: (-one.cell.n / one.cell.cap, one.line.code, one.cell.load))


@dataclass(frozen=True)
class Step:
    """One month of a trend with its records; `height` is out of 100, the most of the year."""

    start: dt.date
    n: int
    height: int
    url: str


@dataclass(frozen=True)
class Row:
    """One kind of load of a unit over the months, oldest first; the last month with its records, cap and estimate."""

    load: Load
    cell: Cell
    trend: list[Step]
    minutes: int


def unit_rows(unit: Unit, month: Period, user: Any, now: dt.datetime, months: int = 12) -> list[Row]:
    """A unit's loads over a year up to a month, in one statement for each kind."""
    periods, scope = Period.months(month.start, months), Scope(unit=unit.code, user=user)
    values = ask([load.figure for _key, load in LOADS.items()], periods, scope, now)
    rows = []
    for key, load in LOADS.items():
        counted = [value.n for value in values[load.figure.key]]
        trend = _steps(load, unit, periods, counted)
        cell = Cell(key, counted[-1], counted[-2], cap_of(key, unit.code), trend[-1].url)
        rows.append(Row(load, cell, trend, round(estimate(load, counted[-1]))))
    return rows


def _steps(load: Load, unit: Unit, periods: list[Period], counted: list[int]) -> list[Step]:
    most, where = max(*counted, 1), Scope(unit=unit.code)
    return [Step(one.start, n, round(100 * n / most), load.figure.records_url(one, where)) for one, n in zip(periods, counted, strict=True)]


def fields_filled(unit: str | None, month: Period, user: Any, now: dt.datetime) -> int:
    """How many fields the forms of a unit (None: of all) had in a month: each form counts with those it shows."""
    lines = FIGURES["burden.forms"].breakdown("verb", month, Scope(unit=unit, user=user), now)
    return sum(line.value.n * len(shown_fields(FORMS[FORM_OF[line.key]])) for line in lines if line.key in FORM_OF)


def shown_fields(asked: Asked) -> list[str]:
    """The fields that everybody sees; which unit one acts for is asked only of those who serve several."""
    return [name for name in asked.fields if not (name == "unit" and asked.key in FORM_OF.values())]


def own_units(user: Any) -> list[Unit]:
    """Units whose burden the person sees as one of them."""
    return list(Unit.objects.filter(pk__in=user.units_as(*OF_UNIT)).order_by("sort_key", "code"))


def unit_visible_to(user: Any, code: str) -> Unit | None:
    rows = Unit.objects.filter(code=code)
    return (rows if user.has_perm("burden.see_all_units") else rows.filter(pk__in=user.units_as(*OF_UNIT))).first()


# ----- the register of forms -----


@dataclass(frozen=True)
class Registered:
    """A form with the day until which it stands."""

    asked: Asked
    until: dt.date
    expired: bool
    review: FormReview | None

    @property
    def fields(self) -> list[tuple[str, Why]]:
        """Label and reason of each field."""
        return [(self.asked.label(name), why) for name, why in self.asked.fields.items() if "*" not in name]


def register(today: dt.date) -> list[Registered]:
    """Every form that asks something, expired ones first."""
    newest = {row.key: row for row in FormReview.objects.order_by("decided_at", "id")}
    found = []
    for key, asked in FORMS.items():
        review = newest.get(key)
        until = max(asked.expires, review.until) if review else asked.expires
        found.append(Registered(asked, until, until < today, review))
    return sorted(found, key=lambda one: (not one.expired, str(one.asked.who), one.asked.key))


def form_rows(today: dt.date) -> list[dict[str, Any]]:
    """The register as lines of a sheet, one for each field."""
    return [
        {
            "form": str(one.asked.title), "key": one.asked.key, "owner": str(one.asked.owner), "who": str(one.asked.who), "readers": str(one.asked.readers),
            "often": str(one.asked.often), "minutes": one.asked.minutes, "until": one.until, "field": one.asked.label(name), "reason": str(why.reason),
            "basis": str(why.basis), "keeps": str(why.keeps), "differs": str(why.differs),
        }
        for one in register(today) for name, why in one.asked.fields.items()
    ]  # fmt: skip


# ----- complaints -----


def complaints_visible_to(user: Any) -> QuerySet[Complaint]:
    """All for those who answer or oversee; one's own, where they were signed, for everybody else."""
    rows = Complaint.objects.select_related("unit")
    if user.has_perm("burden.see_complaints"):
        return rows
    return rows.filter(by=user.pk) if getattr(user, "pk", None) else rows.none()


def complaint_by_code(code: str) -> Complaint | None:
    """For whoever has the code: also somebody who did not sign."""
    return Complaint.objects.filter(code=code.strip().upper()).first()


def page_without_names(path: str) -> str:
    """An address without the parts that name a case, a place or a person."""
    parts = [("…" if NAMED.match(part) else part) for part in path.split("?")[0].split("/")]
    return "/".join(parts)[:120]


def kind_of_unit(user: Any) -> str:
    """The kind of the unit that a person serves, as far as it tells nobody: kinds of which there are few stay unsaid."""
    unit = user.main_unit
    return unit.kind if unit is not None and Unit.objects.filter(kind=unit.kind, dissolved_on__isnull=True).count() >= FEW else ""


#: Of a kind with fewer units than this, the kind alone would nearly name the unit.
FEW = 5


# ----- the public report of a year -----


@dataclass(frozen=True)
class YearLine:
    load: Load
    n: int
    before: int
    minutes: int


def year_report(year: int, now: dt.datetime) -> dict[str, Any]:
    """What the grass roots bore in a year, the whole city together, against the year before; complaints and forms."""
    this, last = (Period(dt.date(y, 1, 1), dt.date(y, 12, 31)) for y in (year, year - 1))
    values = ask([load.figure for _key, load in LOADS.items()], [last, this], Scope(), now)
    lines = [
        YearLine(load, values[load.figure.key][1].n, values[load.figure.key][0].n, round(estimate(load, values[load.figure.key][1].n))) for _key, load in LOADS.items()
    ]
    kinds = dict(Unit.objects.values_list("code", "kind"))
    by_kind: dict[str, int] = {}
    for _key, load in LOADS.items():
        for part in load.figure.breakdown("unit", this, Scope(), now):
            kind = kinds.get(part.key, "")
            by_kind[kind] = by_kind.get(kind, 0) + round(estimate(load, part.value.n))
    sent = FIGURES["burden.complaints"].value(this, Scope(), now).n
    answered = FIGURES["burden.complaints_answered"].value(this, Scope(), now).n
    today = timezone.localdate(now)
    return {
        "year": year, "lines": lines, "hours": round(sum(line.minutes for line in lines) / 60), "sent": sent, "answered": answered,
        "kinds": sorted(((UnitKind(kind).label, round(minutes / 60)) for kind, minutes in by_kind.items() if kind), key=lambda row: -row[1]),
        "forms": len(FORMS), "expired": sum(one.expired for one in register(today)), "fields": sum(len(asked.fields) for asked in FORMS.values()),
    }  # fmt: skip
