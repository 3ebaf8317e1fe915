"""Texts are cut so that any part of a Chinese text and the beginning of any word is found; numbers of persons are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yipanqi.wordindex.marking import marked, snippet, spans
from yipanqi.wordindex.tokens import GAP, Phrase, asked, tokens

pytestmark = pytest.mark.pure
HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("垃圾桶", ["垃圾", "圾桶", "桶"]),
        ("桶", ["桶"]),
        ("垃圾，桶", ["垃圾", "圾", "桶"]),
        ("2026-000017", ["2026", "000017"]),
        ("Ａ区　３号楼", ["a", "区", "3", "号楼", "楼"]),
        ("LED灯_坏", ["led", "灯", "坏"]),
        ("𠮷野家", ["𠮷野", "野家", "家"]),
        ("\ue000镇", ["\ue000镇", "镇"]),
        ("？！ … 🚮", []),
        ("", []),
        ("a" * 99, ["a" * 40]),
    ],
)
def test_text_is_cut_into_pairs_and_words(text: str, cut: list[str]) -> None:
    assert tokens(text) == cut


def test_parts_of_a_text_have_a_gap_between_them() -> None:
    assert tokens("垃圾", "", "桶") == ["垃圾", "圾", GAP, GAP, "桶"]


@pytest.mark.parametrize(
    ("words", "phrases"),
    [
        ("垃圾桶", [Phrase(("垃圾", "圾桶"), False)]),
        ("桶", [Phrase(("桶",), True)]),
        ("2026-0000", [Phrase(("2026", "0000"), True)]),
        ("垃圾 路口", [Phrase(("垃圾",), False), Phrase(("路口",), False)]),
        ("3号楼a", [Phrase(("3", "号楼", "楼", "a"), True)]),
        ("垃圾，桶装", [Phrase(("垃圾", "圾", "桶装"), False)]),
        ("？ 灯", [Phrase(("灯",), True)]),
        ("？！", []),
        ("' \" \\ * : & | !", []),
    ],
)
def test_words_become_phrases(words: str, phrases: list[Phrase]) -> None:
    assert asked(words) == phrases


def test_no_more_than_eight_words_are_asked() -> None:
    assert len(asked(" ".join("天地玄黄宇宙洪荒日月"))) == 8


@pytest.mark.parametrize("number", ["13812345678", "138 1234 5678", "138-1234-5678", "0937-6221234", "620200199001011234", "62020019900101123X", "１３８１２３４５６７８"])
def test_numbers_that_lead_to_persons_are_not_kept(number: str) -> None:
    assert tokens(f"电话{number}联系") == ["电话", "话", "联系", "系"]


def test_other_numbers_are_kept() -> None:
    assert tokens("工单20260312001234，路灯杆13812") == ["工单", "单", "20260312001234", "路灯", "灯杆", "杆", "13812"]


@given(text=st.text(), words=st.text(max_size=20))
def test_tokens_and_questions_hold_nothing_that_a_database_could_misread(text: str, words: str) -> None:
    for token in [*tokens(text), *(token for phrase in asked(words) for token in phrase.tokens)]:
        assert token and not set(token) & set(" '\"\\:*&|!()<>\0\n\t")


def holds(stored: list[str], phrase: Phrase) -> bool:
    """What both databases do with a phrase."""
    size, whole = len(phrase.tokens), phrase.tokens[:-1]
    for at in range(len(stored) - size + 1):
        window = stored[at : at + size]
        end = window[-1].startswith(phrase.tokens[-1]) if phrase.open_end else window[-1] == phrase.tokens[-1]
        if tuple(window[:-1]) == whole and end:
            return True
    return False


@given(before=st.text(max_size=20), part=st.text(HAN, min_size=1, max_size=20), after=st.text(max_size=20))
def test_any_chinese_part_of_any_text_is_found(before: str, part: str, after: str) -> None:
    """Whatever stands around it. (Characters that melt into their neighbour are one character with it.)"""
    assert all(holds(tokens(before + part + after), phrase) for phrase in asked(part))


@given(run=st.text(HAN, min_size=2, max_size=20), other=st.text(HAN, min_size=2, max_size=20))
def test_no_phrase_reaches_over_the_end_of_a_run(run: str, other: str) -> None:
    (phrase,) = asked(run[-1] + other[0] + (other[1:2]))
    inside = run[-1] + other[:2] in (run, other) or run[-1] + other[:2] in run or run[-1] + other[:2] in other
    assert holds(tokens(run, other), phrase) is inside


# ----- showing -----


def test_words_are_marked_and_the_rest_is_escaped() -> None:
    assert marked("<b>垃圾桶满</b>了", "垃圾 满") == "&lt;b&gt;<mark>垃圾</mark>桶<mark>满</mark>&lt;/b&gt;了"
    assert marked("ＬＥＤ灯", "led") == "<mark>ＬＥＤ</mark>灯"
    assert marked("垃圾桶", "垃圾 圾桶") == "<mark>垃圾桶</mark>"
    assert marked("路灯", "垃圾") == "路灯" == marked("路灯", "")


def test_snippet_shows_the_place() -> None:
    text = "前" * 40 + "垃圾" + "后" * 90
    assert snippet(text, "垃圾") == "…" + "前" * 12 + "<mark>垃圾</mark>" + "后" * 46 + "…"
    assert snippet(text, "没有") == ""


@given(text=st.text(max_size=40), words=st.text(max_size=10))
def test_marks_never_change_the_text(text: str, words: str) -> None:
    found = spans(text, words)
    assert all(0 <= a < b <= len(text) for a, b in found) and all(x[1] <= y[0] for x, y in zip(found, found[1:], strict=False))
