"""Kinds of service, brand projects, institutions, joint meetings; who sees what; panels."""

from __future__ import annotations

import datetime as dt

import pytest

from yipanqi.cases.tests.town import moment
from yipanqi.files.models import Attachment
from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.actors import SYSTEM, Visitor
from yipanqi.teams import actions, catalogue, selectors
from yipanqi.teams.actions import CodeTaken, Ended
from yipanqi.teams.catalogue import Panel, Part
from yipanqi.teams.models import Decision, Institution, JointMeeting, Organisation, ServiceKind, Station, Team
from yipanqi.teams.tests.circle import START, Circle


@pytest.fixture
def circle(db: None) -> Circle:
    return Circle()


def test_kinds_of_service_are_kept_by_the_centre(circle: Circle) -> None:
    made = actions.add_kind(None, key="first-aid", name="应急救护", theme="rescue", min_age=18, insured=True, training="first-aid", by=circle.centre, at=moment())
    assert made.min_age == 18 and made.insured
    assert actions.change_kind(made, name="救护", by=circle.centre, at=moment()).name == "救护"
    with pytest.raises(CodeTaken):
        actions.add_kind(None, key="first-aid", name="又一个", theme="rescue", by=circle.centre, at=moment())
    with pytest.raises(Refused):
        actions.add_kind(None, key="急救", name="又一个", theme="rescue", by=circle.centre, at=moment())
    for who in (circle.station, circle.head, circle.auditor):
        with pytest.raises(NotAllowed):
            actions.add_kind(None, key="x", name="又一个", theme="rescue", by=who, at=moment())
    retired = actions.retire_kind(made, on=moment(1).date(), by=circle.centre, at=moment())
    with pytest.raises(Ended):
        actions.change_kind(retired, name="救", by=circle.centre, at=moment(1))
    with pytest.raises(Ended):
        actions.retire_kind(retired, on=moment(2).date(), by=circle.centre, at=moment())
    assert set(selectors.standing_on(ServiceKind.objects.all(), moment(1).date())) == {circle.kind, circle.care}


def test_brands_belong_to_a_team_or_station(circle: Circle) -> None:
    brand = circle.brand()
    assert brand.code == "P00001"
    assert actions.change_brand(brand, intro="老人免费午餐", by=circle.station, at=moment()).intro
    with pytest.raises(Refused):
        actions.change_brand(brand, station=circle.stations["Z2"], by=circle.station, at=moment())
    with pytest.raises(NotAllowed):
        actions.change_brand(brand, intro="x", by=circle.other_station, at=moment())
    with pytest.raises(NotAllowed):
        actions.add_brand(None, name="道德储蓄", kind=circle.care, started_on=START, by=circle.station, at=moment())
    retired = actions.retire_kind(circle.kind, on=moment(1).date(), by=circle.centre, at=moment())
    with pytest.raises(Ended):
        actions.add_brand(None, name="宣讲", kind=retired, started_on=START, by=circle.centre, at=moment(1))
    ended = actions.end_brand(brand, on=moment(9).date(), by=circle.station, at=moment())
    with pytest.raises(Ended):
        actions.change_brand(ended, intro="x", by=circle.centre, at=moment(9))


def test_institutions_have_versions_of_which_one_is_in_force(circle: Circle) -> None:
    first = actions.add_institution(None, title="志愿服务工作管理办法", issuer="市文明委", text="第一条……", in_force_from=START, by=circle.centre, at=moment())
    with pytest.raises(Refused, match="晚于"):
        actions.revise_institution(first, title=first.title, issuer=first.issuer, text="新", in_force_from=START, by=circle.centre, at=moment())
    second = actions.revise_institution(first, title=first.title, issuer=first.issuer, text="修订", in_force_from=dt.date(2026, 7, 1), by=circle.centre, at=moment())
    assert (second.code, second.version) == (first.code, 2) and list(selectors.versions(first)) == [second, first]
    for day, version in ((dt.date(2026, 6, 30), 1), (dt.date(2026, 7, 1), 2)):
        assert [one.version for one in selectors.in_force(day)] == [version]
    with pytest.raises(Ended):
        actions.revise_institution(first, title="x", issuer="y", text="z", in_force_from=dt.date(2027, 1, 1), by=circle.centre, at=moment())
    actions.repeal_institution(second, on=dt.date(2027, 1, 1), by=circle.centre, at=moment())
    assert not selectors.in_force(dt.date(2027, 1, 1))
    with pytest.raises(Ended):
        actions.revise_institution(Institution.objects.get(pk=second.pk), title="x", issuer="y", text="z", in_force_from=dt.date(2028, 1, 1), by=circle.centre, at=moment())
    with pytest.raises(Refused, match="内容"):
        actions.add_institution(None, title="空的", issuer="市文明委", in_force_from=START, by=circle.centre, at=moment())
    with pytest.raises(NotAllowed):
        actions.add_institution(None, title="x", issuer="y", text="z", in_force_from=START, by=circle.head, at=moment())


def test_papers_of_institutions_are_seen_by_whoever_sees_the_register(circle: Circle) -> None:
    paper = Attachment.objects.create(sha256="0" * 64, size_bytes=1, uploaded_at=moment(), uploaded_by=circle.centre, uploader_key="user:centre", file="x", name="办法.pdf", mime="application/pdf")
    made = actions.add_institution(None, title="积分管理办法", issuer="市文明办", paper=paper, in_force_from=START, by=circle.centre, at=moment())
    assert Attachment.objects.get().subject_ref == f"{made.code}:1"
    assert catalogue.may_see_institution(circle.auditor, f"{made.code}:1") and not catalogue.may_see_institution(circle.inspector, f"{made.code}:1")
    assert not catalogue.may_see_institution(circle.auditor, f"{made.code}:9") and not catalogue.may_see_institution(circle.auditor, "nonsense")


