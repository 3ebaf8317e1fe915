"""A few cases of the sample city have photos of their own, one for each thing that verifiers are told of."""

import io
from datetime import datetime

import pytest
from PIL import Image

from yipanqi.cases import selectors as cases
from yipanqi.cases.selectors.flagging import KINDS
from yipanqi.demo import scenes
from yipanqi.demo.build import DemoCity
from yipanqi.demo.bulk import Twins
from yipanqi.demo.load_board import BoardLoader
from yipanqi.demo.load_history import HistoryTeller
from yipanqi.demo.shots import AFTER, BEFORE, Shot, shoot, shots_of
from yipanqi.demo.tests.sampling import around
from yipanqi.files.fingerprints import MOST_DIFFERENT, differing, fingerprint
from yipanqi.files.jobs import look_at_photos
from yipanqi.files.models import Photo, PhotoLook
from yipanqi.kernel.stamps import one_look
from yipanqi.people.models import User


def look(shot: Shot) -> int:
    found = fingerprint(Image.open(io.BytesIO(shoot(shot))))
    assert found is not None
    return found


def test_shots_of_one_spot_from_two_stands_are_two_photos_and_a_resent_one_is_the_same() -> None:
    for scene in scenes.SCENES:
        one = Shot(f"{scene}-0-before", 1, None, None)
        assert differing(look(one), look(one._replace(resent=True))) <= 3
        assert differing(look(one), look(one._replace(stand=2, name=f"{scene}-0-after"))) > MOST_DIFFERENT


def test_shoot_is_repeatable_and_carries_time_and_position(now: datetime) -> None:
    shot = Shot("bin-1-after", 4, now, (98.2925, 39.7705))
    assert shoot(shot) == shoot(shot)
    exif = Image.open(io.BytesIO(shoot(shot))).getexif()
    assert exif.get_ifd(0x8769)[0x9003] == f"{now:%Y:%m:%d %H:%M:%S}" and exif.get_ifd(0x8825)
    assert not Image.open(io.BytesIO(shoot(shot._replace(taken_at=None, position=None)))).getexif()


@pytest.mark.parametrize("size", ["small", "big"])
def test_shots_are_few_and_of_the_pool(size: str, request: pytest.FixtureRequest) -> None:
    city: DemoCity = request.getfixturevalue(size)
    found = shots_of(city.history)
    assert 10 <= len(found) <= 12 and {shot.name for shot in found.values()} <= {*scenes.pool()}
    stories = {s.number: s for s in city.history.cases}
    for (number, when), shot in found.items():
        assert shot.name == (stories[number].photo if when == BEFORE else shot.name) and when in (BEFORE, AFTER)


def test_each_flag_is_shown_by_a_case_of_the_sample_city_and_others_have_none(board: BoardLoader, small: DemoCity, now: datetime) -> None:
    numbers = {number for number, _when in shots_of(small.history)}
    numbers |= {s.number for s in small.history.cases if s.photo and s.state == "closed"} - {*range(280)}
    teller = HistoryTeller(board, twins := Twins())
    with one_look():
        teller.tell(around(small, numbers))
        twins.write()
    look_at_photos(now)
    office = User.objects.get(username="office")
    told = {number: [flag.kind for flag in cases.photo_flags(case, office) or ()] for number, case in teller.cases.items()}
    assert sorted(kind for kinds in told.values() for kind in kinds) == sorted(KINDS)
    assert max(map(len, told.values())) == 1
    assert PhotoLook.objects.count() == sum(p.taken_at is not None or p.width == 600 for p in Photo.objects.all()) < Photo.objects.count()
