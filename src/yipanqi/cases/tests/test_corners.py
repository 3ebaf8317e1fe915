"""What is asked rarely: wrong values of requests, odd filters, people without a share."""

from __future__ import annotations

import datetime as dt

import pytest

from yipanqi.cases import actions, clocks, selectors
from yipanqi.cases.models import Case
from yipanqi.cases.tests.town import MONDAY, Town, moment
from yipanqi.kernel.actions import Conflict, Refused
from yipanqi.kernel.actors import SYSTEM, Visitor


def test_extension_for_an_impossible_number_of_days_is_refused(town: Town) -> None:
    with pytest.raises(Refused, match="1 到 60"):
        actions.ask_extension(town.handling(), reason="下雨", days=61, by=town.liaison, at=MONDAY)
    case = actions.ask_extension(town.handling(), reason="下雨", days=2, by=town.liaison, at=MONDAY)
    with pytest.raises(Refused, match="1 到 60"):
        actions.grant_extension(case, days=90, by=town.desk, at=MONDAY)
    case = actions.refuse_extension(case, note="天已晴", by=town.desk, at=moment(0, 10))
    assert (case.extensions, case.due_at) == (0, moment(1, 10))


def test_extension_of_an_assisting_unit_moves_its_own_deadline_only(town: Town) -> None:
    case = actions.ask_extension(town.handling(co_units=(town.clean,)), reason="下雨", days=1, by=town.helper, at=MONDAY)
    case = actions.grant_extension(case, by=town.desk, at=moment(0, 10))
    assert (case.due_at, [a.due_at for a in selectors.live(case)]) == (moment(1, 10), [moment(1, 10), moment(2, 10)])
    assert selectors.standing(case).due_at == case.due_at


def test_suspension_refused_lets_the_clock_run(town: Town) -> None:
    case = actions.ask_suspension(town.handling(), reason="冬季", by=town.liaison, at=MONDAY)
    case = actions.refuse_suspension(case, note="可以办", by=town.leader, at=moment(0, 10))
    assert (case.state, case.due_at) == ("handling", moment(1, 10))


def test_resolve_with_an_unknown_outcome_is_refused(town: Town) -> None:
    with pytest.raises(Refused, match="处理结果"):
        actions.resolve(town.handling(), what_was_done="已清理", outcome="dream", by=town.liaison, at=MONDAY)


def test_resolve_of_all_voids_open_requests(town: Town) -> None:
    case = actions.ask_extension(town.handling(), reason="下雨", days=2, by=town.liaison, at=MONDAY)
    case = actions.resolve(case, what_was_done="已清理", by=town.liaison, at=moment(0, 10))
    assert not selectors.pending_requests(case).exists()
    assert actions.recheck_pass(actions.verify_pass(case, by=town.desk, at=moment(0, 11)), by=town.inspector, at=moment(5)).state == "closed"


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"bbox": "x,y,1,2"}, 0), ({"found_from": "never"}, 0), ({"found_to": "2026-03-02"}, 1), ({"due_before": dt.datetime(2026, 3, 9)}, 1),
        ({"due_before": "9999-12-31"}, 1), ({"area": "none"}, 0), ({"source": "own"}, 1), ({"severity": "2,x"}, 1), ({"state": "open"}, 1),
        ({"overdue": "no"}, 1), ({"class": "06010", "unit": "CGJ", "q": "垃圾 路口"}, 1), ({"place": "none"}, 0), ({"bbox": "97,39,99,40"}, 1),
    ],
)  # fmt: skip
def test_filter_takes_what_it_understands(town: Town, params: dict[str, object], found: int) -> None:
    case = town.filed(lon=98.29, lat=39.77)
    actions.dispatch(case, unit=town.city, by=town.desk, at=MONDAY)
    assert selectors.filtered(Case.objects.all(), params, moment(0, 10)).count() == found


def test_similar_are_near_in_space_and_time(town: Town) -> None:
    first, near = town.filed(lon=98.29, lat=39.77), town.filed(lon=98.2905, lat=39.7703)
    town.filed(lon=98.30, lat=39.77)
    assert [c for c, _metres in selectors.similar(first, town.desk)] == [near]
    assert selectors.similar(town.filed(), town.desk) == []


def test_seeing_is_for_those_concerned(town: Town) -> None:
    case = town.dispatched()
    seen = {name: selectors.visible_to(town.people[name]).filter(pk=case.pk).exists() for name in ("liaison", "stranger", "admin", "auditor", "grid")}
    assert seen == {"liaison": True, "stranger": False, "admin": False, "auditor": True, "grid": False}
    assert selectors.visible_to(SYSTEM).exists() and not selectors.visible_to(Visitor("v")).exists()
    assert not selectors.reports_visible_to(town.liaison).exists()
    for verb in ("sign", "verify_pass"):
        assert not SYSTEM.has_perm(f"cases.{verb}", case) and not town.desk.has_perm("cases.sign")


def test_time_left_stands_still_and_ends(town: Town) -> None:
    case = town.handling()
    assert selectors.time_left(case, moment(0, 10)) == 7.0
    hung = actions.suspend(case, review_on=dt.date(2026, 4, 1), by=town.leader, at=moment(0, 11))
    assert selectors.time_left(hung, moment(9)) == 6.0
    assert selectors.time_left(town.closed(), moment(9)) is None
    assert selectors.stages(town.report(), moment(0, 10))[0].name == "accept"
    assert clocks.recompute([], lambda code: None) == clocks.Standing()  # type: ignore[arg-type,return-value]


def test_stage_calendar_is_the_units_while_it_must_act(town: Town) -> None:
    assert selectors.stage_calendar(town.handling()) is selectors.stage_calendar(town.resolved())
    assert selectors.lead(town.report()) is None and selectors.lead(town.handling()).unit == town.city  # type: ignore[union-attr]


def test_report_whose_code_is_taken_gets_another(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    first = actions.report_by_resident(None, text="路灯不亮", by=Visitor("v"), at=MONDAY)
    drawn = iter([first.code, first.code, "NEWCODE2"])
    monkeypatch.setattr("yipanqi.cases.actions.intake.new_code", lambda: next(drawn))
    second = actions.report_by_resident(None, text="井盖破损", by=Visitor("v"), at=MONDAY)
    assert (second.code, Case.objects.count(), second.case.number) == ("NEWCODE2", 2, "2026-000002")


def test_rebound_is_refused_while_an_open_case_tells_of_it(town: Town) -> None:
    case = town.closed()
    again = actions.rebound(case, note="又脏了", by=town.inspector, at=moment(3))
    with pytest.raises(Conflict, match=again.number):
        actions.rebound(Case.objects.get(pk=case.pk), note="又脏了", by=town.desk, at=moment(4))
    case.refresh_from_db()
    assert (case.rebounds, case.rebound_cases.count()) == (1, 1)
    actions.fix_on_the_spot(again, note="已清走", by=town.inspector, at=moment(5))
    third = actions.rebound(case, note="第三次", by=town.inspector, at=moment(6))
    assert third.rebound_of == case and third.number != again.number
