"""Every page of civilisation practice for everybody, and what the forms do."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from yipanqi.files.models import Attachment
from yipanqi.kernel.models import JournalEntry
from yipanqi.teams import actions, catalogue, selectors
from yipanqi.teams.catalogue import Panel
from yipanqi.teams.models import Institution, JointMeeting, Organisation, ServiceKind, Station, Team
from yipanqi.teams.tests.circle import CREDIT_CODE, START, Circle

KEYS = ("stations", "teams", "organisations", "brands", "kinds", "institutions")
READERS = {"centre", "station", "other_station", "head", "desk", "leader", "auditor", "liaison", "chief", "helper", "stranger"}
OTHERS = {"inspector", "grid", "admin"}
As = Callable[[str], Client]


@pytest.fixture
def circle(db: None) -> Circle:
    made = Circle()
    made.organisation(code="O1", phone="13900000000", head="王某")
    made.team(code="D1")
    made.brand(code="P1")
    made.meeting(code="M1", units=[made.city])
    actions.add_institution(None, code="R1", title="积分管理办法", issuer="市文明办", text="第一条", in_force_from=START, by=made.centre, at=timezone.now())
    actions.add_decision(JointMeeting.objects.get(), text="制定办法", unit=made.city, due_on=timezone.localdate(), by=made.centre, at=timezone.now())
    return made


@pytest.fixture
def as_(circle: Circle) -> As:
    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(circle.people[name], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


PAGES = (
    "trees/", "stations/", "stations/?q=新华&level=office&area=620200001", "stations/Z1/", "stations.geojson?level=office", "teams/", "teams/?kind=service&service=elderly&station=Z1&area=620200",
    "teams/?parent=D1", "teams/D1/", "organisations/", "organisations/?kind=grassroots&social=on&incubating=on&ended=on", "organisations/O1/", "brands/", "brands/?service=elderly", "brands/P1/",
    "kinds/", "kinds/?theme=care", "kinds/elderly/", "institutions/", "institutions/?ended=on", "institutions/R1/1/",
)  # fmt: skip


@pytest.mark.parametrize("who", sorted(READERS | OTHERS))
def test_registers_open_for_those_who_read_them(as_: As, who: str) -> None:
    client = as_(who)
    for page in PAGES:
        assert client.get(f"/practice/{page}").status_code == (200 if who in READERS else 403), page
    assert client.get("/practice/teams/NONE/").status_code == (404 if who in READERS else 403)


def test_nobody_gets_in_without_signing_in(circle: Circle) -> None:
    for page in (*PAGES, "", "lead/", "board/", "meetings/", "meetings/M1/"):
        assert Client().get(f"/practice/{page}").status_code == 302, page


def test_homes_open_for_their_people(as_: As) -> None:
    for page, who in (("", {"station", "other_station", "centre"}), ("board/", {"centre", "head", "desk", "leader", "auditor"}), ("lead/", set())):
        for name in ("station", "other_station", "centre", "head", "desk", "leader", "auditor", "liaison", "inspector"):
            assert as_(name).get(f"/practice/{page}").status_code == (200 if name in who else 403), (page, name)
    assert as_("centre").get("/inbox/")["Location"] == "/practice/board/" and as_("station").get("/inbox/")["Location"] == "/practice/"


def test_meetings_open_for_those_they_concern(as_: As) -> None:
    for name in ("centre", "head", "auditor", "liaison", "chief"):
        assert "制定办法" in as_(name).get("/practice/meetings/M1/").content.decode() and "第一次" in as_(name).get("/practice/meetings/").content.decode()
        assert as_(name).get("/practice/meetings/M1/decisions/1/").status_code == 200
    for name in ("stranger", "station"):
        page = as_(name).get("/practice/meetings/")
        assert page.status_code == 200 and "第一次" not in page.content.decode()
        assert as_(name).get("/practice/meetings/M1/").status_code == as_(name).get("/practice/meetings/M1/decisions/1/").status_code == 404
    assert as_("inspector").get("/practice/meetings/").status_code == 403


FORMS: tuple[tuple[str, dict[str, Any], Any], ...] = (
    ("stations/add/", {"name": "昌明点", "level": "point", "parent": "Z3", "lon": "98.3", "lat": "39.8"}, Station),
    ("teams/add/", {"name": "先锋队", "kind": "service", "station": "Z1", "kinds": ["elderly"], "founded_on": "2026-02-01"}, Team),
    ("organisations/add/", {"name": "公益协会", "kind": "registered", "credit_code": CREDIT_CODE, "founded_on": "2026-02-01", "social": "on"}, Organisation),
    ("kinds/add/", {"key": "hiking", "name": "徒步救援", "theme": "rescue", "min_age": "18", "insured": "on"}, ServiceKind),
    ("institutions/add/", {"title": "礼遇办法", "issuer": "市文明办", "text": "第一条", "in_force_from": "2026-02-01"}, Institution),
    ("meetings/add/", {"title": "第二次", "held_on": "2026-02-01", "units": ["CGJ", "HW"]}, JointMeeting),
)


@pytest.mark.parametrize(("page", "data", "model"), FORMS)
def test_forms_add_what_is_filled_in(as_: As, page: str, data: dict[str, Any], model: Any) -> None:
    before = model.objects.count()
    assert as_("centre").get(f"/practice/{page}").status_code == 200
    wrong = as_("centre").post(f"/practice/{page}", {**data, "name": " ", "title": " ", "key": ""})
    assert wrong.status_code == 422 and model.objects.count() == before
    done = as_("centre").post(f"/practice/{page}", data)
    assert done.status_code == 302 and model.objects.count() == before + 1
    assert as_("centre").get(done["Location"]).status_code == 200
    assert as_("auditor").get(f"/practice/{page}").status_code == as_("auditor").post(f"/practice/{page}", data).status_code == 403


def test_forms_change_what_is_there(as_: As) -> None:
    centre = as_("centre")
    for page, field, value in (("stations/Z1", "hours", "全天"), ("teams/D1", "intro", "邻里互助"), ("organisations/O1", "name", "敬老队"), ("brands/P1", "intro", "免费午餐"), ("kinds/elderly", "name", "敬老"), ("meetings/M1", "place", "三楼")):
        form = centre.get(f"/practice/{page}/edit/").context["form"]
        data = {one.html_name: one.value() for one in form if one.value() is not None and one.value() is not False and one.value() != ""} | {field: value}
        assert centre.post(f"/practice/{page}/edit/", data).status_code == 302, page
        assert value in centre.get(f"/practice/{page}/").content.decode()
    assert Organisation.objects.get().phone == "13900000000"  # left blank, it stays


def test_a_station_changes_its_own_and_founds_teams(as_: As) -> None:
    station = as_("station")
    assert "level" not in station.get("/practice/stations/Z1/edit/").context["form"].fields
    assert station.post("/practice/stations/Z3/edit/", {"address": "昌明里", "hours": "全天", "phone": "0937-1"}).status_code == 302
    assert station.get("/practice/stations/Z2/edit/").status_code == 403
    team = {"name": "小队", "kind": "service", "founded_on": "2026-02-01", "station": "Z2"}
    assert "您管理的" in station.post("/practice/teams/add/", team).content.decode()
    assert station.post("/practice/teams/add/", team | {"station": "Z3"}).status_code == 302
    page = station.get("/practice/").content.decode()
    assert "小队" in page and "昌明社区新时代文明实践站" in page
    assert "建设街道" not in re.sub(r"<option.*?</option>", "", page)


def test_moves_end_incubate_and_decide(as_: As) -> None:
    centre, today = as_("centre"), timezone.localdate().isoformat()
    moved = lambda page, **data: centre.post(f"/practice/{page}/", data).status_code  # noqa: E731
    assert moved("organisations/O1/moves/incubate", station="Z1", since=today) == 302
    assert moved("organisations/O1/moves/incubate", station="Z1", since=today, until="2020-01-01") == 422
    assert moved("meetings/M1/moves/add_decision", text="开展宣传", unit="HW", due_on="2030-01-01") == 302
    assert moved("meetings/M1/moves/add_decision", text="") == 422
    assert moved("teams/D1/moves/end_team", on=today) == moved("brands/P1/moves/end_brand", on=today) == moved("organisations/O1/moves/end_organisation", on=today) == moved("kinds/lecture/moves/retire_kind", on=today) == 302
    assert moved("stations/Z1/moves/close_station", on=today) == 422 and moved("stations/Z2/moves/close_station", on=today) == 302
    assert moved("teams/D1/moves/nonsense") == 404
    page = centre.get("/practice/teams/D1/").content.decode()
    assert "结束，以前的记录不变" in page and "moves/end_team" not in page
    assert as_("desk").post("/practice/teams/D1/moves/end_team/", {"on": today}).status_code == 403
    assert "D1" not in centre.get("/practice/teams/").content.decode() and "D1" in centre.get("/practice/teams/?ended=on").content.decode()


def test_a_units_liaison_says_what_was_done(as_: As) -> None:
    liaison, address = as_("liaison"), "/practice/meetings/M1/decisions/1/"
    assert liaison.post(address, {"outcome": ""}).status_code == 422
    assert liaison.post(address, {"outcome": "已印发"}).status_code == 302
    assert "已印发" in liaison.get(address).content.decode()
    assert as_("head").post(address, {"outcome": "x"}).status_code == 403


def test_papers_and_versions_of_institutions(as_: As) -> None:
    centre = as_("centre")
    pdf = SimpleUploadedFile("办法.pdf", b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF", "application/pdf")
    sent = {"title": "积分管理办法（修订）", "issuer": "市文明办", "in_force_from": "2026-06-01", "paper": pdf}
    assert centre.get("/practice/institutions/R1/1/revise/").status_code == 200
    done = centre.post("/practice/institutions/R1/1/revise/", sent)
    assert done.status_code == 302, done.context["form"].errors
    page = centre.get(done["Location"]).content.decode()
    assert "办法.pdf" in page and "第 1 版" in page and Attachment.objects.get().subject_ref == "R1:2"
    paper = f"/files/attachments/{Attachment.objects.get().uuid}"
    assert as_("auditor").get(paper).status_code == 200 and as_("inspector").get(paper).status_code in (403, 404)
    assert centre.post("/practice/institutions/R1/2/repeal/", {"on": ""}).status_code == 422
    assert centre.post("/practice/institutions/R1/2/repeal/", {"on": "2026-07-01"}).status_code == 302
    assert centre.get("/practice/institutions/R1/9/").status_code == 404
    assert as_("head").post("/practice/institutions/R1/2/repeal/", {"on": "2026-07-01"}).status_code == 403


def test_the_telephone_is_starred_until_somebody_asks(as_: As) -> None:
    centre = as_("centre")
    page = centre.get("/practice/organisations/O1/").content.decode()
    assert "13900000000" not in page and "139****0000" in page
    shown = centre.post("/practice/organisations/O1/phone/")
    assert "13900000000" in shown.content.decode() and shown["Cache-Control"] == "private, no-store"
    assert JournalEntry.objects.filter(action="teams.reveal_organisation_phone").count() == 1
    assert as_("desk").post("/practice/organisations/O1/phone/").status_code == 403


def test_panels_of_other_apps_stand_on_the_homes(as_: As, circle: Circle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(selectors._leading, "volunteers", lambda user: [Team.objects.get(code="D1").pk] if user == circle.grid else [])
    for panels, page, who in ((catalogue.STATION_PANELS, "", "station"), (catalogue.LEADER_PANELS, "lead/", "grid"), (catalogue.CENTRE_PANELS, "board/", "centre")):
        monkeypatch.setitem(panels._entries, "test", Panel("测试板块", "teams/_decisions.html", lambda user, now: {"n": 1}))
        assert "测试板块" in as_(who).get(f"/practice/{page}").content.decode()
    assert as_("grid").get("/practice/teams/D1/").status_code == 200 and as_("grid").get("/practice/stations/Z1/").status_code == 403


def test_lists_ask_the_same_for_more_rows(as_: As, circle: Circle) -> None:
    def asked(page: str) -> int:
        centre = as_("centre")
        centre.get(page)
        with CaptureQueriesContext(connection) as seen:
            assert centre.get(page).status_code == 200
        return len(seen)

    pages = [f"/practice/{key}/" for key in KEYS] + ["/practice/trees/", "/practice/meetings/", "/practice/meetings/M1/", "/practice/teams/D1/", "/practice/stations/Z1/"]
    few = [asked(page) for page in pages]
    for n in range(8):
        org = circle.organisation(name=f"组织{n}")
        team = circle.team(name=f"队{n}", organisation=org, parent=Team.objects.get(code="D1"), unit=circle.clean, area=circle.xinhua)
        circle.brand(name=f"项目{n}", team=team)
        circle.meeting(title=f"会{n}")
        actions.add_decision(JointMeeting.objects.get(code="M1"), text=f"事{n}", unit=circle.clean, by=circle.centre, at=timezone.now())
        actions.add_station(None, name=f"点{n}", level="point", parent=circle.stations["Z3"], area=circle.community, by=circle.centre, at=timezone.now())
        actions.add_institution(None, title=f"办法{n}", issuer="市文明办", text="x", in_force_from=START, by=circle.centre, at=timezone.now())
    assert [asked(page) for page in pages] == few


def test_pages_of_a_long_list_follow_each_other(as_: As, circle: Circle) -> None:
    for n in range(60):
        circle.team(name=f"队{n}")
    first = as_("centre").get("/practice/teams/?kind=service")
    assert len(first.context["rows"]) == 50 and "kind=service" in first.context["next_url"]
    assert len(as_("centre").get(f"/practice/teams/{first.context['next_url']}").context["rows"]) == 11


def test_points_of_stations(as_: As) -> None:
    found = as_("centre").get("/practice/stations.geojson").json()["features"]
    assert len(found) == 4 and found[0]["properties"]["url"] == "/practice/stations/Z0/" and found[0]["geometry"]["coordinates"] == [98.28, 39.77]


def test_dates_in_the_future_are_said(as_: As, circle: Circle) -> None:
    actions.end_team(Team.objects.get(code="D1"), on=timezone.localdate() + dt.timedelta(days=9), by=circle.centre, at=timezone.now())
    assert "此前照常" in as_("centre").get("/practice/teams/D1/").content.decode()
