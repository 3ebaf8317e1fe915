"""Who reads what of looking, where to go next, and the edges of actions."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils.timezone import localdate

from yipanqi.cases.models import Case
from yipanqi.files.models import Photo
from yipanqi.inspections import actions, selectors
from yipanqi.inspections.catalogue import may_see_visit
from yipanqi.inspections.judging import failing, judge, passing
from yipanqi.inspections.models import Finding, Visit
from yipanqi.inspections.tests.test_pages import now_running, signed_in
from yipanqi.inspections.tests.test_visits import photo
from yipanqi.inspections.tests.world import NOW, campaign, user, visit, world
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.actors import Visitor
from yipanqi.kernel.machine import WrongState
from yipanqi.people.models import User
from yipanqi.places.models import Area
from yipanqi.standards.models import CheckItem

pytestmark = pytest.mark.django_db


def test_visible_to_strangers_and_closed_accounts_is_nothing() -> None:
    w = world()
    plan = campaign(w)
    seen = visit(w, plan)
    gone = user("inspector", "gone")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    gone = User.objects.get(pk=gone.pk)
    for stranger in (AnonymousUser(), Visitor("x"), gone):
        assert not selectors.campaigns_visible_to(stranger).exists() and not selectors.visits_visible_to(stranger).exists()
        assert not selectors.inspects(stranger, plan)
    assert list(selectors.visits_visible_to(w.inspector)) == [seen]


def test_visible_to_the_unit_of_a_place_are_finished_visits_only() -> None:
    w = world()
    leader = user("unit_leader", unit="MARKET")
    w.places[0].operator_id = next(iter(leader.unit_ids))
    w.places[0].save()
    seen = visit(w, campaign(w))
    assert not selectors.visits_visible_to(leader).exists()
    actions.finish_visit(actions.pass_rest(seen, by=w.inspector, at=NOW), by=w.inspector, at=NOW)
    assert list(selectors.visits_visible_to(leader)) == [seen]


def test_stop_at_prefers_the_campaign_that_gave_the_place_to_me() -> None:
    w = world()
    anybody, mine = campaign(w, inspectors=()), campaign(w)
    today = localdate(NOW)
    assert selectors.stop_at(w.inspector, w.places[0], today) == mine
    actions.close_campaign(mine, by=w.desk, at=NOW)
    assert selectors.stop_at(w.inspector, w.places[0], today) == anybody
    assert selectors.stop_at(w.inspector, w.places[0], today + dt.timedelta(days=60)) is None


def test_last_visit_and_stops_know_what_was_tried_in_vain() -> None:
    w = world()
    plan = campaign(w)
    seen = actions.give_up_visit(visit(w, plan), why="gone", by=w.inspector, at=NOW)
    assert str(plan) == plan.name and str(seen) == str(seen.uuid)
    assert selectors.last_visit(w.inspector, plan, w.places[0]) == seen
    stops = selectors.stops_of(w.inspector, localdate(NOW))
    assert [(s.place.code, s.done, s.missed) for s in stops] == [("MK002", False, False), ("MK003", False, False), ("MK001", True, True)]


def test_give_up_visit_keeps_photos_and_refuses_other_reasons() -> None:
    w = world()
    seen, picture = visit(w, campaign(w)), photo(w.inspector)
    with pytest.raises(Refused) as refusal:
        actions.give_up_visit(seen, why="tired", by=w.inspector, at=NOW)
    assert refusal.value.field == "why"
    actions.give_up_visit(seen, why="closed", photos=[picture], by=w.inspector, at=NOW)
    assert Photo.objects.get(pk=picture.pk).subject_ref == str(seen.uuid) and may_see_visit(w.desk, str(seen.uuid))
    with pytest.raises(WrongState):
        actions.give_up_visit(Visit.objects.get(pk=seen.pk), why="closed", by=w.inspector, at=NOW)


def test_record_finding_of_a_retired_class_waits_for_the_desk() -> None:
    w = world()
    kind = w.items["MK-01"].issue_class
    assert kind is not None
    kind.active = False
    kind.save()
    actions.record_finding(visit(w, campaign(w)), item=w.items["MK-01"], observed={"passed": False}, note="没有公示", by=w.inspector, at=NOW)
    assert Case.objects.get().state == "reported"


def test_passing_and_failing_are_what_they_say_for_every_kind() -> None:
    w = world()
    for item in CheckItem.objects.filter(pk__in=[one.pk for one in w.items.values()]):
        assert judge(item, passing(item)).letter == "A"
        assert judge(item, failing(item)).letter in "BCD"


def test_near_duplicates_of_a_pass_or_a_confirmed_case_are_none() -> None:
    w = world()
    finding = Finding(visit=visit(w, campaign(w)), item=w.items["MK-01"])
    assert selectors.near_duplicates(finding, w.desk) == []


def test_assign_form_narrows_by_area() -> None:
    w = world()
    area = Area.objects.create(code="62020", name="新华街道", level="street", path="62020/")
    w.places[0].area = area
    w.places[0].save()
    plan, client = campaign(w, opened=False), signed_in(w.desk)
    page = client.post(f"/inspections/{plan.code}/places/", {"preview": "1", "area": "62020"}).content.decode()
    assert "选中 1 个点位" in page and "第1市场" in page and "第2市场" not in page
    found = selectors.places_to_plan(at=NOW, area="62020")
    assert [place.code for place in found] == ["MK001"]


def test_api_begins_filters_and_refuses_by_time_photo_and_id() -> None:
    w = world()
    plan, client = now_running(w), signed_in(w.inspector)
    seen = actions.start_visit(plan, place=w.places[0], uuid=uuid4(), by=w.inspector, at=dt.datetime.now(dt.UTC))
    listed = client.get("/api/v1/visits?started_from=2020-01-01T00:00:00Z&started_to=2199-01-01T00:00:00Z").json()["items"]
    assert [row["id"] for row in listed] == [str(seen.uuid)]
    assert client.get(f"/api/v1/visits/{uuid4()}").status_code == 404
    body = {"item": "MK-01", "observed": {"passed": False}, "photos": [str(uuid4())]}
    answer = client.post(f"/api/v1/visits/{seen.uuid}/moves/record_finding", body, content_type="application/json")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "photos")
    picture = photo(w.inspector)
    body["photos"] = [str(picture.uuid)]
    assert client.post(f"/api/v1/visits/{seen.uuid}/moves/record_finding", body, content_type="application/json").status_code == 200
