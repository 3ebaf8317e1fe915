"""Maps: counts per cell equal a recount for any filters, and never cost more statements for more cases."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from typing import Any

import h3
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from yipanqi.cases import actions, jobs, selectors
from yipanqi.cases.models import Case, CellCount
from yipanqi.cases.selectors import spreading
from yipanqi.cases.tests.town import MONDAY, Town, moment
from yipanqi.kernel import jobs as kernel_jobs
from yipanqi.kernel.actions import NotAllowed
from yipanqi.kernel.models import JobRun
from yipanqi.places.models import Area
from yipanqi.standards.models import IssueClass

NOW = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
STATES = ("reported", "handling", "resolved", "suspended", "closed", "closed", "closed", "rejected")


def scattered(town: Town, count: int, seed: int = 3) -> None:
    """So many cases of every state in a square of some ten kilometres, two classes, three units, two areas; some nowhere."""
    draw = random.Random(seed)
    other, _new = IssueClass.objects.get_or_create(
        key="gb:event:06011", defaults={"standard": "GB/T 47678.5-2026", "kind": "event", "code": "06011", "name": "污水", "group_code": "06", "group_name": "市容"}
    )  # fmt: skip
    street, _new = Area.objects.get_or_create(code="620200001", defaults={"name": "雄关街道", "level": "street", "path": "620200001/"})
    block, _new = Area.objects.get_or_create(
        code="620200001001", defaults={"name": "大众社区", "level": "community", "path": "620200001/620200001001/", "parent": street}
    )
    made = []
    for n in range(count):
        lon, lat = 98.2 + draw.random() * 0.12, 39.7 + draw.random() * 0.1
        state, nowhere = draw.choice(STATES), draw.random() < 0.1
        found = NOW - dt.timedelta(days=draw.randrange(900), minutes=n)
        made.append(Case(
            number=f"S{seed}-{n:06d}", state=state, source=draw.choice(("grid", "resident")), title="垃圾", description="一处", found_at=found, reported_at=found,
            lon=None if nowhere else lon, lat=None if nowhere else lat, cell="" if nowhere else h3.latlng_to_cell(lat, lon, 9),
            issue_class=draw.choice((town.class_, other, None)), unit=draw.choice((town.city, town.clean, None)), area=draw.choice((street, block, None)),
            stage_started_at=found, stage_due_at=NOW + dt.timedelta(days=draw.randrange(-5, 5)) if state in selectors.OPEN_STATES else None,
            closed_at=found + dt.timedelta(days=1) if state == "closed" else None, found_by=draw.choice((town.grid, None)),
            rejected_at=found if state == "rejected" else None, severity=draw.randrange(1, 5),
        ))  # fmt: skip
    Case.objects.bulk_create(made)


def kept(now: dt.datetime = NOW) -> None:
    """The jobs that keep the counters ran."""
    for key in ("cases.recount_cells", "cases.keep_cells"):
        JobRun.objects.update_or_create(key=key, defaults={"due_at": now, "lease_until": None})
        kernel_jobs._run(kernel_jobs.JOBS[key], now)


def by_hand(user: Any, filters: dict[str, Any], resolution: int) -> dict[str, tuple[int, int]]:
    """Each cell with how many cases and how many late ones, from every single case."""
    rows = selectors.filtered(selectors.visible_to(user), filters, NOW).exclude(lon=None)
    counts, late = Counter[str](), Counter[str]()
    for case in rows:
        cell = h3.latlng_to_cell(case.lat, case.lon, 9)
        cell = h3.cell_to_parent(cell, resolution)
        counts[cell] += 1
        late[cell] += selectors.is_overdue(case.state, case.stage_due_at, NOW)
    return {cell: (count, late[cell]) for cell, count in counts.items()}


def told(user: Any, filters: dict[str, Any], resolution: int) -> dict[str, tuple[int, int]]:
    shown, at = selectors.clusters(selectors.spread(user, filters, NOW), resolution, most=10_000)
    assert at == resolution
    return {one.cell: (one.count, one.late) for one in shown}


FILTERS: list[dict[str, Any]] = [
    {}, {"state": "open"}, {"state": "closed"}, {"state": "closed,handling"}, {"class": "gb:event:06010"}, {"class": "06010,06011", "state": "closed"},
    {"unit": "CGJ"}, {"unit": "CGJ,HW", "state": "rejected"}, {"area": "620200001"}, {"area": "620200001001", "state": "closed"}, {"overdue": "true"},
    {"overdue": "false"}, {"q": "垃圾"}, {"class": "gb:event:06010", "unit": "CGJ"}, {"severity": "3"}, {"source": "grid", "state": "closed"},
    {"found_from": "2025-06-01", "found_to": "2025-12-31"}, {"bbox": "98.22,39.72,98.28,39.78"}, {"unit": "none"}, {"class": "x", "state": "closed"},
]  # fmt: skip


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_clusters_equal_a_recount_with_and_without_counters(town: Town, filters: dict[str, Any]) -> None:
    scattered(town, 300)
    for who in ("desk", "grid", "liaison"):
        for resolution in (6, 8, 9):
            assert told(town.people[who], filters, resolution) == by_hand(town.people[who], filters, resolution)
    kept()
    for who in ("desk", "grid", "liaison"):
        found = selectors.spread(town.people[who], filters, NOW)
        assert found.since is None
        assert told(town.people[who], filters, 8) == by_hand(town.people[who], filters, 8)


def test_counters_are_used_where_they_fit_and_only_for_those_who_see_all(town: Town) -> None:
    scattered(town, 60)
    assert not selectors.spread(town.desk, {}, NOW).counted  # never built: nothing is read from them
    kept()
    Case.objects.filter(state="closed").update(cell="")  # from now on only counters know where they were
    for filters in ({}, {"state": "closed"}, {"unit": "CGJ"}, {"area": "620200001"}):
        assert selectors.spread(town.desk, filters, NOW).counted
    assert not selectors.spread(town.desk, {"state": "open"}, NOW).counted
    assert not selectors.spread(town.desk, {"unit": "CGJ", "severity": "2"}, NOW).counted
    assert not selectors.spread(town.grid, {}, NOW).counted


def test_without_a_counter_the_newest_are_looked_at_and_it_says_since_when(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    scattered(town, 200)
    monkeypatch.setattr(spreading, "NEWEST", 50)
    found = selectors.spread(town.desk, {"severity": "2"}, NOW)
    newest = list(Case.objects.order_by("-found_at", "-id").values_list("pk", flat=True)[:50])
    assert found.since is not None and Case.objects.filter(found_at__gt=found.since).count() == 50
    wanted = Case.objects.filter(severity=2).exclude(cell="")
    expected = wanted.filter(state__in=selectors.OPEN_STATES).count() + wanted.exclude(state__in=selectors.OPEN_STATES).filter(pk__in=newest).count()
    assert sum(count for count, _late in found.cells.values()) == expected
    narrow = selectors.spread(town.desk, {"severity": "2", "found_from": "2026-05-01"}, NOW)
    assert narrow.since is None  # few enough: all of them were looked at


def test_counters_follow_what_ends_within_a_minute_and_heal_in_a_day(town: Town) -> None:
    kept(moment(0))
    town.class_.save()
    case = town.resolved()
    Case.objects.filter(pk=case.pk).update(lon=98.28, lat=39.77, cell=h3.latlng_to_cell(39.77, 98.28, 9))
    actions.verify_pass(case, by=town.desk, at=moment(0, 10))
    assert CellCount.objects.count() == 0
    jobs.keep_cells(moment(0, 10, 1))
    assert {(c.kind, c.state, c.count) for c in CellCount.objects.all()} >= {("", "closed", 1), ("unit", "closed", 1)}
    before = list(CellCount.objects.order_by("id").values_list("id", flat=True))
    jobs.keep_cells(moment(0, 10, 2))  # nothing differs: nothing is written
    assert before == list(CellCount.objects.order_by("id").values_list("id", flat=True))
    CellCount.objects.filter(kind="unit").update(count=7)
    CellCount.objects.create(cell="8924ae56007ffff", kind="", key=0, state="closed", count=3)
    jobs.recount_cells(moment(1))
    assert dict(selectors.recount()) == {case.cell: tally for case in [Case.objects.get()] for tally in [dict(spreading.held())[case.cell]]}
    assert not CellCount.objects.exclude(cell=Case.objects.get().cell).exists()


def test_count_cells_is_for_the_system(town: Town) -> None:
    for person in town.people.values():
        with pytest.raises(NotAllowed):
            actions.count_cells(None, cells=[], by=person, at=MONDAY)


def test_statements_do_not_grow_with_cases(town: Town) -> None:
    scattered(town, 20)
    kept()
    assert town.desk.roles  # read once
    counts = []
    for more in (0, 400):
        if more:
            scattered(town, more, seed=4)
            kept()
        for filters in ({"state": "open"}, {}, {"class": "06010"}, {"severity": "2"}):
            with CaptureQueriesContext(connection) as seen:
                selectors.spread(town.desk, filters, timezone.now())
            counts.append(len(seen))
    assert counts[:4] == counts[4:] and max(counts) <= 6


def test_a_cell_covers_exactly_the_cells_below_it(town: Town) -> None:
    draw = random.Random(5)
    for _n in range(200):
        lat, lon = draw.uniform(-60, 60), draw.uniform(-180, 180)
        cell = h3.latlng_to_cell(lat, lon, draw.randrange(4, 10))
        first, last = selectors.cell_range(cell)
        below = sorted(h3.cell_to_children(cell, 9))
        assert (first, last) == (below[0], below[-1])
        other = h3.latlng_to_cell(lat + draw.uniform(-0.2, 0.2), lon, 9)
        assert (first <= other <= last) == (other in set(below))
    for wrong in ("", "x", "8924ae56007ffffff", h3.latlng_to_cell(39.7, 98.2, 10)):
        with pytest.raises(ValueError):
            selectors.cell_range(wrong)


def test_lists_of_a_cell_hold_what_the_map_counts(town: Town) -> None:
    scattered(town, 200)
    for cell, (count, _late) in told(town.desk, {"state": "closed"}, 7).items():
        assert selectors.filtered(selectors.visible_to(town.desk), {"state": "closed", "cell": cell}, NOW).count() == count
    assert not selectors.filtered(Case.objects.all(), {"cell": "nowhere"}).exists()


def test_too_many_cells_are_told_coarser_and_cells_are_whole_at_the_edge(town: Town) -> None:
    scattered(town, 300)
    found = selectors.spread(town.desk, {}, NOW)
    shown, resolution = selectors.clusters(found, 9, most=20)
    assert resolution < 9 and len(shown) <= 20 and sum(one.count for one in shown) == sum(c for c, _l in found.cells.values())
    everywhere = {one.cell: one for one in selectors.clusters(found, 8)[0]}
    for one in selectors.clusters(found, 8, (98.24, 39.74, 98.27, 39.77))[0]:
        assert everywhere[one.cell] == one
    assert [selectors.resolution_for(z) for z in (4, 9.5, 11, 12.5, 13.5, 18)] == [3, 6, 7, 8, 9, 9]
