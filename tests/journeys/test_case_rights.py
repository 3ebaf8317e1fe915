"""Role × action × state, cell by cell: what is written by hand equals the rules, the documents, and what HTTP answers."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.journeys.city import ANYONE, City, everything, traces, undone
from tests.journeys.written_rights import (
    BY_UNITS,
    HANDED,
    MOVES,
    NEEDS,
    ROLE_OF,
    SEATS,
    SIGNED_OUT,
    STATES,
    api_answer,
    may,
    offered,
    page_answer,
    sees,
    starts,
)
from yipanqi.batches.models import Batch
from yipanqi.cases.models import Case
from yipanqi.cases.states import CASE
from yipanqi.kernel.actors import Visitor
from yipanqi.kernel.models import JournalEntry

ROLES = Path(__file__).parents[2] / "docs" / "generated" / "roles.md"


def bodies(city: City) -> dict[str, dict[str, Any]]:
    """A good body for every move."""
    soon = (timezone.localdate() + dt.timedelta(days=60)).isoformat()
    return {
        "accept": {"issue_class": city.class_.key}, "reject": {"reason": "不属实"}, "merge": {"primary": city.found().number},
        "dispatch": {"unit": "CGJ"}, "withdraw": {"note": "交办有误"}, "release_unit": {"unit": "HW", "note": "不需协办"}, "dispute": {"reason": "不归我管"}, "uphold": {"unit": "SW"}, "overrule": {"note": "归你管"},
        "ask_extension": {"reason": "降雪", "days": 2}, "refuse_extension": {"note": "不同意"}, "ask_suspension": {"reason": "冬季"},
        "refuse_suspension": {"note": "不同意"}, "suspend": {"review_on": soon}, "resolve": {"what_was_done": "已清理", "outcome": "mended"},
        "finish_step": {"what_was_done": "已围护"}, "unaccept": {"note": "点错了"}, "split_off": {"note": "是两件事"},
        "correct_class": {"issue_class": city.class_.key, "severity": 4, "note": "选错了"},
        "verify_fail": {"note": "还脏"}, "rebound": {"note": "又脏了"}, "comment": {"note": "请加快"}, "fix_on_the_spot": {"note": "已清走"},
    }  # fmt: skip


def cases_in(city: City, state: str) -> dict[str, Case]:
    """The case of each kind in a state."""
    kinds = ("plain", *dict.fromkeys(NEEDS.values())) if state in ("dispatched", "handling") else ("plain",)
    return {kind: city.case_in(state, kind) for kind in kinds}


def case_for(verb: str, cases: dict[str, Case]) -> Case:
    return cases.get(NEEDS.get(verb, "plain"), cases["plain"])


def test_written_moves_are_those_of_the_state_table() -> None:
    assert {v: (" ".join(m.source), " ".join(m.to)) for v, m in CASE.moves.items()} == MOVES
    assert tuple(CASE.states) == STATES


@pytest.mark.parametrize("state", STATES)
def test_written_rights_are_those_of_the_rules(city: City, state: str) -> None:
    case = city.case_in(state)
    actors: dict[str, Any] = {**city.people, ANYONE: Visitor("v")}
    found = {(seat, verb) for seat in SEATS for verb in MOVES if actors[seat].has_perm(f"cases.{verb}", case)}
    assert found == {(seat, verb) for seat in SEATS for verb in MOVES if may(seat, verb, state)}


def test_written_rights_are_those_of_the_generated_document() -> None:
    lines = [
        [c.strip() for c in line.strip("|\n ").split("|")]
        for line in ROLES.read_text().splitlines()
        if line.startswith("|")
    ]
    roles = [cell.split(" ")[0] for cell in lines[0][1:-1]]
    generated = {
        row[0].strip("`"): {role for role, mark in zip(roles, row[1:], strict=False) if mark} for row in lines[2:]
    }
    for verb in MOVES:
        written = {
            ROLE_OF[seat]
            for seat in SEATS
            for state in STATES
            if may(seat, verb, state) and not (seat == "double" and verb in BY_UNITS)
        }
        assert generated[f"cases.{verb}"] - {"system"} == written, verb


@pytest.mark.parametrize("state", STATES)
def test_every_move_by_everyone_through_the_api(city: City, client: Client, state: str) -> None:
    cases, sent = cases_in(city, state), bodies(city)
    city.let_everyone_in()
    before = everything()
    for seat in SEATS:
        head = city.of_a_program(seat)
        shown = {kind: check_shown(city, client, case, seat, state, kind) for kind, case in cases.items()}
        for verb in MOVES:
            case, count = case_for(verb, cases), traces()
            with undone():
                answer = client.post(
                    f"/api/v1/cases/{case.number}/moves/{verb}",
                    json.dumps(sent.get(verb, {})),
                    content_type="application/json",
                    headers=head,
                )
                cell = f"{seat} {verb} in {state}: {answer.content.decode()[:200]}"
                assert answer.status_code == api_answer(seat, verb, state), cell
                if answer.status_code == 200:
                    check_done(case, verb, seat, count)
            if answer.status_code != 200:
                assert answer.headers["Content-Type"] == "application/problem+json" and answer.json()["detail"], cell
                assert traces() == count, f"{cell} left something"
            said = shown[next(kind for kind, one in cases.items() if one is case)].get(verb)
            if said:
                assert said["allowed"] or answer.status_code in (403, 409), cell
                assert not said["allowed"] or answer.status_code != 403, cell
                assert answer.status_code != 403 or said["why_not"] == answer.json()["detail"], cell
        assert everything() == before, f"{seat} in {state} changed something"


def check_shown(city: City, client: Client, case: Case, seat: str, state: str, kind: str) -> dict[str, Any]:
    """The moves that the detail names: those of the state and of what the case holds, to those who see the case."""
    detail = client.get(f"/api/v1/cases/{case.number}", headers=city.of_a_program(seat))
    assert detail.status_code == (401 if seat in SIGNED_OUT else 200 if sees(seat, state) else 404), seat
    shown = {m["name"]: m for m in detail.json()["moves"]} if detail.status_code == 200 else {}
    assert set(shown) == ({v for v in MOVES if offered(v, state, kind)} if shown else set()), seat
    return shown


def check_done(case: Case, verb: str, seat: str, count: tuple[int, ...]) -> None:
    """One act in the journal, by this person; the state that the table names; nothing half done."""
    now = Case.objects.get(pk=case.pk)
    assert now.state in MOVES[verb][1].replace("=", case.state).split()
    acts = list(JournalEntry.objects.order_by("id").values_list("action", "actor", "subject")[count[0] :])
    assert acts == [(f"cases.{verb}", f"user:{seat}", case.number)]
    assert traces()[1] > count[1] and traces()[2] > count[2] and now.version == case.version + 1


@pytest.mark.parametrize("state", STATES)
def test_every_move_by_everyone_through_the_page(city: City, state: str) -> None:
    """Every move of the state, and from every state some that do not start there (the API test has them all)."""
    chosen = [verb for n, verb in enumerate(MOVES) if starts(verb, state) or n % len(STATES) == STATES.index(state)]
    cases, sent = cases_in(city, state), bodies(city)
    city.let_everyone_in()
    before = everything()
    for seat in SEATS:
        browser = city.page(seat)
        for verb in chosen:
            case, count = case_for(verb, cases), traces()
            with undone():
                answer = browser.post(
                    f"/cases/{case.number}/moves/{verb}/", sent.get(verb, {}), headers={"HX-Request": "true"}
                )
                cell = f"{seat} {verb} in {state}: {answer.content.decode()[:200]}"
                assert answer.status_code == page_answer(seat, verb, state), cell
                if answer.status_code == 204:
                    check_done(case, verb, seat, count)
            if answer.status_code == 200:
                assert 'role="alert"' in answer.content.decode(), cell
            assert answer.status_code == 204 or traces() == count, f"{cell} left something"
        assert everything() == before, f"{seat} in {state} changed something"


#: Who makes which move on many cases at once; what happens to each is decided by the rule of the move.
MANY = {
    "accept": ("desk", "double", "head"), "dispatch": ("desk", "double", "head"), "verify_pass": ("desk", "double", "head", "inspector", "own_inspector"),
    "sign": ("double", "liaison", "chief", "helper", "stranger", "other_chief"),
}  # fmt: skip


@pytest.mark.parametrize("verb", MANY)
def test_bulk_move_by_everyone_does_what_single_moves_would(city: City, verb: str) -> None:
    cases = {state: city.case_in(state) for state in STATES}
    Case.objects.update(issue_class=city.class_)
    for seat in SEATS:
        with undone():
            sent = {"move": verb, "number": [c.number for c in cases.values()]}
            looked = {"asked": str(len(cases)), "note": "已到现场看过"} if verb == "verify_pass" else {}
            answer = city.page(seat).post("/cases/bulk/", sent | looked)
            moved = {state for state, case in cases.items() if Case.objects.get(pk=case.pk).version != case.version}
            made = Batch.objects.first()
            assert (made is not None) == (seat in MANY[verb]), (seat, answer.status_code)
            assert moved <= {s for s in STATES if api_answer(seat, verb, s) == 200}, seat
            if made is not None:
                assert verb == "dispatch" or moved == {s for s in STATES if api_answer(seat, verb, s) == 200}, seat
                untold = set(made.items.filter(case=None).values_list("number", flat=True))
                assert untold == {case.number for state, case in cases.items() if not sees(seat, state)}, seat


def test_units_come_in_only_with_the_hand_over() -> None:
    assert not any(
        may(seat, verb, state)
        for seat in ("liaison", "helper")
        for verb in BY_UNITS
        for state in STATES
        if state not in HANDED
    )
