"""Planning: who may, in which state, with what."""

import datetime as dt

import pytest

from yipanqi.inspections import actions, selectors
from yipanqi.inspections.models import Campaign
from yipanqi.inspections.tests.world import NOW, campaign, user, visit, world
from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.machine import WrongState
from yipanqi.kernel.models import OutboxEvent

pytestmark = pytest.mark.django_db
FIRST, LAST = dt.date(2026, 11, 1), dt.date(2026, 11, 30)


def test_add_campaign_numbers_it_without_gaps() -> None:
    w = world()
    codes = [
        actions.add_campaign(None, name="甲", kind="routine", edition=w.edition, starts_on=FIRST, ends_on=LAST, by=w.desk, at=NOW).code
        for _n in range(2)
    ]
    assert codes == ["J2026-001", "J2026-002"]


def test_add_campaign_that_ends_before_it_begins_is_refused() -> None:
    w = world()
    with pytest.raises(actions.BadDates):
        actions.add_campaign(None, name="甲", kind="routine", edition=w.edition, starts_on=LAST, ends_on=FIRST, by=w.desk, at=NOW)


@pytest.mark.parametrize("role", ["inspector2", "auditor", "liaison", "leader", "admin"])
def test_add_campaign_by_the_wrong_person_is_refused(role: str) -> None:
    w = world()
    person = w.inspector if role == "inspector2" else user(role)
    with pytest.raises(NotAllowed):
        actions.add_campaign(None, name="甲", kind="routine", edition=w.edition, starts_on=FIRST, ends_on=LAST, by=person, at=NOW)
    assert not Campaign.objects.exists()


def test_change_campaign_keeps_the_edition_once_open() -> None:
    w = world()
    plan = campaign(w)
    other = type(w.edition).objects.create(code="E2027", name="新")
    with pytest.raises(actions.EditionFixed):
        actions.change_campaign(plan, name="乙", kind="mock", edition=other, starts_on=FIRST, ends_on=LAST, by=w.desk, at=NOW)
    changed = actions.change_campaign(plan, name="乙", kind="mock", edition=w.edition, starts_on=FIRST, ends_on=FIRST, by=w.desk, at=NOW)
    assert (changed.name, changed.ends_on) == ("乙", FIRST)


def test_change_campaign_closed_is_refused() -> None:
    w = world()
    plan = actions.close_campaign(campaign(w), by=w.desk, at=NOW)
    with pytest.raises(WrongState):
        actions.change_campaign(plan, name="乙", kind="mock", edition=w.edition, starts_on=FIRST, ends_on=LAST, by=w.desk, at=NOW)


def test_assign_places_shares_them_evenly_and_again_without_doubling() -> None:
    w = world(5)
    second = user("inspector", "second")
    plan = campaign(w, inspectors=(w.inspector, second))
    plan = actions.assign_places(plan, places=w.places, inspectors=[w.inspector, second], by=w.desk, at=NOW)
    shares = list(plan.campaign_places.order_by("place__code").values_list("inspector__username", flat=True))
    assert shares == ["inspector"] * 3 + ["second"] * 2


def test_assign_places_to_someone_else_is_refused() -> None:
    w = world()
    with pytest.raises(actions.NotAnInspector, match="不是检查员"):
        campaign(w, inspectors=(w.desk,))


def test_assign_places_by_an_inspector_is_refused() -> None:
    w = world()
    with pytest.raises(NotAllowed):
        actions.assign_places(campaign(w), places=w.places, inspectors=[], by=w.inspector, at=NOW)


def test_remove_places_not_visited() -> None:
    w = world()
    plan = campaign(w)
    visit(w, plan, 0)
    actions.remove_places(plan, places=[w.places[1]], by=w.desk, at=NOW)
    assert plan.campaign_places.count() == 2
    with pytest.raises(actions.Visited):
        actions.remove_places(plan, places=[w.places[0]], by=w.desk, at=NOW)
    with pytest.raises(NotAllowed):
        actions.remove_places(plan, places=[w.places[2]], by=w.inspector, at=NOW)


def test_remove_places_of_a_closed_campaign_is_refused() -> None:
    w = world()
    plan = actions.close_campaign(campaign(w), by=w.desk, at=NOW)
    with pytest.raises(WrongState):
        actions.remove_places(plan, places=w.places, by=w.desk, at=NOW)


def test_open_campaign_freezes_the_edition_and_tells() -> None:
    w = world()
    plan = campaign(w)
    w.edition.refresh_from_db()
    assert plan.state == "open" and w.edition.used
    assert OutboxEvent.objects.filter(kind="inspections.CampaignOpened").count() == 1
    with pytest.raises(WrongState):
        actions.open_campaign(plan, by=w.desk, at=NOW)


def test_open_campaign_without_places_is_refused() -> None:
    w = world()
    plan = campaign(w, opened=False)
    plan = actions.remove_places(plan, places=w.places, by=w.desk, at=NOW)
    with pytest.raises(actions.NothingToInspect):
        actions.open_campaign(plan, by=w.desk, at=NOW)
    with pytest.raises(NotAllowed):
        actions.open_campaign(plan, by=w.inspector, at=NOW)


def test_close_campaign_ends_it() -> None:
    w = world()
    plan = campaign(w, opened=False)
    with pytest.raises(WrongState):
        actions.close_campaign(plan, by=w.desk, at=NOW)
    plan = actions.open_campaign(plan, by=w.desk, at=NOW)
    with pytest.raises(NotAllowed):
        actions.close_campaign(plan, by=user("auditor"), at=NOW)
    assert actions.close_campaign(plan, by=w.desk, at=NOW).state == "closed"
    with pytest.raises(Refused):
        visit(w, plan)


def test_campaigns_visible_to_each_role() -> None:
    w = world()
    draft, running = campaign(w, opened=False), campaign(w)
    everything = {draft.code, running.code}
    for role in ("head", "leader", "auditor"):
        assert {c.code for c in selectors.campaigns_visible_to(user(role))} == everything
    assert {c.code for c in selectors.campaigns_visible_to(w.inspector)} == {running.code}
    for role in ("liaison", "grid", "admin"):
        assert not selectors.campaigns_visible_to(user(role)).exists()
    assert not selectors.campaigns_visible_to(user("inspector", "stranger")).exists()


def test_with_progress_counts_places_once() -> None:
    w = world()
    plan = campaign(w)
    for _n in range(2):
        seen = visit(w, plan)
        actions.finish_visit(actions.pass_rest(seen, by=w.inspector, at=NOW), by=w.inspector, at=NOW)
    row = selectors.with_progress(Campaign.objects.all()).get()
    assert (row.n_places, row.n_done) == (3, 1)
