"""Which cases are shown as likely duplicates, to whom and why; and what jobs keep for it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from yipanqi.cases import actions
from yipanqi.cases.models import Case
from yipanqi.cases.tests.test_photo_flags import LOOK, photo
from yipanqi.cases.tests.town import MONDAY, Town, moment
from yipanqi.duplicates import jobs, selectors, telling
from yipanqi.duplicates.catalogue import FLOOR, OTHER_GROUP, RADIUS, SHOWN
from yipanqi.duplicates.models import Counted, Sketch, Trace
from yipanqi.kernel import stamps
from yipanqi.kernel.policy import keep_policy
from yipanqi.places.models import Place
from yipanqi.standards.models import IssueClass, PlaceCategory

HERE = {"lon": 98.2900, "lat": 39.7700}
NEXT_DOOR = {"lon": 98.2904, "lat": 39.7700}
FAR = {"lon": 98.3300, "lat": 39.7700}
LATER = moment(0, 11)


def likely(case: Case, user: Any) -> list[tuple[str, list[str]]]:
    """Numbers and reasons, the likeliest first."""
    case = Case.objects.get(pk=case.pk)
    return [(one.case.number, [reason.words for reason in telling.reasons(one)]) for one in selectors.likely(case, user)]


def numbers(case: Case, user: Any) -> list[str]:
    return [number for number, _why in likely(case, user)]


@pytest.fixture(params=["indexed", "fresh"])
def indexed(request: pytest.FixtureRequest) -> Any:
    """Run the worker's job, or find the cases before it ran."""
    return (lambda: jobs.sketch_new_cases(LATER)) if request.param == "indexed" else (lambda: None)


def test_near_and_alike_is_shown_with_reasons(town: Town, indexed: Any) -> None:
    first = town.report(description="西环路邮局门口的雨水井盖破损", **HERE)
    town.report(description="东街有人乱贴广告", **FAR)
    case = town.report(LATER, description="邮局前面雨水井盖坏了，很危险", **NEXT_DOOR)
    indexed()
    [(number, why)] = likely(case, town.desk)
    assert number == first.number and why[0] == "距此 34 米" and why[-1] == "早 2 小时"
    assert why[1].startswith("文字相近") and "雨水井盖" in why[1]


def test_without_a_position_words_and_address_lead_to_it(town: Town, indexed: Any) -> None:
    first = town.report(description="化粪池堵塞，污水流到路面", address="兰亭苑3号楼")
    for n in range(20):
        town.report(description=f"第{n}处路面有垃圾，请尽快清扫")
    case = town.report(LATER, description="污水外溢，味道很大，化粪池没人管", address="兰亭苑3号楼")
    indexed()
    assert numbers(case, town.desk)[0] == first.number


def test_the_same_place_counts_as_near(town: Town) -> None:
    category = PlaceCategory.objects.create(key="market", name="市场")
    spot = Place.objects.create(code="MK1", name="东门市场", category=category, lon=98.285, lat=39.775, cell="x")
    first, case = town.report(place=spot), town.report(LATER, place=spot, description="井盖翘起")
    jobs.sketch_new_cases(LATER)
    assert "同一点位" in dict(likely(case, town.desk))[first.number]


def test_the_same_photo_is_shown_however_far_apart(town: Town, indexed: Any) -> None:
    first = town.report(photos=[photo(town.inspector, "before", LOOK)], description="甲", **HERE)
    case = town.report(LATER, photos=[photo(town.inspector, "before", LOOK ^ 0b1)], description="乙", **FAR)
    indexed()
    assert dict(likely(case, town.desk))[first.number][0] == "照片几乎相同"


