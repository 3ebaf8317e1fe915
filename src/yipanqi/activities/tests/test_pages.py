"""The pages: what is on without signing in, one's own shifts, running activities."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from yipanqi.activities import actions
from yipanqi.activities.models import Activity, Feed, Series, Shift, SignUp, Swap
from yipanqi.activities.tests.world import DAY, HOUR, Helping, shift_of, sign, volunteer
from yipanqi.people.models import User

pytestmark = pytest.mark.django_db
#: Views look at the clock, so these activities lie ahead of it.
SOON = timezone.now().replace(minute=0, second=0, microsecond=0) + 3 * DAY


@pytest.fixture
def helping() -> Helping:
    return Helping()


def as_(user: User | None) -> Client:
    client = Client()
    assert user is not None
    client.force_login(user)
    return client


def lines(**rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What formsets send."""
    sent: dict[str, Any] = {}
    for prefix, found in rows.items():
        sent |= {f"{prefix}-TOTAL_FORMS": len(found), f"{prefix}-INITIAL_FORMS": 0}
        sent |= {f"{prefix}-{n}-{name}": value for n, row in enumerate(found) for name, value in row.items()}
    return sent


def form_of(helping: Helping, **otherwise: Any) -> dict[str, Any]:
    local = timezone.localtime(SOON)
    return {
        "title": "上街清洁", "holder": "team:T1", "kind": "street", "level": "station", "about": "清理烟头", "address": "新华路", "min_age": 16,
        "starts_at": f"{local:%Y-%m-%dT%H:%M}", "ends_at": f"{local + 2 * HOUR:%Y-%m-%dT%H:%M}", "lon": 98.28, "lat": 39.77, **lines(roles=[{"name": "清洁", "limit": 3}]), **otherwise,
    }  # fmt: skip


def test_public_pages_need_no_account(helping: Helping) -> None:
    activity = helping.activity(starts_at=SOON, lon=98.28, lat=39.77, title_en="Street day")
    client = Client()
    for path, words in (("/activities/", "逢6上街"), ("/activities/?lon=98.281&lat=39.77", "公里"), (f"/activities/{activity.code}/", "新华路"), (f"/activities/calendar/?month={SOON:%Y-%m}", "逢6上街")):
        answer = client.get(path)
        assert answer.status_code == 200 and words in answer.content.decode(), path
    assert "Street day" in client.get(f"/activities/{activity.code}/", headers={"accept-language": "en"}).content.decode()
    assert "逢6上街" not in client.get("/activities/?lon=99.5&lat=39.77").content.decode()
    assert "逢6上街" not in client.get("/activities/?theme=lecture").content.decode()
    assert b"BEGIN:VEVENT" in client.get("/activities/calendar.ics").content
    draft = helping.activity(starts_at=SOON, opened=False, title="还没发布")
    assert client.get(f"/activities/{draft.code}/").status_code == 404 and as_(helping.leader).get(f"/activities/{draft.code}/").status_code == 200
    assert client.get("/activities/calendar/?month=x").status_code == client.get("/activities/?lon=x&lat=1").status_code == 200


def test_public_pages_name_nobody(helping: Helping) -> None:
    activity = helping.activity(starts_at=SOON)
    sign(shift_of(activity), volunteer("V77"))
    told = Client().get(f"/activities/{activity.code}/").content.decode()
    assert "V77" not in told and "已报 1 / 2" in told


