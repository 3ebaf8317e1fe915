"""Keeping the board."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.test import Client
from django.utils import timezone
from pypinyin import lazy_pinyin

from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.models import JournalEntry
from yipanqi.kernel.stamps import bump
from yipanqi.people.models import Unit, User
from yipanqi.places import actions, selectors
from yipanqi.places.forms import DutyForm, PlaceForm
from yipanqi.places.forms_shapes import AreaForm
from yipanqi.places.models import Area, Duty, Place
from yipanqi.places.names import sort_key
from yipanqi.places.shapes import BadShape

from . import board
from .board import DAY, WHO, at, square

pytestmark = pytest.mark.django_db


def test_add_area_fills_the_code_and_finds_its_way_up() -> None:
    made = board.areas()
    assert made["C11"].code == "620200001001"
    assert made["C11"].path == "620200000000/620200001000/620200001001/"
    assert selectors.area_at(*at(0.5, 0.5)) == made["C11"] and selectors.area_at(*at(9, 9)) is None


def test_add_area_twice_is_refused() -> None:
    board.areas()
    with pytest.raises(actions.CodeTaken, match="620200000000"):
        actions.add_area(None, code="620200", name="又一个", level="city", **WHO)


def test_add_area_below_a_lower_level_is_refused() -> None:
    made = board.areas()
    with pytest.raises(Refused, match="层级"):
        actions.add_area(None, code="620209", name="街", level="street", parent=made["C11"], **WHO)


@pytest.mark.parametrize("edge", ["no", {"type": "Point", "coordinates": [1, 2]}, {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]},
                                  {"type": "Polygon", "coordinates": [[[0, 0], [0, 500], [1, 0], [0, 0]]]}, {"type": "FeatureCollection", "features": []}])  # fmt: skip
def test_add_area_with_a_broken_shape_says_why(edge: object) -> None:
    with pytest.raises(BadShape):
        actions.add_area(None, code="62", name="甘肃", level="city", boundary=edge, **WHO)
    assert not Area.objects.exists()


def test_add_area_takes_a_feature_as_text() -> None:
    feature = {"type": "Feature", "properties": {}, "geometry": square(0, 0, 1, 1)}
    made = actions.add_area(None, code="62", name="甘肃", level="city", boundary=json.dumps(feature), **WHO)
    assert made.boundary["type"] == "Polygon"


def test_change_area_moves_what_lies_below() -> None:
    made = board.areas()
    actions.change_area(made["C11"], fields={"parent": made["S2"]}, **WHO)
    actions.change_area(made["S1"], fields={"parent": None}, **WHO)
    assert Area.objects.get(code="620200001002").path == "620200001000/620200001002/"
    assert Area.objects.get(code="620200001001").path == "620200000000/620200002000/620200001001/"
    with pytest.raises(Refused):
        actions.change_area(made["city"], fields={"parent": made["S2"]}, **WHO)


def test_remove_area_in_use_is_refused() -> None:
    made = board.areas()
    with pytest.raises(actions.StillUsed):
        actions.remove_area(made["S1"], **WHO)
    actions.remove_area(made["C11"], **WHO)
    assert selectors.area_at(*at(0.5, 0.5)) == made["S1"]
    actions.add_duty(None, unit=board.unit("U"), area=made["C12"], **WHO)
    with pytest.raises(actions.StillUsed):
        actions.remove_area(made["C12"], **WHO)


def test_segments_and_zones_are_kept() -> None:
    line = {"type": "LineString", "coordinates": [at(0, 0.5), at(4, 0.5)]}
    segment = actions.add_segment(None, code="L1", name="新华路一段", kind="main", line=line, **WHO)
    assert actions.change_segment(segment, fields={"kind": "back"}, **WHO).kind == "back"
    zone = actions.add_zone(None, code="Z1", name="严管区", purpose="strict_control", boundary=square(0, 0, 1, 1), **WHO)
    assert selectors.zones_at(*at(0.5, 0.5)) == [zone]
    assert actions.change_zone(zone, fields={"name": "新名"}, **WHO).name == "新名"
    with pytest.raises(Refused, match="可选范围"):
        actions.change_zone(zone, fields={"purpose": "fun"}, **WHO)
    actions.remove_zone(zone, **WHO)
    actions.remove_segment(segment, **WHO)
    assert selectors.zones_at(*at(0.5, 0.5)) == []


def test_add_place_finds_its_area_cell_and_sort_key() -> None:
    made = board.areas()
    place = board.place()
    assert (place.area, place.cell[:2], place.sort_key.split()[0]) == (made["C11"], "89", "gong")
    moved = actions.change_place(place, fields={"lon": at(3.5, 0)[0], "lat": at(0, 1.5)[1]}, **WHO)
    assert moved.area == made["C22"] and moved.cell != place.cell


def test_sort_key_follows_the_name_and_only_the_name() -> None:
    board.areas()
    place = board.place()
    assert actions.change_place(place, fields={"name": "长城路"}, **WHO).sort_key == "chang cheng lu"
    fields = {"code": place.code, "address": "新址 1 号"}
    place.refresh_from_db()
    assert actions.save_places(None, rows=[(fields, place)], **WHO) == ["updated"]
    place.refresh_from_db()
    assert (place.sort_key, place.address) == ("chang cheng lu", "新址 1 号")
    assert actions.save_places(None, rows=[({**fields, "name": "重庆银行"}, place)], **WHO) == ["updated"]
    place.refresh_from_db()
    assert place.sort_key == "chong qing yin hang"


@pytest.mark.parametrize("name", ["长城路", "行政中心", "银行", "重庆街道", "重点项目", "第3中学（北区）", "KTV 乐都", "𠮷野家", "—", "长乐长乐"])
def test_sort_key_is_the_pinyin_of_the_name_also_when_words_were_met_before(name: str) -> None:
    for _again in range(2):
        assert sort_key(name) == " ".join(lazy_pinyin(name)).lower()


@pytest.mark.parametrize(("fields", "words"), [({"lon": 181.0}, "经度"), ({"name": " "}, "名称"), ({"name": "长" * 81}, "80"), ({"code": "X"}, "不能修改"), ({"status": "gone"}, "可选")])  # fmt: skip
def test_change_place_to_nonsense_is_refused(fields: dict[str, object], words: str) -> None:
    place = board.place()
    with pytest.raises(Refused, match=words):
        actions.change_place(place, fields=fields, **WHO)
    place.refresh_from_db()
    assert place.name == "公园PK001"


def test_close_suspend_and_reopen_place() -> None:
    place = board.place()
    assert actions.suspend_place(place, **WHO).status == Place.Status.SUSPENDED
    assert actions.close_place(place, **WHO).status == Place.Status.CLOSED
    assert actions.reopen_place(place, **WHO).status == Place.Status.ACTIVE


def test_save_places_answers_each_row() -> None:
    board.areas()
    stored = board.place()
    lon, lat = at(3, 0.5)
    same = {"code": "PK001", "name": stored.name, "lon": stored.lon, "lat": stored.lat}
    rows = [
        ({"code": "N1", "name": "新点", "category": board.category(), "lon": lon, "lat": lat}, None),
        (same, stored),
        ({"code": "N2", "name": "", "category": board.category(), "lon": lon, "lat": lat}, None),
    ]
    outcomes = actions.save_places(None, rows=rows, **WHO)
    assert outcomes[:2] == ["created", "unchanged"] and "名称" in str(outcomes[2])
    assert actions.save_places(None, rows=[({**same, "name": "改名"}, stored)], **WHO) == ["updated"]
    assert list(Place.objects.order_by("code").values_list("name", flat=True)) == ["新点", "改名"]


def test_add_duty_answers_from_its_day_on_and_is_numbered() -> None:
    board.areas()
    place, one, two = board.place(), board.unit("A"), board.unit("B")
    kind = board.issue_class("K1")
    first = actions.add_duty(None, unit=one, place=place, issue_class=kind, **WHO)
    assert first.code == "D000001" and first.starts_on == DAY
    second = actions.add_duty(None, unit=two, place=place, issue_class=kind, starts_on=DAY + dt.timedelta(days=5), **WHO)
    found = selectors.resolve(None, place, kind, DAY)
    assert (found.unit, found.rule) == (one, first)
    assert selectors.resolve(None, place, kind, DAY + dt.timedelta(days=5)).unit == two
    actions.end_duty(second, ends_on=DAY + dt.timedelta(days=5), **WHO)
    assert selectors.resolve(None, place, kind, DAY + dt.timedelta(days=6)).unit == one


def test_add_duty_of_two_targets_or_none_is_refused() -> None:
    made = board.areas()
    unit = board.unit("A")
    with pytest.raises(Refused, match="一个对象"):
        actions.add_duty(None, unit=unit, place=board.place(), area=made["S1"], **WHO)
    with pytest.raises(Refused, match="问题类别"):
        actions.add_duty(None, unit=unit, **WHO)
    with pytest.raises(Refused, match="不能早于"):
        actions.add_duty(None, unit=unit, area=made["S1"], ends_on=dt.date(2020, 1, 1), **WHO)
    with pytest.raises(Refused, match="已撤销"):
        actions.add_duty(None, unit=board.unit("B", dissolved_on=DAY), area=made["S1"], **WHO)
    assert not Duty.objects.exists()


def test_resolve_names_assisting_and_leading_units() -> None:
    place = board.place()
    lead, help_, head = board.unit("A"), board.unit("B"), board.unit("C")
    for unit, part in ((lead, "lead"), (help_, "support"), (head, "leader")):
        actions.add_duty(None, unit=unit, place=place, part=part, **WHO)
    found = selectors.resolve(None, place, None, DAY)
    assert (found.unit, found.co_units, found.leaders) == (lead, [help_], [head])


def test_change_duty_by_a_liaison_is_refused_and_the_desk_is_journaled() -> None:
    place, unit = board.place(), board.unit("A")
    duty = actions.add_duty(None, unit=unit, place=place, **WHO)
    with pytest.raises(NotAllowed, match="创城办"):
        actions.change_duty(duty, fields={"basis": "x"}, by=board.user("liaison"), at=board.AT)
    actions.change_duty(duty, fields={"basis": "文件〔2026〕1号"}, by=board.user("desk"), at=board.AT)
    assert JournalEntry.objects.filter(action="places.change_duty").count() == 1


@pytest.mark.parametrize("name", sorted(n for n in ("add_area", "add_segment", "add_zone", "add_place", "add_duty", "save_places")))
def test_add_anything_by_a_liaison_is_refused(name: str) -> None:
    with pytest.raises(NotAllowed):
        getattr(actions, name)(None, by=board.user("liaison"), at=board.AT)


@pytest.mark.parametrize("how", ["rule", "default", "operator", "ground", "support"])
def test_resolve_names_a_unit_up_to_the_day_before_it_is_dissolved(how: str) -> None:
    """Whether a rule, the class, the place or the ground names it; in one answer, in many at once and over the API."""
    made, department = board.areas(), {"default": "urban_mgmt", "operator": "venue_operator"}.get(how, "")
    kind, place = board.issue_class("K1", department_type=department), board.place()
    ends = board.unit("A", department_type="urban_mgmt", dissolved_on=DAY + dt.timedelta(days=5))
    if how in ("rule", "support"):
        actions.add_duty(None, unit=ends, place=place, part="lead" if how == "rule" else "support", **WHO)
    elif how == "ground":
        Area.objects.filter(pk=made["S1"].pk).update(unit=ends)
    elif how == "operator":
        Place.objects.filter(pk=place.pk).update(operator=ends)
        place.refresh_from_db()
    bump(selectors.BOARD)
    client = Client()
    client.force_login(board.user("desk"))
    for days, answers in ((0, True), (4, True), (5, False), (6, False)):
        day = DAY + dt.timedelta(days=days)
        found = selectors.resolve(None, place, kind, day)
        assert (found.co_units == [ends] if how == "support" else found.unit == ends) == answers
        if how in ("default", "ground"):
            assert (selectors.resolve_many([place.lon], [place.lat], [kind], day).tolist() == [ends.pk]) == answers
        if how in ("rule", "support"):
            assert selectors.duty_state(Duty.objects.get(), day) == ("in_force" if answers else "ended")
            assert selectors.duties(User.objects.get(username="desk"), {"current": day}).exists() == answers
        told = client.get("/api/v1/duties/resolve", {"place": place.code, "class": "K1", "on": day.isoformat()}).json()
        assert ("A" in [told["unit"], *told["co_units"]]) == answers


@pytest.mark.parametrize(("days", "exists"), [(0, False), (1, True)])
def test_choices_of_units_on_the_board_are_those_that_exist_today(days: int, exists: bool) -> None:
    ends = board.unit("A", dissolved_on=timezone.localdate() + dt.timedelta(days=days))
    place, area = board.place(), board.areas()["S1"]
    offered = [DutyForm().fields["unit"], PlaceForm(instance=place).fields["operator"], AreaForm(instance=area).fields["unit"]]
    assert [ends in field.queryset for field in offered] == [exists] * 3  # type: ignore[attr-defined]
    place.operator = area.unit = ends
    offered = [PlaceForm(instance=place).fields["operator"], AreaForm(instance=area).fields["unit"]]
    assert all(ends in field.queryset for field in offered)  # type: ignore[attr-defined]


def test_resolve_notices_a_dissolved_unit_and_a_new_one() -> None:
    kind = board.issue_class("K1", department_type="urban_mgmt")
    place, old = board.place(), board.unit("A", department_type="urban_mgmt")
    assert selectors.resolve(None, place, kind, DAY).unit == old
    Unit.objects.filter(pk=old.pk).update(dissolved_on=DAY)
    assert selectors.resolve(None, place, kind, DAY).unit is None
    new = board.unit("B", department_type="urban_mgmt")
    assert selectors.resolve(None, place, kind, DAY).unit == new
