"""How many statements a move, a list and a case's page take: pinned, so that none creeps in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from yipanqi.cases import actions, selectors
from yipanqi.cases.models import Case
from yipanqi.cases.tests.town import MONDAY, Town, moment
from yipanqi.kernel.actors import Visitor
from yipanqi.people.models import User

#: What must be there: number, new case and its words, or lock and case; share; thread; event, and its delivery where somebody is told or
#: points are credited; journal.
FLOOR = {"report_case": 6, "accept": 5, "dispatch": 7, "sign": 6, "resolve": 6, "verify_pass": 6}
#: What is there: beside the floor the actor's appointments, the thread, the shares, and stamps once, what was asked and lapses,
#: waiting residents, and for verifying when the actor served where.
TAKES = {"report_case": 8, "accept": 8, "dispatch": 10, "sign": 9, "resolve": 11, "verify_pass": 11}
BEYOND = 6


def statements(run: Callable[[], Any]) -> list[str]:
    """The SQL that `run` sends, without the savepoints that only tests have."""
    with CaptureQueriesContext(connection) as seen:
        run()
    return [q["sql"] for q in seen.captured_queries if "SAVEPOINT" not in q["sql"]]


def life(town: Town, co_units: tuple[Any, ...] = ()) -> dict[str, list[str]]:
    """The statements of each move of one life, every actor and case read afresh as a request would."""
    found = {}
    steps: list[tuple[str, str, dict[str, Any]]] = [
        ("accept", "desk", {"issue_class": town.class_}), ("dispatch", "desk", {"unit": town.city, "co_units": co_units}), ("sign", "liaison", {}),
        ("resolve", "liaison", {"what_was_done": "已清理"}), ("verify_pass", "inspector", {}),
    ]  # fmt: skip
    reporter = User.objects.get(username="inspector")
    found["report_case"] = statements(lambda: actions.report_case(None, source="inspection", description="垃圾", by=reporter, at=MONDAY))
    for verb, who, values in steps[: 4 if co_units else None]:
        person, case = User.objects.get(username=who), Case.objects.latest("id")
        found[verb] = statements(lambda v=verb, p=person, c=case, given=values: getattr(actions, v)(c, **given, by=p, at=MONDAY))  # type: ignore[misc]
    return found


def test_every_move_of_a_life_takes_no_more_than_its_statements(town: Town) -> None:
    town.closed()  # calendars and classes are in the process by now
    found = life(town)
    assert {verb: len(sent) for verb, sent in found.items()} == TAKES
    assert all(TAKES[verb] - FLOOR[verb] <= BEYOND for verb in FLOOR)


def test_moves_of_several_units_take_no_more(town: Town) -> None:
    town.closed()
    found = life(town, (town.clean, town.water))
    assert all(len(sent) <= TAKES[verb] for verb, sent in found.items())


def test_report_of_a_resident_takes_no_more_than_its_statements(town: Town) -> None:
    town.closed()
    sent = statements(lambda: actions.report_by_resident(None, text="路灯不亮", by=Visitor("v"), at=MONDAY))
    assert len(sent) == 8  # stamps once, number, case, words, thread, report, both events, journal


def test_report_without_photo_begins_no_session(town: Town, client: Client) -> None:
    town.closed()
    body = {"text": "路灯不亮", "position": [98.29, 39.77]}
    client.post("/api/v1/reports", body, content_type="application/json")
    sent = statements(lambda: client.post("/api/v1/reports", body, content_type="application/json"))
    assert len(sent) == 8  # as the action alone: the limit shares the look at the stamps
    assert not client.cookies and not Session.objects.exists()


def test_case_list_takes_as_many_statements_for_many_rows_as_for_one(town: Town, client: Client) -> None:
    client.force_login(town.desk)
    paths = ("/api/v1/cases?state=open", "/cases/", "/cases/?q=垃圾&overdue=1", "/inbox/")
    counted: list[dict[str, int]] = []
    for rounds in (1, 3):  # an inbox group of more than it shows is counted by a statement of its own
        for n in range(rounds):
            town.report(), town.filed(), town.dispatched(co_units=(town.clean,)), town.resolved()
            actions.dispute(town.dispatched(), reason="不归我管", by=town.liaison, at=moment(0, 10, n))
        for path in paths:
            client.get(path)
        counted.append({path: len(statements(lambda p=path: client.get(p))) for path in paths})  # type: ignore[misc]
    assert counted[0] == counted[1]


def test_case_page_takes_as_many_statements_for_a_long_thread_as_for_a_short_one(town: Town, client: Client) -> None:
    client.force_login(town.desk)
    short = town.handling(co_units=(town.clean,))
    long = town.handling(co_units=(town.clean, town.water))
    for n in range(8):
        actions.comment(long, note="请加快", by=town.head, at=moment(0, 10, n))
    for path in ("/api/v1/cases/{}", "/cases/{}/"):
        client.get(path.format(short.number))
        few, many = (len(statements(lambda c=c, p=path: client.get(p.format(c.number)))) for c in (short, long))  # type: ignore[misc]
        assert few == many, path


def test_open_moves_read_appointments_shares_and_requests_once(town: Town) -> None:
    case, person = town.handling(co_units=(town.clean,)), User.objects.get(username="liaison")
    case = Case.objects.get(pk=case.pk)
    assert len(statements(lambda: selectors.open_moves(case, person))) == 3


def test_one_case_is_looked_up_without_gathering_all_of_a_unit(town: Town) -> None:
    case, person = town.handling(), User.objects.get(username="liaison")
    for look in (selectors.row_of, selectors.by_number):
        sent = statements(lambda look=look: look(person, case.number))  # type: ignore[misc]
        assert any("EXISTS" in sql for sql in sent) and not any("IN (SELECT" in sql for sql in sent)
