"""Who may do what about volunteers: themselves, leaders, stations, the centre."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.journeys.written_board_rights import SEATS, Act, _
from yipanqi.kernel.actors import SYSTEM
from yipanqi.people.models import User
from yipanqi.teams.models import Team
from yipanqi.volunteers import actions
from yipanqi.volunteers.models import Pair, Volunteer
from yipanqi.volunteers.tests.world import id_number

CENTRE, KEEPERS, LEADING, OWN = {"centre"}, {"centre", "station"}, {"centre", "station", "captain"}, {"volunteer"}
BORN, YOUNG, SMALL = dt.date(1980, 1, 1), dt.date(2011, 1, 1), dt.date(2016, 6, 1)
WHO = {"document": "id", "id_number": id_number(BORN, 900), "phone": "13900009900", "agreed": "on"}
GUARDIAN = {"guardian_name": "王父亲", "relation": "父子", "guardian_document": "id", "guardian_id_number": id_number(BORN, 901), "guardian_phone": "13911112222"}


def prepare(board: Any) -> None:
    """A volunteer and a team's leader who sign in, and one entry for each thing that is done to one; all in the team of `station`."""
    given: dict[str, Any] = {"by": SYSTEM, "at": board.began}
    team = Team.objects.get(code="DW1")
    orders = iter(range(100, 200))

    def entry(name: str, born: dt.date = BORN, **more: Any) -> Volunteer:
        order = next(orders)
        fields = {"name": name, "document": "id", "id_number": id_number(born, order), "phone": f"13900000{order}", **more}
        return actions.register(None, fields=fields, password="kind-heart-42", agreed=True, **given).volunteer

    def member(person: Volunteer) -> Any:
        return actions.add_member(team, person=person, said_yes=True, **given)

    own, captain = entry("志愿者甲"), entry("队长乙")
    board.people |= {"volunteer": own.user, "captain": captain.user}
    actions.make_leader(member(captain), **given)
    told: dict[str, Any] = {"v_own": own.number, "v_own_held": member(own).uuid}
    waiting = entry("待审丙", document="none", born_on=BORN)
    actions.approve(waiting, **given)
    held = member(Volunteer.objects.get(pk=waiting.pk))
    told |= {"v_member": waiting.number, "v_held": held.uuid}
    for key in ("v_pending", "v_pending2"):
        person = actions.approve(entry("待审丁", document="none", born_on=BORN), **given)
        member(person)
        Volunteer.objects.filter(pk=person.pk).update(state="pending")
        told[key] = person.number
    gone = entry("退出戊")
    member(gone)
    told["v_left"] = actions.leave(gone, **given).number
    _ask_and_lead(board, told, entry, member, team)


def _ask_and_lead(board: Any, told: dict[str, Any], entry: Any, member: Any, team: Team) -> None:
    given: dict[str, Any] = {"by": SYSTEM, "at": board.began}
    own = Volunteer.objects.get(number=told["v_own"])
    minor = actions.register(None, fields={"name": "少年己", "document": "id", "id_number": id_number(YOUNG, 300), "phone": "13900000300"}, password="kind-heart-42", agreed=True, **given)
    Volunteer.objects.filter(pk=minor.volunteer.pk).update(area=team.area)
    told |= {"v_minor": minor.volunteer.number, "v_code": minor.code}
    asking = entry("申请庚")
    told["v_asking"] = actions.join(asking, team=team, by=asking.user, at=board.began).uuid
    other = Team.objects.create(code="DW3", name="别的队", founded_on=BORN)
    told["v_own_asking"] = actions.join(own, team=other, by=own.user, at=board.began).uuid
    leading = member(entry("副队辛"))
    told["v_leading"] = actions.make_leader(leading, **given).uuid
    told["v_alone"] = entry("无队未").number
    told["v_request"] = actions.ask_erasure(Volunteer.objects.get(number=told["v_member"]), by=board.people["centre"], at=board.began).uuid
    told["v_wrong"] = actions.ask_correction(asking, fields={"name": "申请更名"}, reason="证件为准", by=asking.user, at=board.began).uuid
    twins = [entry("重复壬"), entry("重复壬")]
    for twin in twins:
        member(twin)
    actions.find_pairs(None, by=SYSTEM, at=board.began)
    told |= {"v_pair": Pair.objects.get(first=twins[0], second=twins[1]).uuid, "v_twin": twins[0].number}
    board.told |= told
    assert User.objects.filter(pk=own.user_id).exists()


