"""Several people at the same case at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from yipanqi.cases import actions
from yipanqi.cases.models import Case
from yipanqi.cases.tests.town import MONDAY, Town, moment
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.actors import Visitor
from yipanqi.kernel.machine import WrongState


@pytest.mark.django_db(transaction=True)
def test_sign_by_eight_at_once_succeeds_once() -> None:
    town = Town()
    case = town.dispatched(MONDAY)
    ready, outcomes = threading.Barrier(8), []

    def sign() -> None:
        try:
            mine = Case.objects.get(pk=case.pk)
            ready.wait(20)
            actions.sign(mine, by=town.liaison, at=moment(0, 10))
            outcomes.append("signed")
        except WrongState as late:
            outcomes.append(str(late))
        finally:
            connection.close()

    threads = [threading.Thread(target=sign) for _n in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert sorted(outcomes)[0] == "signed"
    assert outcomes.count("signed") == 1
    assert sum("已由 liaison 于" in text for text in outcomes) == 7
    case.refresh_from_db()
    assert (case.state, case.version, case.moves.filter(verb="sign").count()) == ("handling", 3, 1)


def at_once(*runs: Callable[[], object]) -> list[str]:
    """Run all at the same moment, each in its thread; "done" or the refusal of each, in their order."""
    ready, outcomes = threading.Barrier(len(runs)), [""] * len(runs)

    def one(index: int, run: Callable[[], object]) -> None:
        try:
            ready.wait(20)
            run()
            outcomes[index] = "done"
        except Refused as refusal:
            outcomes[index] = str(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(n, run)) for n, run in enumerate(runs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_merge_of_two_into_each_other_merges_one() -> None:
    town = Town()
    for _round in range(6):
        one, two = town.report(), town.report()
        outcomes = at_once(
            lambda a=one, b=two: actions.merge(a, primary=b, by=town.desk, at=moment(0, 10)),  # type: ignore[misc]
            lambda a=two, b=one: actions.merge(a, primary=b, by=town.head, at=moment(0, 10)),  # type: ignore[misc]
        )
        assert outcomes.count("done") == 1
        assert any("已并入本案" in text or "已由" in text for text in outcomes), outcomes
        one.refresh_from_db()
        two.refresh_from_db()
        assert {one.state, two.state} == {"reported", "merged"}
        assert (one.merged_into, two.merged_into) in ((two, None), (None, one))


@pytest.mark.django_db(transaction=True)
def test_merge_while_its_primary_moves_ends_well() -> None:
    town = Town()
    for _round in range(4):
        reports = [actions.report_by_resident(None, text="垃圾", by=Visitor("v"), at=MONDAY) for _n in range(3)]
        main = actions.accept(reports[0].case, issue_class=town.class_, by=town.desk, at=MONDAY)
        outcomes = at_once(
            lambda a=reports[1].case, b=main: actions.merge(a, primary=b, by=town.desk, at=moment(0, 10)),  # type: ignore[misc]
            lambda a=reports[2].case, b=main: actions.merge(a, primary=b, by=town.head, at=moment(0, 10)),  # type: ignore[misc]
            lambda a=main: actions.fix_on_the_spot(a, note="已清走", by=town.inspector, at=moment(0, 10)),  # type: ignore[misc]
            lambda a=reports[0]: actions.answer(a, text="正在办理", by=town.head, at=moment(0, 10)),  # type: ignore[misc]
        )
        assert outcomes[2:] == ["done"] * 2 and all(text == "done" or "已销号" in text for text in outcomes[:2])
        for report, outcome in zip(reports, ("done", *outcomes[:2]), strict=True):
            report.refresh_from_db()
            assert bool(report.answer and report.case.first_reply_at) == (outcome == "done")
            assert report.case.merged_into == (main if outcome == "done" and report.case != main else None)


@pytest.mark.django_db(transaction=True)
def test_merge_into_a_case_being_rejected_either_follows_or_is_refused() -> None:
    town = Town()
    one, two = town.report(), town.report()
    outcomes = at_once(
        lambda: actions.merge(one, primary=two, by=town.desk, at=moment(0, 10)),
        lambda: actions.reject(two, reason="不属实", by=town.head, at=moment(0, 10)),
    )
    assert outcomes[1] == "done" and (outcomes[0] == "done" or "不予受理" in outcomes[0])
