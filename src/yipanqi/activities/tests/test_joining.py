"""What becomes of places where volunteers leave, are merged or erased; guardians; parts of other pages."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from yipanqi.activities import actions, panels
from yipanqi.activities.actions import joining
from yipanqi.activities.handlers import give_places_back
from yipanqi.activities.models import Feed, SignUp, Swap
from yipanqi.activities.tests.world import DAY, NOW, Helping, role_of, shift_of, sign, volunteer
from yipanqi.kernel.actions import NotAllowed
from yipanqi.kernel.actors import SYSTEM
from yipanqi.messaging.models import Message
from yipanqi.teams.catalogue import Neighbour
from yipanqi.teams.models import Brand
from yipanqi.volunteers.events import VolunteerLeft

pytestmark = pytest.mark.django_db


@pytest.fixture
def helping() -> Helping:
    return Helping()


def test_whoever_leaves_gives_the_places_back(helping: Helping) -> None:
    shift, a, b = shift_of(helping.activity(limit=1)), volunteer("V1"), volunteer("V2")
    first, second = sign(shift, a), sign(shift, b)
    for _n in range(2):
        give_places_back(VolunteerLeft(volunteer_id=a.pk, at=NOW))
    assert SignUp.objects.get(pk=first.pk).state == "withdrawn" and SignUp.objects.get(pk=second.pk).state == "signed"
    with pytest.raises(NotAllowed):
        actions.leave_shifts(None, volunteer=b.pk, by=helping.centre, at=NOW)


def test_merged_volunteers_hold_each_place_once(helping: Helping) -> None:
    both, only = shift_of(helping.activity(limit=1)), shift_of(helping.activity(starts_at=NOW + 3 * DAY))
    kept, gone = volunteer("V1"), volunteer("V2")
    waits, first = sign(both, gone), sign(both, kept)
    other = sign(only, gone)
    made = actions.add_feed(None, kind="own", by=gone.user, at=NOW)
    actions.ask_swap(other, other=kept, by=gone.user, at=NOW)
    joining.lock_shifts([kept.pk, gone.pk])
    joining.take_over(kept, gone, NOW)
    assert list(SignUp.objects.filter(volunteer=kept, state__in=("signed", "waiting")).values_list("pk", flat=True)) == [waits.pk, other.pk]
    assert SignUp.objects.get(pk=first.pk).why == "merged" and not SignUp.objects.filter(volunteer=gone).exists()
    assert Swap.objects.get().state == "lapsed" and Feed.objects.get(pk=made.about.pk).revoked_at == NOW


def test_an_erased_volunteer_holds_nothing_ahead(helping: Helping) -> None:
    a = volunteer("V1")
    held = sign(shift_of(helping.activity()), a)
    actions.add_feed(None, kind="own", by=a.user, at=NOW)
    joining.erase(a, NOW)
    assert SignUp.objects.get(pk=held.pk).state == "withdrawn" and not Feed.objects.exists()


def test_a_guardian_speaks_for_a_child(helping: Helping) -> None:
    parent, other = volunteer("V1"), volunteer("V2")
    child = volunteer("C1", born=2016, with_account=False)
    child.guardian = parent
    child.save()
    shift = shift_of(helping.activity(limit=3, starts_at=timezone.now() + 3 * DAY))
    sign(shift, parent), sign(shift, other)
    client = Client()
    client.force_login(parent.user)  # type: ignore[arg-type]
    page = f"/activities/{shift.activity.code}/"
    assert "C1" in client.get(page).content.decode()
    client.post(f"/activities/shifts/{shift.uuid}/sign-up/", {"role": role_of(shift).pk, "who": "C1"})
    held = SignUp.objects.get(volunteer=child)
    assert held.state == "signed" and not held.said_by_leader and "志愿者C1" in client.get("/activities/mine/").content.decode()
    assert client.post(f"/activities/shifts/{shift.uuid}/sign-up/", {"role": role_of(shift).pk, "who": "V2"}).status_code == 404
    actions.cancel_shift(shift, why="大风", by=helping.leader, at=timezone.now())
    assert Message.objects.filter(to=parent.user).count() == 1, "told once for both"


def test_parts_of_other_pages_tell_what_is_on(helping: Helping) -> None:
    brand = Brand.objects.create(code="B1", name="孝老饭庄", kind=helping.kind, team=helping.team, started_on=NOW.date())
    activity = helping.activity(brand=brand, limit=1)
    shift, a = shift_of(activity), volunteer("V1")
    sign(shift, a)
    for gathered in (panels.leaders_home(helping.leader, NOW), panels.stations_home(helping.keeper, NOW)):
        assert gathered and [one.code for one in gathered["coming"]] == [activity.code] and not gathered["decide"]
    actions.change_activity(activity, min_age=60, by=helping.leader, at=NOW)
    gathered = panels.leaders_home(helping.leader, NOW)
    assert gathered and gathered["decide"] == [shift]
    assert panels.leaders_home(a.user, NOW) is None and panels.stations_home(a.user, NOW) is None and panels.own_part(helping.centre, NOW) is None
    own = panels.own_part(a.user, NOW)
    assert own and len(own["coming"]) == 1 and own["asked"] == 0
    public = panels.public_part(Neighbour(), NOW)
    assert public and len(public["rows"]) == 1 and panels.public_part(Neighbour(path="/none/"), NOW) == {"rows": []}
    for gathered in (panels.of_brand(brand, None, NOW), panels.of_team(helping.team, None, NOW)):
        assert gathered and len(gathered["coming"]) == 1
    assert panels.of_station(helping.station, None, NOW) is None
    assert len(list(panels.kept_sign_ups(a))) == 1
    late = actions.close_activity(activity, report="好", by=helping.leader, at=activity.ends_at)
    done = panels.of_brand(brand, None, activity.ends_at)
    assert done and done["closed"] == [late]


def test_parts_are_shown_where_they_belong(helping: Helping) -> None:
    activity = helping.activity(starts_at=timezone.now() + 3 * DAY)
    a = volunteer("V1")
    sign(shift_of(activity), a)
    for user, path in ((helping.leader, "/practice/lead/"), (helping.keeper, "/practice/")):
        client = Client()
        client.force_login(user)
        assert "逢6上街" in client.get(path).content.decode(), path
    assert "逢6上街" in Client().get("/helping/").content.decode()


def test_nothing_is_done_by_the_system_for_somebody_else(helping: Helping) -> None:
    with pytest.raises(NotAllowed):
        actions.withdraw(sign(shift_of(helping.activity()), volunteer("V1")), by=SYSTEM, at=NOW)
