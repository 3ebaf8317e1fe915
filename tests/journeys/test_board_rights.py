"""Everything that is not a move of a case, through every page and operation that reaches it, by everyone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from tests.journeys import written_helping
from tests.journeys.board import Board
from tests.journeys.city import ANYONE, everything, undone
from tests.journeys.written_board_rights import (
    ACTS,
    EXPORTED_BY_AUDITOR,
    SEATS,
    SHEETS,
    SHOWN_ELSEWHERE,
    WITHOUT,
    WITHOUT_A_PAGE,
    Act,
)
from tests.journeys.written_rights import MOVES
from yipanqi.kernel.actions import ACTIONS
from yipanqi.kernel.models import JournalEntry
from yipanqi.sheets import SHEETS as REGISTERED

pytestmark = pytest.mark.django_db
ACTS = [*ACTS, *written_helping.ACTS]
SHEETS, EXPORTED_BY_AUDITOR = {**SHEETS, **written_helping.SHEETS}, EXPORTED_BY_AUDITOR | written_helping.EXPORTED_BY_AUDITOR
SHOWN_ELSEWHERE, WITHOUT_A_PAGE = SHOWN_ELSEWHERE | written_helping.SHOWN_ELSEWHERE, WITHOUT_A_PAGE | written_helping.WITHOUT_A_PAGE


@pytest.fixture(scope="module")
def board(django_db_setup: None, django_db_blocker: Any) -> Any:
    """One board for the whole file; every test takes back what it does."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = Board()
        written_helping.prepare(made)
        made.let_everyone_in()
        yield made
        transaction.set_rollback(True)


def body_of(act: Act, board: Board) -> dict[str, Any]:
    given = {
        k: v.format(**board.told) if isinstance(v, str) else v for k, v in (act.data(board) if act.data else {}).items()
    }
    if not act.filled:
        return given
    form = board.page("head").get(act.path.format(**board.told)).context["form"]
    shown = {field.html_name: field.value() for field in form}
    return {k: v for k, v in {**shown, **given}.items() if v is not None and v is not False and v != ""}


def send(act: Act, board: Board, seat: str, body: dict[str, Any]) -> Any:
    path = act.path.format(**board.told)
    if act.json:
        return Client().post(
            path, json.dumps(body, default=str), content_type="application/json", headers=board.of_a_program(seat)
        )
    return board.page(seat).post(path, body)


@pytest.mark.parametrize("act", ACTS, ids=str)
def test_act_by_everyone_is_open_to_those_written_down(board: Board, act: Act) -> None:
    body, before = body_of(act, board), everything()
    for seat in SEATS:
        last = JournalEntry.objects.order_by("-id").values_list("id", flat=True).first() or 0
        with undone():
            answer = send(act, board, seat, body | act.own.get(seat, {}))
            done = set(JournalEntry.objects.filter(id__gt=last).values_list("action", flat=True))
        wrong = answer.context["form"].errors.as_json() if answer.status_code == 422 and answer.context else ""
        cell = f"{seat}: {act}: {answer.status_code} {wrong}"
        if seat in act.who:
            assert act.action in done and answer.status_code in (200, 201, 302), cell
        else:
            assert not done, cell
            assert answer.status_code in ((401, 302) if seat in WITHOUT else (403, 404)), cell
            assert (
                seat not in WITHOUT or answer.status_code == 401 or "/accounts/login/" in answer.headers["Location"]
            ), cell
    assert everything() == before, f"{act}: a refused one changed something"


@pytest.mark.parametrize("name", SHEETS)
def test_sheet_by_everyone_is_open_to_those_written_down(board: Board, name: str) -> None:
    before, last = everything(), JournalEntry.objects.order_by("-id").values_list("id", flat=True).first() or 0
    for seat in SEATS:
        browser = board.page(seat)
        for method, path in [
            ("get", ""),
            ("get", "template.xlsx"),
            ("get", "export.xlsx"),
            ("get", "export.csv"),
            ("post", ""),
        ]:
            sent = {"file": SimpleUploadedFile("x.csv", b"a,b\n1,2\n")} if method == "post" else {}
            answer = getattr(browser, method)(f"/sheets/{name}/{path}", sent)
            if method == "post" and seat in SHEETS[name]:
                answer = browser.get(answer.headers["Location"])  # the preview of what was sent
                answer = browser.get(answer.headers["Location"]) if answer.status_code == 302 else answer
            reads = seat == "auditor" and name in EXPORTED_BY_AUDITOR and method == "get" and path != "template.xlsx"
            assert answer.status_code in (
                (200, 422) if reads or seat in SHEETS[name] else (302,) if seat in WITHOUT else (403,)
            ), (seat, path, answer.status_code)
        answer = browser.post(f"/sheets/{name}/import/", {"token": f"{board.fresh}.xlsx"})
        assert answer.status_code in ((422,) if seat in SHEETS[name] else (302,) if seat in WITHOUT else (403,)), (
            seat,
            answer.status_code,
        )
        for page in ("preview", "columns"):
            answer = browser.get(f"/sheets/{name}/{page}/{board.fresh}.xlsx/")
            assert answer.status_code == (422 if seat in SHEETS[name] else 302 if seat in WITHOUT else 403), (seat, page)
    told = JournalEntry.objects.filter(id__gt=last)
    assert {entry.action for entry in told} == {"desk.note_export"}
    told.delete()
    assert everything() == before


def test_every_action_is_written_down_somewhere() -> None:
    written = {act.action for act in ACTS} | {f"cases.{verb}" for verb in MOVES} | SHOWN_ELSEWHERE | WITHOUT_A_PAGE
    assert {name for name in ACTIONS if not name.startswith("demo.")} == written
    assert set(REGISTERED) == set(SHEETS)
    assert ANYONE in SEATS
