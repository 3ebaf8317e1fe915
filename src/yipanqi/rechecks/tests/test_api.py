"""Programs read rechecks and draws, and can draw again from what they are told."""

from __future__ import annotations

import pytest
from django.test import Client

from yipanqi.cases.tests.town import MONDAY, Town, moment
from yipanqi.kernel.actors import SYSTEM
from yipanqi.rechecks import actions, drawing
from yipanqi.rechecks.tests.test_rechecks import SEES, closed, everything

pytestmark = pytest.mark.django_db


def of(town: Town, name: str) -> Client:
    client = Client()
    client.force_login(town.people[name], backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("name", ["head", "desk", "inspector", "leader", "auditor", "liaison", "chief", "admin", "grid"])
def test_rechecks_and_draws_are_told_to_those_who_see_them(town: Town, name: str) -> None:
    everything(town)
    case = closed(town, MONDAY)
    actions.draw(None, day=MONDAY.date(), by=SYSTEM, at=moment(7))
    client = of(town, name)
    answers = {path: client.get(f"/api/v1/{path}") for path in ("rechecks", "recheck-draws", "recheck-draws/2026-03-02")}
    assert {answer.status_code for answer in answers.values()} == ({200} if name in SEES else {403})
    if name not in SEES:
        return
    (row,) = answers["rechecks"].json()["items"]
    assert (row["case"], row["state"], row["chance"]) == (case.number, "due", 1.0)
    assert client.get("/api/v1/rechecks?state=kept").json()["items"] == []
    (listed,) = answers["recheck-draws"].json()["items"]
    assert "candidates" not in listed and listed["day"] == "2026-03-02"
    assert client.get("/api/v1/recheck-draws/2020-01-01").status_code == 404


def test_whoever_reads_a_draw_can_do_it_again(town: Town) -> None:
    made = [closed(town, moment(0, 9, n)).number for n in range(8)]
    actions.draw(None, day=MONDAY.date(), by=SYSTEM, at=moment(7))
    told = of(town, "auditor").get("/api/v1/recheck-draws/2026-03-02").json()
    assert [row["case"] for row in told["candidates"]] == sorted(made)
    severities, risks = ([row[name] for row in told["candidates"]] for name in ("severity", "risk"))
    chances = drawing.chances(severities, risks, told["uniform"], told["weighted"])
    assert [row["chance"] for row in told["candidates"]] == pytest.approx([chance.either for chance in chances])
    again = {
        row["case"] for row, chance in zip(told["candidates"], chances, strict=True)
        if drawing.drawn(told["seed"], row["case"], chance)
    }  # fmt: skip
    assert again == {row["case"] for row in told["candidates"] if row["drawn"]}
