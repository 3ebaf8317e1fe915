"""Results of benchmarks: a new run replaces its own lines and no others; growth becomes a table and a picture."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from benchmarks import growing, growth, results
from benchmarks.growth import Point
from benchmarks.results import Result

PAGE = """# Bench
<!-- growth -->
<!-- end of growth -->
<!-- results -->
| measure | database | ours | floor | ratio | asked | met |
|---|---|---|---|---|---|---|
| one | sqlite | old | | | | yes |
| one | postgresql | kept | | | | yes |
| other | sqlite | kept too | | | | yes |
<!-- end of results -->
why
"""


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "README.md"
    path.write_text(PAGE)
    monkeypatch.setattr(results, "README", path)
    monkeypatch.setattr(results, "machine", lambda: "a machine")
    monkeypatch.setattr(growth, "NUMBERS", tmp_path / "growth.json")
    monkeypatch.setattr(growth, "PICTURE", tmp_path / "growth.svg")
    monkeypatch.setattr(growth, "_noted", {})
    return path


def test_lines_of_measures_that_were_not_run_stay(page: Path) -> None:
    results.keep([Result("one", "sqlite", "new", "", "", "", True), Result("third", "sqlite", "added", "", "", "")])
    text = page.read_text()
    assert "| one | sqlite | new |" in text and "old" not in text
    assert all(words in text for words in ("| one | postgresql | kept |", "| other | sqlite | kept too |", "| third | sqlite | added |", "why"))


def test_growth_of_lists_sizes_and_databases_that_were_not_run_stays(page: Path) -> None:
    growth.note("sqlite", {10_000: {"list": Point(5, 1, 4)}, 1_000_000: {"list": Point(6, 1, 4), "map": Point(20, 9, 3)}})
    results.keep([])
    growth._noted.clear()
    growth.note("postgresql", {10_000: {"list": Point(7, 2, 4)}})
    growth.note("sqlite", {10_000: {"list": Point(4, 1, 4)}})
    results.keep([])
    text = page.read_text()
    assert "| list | sqlite | 4.0 (1.0) | 6.0 (1.0) | 1.5 × |" in text and "| map | sqlite |  | 20.0 (9.0) |  |" in text
    assert "| list | postgresql | 7.0 (2.0) |  |  |" in text and text.count(growth.BEGIN) == 1
    assert json.loads(growth.NUMBERS.read_text())["sqlite"]["list"]["10000"] == [4, 1, 4]
    drawn = ElementTree.fromstring(growth.PICTURE.read_text())
    assert len(drawn.findall("{http://www.w3.org/2000/svg}polyline")) == 3


def test_sizes_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing, "_limit", 100_000)
    assert growing.sizes() == (10_000, 100_000)
