"""The index itself, on the database of the tests: both find the same."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yipanqi.kernel.models import Series
from yipanqi.wordindex import WordIndex, on_sqlite
from yipanqi.wordindex.index import twin

INDEX = WordIndex("test_words")
HAN = st.text(st.sampled_from("路灯不亮垃圾桶满了，井盖A区3号楼 ab12"), max_size=40)


@pytest.fixture
def index(db: None) -> WordIndex:
    with connection.cursor() as cursor:
        for statement in twin().create(INDEX.table):
            cursor.execute(statement)
    return INDEX


def found(words: str) -> set[int]:
    return set(Series.objects.filter(INDEX.matching(words)).values_list("pk", flat=True))


def kept(*texts: str) -> list[int]:
    """Rows of some table, found by these texts."""
    rows = [Series.objects.create(key=f"k{n}-{Series.objects.count()}") for n in range(len(texts))]
    INDEX.put((row.pk, (text,)) for row, text in zip(rows, texts, strict=True))
    return [row.pk for row in rows]


def test_rows_are_found_by_parts_of_their_text(index: WordIndex) -> None:
    bin_, lamp, mixed = kept("路口垃圾桶满了", "路灯不亮", "A区3号楼 LED灯，编号GD-2026-17")
    for words, rows in {
        "垃圾": {bin_}, "圾桶满": {bin_}, "桶": {bin_}, "了": {bin_}, "路": {bin_, lamp}, "灯": {lamp, mixed}, "路灯": {lamp}, "垃圾 路口": {bin_},
        "垃圾 路灯": set(), "垃桶": set(), "led": {mixed}, "LE": {mixed}, "ed": set(), "gd-2026": {mixed}, "a区3号": {mixed}, "３号楼": {mixed},
        "2026 号楼": {mixed}, "？": set(), "": set(), "' OR 1=1 --": set(), '" OR "': set(),
    }.items():  # fmt: skip
        assert found(words) == rows, words


def test_words_of_a_row_are_replaced_and_removed(index: WordIndex) -> None:
    (row,) = kept("垃圾")
    index.put([(row, ("路灯",))])
    assert found("路灯") == {row} and found("垃圾") == set()
    index.remove([row])
    assert found("路灯") == set()


def test_common_words_are_found_the_other_way(index: WordIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_sqlite, "MANY", 2)
    first, second, _other = kept("垃圾一", "垃圾二", "路灯")
    assert found("垃圾") == {first, second} and found("垃圾 二") == {second}
    inner = Series.objects.filter(INDEX.matching("垃圾"))
    assert set(Series.objects.filter(pk__in=inner.values("pk")).filter(INDEX.matching("二")).values_list("pk", flat=True)) == {second}


def test_negated_and_joined_with_others(index: WordIndex) -> None:
    first, second = kept("垃圾", "路灯")
    assert set(Series.objects.exclude(INDEX.matching("垃圾")).values_list("pk", flat=True)) == {second}
    assert set(Series.objects.filter(INDEX.matching("垃圾") | INDEX.matching("路灯")).values_list("pk", flat=True)) == {first, second}


def test_what_is_wrong_in_the_index_is_named(index: WordIndex) -> None:
    good, changed, gone, lost = kept("垃圾垃圾", "路灯", "井盖", "")
    index.put([(changed, ("别的",))])
    index.remove([lost])
    rows = [(good, ("垃圾垃圾",)), (changed, ("路灯",)), (lost, ("",))]
    assert index.wrong(rows) == [changed, lost]
    Series.objects.filter(pk=gone).delete()
    owner = Series._meta.db_table
    assert gone in index.beside(owner) and lost in index.lacking(owner) and good not in index.beside(owner)
    index.settle()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(HAN, min_size=1, max_size=6), cut=st.tuples(st.integers(0, 39), st.integers(1, 12)))
def test_what_a_plain_comparison_finds_is_found(index: WordIndex, texts: list[str], cut: tuple[int, int]) -> None:
    """For any part of a text that begins a word or stands in Chinese: as `icontains` of each word, and maybe more where
    signs stand between."""
    rows = dict(zip(kept(*texts), texts, strict=True))
    words = [w for w in texts[0][cut[0] : cut[0] + cut[1]].split() if not (w[0].isascii() and w[0].isalnum())]
    wanted = {row for row, text in rows.items() if words and all(w.lower() in text.lower() and any(c.isalnum() for c in w) for w in words)}
    assert wanted <= found(" ".join(words)) if words else True