def test_signing_up_withdrawing_and_swapping_on_pages(helping: Helping) -> None:
    shift, later = shift_of(helping.activity(starts_at=SOON)), shift_of(helping.activity(starts_at=SOON + DAY))
    a, b = volunteer("V1"), volunteer("V2")
    mine = as_(a.user)
    assert "报名志愿者" in mine.get(f"/activities/{shift.activity.code}/").content.decode()
    mine.post(f"/activities/shifts/{shift.uuid}/sign-up/", {"role": shift.roles.get().pk})
    held, theirs = SignUp.objects.get(volunteer=a), sign(later, b)
    assert held.state == "signed" and mine.post(f"/activities/shifts/{shift.uuid}/sign-up/", {"role": "x"}).status_code == 404
    assert "志**" not in mine.get("/activities/mine/").content.decode()
    page = mine.get(f"/activities/sign-ups/{held.uuid}/swap/").content.decode()
    assert str(theirs.uuid) in page
    assert mine.post(f"/activities/sign-ups/{held.uuid}/swap/", {"theirs": ""}).status_code == 422
    assert mine.post(f"/activities/sign-ups/{held.uuid}/swap/", {"volunteer": "none"}).status_code == 422
    mine.post(f"/activities/sign-ups/{held.uuid}/swap/", {"theirs": str(theirs.uuid)})
    swap = Swap.objects.get()
    assert "收回" in mine.get("/activities/mine/").content.decode()
    assert as_(volunteer("V3").user).post(f"/activities/swaps/{swap.uuid}/agree_to_swap/").status_code == 404
    other = as_(b.user)
    assert "同意换班" in other.get("/activities/mine/").content.decode()
    other.post(f"/activities/swaps/{swap.uuid}/agree_to_swap/")
    now_mine = SignUp.objects.get(volunteer=a, state="signed")
    assert now_mine.shift == later and other.post(f"/activities/sign-ups/{now_mine.uuid}/withdraw/").status_code == 404
    mine.post(f"/activities/sign-ups/{now_mine.uuid}/withdraw/")
    assert SignUp.objects.get(pk=now_mine.pk).state == "withdrawn"


def test_feeds_are_shown_once_read_by_the_secret_and_revoked(helping: Helping) -> None:
    a = volunteer("V1")
    shift = shift_of(helping.activity(starts_at=SOON, limit=1))
    sign(shift, volunteer("V2")), sign(shift, a)
    client = as_(a.user)
    page = client.post("/activities/feeds/add/", {"what": "own"}, follow=True).content.decode()
    address = page.split("/activities/feeds/")[1].split(".ics")[0]
    assert address not in client.get("/activities/mine/").content.decode()
    read = Client().get(f"/activities/feeds/{address}.ics").content.decode()
    assert str(shift.uuid) in read and "STATUS:TENTATIVE" in read and "志愿者V2" not in read
    actions.cancel_shift(shift, why="大风", by=helping.leader, at=timezone.now())
    assert "STATUS:CANCELLED" in Client().get(f"/activities/feeds/{address}.ics").content.decode()
    client.post(f"/activities/feeds/{Feed.objects.get().uuid}/revoke/")
    assert Client().get(f"/activities/feeds/{address}.ics").status_code == 404
    assert "只能订阅" in client.post("/activities/feeds/add/", {"what": "team:T1"}, follow=True).content.decode()


def test_a_leader_plans_opens_changes_and_closes(helping: Helping) -> None:
    client = as_(helping.leader)
    assert client.get("/activities/run/").status_code == client.get("/activities/run/new/").status_code == 200
    assert client.post("/activities/run/new/", form_of(helping, title="")).status_code == 422
    assert client.post("/activities/run/new/", form_of(helping, holder="team:T2")).status_code == 422
    client.post("/activities/run/new/", form_of(helping))
    activity = Activity.objects.get()
    run = f"/activities/run/{activity.code}/"
    assert activity.state == "draft" and activity.shifts.get().roles.get().limit == 3 and "发布招募" in client.get(run).content.decode()
    client.post(f"{run}moves/open_activity/")
    assert client.post(f"{run}moves/no_such/").status_code == 404
    assert client.get(f"{run}edit/").status_code == 200 and client.post(f"{run}edit/", form_of(helping, title="")).status_code == 422
    client.post(f"{run}edit/", form_of(helping, title="上街清洁（改）"))
    client.post(f"{run}shifts/new/", form_of(helping, place_name="广场"))
    assert client.get(f"{run}shifts/new/").status_code == 200 and client.post(f"{run}shifts/new/", {"place_name": "x"}).status_code == 422
    activity.refresh_from_db()
    assert activity.title == "上街清洁（改）" and activity.state == "open" and activity.shifts.count() == 2
    assert client.post(f"{run}close/", {"report": "好", **lines(results=[])}).status_code == 422
    Shift.objects.update(starts_at=SOON - 9 * DAY, ends_at=SOON - 8 * DAY)
    Activity.objects.update(starts_at=SOON - 9 * DAY, ends_at=SOON - 8 * DAY)
    assert client.get(f"{run}close/").status_code == 200 and client.post(f"{run}close/", lines(results=[])).status_code == 422
    client.post(f"{run}close/", {"report": "清理两条街", "beneficiaries": 30, **lines(results=[{"what": "清理烟头", "quantity": 12, "unit": "个"}])})
    client.post(f"{run}correct/", {"report": "清理三条街", "beneficiaries": 40, "why": "漏了一条", **lines(results=[])})
    activity.refresh_from_db()
    assert (activity.state, activity.beneficiaries, activity.results.count()) == ("closed", 40, 0)
    assert "漏了一条" in client.get(run).content.decode() and "清理三条街" in Client().get(f"/activities/{activity.code}/").content.decode()