def test_joint_meetings_decide_what_units_do(circle: Circle) -> None:
    meeting = circle.meeting()
    assert meeting.code.startswith("LX2026-")
    first = actions.add_decision(meeting, text="制定积分办法", unit=circle.city, due_on=moment(30).date(), by=circle.centre, at=moment())
    second = actions.add_decision(meeting, text="通报情况", by=circle.centre, at=moment())
    assert (first.code, second.line) == (f"{meeting.code}-1", 2) and first.late_on(moment(31).date()) and not first.late_on(moment(30).date())
    with pytest.raises(Refused):
        actions.add_decision(meeting, text="太早", due_on=dt.date(2026, 1, 1), by=circle.centre, at=moment())
    with pytest.raises(Refused):
        actions.add_decision(meeting, text=" ", by=circle.centre, at=moment())
    with pytest.raises(NotAllowed):
        actions.add_decision(meeting, text="x", by=circle.liaison, at=moment())
    for who in (circle.stranger, circle.head, circle.station):
        with pytest.raises(NotAllowed):
            actions.finish_decision(first, outcome="已办", by=who, at=moment(5))
    with pytest.raises(Refused, match="之后"):
        actions.finish_decision(first, outcome="已办", on=moment(9).date(), by=circle.liaison, at=moment(5))
    with pytest.raises(Refused, match="完成情况"):
        actions.finish_decision(first, outcome=" ", by=circle.liaison, at=moment(5))
    done = actions.finish_decision(first, outcome="已印发", by=circle.liaison, at=moment(5))
    assert done.done_on == moment(5).date() and list(selectors.open_decisions(circle.centre)) == [second]
    with pytest.raises(Ended):
        actions.finish_decision(done, outcome="再来", by=circle.centre, at=moment(6))
    changed = actions.change_meeting(meeting, title="第一次全体会议", units=[circle.water], by=circle.centre, at=moment())
    assert list(changed.units.all()) == [circle.water]


def test_meetings_are_seen_by_those_they_concern(circle: Circle) -> None:
    meeting = circle.meeting(units=[circle.clean])
    actions.add_decision(meeting, text="清扫", unit=circle.city, by=circle.centre, at=moment())
    sees = lambda who: selectors.visible_to(who, JointMeeting).exists(), lambda who: selectors.visible_to(who, Decision).exists()  # noqa: E731
    for who, open_to in ((circle.centre, True), (circle.desk, True), (circle.auditor, True), (circle.helper, True), (circle.liaison, True), (circle.stranger, False), (circle.inspector, False), (circle.station, False)):
        assert [look(who) for look in sees] == [open_to, open_to], who.username


def test_the_register_is_seen_by_roles_and_by_nobody_else(circle: Circle) -> None:
    circle.organisation(), circle.team()
    for who in (circle.centre, circle.station, circle.head, circle.desk, circle.leader, circle.auditor, circle.liaison, circle.client, SYSTEM):
        assert selectors.visible_to(who, Organisation).count() == selectors.visible_to(who, Team).count() == 1
    for who in (circle.inspector, circle.grid, circle.admin, Visitor()):
        for model in (Organisation, Team, Station, Institution):
            assert not selectors.visible_to(who, model).exists()
    circle.centre.is_active = False
    assert not selectors.visible_to(circle.centre, Team).exists()


def test_leaders_see_the_teams_they_lead(circle: Circle, monkeypatch: pytest.MonkeyPatch) -> None:
    own, other = circle.team(), circle.team(name="别的队")
    monkeypatch.setitem(selectors._leading, "volunteers", lambda user: [own.pk] if user == circle.grid else [])
    assert list(selectors.visible_to(circle.grid, Team)) == [own]
    assert circle.grid.has_perm("teams.see_lead") and circle.grid.has_perm("teams.see_lead", own) and not circle.grid.has_perm("teams.see_lead", other)
    assert not circle.inspector.has_perm("teams.see_lead") and not Visitor().has_perm("teams.see_lead")


def test_stations_of_a_person_are_theirs_and_all_below(circle: Circle) -> None:
    codes = lambda who: sorted(selectors.stations_of(who).values_list("code", flat=True))  # noqa: E731
    assert codes(circle.station) == ["Z1", "Z3"] and codes(circle.other_station) == ["Z2"] and codes(circle.desk) == [] and codes(Visitor()) == []
    station = selectors.first_station_of(circle.station)
    assert station and station.code == "Z1" and selectors.first_station_of(circle.desk) is None


def test_panels_show_what_has_something_to_show(circle: Circle) -> None:
    panels: catalogue.Catalogue[Panel] = catalogue.Catalogue("test")
    panels.add("late", Panel("晚", "x.html", lambda user, now: {"n": 1}, 90))
    panels.add("none", Panel("无", "x.html", lambda user, now: None))
    panels.add("first", Panel("先", "x.html", lambda user, now: {}, 10))
    assert [one["key"] for one in catalogue.shown(panels, circle.centre, moment())] == ["first", "late"]
    parts: catalogue.Catalogue[Part] = catalogue.Catalogue("test")
    parts.add("own", Part("自己", "x.html", lambda thing, user, now: {"thing": thing}))
    brand = circle.brand()
    assert catalogue.shown_of(parts, brand, circle.centre, moment())[0]["given"] == {"thing": brand}


def test_stations_for_the_public(circle: Circle) -> None:
    codes = lambda path="": [one.code for one in selectors.stations_for_public(path).order_by("code")]  # noqa: E731
    assert codes() == ["Z0", "Z1", "Z2"] and codes(circle.xinhua.path) == ["Z1", "Z3"]
