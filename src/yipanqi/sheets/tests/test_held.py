"""A sent file belongs to its sender alone and does not stay."""

from __future__ import annotations

import os
import time

import pytest

from yipanqi.kernel.actors import Visitor
from yipanqi.sheets.held import KEEP_S, Expired, held, hold, note, noted, noted_of

ANNA, BERT = Visitor("anna"), Visitor("bert")
NEVER_HELD = "6d2f4a1e-1111-4222-8333-444455556666"


def test_held_finds_ones_own_file_only() -> None:
    path = hold(ANNA, "点位.CSV")
    path.write_text("编码")
    assert path.suffix == ".csv" and held(ANNA, path.name) == path
    with pytest.raises(Expired, match="重新上传"):
        held(BERT, path.name)


@pytest.mark.parametrize(
    "token", ["", "x.xlsx", "../../city.sqlite3", f"{NEVER_HELD}.xlsx", f"{NEVER_HELD}.exe", NEVER_HELD]
)
def test_held_refuses_what_is_no_token(token: str) -> None:
    with pytest.raises(Expired):
        held(ANNA, token)


def test_hold_drops_what_is_older_than_a_day() -> None:
    old, new = hold(ANNA, "a.xlsx"), hold(BERT, "b.xlsx")
    for path in (old, new):
        path.write_bytes(b"x")
    os.utime(old, (time.time() - KEEP_S - 60,) * 2)
    hold(BERT, "c.xlsx")
    assert not old.exists() and new.exists()


def test_note_adds_up_and_outlives_its_file_for_its_sender_alone() -> None:
    path = hold(ANNA, "a.csv")
    path.write_text("编码")
    assert noted(path) == {}
    note(path, sheet="places")
    note(path, imported={"created": 2})
    path.unlink()
    assert noted_of(ANNA, path.name) == {"sheet": "places", "imported": {"created": 2}}
    assert noted_of(BERT, path.name) == {}
    with pytest.raises(Expired):
        noted_of(ANNA, "../../city.sqlite3")