def test_a_leader_runs_a_shift(helping: Helping) -> None:
    client, activity = as_(helping.leader), helping.activity(starts_at=SOON, limit=2)
    shift, a, b = shift_of(activity), volunteer("V1"), volunteer("V2", with_account=False)
    page = f"/activities/run/shifts/{shift.uuid}/"
    sign(shift, a)
    said = {"volunteer": "V2", "role": shift.roles.get().pk, "said_how": "phone"}
    assert client.post(f"{page}say/", said | {"volunteer": "V9"}).status_code == 422 and client.post(f"{page}say/", said | {"said_how": ""}).status_code == 422
    client.post(f"{page}say/", said)
    placed = SignUp.objects.get(volunteer=b)
    assert placed.said_by_leader and placed.entered_by == helping.leader and "V2" in client.get(page).content.decode()
    sent = {"starts_at": f"{timezone.localtime(SOON):%Y-%m-%dT%H:%M}", "ends_at": f"{timezone.localtime(SOON + HOUR):%Y-%m-%dT%H:%M}"}
    assert client.get(f"{page}edit/").status_code == 200 and client.post(f"{page}edit/", sent | lines(roles=[])).status_code == 422
    client.post(f"{page}edit/", sent | lines(roles=[{"name": "志愿者", "limit": 1}]))
    assert "同意保留" in client.get(page).content.decode() and "有人待您决定" in client.get(f"/activities/run/{activity.code}/").content.decode()
    decide = f"/activities/run/sign-ups/{placed.uuid}/moves/"
    client.post(f"{decide}keep_sign_up/")
    client.post(f"{decide}withdraw/", {"said_how": "phone"})
    assert SignUp.objects.get(pk=placed.pk).state == "withdrawn" and client.post(f"{decide}sign/").status_code == 404
    client.post(f"/activities/run/sign-ups/{SignUp.objects.get(volunteer=a).uuid}/moves/remove_sign_up/", {"why": "人数够了"})
    assert SignUp.objects.get(volunteer=a).why == "人数够了"
    client.post(f"{page}moves/brief_shift/", {"text": "注意车辆"})
    assert client.post(f"{page}moves/nothing/").status_code == 404
    client.post(f"{page}moves/cancel_shift/", {"why": "大风"})
    shift.refresh_from_db()
    assert shift.briefing == "注意车辆" and shift.state == "cancelled"
    client.post(f"/activities/run/{activity.code}/moves/cancel_activity/", {"why": "大风"})
    assert Activity.objects.get().state == "cancelled"


def test_others_see_no_names_and_change_nothing(helping: Helping) -> None:
    activity = helping.activity(starts_at=SOON)
    shift = shift_of(activity)
    for user in (helping.other_leader, volunteer("V1").user):
        client = as_(user)
        for path in (f"/activities/run/{activity.code}/", f"/activities/run/shifts/{shift.uuid}/"):
            assert client.get(path).status_code in (403, 404), path
        assert client.post(f"/activities/run/{activity.code}/moves/cancel_activity/", {"why": "x"}).status_code in (403, 404)
    assert Client().get("/activities/run/").status_code == 302 and Client().get("/activities/mine/").status_code == 302
    assert as_(helping.centre).get("/activities/mine/").status_code == 403


