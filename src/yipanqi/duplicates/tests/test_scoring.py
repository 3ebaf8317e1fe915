"""How alike words are, and what evidence is worth."""

from __future__ import annotations

import datetime as dt
import itertools

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


FILLER = "，严重影响居民出行，多次反映无人处理，请相关部门尽快处理，谢谢！"
#: What the desk of another city writes under everything; no list of ours knows it.
OF_A_CITY = "，该情况由网格长巡查时发现并拍照上传平台，建议属地街道会同物业限期整改到位"
MATTERS = [
    ("路灯不亮", "新华南路", "路灯坏了好几天，晚上一片漆黑"), ("下水道堵塞", "玉门小区3号楼", "下水道堵塞污水外溢"), ("占道经营", "五一市场门口", "商贩占道经营乱摆摊"),
    ("井盖松动", "和诚东路", "井盖松动车辆经过异响"), ("噪音扰民", "铁南街区", "工地夜间施工噪音大"), ("道路破损", "迎宾路", "路面坑洼不平积水严重"),
]  # fmt: skip


def highest(known: Rarity, filler: str) -> float:
    """The highest score of two of the matters, none of which is another, a day apart."""
    texts = [words.read(title, address, said + filler) for title, address, said in MATTERS]
    pairs = itertools.combinations(texts, 2)
    return max(score(evidence(words=words.closeness(one, other, known), between=dt.timedelta(days=1)), Measure()) for one, other in pairs)


def counted_in(texts: int, having: float, filler: str) -> Rarity:
    """A city of so many texts, this share of which have the filler."""
    return Rarity(texts, dict.fromkeys(words.read("", "", filler).all, round(texts * having)))


def test_stock_phrases_say_nothing_before_a_city_has_counted_its_own() -> None:
    assert highest(Rarity(), FILLER) < Measure().floor
    known = Rarity()
    assert all(known.weight(words.key(gram)) < 0.01 for gram in words.grams("请尽快处理"))
    assert known.weight(words.key("石拱")) == 1.0
    assert counted_in(5_000, 0, "").weight(words.key("尽快")) == 1.0, "a city that counts its own is not told"


@pytest.mark.parametrize("texts", [30, 50, 200, 1_000, 5_000, 100_000])
@pytest.mark.parametrize("having", [1.0, 0.5, 0.2])
def test_what_most_texts_of_a_city_have_says_nothing_in_small_cities_too(texts: int, having: float) -> None:
    assert highest(counted_in(texts, having, OF_A_CITY), OF_A_CITY) < Measure().floor


def test_two_of_few_texts_still_find_each_other() -> None:
    shared = words.counted(text.all for text in (BRIDGE, SAME))
    for texts in (2, 10, 30, 100, 1_000):
        close = words.closeness(BRIDGE, SAME, Rarity(texts, shared))
        assert score(evidence(words=close), Measure()) >= Measure().floor, texts


@given(st.integers(0, 3_000), st.dictionaries(st.integers(0, 9), st.integers(0, 3_000)))
def test_a_weight_is_a_share_and_never_rises_with_how_many_have_it(texts: int, having: dict[int, int]) -> None:
    known = Rarity(texts, {gram: min(n, texts) for gram, n in having.items()})
    weights = [known.weight(gram) for gram in sorted(having, key=lambda gram: min(having[gram], texts))]
    assert all(0 <= weight <= 1 for weight in weights) and weights == sorted(weights, reverse=True)


def test_another_group_of_classes_lowers_the_score_unless_the_photo_is_the_same() -> None:
    near = {"metres": 20.0, "words": 0.5, "same_class": False}
    assert score(evidence(**near, other_group=True), Measure()) == pytest.approx(score(evidence(**near), Measure()) * 0.75)
    assert score(evidence(**near, other_group=True, photo_bits=0), Measure()) == score(evidence(**near, photo_bits=0), Measure())


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
