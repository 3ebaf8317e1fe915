"""The rota is fair: loads differ by one at most at every moment, nobody stands twice at once, and it is always the same."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from yipanqi.rosters.rota import Past, Placed, rota

FIRST = dt.date(2026, 3, 2)


def days(n: int) -> list[dt.date]:
    return [FIRST + dt.timedelta(days=i) for i in range(n)]


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 12), st.integers(1, 3), st.integers(1, 8), st.integers(1, 20))
def test_loads_differ_by_one_at_most_at_every_moment(n_days: int, slots: int, n_posts: int, n_units: int) -> None:
    posts, units = [f"p{i}" for i in range(n_posts)], [f"u{i}" for i in range(n_units)]
    load: Counter[object] = Counter(dict.fromkeys(units, 0))
    found = rota(days(n_days), slots, posts, units)
    assert len(found) == n_days * slots * n_posts
    for day in days(n_days):
        for slot in range(slots):
            now = [one for one in found if (one.day, one.slot) == (day, slot)]
            assert Counter(one.post for one in now) == Counter(posts), "every post has one unit"
            here = Counter(one.unit for one in now)
            assert max(here.values()) - min(here[unit] for unit in units) <= 1, "nobody stands twice while another stays at home"
            load.update(here)
            assert max(load.values()) - min(load.values()) <= 1
    assert found == rota(days(n_days), slots, posts, units)


def test_25_crossings_and_over_100_units_share_a_quarter_evenly() -> None:
    units = [f"u{i:03d}" for i in range(110)]
    found = rota(days(62), 2, [f"p{i}" for i in range(25)], units)
    load = Counter(one.unit for one in found)
    assert sum(load.values()) == 62 * 2 * 25 and set(load) == set(units) and max(load.values()) - min(load.values()) <= 1
    morning = Counter(one.unit for one in found if one.slot == 0)
    assert max(abs(2 * morning[unit] - load[unit]) for unit in units) <= 2, "mornings and evenings are shared too"
    assert max(Counter((one.unit, one.post) for one in found).values()) <= 4, "nobody has the same crossing over and over"
    assert max(Counter((one.unit, one.day) for one in found).values()) == 1


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 12), st.integers(0, 30), st.integers(1, 6))
def test_made_anew_in_the_middle_it_stays_even(n_units: int, cut: int, n_posts: int) -> None:
    posts, units = [f"p{i}" for i in range(n_posts)], [f"u{i}" for i in range(n_units)]
    cut = min(cut, 19)
    before = rota(days(20)[:cut], 1, posts, units)
    past = Past()
    for one in before:
        past.note(one)
    after = rota(days(20)[cut:], 1, posts, units, past=past)
    load = Counter(dict.fromkeys(units, 0))
    load.update(one.unit for one in (*before, *after))
    assert max(load[u] for u in units) - min(load[u] for u in units) <= 1


def test_a_newcomer_does_not_make_up_for_the_time_before_it_came() -> None:
    past = Past()
    for one in rota(days(20), 1, ["p"], ["a", "b"]):
        past.note(one)
    load = Counter(one.unit for one in rota(days(30)[20:], 1, ["p"], ["a", "b", "new"], past=past))
    assert max(load.values()) - min(load.values()) <= 1 and load["new"] > 0


def test_a_unit_that_is_no_more_has_no_turns_and_kept_posts_do_not_rotate() -> None:
    gone = FIRST + dt.timedelta(days=5)
    found = rota(days(10), 1, ["p", "q"], ["a", "b", "c"], kept={"q": "k"}, there=lambda unit, day: unit != "b" or day < gone)
    assert {one.unit for one in found if one.post == "q"} == {"k"}
    assert not [one for one in found if one.unit == "b" and one.day >= gone]
    assert rota(days(2), 1, ["p"], ["a"], there=lambda unit, day: False) == []
    assert rota(days(1), 1, ["p"], [], kept={"p": "k"}) == [Placed(FIRST, 0, "p", "k")]
