"""Residents' reports without photo, eight at a time, through the real server."""

from __future__ import annotations

import random
import time
from statistics import median
from typing import Any

from benchmarks import load
from benchmarks.cities import City, copy, inside
from benchmarks.recording import Work, queries, recorded, replay
from benchmarks.results import RUNS, Result, spread

TITLE = "resident reports, 8 clients"
REPORTS = 600
SIGNALEN = 48  # reports a second of a tuned Signalen on two cores
WORDS = (
    "垃圾桶满溢",
    "路灯不亮",
    "井盖破损",
    "非机动车乱停放",
    "小广告未清理",
    "绿化带有白色垃圾",
    "消防通道被占用",
    "公厕无洗手液",
)


def bodies(count: int, seed: int = 1) -> list[dict[str, Any]]:
    """As many different reports inside the sample city."""
    draw = random.Random(seed)
    return [
        {"text": f"{draw.choice(WORDS)}，请尽快处理（{n}）", "position": [98.25 + draw.random() * 0.08, 39.74 + draw.random() * 0.06], "contact_phone": "13900000000"}
        for n in range(count)
    ]  # fmt: skip


def lift_limits() -> None:
    """One address may send as much as it likes: all clients share one here."""
    import datetime as dt

    from yipanqi.kernel.policy import keep_policy

    keep_policy("cases.api_reports_per_hour", 10**9, by="system", at=dt.datetime.now(dt.UTC))


def record(count: int) -> list[list[Work]]:
    """The statements of so many reports, one after the other."""
    from django.test import Client

    client, works = Client(raise_request_exception=True), []
    client.post("/api/v1/reports", {"text": "warm up"}, content_type="application/json")
    for body in bodies(count):
        work: Work = []
        with recorded(work):
            answer = client.post("/api/v1/reports", body, content_type="application/json")
        if answer.status_code != 201:
            raise RuntimeError(answer.content.decode())
        works.append([work])
    return works


def send(client: load.Client, body: dict[str, Any]) -> None:
    client.ask("POST", "/api/v1/reports", body)


def measure(city: City, runs: int = RUNS, words: str = "") -> list[Result]:
    """`words` tell what is special about the city."""
    inside(city, lift_limits)
    with copy(city, "recording") as made:
        works = inside(made, record, REPORTS)
    processes = 2 if city.url else 1
    floors, ours, told = [], [], []
    with copy(city, "serving") as serving:
        for run in range(runs):
            with copy(city, "floor") as bare:
                floors.append(REPORTS / replay(bare, works, processes, 8 // processes))
            with load.served(serving) as port:
                load.clients(port, 8, bodies(50, seed=99), send)
                ours.append(REPORTS / load.clients(port, 8, bodies(REPORTS, seed=run), send))
    with copy(city, "working") as working, load.served(working, worker=True) as port:
        load.clients(port, 8, bodies(50, seed=99), send)
        told = [sustained(working, port, run) for run in range(runs)]
    ratio, times = median(ours) / median(floors), median(ours) / SIGNALEN
    count = queries(works[-1][0])
    return [
        Result(
            TITLE + words,
            city.engine,
            spread(ours, "/s"),
            spread(floors, "/s"),
            f"{ratio:.2f}",
            "≥ 0.35 of the floor",
            ratio >= 0.35,
        ),
        Result(
            f"— against a tuned Signalen{words}",
            city.engine,
            f"{median(ours):.0f}/s",
            f"{SIGNALEN}/s",
            f"{times:.1f} ×",
            "≥ 8 ×",
            times >= 8,
        ),
        Result(f"— statements of a report{words}", city.engine, str(count), "", "", "", None),
        Result(
            f"— every event delivered as well{words}", city.engine, spread(told, "/s"), "", "", "≥ 200/s", median(told) >= 200
        ),
    ]


def sustained(city: City, port: int, run: int) -> float:
    """Reports a second when the clock stops only after the last event's effects are done."""
    start = time.perf_counter()
    load.clients(port, 8, bodies(REPORTS, seed=100 + run), send)
    connection = city.connect()
    while connection.execute("SELECT count(*) FROM kernel_delivery WHERE state IN ('waiting', 'running')").fetchone()[
        0
    ]:
        time.sleep(0.02)
    took = time.perf_counter() - start
    connection.close()
    return REPORTS / took
