"""From registered figures to what stands on cards: counts by unit as of now, and the records behind them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Count, QuerySet, Value, When

from yipanqi.figures import DENOMINATOR, NUMERATOR, Period, Sampled, Scope
from yipanqi.figures.sampling import Answers, effective, estimate
from yipanqi.scoring.cards import Counted
from yipanqi.scoring.measures import MEASURES, OTHER, Measure

YES, NO, OUT = "yes", "no", "out"
Counts = dict[str, dict[str, Counted]]


@dataclass(frozen=True)
class Record:
    """A case behind a measure of a unit (by code)."""

    unit: str
    case_id: int
    measure: str
    part: str
    reason: str = ""
    chance: float = 1.0


def _behind(measure: Measure, span: Period, as_of: dt.datetime) -> QuerySet[Any]:
    """The records of a figure with `of_part` (yes, no, out) and, where left out, `of_reason`."""
    figure = measure.rate
    parts = figure.conditions(span, as_of)
    whens = [When(condition, then=Value(key)) for key, (_title, condition) in measure.reasons.items() if condition]
    last = next((key for key, (_title, condition) in measure.reasons.items() if not condition), OTHER)
    return figure.rows(span, Scope()).filter(figure.reach(span, as_of), **{f"{_unit(measure)}__isnull": False}).order_by().annotate(
        of_part=Case(When(parts[NUMERATOR], then=Value(YES)), When(parts[DENOMINATOR], then=Value(NO)), default=Value(OUT), output_field=CharField()),
        of_reason=Case(*whens, default=Value(last), output_field=CharField()),
    )  # fmt: skip


def _unit(measure: Measure) -> str:
    return measure.rate.breakdowns["unit"].column


def counts_now(span: Period, as_of: dt.datetime) -> Counts:
    """What is counted of every unit (by code) for every measure, by the database."""
    found: Counts = defaultdict(dict)
    for key, measure in MEASURES.items():
        tally: dict[str, dict[str, int]] = defaultdict(lambda: {YES: 0, NO: 0})
        left_out: dict[str, dict[str, int]] = defaultdict(dict)
        for unit, part, why, n in _behind(measure, span, as_of).values_list(_unit(measure), "of_part", "of_reason").annotate(n=Count("pk")):
            if part == OUT:
                left_out[unit][why] = n
            else:
                tally[unit][part] += n
        samples = _samples(measure, span, as_of)
        for unit in {*tally, *left_out}:
            n, d = tally[unit][YES], tally[unit][YES] + tally[unit][NO]
            found[unit][key] = Counted(n, d, left_out[unit], *samples.get(unit, (None, None)))
    return found


def _samples(measure: Measure, span: Period, as_of: dt.datetime) -> dict[str, tuple[float | None, float | None]]:
    """Of a measure that rests on a sample: each unit's weighted rate and how many answers it is worth."""
    figure = measure.rate
    if not isinstance(figure, Sampled):
        return {}
    column = _unit(measure)
    return {row[column]: _weighed(*figure.answers(sums)) for row, sums in figure.summed((column,), span, Scope(), as_of)}


def _weighed(yes: Answers, no: Answers) -> tuple[float | None, float | None]:
    found = estimate(yes, no)
    return (found.rate, effective(yes, no)) if found else (None, None)


def records_now(span: Period, as_of: dt.datetime) -> Iterator[Record]:
    """Every record behind every measure of every unit."""
    for key, measure in MEASURES.items():
        columns = [_unit(measure), f"{measure.case}_id" if measure.case else "pk", "of_part", "of_reason"]
        figure = measure.rate
        columns += [figure.chance] if isinstance(figure, Sampled) else []
        for unit, case_id, part, why, *chance in _behind(measure, span, as_of).order_by("pk").values_list(*columns).iterator(2000):
            yield Record(unit, case_id, key, part, why if part == OUT else "", *chance)


class Tally:
    """Adds records up one after another, keeping none; in the end equal to `counts_now` of the same moment."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str], dict[str, Answers]] = defaultdict(lambda: {YES: Answers(), NO: Answers()})
        self._left_out: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))

    def add(self, one: Record) -> None:
        where = one.unit, one.measure
        if one.part == OUT:
            self._left_out[where][one.reason] += 1
        else:
            self._answers[where][one.part] += Answers.of((one.chance,))

    def counts(self) -> Counts:
        found: Counts = defaultdict(dict)
        for unit, key in {*self._answers, *self._left_out}:
            yes, no = (self._answers[unit, key][part] for part in (YES, NO))
            weighed = _weighed(yes, no) if isinstance(MEASURES[key].rate, Sampled) else (None, None)
            found[unit][key] = Counted(yes.n, yes.n + no.n, dict(self._left_out[unit, key]), *weighed)
        return found
