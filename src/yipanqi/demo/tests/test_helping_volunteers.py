"""The sample city's volunteers keep the rules of the app, hang together, and are the same every time."""

from __future__ import annotations

import pytest
from django.db import transaction

from yipanqi.demo import helping_volunteers
from yipanqi.demo.build import DemoCity
from yipanqi.demo.helping_teams import load_teams
from yipanqi.demo.helping_volunteers import load_volunteers
from yipanqi.demo.load_board import BoardLoader
from yipanqi.demo.tests.conftest import NOW
from yipanqi.figures import FIGURES, Period, Scope
from yipanqi.kernel.personal import keyed_hash
from yipanqi.teams.models import Team
from yipanqi.volunteers import selectors
from yipanqi.volunteers.documents import read_document
from yipanqi.volunteers.models import Consent, Membership, OwnRequest, Pair, Volunteer


def loaded(city: DemoCity) -> None:
    loader = BoardLoader(city, NOW)
    loader._units(), loader._areas()
    load_teams("small", city, loader, NOW)
    load_volunteers("small", city, loader, NOW)


def told() -> list[tuple[object, ...]]:
    return list(Volunteer.objects.order_by("pk").values_list("number", "name", "born_on", "state", "area__code", "registered_on"))


@pytest.mark.django_db
def test_everybody_keeps_the_rules(small: DemoCity) -> None:
    loaded(small)
    today = NOW.date()
    people = list(Volunteer.objects.all())
    assert len(people) == 360 and len({one.number for one in people}) == 360
    for one in people:
        if one.id_number:
            known = read_document("id", one.id_number)
            assert (known.born_on, known.sex) == (one.born_on, one.sex) and one.id_number.startswith("620299")
        assert one.phone_hash == keyed_hash(one.phone)
        assert one.registered_on is None or one.registered_on <= today
        assert (one.registered_on is None) == (one.state in ("consent", "pending")) and (one.ended_on is None) == (one.state != "left")
    minors = [one for one in people if (one.age_on(today) or 99) < 18 and one.state == "registered"]
    assert minors and set(Consent.objects.filter(kind="guardian").values_list("volunteer", flat=True)) >= {one.pk for one in minors}
    counted = FIGURES["volunteers.registered"].value(Period.this_year(today), Scope(), NOW).value
    assert counted == sum(one.state == "registered" for one in people)


@pytest.mark.django_db
def test_teams_have_grown_leaders_and_both_logins_have_something_to_see(small: DemoCity) -> None:
    loaded(small)
    for held in Membership.objects.filter(is_leader=True).select_related("volunteer", "team"):
        assert (held.volunteer.age_on(NOW.date()) or 0) >= 18 and held.since >= held.team.founded_on
    leader, member = (Volunteer.objects.get(user__username=name) for name in ("teamleader", "volunteer"))
    assert selectors.asking_to_join(leader.user) and member.memberships.get().team_id in selectors.led_teams(leader.user)
    assert Team.objects.filter(memberships__is_leader=True).count() > 30
    assert Pair.objects.exists() and set(OwnRequest.objects.values_list("kind", flat=True)) == {"correction", "erasure"}


@pytest.mark.django_db
def test_the_same_every_time(small: DemoCity) -> None:
    found = []
    for _time in range(2):
        with transaction.atomic():
            loaded(small)
            found.append(told())
            transaction.set_rollback(True)
    assert found[0] == found[1] and len(found[0]) == 360
    assert helping_volunteers.SIZES["city"][0] == 74_000
