"""The journal of those who help, in words; figures of helping for those who help."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from yipanqi.cases.tests.town import moment
from yipanqi.people.models import User
from yipanqi.teams import actions
from yipanqi.teams.tests.circle import START, Circle
from yipanqi.volunteers.models import Membership, Volunteer


@pytest.fixture
def circle(db: None) -> Circle:
    made = Circle()
    team = made.team(code="D1", unit=made.city)
    actions.change_team(team, name="邻里互助队", kinds=[made.kind], parent=None, by=made.station, at=moment(1))
    actions.end_team(team, on=moment(9).date(), by=made.centre, at=moment(2))
    actions.add_institution(None, code="R1", title="办法", issuer="市文明办", text="x", in_force_from=START, by=made.centre, at=moment())
    return made


def page_of(circle: Circle, who: str, address: str) -> Any:
    client = Client()
    client.force_login(circle.people[who], backend="django.contrib.auth.backends.ModelBackend")
    return client.get(address)


def test_journal_of_a_team_tells_who_did_what_in_words(circle: Circle) -> None:
    words = page_of(circle, "auditor", "/journal/teams.team/D1/").content.decode()
    for said in ("解散", "修改", "新增队伍", "邻里互助队", "理论宣讲", "敬老助老", "新华街道新时代文明实践所", "从哪天起", "城管局", "station"):
        assert said in words, said
    assert "/practice/teams/D1/" in words
    for address in ("teams.station/Z1", "teams.servicekind/lecture", "teams.institution/R1"):
        assert page_of(circle, "head", f"/journal/{address}/").status_code == 200, address
    assert "/journal/teams.team/D1/" in page_of(circle, "desk", "/practice/teams/D1/").content.decode()
    assert "/journal/teams.institution/R1/" in page_of(circle, "desk", "/practice/institutions/R1/1/").content.decode()


def test_journal_is_for_the_office_and_the_auditor(circle: Circle) -> None:
    for who, status in (("centre", 403), ("liaison", 403), ("desk", 200)):
        assert page_of(circle, who, "/journal/teams.team/D1/").status_code == status
    for address in ("teams.team/NONE", "teams.nonsense/D1", "people.user/desk"):
        assert page_of(circle, "auditor", f"/journal/{address}/").status_code == 404
    assert "/journal/" not in page_of(circle, "centre", "/practice/teams/D1/").content.decode()


def test_those_who_help_see_the_figures_of_helping_alone(circle: Circle) -> None:
    for who in ("centre", "station"):
        page = page_of(circle, who, "/figures/")
        assert page.context["theme"] == "helping" and len(page.context["tabs"]) == 1
        assert page_of(circle, who, "/figures/teams.teams/").status_code == 200
        assert page_of(circle, who, "/figures/cases.found/").status_code == page_of(circle, who, "/figures/?theme=city").status_code == 403
    assert page_of(circle, "admin", "/figures/").status_code == 403
    assert [title for title, _url, _here in page_of(circle, "head", "/figures/?from=2026-01-01&to=2026-03-31").context["tabs"]] == ["创建工作", "文明实践"]
    assert "from=2026-01-01" in page_of(circle, "head", "/figures/?from=2026-01-01&to=2026-03-31").context["tabs"][1][1]


def test_whoever_helps_is_led_home(circle: Circle) -> None:
    helper = User.objects.create(username="V1", name="V1", password="!")
    circle.people["helper_of_all"] = helper
    assert page_of(circle, "helper_of_all", "/inbox/").status_code == 200
    volunteer = Volunteer.objects.create(number="V1", name="王某", user=helper, state="registered", registered_on=START)
    assert page_of(circle, "helper_of_all", "/inbox/")["Location"] == "/volunteers/me/"
    Membership.objects.create(volunteer=volunteer, team=circle.team(), is_leader=True, state="member", since=START)
    assert page_of(circle, "helper_of_all", "/inbox/")["Location"] == "/practice/lead/"
    assert page_of(circle, "helper_of_all", "/practice/lead/").status_code == 200


def test_the_centres_board_counts_all_who_help(circle: Circle) -> None:
    page = page_of(circle, "centre", "/practice/board/")
    assert [str(one["figure"].key) for one in page.context["headline"]][3:6] == ["teams.incubated", "volunteers.registered", "activities.activities"]
    assert page.context["headline"][2]["value"] == "4"
