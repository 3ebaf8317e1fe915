"""Periods and cards: counted from figures, frozen with their records, published, objected to, counted again."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from yipanqi.cases.models import Case
from yipanqi.cases.tests.town import MONDAY, moment
from yipanqi.figures import FIGURES, Scope
from yipanqi.kernel import outbox
from yipanqi.kernel.actions import Conflict, NotAllowed, Refused
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.machine import WrongState
from yipanqi.kernel.models import JournalEntry
from yipanqi.kernel.policy import keep_policy
from yipanqi.messaging.models import Message
from yipanqi.people.models import Appointment, Role
from yipanqi.rechecks.figures import REBOUND
from yipanqi.scoring import actions, counting, jobs, selectors
from yipanqi.scoring.measures import MEASURES
from yipanqi.scoring.models import Objection, Scorecard, ScorePeriod
from yipanqi.scoring.tests.world import APRIL, ScoredTown, late, rechecked


@pytest.fixture
def town(db: None) -> ScoredTown:
    return ScoredTown()


def card(period: ScorePeriod, code: str) -> Scorecard:
    return period.cards.select_related("unit", "period").get(unit__code=code, current=True)


def test_counts_are_those_of_the_registered_figures(town: ScoredTown) -> None:
    period = town.opened()
    rechecked(list(Case.objects.filter(unit=town.water).order_by("-id")[:2]), "back", 0.25)
    rechecked(list(Case.objects.filter(unit=town.clean).order_by("-id")[:2]), "due", 0.25)
    now, behind = counting.counts_now(period.span, APRIL), list(counting.records_now(period.span, APRIL))
    again = counting.counts_of(behind)
    assert set(now) == set(again) >= {"CGJ", "HW", "SW", "D0", "QY"}
    for key, measure in MEASURES.items():
        for line in FIGURES[measure.figure].breakdown("unit", period.span, Scope(), APRIL):
            if not line.key:
                continue
            counted, other = now[line.key][key], again[line.key][key]
            assert (counted.n, counted.d, sum(counted.left_out.values())) == (line.value.numerator, line.value.denominator, line.value.excluded)
            assert counted.rate == pytest.approx(line.value.value) and other.rate == pytest.approx(line.value.value)
            assert (other.n, other.d, other.left_out) == (counted.n, counted.d, counted.left_out)
            assert (counted.size or 0) == pytest.approx(other.size or 0) and (counted.size is None) == (key != "rebound")
    assert now["CGJ"]["closure"].left_out == {"suspended": 1, "rejected": 1} and now["CGJ"]["on_time"].left_out == {"suspended": 1}
    assert now["HW"]["rebound"].left_out == {"due": 2}


def test_opening_keeps_the_settings_and_periods_open_by_themselves(town: ScoredTown) -> None:
    jobs.open_periods(moment(3))
    jobs.open_periods(moment(4))
    assert sorted(ScorePeriod.objects.values_list("code", flat=True)) == ["2026", "2026-03"]
    period = ScorePeriod.objects.get(code="2026-03")
    keep_policy("scoring.weight_on_time", 0.9, by="system", at=MONDAY)
    keep_policy("scoring.min_units", 50, by="system", at=MONDAY)
    assert period.rules.weights["on_time"] == 0.3 and period.rules.min_units == 4
    assert (period.span.start, period.span.end, period.state) == (dt.date(2026, 3, 1), dt.date(2026, 3, 31), "open")
    assert actions.open_period(None, kind="month", day=moment(9).date(), by=town.head, at=moment(9)) == period
    quarter = actions.open_period(None, kind="quarter", day=dt.date(2026, 2, 5), by=town.head, at=moment(9))
    assert (quarter.code, quarter.ends_on, quarter.rules.min_units) == ("2026-Q1", dt.date(2026, 3, 31), 50)
    with pytest.raises(Refused):
        actions.open_period(None, kind="month", day=moment(60).date(), by=town.head, at=moment(9))
    with pytest.raises(NotAllowed):
        actions.open_period(None, kind="month", day=moment(9).date(), by=town.desk, at=moment(9))


def test_open_periods_are_computed_live_and_frozen_ones_stand(town: ScoredTown) -> None:
    period = town.opened()
    live = {one.unit: one for one in selectors.cards_of(period, APRIL)}
    assert "CCB" not in live and live["CGJ"].told["on_time"].counted.n == 20 and not Scorecard.objects.exists()
    assert live["D2"].told["satisfaction"].share is None  # no data, not zero
    with pytest.raises(Refused, match="结束"):
        actions.freeze(period, by=town.head, at=moment(10))
    with pytest.raises(NotAllowed):
        actions.freeze(period, by=town.desk, at=APRIL)
    period = actions.freeze(period, by=town.head, at=APRIL)
    late(town, town.city, 5)
    kept = {one.unit: one for one in selectors.cards_of(period, APRIL)}
    assert set(kept) == set(live)
    for code, one in live.items():
        assert kept[code].tier == one.tier and kept[code].group == one.group
        for key, told in one.told.items():
            assert kept[code].told[key].counted.n == told.counted.n and kept[code].told[key].share == told.share and kept[code].told[key].tier == told.tier
    assert selectors.records(card(period, "CGJ"), "on_time", "no").count() == 2
    assert selectors.records(card(period, "CGJ"), "closure", "out", "rejected").count() == 1
    with pytest.raises(WrongState):
        actions.freeze(period, by=town.head, at=APRIL)


def test_the_better_stand_in_the_better_tier_and_a_lone_enterprise_in_none(town: ScoredTown) -> None:
    kept = {one.unit: one for one in selectors.cards_of(town.frozen(), APRIL)}
    assert kept["CGJ"].tier == 1 < kept["D2"].tier and kept["CGJ"].told["rework"].tier == 1
    assert kept["QY"].tier == 0 and not kept["QY"].told["on_time"].shrunk and kept["QY"].group == "enterprise"


def test_a_frozen_period_is_taken_back_and_counted_again(town: ScoredTown) -> None:
    period = town.frozen()
    with pytest.raises(Refused):
        actions.reopen(period, reason=" ", by=town.head, at=APRIL)
    period = actions.reopen(period, reason="漏计一批案件", by=town.head, at=APRIL)
    late(town, town.city, 5)
    period = actions.freeze(period, by=town.head, at=APRIL)
    assert (card(period, "CGJ").revision, card(period, "CGJ").measures.get(measure="on_time").denominator) == (2, 27)
    assert period.cards.get(unit=town.city, revision=1).measures.get(measure="on_time").denominator == 22
    period = actions.publish(period, by=town.head, at=APRIL)
    with pytest.raises(WrongState):
        actions.reopen(period, reason="再算", by=town.head, at=APRIL)


def test_cards_of_a_period_that_was_taken_back_stay_with_the_office(town: ScoredTown) -> None:
    period = actions.reopen(town.frozen(), reason="漏计一批案件", by=town.head, at=APRIL)
    again = APRIL + dt.timedelta(hours=1)
    period = actions.publish(actions.freeze(period, by=town.head, at=again), by=town.head, at=again)
    assert set(selectors.visible_to(town.liaison).filter(unit=town.city).values_list("revision", flat=True)) == {2}
    assert set(selectors.visible_to(town.client).filter(unit=town.city).values_list("revision", flat=True)) == {2}
    assert set(selectors.visible_to(town.head).filter(unit=town.city).values_list("revision", flat=True)) == {1, 2}


def test_nobody_rules_on_what_they_filed_or_for_the_unit_they_served(town: ScoredTown) -> None:
    period = town.published()
    filed = objection(town, period)
    day = APRIL.date()
    for who in (town.liaison, town.chief):  # one filed it, the other served the unit on that day; both are moved to the desk since
        who.appointments.update(ends_on=day)
        Appointment.objects.create(user=who, unit=town.office, role=Role.DESK, starts_on=day + dt.timedelta(days=1))
        mover = type(who).objects.get(pk=who.pk)
        with pytest.raises(NotAllowed):
            actions.refuse_objection(filed, ruling="不属实", by=mover, at=APRIL + dt.timedelta(days=2))


def test_publishing_tells_the_units_and_opens_the_term_for_objections(town: ScoredTown) -> None:
    with pytest.raises(WrongState):
        actions.publish(town.opened(), by=town.head, at=APRIL)
    period = town.published()
    assert period.objections_until == dt.date(2026, 4, 9)  # five working days after 2 April; nobody told this town of holidays
    outbox.deliver_due(timezone.now())
    told = Message.objects.filter(kind="scoring.published")
    assert {m.to.username for m in told if m.to} >= {"liaison", "chief", "helper", "firm_liaison"} and "head" not in {m.to.username for m in told if m.to}
    assert told[0].facts["code"] == "2026-03"


def objection(town: ScoredTown, period: ScorePeriod, **more: object) -> Objection:
    facts = {"measure": "on_time", "reason": "停水期间无法清洗", "cases": [c.number for c in town.bad], **more}
    made: Objection = actions.object_to_card(card(period, "CGJ"), **facts, by=town.liaison, at=APRIL)  # type: ignore[arg-type]
    return made


def test_an_objection_upheld_makes_a_new_revision_and_the_old_one_stays(town: ScoredTown) -> None:
    period = town.published()
    before = card(period, "CGJ")
    others = {one.unit: one for one in selectors.cards_of(period, APRIL) if one.unit != "CGJ"}
    filed = objection(town, period)
    with pytest.raises(NotAllowed):
        actions.uphold_objection(filed, ruling="属实", cases=[town.bad[0].number], by=town.own_desk, at=APRIL)  # serves the unit
    with pytest.raises(NotAllowed):
        actions.uphold_objection(filed, ruling="属实", cases=[town.bad[0].number], by=town.liaison, at=APRIL)
    with pytest.raises(Refused, match="至少"):
        actions.uphold_objection(filed, ruling="属实", cases=[], by=town.desk, at=APRIL)
    ruled = actions.uphold_objection(filed, ruling="属实", cases=[town.bad[0].number], by=town.desk, at=APRIL)
    after = card(period, "CGJ")
    assert (ruled.state, ruled.result, ruled.ruled_by, after.revision) == ("upheld", after, town.desk, 2)
    old, new = (one.measures.get(measure="on_time") for one in (before, after))
    assert (old.numerator, old.denominator, new.numerator, new.denominator) == (20, 22, 20, 21)
    assert new.left_out == {"suspended": 1, "objection": 1} and new.value > old.value and after.score > before.score
    assert after.measures.get(measure="rework").value == before.measures.get(measure="rework").value
    assert [r.case for r in selectors.records(after, "on_time", "out", "objection")] == [town.bad[0]]
    assert not Scorecard.objects.get(pk=before.pk).current and period.cards.filter(unit=town.city).count() == 2
    assert {one.unit: one for one in selectors.cards_of(period, APRIL) if one.unit != "CGJ"} == others
    assert list(ruled.named.filter(left_out=True).values_list("case", flat=True)) == [town.bad[0].pk] and ruled.named.count() == 2
    outbox.deliver_due(timezone.now())
    assert set(Message.objects.filter(kind="scoring.objection").values_list("to__username", flat=True)) == {"head", "desk", "own_desk"}
    assert set(Message.objects.filter(kind="scoring.ruled").values_list("to__username", flat=True)) == {"liaison", "chief"}
    kept = set(JournalEntry.objects.filter(action__startswith="scoring.").values_list("action", flat=True))
    assert {"scoring.object_to_card", "scoring.uphold_objection", "scoring.freeze", "scoring.publish", "scoring.open_period"} <= kept
    with pytest.raises(WrongState):
        actions.refuse_objection(filed, ruling="再想想", by=town.desk, at=APRIL)
    with pytest.raises(Conflict):
        actions.object_to_card(before, reason="旧的一版", by=town.liaison, at=APRIL)
    second = actions.object_to_card(after, reason="整张卡", cases=[town.bad[1].number], by=town.liaison, at=APRIL)
    actions.uphold_objection(second, ruling="属实", cases=[town.bad[1].number], by=town.head, at=APRIL)
    last = card(period, "CGJ")
    assert (last.revision, last.measures.get(measure="on_time").denominator, last.measures.get(measure="closure").left_out) == (3, 20, {"rejected": 1, "suspended": 1, "objection": 1})


def test_a_rebound_left_out_is_weighed_again(town: ScoredTown) -> None:
    back = list(Case.objects.filter(unit=town.city, state="closed").order_by("-id")[:1])
    rechecked(back, "back", 0.1)
    period = town.published()
    before = card(period, "CGJ").measures.get(measure="rebound")
    assert before.raw == pytest.approx(REBOUND.value(period.span, Scope(unit="CGJ"), APRIL).value) and before.size < before.denominator
    filed = objection(town, period, measure="rebound", cases=[back[0].number])
    actions.uphold_objection(filed, ruling="属实", cases=[back[0].number], by=town.desk, at=APRIL)
    after = card(period, "CGJ").measures.get(measure="rebound")
    assert (after.raw, after.numerator, after.denominator) == (0, 0, 3) and after.size == pytest.approx(3)


def test_an_objection_refused_or_withdrawn_leaves_the_card(town: ScoredTown) -> None:
    period = town.published()
    filed = objection(town, period)
    with pytest.raises(Conflict):
        objection(town, period)
    with pytest.raises(Refused):
        actions.refuse_objection(filed, ruling="", by=town.desk, at=APRIL)
    actions.refuse_objection(filed, ruling="期限已顺延，仍超期", by=town.desk, at=APRIL)
    again = objection(town, period)
    with pytest.raises(NotAllowed):
        actions.withdraw_objection(again, by=town.helper, at=APRIL)
    assert actions.withdraw_objection(again, by=town.chief, at=APRIL).state == "withdrawn"
    assert card(period, "CGJ").revision == 1


def test_objections_need_a_published_card_a_reason_cases_that_count_and_time(town: ScoredTown) -> None:
    period = town.frozen()
    with pytest.raises(Refused, match="公布以后"):
        objection(town, period)
    period = actions.publish(period, by=town.head, at=APRIL)
    with pytest.raises(Refused, match="理由"):
        objection(town, period, reason=" ")
    with pytest.raises(Refused, match="没有计入"):
        objection(town, period, cases=["T-999999"])
    with pytest.raises(Refused, match="没有这项"):
        objection(town, period, measure="speed")
    with pytest.raises(NotAllowed):
        actions.object_to_card(card(period, "CGJ"), reason="不是我们的卡", by=town.helper, at=APRIL)
    with pytest.raises(Refused, match="截止"):
        actions.object_to_card(card(period, "CGJ"), reason="太晚", by=town.liaison, at=APRIL + dt.timedelta(days=8))
    on_last_day = actions.object_to_card(card(period, "CGJ"), reason="最后一天", by=town.chief, at=APRIL + dt.timedelta(days=7, hours=10))
    assert on_last_day.state == "filed"


def test_groups_follow_the_policy_of_when_the_period_was_opened(town: ScoredTown) -> None:
    keep_policy("scoring.peer_groups", {"enterprise": "责任单位", "department": "责任单位", "nonsense": "x"}, by="system", at=MONDAY)
    period = actions.open_period(None, kind="month", day=MONDAY.date(), by=SYSTEM, at=MONDAY)
    keep_policy("scoring.peer_groups", "garbage", by="system", at=MONDAY)
    kept = {one.unit: one for one in selectors.cards_of(period, APRIL)}
    assert kept["QY"].group == kept["CGJ"].group == "责任单位" and kept["CCB"].group == "office"
    assert actions.open_period(None, kind="year", day=MONDAY.date(), by=SYSTEM, at=MONDAY).rules.groups == {}
