"""Drawn photos are small, marked, repeatable, and can carry what a phone would write."""

import io
from datetime import datetime

import pytest
from PIL import Image, ImageChops

from yipanqi.demo import pictures, scenes
from yipanqi.demo.build import DemoCity
from yipanqi.demo.worktime import CST


def test_pool_is_small_distinct_and_light() -> None:
    drawn = {name: pictures.draw(name) for name in scenes.pool()}
    assert len(drawn) <= 66
    assert len(set(drawn.values())) == len(drawn)
    assert max(len(data) for data in drawn.values()) <= 60_000
    assert Image.open(io.BytesIO(drawn["rubbish-0-before"])).size == (800, 600)


def test_paint_shows_the_same_spot_before_and_after() -> None:
    for scene in scenes.SCENES:
        before, after = pictures.paint(f"{scene}-0-before"), pictures.paint(f"{scene}-0-after")
        box = (0, 0, 250, 60)
        assert ImageChops.difference(before.crop(box), after.crop(box)).getbbox() is None
        assert ImageChops.difference(before, after).getbbox() is not None


def test_draw_writes_time_and_position_on_request() -> None:
    taken = datetime(2026, 5, 1, 9, 8, 7, tzinfo=CST)
    data = pictures.draw("bin-1-after", taken_at=taken, position=(98.2925, 39.7705))
    exif = Image.open(io.BytesIO(data)).getexif()
    assert exif.get_ifd(0x8769)[0x9003] == "2026:05:01 09:08:07"
    gps = exif.get_ifd(0x8825)
    degrees, minutes, seconds = gps[4]
    assert float(degrees + minutes / 60 + seconds / 3600) == pytest.approx(98.2925, abs=1e-6)
    assert not Image.open(io.BytesIO(pictures.draw("bin-1-after"))).getexif()


def test_draw_works_without_a_chinese_font(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_font", lambda: None)
    assert pictures.paint("lamp-2-before").size == (800, 600)


@pytest.mark.parametrize("name", ["", "rubbish", "rubbish-0", "volcano-0-before", "rubbish-x-before"])
def test_draw_refuses_unknown_names(name: str) -> None:
    with pytest.raises(ValueError, match="no such picture"):
        pictures.draw(name)


def test_histories_use_pictures_of_the_pool(small: DemoCity) -> None:
    pool = set(scenes.pool())
    for story in small.history.cases:
        assert not story.photo or story.photo in pool
        for step in story.steps:
            if step.args.get("photo"):
                assert step.args["photo"] in pool