def test_what_was_declined_is_not_shown_and_what_was_merged_leads_to_the_other(town: Town, indexed: Any) -> None:
    first = town.report(description="西环路邮局门口的雨水井盖破损", **HERE)
    second = town.report(description="西环路邮局门口雨水井盖坏了", **NEXT_DOOR)
    gone = town.report(description="西环路邮局门口雨水井盖破了", **HERE)
    actions.reject(gone, reason="重复", by=town.desk, at=MONDAY)
    actions.merge(second, primary=first, by=town.desk, at=MONDAY)
    case = town.report(LATER, description="西环路邮局门口雨水井盖坏了", **NEXT_DOOR)
    indexed()
    [found] = selectors.likely(Case.objects.get(pk=case.pk), town.desk)
    assert found.case == first and found.through == second


def test_a_closed_case_is_shown_with_what_to_do_instead(town: Town) -> None:
    done = actions.fix_on_the_spot(town.report(description="西环路邮局门口的雨水井盖破损", **HERE), note="已更换", by=town.inspector, at=MONDAY)
    case = town.report(LATER, description="西环路邮局门口的雨水井盖又破损", **HERE)
    [found] = selectors.likely(case, town.desk)
    assert found.case == done and "登记反弹" in telling.why_not(selectors.why_not_merged(case, done))


def test_one_sees_no_case_that_is_not_theirs(town: Town) -> None:
    town.report(description="西环路邮局门口的雨水井盖破损", **HERE)
    case = town.report(LATER, description="西环路邮局门口的雨水井盖破损", **HERE)
    assert numbers(case, town.desk) and not numbers(case, town.liaison)


def test_old_and_done_is_forgotten_but_open_is_not(town: Town) -> None:
    done = actions.fix_on_the_spot(town.report(description="雨水井盖破损", **HERE), note="已更换", by=town.inspector, at=MONDAY)
    still_open = town.report(description="雨水井盖破损", **HERE)
    jobs.sketch_new_cases(MONDAY)
    assert set(Sketch.objects.values_list("pk", flat=True)) == {done.pk, still_open.pk}
    later = MONDAY + dt.timedelta(days=61)
    jobs.sweep(later)
    assert set(Sketch.objects.values_list("pk", flat=True)) == set(Trace.objects.values_list("case_id", flat=True)) == {still_open.pk}
    case = town.report(later, description="雨水井盖破损", **HERE)
    assert numbers(case, town.desk) == [still_open.number]


def test_jobs_run_twice_change_nothing_more_and_the_sweep_finds_what_was_left_out(town: Town) -> None:
    first = town.report(**HERE)
    town.report(description="路灯不亮", **FAR)
    jobs.sketch_new_cases(LATER)
    Sketch.objects.filter(pk=first.pk).delete()
    for _run in range(2):
        jobs.sketch_new_cases(LATER)
        jobs.sweep(LATER)
    assert Sketch.objects.count() == 2 and Counted.objects.count() == 1


def test_switched_off_nothing_is_shown_or_kept(town: Town) -> None:
    keep_policy(SHOWN.key, False, by="test", at=MONDAY)
    town.report(**HERE)
    case = town.report(LATER, **HERE)
    jobs.sketch_new_cases(LATER)
    jobs.sweep(LATER)
    assert numbers(case, town.desk) == [] and not Sketch.objects.exists() and not Counted.objects.exists()


def test_stock_phrases_alone_lead_to_nothing_on_the_first_day(town: Town, indexed: Any) -> None:
    filler = "严重影响居民出行，多次反映无人处理，请相关部门尽快处理，谢谢"
    for said in ("新华南路路灯不亮", "玉门小区下水道堵塞", "五一市场门口占道经营"):
        town.report(description=f"{said}，{filler}")
    case = town.report(LATER, description=f"和诚东路井盖松动，{filler}")
    indexed()
    assert likely(case, town.desk) == []


