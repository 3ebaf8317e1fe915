"""The model by itself: confidences are shares, ordered; names suffice on the first day; calibration finds what was put in."""

from __future__ import annotations

import json
import random
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yipanqi.suggestions import bayes, calibration, custom
from yipanqi.suggestions.bayes import ClassModel, Heat, Seed
from yipanqi.suggestions.calibration import FIRST_DAY, Guess
from yipanqi.suggestions.curves import PLAIN, Curve, drawn, honest, kept
from yipanqi.suggestions.custom import Handed, Manner, Where
from yipanqi.suggestions.grams import grams, words

SEEDS = {name: Seed(grams(name), name) for name in ("暴露垃圾", "噪声扰民", "路灯不亮", "占道经营")}
TEXT = st.text(alphabet="暴露垃圾噪声扰民路灯不亮占道经营的了 a，1", max_size=40)
DECIDED = st.lists(st.tuples(TEXT.map(grams), st.sampled_from(sorted(SEEDS))), max_size=30)
HANDED = st.lists(st.builds(Handed, st.builds(Where, st.sampled_from("ab"), st.sampled_from(["", "s"])), st.sampled_from("UVWX")), max_size=30)


@given(decided=DECIDED, text=TEXT)
@settings(max_examples=80, deadline=None)
def test_confidences_are_ordered_shares_of_one(decided: list[bayes.Document], text: str) -> None:
    found = ClassModel(SEEDS, bayes.train(decided)).confidences(grams(text), Heat())
    shares = [share for _key, share in found]
    assert {key for key, _share in found} == set(SEEDS)
    assert shares == sorted(shares, reverse=True) and all(0 <= share <= 1 for share in shares)
    assert abs(sum(shares) - 1) < 1e-9


@given(handed=HANDED, where=st.builds(Where, st.sampled_from("abc"), st.sampled_from(["", "s"])), heat=st.sampled_from(custom.HEATS))
@settings(max_examples=80, deadline=None)
def test_shares_of_units_are_ordered_shares_of_one(handed: list[Handed], where: Where, heat: float) -> None:
    found = custom.shares(custom.count(handed), where, Manner(2.0, heat))
    shares = [share for _unit, share in found]
    assert shares == sorted(shares, reverse=True)
    assert not handed or abs(sum(shares) - 1) < 1e-9
    assert {unit for unit, _share in found} <= {one.unit for one in handed}


def test_a_name_suffices_on_the_first_day() -> None:
    model = ClassModel(SEEDS)
    text = "楼下酒吧噪声很大，严重扰民"
    assert model.confidences(grams(text), Heat())[0][0] == "噪声扰民"
    assert "噪声" in words(text, model.telling(grams(text), "噪声扰民", Heat()))


def test_decided_cases_teach_words_that_no_name_has() -> None:
    decided = [(grams(f"烧烤店把桌子摆到人行道上 {word}"), "占道经营") for word in "甲乙丙丁戊己庚辛"] * 3
    decided += [(grams("广场舞音响吵得睡不着"), "噪声扰民")] * 8
    model = ClassModel(SEEDS, bayes.train(decided))
    (key, share), *_rest = model.confidences(grams("有人把桌子摆在人行道"), Heat())
    assert key == "占道经营" and share > ClassModel(SEEDS).confidences(grams("有人把桌子摆在人行道"), Heat())[0][1]


def test_a_retired_class_is_not_suggested_and_a_new_one_is_by_its_name() -> None:
    weights = bayes.train([(grams("垃圾成堆没人管"), "暴露垃圾")] * 5)
    fewer = {key: seed for key, seed in SEEDS.items() if key != "暴露垃圾"} | {"积雪结冰": Seed(grams("积雪结冰"))}
    found = ClassModel(fewer, weights).confidences(grams("桥上积雪"), Heat())
    assert found[0][0] == "积雪结冰" and "暴露垃圾" not in dict(found)


def test_what_only_one_case_says_is_not_kept() -> None:
    weights = bayes.train([(grams("王小明反映垃圾"), "暴露垃圾"), (grams("垃圾没人管"), "暴露垃圾")])
    assert set(weights["grams"]) == {"垃圾"}


def test_the_report_counts_by_what_was_said() -> None:
    told = calibration.report([Guess(0.9, 1), Guess(0.9, 0), Guess(1.0, 1), Guess(0.1, 3)])
    assert (told["tested"], told["first"], told["of_three"]) == (4, 2, 3)
    assert [(row["n"], row["right"]) for row in told["bins"]] == [(1, 0), (3, 2)]


def test_calibrated_confidences_come_true() -> None:
    """Texts whose words are right as often as chance decides: what is said of the newest is about what happens."""
    draw = random.Random(7)
    documents = []
    for _case in range(6_000):
        named = draw.choice(sorted(SEEDS))
        decided = named if draw.random() < 0.7 else draw.choice(sorted(SEEDS))
        documents.append((grams(f"反映{named}的问题，请处理"), decided))
    told = calibration.report(calibration.measured(documents, SEEDS))
    assert told["tested"] == 1_200 and told["gap"] < 0.04
    assert 0.7 < told["first"] / told["tested"] < 0.85


def test_the_newest_are_in_nothing_they_are_measured_by() -> None:
    """What begins only in the newest fifth cannot be known: the measure says so."""
    documents = [(grams("老问题说来话长"), "暴露垃圾")] * 400 + [(grams("新问题突如其来"), "占道经营")] * 100
    told = calibration.report(calibration.measured(documents, SEEDS))
    assert told["first"] == 0


def test_few_cases_are_not_measured() -> None:
    assert calibration.measured([(grams("垃圾"), "暴露垃圾")] * 190, SEEDS) == []
    assert custom.measured([Handed(Where("a"), "U")] * 190) == []
    told = calibration.report([])
    assert told["tested"] == 0 and told["gap"] is None


