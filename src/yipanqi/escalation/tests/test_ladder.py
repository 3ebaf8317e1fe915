"""The ladder: when a step is due, that it is taken once, whom it reaches, and that a trial tells what happened."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from yipanqi.calendar.selectors import calendar_for
from yipanqi.cases import actions as cases
from yipanqi.cases.models import Case
from yipanqi.cases.tests.town import MONDAY, Town, moment
from yipanqi.escalation import actions, jobs, ladder, selectors
from yipanqi.escalation.catalogue import settings
from yipanqi.escalation.models import LetterDue, Rung
from yipanqi.escalation.trial import simulate
from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.machine import WrongState
from yipanqi.kernel.policy import keep_policy
from yipanqi.messaging.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(db: None) -> Town:
    return Town()


def taken() -> list[str]:
    return list(Rung.objects.order_by("at", "id").values_list("step", flat=True))


def told() -> list[tuple[str, str]]:
    news = [(m.to.username, m.facts["form"]) for m in Message.objects.select_related("to").order_by("id") if m.to and m.kind == "escalation.step"]
    Message.objects.all().delete()
    return news


@pytest.fixture
def case(town: Town) -> Case:
    """Handed over on Monday at nine with eight working hours, that is until Tuesday at ten."""
    found = cases.sign(cases.dispatch(town.filed(), unit=town.city, by=town.desk, at=MONDAY), by=town.liaison, at=MONDAY)
    assert timezone.localtime(found.due_at) == moment(1, 10)
    return found


def climb(at: dt.datetime) -> None:
    jobs.climb_due(at)
    jobs.climb_due(at)  # twice changes nothing more


def test_climb_one_step_after_the_other_and_each_once(case: Case) -> None:
    climb(moment(0, 15))
    assert not taken()
    climb(moment(1, 9))
    assert taken() == ["remind"] and told() == [("liaison", "remind")] and not LetterDue.objects.exists()
    climb(moment(1, 11))
    assert taken() == ["remind", "overdue"] and told() == [("chief", "overdue"), ("liaison", "overdue")]
    letter = LetterDue.objects.get()
    assert (letter.kind, letter.unit_id, letter.week, letter.rungs.get().step) == ("reminder", case.unit_id, moment(0).date(), "overdue")
    climb(moment(2, 12))
    assert taken()[2:] == ["urge"] and {d.kind for d in LetterDue.objects.all()} == {"reminder", "urging"}
    told()
    climb(moment(20, 12))
    assert taken()[3:] == ["leader"] and {who for who, _step in told()} == {"chief", "leader", "head"}


def test_climb_after_a_long_stop_tells_the_hardest_alone(case: Case) -> None:
    climb(moment(30))
    assert taken() == ["remind", "overdue", "urge", "leader"]
    assert {step for _who, step in told()} == {"leader"} and not LetterDue.objects.exists()
    assert list(Rung.objects.filter(overtaken=False).values_list("step", flat=True)) == ["leader"]


def test_climb_begins_anew_with_a_new_deadline(town: Town, case: Case) -> None:
    case = cases.ask_extension(case, days=2, reason="等待配件", by=town.liaison, at=moment(1, 8))
    climb(moment(1, 9))
    case = cases.grant_extension(case, by=town.desk, at=moment(1, 9))
    climb(moment(1, 11))
    assert taken() == ["remind"]
    climb(moment(3, 9))
    assert taken() == ["remind", "remind"]


def test_climb_leaves_alone_what_waits_for_others(town: Town, case: Case) -> None:
    cases.resolve(case, what_was_done="已清理", by=town.liaison, at=moment(0, 16))
    climb(moment(9))
    assert not taken()


def test_climb_after_reworks_waits_for_no_clock(town: Town, case: Case) -> None:
    for n in (1, 2, 3):
        case = cases.resolve(case, what_was_done="已清理", by=town.liaison, at=moment(0, 9, n * 10))
        case = cases.verify_fail(case, note="仍有垃圾", by=town.inspector, at=moment(0, 9, n * 10 + 1))
        climb(moment(0, 9, n * 10 + 2))
    assert taken() == ["urge", "urge", "talk"]
    assert list(Rung.objects.order_by("id").values_list("occasion", "overtaken")) == [("rework 2", False), ("rework 3", True), ("rework 3", False)]


def test_climb_to_the_talk_at_once_after_a_false_report(town: Town, case: Case) -> None:
    case = cases.resolve(case, what_was_done="已清理", by=town.liaison, at=moment(0, 10))
    case = cases.verify_fail(case, note="现场未清理", false_reply=True, by=town.inspector, at=moment(0, 11))
    climb(moment(0, 12))
    assert taken() == ["talk"] and {who for who, _step in told()} == {"chief", "head"}
    case = cases.resolve(case, what_was_done="已清理", by=town.liaison, at=moment(0, 14))
    cases.verify_fail(case, note="角落还有", by=town.inspector, at=moment(0, 15))
    climb(moment(0, 16))
    assert taken() == ["talk", "urge"]  # the second rework; the report was true this time


def test_climb_begins_one_step_higher_after_a_rebound(town: Town) -> None:
    again = cases.rebound(town.closed(), note="又有垃圾", by=town.inspector, at=moment(2))
    case = Case.objects.get(rebound_of=again) if again.rebound_of is None else again
    case = cases.dispatch(case, unit=town.city, by=town.desk, at=moment(3))
    assert case.due_at is not None
    climb(moment(4, 9))
    climb(case.due_at + dt.timedelta(minutes=5))
    assert taken() == ["overdue", "urge"]


def test_climb_is_the_systems_alone_and_only_what_is_due(town: Town, case: Case) -> None:
    occasion = case.due_at.isoformat() if case.due_at else ""
    with pytest.raises(NotAllowed):
        actions.climb(case, step="overdue", occasion=occasion, by=town.head, at=moment(2))
    with pytest.raises(actions.NotDue):
        actions.climb(case, step="overdue", occasion=occasion, by=SYSTEM, at=moment(0))


def test_letters_gather_a_week_and_stop_at_the_cap(town: Town) -> None:
    keep_policy("escalation.letters_per_month", 1, by="system", at=MONDAY)
    for n in range(3):
        cases.dispatch(town.filed(), unit=town.city, by=town.desk, at=moment(0, 9, n))
    climb(moment(1, 12))
    letter = LetterDue.objects.get()
    assert letter.rungs.count() == 3
    climb(moment(2, 12))
    assert LetterDue.objects.count() == 1 and Rung.objects.filter(step="urge", capped=True, letter=None).count() == 3


def test_switched_off_is_not_taken(case: Case) -> None:
    for step in ("remind", "urge", "leader"):
        keep_policy(f"escalation.{step}", False, by="system", at=MONDAY)
    climb(moment(30))
    assert taken() == ["overdue"]


def test_drop_letter_needs_the_head_and_a_reason(town: Town, case: Case) -> None:
    climb(moment(1, 11))
    letter = LetterDue.objects.get()
    with pytest.raises(NotAllowed):
        actions.drop_letter(letter, reason="已办结", by=town.desk, at=moment(2))
    with pytest.raises(Refused):
        actions.drop_letter(letter, reason=" ", by=town.head, at=moment(2))
    assert actions.drop_letter(letter, reason="已办结", by=town.head, at=moment(2)).state == "dropped"
    with pytest.raises(WrongState):
        actions.drop_letter(letter, reason="已办结", by=town.head, at=moment(2))


@given(share=st.floats(0, 1), times=st.floats(0, 5), rework=st.integers(0, 5), amount=st.integers(1, 80))
def test_steps_are_due_in_order_and_harder_policy_is_never_earlier(share: float, times: float, rework: int, amount: int) -> None:
    def at(share: float, times: float) -> dict[str, dt.datetime]:
        run = ladder.Running(moment(3, 10), Decimal(amount), "work_hour", calendar_for(), rework, moment(1))
        given = {**settings(), "remind": ladder.Setting(True, share), "urge": ladder.Setting(True, times)}
        return {due.step: due.at for due in ladder.steps_due(run, given)}

    here, later = at(share, times), at(1, times + 1)
    assert here["remind"] <= here["overdue"] <= here["leader"]
    assert later["remind"] >= here["remind"]
    assert rework >= 2 or later["urge"] >= here["urge"] >= here["overdue"]
    assert ("talk" in here) == (rework >= 3)


def lives(town: Town) -> list[tuple[dt.datetime, Callable[[], Any]]]:
    """Some weeks, move by move: in time, late, extended, forgotten, sent back, disputed."""
    made: dict[Any, Case] = {}

    def does(key: Any, verb: str, **given: Any) -> Callable[[], Any]:
        def act() -> None:
            made[key] = getattr(cases, verb)(made[key], **given)

        return act

    def begins(key: Any, at: dt.datetime, unit: Any) -> Callable[[], Any]:
        def act() -> None:
            made[key] = cases.dispatch(town.filed(at), unit=unit, by=town.desk, at=at)

        return act

    script: list[tuple[dt.datetime, Callable[[], Any]]] = []
    for n, days in ((0, 0), (1, 6), (2, None), (3, 12)):
        script += [(moment(n, 9), begins(n, moment(n, 9), town.city)), (moment(n, 10), does(n, "sign", by=town.liaison, at=moment(n, 10)))]
        if n == 1:
            script.append((moment(n, 11), does(n, "ask_extension", days=3, reason="等待配件", by=town.liaison, at=moment(n, 11))))
            script.append((moment(n, 15), does(n, "grant_extension", by=town.desk, at=moment(n, 15))))
        if days is not None:
            end = moment(n + days, 16)
            script.append((end, does(n, "resolve", what_was_done="已清理", by=town.liaison, at=end)))
    script.append((moment(16, 9), does(3, "verify_fail", note="仍有垃圾", false_reply=True, by=town.inspector, at=moment(16, 9))))
    script.append((moment(4, 9), begins("disputed", moment(4, 9), town.water)))
    script.append((moment(4, 10), does("disputed", "dispute", reason="不归我局", proposed_unit=town.city, by=town.stranger, at=moment(4, 10))))
    script.append((moment(7, 10), does("disputed", "uphold", unit=town.city, by=town.desk, at=moment(7, 10))))
    return sorted(script, key=lambda line: line[0])


def test_trial_of_the_policy_that_holds_tells_what_happened(town: Town) -> None:
    """The same weeks lived with the job at every hour, and looked at afterwards."""
    script, now = lives(town), MONDAY
    while now < moment(31):
        while script and script[0][0] <= now:
            script.pop(0)[1]()
        jobs.climb_due(now)
        now += dt.timedelta(hours=1)
    happened = Counter(Rung.objects.filter(overtaken=False).values_list("step", flat=True))
    written = Counter(LetterDue.objects.values_list("kind", flat=True))
    found = simulate(MONDAY, moment(31), settings(), 4)
    assert (found.steps, found.letters) == (happened, written) and set(happened) == {"remind", "overdue", "urge", "talk", "leader"}
    assert found.held_back == len({(r.unit_id, r.step, selectors.monday(r.at)) for r in Rung.objects.filter(capped=True)})
    none = simulate(MONDAY, moment(31), {key: ladder.Setting(False, one.measure) for key, one in settings().items()}, 100)
    assert not none.steps and none.cases == found.cases
    strict = simulate(MONDAY, moment(31), settings(), 0)
    assert not strict.letters and strict.steps == found.steps
    taken = Counter(Rung.objects.filter(overtaken=False).values_list("case_id", "step"))
    assert Counter((one.case, one.step) for one in found.behind()) == taken
    assert len(found.behind(step="remind")) == found.steps["remind"] and len(found.behind(paper="any")) == sum(found.letters.values())
    assert len(strict.behind(held_back=True)) == strict.held_back > 0
    assert simulate(moment(200), moment(230), settings(), 9).steps == Counter()
