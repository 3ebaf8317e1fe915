"""The figures of looking equal what is counted by hand."""

import datetime as dt

import pytest

from yipanqi.figures import FIGURES, Period, Scope
from yipanqi.inspections import actions
from yipanqi.inspections.tests.world import NOW, campaign, user, visit, world
from yipanqi.places.models import Area, Place

pytestmark = pytest.mark.django_db
YEAR = Period(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
LATER = NOW + dt.timedelta(days=1)


def test_figures_count_finished_visits_only() -> None:
    w = world(4)
    plan = campaign(w)
    area = Area.objects.create(code="62020", name="新华街道", level="street", path="62020/")
    Place.objects.filter(code__in=["MK001", "MK002"]).update(area=area)
    Place.objects.filter(code="MK004").update(status="closed")
    first = visit(w, plan, 0)
    actions.record_finding(first, item=w.items["MK-01"], observed={"passed": False}, note="已补上", on_the_spot=True, by=w.inspector, at=NOW)
    actions.record_finding(first, item=w.items["MK-05"], observed={"na": True}, by=w.inspector, at=NOW)
    actions.finish_visit(actions.pass_rest(first, by=w.inspector, at=NOW), by=w.inspector, at=NOW)
    actions.finish_visit(actions.pass_rest(visit(w, plan, 0), by=w.inspector, at=NOW), by=w.inspector, at=NOW)
    actions.pass_rest(visit(w, plan, 1), by=w.inspector, at=NOW)

    def value(key: str, scope: Scope = Scope(), period: Period = YEAR) -> object:  # noqa: B008
        return FIGURES[f"inspections.{key}"].value(period, scope, LATER)

    assert value("visits").value == 2 and value("items").value == 9 and value("corrected").value == 1
    coverage = value("coverage")
    assert (coverage.numerator, coverage.denominator, coverage.excluded) == (1, 3, 1)
    assert value("coverage", Scope(area="62020")).denominator == 2 and value("visits", Scope(area="none")).value == 0
    assert value("visits", period=Period(dt.date(2025, 1, 1), dt.date(2025, 12, 31))).value == 0
    assert value("visits", Scope(user=user("admin"))).value == 0 and value("visits", Scope(user=user("auditor"))).value == 2
    lines = {line.key: line.value.n for line in FIGURES["inspections.items"].breakdown("letter", YEAR, Scope(), LATER)}
    assert lines == {"A": 8, "D": 1}
