"""One move on many cases: each by itself, with a line for each, and only the moves of one's role."""

from __future__ import annotations

import pytest

from yipanqi.cases import actions
from yipanqi.cases.models import Case
from yipanqi.cases.tests.town import Town, moment
from yipanqi.desk import bulk
from yipanqi.kernel.actions import Refused


def test_bulk_moves_are_each_done_or_refused_by_itself(town: Town) -> None:
    good, done, classless = town.report(issue_class=town.class_), town.report(issue_class=town.class_), town.report()
    actions.reject(done, reason="不属实", by=town.desk, at=moment())
    found = bulk.make("accept", [good.number, "C0", done.number, classless.number, good.number], by=town.desk, at=moment(0, 10))
    assert [(r.number, bool(r.what)) for r in found] == [(good.number, True), ("C0", False), (done.number, False), (classless.number, False)]
    assert ["找不到" in found[1].why, "不予受理" in found[2].why, "没有定问题类别" in found[3].why] == [True] * 3
    assert [c.state for c in Case.objects.order_by("id")] == ["filed", "rejected", "reported"]


def test_bulk_dispatch_without_a_duty_rule_leaves_the_case(town: Town) -> None:
    [result] = bulk.make("dispatch", [town.filed().number], by=town.desk, at=moment(0, 10))
    assert "没有责任规则" in result.why and Case.objects.get().state == "filed"


def test_bulk_of_nothing_too_many_or_an_unknown_move_is_refused(town: Town) -> None:
    for verb, numbers, sentence in (("reject", ["C1"], "不能批量"), ("accept", [], "1 至 200"), ("accept", [f"C{n}" for n in range(201)], "1 至 200")):
        with pytest.raises(Refused, match=sentence):
            bulk.make(verb, numbers, by=town.desk, at=moment())


def test_bulk_moves_offered_are_those_of_the_role(town: Town) -> None:
    offered = {name: [m["value"] for m in bulk.offered(town.people[name])] for name in ("desk", "head", "inspector", "liaison", "auditor")}
    assert offered == {"desk": ["accept", "dispatch", "verify_pass"], "head": ["accept", "dispatch", "verify_pass"], "inspector": ["verify_pass"], "liaison": [], "auditor": []}
