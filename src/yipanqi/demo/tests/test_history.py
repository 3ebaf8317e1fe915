"""Histories are legal, plausible, complete and always the same."""

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from yipanqi.demo.build import DemoCity, build_city
from yipanqi.demo.life import STATES, state_after
from yipanqi.demo.standard import ItemSpec
from yipanqi.demo.stories import CaseStory
from yipanqi.demo.visits import letter_for
from yipanqi.demo.worktime import CST, WorkTime


def of_year(city: DemoCity, year: int) -> list[CaseStory]:
    return [story for story in city.history.cases if story.found_at.year == year]


def test_build_is_the_same_for_the_same_seed(small: DemoCity, now: datetime) -> None:
    assert build_city("small", now).digest() == small.digest()


def test_build_differs_for_another_seed(small: DemoCity, now: datetime) -> None:
    assert build_city("small", now, seed="other").digest() != small.digest()


def test_build_refuses_what_it_cannot_make(now: datetime) -> None:
    with pytest.raises(ValueError, match="unknown size"):
        build_city("huge", now)
    with pytest.raises(ValueError, match="time zone"):
        build_city("small", now.replace(tzinfo=None))


def test_build_works_early_in_a_year() -> None:
    city = build_city("small", datetime(2027, 1, 4, 9, 0, tzinfo=CST))
    assert {story.state for story in city.history.cases} == set(STATES)


def test_cases_are_as_many_as_the_articles_say(big: DemoCity, small: DemoCity) -> None:
    assert 8000 <= len(of_year(big, 2023)) <= 8300
    assert 1150 <= len(of_year(big, 2026)) <= 1300
    assert 300 <= len(small.history.cases) <= 340
    assert len(big.history.visits) == 3000


def test_cases_of_2023_are_closed_above_ninety_per_cent(big: DemoCity, small: DemoCity) -> None:
    for city in (big, small):
        for at in (datetime(2024, 1, 1, tzinfo=CST), datetime(2026, 11, 20, tzinfo=CST)):
            states = Counter(
                state_after([step for step in story.steps if step.at < at]) for story in of_year(city, 2023)
            )
            due = sum(states[key] for key in ("dispatched", "disputed", "handling", "resolved", "closed"))
            assert states["closed"] / due > 0.9


def test_recent_cases_stand_in_every_state(big: DemoCity, small: DemoCity) -> None:
    for city in (big, small):
        assert {story.state for story in of_year(city, 2026)} == set(STATES)


def test_steps_are_legal_and_in_order(big: DemoCity, now: datetime) -> None:
    for story in big.history.cases:
        assert state_after(story.steps) == story.state
        moments = [story.found_at, *(step.at for step in story.steps)]
        assert all(a < b for a, b in pairwise(moments)), story.number
        assert moments[-1] <= now


def test_verifier_is_never_of_the_resolving_unit(big: DemoCity) -> None:
    for story in big.history.cases:
        resolver = ""
        for step in story.steps:
            if step.verb == "resolve":
                resolver = step.unit
            if step.verb in ("pass", "fail"):
                assert step.unit != resolver
                assert big.board.users[step.actor].unit == step.unit


def test_units_sign_and_resolve_what_was_handed_to_them(big: DemoCity) -> None:
    for story in big.history.cases:
        unit = story.unit
        for step in story.steps:
            if step.verb in ("dispatch", "uphold"):
                unit = step.args["unit"]
            if step.verb in ("sign", "resolve", "dispute", "ask_extension", "ask_suspension"):
                assert step.unit == unit
                assert step.actor == big.board.liaison_of[unit]


def test_rework_and_disputes_are_about_one_in_sixteen(big: DemoCity) -> None:
    resolved = [s for s in big.history.cases if any(step.verb == "resolve" for step in s.steps)]
    reworked = [s for s in resolved if any(step.verb == "fail" for step in s.steps)]
    disputed = [s for s in resolved if any(step.verb == "dispute" for step in s.steps)]
    assert 0.03 < len(reworked) / len(resolved) < 0.09
    assert 0.03 < len(disputed) / len(resolved) < 0.09


def test_lateness_is_about_one_in_eight(big: DemoCity) -> None:
    work = WorkTime(date(2023, 1, 1), date(2027, 12, 31))
    late = []
    for story in big.history.cases:
        spec = big.standard.classes[story.issue_class]
        starts = [step.at for step in story.steps if step.verb in ("dispatch", "uphold", "resume")]
        ends = [step.at for step in story.steps if step.verb == "resolve"]
        if ends:
            late.append(ends[-1] > work.limit(starts[-1], spec.limit, spec.unit))
    assert 0.08 < sum(late) / len(late) < 0.17


def test_merged_and_rebound_cases_refer_to_earlier_ones(big: DemoCity) -> None:
    cases = {story.number: story for story in big.history.cases}
    merged = [story for story in cases.values() if story.state == "merged"]
    rebounds = [story for story in cases.values() if story.rebound_of]
    assert merged
    assert rebounds
    for story in merged:
        assert story.merged_into is not None
        primary = cases[story.merged_into]
        assert story.steps[0].args["primary"] == primary.number < story.number
        assert primary.issue_class == story.issue_class
    for story in rebounds:
        ancestor = cases[story.rebound_of or 0]
        step = next(step for step in ancestor.steps if step.verb == "rebound")
        assert step.args["case"] == story.number
        assert step.at == story.found_at


def test_visits_answer_every_item_and_open_their_cases(big: DemoCity) -> None:
    cases = {story.number: story for story in big.history.cases}
    opened = Counter[int]()
    for visit in big.history.visits:
        category = big.standard.categories[big.places[visit.place].category]
        assert [result.item for result in visit.results] == [item.code for item in category.items]
        for result in visit.results:
            assert (result.case is not None) == (result.outcome in ("opened", "confirmed"))
            if result.case is not None:
                case = cases[result.case]
                assert (case.place, case.item) == (visit.place, result.item)
                opened[result.case] += result.outcome == "opened"
    assert set(opened.values()) == {1}
    inspected = [s.number for s in cases.values() if s.source == "inspection" and not s.rebound_of]
    assert sorted(opened) == sorted(inspected)


def test_texts_vary(big: DemoCity) -> None:
    assert len({story.description for story in big.history.cases}) > 7000
    done = {step.args["what_was_done"] for s in big.history.cases for step in s.steps if step.verb == "resolve"}
    assert len(done) > 500
    assert not any("{" in story.description for story in big.history.cases)


def test_present_year_knows_old_overdue_cases(big: DemoCity, now: datetime) -> None:
    waiting = [s for s in of_year(big, 2026) if s.state == "handling" and now - s.found_at > timedelta(days=15)]
    assert len(waiting) >= 2


@pytest.mark.parametrize(
    ("measure", "target", "count", "letter"),
    [
        ("violations", None, 0, "A"),
        ("violations", None, 1, "B"),
        ("violations", None, 2, "C"),
        ("violations", None, 5, "C#"),
        ("provisions", 3, 3, "A"),
        ("provisions", 3, 2, "B"),
        ("provisions", 3, 1, "C"),
        ("provisions", 3, 0, "C#"),
        ("ratio", 99, 96, "B"),
        ("ratio", 99, 80, "C#"),
        ("sample_pass", 3, 2, "C#"),
    ],
)
def test_letter_for_counts(measure: str, target: int | None, count: int, letter: str) -> None:
    item = ItemSpec("X-01", "", "count", measure, target, 1, "06010")
    assert letter_for(item, count) == letter
