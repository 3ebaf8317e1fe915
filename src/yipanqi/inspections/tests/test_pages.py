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
