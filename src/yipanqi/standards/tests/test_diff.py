"""The difference of two sets of rows."""

from __future__ import annotations

from yipanqi.standards.diff import Change, diff


def test_diff_names_what_came_went_and_changed() -> None:
    old = {"a": {"x": 1, "y": 2}, "b": {"x": 1}, "c": {"x": 1}}
    new = {"a": {"x": 1, "y": 3}, "c": {"x": 1}, "d": {"x": 9}}
    found = diff(old, new)
    assert (found.added, found.removed, found.same) == ({"d": {"x": 9}}, {"b": {"x": 1}}, 1)
    assert found.changed == {"a": [Change("y", 2, 3)]} and not found.is_empty


def test_diff_of_a_field_that_one_side_lacks() -> None:
    assert diff({"a": {}}, {"a": {"z": 1}}).changed == {"a": [Change("z", None, 1)]}


def test_diff_of_the_same_is_empty() -> None:
    rows = {"a": {"x": 1}}
    assert diff(rows, rows).is_empty and diff({}, {}).is_empty
