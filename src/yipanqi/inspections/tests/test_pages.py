"""The office's campaign pages and the API, through HTTP."""

import datetime as dt

import pytest
from django.test import Client
from django.utils.timezone import localdate

from yipanqi.inspections import actions
from yipanqi.inspections.models import Campaign
from yipanqi.inspections.tests.world import NOW, World, campaign, user, visit, world
from yipanqi.people.models import User

pytestmark = pytest.mark.django_db


def signed_in(person: User) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="zh-hans")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def now_running(w: World) -> Campaign:
    """A campaign around today."""
    plan = campaign(w)
    today = localdate()
    return actions.change_campaign(
        plan, name=plan.name, kind=plan.kind, edition=plan.edition, starts_on=today - dt.timedelta(1), ends_on=today + dt.timedelta(1),
        by=w.desk, at=NOW,
    )  # fmt: skip


def test_campaign_from_plan_to_close_on_the_pages() -> None:
    w = world()
    client = signed_in(w.desk)
    assert "还没有检查计划" in client.get("/inspections/").content.decode()
    sent = {"name": "市场整治", "kind": "special", "edition": "E2026", "starts_on": "2026-11-01", "ends_on": "2026-11-30"}
    answer = client.post("/inspections/new/", sent)
    plan = Campaign.objects.get()
    assert answer.headers["Location"] == f"/inspections/{plan.code}/places/"
    page = client.post(answer.headers["Location"], {"preview": "1", "category": "market"}).content.decode()
    assert "选中 3 个点位" in page and not plan.campaign_places.exists()
    client.post(answer.headers["Location"], {"category": "market", "inspectors": "inspector", "not_visited_days": "30"})
    assert plan.campaign_places.filter(inspector=w.inspector).count() == 3
    client.post(f"/inspections/{plan.code}/places/MK003/remove/")
    assert plan.campaign_places.count() == 2
    client.post(f"/inspections/{plan.code}/moves/open_campaign/")
    page = client.get(f"/inspections/{plan.code}/").content.decode()
    assert "进行中" in page and "结束检查" in page and "第1市场" in page
    client.post(f"/inspections/{plan.code}/moves/close_campaign/")
    plan.refresh_from_db()
    assert plan.state == "closed"
    assert "当前状态" in client.post(f"/inspections/{plan.code}/moves/close_campaign/", follow=True).content.decode()
    assert client.post(f"/inspections/{plan.code}/moves/explode/").status_code == 404


def test_new_campaign_with_wrong_dates_says_so() -> None:
    w = world()
    sent = {"name": "市场整治", "kind": "special", "edition": "E2026", "starts_on": "2026-11-30", "ends_on": "2026-11-01"}
    answer = signed_in(w.desk).post("/inspections/new/", sent)
    assert answer.status_code == 422 and "结束日期不能早于开始日期" in answer.content.decode()


def test_edit_campaign_on_the_page() -> None:
    w = world()
    plan, client = campaign(w), signed_in(w.desk)
    assert plan.name in client.get(f"/inspections/{plan.code}/edit/").content.decode()
    sent = {"name": "改名", "kind": "mock", "edition": "E2026", "starts_on": "2026-11-01", "ends_on": "2026-11-20"}
    assert client.post(f"/inspections/{plan.code}/edit/", sent).status_code == 302
    plan.refresh_from_db()
    assert plan.name == "改名"


@pytest.mark.parametrize("role", ["auditor", "leader"])
def test_campaign_pages_are_read_only_for(role: str) -> None:
    w = world()
    plan, client = campaign(w), signed_in(user(role))
    page = client.get(f"/inspections/{plan.code}/").content.decode()
    assert "安排点位" not in page and "结束检查" not in page
    for path in ("new/", f"{plan.code}/edit/", f"{plan.code}/places/"):
        assert client.get(f"/inspections/{path}").status_code == 403
    client.post(f"/inspections/{plan.code}/moves/close_campaign/")
    client.post(f"/inspections/{plan.code}/places/MK001/remove/")
    plan.refresh_from_db()
    assert plan.state == "open" and plan.campaign_places.count() == 3


