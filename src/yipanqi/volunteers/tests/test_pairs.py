"""Entries that look like one person: found with a reason, called distinct, merged."""

from __future__ import annotations

import datetime as dt

import pytest

from yipanqi.kernel.actions import Conflict, NotAllowed, Refused
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.machine import WrongState
from yipanqi.volunteers import actions, jobs, selectors
from yipanqi.volunteers.catalogue import LOCKS_FIRST, MERGES
from yipanqi.volunteers.models import Pair, Volunteer
from yipanqi.volunteers.tests.world import NOW, Town, enrol

pytestmark = pytest.mark.django_db


def paperless(name: str = "王示例", **more: object) -> Volunteer:
    return enrol(name, order=9, document="none", born_on=dt.date(1980, 3, 1), **more)


def test_find_pairs_tells_why(town: Town) -> None:
    first = enrol()
    same = enrol(order=2, phone=first.phone)
    namesake = enrol(order=3)
    neighbour = enrol("张别人", dt.date(1990, 1, 1), 4, phone=namesake.phone)
    enrol("赵无关", dt.date(1991, 1, 1), 5)
    jobs.find_likely_pairs(NOW)
    found = {(pair.first, pair.second): pair.reason for pair in Pair.objects.all()}
    assert found == {(first, same): "same_person", (first, namesake): "name_birth", (same, namesake): "name_birth", (namesake, neighbour): "phone"}


def test_find_pairs_again_keeps_what_was_decided(town: Town) -> None:
    first, second = enrol(), enrol(order=2)
    jobs.find_likely_pairs(NOW)
    pair = Pair.objects.get()
    actions.call_distinct(pair, why="两人都到场核对", by=town.centre, at=NOW)
    jobs.find_likely_pairs(NOW)
    pair.refresh_from_db()
    assert Pair.objects.count() == 1 and pair.state == "distinct" and pair.decided_by == town.centre
    assert (pair.first, pair.second) == (first, second)


def test_a_telephone_shared_by_many_makes_no_pairs(town: Town) -> None:
    for order in range(1, 7):
        enrol(f"村民{'甲乙丙丁戊己'[order - 1]}", dt.date(1950 + order, 1, 1), order, phone="13900000000")
    jobs.find_likely_pairs(NOW)
    assert not Pair.objects.exists()


def test_merge_moves_everything_to_the_kept_one(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    moved: list[object] = []
    monkeypatch.setattr(LOCKS_FIRST, "_entries", {"test": lambda ids: moved.append(list(ids))})
    monkeypatch.setattr(MERGES, "_entries", {"test": lambda kept, gone, at: moved.append((kept.pk, gone.pk))})
    old, new = paperless(area=town.east, skills=["law"]), enrol(area=town.east, kinds=[town.kind], skills=["arts"])
    actions.approve(old, by=town.centre, at=NOW)
    town.member(Volunteer.objects.get(pk=old.pk))
    town.member(new)
    asked = actions.join(Volunteer.objects.get(pk=new.pk), team=town.other_team, by=new.user, at=NOW)
    jobs.find_likely_pairs(NOW)
    pair = Pair.objects.get()
    kept = actions.merge(pair, keep=old, why="本人到场，身份证核对一致", by=town.station, at=NOW)
    old.refresh_from_db()
    new.refresh_from_db()
    assert moved == [[old.pk, new.pk], (old.pk, new.pk)]
    assert kept == old and (new.state, new.merged_into) == ("merged", old)
    assert old.id_hash and new.id_hash is None and old.document == "id"
    assert set(old.skills) == {"law", "arts"} and list(old.kinds.all()) == [town.kind]
    assert {(row.team, row.state) for row in old.memberships.all()} == {(town.team, "member"), (town.other_team, "asked")}
    asked.refresh_from_db()
    assert asked.volunteer == old and old.consents.count() == 2
    assert new.user is None or not new.user.is_active
    assert new not in selectors.visible_to(town.centre)


def test_merge_keeps_the_account_of_staff(town: Town) -> None:
    alone = enrol()
    staff = actions.register(None, fields={"name": "王示例", "document": "officer", "id_number": "军字第1234567号", "born_on": dt.date(1980, 3, 1), "phone": alone.phone}, agreed=True, by=town.desk, at=NOW).volunteer
    jobs.find_likely_pairs(NOW)
    actions.merge(Pair.objects.get(), keep=alone, why="同一人", by=town.centre, at=NOW)
    alone.refresh_from_db()
    staff.refresh_from_db()
    assert alone.user == town.desk and staff.user is None
    assert staff.id_hash and alone.id_hash, "both documents stay known"


def test_merge_refusals(town: Town) -> None:
    first, second, third = enrol(area=town.east), enrol(order=2, area=town.west), enrol("旁人甲", order=3)
    jobs.find_likely_pairs(NOW)
    pair = Pair.objects.get()
    with pytest.raises(NotAllowed):
        actions.merge(pair, keep=first, why="同一人", by=town.station, at=NOW)
    with pytest.raises(Refused):
        actions.merge(pair, keep=first, why=" ", by=town.centre, at=NOW)
    with pytest.raises(Refused):
        actions.merge(pair, keep=third, why="同一人", by=town.centre, at=NOW)
    actions.agree_to_request(actions.ask_erasure(second, by=second.user, at=NOW), by=SYSTEM, at=NOW)
    with pytest.raises((Conflict, Pair.DoesNotExist)):
        actions.merge(pair, keep=first, why="同一人", by=town.centre, at=NOW)


def test_merge_twice_is_the_wrong_state(town: Town) -> None:
    first, _second = enrol(), enrol(order=2)
    jobs.find_likely_pairs(NOW)
    pair = Pair.objects.get()
    actions.merge(pair, keep=first, why="同一人", by=town.centre, at=NOW)
    with pytest.raises(WrongState):
        actions.merge(pair, keep=first, why="同一人", by=town.centre, at=NOW)
    with pytest.raises(WrongState):
        actions.call_distinct(pair, why="不是", by=town.centre, at=NOW)


def test_pairs_are_shown_to_whoever_looks_after_both(town: Town) -> None:
    enrol(area=town.east), enrol(order=2, area=town.west)
    jobs.find_likely_pairs(NOW)
    assert selectors.pairs_visible_to(town.centre).count() == 1
    assert selectors.pairs_visible_to(town.station).count() == 0
    assert selectors.pairs_visible_to(town.auditor).count() == 0
