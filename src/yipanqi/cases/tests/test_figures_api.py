"""Figures through the interface: value, records, strict parameters; and what each role gets to see of them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from yipanqi.cases import actions
from yipanqi.cases.models import Case, Source
from yipanqi.cases.tests.town import MONDAY, Town, moment
from yipanqi.config.commands import figures_command
from yipanqi.figures import FIGURES, Period, Scope
from yipanqi.kernel.actors import Visitor
from yipanqi.kernel.models import IdempotencyKey

YEAR = "from=2026-01-01&to=2026-12-31"
WHOLE_2026 = Period(MONDAY.date().replace(month=1, day=1), MONDAY.date().replace(month=12, day=31))


def asking(town: Town, name: str) -> Client:
    client = Client()
    client.force_login(town.people[name])
    return client


def figure(client: Client, key: str, query: str = YEAR) -> dict[str, Any]:
    answer = client.get(f"/api/v1/figures/{key}?{query}")
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def test_figure_opens_exactly_its_records(town: Town) -> None:
    town.closed(), town.resolved(), town.report()
    client = asking(town, "desk")
    rate = figure(client, "cases.closure_rate")
    assert (rate["value"], rate["numerator"], rate["denominator"], rate["excluded"]) == (0.5, 1, 2, 1)
    listed = client.get(rate["records_url"]).json()["items"]
    assert [item["id"] for item in listed] == list(Case.objects.filter(state="closed").values_list("number", flat=True))
    assert len(client.get(rate["records_url"] + "&part=denominator").json()["items"]) == 2


def test_figure_counts_only_what_one_may_see(town: Town) -> None:
    town.dispatched(), town.report()
    seen = {name: figure(asking(town, name), "cases.found")["value"] for name in ("desk", "leader", "liaison", "stranger", "admin")}
    assert seen == {"desk": 2, "leader": 2, "liaison": 1, "stranger": 0, "admin": 0}


def test_figure_of_a_unit(town: Town) -> None:
    town.dispatched(), town.report()
    assert figure(asking(town, "desk"), "cases.found", f"{YEAR}&unit=CGJ")["value"] == 1


def test_list_of_figures_needs_a_person(town: Town) -> None:
    assert Client().get("/api/v1/figures").status_code == 401
    keys = [row["key"] for row in asking(town, "desk").get("/api/v1/figures?limit=500").json()["items"]]
    assert keys == sorted(FIGURES)


@pytest.mark.parametrize(
    ("path", "status"),
    [("cases.found?form=2026-01-01", 400), ("cases.found?from=2026-13-01", 400), ("cases.found?from=2026-02-01&to=2026-01-01", 400),
     ("cases.nothing", 404), ("cases.found/records?part=denominator", 404), ("cases.found/records?part=all", 400)],
)  # fmt: skip
def test_figure_asked_wrongly_says_what_is_wrong(town: Town, path: str, status: int) -> None:
    answer = asking(town, "desk").get(f"/api/v1/figures/{path}")
    assert answer.status_code == status and answer["Content-Type"] == "application/problem+json" and answer.json()["detail"]


def test_unknown_parameter_is_named(town: Town) -> None:
    answer = asking(town, "desk").get("/api/v1/figures/cases.found?form=2026-01-01").json()
    assert [error["field"] for error in answer["errors"]] == ["form"] and "from" in answer["detail"]


def test_satisfaction_takes_the_worst_rating_of_a_case(town: Town) -> None:
    for rating in (5, 3):
        case = actions.accept(actions.report_by_resident(None, text="积水", by=town.grid, at=MONDAY).case, issue_class=town.class_, by=town.desk, at=MONDAY)
        report = actions.answer(case.reports.get(), text="已处理", by=town.desk, at=moment(1))
        actions.rate(report, rating=rating, by=Visitor(), at=moment(2))
    value = FIGURES["cases.satisfaction"].value(WHOLE_2026, Scope(), moment(3))
    assert (value.numerator, value.denominator) == (1, 2)
    assert FIGURES["cases.first_reply"].value(WHOLE_2026, Scope(), moment(3)).value == 24


def test_figures_command_tells_every_figure(town: Town) -> None:
    town.report(source=Source.HOTLINE)
    rows = {row["key"]: row for row in figures_command.rows(WHOLE_2026.start, WHOLE_2026.end, None, moment(1))}
    assert set(rows) == set(FIGURES) and rows["cases.found"]["value"] == 1 and rows["cases.own_discovery_share"]["value"] == 0
    assert figures_command.shown(0.5, "%") == "50.0%" and figures_command.shown(None, "%") == "—"


def test_write_with_a_key_is_done_once_over_http(town: Town) -> None:
    client = asking(town, "desk")
    body = {"source": "leader", "description": "路灯不亮"}
    answers = [client.post("/api/v1/cases", body, content_type="application/json", headers={"Idempotency-Key": "k"}) for _n in range(2)]
    assert [a.status_code for a in answers] == [201, 201], answers[0].content
    assert answers[0].json() == answers[1].json() and Case.objects.count() == IdempotencyKey.objects.count() == 1