PAGE, API = "/volunteers/{v_own}/", "/api/v1/volunteers/"
ACTS = [
    Act("volunteers.register", "/volunteers/join/", set(SEATS) - {"volunteer", "captain"}, _(name="新人癸", password="kind-heart-42", **WHO)),
    Act("volunteers.enter", "/volunteers/enter/", LEADING, _(name="新人癸", team="DW1", **WHO)),
    Act("volunteers.enter_ward", "/volunteers/me/wards/add/", {"volunteer", "captain"}, _(name="孩子", relation="父子", **WHO | {"id_number": id_number(SMALL, 1)})),
    Act("volunteers.approve", "/volunteers/{v_pending}/moves/approve/", KEEPERS),
    Act("volunteers.approve", API + "{v_pending}/moves/approve", KEEPERS, json=True),
    Act("volunteers.decline", "/volunteers/{v_pending2}/decline/", KEEPERS, _(why="不是本人")),
    Act("volunteers.decline", API + "{v_pending2}/moves/decline", KEEPERS, _(why="不是本人"), json=True),
    Act("volunteers.take_back_leaving", "/volunteers/{v_left}/moves/take_back_leaving/", CENTRE),
    Act("volunteers.open_account", "/volunteers/{v_member}/account/", KEEPERS),
    Act("volunteers.correct", "/volunteers/{v_member}/correct/", KEEPERS, _(name="更正后", reason="证件为准")),
    Act("volunteers.reveal_phone", "/volunteers/{v_member}/reveal/phone/", LEADING),
    Act("volunteers.reveal_id", PAGE + "reveal/id/", KEEPERS),
    Act("volunteers.reveal_guardian", PAGE + "reveal/guardian/", KEEPERS),
    Act("volunteers.leave", "/volunteers/{v_member}/moves/leave/", KEEPERS),
    Act("volunteers.leave", "/volunteers/me/leave/", {"volunteer", "captain"}),
    Act("volunteers.leave", API + "{v_own}/moves/leave", KEEPERS | OWN, json=True),
    Act("volunteers.change_own", "/volunteers/me/change/", {"volunteer", "captain"}, _(phone="13911113333")),
    Act("volunteers.look_at_kept", "/volunteers/me/kept.xlsx", {"volunteer", "captain"}),
    Act("volunteers.ask_guardian", "/volunteers/{v_minor}/guardian-code/", CENTRE),
    Act("volunteers.consent_at_station", "/volunteers/{v_minor}/guardian/", CENTRE, _(**GUARDIAN)),
    Act("volunteers.consent_as_guardian", "/volunteers/guardian/", set(SEATS), lambda board: {**GUARDIAN, "code": board.told["v_code"], "agreed": "on"}),
    Act("volunteers.join", "/volunteers/me/teams/DW2/join/", {"volunteer", "captain"}),
    Act("volunteers.add_member", "/volunteers/teams/DW1/members/", LEADING, lambda board: {"number": board.told["v_alone"], "said_yes": "on"}),
    Act("volunteers.accept_member", "/volunteers/memberships/{v_asking}/accept_member/", LEADING),
    Act("volunteers.decline_member", "/volunteers/memberships/{v_asking}/decline_member/", LEADING, _(why="人满了")),
    Act("volunteers.take_back_joining", "/volunteers/me/memberships/{v_own_asking}/take_back_joining/", OWN),
    Act("volunteers.leave_team", "/volunteers/memberships/{v_held}/leave_team/", LEADING),
    Act("volunteers.leave_team", "/volunteers/me/memberships/{v_own_held}/leave_team/", OWN),
    Act("volunteers.make_leader", "/volunteers/memberships/{v_held}/make_leader/", KEEPERS),
    Act("volunteers.dismiss_leader", "/volunteers/memberships/{v_leading}/dismiss_leader/", KEEPERS),
    Act("volunteers.ask_correction", "/volunteers/me/requests/", {"volunteer", "captain"}, _(name="更正后", reason="证件为准")),
    Act("volunteers.ask_erasure", "/volunteers/me/requests/", {"volunteer", "captain"}, _(erase="1")),
    Act("volunteers.take_back_request", "/volunteers/me/requests/{v_request}/take-back/", KEEPERS),
    Act("volunteers.agree_to_request", "/volunteers/requests/{v_wrong}/agree/", KEEPERS),
    Act("volunteers.refuse_request", "/volunteers/requests/{v_wrong}/", KEEPERS, _(why="与证件不符")),
    Act("volunteers.call_distinct", "/volunteers/pairs/{v_pair}/", KEEPERS, _(why="两人同来")),
    Act("volunteers.merge", "/volunteers/pairs/{v_pair}/", KEEPERS, lambda board: {"merge": "1", "keep": board.told["v_twin"], "why": "到场核对"}),
]  # fmt: skip
#: A sheet brings the first; jobs and news bring the others. Only a minor has a consent to withdraw: see the tests of the app.
WITHOUT_A_PAGE = {
    "volunteers.save_volunteers", "volunteers.find_pairs", "volunteers.end_memberships_of", "volunteers.erase_left", "volunteers.forget_requests",
    "volunteers.withdraw_guardian_consent",
}  # fmt: skip
SHEETS = {"volunteers": CENTRE}
EXPORTED_BY_AUDITOR = {"volunteers"}
