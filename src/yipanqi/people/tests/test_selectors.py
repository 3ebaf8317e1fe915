"""Who sees whom, the tree, and names turned into units."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone

from yipanqi.kernel.actors import SYSTEM
from yipanqi.people import selectors
from yipanqi.people.forms import GroupForm, NewUserForm
from yipanqi.people.models import Appointment, Unit, User, WorkGroup
from yipanqi.people.sheets import UNITS

from .board import unit, user

pytestmark = pytest.mark.django_db


def test_units_and_groups_are_seen_by_everybody_signed_in() -> None:
    unit()
    WorkGroup.objects.create(code="z", name="综合组", kind="working")
    desk = user("desk")
    assert selectors.visible_to(desk).count() == selectors.visible_to(desk, WorkGroup).count() == 1
    assert not selectors.visible_to(AnonymousUser()).exists() and not selectors.visible_to(AnonymousUser(), WorkGroup).exists()


def test_users_are_seen_by_keepers_auditor_own_leader_and_themselves() -> None:
    mine, other = unit("mine"), unit("other")
    liaison = user("liaison", at=mine)
    user("grid", at=other)
    gone = user("inspector", "gone", at=mine)
    Appointment.objects.filter(user=gone).update(ends_on=dt.date(2021, 1, 1))
    seen = {role: selectors.visible_to(user(role, at=mine), User).count() for role in ("head", "admin", "auditor")}
    assert min(seen.values()) >= 4
    leader = user("unit_leader", at=mine)
    names = set(selectors.visible_to(leader, User).values_list("username", flat=True))
    assert {"liaison", "unit_leader"} <= names and not names & {"grid", "gone"}
    assert list(selectors.visible_to(liaison, User)) == [liaison]
    assert not selectors.visible_to(AnonymousUser(), User).exists()


def test_tree_stands_below_parents_and_shows_orphans() -> None:
    office = unit("z-office", kind="office", sort_key="z")
    top = unit("a", sort_key="a")
    below = unit("b", parent=top, sort_key="b")
    assert list(selectors.unit_tree(Unit.objects.all())) == [(0, office), (0, top), (1, below)]
    assert list(selectors.unit_tree([below])) == [(0, below)]


def test_find_unit_by_any_of_its_names() -> None:
    found = unit("cgj", "城市管理执法局", short_name="城管局")
    unit("old", "老单位", dissolved_on=dt.date(2020, 1, 1))
    unit("one", "同名"), unit("two", "同名")
    assert selectors.find_unit(" 城管局 ") == selectors.find_unit("ＣＧＪ") == selectors.find_unit("城市管理 执法局") == found
    assert selectors.find_unit("老单位") is selectors.find_unit("") is selectors.find_unit("同名") is None
    assert ("cgj", "城市管理执法局") in selectors.units_for_menu()


@pytest.mark.parametrize(("days", "exists"), [(-1, False), (0, False), (1, True)])
def test_a_unit_exists_up_to_the_day_before_it_is_dissolved(client: Client, days: int, exists: bool) -> None:
    """In lists, forms, sheets and the API."""
    day = timezone.localdate() + dt.timedelta(days=days)
    ends = unit("ends", "将撤单位", dissolved_on=day)
    assert (selectors.find_unit("将撤单位") == ends, ("ends", "将撤单位") in selectors.units_for_menu(), not ends.is_gone) == (exists,) * 3
    assert (ends in NewUserForm().fields["unit"].queryset, ends in GroupForm().fields["members"].queryset) == (exists,) * 2
    assert ("ends" in [row["code"] for row in UNITS.rows(SYSTEM)]) == exists
    client.force_login(user("head"), backend="django.contrib.auth.backends.ModelBackend")
    listed = {row["code"]: row["dissolved_on"] for row in client.get("/api/v1/units").json()["items"]}
    assert ("ends" in listed) == exists and listed.get("ends") in (None, day.isoformat())
    assert ("将撤单位" in client.get("/people/units/").content.decode()) == exists
    page = client.get("/people/units/ends/").content.decode()
    assert ("此前照常办理" in page, "历史记录仍归在它名下" in page, "修改" in page) == (exists, not exists, exists)


def test_lists_are_filtered() -> None:
    user("desk"), user("grid", at=unit("street", kind="street"))
    users = User.objects.all()
    assert selectors.filtered_users(users, role="desk", unit="cgj").get().username == "desk"
    assert selectors.filtered_users(users, q="张gr").get().username == "grid"
    assert selectors.filtered_users(users, state="closed").count() == 0
    assert selectors.filtered_units(Unit.objects.all(), kind="street", q="stre").get().code == "street"
    assert selectors.appointments_of(unit(), user("head")).count() == 2
