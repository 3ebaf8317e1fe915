"""Who may do what about records, stars, certificates and corrections. The station's office records; `station` and `centre` run it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.journeys.written_board_rights import Act, _
from yipanqi.activities.models import Activity, Attendance, Shift
from yipanqi.kernel.actors import SYSTEM
from yipanqi.records import actions
from yipanqi.records.models import Issuer, Service, Star, Training
from yipanqi.teams.models import ServiceKind, Station, Team
from yipanqi.volunteers.models import Membership, Volunteer

#: `captain` leads the team: records for it and speaks for its members, but neither confirms stars nor certifies for the station.
CENTRE, BOTH, STATION = {"centre"}, {"centre", "station"}, {"station"}
RECORDERS, SECOND = BOTH | {"captain"}, {"station", "captain"}
TRAINING = {"name": "急救培训", "content": "心肺复苏", "minutes": 120, "trainer": "周老师"}


def _volunteer(number: str) -> Volunteer:
    made = Volunteer.objects.create(number=number, name="记录甲", state="registered", registered_on=dt.date(2026, 1, 1))
    Membership.objects.create(volunteer=made, team=Team.objects.get(code="DW1"), state="member", since=dt.date(2026, 1, 1))
    return made


def _served(board: Any, who: Volunteer, minutes: int) -> Service:
    began = board.began - dt.timedelta(days=3)
    ends = began + dt.timedelta(minutes=minutes)
    about = {"kind": ServiceKind.objects.get(key="care"), "team": Team.objects.get(code="DW1"), "starts_at": began, "ends_at": ends, "created_at": began}
    activity = Activity.objects.create(code=f"R-{who.number}", title="邻里互助", level="office", state="closed", **about)
    shift = Shift.objects.create(activity=activity, starts_at=began, ends_at=ends)
    attendance = Attendance.objects.create(
        shift=shift, volunteer=who, state="settled", how="list", in_at=began, out_at=ends, minutes=minutes, most=minutes, settled_at=board.began, served_on=began.date()
    )
    made = actions.note_attendance(attendance, by=SYSTEM, at=board.began)
    assert isinstance(made, Service)
    return made


def prepare(board: Any) -> None:
    """A volunteer for each thing that waits: stars and certificates asked for, issued, no longer fitting; corrections."""
    given: dict[str, Any] = {"at": board.began}
    station, centre = board.people["station"], board.people["centre"]
    issuer: Issuer = actions.add_issuer(None, station=Station.objects.get(code="WM1"), by=SYSTEM, **given)
    actions.change_issuer(issuer, head="赵建国", contact="0937-6000000", by=station, **given)
    ready, asking, having = (_volunteer(f"R10{n}") for n in range(3))
    services = [_served(board, one, 6000) for one in (ready, asking, having)]
    board.told |= {"r_ready": ready.number, "r_service": services[0].uuid, "r_issuer": issuer.code}
    board.told["r_star"] = actions.ask_star(asking, by=station, **given).uuid
    board.told["r_paper"] = actions.ask_certificate(asking, issuer=issuer, by=station, **given).uuid
    star = actions.confirm_star(actions.ask_star(having, by=station, **given), by=station, **given)
    paper = actions.issue_certificate(actions.ask_certificate(having, issuer=issuer, by=station, **given), handler="李敏", site="/", by=station, **given)
    Star.objects.filter(pk=star.pk).update(short_since=board.began)
    type(paper).objects.filter(pk=paper.pk).update(broken_since=board.began)
    board.told |= {"r_short": star.uuid, "r_broken": paper.uuid, "r_yesterday": (board.today - dt.timedelta(days=1)).isoformat()}
    for n, name in enumerate(("r_asked", "r_proposed")):
        (training,) = actions.enter_training(issuer, volunteers=[ready], **TRAINING | {"name": f"培训{n}"}, on=board.today, by=station, **given)
        amendment = actions.ask_amendment(training, reason="应为三小时", by=station if n == 0 else centre, **given)
        board.told[name] = amendment.uuid
    actions.propose_amendment(amendment, changes={"minutes": 180}, by=centre, **given)
    assert Training.objects.count() == 2


ACTS = [
    Act("records.set_star_rules", "/records/rules/", CENTRE, lambda b: {"scheme": "community", "name": "社区星级", "from_on": b.today, "hours": "10 20 30"}),
    Act("records.add_issuer", "/records/issuers/", CENTRE, _(code="WM0")),
    Act("records.change_issuer", "/records/issuers/{r_issuer}/", BOTH, _(head="钱三", contact="0937-1")),
    Act("records.enter_training", "/records/entries/training/add/", RECORDERS, lambda b: {**TRAINING, "issuer": b.told["r_issuer"], "volunteers": b.told["r_ready"], "on": b.today}),
    Act("records.enter_commendation", "/records/entries/commendation/add/", RECORDERS, lambda b: {"issuer": b.told["r_issuer"], "volunteers": b.told["r_ready"], "name": "优秀志愿者", "granted_by": "市文明办", "on": b.today}),
    Act("records.enter_evaluation", "/records/entries/evaluation/add/", RECORDERS, lambda b: {"issuer": b.told["r_issuer"], "volunteer": b.told["r_ready"], "quality": "good", "evaluator": "居民", "on": b.today}),
    Act("records.enter_training", "/api/v1/records/trainings", RECORDERS, lambda b: {**TRAINING, "issuer": b.told["r_issuer"], "volunteers": [b.told["r_ready"]], "on": b.today}, json=True),
    Act("records.ask_star", "/records/volunteers/{r_ready}/star/", RECORDERS),
    Act("records.ask_star", "/api/v1/records/stars", RECORDERS, _(volunteer="{r_ready}"), json=True),
    Act("records.confirm_star", "/records/stars/{r_star}/moves/confirm_star/", BOTH),
    Act("records.confirm_star", "/api/v1/records/stars/{r_star}/moves/confirm_star", BOTH, _(), json=True),
    Act("records.refuse_star", "/records/stars/{r_star}/moves/refuse_star/", BOTH, _(why="尚待核实")),
    Act("records.drop_star", "/records/stars/{r_star}/moves/drop_star/", STATION),
    Act("records.keep_star", "/records/stars/{r_short}/moves/keep_star/", BOTH, _(why="本人无过错")),
    Act("records.withdraw_star", "/records/stars/{r_short}/moves/withdraw_star/", BOTH, _(why="时长不足")),
    Act("records.ask_certificate", "/records/volunteers/{r_ready}/certificate/", RECORDERS, _(issuer="{r_issuer}")),
    Act("records.issue_certificate", "/records/certificates/{r_paper}/issue/", BOTH, _(handler="李敏")),
    Act("records.issue_certificate", "/api/v1/records/certificates/{r_paper}/moves/issue_certificate", BOTH, _(handler="李敏"), json=True),
    Act("records.refuse_certificate", "/records/certificates/{r_paper}/moves/refuse_certificate/", BOTH, _(why="尚待核实")),
    Act("records.drop_certificate", "/records/certificates/{r_paper}/moves/drop_certificate/", STATION),
    Act("records.keep_certificate", "/records/certificates/{r_broken}/moves/keep_certificate/", BOTH, _(why="相差很小")),
    Act("records.revoke_certificate", "/records/certificates/{r_broken}/moves/revoke_certificate/", BOTH, _(why="时长有误")),
    Act("records.ask_amendment", "/records/entries/service/{r_service}/amend/", RECORDERS, _(reason="名称不对")),
    Act("records.propose_amendment", "/api/v1/records/amendments/{r_asked}/moves/propose_amendment", RECORDERS, _(changes={"minutes": 180}), json=True),
    Act("records.propose_amendment", "/records/amendments/{r_asked}/", RECORDERS, lambda b: {**TRAINING, "name": "更正后的名称", "on": b.today}),
    Act("records.agree_amendment", "/records/amendments/{r_proposed}/moves/agree_amendment/", SECOND),
    Act("records.decline_amendment", "/records/amendments/{r_asked}/decline/", RECORDERS, _(answer="签到表为两小时")),
    Act("records.drop_amendment", "/records/amendments/{r_asked}/moves/drop_amendment/", STATION),
]
#: Attendance that is settled or corrected comes by events, mergers and erasures from volunteers, reminders from a job; hours
#: of earlier systems come by their sheet.
WITHOUT_A_PAGE = {"records.note_attendance", "records.take_over_record", "records.erase_record", "records.tell_waiting", "records.open_records"}
SHEETS = {"service-records": BOTH, "trainings": BOTH, "commendations": BOTH}
EXPORTED_BY_AUDITOR = {"service-records", "trainings", "commendations"}
