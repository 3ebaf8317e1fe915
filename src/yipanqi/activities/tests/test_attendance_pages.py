"""The pages of attendance: signing in by the leader's code, the leader's list, my hours, corrections."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from yipanqi.activities import codes
from yipanqi.activities.actions import attendance as attending
from yipanqi.activities.actions import corrections, settling
from yipanqi.activities.models import Absence, Activity, Attendance, Correction, Shift
from yipanqi.activities.tests.test_pages import as_
from yipanqi.activities.tests.world import DAY, HOUR, Helping, volunteer
from yipanqi.kernel.actors import SYSTEM
from yipanqi.volunteers.models import Volunteer

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _counters(tmp_path: Any) -> Any:
    with override_settings(COUNTERS_ROOT=str(tmp_path / "counters")):
        yield


@pytest.fixture
def helping() -> Helping:
    return Helping()


@pytest.fixture
def shift(helping: Helping) -> Shift:
    """A shift that began an hour ago; views look at the clock."""
    begins = timezone.now().replace(second=0, microsecond=0) - HOUR
    activity = helping.activity(limit=5, starts_at=timezone.now() + 30 * DAY, hours=3, lon=98.29, lat=39.77)
    Activity.objects.filter(pk=activity.pk).update(starts_at=begins, ends_at=begins + 3 * HOUR)
    Shift.objects.filter(activity=activity).update(starts_at=begins, ends_at=begins + 3 * HOUR)
    return Shift.objects.select_related("activity").get()


def code(shift: Shift) -> str:
    shift.refresh_from_db()
    return codes.code_at(shift.uuid, shift.secret, timezone.now())


def at(shift: Shift) -> str:
    return f"/activities/in/{shift.uuid}/"


def own(row: Attendance) -> str:
    return f"/activities/attendance/{row.uuid}/"


def local(moment: dt.datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


def there(shift: Shift, who: Volunteer, *, gone: bool = False) -> Attendance:
    """Somebody who is there since the beginning, maybe until half an hour later."""
    call = {"volunteer": who, "by": leader_of(shift), "at": timezone.now()}
    attending.note_in(shift, when=shift.starts_at, **call)
    if gone:
        attending.note_out(shift, when=shift.starts_at + 30 * MINUTE, **call)
    return Attendance.objects.get(volunteer=who)


def leader_of(shift: Shift) -> Any:
    return shift.activity.team.memberships.get(is_leader=True).volunteer.user  # type: ignore[union-attr]


def test_the_code_leads_to_the_page_and_one_button_signs_in_and_out(shift: Shift) -> None:
    who = volunteer("V1")
    client = as_(who.user)
    page = client.get(at(shift), {"c": code(shift)}).content.decode()
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)
    assert ticket and "已扫到现场的签到码" in page and 'data-who="V1"' in page
    answer = client.post(f"{at(shift)}in/", {"ticket": ticket[1]}, follow=True)
    assert "已签到" in answer.content.decode() and Attendance.objects.get().state == "in"
    answer = client.post(f"{at(shift)}out/", {"code": f"{code(shift)[:3]} {code(shift)[3:]}"}, follow=True)
    assert "已签退" in answer.content.decode() and Attendance.objects.get().state == "done"


def test_whoever_scans_without_being_signed_in_signs_in_first_and_the_scan_counts(shift: Shift) -> None:
    who, visitor = volunteer("V1"), Client()
    answer = visitor.get(at(shift), {"c": code(shift)})
    assert answer.status_code == 302 and answer.url.startswith("/accounts/login/?next=")
    from urllib.parse import parse_qs, urlsplit  # noqa: PLC0415  only here

    after = parse_qs(urlsplit(answer.url).query)["next"][0]
    page = as_(who.user).get(after).content.decode()
    assert "已扫到现场的签到码" in page
    assert "?t=" not in visitor.get(at(shift), {"c": "000000"}).url


def test_an_old_code_is_told_and_a_wrong_one_refused(shift: Shift) -> None:
    client = as_(volunteer("V1").user)
    old = codes.code_at(shift.uuid, shift.secret, timezone.now() - HOUR)
    assert "已经更换" in client.get(at(shift), {"c": old}).content.decode()
    assert "签到码不对" in client.post(f"{at(shift)}in/", {"code": old}, follow=True).content.decode()
    assert not Attendance.objects.exists()


def test_sign_in_by_position_on_the_page(shift: Shift) -> None:
    client = as_(volunteer("V1").user)
    for lon, lat, words in (("98.5", "39.77", "不在活动地点"), ("x", "", "签到码不对"), ("98.2901", "39.7701", "已签到")):
        assert words in client.post(f"{at(shift)}in/", {"lon": lon, "lat": lat}, follow=True).content.decode()


def test_strangers_do_not_get_to_the_pages(helping: Helping, shift: Shift) -> None:
    row = there(shift, volunteer("V1"))
    stranger = volunteer("V9")
    for path in (f"/activities/run/shifts/{shift.uuid}/attendance/", own(row), "/activities/attendance/"):
        assert as_(stranger.user).get(path).status_code in (403, 404), path
        assert Client().get(path).status_code == 302
        assert as_(helping.other_leader).get(path).status_code in (200, 404) and "志愿者V1" not in as_(helping.other_leader).get(path).content.decode()
    assert as_(helping.keeper).get(at(shift)).status_code == 403
    assert as_(stranger.user).post(f"/activities/run/shifts/{shift.uuid}/attendance/note_in/", {"volunteer": "V9"}).status_code in (403, 404)


def test_the_leaders_list_holds_the_codes_of_the_shift_alone(helping: Helping, shift: Shift) -> None:
    page = as_(helping.leader).get(f"/activities/run/shifts/{shift.uuid}/attendance/").content.decode()
    held = json.loads(re.search(r'id="codes" type="application/json">(.*?)</script>', page)[1])  # type: ignore[index]
    assert code(shift) in held["codes"] and len(held["codes"]) == (3 * 60 + 30 + 60) * 2 + 1
    assert held["url"].startswith("http") and held["url"].endswith(at(shift)) and "secret" not in page


def test_the_leader_notes_who_came_left_and_did_not_come(helping: Helping, shift: Shift) -> None:
    client, base = as_(helping.leader), f"/activities/run/shifts/{shift.uuid}/attendance/"
    _who, missing = volunteer("V1", with_account=False), volunteer("V2")
    sign_up = shift.sign_ups.create(role=shift.roles.get(), volunteer=missing, state="signed", signed_at=shift.starts_at - DAY)
    client.post(f"{base}note_in/", {"volunteer": " V1 "})
    assert Attendance.objects.get().walk_in
    client.post(f"{base}note_out/", {"volunteer": "V1"})
    assert Attendance.objects.get().state == "done"
    assert "没有编号为" in client.post(f"{base}note_in/", {"volunteer": "nobody"}, follow=True).content.decode()
    client.post(f"{base}note_absence/", {"sign_up": sign_up.uuid, "reason": "ill"})
    assert "身体不适" in client.get(base).content.decode()
    client.post(f"{base}take_back_absence/", {"sign_up": sign_up.uuid})
    assert not Absence.objects.exists()
    before = code(shift)
    client.post(f"{base}renew_code/")
    assert code(shift) != before
    for verb, sent in (("nothing", {}), ("note_absence", {"sign_up": "x"})):
        assert client.post(f"{base}{verb}/", sent).status_code == 404


def test_a_forgotten_sign_out_is_confirmed_on_its_page(helping: Helping, shift: Shift) -> None:
    row = there(shift, volunteer("V1"))
    Attendance.objects.update(state="proposed")
    client = as_(helping.leader)
    assert "确认时间" in client.get(own(row)).content.decode()
    wrong = client.post(f"{own(row)}moves/confirm_attendance/", {"in_at": local(shift.starts_at), "out_at": local(shift.starts_at - HOUR)})
    assert wrong.status_code == 422 and "早于" in wrong.content.decode()
    client.post(f"{own(row)}moves/confirm_attendance/", {"in_at": local(shift.starts_at), "out_at": local(shift.starts_at + 40 * MINUTE)})
    row.refresh_from_db()
    assert (row.state, row.minutes) == ("done", 40)
    assert client.post(f"{own(row)}moves/nothing/").status_code == 404


def test_a_correction_goes_from_the_volunteer_to_the_leader(helping: Helping, shift: Shift) -> None:
    who = volunteer("V1")
    row = there(shift, who, gone=True)
    mine, leader = as_(who.user), as_(helping.leader)
    asked = {"in_at": local(shift.starts_at), "out_at": local(shift.starts_at + 50 * MINUTE), "reason": "签退按早了"}
    assert mine.post(f"{own(row)}moves/ask_correction/", {**asked, "reason": ""}).status_code == 422
    assert mine.post(f"{own(row)}moves/ask_correction/", asked).status_code == 302
    found = Correction.objects.get()
    path = f"/activities/corrections/{found.uuid}/"
    assert mine.get(path).status_code == 200 and mine.post(f"{path}moves/agree_correction/").status_code == 403
    assert "签退按早了" in leader.get("/activities/corrections/").content.decode()
    assert leader.post(f"{path}moves/decline_correction/", {"answer": ""}).status_code == 422
    assert leader.post(f"{path}moves/agree_correction/", {"answer": "属实"}).status_code == 302
    row.refresh_from_db()
    assert row.minutes == 50 and "已更正" in mine.get(own(row)).content.decode()
    assert leader.get("/activities/corrections/?all=1").status_code == 200 and leader.post(f"{path}moves/nothing/").status_code == 404


def test_my_hours_lists_my_own(shift: Shift) -> None:
    who, other = volunteer("V1"), volunteer("V2")
    there(shift, who, gone=True)
    there(shift, other)
    page = as_(who.user).get("/activities/hours/").content.decode()
    assert shift.activity.title in page and page.count("data-row") == 1
    assert as_(volunteer("V3").user).get("/activities/hours/").status_code == 200


def test_lists_ask_as_many_queries_for_three_rows_as_for_one(helping: Helping, shift: Shift) -> None:
    client, counts = as_(helping.leader), []
    for number in ("V1", "V2", "V3"):
        who = volunteer(number)
        row = there(shift, who, gone=True)
        corrections.ask_correction(row, reason="x", void=True, by=who.user, at=timezone.now())
        if number == "V2":
            continue
        found = []
        for path in ("/activities/attendance/", "/activities/corrections/", f"/activities/run/shifts/{shift.uuid}/attendance/"):
            client.get(path)
            with CaptureQueriesContext(connection, ) as seen:
                assert client.get(path).status_code == 200
            found.append(len(seen))
        counts.append(found)
    assert counts[0] == counts[1]


def test_the_page_without_a_network_is_the_same_for_everybody(shift: Shift) -> None:
    page = Client().get("/activities/in/offline/")
    assert page.status_code == 200 and "现在没有网络" in page.content.decode()
    script = Client().get("/activities/attendance-worker.js")
    assert script["Content-Type"].startswith("text/javascript") and b"attendance" in script.content


def test_the_job_asks_leaders_about_forgotten_sign_outs(helping: Helping, shift: Shift) -> None:
    from yipanqi.activities import jobs  # noqa: PLC0415  after the apps are ready

    there(shift, volunteer("V1"))
    jobs.ask_about_sign_outs(timezone.now())
    assert Attendance.objects.get().state == "in"
    jobs.ask_about_sign_outs(shift.ends_at + 61 * MINUTE)
    assert Attendance.objects.get().state == "proposed"
    jobs.forget_marks(shift.ends_at)
    settling.propose_confirmation(shift.activity, by=SYSTEM, at=shift.ends_at)
