"""Records for programs: the same rules as on the pages, checking without a token."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from yipanqi.kernel.policy import keep_policy
from yipanqi.records.models import Amendment
from yipanqi.records.tests.world import DAY, TODAY, Records

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Records:
    return Records()


def ask(user: Any, method: str, path: str, body: Any = None) -> Any:
    client = Client()
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    given = {"data": json.dumps(body), "content_type": "application/json"} if method == "post" else {}
    return getattr(client, method)(f"/api/v1/records/{path}", **given)


def test_from_hours_to_a_checked_and_revoked_certificate(world: Records) -> None:
    world.served(world.vera, 301)
    number = world.vera.number
    told = ask(world.me, "get", f"volunteers/{number}").json()
    assert (told["minutes"], told["grade"], told["next_grade"], told["next_minutes"]) == (18060, 0, 3, 36000)
    assert ask(world.other_leader, "get", f"volunteers/{number}").status_code == 404
    star = ask(world.me, "post", "stars", {"volunteer": number})
    assert star.status_code == 201 and star.json()["grade"] == 2 and not star.json()["moves"][0]["allowed"]
    one = f"stars/{star.json()['uuid']}"
    assert ask(world.leader, "post", f"{one}/moves/confirm_star", {}).status_code == 404
    assert ask(world.keeper, "post", f"{one}/moves/refuse_star", {}).status_code == 422
    assert ask(world.keeper, "post", f"{one}/moves/fly", {}).status_code == 404
    assert ask(world.keeper, "post", f"{one}/moves/confirm_star", {}).json()["state"] == "confirmed"
    assert ask(world.keeper, "post", f"{one}/moves/confirm_star", {}).status_code == 409
    made = ask(world.me, "post", "certificates", {"volunteer": number, "issuer": world.issuer.code}).json()
    assert ask(world.me, "post", "certificates", {"volunteer": number, "issuer": "NONE"}).status_code == 404
    one = f"certificates/{made['uuid']}"
    issued = ask(world.keeper, "post", f"{one}/moves/issue_certificate", {"handler": "李敏"}).json()
    assert issued["number"] == "S-S1-" + issued["number"][5:] and issued["pdf_url"].endswith(".pdf")
    seen = ask(None, "get", f"check?number={issued['number']}&code={issued['code']}").json()
    assert seen["state"] == "issued" and seen["minutes"] == 18060 and world.vera.name not in json.dumps(seen, ensure_ascii=False)
    assert ask(None, "get", f"check?number={issued['number']}&code=WRONG234").status_code == 404
    assert ask(world.keeper, "post", f"{one}/moves/revoke_certificate", {"why": "有误"}).json()["state"] == "revoked"
    assert ask(None, "get", f"check?number={issued['number']}&code={issued['code']}").json()["state"] == "revoked"
    keep_policy("records.checks_per_hour", 1, by="test", at=timezone.now())
    assert ask(None, "get", f"check?number={issued['number']}&code={issued['code']}").status_code == 429


def test_entries_are_listed_and_corrected(world: Records) -> None:
    world.served(world.vera, 2)
    body = {"issuer": world.issuer.code, "volunteers": [world.vera.number], "name": "急救", "content": "心肺复苏", "minutes": 60, "trainer": "周老师", "on": TODAY.isoformat(), "course": "first_aid"}
    assert ask(world.other_leader, "post", "trainings", body).status_code == 403
    assert ask(world.leader, "post", "trainings", {**body, "course": "unknown"}).status_code == 422
    (made,) = ask(world.leader, "post", "trainings", body).json()
    for kind in ("services", "trainings", "commendations", "evaluations"):
        answer = ask(world.me, "get", f"{kind}?volunteer={world.vera.number}&issuer={world.issuer.code}&count=true")
        assert answer.status_code == 200 and answer.json()["count"] == (1 if kind in ("services", "trainings") else 0)
    asked = ask(world.me, "post", "amendments", {"kind": "training", "entry": made["uuid"], "reason": "两小时"})
    one = f"amendments/{asked.json()['uuid']}"
    for wrong in ({"on": "nonsense"}, {"on": True}, {"minutes": 10**30}, {"minutes": [1]}, {"uuid": "x"}, {"on": (TODAY + 3000 * DAY).isoformat()}):
        assert ask(world.leader, "post", f"{one}/moves/propose_amendment", {"changes": wrong}).status_code == 422, wrong
    assert ask(world.leader, "post", f"{one}/moves/propose_amendment", {"changes": {"minutes": 120}}).json()["changes"] == {"minutes": [60, 120]}
    assert ask(world.leader, "post", f"{one}/moves/agree_amendment", {}).status_code == 403
    assert ask(world.keeper, "post", f"{one}/moves/agree_amendment", {}).json()["state"] == "done"
    assert Amendment.objects.get().training.minutes == 120  # type: ignore[union-attr]
    assert ask(world.me, "post", "amendments", {"kind": "training", "entry": str(world.issuer.pk), "reason": "x"}).status_code == 400


def test_lists_by_state_and_rules_for_everybody(world: Records) -> None:
    world.served(world.vera, 100)
    world.star()
    world.certificate()
    assert len(ask(world.keeper, "get", "stars?state=confirmed").json()["items"]) == 1 and ask(world.keeper, "get", "stars?state=asked").json()["items"] == []
    assert len(ask(world.me, "get", f"certificates?volunteer={world.vera.number}").json()["items"]) == 1
    assert ask(world.other_leader, "get", "amendments").json()["items"] == []
    (table,) = ask(None, "get", "star-rules").json()
    assert table["in_use"] and [step["minutes"] for step in table["steps"]] == [6000, 18000, 36000, 60000, 90000]
    assert ask(None, "get", "stars").status_code == 401 and ask(world.me, "get", "stars?other=1").status_code == 400
