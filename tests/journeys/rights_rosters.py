"""Who may do what about duty work of units: the centre and the office plan, the unit that stands says what was done."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.journeys.written_board_rights import Act, _
from yipanqi.cases.tests.town import unit
from yipanqi.kernel.actors import SYSTEM
from yipanqi.places.models import Place
from yipanqi.rosters import actions
from yipanqi.rosters.models import Roster, Swap, Turn
from yipanqi.standards.models import PlaceCategory

PLANNERS, OF_UNIT = {"centre", "desk", "head"}, {"liaison", "chief"}
LATER = {"name": "冬季值勤", "starts_on": "2030-03-04", "ends_on": "2030-03-08", "slots": "07:30-08:30", "people": "2"}


def prepare(board: Any) -> None:
    """A published roster in which the liaison's unit stands beside another, with a turn that is over, one that was confirmed
    and one to come, and swaps to and from it; and a draft."""
    kind = PlaceCategory.objects.create(key="intersection", code_prefix="LK", name="主要交通路口", group="intersection", department_type="traffic")
    places = [Place.objects.create(code=f"LK00{n}", name=f"路口{n}", category=kind, lon=98.29, lat=39.77, cell="x") for n in (1, 2)]
    other = unit("ZQB", "值勤单位")
    given: dict[str, Any] = {"by": SYSTEM, "at": board.began - dt.timedelta(days=5)}
    terms = {"kind": "crossing", "starts_on": board.today - dt.timedelta(days=2), "ends_on": board.today + dt.timedelta(days=9), "slots": [["00:01", "00:02"]], "working_days": False}
    made: list[Roster] = []
    for name in ("值勤", "草稿"):
        roster = actions.add_roster(None, name=name, **terms, **given)
        roster = actions.set_posts(roster, places=places, **given)
        roster = actions.set_units(roster, units=[board.city, other], **given)
        made.append(actions.make_rota(roster, **given))
    running = actions.publish_roster(made[0], **given)
    mine = Turn.objects.filter(roster=running, unit=board.city).order_by("starts_at")
    past, done, coming = mine[0], mine[1], mine.reverse()[0]
    Turn.objects.filter(pk=done.pk).update(state="done", present=2, confirmed_at=board.began)
    theirs = Turn.objects.filter(roster=running, unit=other).order_by("-starts_at")[0]
    asked = Swap.objects.create(turn=theirs, asked_by=other, to=board.city, reason="开会", asked_at=board.began)
    asking = Swap.objects.create(turn=mine.reverse()[1], asked_by=board.city, to=other, reason="开会", asked_at=board.began)
    board.told |= {
        "roster": running.code, "roster_draft": made[1].code, "turn_past": past.uuid, "turn_done": done.uuid, "turn_coming": coming.uuid, "swap_asked": asked.uuid, "swap_asking": asking.uuid,
    }  # fmt: skip


ACTS = [
    Act("rosters.add_roster", "/rosters/new/", PLANNERS, _(kind="crossing", **LATER)),
    Act("rosters.change_roster", "/rosters/at/{roster}/edit/", PLANNERS, _(**LATER)),
    Act("rosters.set_posts", "/rosters/at/{roster}/posts/", PLANNERS, _(places=["LK001"])),
    Act("rosters.set_units", "/rosters/at/{roster}/units/", PLANNERS, _(units=["ZQB"])),
    Act("rosters.make_rota", "/rosters/at/{roster}/moves/make_rota/", PLANNERS),
    Act("rosters.publish_roster", "/rosters/at/{roster_draft}/moves/publish_roster/", PLANNERS),
    Act("rosters.end_roster", "/rosters/at/{roster}/moves/end_roster/", PLANNERS, _(why="撤销")),
    Act("rosters.make_rota", "/api/v1/rosters/{roster}/moves/make_rota", PLANNERS, json=True),
    Act("rosters.publish_roster", "/api/v1/rosters/{roster_draft}/moves/publish_roster", PLANNERS, json=True),
    Act("rosters.end_roster", "/api/v1/rosters/{roster}/moves/end_roster", PLANNERS, _(why="撤销"), json=True),
    Act("rosters.cancel_turn", "/rosters/turns/{turn_coming}/moves/cancel_turn/", PLANNERS, _(why="暴雨")),
    Act("rosters.give_turn", "/rosters/turns/{turn_coming}/moves/give_turn/", PLANNERS, _(unit="ZQB", why="防汛")),
    Act("rosters.cancel_turn", "/api/v1/turns/{turn_coming}/moves/cancel_turn", PLANNERS, _(why="暴雨"), json=True),
    Act("rosters.give_turn", "/api/v1/turns/{turn_coming}/moves/give_turn", PLANNERS, _(unit="ZQB", why="防汛"), json=True),
    Act("rosters.confirm_turn", "/rosters/turns/{turn_past}/moves/confirm_turn/", OF_UNIT, _(present="2")),
    Act("rosters.correct_turn", "/rosters/turns/{turn_done}/moves/correct_turn/", OF_UNIT, _(present="3", why="少计")),
    Act("rosters.ask_swap", "/rosters/turns/{turn_coming}/moves/ask_swap/", OF_UNIT, _(to="ZQB", reason="开会")),
    Act("rosters.confirm_turn", "/api/v1/turns/{turn_past}/moves/confirm_turn", OF_UNIT, _(present=2), json=True),
    Act("rosters.correct_turn", "/api/v1/turns/{turn_done}/moves/correct_turn", OF_UNIT, _(present=3, why="少计"), json=True),
    Act("rosters.ask_swap", "/api/v1/turns/{turn_coming}/moves/ask_swap", OF_UNIT, _(to="ZQB", reason="开会"), json=True),
    Act("rosters.agree_swap", "/rosters/swaps/{swap_asked}/moves/agree_swap/", OF_UNIT),
    Act("rosters.refuse_swap", "/rosters/swaps/{swap_asked}/moves/refuse_swap/", OF_UNIT),
    Act("rosters.withdraw_swap", "/rosters/swaps/{swap_asking}/moves/withdraw_swap/", OF_UNIT),
    Act("rosters.renew_feed", "/rosters/mine/feed/", OF_UNIT, _(unit="CGJ")),
]
#: Jobs come to these.
WITHOUT_A_PAGE = {"rosters.remind", "rosters.lapse_swaps"}
