"""The menu, offers and lecturers: who keeps them, what is refused, what is shown."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from yipanqi.kernel.actions import Conflict, NotAllowed, Refused
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.machine import WrongState
from yipanqi.services import actions, selectors
from yipanqi.services.models import Item, Lecturer, Offer
from yipanqi.services.tests.parish import HOLDER, NOW, TODAY, Parish
from yipanqi.volunteers.models import Volunteer


def dish(parish: Parish, **more: Any) -> dict[str, Any]:
    return {"code": "N1", "title": "磨刀", "kind": parish.haircut, "by": parish.centre, "at": NOW} | more


def lecturer(parish: Parish, **more: Any) -> Lecturer:
    given = {"code": "L1", "name": "李讲师", "team": parish.talk, "title": "党校教师", "about": "党的创新理论", "agreed": True, "by": parish.centre, "at": NOW} | more
    return actions.add_lecturer(None, **given)  # type: ignore[no-any-return]


def test_add_item_is_the_centres(parish: Parish) -> None:
    assert actions.add_item(None, **dish(parish, minutes=30)).minutes == 30
    with pytest.raises(Refused, match="已经用过"):
        actions.add_item(None, **dish(parish))
    for user in (parish.station, parish.leader, parish.desk, HOLDER):
        with pytest.raises(NotAllowed):
            actions.add_item(None, **dish(parish, code="N2", by=user))


@pytest.mark.parametrize(("facts", "field"), [({"title": " "}, "title"), ({"code": ""}, "code"), ({"form": "pigeon"}, "form"), ({"minutes": 0}, "minutes")])
def test_add_item_refuses(parish: Parish, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        actions.add_item(None, **dish(parish, **facts))
    assert refused.value.field == field


def test_change_item_and_retire_item(parish: Parish) -> None:
    changed = actions.change_item(parish.item, title="上门理发刮面", kind=parish.haircut, form="home", by=parish.centre, at=NOW)
    assert changed.title == "上门理发刮面"
    with pytest.raises(NotAllowed):
        actions.change_item(changed, title="改", kind=parish.haircut, by=parish.leader, at=NOW)
    with pytest.raises(NotAllowed):
        actions.retire_item(changed, by=parish.station, at=NOW)
    retired = actions.retire_item(changed, by=parish.centre, at=NOW)
    assert retired.retired_on == TODAY
    with pytest.raises(Conflict):
        actions.retire_item(retired, by=parish.centre, at=NOW)


def test_add_offer_is_for_ones_own_team_or_station(parish: Parish) -> None:
    made = actions.add_offer(parish.talk, item=parish.lecture, hours={"2": ["evening", "morning"], "3": []}, by=parish.talker, at=NOW)
    assert (made.hours, made.party, made.from_on) == ({"2": ["morning", "evening"]}, parish.talk, TODAY)
    assert actions.add_offer(parish.post, item=parish.item, by=parish.station, at=NOW).party == parish.post
    for user in (parish.leader, parish.station, parish.desk, HOLDER):
        with pytest.raises(NotAllowed):
            actions.add_offer(parish.far, item=parish.lecture, by=user, at=NOW)
    with pytest.raises(Refused, match="不必重复"):
        actions.add_offer(parish.talk, item=parish.lecture, by=parish.talker, at=NOW)


@pytest.mark.parametrize(("facts", "field"), [
    ({"until_on": TODAY - dt.timedelta(days=1)}, "until_on"), ({"capacity": -1}, "capacity"), ({"hours": {"8": ["morning"]}}, "hours"),
    ({"hours": {"1": ["night"]}}, "hours"), ({"hours": {"1": "morning"}}, "hours"),
])  # fmt: skip
def test_offers_refuse_what_cannot_be(parish: Parish, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        actions.add_offer(parish.talk, item=parish.lecture, by=parish.talker, at=NOW, **facts)
    assert refused.value.field == field
    with pytest.raises(Refused):
        actions.change_offer(parish.near_offer, by=parish.leader, at=NOW, **facts)


def test_offers_of_retired_dishes_and_of_strange_lecturers_are_refused(parish: Parish) -> None:
    someone = lecturer(parish)
    with pytest.raises(Refused) as refused:
        actions.add_offer(parish.near, item=parish.lecture, lecturer=someone, by=parish.leader, at=NOW)
    assert refused.value.field == "lecturer"
    retired = actions.retire_item(parish.lecture, by=parish.centre, at=NOW)
    with pytest.raises(Refused) as refused:
        actions.add_offer(parish.talk, item=retired, by=parish.talker, at=NOW)
    assert refused.value.field == "item"


def test_pause_resume_and_end_offer(parish: Parish) -> None:
    offer = parish.near_offer
    with pytest.raises(NotAllowed):
        actions.pause_offer(offer, by=parish.other_leader, at=NOW)
    paused = actions.pause_offer(offer, by=parish.leader, at=NOW)
    with pytest.raises(WrongState):
        actions.pause_offer(paused, by=parish.leader, at=NOW)
    with pytest.raises(NotAllowed):
        actions.resume_offer(paused, by=parish.other_leader, at=NOW)
    resumed = actions.resume_offer(paused, by=parish.leader, at=NOW)
    with pytest.raises(WrongState):
        actions.resume_offer(resumed, by=parish.leader, at=NOW)
    with pytest.raises(NotAllowed):
        actions.end_offer(resumed, by=parish.other_leader, at=NOW)
    ended = actions.end_offer(resumed, by=parish.leader, at=NOW)
    assert (ended.state, ended.until_on) == ("ended", TODAY)
    with pytest.raises(WrongState):
        actions.end_offer(ended, by=parish.leader, at=NOW)
    with pytest.raises(Conflict):
        actions.change_offer(ended, by=parish.leader, at=NOW)
    with pytest.raises(NotAllowed):
        actions.change_offer(parish.far_offer, by=parish.leader, at=NOW)


def test_lecturers_agree_to_be_named_and_leave_without_a_trace(parish: Parish) -> None:
    with pytest.raises(Refused) as refused:
        lecturer(parish, agreed=False)
    assert refused.value.field == "agreed"
    with pytest.raises(NotAllowed):
        lecturer(parish, by=parish.talker)
    someone = lecturer(parish)
    with pytest.raises(Refused, match="已经用过"):
        lecturer(parish)
    offer = actions.add_offer(parish.talk, item=parish.lecture, lecturer=someone, by=parish.talker, at=NOW)
    assert [one.name for one in selectors.lecturers("创新理论")] == ["李讲师"]
    with pytest.raises(NotAllowed):
        actions.change_lecturer(someone, name="改", team=parish.talk, by=parish.talker, at=NOW)
    changed = actions.change_lecturer(someone, name="李老师", team=parish.talk, by=parish.centre, at=NOW)
    with pytest.raises(NotAllowed):
        actions.remove_lecturer(changed, by=parish.talker, at=NOW)
    gone = actions.remove_lecturer(changed, by=parish.centre, at=NOW)
    assert (gone.name, gone.title, gone.about, gone.left_on) == ("（已出库）", "", "", TODAY)
    offer.refresh_from_db()
    assert offer.state == "ended"
    assert not selectors.lecturers().exists()
    with pytest.raises(Conflict):
        actions.remove_lecturer(gone, by=parish.centre, at=NOW)
    with pytest.raises(Conflict):
        actions.change_lecturer(gone, name="回来", team=parish.talk, by=parish.centre, at=NOW)


def test_lecturers_follow_the_volunteer_they_are(parish: Parish) -> None:
    kept, gone = (Volunteer.objects.create(number=f"V-{n}", name="李讲师") for n in range(2))
    someone = lecturer(parish, volunteer=gone)
    with pytest.raises(NotAllowed):
        actions.take_over_lecturers(kept, gone=gone, by=parish.centre, at=NOW)
    actions.take_over_lecturers(kept, gone=gone, by=SYSTEM, at=NOW)
    someone.refresh_from_db()
    assert someone.volunteer == kept
    with pytest.raises(NotAllowed):
        actions.erase_lecturers(kept, by=parish.centre, at=NOW)
    actions.erase_lecturers(kept, by=SYSTEM, at=NOW)
    someone.refresh_from_db()
    assert (someone.name, someone.volunteer) == ("（已出库）", None)


def test_the_menu_shows_what_somebody_gives_and_how_many(parish: Parish) -> None:
    def shown(**filters: Any) -> dict[str, int]:
        return {line.item.code: line.parties for lines in selectors.menu(TODAY, **filters).values() for line in lines}

    assert shown() == {"LF-01": 2}
    actions.add_offer(parish.talk, item=parish.lecture, area=parish.guannan, by=parish.talker, at=NOW)
    assert shown() == {"LF-01": 2, "XJ-01": 1}
    assert shown(area=parish.xinhua) == {"LF-01": 2}
    assert shown(theme="lecture") == shown(form="site") == shown(sort="lecture") == shown(words="理论") == {"XJ-01": 1}
    actions.change_offer(parish.near_offer, until_on=TODAY, by=parish.leader, at=NOW)
    assert {line.item.code: line.parties for lines in selectors.menu(TODAY + dt.timedelta(days=1)).values() for line in lines}["LF-01"] == 1
    assert Item.objects.count() == 2


def test_offers_are_seen_by_those_who_look_after_them(parish: Parish) -> None:
    def seen(user: object) -> set[str]:
        return {offer.party.code for offer in selectors.offers_visible_to(user)}

    assert seen(parish.centre) == seen(parish.auditor) == {"T1", "T2"}
    assert seen(parish.leader) == seen(parish.station) == {"T1"}
    assert seen(parish.talker) == set()
    assert Offer.objects.count() == 2
