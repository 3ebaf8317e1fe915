"""The register for programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from yipanqi.cases.tests.town import moment
from yipanqi.people.actions import issue_token
from yipanqi.teams.models import Team
from yipanqi.teams.tests.circle import Circle

Call = Callable[..., Any]


@pytest.fixture
def circle(db: None) -> Circle:
    made = Circle()
    made.organisation(code="O1", phone="13900000000", head="王某", area=made.community)
    made.team(code="D1", area=made.community, lon=98.2, lat=39.7)
    made.brand(code="P1")
    return made


@pytest.fixture
def call(circle: Circle) -> Call:
    tokens: dict[str, str] = {}

    def send(who: str, path: str, body: Any = None, method: str = "") -> Any:
        if who not in tokens:
            tokens[who] = issue_token(circle.people[who], name="test", by=circle.people[who], at=moment())
        how = getattr(Client(), method or ("post" if body is not None else "get"))
        more = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
        return how(f"/api/v1/{path}", headers={"Authorization": f"Bearer {tokens[who]}"}, **more)

    return send


def test_lists_tell_what_may_be_seen(call: Call) -> None:
    for path, key, first in (("service-kinds", "key", "elderly"), ("stations", "code", "Z0"), ("organisations", "code", "O1"), ("teams", "code", "D1"), ("brands", "code", "P1")):
        answer = call("client", f"{path}?count=true").json()
        assert answer["items"][0][key] == first and answer["count"] == len(answer["items"]), path
        assert call("client", f"{path}/{first}").json()[key] == first
        assert call("client", f"{path}/NONE").status_code == 404
        assert Client().get(f"/api/v1/{path}").status_code == 401
    assert call("inspector", "teams").json()["items"] == [] and call("inspector", "teams/D1").status_code == 404
    assert "13900000000" not in call("centre", "organisations").content.decode() and "王某" not in call("centre", "organisations/O1").content.decode()


def test_lists_are_filtered(call: Call) -> None:
    codes = lambda path: [one.get("code") or one["key"] for one in call("client", path).json()["items"]]  # noqa: E731
    assert codes("stations?level=office") == ["Z1", "Z2"] and codes("stations?area=620200001") == ["Z1", "Z3"] and codes("stations?parent=Z1") == ["Z3"]
    assert codes("teams?service=elderly&area=620200001&station=Z1&kind=service") == ["D1"] and codes("teams?service=lecture") == []
    assert codes("organisations?social=true") == [] and codes("organisations?kind=grassroots&q=敬老") == ["O1"] and codes("brands?service=elderly") == ["P1"]
    assert codes("service-kinds?theme=care") == ["elderly"] and codes("teams?limit=1&q=D1") == ["D1"]
    assert call("client", "teams?colour=red").status_code == 400


def test_add_change_and_end_a_team(call: Call) -> None:
    body = {"name": "先锋队", "kind": "service", "founded_on": "2026-02-01", "station": "Z3", "kinds": ["elderly"], "position": [98.3, 39.8], "unit": None}
    made = call("station", "teams", body)
    assert made.status_code == 201 and made.json()["position"] == [98.3, 39.8] and made.json()["kinds"] == ["elderly"]
    code = made.json()["code"]
    assert call("desk", "teams", body).status_code == 403 and call("station", "teams", body | {"station": "Z2"}).status_code == 422
    assert call("station", "teams", body | {"parent": "NONE"}).json()["errors"][0]["field"] == "parent"
    assert call("station", "teams", body | {"kinds": ["NONE"]}).json()["errors"][0]["field"] == "kinds"
    assert call("station", "teams", body | {"colour": "red"}).status_code == 400
    changed = call("station", f"teams/{code}", {"intro": "邻里互助", "position": None, "kinds": [], "founded_on": None}, "patch").json()
    assert (changed["intro"], changed["position"], changed["kinds"], changed["name"]) == ("邻里互助", None, [], "先锋队")
    assert call("other_station", f"teams/{code}", {"intro": "x"}, "patch").status_code == 403
    ended = call("station", f"teams/{code}/moves/end_team", {"on": "2026-12-01"})
    assert ended.json()["ended_on"] == "2026-12-01" and call("station", f"teams/{code}/moves/end_team", {"on": "2026-12-01"}).status_code == 409
    assert Team.objects.filter(code=code, kinds=None).exists()
