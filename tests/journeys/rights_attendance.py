"""Who may do what about attendance: volunteers about themselves, those who run the activity about others."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from tests.journeys.written_board_rights import Act, _
from yipanqi.activities import actions
from yipanqi.activities.actions import attendance, corrections
from yipanqi.activities.models import Activity, Attendance, Shift
from yipanqi.kernel.actors import SYSTEM
from yipanqi.teams.models import ServiceKind, Team
from yipanqi.volunteers.models import Volunteer

HOUR = dt.timedelta(hours=1)
RUNNING, VOLUNTEERS = {"captain", "station", "centre"}, {"volunteer", "captain"}


def prepare(board: Any) -> None:
    """A shift of the team that `captain` leads, which goes on now: who is there, who forgot to sign out, a correction that waits."""
    begins, own, other = timezone.now() - HOUR, board.people["volunteer"], Volunteer.objects.get(number=board.told["v_member"])
    own_entry = Volunteer.objects.get(user=own)
    shifts = []
    for n in range(3):
        later = timezone.now() + dt.timedelta(days=40 + n)
        made = actions.add_activity(
            None, title=f"清洁{n}", kind=ServiceKind.objects.get(key="care"), level="station", team=Team.objects.get(code="DW1"), starts_at=later, ends_at=later + 3 * HOUR,
            about="清洁", address="新华路", lon=98.29, lat=39.77, shifts=[{"starts_at": later, "ends_at": later + 3 * HOUR, "roles": [{"name": "志愿者", "limit": 9}]}], by=SYSTEM, at=board.began,
        )  # fmt: skip
        actions.open_activity(made, by=SYSTEM, at=board.began)
        start = begins - 5 * n * HOUR
        Activity.objects.filter(pk=made.pk).update(starts_at=start, ends_at=start + 3 * HOUR)
        Shift.objects.filter(activity=made).update(starts_at=start, ends_at=start + 3 * HOUR)
        shifts.append(Shift.objects.select_related("activity").get(activity=made))
    now, captain = timezone.now(), board.people["captain"]
    shift, asked, gone = shifts
    sign_up = shift.sign_ups.create(role=shift.roles.get(), volunteer=other, state="signed", signed_at=board.began)
    for who, of in ((own_entry, asked), (other, asked), (other, gone)):
        attendance.note_in(of, volunteer=who, when=of.starts_at, by=captain, at=now)
        if of is asked:
            attendance.note_out(of, volunteer=who, when=of.starts_at + HOUR, by=captain, at=now)
    Attendance.objects.filter(shift=gone).update(state="proposed")
    mine, theirs = (Attendance.objects.get(shift=asked, volunteer=one) for one in (own_entry, other))
    waits = corrections.ask_correction(mine, reason="签退早了", in_at=asked.starts_at, out_at=asked.starts_at + 2 * HOUR, by=own, at=now)
    board.told |= {
        "at_shift": shift.uuid, "a_other": other.number, "a_sign_up": sign_up.uuid, "at_theirs": theirs.uuid, "a_proposed": Attendance.objects.get(shift=gone).uuid,
        "a_correction": waits.uuid, "a_in": f"{timezone.localtime(gone.starts_at):%Y-%m-%dT%H:%M:%S}", "a_out": f"{timezone.localtime(gone.starts_at + HOUR):%Y-%m-%dT%H:%M:%S}",
    }  # fmt: skip


ME, LIST, API = "/activities/in/{at_shift}/", "/activities/run/shifts/{at_shift}/attendance/", "/api/v1/shifts/{at_shift}/moves/"
HERE, WHO, AWAY = _(lon="98.29", lat="39.77"), _(volunteer="{a_other}"), _(sign_up="{a_sign_up}", reason="ill")
TIMES = _(in_at="{a_in}", out_at="{a_out}")
ACTS = [
    Act("activities.sign_in", f"{ME}in/", VOLUNTEERS, HERE),
    Act("activities.sign_in", f"{API}sign_in", VOLUNTEERS, _(position=[98.29, 39.77]), json=True),
    Act("activities.sign_out", f"{ME}out/", VOLUNTEERS, HERE),
    Act("activities.sign_out", f"{API}sign_out", VOLUNTEERS, _(position=[98.29, 39.77]), json=True),
    Act("activities.note_in", f"{LIST}note_in/", RUNNING, WHO),
    Act("activities.note_in", f"{API}note_in", RUNNING, WHO, json=True),
    Act("activities.note_out", f"{LIST}note_out/", RUNNING, WHO),
    Act("activities.note_out", f"{API}note_out", RUNNING, WHO, json=True),
    Act("activities.note_absence", f"{LIST}note_absence/", RUNNING, AWAY),
    Act("activities.note_absence", f"{API}note_absence", RUNNING, AWAY, json=True),
    Act("activities.take_back_absence", f"{LIST}take_back_absence/", RUNNING, AWAY),
    Act("activities.take_back_absence", f"{API}take_back_absence", RUNNING, _(sign_up="{a_sign_up}"), json=True),
    Act("activities.renew_code", f"{LIST}renew_code/", RUNNING),
    Act("activities.renew_code", f"{API}renew_code", RUNNING, json=True),
    Act("activities.confirm_attendance", "/activities/attendance/{a_proposed}/moves/confirm_attendance/", RUNNING, TIMES),
    Act("activities.ask_correction", "/activities/attendance/{at_theirs}/moves/ask_correction/", RUNNING, _(void="on", reason="没有来")),
    Act("activities.ask_correction", "/api/v1/attendance/{at_theirs}/moves/ask_correction", RUNNING, _(void=True, reason="没有来"), json=True),
    Act("activities.agree_correction", "/activities/corrections/{a_correction}/moves/agree_correction/", RUNNING),
    Act("activities.agree_correction", "/api/v1/corrections/{a_correction}/moves/agree_correction", RUNNING, json=True),
    Act("activities.decline_correction", "/activities/corrections/{a_correction}/moves/decline_correction/", RUNNING, _(answer="不对")),
    Act("activities.take_back_correction", "/activities/corrections/{a_correction}/moves/take_back_correction/", {"volunteer"}),
]
#: The clock, the closing of an activity and the import come to these.
WITHOUT_A_PAGE = {"activities.propose_confirmation", "activities.settle_hours", "activities.forget_marks", "activities.import_attendances"}
SHEETS = {"attendance": {"centre"}}
EXPORTED_BY_AUDITOR = {"attendance"}
