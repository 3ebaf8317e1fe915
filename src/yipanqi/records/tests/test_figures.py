"""Figures of voluntary service: what is counted is what is listed, persons are not person-times."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from yipanqi.figures import FIGURES, Period, Scope
from yipanqi.people.models import Role
from yipanqi.records import actions
from yipanqi.records.tests.world import DAY, NOW, TODAY, Records, account

pytestmark = pytest.mark.django_db
YEAR = Period(dt.date(2026, 1, 1), dt.date(2026, 12, 31))


@pytest.fixture
def world() -> Records:
    made = Records()
    made.served(made.vera, 2)
    made.served(made.vera, 1.5, on=TODAY - 40 * DAY)
    made.served(made.old, 0.5, on=TODAY - DAY)
    return made


def value(key: str, period: Period = YEAR, as_of: dt.datetime = NOW + DAY, **scope: Any) -> Any:
    figure = FIGURES[f"records.{key}"]
    found = figure.value(period, Scope(**scope), as_of)
    if found.numerator is not None:
        assert found.numerator == figure.records(period, Scope(**scope), as_of=as_of).count()
    return found.value


def test_persons_are_not_person_times(world: Records) -> None:
    assert (value("persons"), value("person_times"), value("hours")) == (2, 3, 4.0)
    this_month = Period.this_month(TODAY)
    assert (value("persons", this_month), value("person_times", this_month), value("hours", this_month)) == (2, 2, 2.5)
    assert value("person_times", Period(TODAY - 40 * DAY, TODAY - 40 * DAY)) == 1


def test_share_with_hours_is_told_as_of_a_day(world: Records) -> None:
    assert value("volunteers_with_hours") == 2
    everyone = world.vera.__class__.objects.filter(state="registered").count()
    assert value("share_with_hours") == 2 / everyone
    assert value("volunteers_with_hours", Period(dt.date(2026, 1, 1), TODAY - 2 * DAY)) == 1
    assert value("volunteers_with_hours", Period(dt.date(2026, 1, 1), TODAY - 50 * DAY)) == 0
    actions.open_records(world.issuer, source="志愿云", rows=[{"volunteer": world.leader.volunteer, "source_key": "1", "on": dt.date(2025, 12, 31), "title": "历史", "minutes": 60}], by=world.keeper, at=NOW)  # type: ignore[attr-defined]
    assert value("volunteers_with_hours") == 3 and value("person_times") == 3
    assert value("opening_hours", Period(dt.date(2025, 1, 1), dt.date(2025, 12, 31))) == 1.0


def test_breakdowns_add_up_and_corrections_show(world: Records) -> None:
    for key in ("person_times", "hours"):
        lines = FIGURES[f"records.{key}"].breakdown("kind", YEAR, Scope(), NOW + DAY)
        assert sum(line.value.value or 0 for line in lines) == value(key) and lines[0].label == "上街清洁"
    service = world.served(world.vera, 1, on=TODAY - 3 * DAY)
    assert value("person_times") == 4
    world.corrected(service, 0)
    assert (value("person_times"), value("hours")) == (3, 4.0)


def test_stars_certificates_and_training(world: Records) -> None:
    world.served(world.vera, 100)
    world.star()
    paper = world.certificate()
    actions.enter_training(world.issuer, volunteers=[world.vera, world.old], name="急救", content="心肺复苏", minutes=60, trainer="周老师", on=TODAY, by=world.leader, at=NOW)
    assert (value("stars"), value("certificates"), value("revoked"), value("training")) == (1, 1, 0, 2)
    actions.revoke_certificate(paper, why="有误", by=world.keeper, at=NOW)
    assert (value("certificates"), value("revoked")) == (1, 1)
    assert [line.key for line in FIGURES["records.stars"].breakdown("grade", YEAR, Scope(), NOW + DAY)] == ["1"]


def test_scope_of_a_unit_and_of_whoever_looks(world: Records) -> None:
    assert world.station.unit is not None
    assert value("person_times", unit=world.station.unit.code) == 3 and value("person_times", unit="none") == 0
    assert value("person_times", user=world.keeper) == 3 and value("persons", user=world.other_leader) == 0
    head = account("head1", Role.HEAD, world.station.unit)
    assert value("person_times", user=head) == 3
    client = Client()
    client.force_login(head, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/figures/records.persons/?from=2026-01-01&to=2026-12-31").content.decode()
    assert world.vera.number in page and world.vera.name not in page