@pytest.mark.parametrize("role", ["liaison", "grid", "admin"])
def test_campaign_pages_are_closed_for(role: str) -> None:
    w = world()
    plan, client = campaign(w), signed_in(user(role))
    assert client.get("/inspections/").status_code == 403
    assert client.get(f"/inspections/{plan.code}/").status_code == 404


def test_visit_page_shows_letters_and_score() -> None:
    w = world()
    seen = actions.pass_rest(visit(w, campaign(w)), by=w.inspector, at=NOW)
    actions.finish_visit(seen, by=w.inspector, at=NOW)
    page = signed_in(w.desk).get(f"/inspections/visits/{seen.uuid}/").content.decode()
    assert "100.00" in page and "依据 5 项" in page and "公示投诉电话" in page
    assert signed_in(user("liaison")).get(f"/inspections/visits/{seen.uuid}/").status_code == 404


def test_api_lists_campaigns_with_progress_and_moves() -> None:
    w = world()
    plan, client = campaign(w), signed_in(w.desk)
    listed = client.get("/api/v1/campaigns?count=true").json()
    assert listed["count"] == 1 and listed["items"][0]["places"] == 3
    one = client.get(f"/api/v1/campaigns/{plan.code}").json()
    moves = {m["name"]: (m["allowed"], bool(m["why_not"])) for m in one["moves"]}
    assert moves == {"close_campaign": (True, False), "start_visit": (False, True)}
    assert client.get("/api/v1/campaigns?colour=red").status_code == 400
    assert client.get("/api/v1/campaigns/NONE").status_code == 404
    assert Client().get("/api/v1/campaigns").status_code == 401


def test_api_visit_from_start_to_score() -> None:
    w = world()
    plan, client = now_running(w), signed_in(w.inspector)
    start = {"place": "MK001", "uuid": "7b0c0de1-0000-4000-8000-000000000001"}

    def post(path: str, body: dict | None = None) -> tuple[int, dict]:
        answer = client.post(f"/api/v1/{path}", body or {}, content_type="application/json")
        return answer.status_code, answer.json()

    for _n in range(2):
        status, made = post(f"campaigns/{plan.code}/moves/start_visit", start)
        assert status == 200 and made["state"] == "open"
    base = f"visits/{start['uuid']}"
    status, finding = post(f"{base}/moves/record_finding", {"item": "MK-02", "observed": {"count": 1}, "note": "东门"})
    assert (status, finding["letter"], finding["outcome"]) == (200, "B", "opened") and finding["case"]
    assert post(f"{base}/moves/record_finding", {"item": "MK-02", "observed": {"count": -1}})[0] == 422
    assert post(f"{base}/moves/record_finding", {"item": "NONE", "observed": {"na": True}})[0] == 422
    assert post(f"{base}/moves/finish_visit")[0] == 422
    assert post(f"{base}/moves/pass_rest")[0] == 200
    status, done = post(f"{base}/moves/finish_visit")
    assert status == 200 and done["score"] == 93.2 and done["n_items"] == 5
    assert post(f"{base}/moves/finish_visit")[0] == 409
    assert client.get("/api/v1/visits?state=finished&place=MK001").json()["items"][0]["id"] == start["uuid"]
    assert client.get("/api/v1/visits?state=open").json()["items"] == []


def test_api_record_finding_by_an_auditor_is_refused() -> None:
    w = world()
    seen, client = visit(w, campaign(w)), signed_in(user("auditor"))
    body = {"item": "MK-01", "observed": {"passed": True}}
    assert client.post(f"/api/v1/visits/{seen.uuid}/moves/record_finding", body, content_type="application/json").status_code == 403