def test_series_on_pages(helping: Helping) -> None:
    client = as_(helping.leader)
    today = timezone.localdate()
    sent = {**form_of(helping), "how": "month_days", "month_days": "6，16、26", "interval": 1, "starts_on": f"{today}", "opened": "on", **lines(shifts=[
        {"starts": "08:30", "ends": "10:30", "place_name": "新华路口", "role": "清洁", "limit": 5}, {"starts": "08:30", "ends": "10:30", "place_name": "新华路口", "role": "引导", "limit": 2},
    ])}  # fmt: skip
    assert client.get("/activities/run/series/").status_code == client.get("/activities/run/series/new/").status_code == 200
    for wrong in ({"month_days": "x"}, {"how": "weekly"}, {"how": "nth"}, {"how": "rule", "rule": "FREQ=HOURLY"}):
        assert client.post("/activities/run/series/new/", sent | wrong).status_code == 422, wrong
    client.post("/activities/run/series/new/", sent)
    series = Series.objects.get()
    page = f"/activities/run/series/{series.uuid}/"
    assert series.rule == "FREQ=MONTHLY;BYMONTHDAY=6,16,26" and series.activities.count() >= 3
    made = series.activities.order_by("starts_at").first()
    assert made is not None and made.state == "open" and made.shifts.get().roles.count() == 2
    assert "每月6日、16日、26日" in client.get(page).content.decode() and "每月6日、16日、26日" in client.get("/activities/run/series/").content.decode()
    days = [one.occurs_on for one in series.activities.order_by("-occurs_on")]
    client.post(f"{page}moves/skip_date/", {"on": days[0], "why": "寒潮"})
    client.post(f"{page}moves/move_date/", {"on": days[1], "to": days[1] + DAY if days[1] else "", "why": "调休"})
    assert client.post(f"{page}moves/skip_date/", {"on": "x", "why": "寒潮"}).status_code == 302 and client.post(f"{page}moves/none/").status_code == 404
    assert series.exceptions.count() == 2 and "跳过" in client.get(page).content.decode()
    assert client.get(f"{page}change/").status_code == 200
    changed = sent | {"how": "weekly", "weekdays": ["SA"], "since": f"{today + 2 * DAY}"}
    assert client.post(f"{page}change/", changed | {"title": ""}).status_code == 422
    client.post(f"{page}change/", changed)
    followed = Series.objects.get(follows=series)
    assert followed.rule == "FREQ=WEEKLY;BYDAY=SA" and client.get(page).status_code == 200
    client.post(f"/activities/run/series/{followed.uuid}/moves/end_series/", {"why": "结束"})
    assert Series.objects.get(pk=followed.pk).state == "ended"


def queries(run: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert run().status_code == 200
    return len(seen)


@pytest.mark.parametrize("path", ["/activities/", "/activities/run/", "/activities/mine/", "/activities/calendar/?month={month}"])
def test_lists_ask_the_same_number_of_queries_for_many(helping: Helping, path: str) -> None:
    a, client = volunteer("V1"), as_(helping.leader)
    client = as_(a.user) if "mine" in path else client
    path = path.format(month=f"{SOON:%Y-%m}")
    start = dt.timedelta()
    counts = []
    for n in (1, 4):
        for m in range(n):
            sign(shift_of(helping.activity(starts_at=SOON + start + m * 3 * HOUR)), a)
        start += 12 * HOUR
        client.get(path)
        counts.append(queries(lambda: client.get(path)))
    assert counts[0] == counts[1], counts


def test_photos_of_a_report_are_for_those_who_run_it(helping: Helping) -> None:
    activity = helping.activity(starts_at=SOON)
    Activity.objects.update(starts_at=SOON - 9 * DAY, ends_at=SOON - 8 * DAY)
    picture = BytesIO()
    Image.new("RGB", (640, 480), "green").save(picture, "JPEG")
    client, run = as_(helping.leader), f"/activities/run/{activity.code}/"
    sent = {"report": "清理一条街", "photo_files": SimpleUploadedFile("a.jpg", picture.getvalue(), "image/jpeg"), **lines(results=[])}
    assert client.post(f"{run}close/", sent).status_code == 302
    page = client.get(run).content.decode()
    address = page.split('<img src="')[1].split('"')[0]
    assert client.get(address).status_code == 200 and Client().get(address).status_code in (302, 403, 404)
    assert as_(volunteer("V1").user).get(address).status_code in (403, 404) and "<img src" not in Client().get(f"/activities/{activity.code}/").content.decode().split("<main")[1]
