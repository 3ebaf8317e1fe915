"""Many at the same moment, against the real server."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests.journeys.city import City
from tests.journeys.serving import call, served
from yipanqi.cases.models import Case
from yipanqi.kernel import journal
from yipanqi.kernel.models import JournalEntry

CLASS = {"issue_class": "gb:event:06010"}
LIFE: list[tuple[str, dict[str, Any], tuple[str, ...], str, str]] = [
    ("accept", CLASS, ("desk", "head", "double"), "filed", "受理"),
    ("dispatch", {"unit": "CGJ"}, ("desk", "head", "double"), "dispatched", "交办"),
    ("sign", {}, ("liaison", "chief"), "handling", "签收"),
    ("resolve", {"what_was_done": "已清理"}, ("liaison", "chief"), "resolved", "反馈整改"),
    ("verify_pass", {}, ("desk", "head", "inspector"), "closed", "核查通过"),
]


def at_once(work: Callable[[int], Any], count: int = 8) -> list[Any]:
    """What `count` threads bring back that begin at the same moment."""
    ready, found = threading.Barrier(count), [None] * count

    def run(n: int) -> None:
        ready.wait(60)
        found[n] = work(n)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(120)
    return found


def check_journal() -> None:
    while journal.seal(timezone.now()):
        pass
    assert journal.verify() is None
    assert not JournalEntry.objects.filter(batch__isnull=True).exists()


@pytest.mark.django_db(transaction=True)
def test_eight_at_one_case_one_wins_each_move_and_the_others_read_who_and_what(tmp_path: Path) -> None:
    city = City()
    city.let_everyone_in()
    case = city.found()
    with served(tmp_path) as server:
        for verb, body, seats, state, word in LIFE:
            path = f"/api/v1/cases/{case.number}/moves/{verb}"
            answers = at_once(lambda n: call(server.port, "POST", path, body, city.tokens[seats[n % len(seats)]]))  # noqa: B023
            assert sorted(status for status, _answer in answers) == [200] + [409] * 7, (verb, answers)
            assert next(a["state"] for status, a in answers if status == 200) == state
            for _status, answer in answers:
                assert _status == 200 or (
                    any(f"已由 {who} 于" in answer["detail"] for who in seats) and word in answer["detail"]
                ), answer
    case.refresh_from_db()
    assert (case.state, case.version) == ("closed", len(LIFE))
    assert [m.verb for m in case.moves.order_by("id")] == ["report_case", *(verb for verb, *_rest in LIFE)]
    check_journal()


@pytest.mark.django_db(transaction=True)
def test_eight_at_cases_of_their_own_lose_nothing(tmp_path: Path) -> None:
    city = City()
    city.let_everyone_in()
    with served(tmp_path) as server:

        def lives(n: int) -> list[tuple[int, str]]:
            seen = []
            for m in range(2):
                status, made = call(
                    server.port,
                    "POST",
                    "/api/v1/cases",
                    {"source": "grid", "description": f"第 {n}-{m} 处垃圾"},
                    city.tokens["grid"],
                )
                seen.append((status, "reported"))
                for verb, body, seats, _state, _word in LIFE:
                    status, answer = call(
                        server.port,
                        "POST",
                        f"/api/v1/cases/{made['number']}/moves/{verb}",
                        body,
                        city.tokens[seats[(n + m) % len(seats)]],
                    )
                    seen.append((status, answer.get("state", str(answer))))
            return seen

        answers = at_once(lives)
    expected = [(201, "reported"), *((200, state) for _verb, _body, _seats, state, _word in LIFE)] * 2
    assert answers == [expected] * 8
    assert set(Case.objects.values_list("state", "version")) == {("closed", len(LIFE))}
    numbers = sorted(int(number.rpartition("-")[2]) for number in Case.objects.values_list("number", flat=True))
    assert numbers == list(range(1, 17))
    check_journal()
