"""The pages: registering, a guardian's consent, one's own page, the lists and decisions of keepers, a leader's members."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from yipanqi.kernel.models import JournalEntry
from yipanqi.kernel.policy import keep_policy
from yipanqi.people.models import User
from yipanqi.volunteers import actions, jobs
from yipanqi.volunteers.models import OwnRequest, Pair, Volunteer
from yipanqi.volunteers.tests.world import NOW, PASSWORD, Town, enrol, fields, id_number

pytestmark = pytest.mark.django_db
FORM = {"name": "王示例", "document": "id", "id_number": id_number(), "phone": "13900001111", "password": PASSWORD, "agreed": "on"}


def as_(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def words(answer: Any) -> str:
    return str(answer.content.decode())


def test_join_page_registers_and_tells_the_number(town: Town) -> None:
    client = as_(None)
    assert "同意书" in words(client.get("/volunteers/join/"))
    answer = client.post("/volunteers/join/", {**FORM, "area": "620200001", "kinds": ["care"], "skills": ["law"], "availability": ["6-morning", "6-evening"]}, follow=True)
    person = Volunteer.objects.get()
    assert answer.status_code == 200 and person.number in words(answer)
    assert (person.area, person.skills, person.availability) == (town.east, ["law"], {"6": ["morning", "evening"]})
    assert as_(person.user).get("/volunteers/join/").headers["Location"] == "/volunteers/me/"


def test_join_page_keeps_what_was_typed_and_says_what_is_wrong(town: Town) -> None:
    for wrong, said in (({"id_number": "620201198003010010"}, "校验位"), ({"password": "short"}, "field-error"), ({"agreed": ""}, "请阅读并同意"), ({"password": ""}, "field-error")):
        answer = as_(None).post("/volunteers/join/", {**FORM, **wrong})
        assert answer.status_code == 422 and said in words(answer) and "王示例" in words(answer), wrong
    assert not Volunteer.objects.exists()


def test_join_page_has_an_hourly_share(town: Town, settings: Any, tmp_path: Any) -> None:
    settings.COUNTERS_ROOT = tmp_path
    keep_policy("volunteers.registrations_per_hour", 1, by="test", at=NOW)
    client = as_(None)
    client.post("/volunteers/join/", FORM)
    answer = client.post("/volunteers/join/", {**FORM, "id_number": id_number(order=2)})
    assert answer.status_code == 429 and Volunteer.objects.count() == 1


def test_staff_register_with_the_account_they_have(town: Town) -> None:
    answer = as_(town.desk).post("/volunteers/join/", {key: value for key, value in FORM.items() if key != "password"}, follow=True)
    assert answer.status_code == 200 and Volunteer.objects.get().user == town.desk


def test_a_minor_gets_a_code_and_the_guardian_uses_it(town: Town) -> None:
    born = timezone.localdate() - dt.timedelta(days=15 * 366)
    client = as_(None)
    page = words(client.post("/volunteers/join/", {**FORM, "id_number": id_number(born)}, follow=True))
    code = page.split("data-code>")[1].split("<")[0]
    given = {"code": code, "guardian_name": "王父亲", "relation": "父子", "guardian_document": "id", "guardian_id_number": id_number(dt.date(1980, 1, 1), 9), "guardian_phone": "13911112222", "agreed": "on"}
    assert as_(None).post("/volunteers/guardian/", {**given, "code": "AAAA"}).status_code == 422
    answer = as_(None).post("/volunteers/guardian/", given)
    assert answer.status_code == 200 and Volunteer.objects.get().state == "registered"


def test_own_page_shows_everything_and_leads_on(town: Town) -> None:
    leader, person = town.leader(), enrol(area=town.east)
    town.member(person)
    page = words(as_(person.user).get("/volunteers/me/"))
    assert person.number in page and "东街道志愿服务队" in page and "/practice/lead/" not in page
    assert "/practice/lead/" in words(as_(leader.user).get("/volunteers/me/"))
    assert as_(town.desk).get("/volunteers/me/").headers["Location"] == "/volunteers/join/"


def test_kept_page_tells_everything_and_who_looked(town: Town) -> None:
    person = enrol(area=town.east, kinds=[town.kind], skills=["law"], emergency="王母亲 139")
    town.member(person)
    actions.reveal_phone(person, by=town.station, at=NOW)
    page = words(as_(person.user).get("/volunteers/me/kept/"))
    for said in ("王示例", person.id_number, person.phone, "王母亲 139", "法律服务", "关爱帮扶", "东街道志愿服务队", "个人信息处理同意书", "查看电话", "station"):
        assert said in page, said
    answer = as_(person.user).post("/volunteers/me/kept.xlsx")
    told = "".join(str(cell.value) for row in openpyxl.load_workbook(io.BytesIO(answer.content)).active for cell in row)
    assert person.id_number in told and "查看电话" in told and "东街道志愿服务队" in told
    assert JournalEntry.objects.filter(action="volunteers.look_at_kept").exists()


def test_change_keeps_what_is_left_blank(town: Town) -> None:
    person = enrol(emergency="王母亲 139")
    client = as_(person.user)
    assert person.phone not in words(client.get("/volunteers/me/change/"))
    client.post("/volunteers/me/change/", {"phone": "", "emergency": "", "skills": ["arts"], "area": "620200002", "availability": ["1-evening"]})
    person.refresh_from_db()
    assert person.phone and person.emergency == "王母亲 139" and (person.skills, person.area) == (["arts"], town.west)
    assert client.post("/volunteers/me/change/", {"phone": "电话"}).status_code == 422


def test_requests_are_asked_taken_back_and_decided(town: Town) -> None:
    person = enrol(area=town.east)
    client = as_(person.user)
    assert client.post("/volunteers/me/requests/", {"reason": "不对"}).status_code == 422
    client.post("/volunteers/me/requests/", {"name": "王更正", "reason": "证件为准"})
    asked = OwnRequest.objects.get()
    station = as_(town.station)
    assert "王示例" in words(station.get("/volunteers/requests/?state=waiting"))
    page = words(station.get(f"/volunteers/requests/{asked.uuid}/"))
    assert "王更正" in page and "证件为准" in page
    assert as_(town.other_station).get(f"/volunteers/requests/{asked.uuid}/").status_code == 404
    assert station.post(f"/volunteers/requests/{asked.uuid}/", {"why": ""}).status_code == 422
    station.post(f"/volunteers/requests/{asked.uuid}/agree/")
    person.refresh_from_db()
    assert person.name == "王更正"
    client.post("/volunteers/me/requests/", {"erase": "1"})
    erasure = OwnRequest.objects.get(kind="erasure")
    assert "删除全部资料" in words(client.get("/volunteers/me/"))
    client.post(f"/volunteers/me/requests/{erasure.uuid}/take-back/")
    erasure.refresh_from_db()
    assert erasure.state == "taken_back"
    client.post("/volunteers/me/requests/", {"erase": "1"})
    station.post(f"/volunteers/requests/{OwnRequest.objects.get(state='waiting').uuid}/", {"why": "有未结的保险理赔"})
    assert "有未结的保险理赔" in words(client.get("/volunteers/me/requests/"))


def test_join_and_leave_a_team(town: Town) -> None:
    leader, person = town.leader(), enrol()
    client, at = as_(person.user), as_(leader.user)
    assert "东街道志愿服务队" in words(client.get("/volunteers/me/teams/?q=东街道&kind="))
    client.post("/volunteers/me/teams/T1/join/")
    held = person.memberships.get()
    assert "王示例" in words(at.get("/practice/lead/"))
    at.post(f"/volunteers/memberships/{held.uuid}/accept_member/")
    assert "在队" in words(client.get("/volunteers/me/"))
    assert "王示例" in words(at.get("/volunteers/teams/T1/members/"))
    assert as_(person.user).get("/volunteers/teams/T1/members/").status_code == 403
    client.post(f"/volunteers/me/memberships/{held.uuid}/leave_team/")
    held.refresh_from_db()
    assert held.state == "ended"
    client.post("/volunteers/me/teams/T1/join/")
    second = person.memberships.get(state="asked")
    client.post(f"/volunteers/me/memberships/{second.uuid}/take_back_joining/")
    client.post("/volunteers/me/teams/T1/join/")
    third = person.memberships.get(state="asked")
    at.post(f"/volunteers/memberships/{third.uuid}/decline_member/", {"why": "人满了"})
    third.refresh_from_db()
    assert third.answer == "人满了"


def test_members_are_added_on_their_word_and_leaders_made(town: Town) -> None:
    leader, person = town.leader(), enrol()
    at = as_(leader.user)
    assert at.post("/volunteers/teams/T1/members/", {"number": "10009999", "said_yes": "on"}).status_code == 422
    assert at.post("/volunteers/teams/T1/members/", {"number": person.number}).status_code == 422
    at.post("/volunteers/teams/T1/members/", {"number": person.number, "said_yes": "on"})
    held = person.memberships.get()
    assert "make_leader" not in words(at.get("/volunteers/teams/T1/members/"))
    assert at.post(f"/volunteers/memberships/{held.uuid}/make_leader/").status_code == 403
    as_(town.station).post(f"/volunteers/memberships/{held.uuid}/make_leader/")
    held.refresh_from_db()
    assert held.is_leader
    assert as_(town.other_station).post(f"/volunteers/memberships/{held.uuid}/dismiss_leader/").status_code == 404


def test_list_shows_a_station_its_own_and_filters(town: Town) -> None:
    east, west = enrol(area=town.east), enrol("张西边", order=2, area=town.west)
    page = words(as_(town.station).get("/volunteers/"))
    assert east.number in page and west.number not in page
    centre = as_(town.centre)
    for query, found in (("q=王示", east), ("q=" + west.number, west), ("q=" + west.phone, west), ("area=620200002", west), ("state=registered&q=张", west)):
        page = words(centre.get(f"/volunteers/?{query}"))
        other = east if found is west else west
        assert found.number in page and other.number not in page, query
    town.member(east)
    assert east.number in words(centre.get("/volunteers/?team=T1"))
    auditor = words(as_(town.auditor).get("/volunteers/"))
    assert "王示例" not in auditor and "王**" in auditor
    assert as_(town.desk).get("/volunteers/").status_code == 403


def test_list_asks_as_often_for_many_as_for_one(town: Town) -> None:

    counts = []
    for n in (1, 3):
        while Volunteer.objects.count() < n:
            enrol(order=Volunteer.objects.count() + 1, area=town.east)
        client = as_(town.station)
        client.get("/volunteers/")
        with CaptureQueriesContext(connection) as seen:
            client.get("/volunteers/")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_one_volunteer_with_starred_numbers_revealed_one_at_a_time(town: Town) -> None:
    person = enrol(area=town.east)
    client = as_(town.station)
    page = words(client.get(f"/volunteers/{person.number}/"))
    assert "王示例" in page and person.phone not in page and person.id_number not in page
    assert person.phone in words(client.post(f"/volunteers/{person.number}/reveal/phone/"))
    assert person.id_number in words(client.post(f"/volunteers/{person.number}/reveal/id/"))
    assert client.post(f"/volunteers/{person.number}/reveal/guardian/").status_code == 200
    assert client.post(f"/volunteers/{person.number}/reveal/soul/").status_code == 404
    assert as_(town.other_station).get(f"/volunteers/{person.number}/").status_code == 404
    assert as_(town.auditor).post(f"/volunteers/{person.number}/reveal/phone/").status_code == 403
    assert JournalEntry.objects.filter(action="volunteers.reveal_phone", subject=person.number).count() == 1


def test_reveals_have_an_hourly_share(town: Town, settings: Any, tmp_path: Any) -> None:
    settings.COUNTERS_ROOT = tmp_path
    keep_policy("volunteers.reveals_per_hour", 1, by="test", at=NOW)
    person = enrol(area=town.east)
    client = as_(town.station)
    assert [client.post(f"/volunteers/{person.number}/reveal/phone/").status_code for _time in range(2)] == [200, 429]


def test_keepers_approve_decline_correct_and_open_accounts(town: Town) -> None:
    waiting = enrol(document="none", born_on=dt.date(1950, 1, 1), area=town.east)
    client = as_(town.station)
    assert "待审核" in words(client.get("/practice/"))
    client.post(f"/volunteers/{waiting.number}/moves/approve/")
    waiting.refresh_from_db()
    assert waiting.state == "registered"
    other = enrol("赵无证", order=8, document="none", born_on=dt.date(1950, 1, 1), area=town.east)
    client.post(f"/volunteers/{other.number}/decline/", {"why": "不是本人"})
    other.refresh_from_db()
    assert other.state == "declined"
    client.post(f"/volunteers/{other.number}/moves/take_back_leaving/")
    other.refresh_from_db()
    assert other.state == "registered"
    assert client.post(f"/volunteers/{other.number}/correct/", {"reason": ""}).status_code == 422
    client.post(f"/volunteers/{other.number}/correct/", {"document": "id", "id_number": id_number(order=31), "reason": "补登证件"})
    other.refresh_from_db()
    assert other.id_hash
    page = words(client.post(f"/volunteers/{other.number}/account/"))
    other.user.refresh_from_db()
    secret = page.split('id="once">')[1].split("<")[0]
    assert other.user.check_password(secret)
    assert client.post(f"/volunteers/{other.number}/moves/merge/").status_code == 404


def test_enter_page_for_stations_and_leaders(town: Town) -> None:
    given = {key: value for key, value in FORM.items() if key not in ("password", "phone")}
    station, leader = as_(town.station), town.leader()
    assert station.get("/volunteers/enter/").status_code == 200
    answer = station.post("/volunteers/enter/", {**given, "area": "620200001", "guardian_document": "id"})
    person = Volunteer.objects.get(name="王示例")
    assert answer.headers["Location"] == f"/volunteers/{person.number}/" and person.source == "station"
    at = as_(leader.user)
    assert at.post("/volunteers/enter/", {**given, "id_number": id_number(order=41)}).status_code == 422, "a leader enters into a team"
    at.post("/volunteers/enter/", {**given, "id_number": id_number(order=41), "team": "T1"})
    assert Volunteer.objects.get(source="leader").memberships.get().team == town.team
    assert as_(person.user).get("/volunteers/enter/").status_code in (302, 403)


def test_consent_at_a_station(town: Town) -> None:
    born = timezone.localdate() - dt.timedelta(days=15 * 366)
    child = enrol("王小宝", born, area=town.east, at=timezone.now())
    client = as_(town.station)
    assert "guardian-code" in words(client.get(f"/volunteers/{child.number}/"))
    assert "data-copy" in words(client.post(f"/volunteers/{child.number}/guardian-code/"))
    given = {"guardian_name": "王父亲", "relation": "父子", "guardian_document": "id", "guardian_id_number": id_number(dt.date(1980, 1, 1), 9), "guardian_phone": "13911112222"}
    assert client.post(f"/volunteers/{child.number}/guardian/", {**given, "guardian_phone": ""}).status_code == 422
    client.post(f"/volunteers/{child.number}/guardian/", given)
    child.refresh_from_db()
    assert child.state == "registered"
    client.post(f"/volunteers/{child.number}/moves/withdraw_guardian_consent/")
    assert "data-code" in words(as_(child.user).post("/volunteers/me/guardian-code/"))


def test_a_guardian_enters_a_child_and_looks_after_it(town: Town) -> None:
    parent = enrol("王父亲", area=town.east)
    client = as_(parent.user)
    given = {"name": "王小宝", "document": "id", "id_number": id_number(dt.date(2016, 1, 1), 5), "relation": "父子", "agreed": "on"}
    assert client.get("/volunteers/me/wards/add/").status_code == 200
    assert client.post("/volunteers/me/wards/add/", {**given, "agreed": ""}).status_code == 422
    answer = client.post("/volunteers/me/wards/add/", given, follow=True)
    child = Volunteer.objects.get(guardian=parent)
    assert answer.status_code == 200 and "王小宝" in words(client.get("/volunteers/me/"))
    client.post(f"/volunteers/{child.number}/moves/withdraw_guardian_consent/")
    child.refresh_from_db()
    assert child.state == "consent"


def test_leave_on_the_own_page(town: Town) -> None:
    person = enrol()
    as_(person.user).post("/volunteers/me/leave/")
    person.refresh_from_db()
    assert person.state == "left" and "您已退出" in words(as_(person.user).get("/volunteers/me/"))


def test_pairs_are_shown_side_by_side_and_decided(town: Town) -> None:
    first, second = enrol(area=town.east), enrol(order=2, area=town.east)
    third = enrol(order=3, area=town.east)
    jobs.find_likely_pairs(NOW)
    client = as_(town.station)
    assert first.number in words(client.get("/volunteers/pairs/"))
    pair = Pair.objects.get(first=first, second=second)
    assert "合并后不能撤回" in words(client.get(f"/volunteers/pairs/{pair.uuid}/"))
    assert client.post(f"/volunteers/pairs/{pair.uuid}/", {"merge": "1", "keep": first.number, "why": ""}).status_code == 422
    client.post(f"/volunteers/pairs/{pair.uuid}/", {"merge": "1", "keep": first.number, "why": "到场核对"})
    second.refresh_from_db()
    assert second.state == "merged"
    other = Pair.objects.get(first=first, second=third)
    client.post(f"/volunteers/pairs/{other.uuid}/", {"why": "两人同来"})
    other.refresh_from_db()
    assert other.state == "distinct"
    assert as_(town.other_station).get(f"/volunteers/pairs/{other.uuid}/").status_code == 404


def test_somebody_without_an_appointment_comes_home_to_the_own_page(town: Town) -> None:
    person = enrol()
    for typed in (person.number, person.phone, f"+86 {person.phone}"):
        answer = Client().post("/accounts/login/", {"login": typed, "password": PASSWORD})
        assert answer.status_code == 302 and answer.headers["Location"] == "/volunteers/me/", typed
    assert as_(person.user).get("/inbox/").headers["Location"] == "/volunteers/me/"


def test_a_telephone_of_two_volunteers_signs_nobody_in(town: Town) -> None:
    person = enrol()
    enrol("王家人", order=2, phone=person.phone)
    assert Client().post("/accounts/login/", {"login": person.phone, "password": PASSWORD}).status_code == 200
    assert Client().post("/accounts/login/", {"login": person.number, "password": PASSWORD}).status_code == 302


def test_nothing_personal_in_what_people_do_not_see(town: Town) -> None:
    person = enrol(**{key: value for key, value in fields().items() if key not in ("name", "document", "id_number", "phone")}, area=town.east)
    for user in (None, town.desk, town.other_station):
        for path in (f"/volunteers/{person.number}/", f"/volunteers/?q={person.number}", "/volunteers/me/kept/"):
            page = words(as_(user).get(path, follow=True))
            assert "王示例" not in page and person.phone not in page, (user, path)
