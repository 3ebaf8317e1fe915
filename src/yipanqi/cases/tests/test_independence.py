"""Nobody verifies their own work, nor that of their unit, of those above or below it; and nobody acts for a foreign unit."""

from __future__ import annotations

import datetime as dt

import pytest

from yipanqi.cases import actions, selectors
from yipanqi.cases.models import Case
from yipanqi.cases.tests.town import Town, moment, person, unit
from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.people.models import Appointment, Role, Unit, User


def also(user: User, where: Unit, role: str, ends_on: dt.date | None = None) -> User:
    """The same person read afresh, with one more appointment."""
    Appointment.objects.create(user=user, unit=where, role=role, starts_on=dt.date(2020, 1, 1), ends_on=ends_on)
    return User.objects.get(pk=user.pk)


def may_verify(user: User, case: Case) -> bool:
    found = {m.name: m for m in selectors.open_moves(case, User.objects.get(pk=user.pk))}
    told = found.get("verify_pass") or found["recheck_pass"]
    assert told.allowed or "上下级单位" in str(told.why_not)
    return told.allowed


def test_sign_for_a_unit_that_one_only_inspects_is_refused(town: Town) -> None:
    both = also(town.liaison, town.clean, Role.GRID)
    case = town.dispatched(co_units=(town.clean,))
    with pytest.raises(Refused, match="贵单位目前没有"):
        actions.sign(case, unit=town.clean, by=both, at=moment(0, 10))
    case = actions.sign(case, by=both, at=moment(0, 10))
    assert [(p.unit, p.state) for p in selectors.live(case)] == [(town.city, "handling"), (town.clean, "dispatched")]


def test_verify_by_whoever_signed_and_moved_to_the_office_is_refused(town: Town) -> None:
    mover = person("mover", Role.LIAISON, town.city)
    case = actions.sign(town.dispatched(), by=mover, at=moment(0, 10))
    Appointment.objects.filter(user=mover).update(ends_on=dt.date(2026, 3, 1))
    mover = also(mover, town.office, Role.INSPECTOR)
    case = actions.resolve(case, what_was_done="已清理", by=town.chief, at=moment(0, 11))
    assert not may_verify(mover, case) and may_verify(town.inspector, case)
    with pytest.raises(NotAllowed, match="签收或反馈整改的本人"):
        actions.verify_pass(case, by=mover, at=moment(0, 12))


def test_verify_by_who_served_the_unit_when_it_reported_is_refused(town: Town) -> None:
    before = also(person("before", Role.INSPECTOR, town.office), town.city, Role.GRID, ends_on=dt.date(2026, 3, 1))
    then = also(person("then", Role.INSPECTOR, town.office), town.city, Role.GRID, ends_on=dt.date(2026, 3, 2))
    case = town.resolved()
    assert may_verify(before, case) and not may_verify(then, case)


def test_recheck_by_a_unit_whose_reported_share_was_withdrawn_is_refused(town: Town) -> None:
    cleaner = person("cleaner", Role.INSPECTOR, town.clean)
    case = town.handling(co_units=(town.clean,))
    case = actions.resolve(actions.sign(case, by=town.helper, at=moment(0, 10)), what_was_done="已协助", by=town.helper, at=moment(0, 10))
    case = actions.dispute(case, reason="不归我管", by=town.liaison, at=moment(0, 11))
    case = actions.uphold(case, unit=town.clean, by=town.desk, at=moment(0, 11))
    case = actions.dispute(case, reason="不归我管", by=town.helper, at=moment(0, 11))
    case = actions.uphold(case, unit=town.water, by=town.desk, at=moment(0, 11))
    case = actions.sign(case, by=town.stranger, at=moment(0, 12))
    case = actions.resolve(case, what_was_done="已清理", by=town.stranger, at=moment(0, 13))
    assert [p.unit for p in selectors.live(case)] == [town.water] and not may_verify(cleaner, case)
    case = actions.verify_pass(case, by=town.inspector, at=moment(0, 14))
    with pytest.raises(NotAllowed):
        actions.recheck_pass(case, by=cleaner, at=moment(3, 9))
    assert may_verify(town.own_inspector, case)  # its unit gave the case back unmended


def test_verify_by_units_above_or_below_is_refused_but_not_by_the_office(town: Town) -> None:
    team, district = unit("HWD", "清运队"), unit("QX", "区城管局")
    for child, parent in ((team, town.city), (town.city, district), (district, town.office), (town.water, town.office)):
        child.parent = parent
        child.save()
    below, above = person("below", Role.INSPECTOR, team), person("above", Role.INSPECTOR, district)
    beside = person("beside", Role.INSPECTOR, town.water)
    case = town.resolved()
    assert [may_verify(one, case) for one in (below, above, beside, town.inspector)] == [False, False, True, True]


def test_verify_of_what_the_office_mended_is_for_others(town: Town) -> None:
    clerk = person("clerk", Role.LIAISON, town.office)
    case = actions.dispatch(town.filed(), unit=town.office, by=town.desk, at=moment(0, 10))
    case = actions.resolve(actions.sign(case, by=clerk, at=moment(0, 11)), what_was_done="已更换", by=clerk, at=moment(0, 12))
    assert not may_verify(town.inspector, case) and may_verify(town.own_inspector, case)
