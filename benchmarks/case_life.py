"""One problem's whole life through the API, eight lives at a time: report, accept, dispatch, sign, resolve, pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

from benchmarks import load
from benchmarks.cities import City, copy, inside
from benchmarks.recording import Statement, Work, queries, recorded, replay
from benchmarks.report_intake import bodies
from benchmarks.results import RUNS, Result, spread

TITLE = "whole case lives, 8 clients"
LIVES = 120
Ask = Callable[[str, str, dict[str, Any], str], dict[str, Any]]


def tokens() -> dict[str, str]:
    """A fresh API token for each hand a life passes through."""
    import datetime as dt

    from yipanqi.kernel.actors import SYSTEM
    from yipanqi.people.actions import issue_token
    from yipanqi.people.models import User

    now = dt.datetime.now(dt.UTC)
    return {
        name: issue_token(User.objects.get(username=name), name="bench", by=SYSTEM, at=now)
        for name in ("desk", "liaison")
    }


def facts() -> dict[str, str]:
    """What the moves name: an issue class that needs no photo, and the liaison's unit."""
    from yipanqi.people.models import Appointment
    from yipanqi.standards.models import IssueClass

    unit = Appointment.objects.filter(user__username="liaison").select_related("unit").first()
    found = IssueClass.objects.filter(photo_required=False, active=True).order_by("code").first()
    if unit is None or found is None:
        raise RuntimeError("the sample city lacks a liaison, or every issue class asks for a photo")
    return {"unit": unit.unit.code, "class": found.key}


def life(ask: Ask, body: dict[str, Any], known: dict[str, str]) -> Iterator[str]:
    """Yields before each request what it is; `ask(method, path, body, token)` makes it."""
    desk, liaison = known["desk"], known["liaison"]
    yield "report"
    case = ask(
        "POST", "/api/v1/cases", {"source": "grid", "description": body["text"], "position": body["position"]}, desk
    )
    moves = f"/api/v1/cases/{case['number']}/moves"
    for verb, fields, who in (
        ("accept", {"issue_class": known["class"]}, desk),
        ("dispatch", {"unit": known["unit"]}, desk),
        ("sign", {}, liaison),
        ("resolve", {"what_was_done": "已清理完毕"}, liaison),
        ("verify_pass", {}, desk),
    ):
        yield verb
        ask("POST", f"{moves}/{verb}", fields, who)


def record(count: int, known: dict[str, str]) -> list[list[Work]]:
    """The statements of so many lives, request by request."""
    from django.test import Client

    client, lives, kept = Client(), [], []

    def ask(method: str, path: str, body: dict[str, Any], token: str) -> dict[str, Any]:
        with recorded(kept[-1]):
            answer = client.generic(
                method, path, _json(body), content_type="application/json", headers={"Authorization": f"Bearer {token}"}
            )
        if answer.status_code >= 300:
            raise RuntimeError(f"{path}: {answer.content.decode()}")
        return dict(answer.json())

    for body in bodies(count + 1):
        kept = []
        steps = life(ask, body, known)
        while True:
            kept.append([])
            if next(steps, None) is None:
                break
        lives.append([work for work in kept if work])
    return lives[1:]


def _json(body: dict[str, Any]) -> bytes:
    import json

    return json.dumps(body).encode()


def live(client: load.Client, item: tuple[dict[str, Any], dict[str, str]]) -> None:
    """One life through the real server."""
    body, known = item
    for _step in life(client.ask, body, known):
        pass


def _needed(statement: Statement) -> bool:
    """Whether a statement writes, or re-reads the row that the move is about (under a lock, which SQLite does not name)."""
    sql = statement.sql
    reread = sql.startswith('SELECT "cases_case"."id"') and 'WHERE "cases_case"."id" = ' in sql
    return sql.startswith(("INSERT", "UPDATE")) or reread


def measure(city: City, runs: int = RUNS, words: str = "") -> list[Result]:
    """`words` tell what is special about the city."""
    known = {**inside(city, tokens), **inside(city, facts)}
    with copy(city, "recording") as made:
        lives = inside(made, record, LIVES, known)
    processes = 2 if city.url else 1
    floors, ours = [], []
    with copy(city, "serving") as serving, load.served(serving) as port:
        load.clients(port, 8, [(body, known) for body in bodies(16, seed=99)], live)
        for run in range(runs):
            with copy(city, "floor") as bare:
                floors.append(LIVES / replay(bare, lives, processes, 8 // processes))
            ours.append(LIVES / load.clients(port, 8, [(body, known) for body in bodies(LIVES, seed=run)], live))
    counts = [queries(work) for work in lives[-1]]
    writes = [sum(map(_needed, work)) for work in lives[-1]]
    beyond = [count - written for count, written in zip(counts, writes, strict=True)]
    ratio = median(ours) / median(floors)
    return [
        Result(TITLE + words, city.engine, spread(ours, "/s", 1), spread(floors, "/s", 1), f"{ratio:.2f}", "≥ 40 lives/s", median(ours) >= 40),
        Result(
            f"— statements of report, accept, dispatch, sign, resolve, pass{words}", city.engine, ", ".join(map(str, counts)),
            "writes and locks: " + ", ".join(map(str, writes)), f"beyond: {max(beyond)}", "≤ 6 beyond", max(beyond) <= 6,
        ),
    ]  # fmt: skip
