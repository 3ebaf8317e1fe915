"""Duty work on its pages, in its API, sheet, calendar and figures."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import icalendar
import openpyxl
import pytest
from django.test import Client

from yipanqi.figures import FIGURES, Period, Scope
from yipanqi.kernel.api import now
from yipanqi.rosters import actions
from yipanqi.rosters.entries import _month
from yipanqi.rosters.models import Feed, Roster, Swap, Turn
from yipanqi.rosters.tests.world import RUSH, Duties, moment, segments, unit

MARCH = Period(dt.date(2026, 3, 1), dt.date(2026, 3, 31))
JSON = "application/json"


@pytest.fixture
def duties(db: None) -> Duties:
    return Duties()


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def coming(duties: Duties) -> Roster:
    """A published roster around today, every day of the week."""
    today = now().astimezone(dt.timezone(dt.timedelta(hours=8))).date()
    facts = {"name": "路口值勤", "kind": "crossing", "starts_on": today - dt.timedelta(days=2), "ends_on": today + dt.timedelta(days=9), "slots": RUSH, "working_days": False}
    at = now() - dt.timedelta(days=5)
    made = actions.set_posts(actions.add_roster(None, **facts, by=duties.centre, at=at), places=duties.places, by=duties.centre, at=at)
    made = actions.make_rota(actions.set_units(made, units=duties.units, by=duties.centre, at=at), by=duties.centre, at=at)
    return actions.publish_roster(made, by=duties.centre, at=at)  # type: ignore[no-any-return]


def test_the_centre_plans_gives_out_and_publishes(duties: Duties) -> None:
    client = signed_in(duties.centre)
    assert "还没有值勤安排" in client.get("/rosters/").content.decode()
    sent = {"name": "路口值勤", "kind": "crossing", "starts_on": "2030-03-04", "ends_on": "2030-03-08", "slots": "07:30-08:30，17:30-18:30", "working_days": "on", "people": "2"}
    assert client.post("/rosters/new/", sent | {"slots": "早上"}).status_code == 422
    answer = client.post("/rosters/new/", sent)
    made = Roster.objects.get()
    assert answer.headers["Location"] == f"/rosters/at/{made.code}/posts/" and made.slots == RUSH
    assert client.get(f"/rosters/at/{made.code}/posts/").status_code == 200
    assert client.post(f"/rosters/at/{made.code}/posts/", {"places": ["LK001", "LK003"]}).status_code == 302
    assert client.post(f"/rosters/at/{made.code}/units/", {"units": ["A", "B"]}).status_code == 302
    assert client.post(f"/rosters/at/{made.code}/edit/", sent | {"name": "改名", "weekdays": ["1", "2"]}).status_code == 302
    for verb in ("make_rota", "publish_roster"):
        client.post(f"/rosters/at/{made.code}/moves/{verb}/")
    made.refresh_from_db()
    assert (made.state, made.name, made.turns.count()) == ("published", "改名", 2 * 2 * 2)
    page = client.get(f"/rosters/at/{made.code}/").content.decode()
    assert "每个单位最少 4 次，最多 4 次" in page and "均衡" in page and "路口1" in page
    assert made.code in client.get("/rosters/?state=published").content.decode()
    assert client.post(f"/rosters/at/{made.code}/moves/nonsense/").status_code == 404
    client.post(f"/rosters/at/{made.code}/moves/end_roster/", {"why": ""})
    client.post(f"/rosters/at/{made.code}/moves/end_roster/", {"why": "撤销"})
    made.refresh_from_db()
    assert made.state == "ended"


def test_street_segments_with_their_keepers_are_typed_in(duties: Duties) -> None:
    segments(2)
    made = duties.draft(kind="street", slots=[["15:00", "17:00"]])
    client, path = signed_in(duties.centre), f"/rosters/at/{made.code}/posts/"
    for wrong, why in (("LD009", "没有这些路段"), ("LD001 XX", "没有这些单位"), ("LD001 A B", "每行写一个")):
        answer = client.post(path, {"segments": wrong})
        assert answer.status_code == 422 and why in answer.content.decode()
    assert client.post(path, {"segments": "LD001 A\nLD002"}).status_code == 302
    assert "LD001 A" in client.get(path).content.decode()
    assert {post.segment.code: post.unit_id for post in made.posts.all()} == {"LD001": duties.units[0].pk, "LD002": None}


def test_a_unit_sees_confirms_and_corrects_its_own(duties: Duties) -> None:
    roster = coming(duties)
    client = signed_in(duties.ann)
    page = client.get("/rosters/mine/").content.decode()
    assert "待确认" in page and "接下来的值勤" in page
    turn = Turn.objects.filter(unit=duties.units[0], ends_at__lte=now()).order_by("starts_at")[0]
    assert "确认值勤" in client.get(f"/rosters/turns/{turn.uuid}/").content.decode()
    assert client.post(f"/rosters/turns/{turn.uuid}/moves/confirm_turn/", {"present": "900"}).status_code == 422
    assert client.post(f"/rosters/turns/{turn.uuid}/moves/confirm_turn/", {"present": "3", "work": "劝导"}).status_code == 302
    assert client.post(f"/rosters/turns/{turn.uuid}/moves/correct_turn/", {"present": "2", "work": "劝导", "why": "多计"}).status_code == 302
    turn.refresh_from_db()
    assert (turn.state, turn.present) == ("done", 2)
    theirs = Turn.objects.filter(unit=duties.units[1])[0]
    assert client.get(f"/rosters/turns/{theirs.uuid}/").status_code == 404 and client.get("/rosters/").status_code == 403
    assert client.get(f"/rosters/at/{roster.code}/").status_code == 200 and "单位B" not in client.get("/rosters/turns/").content.decode().split('id="content"')[1].split("</table>")[0].split("<tbody>")[1]
    assert signed_in(duties.grid).get("/rosters/mine/").status_code == 403


def test_units_swap_on_their_pages(duties: Duties) -> None:
    coming(duties)
    ann, bob = signed_in(duties.ann), signed_in(duties.bob)
    turn, other = (Turn.objects.filter(unit=one, starts_at__gt=now() + dt.timedelta(days=1)).order_by("starts_at")[0] for one in duties.units)
    path = f"/rosters/turns/{turn.uuid}/moves/ask_swap/"
    assert ann.post(path, {"to": "B", "reason": ""}).status_code == 422
    assert ann.post(path, {"to": "B", "other": str(other.uuid), "reason": "开会"}).status_code == 302
    swap = Swap.objects.get()
    assert "请本单位承担" in bob.get("/rosters/mine/").content.decode() and "等对方答复" in ann.get("/rosters/mine/").content.decode()
    assert ann.post(f"/rosters/swaps/{swap.uuid}/moves/agree_swap/").status_code == 403
    bob.post(f"/rosters/swaps/{swap.uuid}/moves/agree_swap/")
    turn.refresh_from_db()
    assert turn.unit == duties.units[1]
    assert bob.post(f"/rosters/swaps/{swap.uuid}/moves/nonsense/").status_code == 404
    assert "已有他人处理" in bob.post(f"/rosters/swaps/{swap.uuid}/moves/agree_swap/", follow=True).content.decode()


def test_the_centre_gives_away_and_cancels(duties: Duties) -> None:
    coming(duties)
    unit("C")
    client = signed_in(duties.centre)
    turn = Turn.objects.filter(starts_at__gt=now()).order_by("-starts_at")[0]
    assert client.post(f"/rosters/turns/{turn.uuid}/moves/give_turn/", {"unit": "C", "why": "防汛"}).status_code == 302
    assert client.post(f"/rosters/turns/{turn.uuid}/moves/cancel_turn/", {"why": "暴雨"}).status_code == 302
    turn.refresh_from_db()
    assert turn.unit.code == "C" and turn.state == "cancelled"
    assert client.post(f"/rosters/turns/{turn.uuid}/moves/nonsense/", {}).status_code == 404
    assert client.post(f"/rosters/turns/{turn.uuid}/moves/confirm_turn/", {"present": 1}).status_code == 403


def test_turns_as_a_workbook(duties: Duties) -> None:
    roster = duties.published()
    book = openpyxl.load_workbook(io.BytesIO(signed_in(duties.auditor).get(f"/rosters/turns.xlsx?roster={roster.code}").content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert len(rows) == 31 and rows[0][:3] == ("值勤安排", "类型", "日期") and rows[1][5].startswith("路口")
    mine = openpyxl.load_workbook(io.BytesIO(signed_in(duties.ann).get("/rosters/turns.xlsx").content))
    assert mine.worksheets[0].max_row == 16
    assert signed_in(duties.grid).get("/rosters/turns.xlsx").status_code == 403


def test_a_units_calendar_by_a_secret_address(duties: Duties) -> None:
    coming(duties)
    client = signed_in(duties.ann)
    assert client.post("/rosters/mine/feed/", {"unit": "B"}).status_code == 404
    client.post("/rosters/mine/feed/", {"unit": "A"})
    secret = Feed.objects.get().secret
    assert secret in client.get("/rosters/mine/").content.decode()
    answer = Client().get(f"/rosters/feeds/{secret}.ics")
    found = icalendar.Calendar.from_ical(answer.content)
    events = found.walk("VEVENT")
    assert answer.headers["Content-Type"].startswith("text/calendar") and len(events) == Turn.objects.filter(unit=duties.units[0]).count()
    assert events[0]["SUMMARY"].startswith("路口值勤") and b"ann" not in answer.content
    client.post("/rosters/mine/feed/", {"unit": "A"})
    assert Client().get(f"/rosters/feeds/{secret}.ics").status_code == 404


def test_figures_of_duty_stand_apart(duties: Duties) -> None:
    roster = duties.published()
    turn = duties.turn(roster, duties.units[0])
    actions.confirm_turn(turn, present=3, by=duties.ann, at=moment(0, 9))
    actions.cancel_turn(duties.turn(roster, duties.units[1], 3), why="暴雨", by=duties.centre, at=moment())
    at = moment(1, 12)
    value = lambda key, **scope: FIGURES[f"rosters.{key}"].value(MARCH, Scope(**scope), at).value  # noqa: E731
    assert (value("crossings"), value("units"), value("turns"), value("done"), value("people_times")) == (3, 2, 29, 1, 3)
    assert value("turns", unit="A") == 15 and value("people_times", unit="B") == 0 and value("turns", area="620200") == 0
    assert value("people_times", user=duties.ann) == 3 and value("turns", user=duties.grid) == 0
    assert FIGURES["rosters.done_rate"].value(MARCH, Scope(), at).numerator == 1
    for key in ("crossings", "units", "turns", "done", "people_times"):
        figure = FIGURES[f"rosters.{key}"]
        n = figure.value(MARCH, Scope(), at).n
        assert figure.records(MARCH, Scope(), as_of=at).count() == n
        for by in figure.breakdowns:
            assert sum(line.value.n for line in figure.breakdown(by, MARCH, Scope(), at)) == n
    assert [line.value.value for line in FIGURES["rosters.people_times"].breakdown("unit", MARCH, Scope(), at)] == [3]
    assert [f["value"] for f in _month(duties.centre, at)["figures"]] == [3, 2, 29, 1, 3] and _month(duties.ann, at) is None  # type: ignore[index]


def test_api_answers_as_the_pages_do(duties: Duties) -> None:
    roster = coming(duties)
    centre, ann = signed_in(duties.centre), signed_in(duties.ann)
    assert [row["code"] for row in centre.get("/api/v1/rosters?state=published").json()["items"]] == [roster.code]
    told = centre.get(f"/api/v1/rosters/{roster.code}").json()
    assert {move["name"] for move in told["moves"] if move["allowed"]} == {"make_rota", "end_roster"}
    assert signed_in(duties.grid).get("/api/v1/turns").status_code == 403
    listed = ann.get(f"/api/v1/turns?roster={roster.code}&state=planned&unit=A&limit=5").json()
    assert {row["unit"] for row in listed["items"]} == {"A"} and listed["next"]
    past = Turn.objects.filter(unit=duties.units[0], ends_at__lte=now()).order_by("starts_at")[0]
    confirmed = ann.post(f"/api/v1/turns/{past.uuid}/moves/confirm_turn", {"present": 2, "work": "劝导"}, content_type=JSON).json()
    assert (confirmed["state"], confirmed["present"]) == ("done", 2)
    assert ann.post(f"/api/v1/turns/{past.uuid}/moves/correct_turn", {"present": 3, "why": "少计"}, content_type=JSON).json()["present"] == 3
    later = Turn.objects.filter(unit=duties.units[0], starts_at__gt=now() + dt.timedelta(days=1)).order_by("starts_at")[0]
    theirs = Turn.objects.filter(unit=duties.units[1], starts_at__gt=now() + dt.timedelta(days=1)).order_by("starts_at")[0]

    def ask(**body: Any) -> int:
        return ann.post(f"/api/v1/turns/{later.uuid}/moves/ask_swap", {"to": "B", "reason": "开会", **body}, content_type=JSON).status_code

    assert ask(to="XX") == 422 and ask(other=str(later.uuid)) == 422 and ask(other=str(theirs.uuid)) == 200 and ask() == 409
    assert centre.post(f"/api/v1/turns/{later.uuid}/moves/give_turn", {"unit": "B", "why": "防汛"}, content_type=JSON).json()["unit"] == "B"
    assert centre.post(f"/api/v1/turns/{later.uuid}/moves/cancel_turn", {"why": "暴雨"}, content_type=JSON).json()["state"] == "cancelled"
    assert ann.get(f"/api/v1/turns/{theirs.uuid}").status_code == 404 and centre.get(f"/api/v1/turns/{theirs.uuid}").status_code == 200
    assert centre.post(f"/api/v1/rosters/{roster.code}/moves/make_rota", content_type=JSON).status_code == 200
    assert centre.post(f"/api/v1/rosters/{roster.code}/moves/publish_roster", content_type=JSON).status_code == 409
    assert centre.post(f"/api/v1/rosters/{roster.code}/moves/end_roster", {"why": "结束"}, content_type=JSON).json()["state"] == "ended"
    assert centre.get("/api/v1/rosters/none").status_code == 404


def test_lists_ask_no_more_for_more_turns(duties: Duties, django_assert_max_num_queries: Any) -> None:
    coming(duties)
    client = signed_in(duties.centre)
    client.get("/rosters/turns/")
    with django_assert_max_num_queries(14):
        assert client.get("/rosters/turns/").status_code == 200
    with django_assert_max_num_queries(14):
        assert len(client.get("/api/v1/turns").json()["items"]) == 50