def test_of_few_cases_nothing_is_tuned() -> None:
    assert calibration.tuned([(grams("垃圾"), "暴露垃圾")] * 39, SEEDS) == (Heat(), FIRST_DAY)
    assert custom.tuned([Handed(Where("a"), "U")] * 39) == (Manner(), PLAIN)
    assert calibration.tuned([(grams("垃圾"), "没有的类别")] * 60, SEEDS) == (Heat(), FIRST_DAY)


@given(n=st.integers(0, 3_000))
def test_each_block_is_of_the_newest_and_never_among_what_it_is_guessed_by(n: int) -> None:
    cut = calibration.blocks(range(n))
    assert [one for _others, block in cut for one in block] == (list(range(max(0, n - calibration.MOST_CALIBRATED), n)) if n >= 40 else [])
    assert all(sorted([*others, *block]) == list(range(n)) for others, block in cut)


SHARE = st.floats(0, 1)
TRIED = st.lists(st.tuples(SHARE, st.booleans()), max_size=60)


@given(tried=TRIED, said=st.lists(SHARE, max_size=8))
@settings(max_examples=150, deadline=None)
def test_what_may_be_believed_keeps_the_order_and_is_no_more_than_one(tried: list[tuple[float, bool]], said: list[float]) -> None:
    curve = drawn(tried)
    assert kept(json.loads(json.dumps(curve._asdict()))) == curve
    told = honest([(str(n), share) for n, share in enumerate(sorted(said, reverse=True))], curve)
    shares = [share for _key, share in told]
    assert [key for key, _share in told] == [str(n) for n in range(len(said))]
    assert all(above >= below - 1e-12 for above, below in pairwise(shares)) and all(0 <= share <= 1 for share in shares)
    assert sum(shares[:3]) <= 1 + 1e-9 and sum(shares[1:4]) <= 1 + 1e-9


@pytest.mark.parametrize(("slope", "offset"), [(0.5, 0.0), (1.0, -1.0), (2.0, 0.5), (1.0, 0.0)])
def test_a_curve_undoes_what_was_said_wrongly(slope: float, offset: float) -> None:
    """Right as often as another line through the odds says: the curve finds that line."""
    draw, truth = random.Random(11), Curve(slope, offset)
    said = [draw.random() for _case in range(3_000)]
    curve = drawn((share, draw.random() < truth.believed(share)) for share in said)
    assert all(abs(curve.believed(share) - truth.believed(share)) < 0.08 for share in (0.05, 0.2, 0.5, 0.8, 0.95))


def test_a_curve_bends_where_no_line_would() -> None:
    """Above the half, more confidence is worth little more: a line that fits the rest would say too much."""
    draw = random.Random(5)
    tried = [(share, draw.random() < right) for share, right in ((0.1, 0.05), (0.5, 0.45), (0.7, 0.5), (0.99, 0.6)) for _case in range(600)]
    curve = drawn(tried)
    assert [curve.believed(share) for share in (0.1, 0.5, 0.7, 0.99)] == pytest.approx([0.05, 0.45, 0.5, 0.6], abs=0.06)


def test_few_cases_move_a_curve_little() -> None:
    """Three wrong ones of three do not make a sure suggestion hopeless."""
    assert drawn([]) == PLAIN and [PLAIN.believed(share) for share in (0.0, 0.3, 1.0)] == [0.0, 0.3, 1.0]
    assert 0.4 < drawn([(0.9, False)] * 3).believed(0.9) < 0.9


def test_units_given_by_chance_are_not_called_sure() -> None:
    """Half of what a street's unit has goes elsewhere: said is about what happens, with thousands of cases."""
    draw = random.Random(9)
    handed = []
    for _case in range(7_000):
        street = draw.choice("abcdefgh")
        handed.append(Handed(Where("c", street), street.upper() if draw.random() < 0.5 else draw.choice("ABCDEFGHIJ")))
    told = calibration.report(custom.measured(handed))
    assert told["tested"] == 1_400 and told["gap"] < 0.04
    assert all(row["to"] <= 0.8 for row in told["bins"])


@pytest.mark.parametrize(("share", "band"), [(0.0, "0-20"), (0.199, "0-20"), (0.2, "20-40"), (0.8, "80-100"), (1.0, "80-100")])
def test_bands_of_confidence(share: float, band: str) -> None:
    assert calibration.band(share) == band


def test_special_circumstances_outweigh_wide_ones() -> None:
    handed = [Handed(Where("a", "north"), "U")] * 6 + [Handed(Where("a", "south"), "V")] * 60
    counts = custom.count(handed)
    assert custom.shares(counts, Where("a", "north"), Manner())[0][0] == "U"
    assert custom.shares(counts, Where("a", "west"), Manner())[0][0] == "V"
    assert custom.experience(counts, Where("a", "north"), "U") == (6, 6)
    assert custom.experience(counts, Where("b"), "U") == (0, 0)


def test_a_suggestion_takes_less_than_ten_milliseconds() -> None:
    draw = random.Random(3)
    signs = [chr(0x4E00 + n) for n in range(1_500)]
    seeds = {f"c{n:03}": Seed(grams("".join(draw.sample(signs, 6)))) for n in range(330)}
    decided = [(grams("".join(draw.choices(signs, k=60))), draw.choice(sorted(seeds))) for _case in range(3_000)]
    model = ClassModel(seeds, bayes.train(decided))
    texts = [grams("".join(draw.choices(signs, k=600))) for _text in range(20)]
    start = time.process_time()
    for found in texts:
        model.confidences(found, Heat())
    assert (time.process_time() - start) / len(texts) < 0.010
