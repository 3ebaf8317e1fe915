"""Who may do what about offers and orders: whoever asks, the station, the centre, and the team of `captain`."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from tests.journeys.written_board_rights import SEATS, Act, _
from yipanqi.activities.models import Activity
from yipanqi.kernel.actors import Visitor
from yipanqi.kernel.policy import keep_policy
from yipanqi.places.models import Area
from yipanqi.services import actions
from yipanqi.teams.models import ServiceKind, Station, Team

EVERYONE, RUNS, STATION, TEAM = set(SEATS), {"centre", "head"}, {"centre", "head", "station"}, {"captain"}
#: Whoever has the code, except who served.
HOLDERS, ENTERS = EVERYONE - TEAM, {"centre", "station", "head", "desk"}
TOLD = {"centre", "station", "head", "desk"}
HOLDER = Visitor("holder")
API, DAY = "/api/v1/", dt.timedelta(days=1)
REPORT = {"helpers": 2, "served": 1, "text": "理了发"}


def _when(hours: int) -> str:
    return f"{timezone.localtime() - dt.timedelta(hours=hours):%Y-%m-%dT%H:%M}"


def _wanted(board: Any) -> dict[str, Any]:
    day = (timezone.localdate() + DAY).isoformat()
    return {"item": "LF-01", "wished_from": day, "area": "62029", "address": "新华路3号", "contact_phone": "13912345678", "people": 1}


def prepare(board: Any) -> None:
    """An order in every state, of the station that `station` runs, sent to or accepted by the team of `captain`."""
    area = Area.objects.create(code="62029", name="新华社区", level="community", path="62029/")
    Station.objects.filter(code="WM1").update(area=area)
    team, kind = Team.objects.get(code="DW1"), ServiceKind.objects.get(key="care")
    Team.objects.filter(code="DW1").update(kind="lecture")
    given: dict[str, Any] = {"by": board.people["centre"], "at": timezone.now()}
    today = timezone.localdate()
    keep_policy("services.next_choice", False, by="test", at=board.began)
    keep_policy("services.grab", True, by="test", at=board.began)
    keep_policy("services.orders_per_hour", 10_000, by="test", at=board.began)
    keep_policy("services.room", 90, by="test", at=board.began)
    item = actions.add_item(None, code="LF-01", title="理发", kind=kind, **given)
    actions.add_item(None, code="LF-02", title="修面", kind=kind, **given)
    actions.add_offer(Station.objects.get(code="WM1"), item=actions.add_item(None, code="LF-03", title="洗头", kind=kind, **given), from_on=today - DAY, **given)
    offer = actions.add_offer(team, item=item, from_on=today - DAY, **given)
    paused = actions.pause_offer(actions.add_offer(Station.objects.get(code="WM1"), item=item, **given), **given)
    actions.add_lecturer(None, code="L1", name="李讲师", team=team, agreed=True, **given)

    def asked() -> Any:
        return actions.ask(None, item=item, wished_from=today + DAY, area=area, contact_phone="13912345678", by=HOLDER, at=timezone.now())

    def sent() -> Any:
        return actions.dispatch(asked(), party=team, **given)

    def accepted() -> Any:
        return actions.accept(sent(), by=board.people["captain"], at=timezone.now())

    def served() -> Any:
        now = timezone.now()
        return actions.report_service(accepted(), started_at=now - DAY / 24, ended_at=now, **REPORT, by=board.people["captain"], at=now)

    keep_policy("services.make_orders", True, by="test", at=board.began)
    unmade = asked()
    keep_policy("services.make_orders", False, by="test", at=board.began)
    rated = actions.rate(served(), rating=4, by=HOLDER, at=timezone.now())
    complaint = actions.complain(rated, text="迟到", by=HOLDER, at=timezone.now())
    done, lined = served(), asked()
    proposal = actions.propose(None, **given)
    activity = Activity.objects.create(
        code="SA1", title="理发", kind=kind, level="station", team=team, starts_at=board.began, ends_at=board.began + DAY, created_at=board.began,
    )  # fmt: skip
    board.told |= {
        "s_unmade": unmade.number, "s_open": lined.number, "s_sent": sent().number, "s_accepted": accepted().number, "s_served": done.number, "s_served_code": done.code,
        "s_rated": rated.number, "s_code": asked().code, "s_complaint": complaint.uuid, "s_proposal": proposal.uuid, "s_offer": offer.code, "s_paused": paused.code,
        "s_activity": activity.code,
    }  # fmt: skip


def _moves(verb: str, key: str, who: set[str], page: dict[str, Any] | None = None, own: dict[str, dict[str, Any]] | None = None) -> list[Act]:
    """A move of an order by its page and by the API."""
    number = f"{{{key}}}"
    data = page or {}
    return [
        Act(f"services.{verb}", f"/services/orders/{number}/moves/{verb}/", who, lambda board: dict(data), own=own or {}),
        Act(f"services.{verb}", f"{API}requests/{number}/moves/{verb}", who, lambda board: dict(data), json=True, own=own or {}),
    ]


DISH = {"title": "磨刀", "kind": "care", "sort": "service", "form": "station", "minutes": "20"}
ACTS = [
    Act("services.ask", "/services/menu/LF-01/", EVERYONE, _wanted),
    Act("services.ask", "/services/ask/", EVERYONE, lambda board: _wanted(board) | {"kind": "care", "text": "剪指甲"}),
    Act("services.ask", f"{API}requests", EVERYONE, _wanted, json=True),
    Act("services.ask_by_proxy", "/services/orders/enter/", ENTERS, _wanted),
    Act("services.ask_by_proxy", f"{API}requests/by_proxy", ENTERS, _wanted, json=True),
    *_moves("make_order", "s_unmade", STATION, {"plan": "两人上门"}),
    *_moves("decline", "s_open", STATION, {"reason": "找物业"}),
    *_moves("cancel", "s_open", STATION | {"desk"}),
    *_moves("dispatch", "s_open", RUNS, {"party": "team:DW1"}),
    *_moves("grab", "s_open", TEAM | {"station"}, {"party": "team:DW1"}, own={"station": {"party": "station:WM1"}}),
    *_moves("give_up", "s_open", RUNS, {"reason": "没有队伍"}),
    *_moves("recall", "s_sent", RUNS),
    *_moves("accept", "s_sent", TEAM),
    *_moves("refuse", "s_sent", TEAM, {"reason": "没空"}),
    *_moves("give_back", "s_accepted", TEAM, {"reason": "病了"}),
    *_moves("join_activity", "s_accepted", TEAM, {"activity": "SA1"}),
    Act("services.report_service", "/services/orders/{s_accepted}/moves/report_service/", TEAM, lambda board: {**REPORT, "started_at": _when(2), "ended_at": _when(1)}),
    Act("services.report_service", API + "requests/{s_accepted}/moves/report_service", TEAM,
        lambda board: {**REPORT, "started_at": f"{_when(2)}:00+08:00", "ended_at": f"{_when(1)}:00+08:00"}, json=True),
    *_moves("rate", "s_served", STATION | {"desk"}, {"rating": 5}),
    *_moves("reply_to_rating", "s_rated", TEAM, {"text": "谢谢"}),
    Act("services.rate", "/services/track/{s_served_code}/rate/", HOLDERS, _(rating="5")),
    Act("services.rate", API + "requests/codes/{s_served_code}/moves/rate", HOLDERS, _(rating=5), json=True),
    Act("services.complain", "/services/track/{s_served_code}/complain/", HOLDERS, _(text="迟到")),
    Act("services.cancel", "/services/track/{s_code}/cancel/", EVERYONE),
    Act("services.answer_complaint", "/services/complaints/{s_complaint}/", {"centre", "head", "desk"}, _(text="已提醒")),
    Act("services.answer_complaint", API + "requests/complaints/{s_complaint}/moves/answer_complaint", {"centre", "head", "desk"}, _(text="已提醒"), json=True),
    Act("services.reveal_contact", "/services/orders/{s_open}/contact/", TOLD),
    Act("services.reveal_contact", "/services/orders/{s_accepted}/contact/", TOLD | TEAM),
    Act("services.reveal_contact", API + "requests/{s_accepted}/contact", TOLD | TEAM, json=True),
    Act("services.propose", "/services/dispatch/propose/", RUNS),
    Act("services.propose", f"{API}dispatch/proposals", RUNS, json=True),
    Act("services.accept_proposal", "/services/dispatch/accept/", RUNS, _(proposal="{s_proposal}", all="1")),
    Act("services.accept_proposal", API + "dispatch/proposals/{s_proposal}/moves/accept_proposal", RUNS, json=True),
    Act("services.add_offer", "/services/offers/add/", STATION | TEAM, lambda board: {"party": "team:DW1", "item": "LF-02", "from_on": timezone.localdate().isoformat(), "capacity": "0"},
        own={"station": {"party": "station:WM1"}}),
    Act("services.add_offer", f"{API}offers", RUNS | TEAM, _(party="team:DW1", item="LF-02"), json=True),
    Act("services.change_offer", "/services/offers/{s_offer}/", RUNS | TEAM, lambda board: {"from_on": timezone.localdate().isoformat(), "capacity": "5"}),
    Act("services.pause_offer", "/services/offers/{s_offer}/moves/pause_offer/", RUNS | TEAM),
    Act("services.pause_offer", API + "offers/{s_offer}/moves/pause_offer", RUNS | TEAM, json=True),
    Act("services.resume_offer", "/services/offers/{s_paused}/moves/resume_offer/", STATION),
    Act("services.resume_offer", API + "offers/{s_paused}/moves/resume_offer", STATION, json=True),
    Act("services.end_offer", "/services/offers/{s_offer}/moves/end_offer/", RUNS | TEAM),
    Act("services.end_offer", API + "offers/{s_offer}/moves/end_offer", RUNS | TEAM, json=True),
    Act("services.add_item", "/services/items/add/", RUNS, _(code="MD-01", **DISH)),
    Act("services.change_item", "/services/items/LF-01/", RUNS, _(**DISH)),
    Act("services.retire_item", "/services/items/LF-02/retire/", RUNS),
    Act("services.add_lecturer", "/services/pool/add/", RUNS, _(code="L2", name="王讲师", team="DW1", agreed="on")),
    Act("services.change_lecturer", "/services/pool/L1/", RUNS, _(name="李老师", team="DW1")),
    Act("services.remove_lecturer", "/services/pool/L1/remove/", RUNS),
]
#: Jobs, mergers and erasures of volunteers come to these; and a page that only reads notes what it gave out.
WITHOUT_A_PAGE = {
    "services.lapse", "services.close_unrated", "services.erase_contacts", "services.take_over_lecturers", "services.erase_lecturers", "services.note_export",
}  # fmt: skip
SHEETS = {"menu": RUNS}
EXPORTED_BY_AUDITOR = {"menu"}
