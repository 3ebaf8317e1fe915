"""One place is not looked at again and again by different campaigns without a reason."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from yipanqi.figures import FIGURES, Period, Scope
from yipanqi.inspections import actions, selectors, spacing
from yipanqi.inspections.models import Campaign, Visit
from yipanqi.inspections.tests.world import NOW, World, visit, world
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.models import JournalEntry
from yipanqi.standards.actions import copy_edition

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def plan(w: World, kind: str = "routine", *, opened: bool = True, places: int = 3, at: dt.datetime = NOW, **more: Any) -> Campaign:
    days = {"starts_on": dt.date(2026, 11, 1), "ends_on": dt.date(2026, 11, 30)}
    made = actions.add_campaign(None, name=f"{kind}检查", kind=kind, edition=more.pop("edition", w.edition), **days, by=w.desk, at=at)
    made = actions.assign_places(made, places=w.places[:places], inspectors=[w.inspector], **more, by=w.desk, at=at)
    return actions.open_campaign(made, by=w.desk, at=at) if opened else made


def looked_at(w: World, campaign: Campaign, n: int = 0, *, amiss: bool = False, at: dt.datetime = NOW) -> Visit:
    made = actions.start_visit(campaign, place=w.places[n], uuid=uuid4(), by=w.inspector, at=at)
    if amiss:
        actions.record_finding(made, item=w.items["MK-02"], observed={"count": 2}, note="门口有垃圾", by=w.inspector, at=at)
    actions.pass_rest(made, by=w.inspector, at=at)
    return actions.finish_visit(made, by=w.inspector, at=at)


def test_planning_asks_what_becomes_of_places_looked_at_lately() -> None:
    w = world()
    looked_at(w, plan(w, places=1))
    with pytest.raises(actions.TooSoon) as asked:
        plan(w, "special", at=NOW + DAY)
    assert "第1市场" in str(asked.value) and asked.value.field == "again"
    with pytest.raises(actions.TooSoon) as asked:
        plan(w, "special", at=NOW + DAY, again="keep")
    assert asked.value.field == "why_again"
    without = plan(w, "special", at=NOW + DAY, again="leave_out")
    assert sorted(without.campaign_places.values_list("place__code", flat=True)) == ["MK002", "MK003"]


def test_reason_is_kept_and_journalled_and_needs_no_second_word_on_site() -> None:
    w = world()
    first = looked_at(w, plan(w, places=1))
    again = plan(w, "special", at=NOW + DAY, again="keep", why_again="群众集中反映")
    row = again.campaign_places.get(place=w.places[0])
    assert row.why_again == "群众集中反映" and again.campaign_places.get(place=w.places[1]).why_again == ""
    assert JournalEntry.objects.filter(action="inspections.assign_places", data__why_again="群众集中反映").exists()
    second = looked_at(w, again, at=NOW + DAY)
    assert second.again_after == first and second.why_again == "群众集中反映"
    value = FIGURES["inspections.again"].value(Period(dt.date(2026, 11, 1), dt.date(2026, 11, 30)), Scope(), NOW + 2 * DAY)
    assert value.value == 1


def test_looking_on_the_spot_at_a_place_seen_lately_asks_why() -> None:
    """Two plans were made before either looked: the second inspector is asked."""
    w = world()
    draft = plan(w, "special", opened=False)
    looked_at(w, plan(w, again="leave_out"))
    running = actions.open_campaign(draft, by=w.desk, at=NOW)
    begin = {"place": w.places[0], "uuid": uuid4(), "by": w.inspector, "at": NOW + DAY}
    with pytest.raises(actions.TooSoon) as asked:
        actions.start_visit(running, **begin)
    assert asked.value.field == "why_again" and not Visit.objects.filter(campaign=running).exists()
    assert actions.start_visit(running, why_again=" 群众反映 ", **begin).why_again == "群众反映"
    assert actions.start_visit(running, place=w.places[1], uuid=uuid4(), by=w.inspector, at=NOW).again_after is None


@pytest.mark.parametrize(("amiss", "days", "kind"), [(True, 1, "routine"), (False, 7, "routine"), (False, 1, "self_check")])
def test_no_reason_is_asked_after_a_failure_after_the_days_or_of_a_units_own_look(amiss: bool, days: int, kind: str) -> None:
    w = world()
    looked_at(w, plan(w, places=1), amiss=amiss)
    later = NOW + days * DAY
    looked_at(w, plan(w, kind, at=later, places=1), at=later)


def test_a_units_own_look_holds_nobody_back() -> None:
    w = world()
    looked_at(w, plan(w, "self_check", places=1))
    assert plan(w, "routine").campaign_places.count() == 3


def test_merged_places_are_served_by_one_look() -> None:
    """One was looked at before, the other is looked at later: both campaigns count it, no inspector goes twice."""
    w = world()
    first = plan(w, places=2)
    before = looked_at(w, first)
    second = plan(w, "mock", again="merge")
    rows = {row.place_id: row for row in second.campaign_places.all()}
    assert rows[w.places[0].pk].served_by == before and rows[w.places[1].pk].merged_with == first
    assert rows[w.places[2].pk].merged_with is None
    stops = [(stop.campaign.code, stop.place.code) for stop in selectors.stops_of(w.inspector, NOW.date())]
    assert sorted(stops) == sorted([(first.code, "MK001"), (first.code, "MK002"), (second.code, "MK003")])
    later = looked_at(w, first, 1)
    assert second.campaign_places.get(place=w.places[1]).served_by == later
    listed = {c.code: (c.n_places, c.n_done) for c in selectors.with_progress(Campaign.objects.all())}
    assert listed == {first.code: (2, 2), second.code: (3, 2)}
    assert {row.place.code: row.stands for row in selectors.places_of(second)} == {"MK001": "finished", "MK002": "finished", "MK003": "waiting"}
    assert Visit.objects.count() == 2


def test_merging_ends_with_the_campaign_that_was_to_look() -> None:
    w = world()
    first = plan(w)
    second = plan(w, "mock", again="merge")
    actions.remove_places(first, places=w.places[:1], by=w.desk, at=NOW)
    assert second.campaign_places.filter(merged_with__isnull=True).count() == 1
    actions.close_campaign(first, by=w.desk, at=NOW)
    assert second.campaign_places.filter(merged_with__isnull=True).count() == 3


def test_places_merge_only_where_the_items_agree() -> None:
    w = world()
    looked_at(w, plan(w, places=1))
    other = copy_edition(w.edition, code="E2027", name="新版", by=SYSTEM, at=NOW)
    assert plan(w, "mock", edition=other, opened=False, places=1, again="merge").campaign_places.get().served_by is not None
    other.items.filter(code="MK-01").update(text="公示两个投诉电话")
    with pytest.raises(actions.ItemsDiffer):
        plan(w, "mock", edition=other, opened=False, places=1, again="merge")


def test_places_that_stand_in_the_plan_change_hands_without_questions() -> None:
    w = world()
    second = plan(w, "special", opened=False)
    looked_at(w, plan(w, again="leave_out"))
    actions.assign_places(second, places=w.places, inspectors=[], by=w.desk, at=NOW + DAY)
    assert not spacing.others_at(second, w.places, NOW + DAY)


def changed(w: World, plan: Campaign, at: dt.datetime = NOW + DAY, **facts: Any) -> Campaign:
    stands = {"name": plan.name, "kind": plan.kind, "edition": plan.edition, "starts_on": plan.starts_on, "ends_on": plan.ends_on}
    return actions.change_campaign(plan, **{**stands, **facts}, by=w.desk, at=at)


def test_another_kind_or_other_days_do_not_bring_places_in_unasked() -> None:
    w = world()
    looked_at(w, plan(w, places=2))
    for begun in ("kind", "days"):
        made = plan(w, "self_check" if begun == "kind" else "special", opened=False, again="leave_out", at=NOW + DAY)
        if begun == "days":
            changed(w, made, starts_on=dt.date(2026, 12, 20), ends_on=dt.date(2026, 12, 30))
            actions.assign_places(made, places=w.places, inspectors=[], by=w.desk, at=NOW + DAY)
        terms = {"kind": "special", "starts_on": dt.date(2026, 11, 1), "ends_on": dt.date(2026, 11, 30)}
        with pytest.raises(actions.TooSoon) as asked:
            changed(w, made, **terms)
        assert "2 个点位" in str(asked.value) and asked.value.field == "again"
        made.refresh_from_db()
        with pytest.raises(actions.TooSoon):
            changed(w, made, **terms, again="keep")
        made.refresh_from_db()
        if begun == "kind":
            kept = changed(w, made, **terms, again="keep", why_again="群众集中反映")
            assert [row.why_again for row in kept.campaign_places.order_by("place__code")] == ["群众集中反映", "群众集中反映", ""]
            assert changed(w, kept, name="改名").name == "改名"  # it was said already
        else:
            assert changed(w, made, **terms, again="leave_out").campaign_places.count() == 1
        actions.cancel_campaign(made, why="试一试", by=w.desk, at=NOW + DAY)


def test_changed_days_can_merge_and_a_changed_edition_parts_what_differs() -> None:
    w = world()
    first = plan(w, places=2)
    looked_at(w, first)
    second = plan(w, "self_check", opened=False)
    merged = changed(w, second, kind="mock", again="merge")
    assert merged.campaign_places.exclude(merged_with=None).count() == 2 and merged.campaign_places.get(place=w.places[0]).served_by is not None
    other = copy_edition(w.edition, code="E2027", name="新版", by=SYSTEM, at=NOW)
    other.items.filter(code="MK-01").update(text="公示两个投诉电话")
    with pytest.raises(actions.ItemsDiffer):
        changed(w, merged, edition=other, again="merge")
    merged.refresh_from_db()
    parted = changed(w, merged, edition=other, again="keep", why_again="新版另有要求")
    assert not parted.campaign_places.exclude(merged_with=None).exists() and parted.campaign_places.filter(served_by=None, why_again="新版另有要求").count() == 2


def test_page_of_a_plan_asks_only_where_places_are_looked_at_twice(client: Client) -> None:
    w = world()
    looked_at(w, plan(w, places=1))
    made = plan(w, "self_check", opened=False)
    client.force_login(w.desk)
    address = f"/inspections/{made.code}/edit/"
    assert 'name="again"' not in client.get(address).content.decode()
    said = {"name": "专项", "kind": "special", "edition": made.edition.code, "starts_on": "2026-11-01", "ends_on": "2026-11-30"}
    refused = client.post(address, said)
    assert refused.status_code == 422 and 'name="again"' in refused.content.decode() and "请选择剔除、合并" in refused.content.decode()
    assert client.post(address, said | {"again": "keep", "why_again": "群众反映"}).status_code == 302
    assert made.campaign_places.filter(why_again="群众反映").count() == 1


def test_pages_say_which_places_are_looked_at_too_often() -> None:
    w = world()
    looked_at(w, plan(w, places=1))
    again = plan(w, "special", at=NOW + DAY, again="keep", why_again="群众集中反映", places=1)
    looked_at(w, again, at=NOW + DAY)
    client = Client()
    client.force_login(w.desk)
    page = client.get("/inspections/often/").content.decode()
    assert "第1市场" in page and "群众集中反映" in page
    assert [p.code for p in spacing.often_checked(NOW + 2 * DAY)] == ["MK001"]


def test_the_phone_asks_the_reason_with_one_tap(monkeypatch: pytest.MonkeyPatch) -> None:
    w = world()
    draft = plan(w, "special", opened=False)
    looked_at(w, plan(w, again="leave_out"))
    running = actions.open_campaign(draft, by=w.desk, at=NOW)
    monkeypatch.setattr("yipanqi.mobile.views.place.now", lambda: NOW + DAY)
    client = Client()
    client.force_login(w.inspector)
    address = f"/m/c/{running.code}/MK001/"
    asked = client.get(address).content.decode()
    assert "反复检查会加重基层负担" in asked and "全部合格" not in asked
    client.post(f"{address}pass-rest/")
    assert not Visit.objects.filter(campaign=running).exists()
    client.post(f"{address}begin/", {"why_again": "群众反映有新问题"})
    assert Visit.objects.get(campaign=running).why_again == "群众反映有新问题"
    assert "全部合格" in client.get(address).content.decode()
    assert "反复检查" not in client.get(f"/m/c/{running.code}/MK002/").content.decode()


def test_api_holds_the_same_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yipanqi.inspections.api.now", lambda: NOW)
    w = world()
    first = plan(w)
    draft = actions.add_campaign(
        None, name="专项", kind="special", edition=w.edition, starts_on=dt.date(2026, 11, 1), ends_on=dt.date(2026, 11, 30), by=w.desk, at=NOW
    )
    client = Client()
    client.force_login(w.desk)
    path, codes = f"/api/v1/campaigns/{draft.code}/moves/assign_places", {"places": ["MK001"]}
    refused = client.post(path, codes, content_type="application/json")
    merged = client.post(path, codes | {"again": "merge"}, content_type="application/json")
    assert refused.status_code == 422 and merged.status_code == 200
    listed = client.get(f"/api/v1/campaigns/{draft.code}/places").json()["items"][0]
    assert listed["merged_with"] == first.code and listed["why_again"] == ""
    assert visit(w, first, 2).why_again == ""
