"""How alike words are, and what evidence is worth."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yipanqi.duplicates import words
from yipanqi.duplicates.scoring import Evidence, Measure, Weights, score
from yipanqi.duplicates.words import Rarity, Text

pytestmark = pytest.mark.pure
BRIDGE = words.read("反对拆除五一桥建商铺", "", "五一桥是一座石拱桥，请不要拆掉")
SAME = words.read("请保留五一桥，不要拆了建商铺", "", "石拱桥很有历史")
LAMP = words.read("路灯不亮", "", "路灯坏了好几天，晚上很黑")
NOW = dt.timedelta()


def evidence(**facts: object) -> Evidence:
    return Evidence(**{"metres": None, "between": NOW, "same_class": None, "words": 0.0, **facts})  # type: ignore[arg-type]


def test_numbers_and_full_width_letters_are_read() -> None:
    assert set(words.grams("Ａ区12号楼")) == {"a", "12", "号楼"}


def test_texts_about_the_same_are_closer_than_others() -> None:
    known = Rarity(100, {words.key("不亮"): 40})
    assert words.closeness(BRIDGE, SAME, known) > 0.4 > words.closeness(BRIDGE, LAMP, known)


def test_the_same_few_common_words_say_little_though_the_texts_are_equal() -> None:
    everyday = Rarity(1_000, {words.key(gram): 300 for gram in words.grams("路灯不亮")})
    one = words.read("路灯不亮", "", "路灯不亮")
    assert words.closeness(one, one, everyday) < 0.3 < words.closeness(one, one, Rarity())


def test_nothing_in_common_is_nothing() -> None:
    assert words.closeness(Text(frozenset(), frozenset()), BRIDGE, Rarity()) == 0.0


def test_what_names_a_case_is_kept_before_what_describes_it() -> None:
    kept = words.most_telling(words.read("五一桥商铺", "", "因为某某与某某之间的若干其他原因" * 3), Rarity(), 4)
    assert set(kept) == {words.key(gram) for gram in words.grams("五一桥商铺")}


def test_rare_words_of_both_are_named_joined() -> None:
    common = Rarity(1_000, {words.key("商铺"): 400})
    assert words.in_common("反对拆除五一桥建商铺", "五一桥不能变商铺", common) == ["五一桥"]


@given(st.text(max_size=40), st.text(max_size=40), st.integers(0, 1_000))
def test_closeness_is_a_share_and_the_same_both_ways(one: str, other: str, texts: int) -> None:
    first, second, known = words.read(one, "", other), words.read(other, one, ""), Rarity(texts, {words.key("的"): texts})
    found = words.closeness(first, second, known)
    assert 0 <= found <= 1 and found == pytest.approx(words.closeness(second, first, known))


def test_what_is_not_known_counts_neither_way() -> None:
    assert score(evidence(words=1.0), Measure()) == pytest.approx(1.0)
    assert score(evidence(words=1.0, same_class=False), Measure()) < 1.0


def test_nearer_sooner_and_of_the_same_class_is_likelier() -> None:
    here, there = evidence(metres=5.0, same_class=True), evidence(metres=150.0, same_class=True)
    later = evidence(metres=5.0, same_class=True, between=dt.timedelta(days=-50))
    other = evidence(metres=5.0, same_class=False)
    assert score(here, Measure()) > score(there, Measure()) > score(evidence(metres=400.0), Measure())
    assert score(here, Measure()) > max(score(later, Measure()), score(other, Measure()))


def test_far_apart_is_another_thing_whatever_the_words_say_unless_the_photo_is_the_same() -> None:
    assert score(evidence(metres=3_000.0, words=1.0), Measure()) == 0.0
    assert score(evidence(metres=3_000.0, words=1.0, photo_bits=2), Measure()) > 0.5
    assert score(evidence(metres=3_000.0, same_place=True), Measure()) > 0.4


def test_without_any_weight_nothing_is_likely() -> None:


    assert score(evidence(words=1.0), Measure(weights=Weights(0, 0, 0, 0, 0))) == 0.0


@given(st.floats(0, 5_000), st.integers(-100_000, 100_000), st.floats(0, 1), st.sampled_from([None, True, False]), st.sampled_from([None, 0, 5]))
def test_a_score_is_a_share(metres: float, minutes: int, close: float, same: bool | None, bits: int | None) -> None:
    found = evidence(metres=metres, between=dt.timedelta(minutes=minutes), words=close, same_class=same, photo_bits=bits)
    assert 0 <= score(found, Measure()) <= 1
