"""What service and reports bring, and what is taken back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from yipanqi.activities.events import HoursCorrected, HoursSettled
from yipanqi.cases import actions as cases
from yipanqi.cases.tests.town import Town
from yipanqi.kernel.actions import Conflict, NotAllowed, Refused
from yipanqi.kernel.actors import SYSTEM, Visitor
from yipanqi.kernel.events import publish
from yipanqi.kernel.outbox import deliver_due
from yipanqi.kernel.policy import keep_policy
from yipanqi.points import actions, jobs, selectors
from yipanqi.points.earning import lost_before, worth
from yipanqi.points.models import Claim, Entry, Rule
from yipanqi.points.tests.world import Savings, balanced, moment


@pytest.fixture
def savings(db: None) -> Savings:
    return Savings()


def credit(savings: Savings, attendance: object, day: int = 0) -> None:
    actions.credit_hours(None, attendance=attendance.pk, by=SYSTEM, at=moment(day, 20))  # type: ignore[attr-defined]


@pytest.mark.parametrize(("minutes", "step", "per_hour", "factor", "parts"), [
    (59, 60, 1, 1, 0), (150, 60, 1, 1, 200), (89, 30, 1, 1, 100), (90, 30, 1, 1, 150), (90, 15, 1, 1.5, 225), (7, 1, 1, 1, 12), (120, 30, 2, 0.5, 200), (60, 60, 1, 0, 0),
])  # fmt: skip
def test_worth_counts_full_steps_by_the_coefficient(minutes: int, step: int, per_hour: int, factor: float, parts: int) -> None:
    rule = Rule(starts_on=dt.date(2026, 1, 1), per_hour=Decimal(per_hour), step=step, coefficients={"care": factor})
    assert worth(rule, minutes, "care") == parts


def test_lost_before_counts_months_back_to_a_day_that_is() -> None:
    rule = Rule(starts_on=dt.date(2026, 1, 1), months=1)
    assert lost_before(rule, dt.date(2026, 3, 31)) == dt.date(2026, 2, 28)
    rule.months = 24
    assert lost_before(rule, dt.date(2026, 3, 2)) == dt.date(2024, 3, 2) and lost_before(Rule(months=0), dt.date(2026, 3, 2)) is None


def test_credit_hours_twice_or_out_of_order_books_once(savings: Savings) -> None:
    done = savings.attended("ann", 150)
    for _n in range(3):
        credit(savings, done)
    assert savings.points("ann") == 2.5 and Entry.objects.count() == 1
    done.minutes = 60
    done.save()
    credit(savings, done)
    actions.correct_hours(None, attendance=done.pk, by=SYSTEM, at=moment(1))
    assert savings.points("ann") == 1 and balanced()
    done.minutes = 180
    done.save()
    actions.correct_hours(None, attendance=done.pk, by=SYSTEM, at=moment(2))
    assert savings.points("ann") == 3 and balanced()


def test_hours_settled_and_corrected_arrive_as_events(savings: Savings) -> None:
    done = savings.attended("ann", 120)
    facts = {"attendance_id": done.pk, "volunteer_id": done.volunteer_id, "on": str(done.served_on), "at": moment(0, 20)}
    publish(HoursSettled(kind_id=savings.kind.pk, minutes=120, **facts))
    while deliver_due(moment(1)):
        pass
    assert savings.points("ann") == 2
    done.state, done.minutes = "void", 0
    done.save()
    publish(HoursCorrected(minutes_before=120, minutes=0, **facts))
    while deliver_due(moment(1)):
        pass
    assert savings.points("ann") == 0 and balanced()


def test_correct_hours_of_what_brought_nothing_brings_nothing(savings: Savings) -> None:
    done = savings.attended("ann", 120)
    assert actions.correct_hours(None, attendance=done.pk, by=SYSTEM, at=moment(1)) is None
    assert actions.credit_hours(None, attendance=10**9, by=SYSTEM, at=moment(1)) is None
    assert actions.credit_hours(None, attendance=savings.attended("ann", 60, state="proposed").pk, by=SYSTEM, at=moment(1)) is None
    assert savings.points("ann") == 0


def test_before_the_first_rule_nothing_is_earned(savings: Savings) -> None:
    credit(savings, savings.attended("ann", 120, day=-600))
    assert savings.points("ann") == 0


def test_service_keeps_the_rule_of_its_day(savings: Savings) -> None:
    actions.add_rule(None, starts_on=moment(1).date(), per_hour=2, coefficients={"care": 1.5}, by=savings.centre, at=moment())
    credit(savings, savings.attended("ann", 60, day=0), day=2)
    assert savings.points("ann") == 1
    credit(savings, savings.attended("ann", 60, day=1), day=2)
    assert savings.points("ann") == 4


def test_taken_back_after_spending_is_owed_and_worked_off_first(savings: Savings) -> None:
    done = savings.earn("ann", 4)
    actions.redeem(savings.shows("ann"), by=savings.clerk, at=moment())
    done.minutes = 0
    done.save()
    actions.correct_hours(None, attendance=done.pk, by=SYSTEM, at=moment(1))
    account = savings.account("ann")
    assert (account.balance, account.debt) == (0, 300) and balanced()
    savings.earn("ann", 2, day=2)
    account.refresh_from_db()
    assert (account.balance, account.debt) == (0, 100) and balanced()
    savings.earn("ann", 2, day=3)
    account.refresh_from_db()
    assert (account.balance, account.debt) == (100, 0) and balanced()


def test_forgive_debt_lets_off_what_was_nobodys_fault(savings: Savings) -> None:
    done = savings.earn("ann", 4)
    actions.redeem(savings.shows("ann"), by=savings.clerk, at=moment())
    done.state = "void"
    done.save()
    actions.correct_hours(None, attendance=done.pk, by=SYSTEM, at=moment(1))
    with pytest.raises(Refused):
        actions.forgive_debt(savings.account("ann"), why="", by=savings.centre, at=moment(1))
    actions.forgive_debt(savings.account("ann"), why="系统误记", by=savings.centre, at=moment(1))
    assert savings.account("ann").debt == 0 and balanced()
    with pytest.raises(Refused):
        actions.forgive_debt(savings.account("ann"), why="再免", by=savings.centre, at=moment(1))


def test_beyond_the_cap_nothing_is_credited_and_nothing_later(savings: Savings) -> None:
    actions.add_rule(None, starts_on=moment(1).date(), cap=3, by=savings.centre, at=moment())
    done = savings.earn("ann", 5, day=2)
    assert savings.points("ann") == 3
    actions.redeem(savings.shows("ann", day=2), by=savings.clerk, at=moment(2))
    credit(savings, done, day=3)
    assert savings.points("ann") == 0, "what was told before is not credited when there is room again"
    done.minutes = 240
    done.save()
    credit(savings, done, day=3)
    assert savings.account("ann").debt == 0, "still more than was booked"


def test_expire_takes_the_oldest_unspent_and_twice_is_once(savings: Savings) -> None:
    savings.earn("ann", 4, day=-800)
    assert savings.points("ann") == 0, "before the first rule"
    savings.earn("ann", 4, day=-420)
    savings.earn("ann", 2, day=-10)
    actions.redeem(savings.shows("ann"), by=savings.clerk, at=moment())
    actions.add_rule(None, starts_on=moment(1).date(), months=12, by=savings.centre, at=moment())
    assert selectors.expiring_by(savings.account("ann"), moment(1).date()) == 100
    for _n in range(2):
        jobs.expire(moment(1, 3))
    assert savings.points("ann") == 2 and balanced()
    assert Entry.objects.filter(kind="expire").count() == 1
    jobs.expire(moment(400, 3))
    assert savings.points("ann") == 0 and balanced()


def test_what_a_reversal_brings_back_keeps_its_age(savings: Savings) -> None:
    savings.earn("ann", 4, day=-420)
    entry = actions.redeem(savings.shows("ann"), by=savings.clerk, at=moment())
    actions.reverse(entry, why="物品损坏", by=savings.centre, at=moment())
    actions.add_rule(None, starts_on=moment(1).date(), months=12, by=savings.centre, at=moment())
    assert selectors.expiring_by(savings.account("ann"), moment(1).date()) == 400


def test_nothing_expires_where_the_rule_says_so(savings: Savings) -> None:
    actions.add_rule(None, starts_on=moment(1).date(), months=0, cap=0, by=savings.centre, at=moment())
    savings.earn("ann", 2000, day=2)
    jobs.expire(moment(3000))
    assert savings.points("ann") == 2000


def reported(town: Town, day: int = 0) -> object:
    return cases.report_by_resident(None, text="井盖破损", by=Visitor("r"), at=moment(day))


def struck_off(town: Town, report: object, day: int = 0) -> None:
    case = cases.accept(report.case, issue_class=town.class_, by=town.desk, at=moment(day, 10))  # type: ignore[attr-defined]
    cases.fix_on_the_spot(case, note="已更换", by=town.inspector, at=moment(day, 11))
    while deliver_due(moment(day, 12)):
        pass


def test_claim_report_brings_points_once_its_case_is_struck_off(savings: Savings) -> None:
    town = Town()
    report = reported(town)
    claim = actions.claim_report(savings.account("ann"), code=report.code.lower(), by=savings.ann, at=moment(0, 10))  # type: ignore[attr-defined]
    assert claim.credited_at is None and savings.points("ann") == 0
    struck_off(town, report)
    assert savings.points("ann") == 1 and balanced()
    claim = Claim.objects.get()
    actions.credit_report(claim, by=SYSTEM, at=moment(5))
    assert savings.points("ann") == 1
    with pytest.raises(Conflict):
        actions.claim_report(savings.account("bob"), code=report.code, by=savings.bob, at=moment(1))  # type: ignore[attr-defined]
    entry = Entry.objects.get(kind="report")
    actions.redeem(savings.shows("ann", reward=actions.add_reward(savings.shop, name="皂", cost=1, stock=1, by=savings.clerk, at=moment())), by=savings.clerk, at=moment())
    actions.reverse(entry, why="虚假反映", by=savings.centre, at=moment(6))
    assert savings.account("ann").debt == 100 and balanced()


def test_claim_report_after_the_case_is_struck_off_brings_points_at_once(savings: Savings) -> None:
    town = Town()
    report = reported(town)
    struck_off(town, report)
    actions.claim_report(savings.account("ann"), code=report.code, by=savings.ann, at=moment(3))  # type: ignore[attr-defined]
    assert savings.points("ann") == 1


def test_claim_report_of_nothing_too_late_or_declined_is_refused(savings: Savings) -> None:
    town = Town()
    account = savings.account("ann")
    with pytest.raises(Refused, match="没有这个查询码"):
        actions.claim_report(account, code="NOPE", by=savings.ann, at=moment())
    late, declined = reported(town), reported(town)
    with pytest.raises(Refused, match="太久"):
        actions.claim_report(account, code=late.code, by=savings.ann, at=moment(90))  # type: ignore[attr-defined]
    cases.reject(declined.case, reason="不属实", by=town.desk, at=moment())  # type: ignore[attr-defined]
    with pytest.raises(Refused, match="不计积分"):
        actions.claim_report(account, code=declined.code, by=savings.ann, at=moment())  # type: ignore[attr-defined]
    with pytest.raises(NotAllowed):
        actions.claim_report(account, code=late.code, by=savings.bob, at=moment())  # type: ignore[attr-defined]


def test_reports_beyond_the_months_number_bring_nothing(savings: Savings) -> None:
    actions.add_rule(None, starts_on=moment(1).date(), reports_a_month=1, by=savings.centre, at=moment())
    town = Town()
    for _n in range(2):
        report = reported(town, 2)
        actions.claim_report(savings.account("ann"), code=report.code, by=savings.ann, at=moment(2, 10))  # type: ignore[attr-defined]
        struck_off(town, report, 2)
    assert savings.points("ann") == 1 and Claim.objects.filter(credited_at__isnull=False).count() == 2


def test_switched_off_nothing_is_earned_and_what_was_earned_stays(savings: Savings) -> None:
    savings.earn("ann", 4)
    keep_policy("points.enabled", False, by="test", at=moment())
    done = savings.attended("ann", 60)
    publish(HoursSettled(kind_id=savings.kind.pk, minutes=60, attendance_id=done.pk, volunteer_id=done.volunteer_id, on=str(done.served_on), at=moment(0, 20)))
    while deliver_due(moment(1)):
        pass
    jobs.expire(moment(2000))
    jobs.lapse_vouchers(moment(2000))
    assert savings.points("ann") == 4 and Entry.objects.count() == 1
    with pytest.raises(NotAllowed):
        actions.show_code(savings.account("ann"), reward=savings.soap, by=savings.ann, at=moment())


def test_rules_in_force_are_not_changed(savings: Savings) -> None:
    terms = {"per_hour": 1, "step": 60, "report": 1, "reports_a_month": 5, "cap": 100, "months": 12}
    with pytest.raises(Refused, match="已经施行"):
        actions.change_rule(savings.rule, **terms, by=savings.centre, at=moment())
    with pytest.raises(Refused, match="明天或以后"):
        actions.add_rule(None, starts_on=moment().date(), by=savings.centre, at=moment())
    with pytest.raises(Conflict):
        actions.add_rule(None, starts_on=savings.rule.starts_on, by=savings.centre, at=moment())
    coming = actions.add_rule(None, starts_on=moment(10).date(), by=savings.centre, at=moment())
    for wrong in ({"coefficients": {"nope": 1}}, {"coefficients": {"care": 11}}, {"per_hour": 0}, {"step": 7}):
        with pytest.raises(Refused):
            actions.change_rule(coming, **terms | wrong, by=savings.centre, at=moment())
    assert actions.change_rule(coming, **terms, by=savings.centre, at=moment()).cap == 100
    with pytest.raises(NotAllowed):
        actions.drop_rule(coming, by=savings.clerk, at=moment())
    actions.drop_rule(coming, by=savings.centre, at=moment())
    with pytest.raises(Refused):
        actions.drop_rule(savings.rule, by=savings.centre, at=moment())
    assert Rule.objects.count() == 1