def test_a_case_of_another_group_of_classes_is_less_likely_and_how_much_is_the_offices(town: Town) -> None:
    facts = {"standard": town.class_.standard, "kind": "event", "department_type": "urban_mgmt", "severity": 1, "clocks": {}}
    other = IssueClass.objects.create(code="09010", key="gb:event:09010", group_code="09", group_name="另一大类", name="噪声扰民", **facts)
    beside = IssueClass.objects.create(code="06011", key="gb:event:06011", group_code="06", group_name="市容环境", name="垃圾满溢", **facts)
    stamps.forget()
    case = town.report(LATER, title="路口", description="路口垃圾桶旁边有人吵", issue_class=town.class_, **HERE)
    for kind in (other, beside):
        town.report(title="路口", description="路口垃圾桶旁边有人吵", issue_class=kind, **NEXT_DOOR)
    jobs.sketch_new_cases(LATER)

    def scores() -> dict[str, float]:
        return {one.case.issue_class.name: one.score for one in selectors.likely(Case.objects.get(pk=case.pk), town.desk) if one.case.issue_class}

    found = scores()
    assert found["噪声扰民"] == pytest.approx(found["垃圾满溢"] * 0.75)
    keep_policy(OTHER_GROUP.key, 100, by="test", at=MONDAY)
    assert scores()["噪声扰民"] == pytest.approx(found["垃圾满溢"])


def test_what_the_desk_told_apart_is_not_shown_again_from_either_side(town: Town, indexed: Any) -> None:
    first = town.report(description="西环路邮局门口的雨水井盖破损", **HERE)
    case = town.report(LATER, description="邮局前面雨水井盖坏了，很危险", **NEXT_DOOR)
    indexed()
    assert numbers(case, town.desk) == [first.number]
    merged = actions.merge(case, primary=first, by=town.desk, at=LATER)
    actions.split_off(merged, note="是两个井盖", by=town.desk, at=LATER)
    assert numbers(case, town.desk) == numbers(first, town.desk) == []


def test_radius_and_floor_are_the_offices(town: Town) -> None:
    town.report(description="甲", **HERE)
    case = town.report(MONDAY + dt.timedelta(hours=5), description="乙", lon=98.2912, lat=39.77)
    jobs.sketch_new_cases(LATER)
    assert not numbers(case, town.desk)
    keep_policy(RADIUS.key, 1_000, by="test", at=MONDAY)
    assert numbers(case, town.desk)
    keep_policy(FLOOR.key, 90, by="test", at=MONDAY)
    assert not numbers(case, town.desk)


def test_a_case_handed_over_is_asked_nothing(town: Town) -> None:
    town.report(**HERE)
    assert selectors.likely(town.dispatched(LATER), town.desk) == []


def test_a_few_statements_however_many_cases(town: Town) -> None:
    def asked() -> int:
        case = town.report(LATER, **HERE)
        case = Case.objects.get(pk=case.pk)
        selectors.likely(case, town.desk)
        with CaptureQueriesContext(connection) as found:
            selectors.likely(case, town.desk)
        return len([q for q in found if "kernel_stamp" not in q["sql"]])

    few = asked()
    for n in range(12):
        town.report(description=f"路口垃圾成堆 {n}", **NEXT_DOOR)
    jobs.sketch_new_cases(LATER)
    assert asked() == few <= 5


def test_the_api_tells_the_office_and_nobody_else(town: Town) -> None:
    first = town.report(description="西环路邮局门口的雨水井盖破损", **HERE)
    case = town.report(LATER, description="西环路邮局门口雨水井盖坏了", **NEXT_DOOR)
    client = Client()
    for name, status in (("desk", 200), ("head", 200), ("liaison", 403), ("auditor", 403)):
        client.force_login(getattr(town, name), backend="django.contrib.auth.backends.ModelBackend")
        answer = client.get(f"/api/v1/cases/{case.number}/duplicates")
        assert answer.status_code == status, name
    client.force_login(town.desk, backend="django.contrib.auth.backends.ModelBackend")
    told = client.get(f"/api/v1/cases/{case.number}/duplicates").json()
    assert told["shown"] and [(one["number"], one["why_not"], one["through"]) for one in told["duplicates"]] == [(first.number, "", None)]
    assert client.get("/api/v1/cases/2026-999999/duplicates").status_code == 404
