"""A case from report to strike-off, and its rebound."""

from yipanqi.cases import actions
from yipanqi.cases.tests.town import MONDAY, Town, moment


def test_live_from_report_to_close_and_rebound(town: Town) -> None:
    case = town.dispatched()
    assert case.number == "2026-000001"
    assert case.due_at == moment(1, 10, 0)
    case = actions.sign(case, by=town.liaison, at=MONDAY)
    case = actions.resolve(case, what_was_done="已清理", by=town.liaison, at=moment(0, 15))
    case = actions.verify_pass(case, by=town.inspector, at=moment(0, 16))
    assert (case.state, case.closed_at) == ("closed", moment(0, 16))
    again = actions.rebound(case, note="又脏了", by=town.inspector, at=moment(9))
    case.refresh_from_db()
    assert (again.state, again.rebound_of, again.number, case.rebounds) == ("filed", case, "2026-000002", 1)
    assert [m.verb for m in case.moves.all()] == ["report_case", "accept", "dispatch", "sign", "resolve", "verify_pass", "rebound"]
