"""Verification by sampling: off unless the office wants it, drawn so that anyone can do it again, honest in the figures."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from yipanqi.cases import actions as cases
from yipanqi.cases.models import Case, Report
from yipanqi.cases.tests.town import Town, moment
from yipanqi.desk.actions import change_policy
from yipanqi.figures import FIGURES, Period, Scope
from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.policy import keep_policy
from yipanqi.mobile.selectors import verifiable
from yipanqi.rechecks import drawing, jobs, sampling, selectors
from yipanqi.rechecks.models import SampleDraw

#: The least share there is; no case of these tests happens to be drawn with it.
SELDOM = 5


@pytest.fixture
def town(db: None) -> Town:
    return Town()


def spared(town: Town) -> Case:
    """A case mended on day 0 and not drawn; its term is over on day 5."""
    case = town.resolved(moment())
    jobs.draw_verifications(moment(1))
    case.refresh_from_db()
    assert case.spared_until is not None
    return case


def waits_for_a_person(town: Town, case: Case) -> bool:
    jobs.draw_verifications(moment(6))
    case.refresh_from_db()
    return case.state == "resolved" and case.spared_until is None and verifiable(town.inspector).filter(pk=case.pk).exists()


def share(percent: float, at: dt.datetime | None = None) -> None:
    keep_policy("rechecks.verify_share_2", percent, by="test", at=at or moment(-1))


def test_by_default_everything_is_verified(town: Town) -> None:
    case = town.resolved(moment())
    jobs.draw_verifications(moment(10))
    assert not SampleDraw.objects.exists() and Case.objects.get(pk=case.pk).state == "resolved"


def test_what_is_not_drawn_is_struck_off_after_its_term_and_says_so(town: Town) -> None:
    share(SELDOM)
    case = town.resolved(moment())
    jobs.draw_verifications(moment(1))
    spared = Case.objects.get(pk=case.pk)
    assert spared.state == "resolved" and spared.spared_until and not verifiable(town.inspector).exists()
    jobs.draw_verifications(moment(3))
    assert Case.objects.get(pk=case.pk).state == "resolved"
    jobs.draw_verifications(moment(5))
    closed = Case.objects.get(pk=case.pk)
    assert closed.state == "closed" and closed.by_sample
    move = closed.moves.order_by("id").last()
    assert move and "抽样核查未抽中" in move.note and move.actor is None
    assert closed in selectors.candidates(moment(5).date())


def test_what_was_mended_while_everything_was_verified_is_verified(town: Town) -> None:
    before, that_day = town.resolved(moment()), town.resolved(moment(6))
    share(SELDOM, at=moment(6, 15))
    after = town.resolved(moment(7))
    jobs.draw_verifications(moment(8))
    assert {c.pk: c.spared_until is None for c in Case.objects.filter(state="resolved")} == {before.pk: True, that_day.pk: True, after.pk: False}
    assert list(SampleDraw.objects.values_list("day", flat=True)) == [moment(7).date()]


def test_nobody_decides_that_nobody_looks(town: Town) -> None:
    for wrong in (0, 4.9, 101):
        with pytest.raises(Refused, match="应在 5 和 100 之间"):
            change_policy(None, key="rechecks.verify_share_2", value=wrong, by=town.head, at=moment())
    share(0)  # as an earlier version kept it
    assert sampling.share_of(2) == 0.05


def test_the_draw_can_be_done_again(town: Town) -> None:
    share(50)
    numbers = [town.resolved(moment(0, 9, n)).number for n in range(12)]
    jobs.draw_verifications(moment(1))
    draw = SampleDraw.objects.get(day=moment().date())
    again = {number: drawing.verified_by_person(draw.seed, number, part) for number, _severity, part, _why in draw.candidates}
    assert sorted(again) == sorted(numbers)
    assert {c.number: c.spared_until is None for c in Case.objects.filter(number__in=numbers)} == again
    jobs.draw_verifications(moment(1, 12))
    assert SampleDraw.objects.filter(day=moment().date()).count() == 1


def test_a_unit_that_was_sent_back_is_verified_in_full_for_a_while(town: Town) -> None:
    share(SELDOM)
    first = town.resolved(moment())
    cases.verify_fail(first, note="没清干净", by=town.inspector, at=moment(0, 15))
    second = town.resolved(moment(1))
    assert sampling.why_in_full(second, moment(2)) == "unit" and sampling.why_in_full(second, moment(40)) == ""
    jobs.draw_verifications(moment(2))
    assert Case.objects.get(pk=second.pk).spared_until is None and verifiable(town.inspector).filter(pk=second.pk).exists()


def test_somebody_may_look_before_the_term_and_severe_ones_are_always_verified(town: Town) -> None:
    share(SELDOM)
    case = town.resolved(moment())
    jobs.draw_verifications(moment(1))
    failed = cases.verify_fail(Case.objects.get(pk=case.pk), note="没清干净", by=town.inspector, at=moment(2))
    assert failed.spared_until is None and failed.state == "handling"
    jobs.draw_verifications(moment(9))
    assert Case.objects.get(pk=case.pk).state == "handling"
    severe = town.resolved(moment(50))
    severe.severity = 3
    assert sampling.why_in_full(severe, moment(51)) == "severe"


def test_what_is_seen_again_after_it_was_spared_is_verified_by_a_person(town: Town) -> None:
    share(SELDOM)
    case = spared(town)
    cases.confirm(case, note="还是没有改好", by=town.inspector, at=moment(2))
    case.refresh_from_db()
    assert case.spared_until is None and waits_for_a_person(town, case)


def test_another_report_merged_into_a_spared_case_brings_a_person(town: Town) -> None:
    share(SELDOM)
    case = spared(town)
    again = town.report(moment(2), description="还是没有改好")
    cases.merge(again, primary=case, by=town.desk, at=moment(2, 10))
    case.refresh_from_db()
    assert case.spared_until is None and waits_for_a_person(town, case)


def test_severity_raised_after_the_draw_brings_a_person(town: Town) -> None:
    share(SELDOM)
    case = spared(town)
    Case.objects.filter(pk=case.pk).update(severity=4)
    assert waits_for_a_person(town, case)


def test_words_of_others_and_low_ratings_bring_a_person_those_of_the_unit_do_not(town: Town) -> None:
    share(SELDOM)
    quiet, said, rated = spared(town), town.resolved(moment(0, 10)), town.resolved(moment(0, 11))
    Case.objects.filter(pk__in=[said.pk, rated.pk]).update(spared_until=moment(4))
    cases.comment(quiet, note="现场已保洁", by=town.liaison, at=moment(2))
    cases.comment(Case.objects.get(pk=said.pk), note="路过看到垃圾还在", by=town.inspector, at=moment(2))
    Report.objects.create(code="AAAABBBBCC", case=rated, sent_at=moment(-1), text="垃圾", answer="已改", answered_at=moment(1), rating=1, rated_at=moment(2))
    assert waits_for_a_person(town, said) and waits_for_a_person(town, rated)
    assert Case.objects.get(pk=quiet.pk).state == "closed"
    with pytest.raises(cases.NotSpared):
        Case.objects.filter(pk=said.pk).update(spared_until=moment(4))
        cases.close_unsampled(said, draw="x", by=SYSTEM, at=moment(9))


def test_who_goes_back_to_verifying_everything_verifies_what_was_spared_too(town: Town) -> None:
    share(SELDOM)
    case = spared(town)
    share(100)
    assert waits_for_a_person(town, case)


def test_only_the_system_spares_and_strikes_off(town: Town) -> None:
    case = town.resolved(moment())
    with pytest.raises(NotAllowed):
        cases.spare(case, until=moment(3), by=town.head, at=moment(1))
    with pytest.raises(cases.NotSpared):
        cases.close_unsampled(case, draw="x", by=SYSTEM, at=moment(9))


def test_figures_tell_verified_from_sampled(town: Town) -> None:
    share(SELDOM)
    town.closed(moment())
    town.resolved(moment(0, 10))
    jobs.draw_verifications(moment(1))
    jobs.draw_verifications(moment(6))
    march = Period(moment().date().replace(day=1), moment().date().replace(day=31))
    told = {key: FIGURES[f"cases.{key}"].value(march, Scope(), moment(20)) for key in ("closed", "closed_by_sample", "verified_share", "rework_rate")}
    assert (told["closed"].n, told["closed_by_sample"].n, told["verified_share"].numerator, told["verified_share"].denominator) == (2, 1, 1, 2)
    assert told["rework_rate"].denominator == 1


def test_the_trial_is_shown(town: Town) -> None:
    town.closed(moment())
    found = {one.severity: one for one in sampling.trial({1: 0.5, 2: 0.0}, moment(5))}
    assert (found[2].n, found[2].failed, found[2].spared) == (1, 0, 1)
    client = Client()
    client.force_login(town.desk)
    page = client.get("/rechecks/verification/?share_1=30&share_2=50").content.decode()
    assert ">试算</button>" in page and ">筛选" not in page, "the form tries shares, it filters nothing"
    assert "目前没有启用" in page and "可以少跑" in page
