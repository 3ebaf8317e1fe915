"""The figures of orders, each equal to what its records say; the panels that show them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from yipanqi.figures import FIGURES, Period, Scope
from yipanqi.services import actions, panels
from yipanqi.services.models import Service
from yipanqi.services.tests.parish import HOLDER, NOW, Parish, hours
from yipanqi.teams.catalogue import CENTRE_PANELS, LEADER_PANELS, PUBLIC_PANELS, STATION_PANELS, Neighbour, shown
from yipanqi.volunteers.catalogue import ERASURES, KEPT, LOCKS_FIRST, MERGES
from yipanqi.volunteers.models import Volunteer

YEAR = Period(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
LATER = NOW + dt.timedelta(days=30)


def value(key: str, scope: Scope | None = None, period: Period = YEAR) -> float | int | None:
    figure = FIGURES[f"services.{key}"]
    told = figure.value(period, scope or Scope(), LATER)
    records = figure.records(period, scope or Scope(), as_of=LATER)
    assert records.count() == (told.numerator if told.denominator is not None else told.n)
    return told.value


@pytest.fixture
def busy(parish: Parish) -> Parish:
    """Two served by the near team (one rated five, one four and told by telephone), one refused and unmet, one waiting."""
    first = actions.rate(parish.served(), rating=5, by=HOLDER, at=hours(2))
    asked = actions.ask_by_proxy(None, phoned=True, by=parish.desk, at=hours(-30), **parish.facts(area=parish.guannan))
    second = actions.accept(actions.dispatch(asked, party=parish.near, by=parish.centre, at=hours(-20)), by=parish.leader, at=hours(-10))
    second = actions.report_service(second, **parish.report() | {"served": 40, "served_estimated": True}, by=parish.leader, at=NOW)
    actions.rate(second, rating=2, by=parish.other_station, at=hours(1))
    parish.rule("next_choice", False)
    refused = actions.refuse(parish.sent(), reason="没空", by=parish.leader, at=hours(1))
    actions.give_up(refused, reason="没有队伍", by=parish.centre, at=hours(2))
    parish.asked(at=hours(3))
    assert first.served_at is not None
    return parish


def test_figures_of_orders(busy: Parish) -> None:
    assert [value(key) for key in ("orders", "waiting", "accepted", "served", "unmet", "refusals", "offers")] == [4, 1, 2, 2, 1, 1, 2]
    assert value("proxy") == 0.25
    assert value("met") == pytest.approx(2 / 3)
    assert (value("rated"), value("satisfied"), value("rating")) == (1.0, 0.5, 3.5)
    assert value("hours_to_acceptance") in (0.0, 20.0)
    assert (value("people_served"), value("people_estimated")) == (1, 40)
    assert value("evenness") == 0.5  # the near team had both, the far one none
    empty = Period(dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    assert [value(key, period=empty) for key in ("orders", "people_served", "evenness", "rating")] == [0, 0, None, None]


def test_figures_by_scope_and_by_line(busy: Parish) -> None:
    assert value("orders", Scope(area=busy.guannan.code)) == 1
    assert value("orders", Scope(area=busy.city.code)) == 4
    assert value("orders", Scope(area="nowhere")) == 0
    assert value("orders", Scope(unit="P2")) == 1
    assert value("orders", Scope(user=busy.station)) == 3
    assert value("offers", Scope(unit="P1", user=busy.centre)) == 1
    assert value("offers", Scope(area=busy.guannan.code)) == 2
    lines = {line.key: line.value.value for line in FIGURES["services.orders"].breakdown("state", YEAR, Scope(), LATER)}
    assert lines == {"closed": 2, "open": 1, "unmet": 1}
    assert [line.value.value for line in FIGURES["services.people_estimated"].breakdown("theme", YEAR, Scope(), LATER)] == [40]
    assert [line.value.value for line in FIGURES["services.evenness"].breakdown("theme", YEAR, Scope(), LATER)] == [0.5]
    assert Service.objects.count() == 2


def test_panels_tell_each_what_waits(busy: Parish) -> None:
    assert panels.at_centre(busy.leader, LATER) is None
    assert panels.at_station(busy.leader, LATER) is None
    assert panels.at_leader(busy.auditor, LATER) is None
    centre = panels.at_centre(busy.centre, LATER)
    assert [row["name"] for row in centre["themes"]] == ["关爱帮扶"]
    assert centre["themes"][0]["cells"][:4] == ["2", "4", "2", "1"]
    assert centre["areas"][0] == {"name": "新华社区", "cells": ["3", "1", "1"], "unmet": 1, "n": 3}
    busy.sent(at=hours(4))
    assert len(panels.at_leader(busy.leader, LATER)["asked"]) == 1
    assert len(panels.at_station(busy.station, LATER)["rows"]) == 2
    for catalogue, user in ((STATION_PANELS, busy.station), (LEADER_PANELS, busy.leader), (CENTRE_PANELS, busy.centre), (PUBLIC_PANELS, Neighbour())):
        assert "services" in {panel["key"] for panel in shown(catalogue, user, LATER)}


def test_homes_show_the_panels(busy: Parish) -> None:
    busy.sent(at=timezone.now() - dt.timedelta(minutes=5), wished_from=timezone.localdate(), wished_until=timezone.localdate() + dt.timedelta(days=3))
    for user, page, words in ((busy.station, "/practice/", "代点单"), (busy.leader, "/practice/lead/", "接单"), (busy.centre, "/practice/board/", "去派单")):
        client = Client()
        client.force_login(user)
        assert words in client.get(page).content.decode(), page
    assert "看全部菜单" in Client().get("/helping/").content.decode()


def test_what_is_kept_of_a_volunteer_follows_and_goes(parish: Parish) -> None:
    kept, gone = (Volunteer.objects.create(number=f"W{n}", name="李讲师") for n in range(2))
    actions.add_lecturer(None, code="L1", name="李讲师", team=parish.talk, volunteer=gone, agreed=True, by=parish.centre, at=NOW)
    LOCKS_FIRST["services.lecturers"]([kept.pk, gone.pk])
    MERGES["services.lecturers"](kept, gone, NOW)
    assert [row[1] for row in KEPT["services.lecturers"].rows(kept)] == ["李讲师"]
    ERASURES["services.lecturers"](kept, NOW)
    assert not list(KEPT["services.lecturers"].rows(kept))
