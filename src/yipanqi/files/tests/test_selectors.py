"""Who sees a file, and what is doubtful about a photo."""

from datetime import timedelta
from uuid import uuid4

import pytest

from yipanqi.files import actions, selectors
from yipanqi.files.tests import photos
from yipanqi.files.tests.conftest import SEEN
from yipanqi.files.tests.people import user
from yipanqi.files.tests.test_actions import NOW, RESIDENT, attached, paper_by, photo_by
from yipanqi.kernel.actors import SYSTEM, Visitor

pytestmark = pytest.mark.django_db


def test_visible_photo_is_seen_by_its_sender_alone_until_attached() -> None:
    photo = photo_by(RESIDENT)
    SEEN.add("visitor:r2:")
    assert selectors.visible_photo(RESIDENT, photo.uuid) == photo
    for other in (Visitor("r2"), Visitor(), SYSTEM, user("desk"), user("admin")):
        assert selectors.visible_photo(other, photo.uuid) is None


def test_visible_photo_follows_the_thing_it_is_attached_to() -> None:
    photo, desk = attached(RESIDENT, "7"), user("desk")
    assert selectors.visible_photo(desk, photo.uuid) is None
    SEEN.add(f"{desk.actor_key}:7")
    assert selectors.visible_photo(desk, photo.uuid) == photo


def test_visible_photo_of_a_kind_that_nobody_registered_is_seen_by_nobody() -> None:
    photo, desk = attached(RESIDENT, "7"), user("desk")
    SEEN.add(f"{desk.actor_key}:7")
    type(photo).objects.filter(pk=photo.pk).update(subject_kind="gone.app")
    assert selectors.visible_photo(desk, photo.uuid) is None


def test_visible_photo_of_visitors_without_a_key_is_seen_by_none_of_them() -> None:
    assert selectors.visible_photo(Visitor(), photo_by(Visitor()).uuid) is None


def test_visible_photo_that_does_not_exist_is_none() -> None:
    assert selectors.visible_photo(RESIDENT, uuid4()) is None


def test_visible_attachment_follows_the_same_rule() -> None:
    liaison, desk = user("liaison"), user("desk")
    paper = paper_by(liaison)
    assert selectors.visible_attachment(liaison, paper.uuid) == paper
    assert selectors.visible_attachment(desk, paper.uuid) is None
    actions.attach(paper, subject_kind="test.box", subject_ref="7", by=liaison, at=NOW)
    SEEN.add(f"{desk.actor_key}:7")
    assert selectors.visible_attachment(desk, paper.uuid) == paper


def test_photos_of_many_things_asks_once(django_assert_num_queries: object) -> None:
    first, second, other = attached(RESIDENT, "1"), attached(RESIDENT, "2"), attached(RESIDENT, "3")
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert selectors.photos_of("test.box", ["1", "2", "9"]) == {"1": [first], "2": [second]}
    assert other.subject_ref == "3"


def taken(text: str | None, gps: dict[int, object] | None = None) -> list[str]:
    data = photos.jpeg(exif=photos.camera_exif(taken=text, gps=gps))
    return selectors.doubts(photo_by(RESIDENT, data=data))


def test_doubts_of_a_good_photo_are_none() -> None:
    assert taken("2026:05:06 15:55:00") == []


def test_doubts_name_what_is_missing_or_strange() -> None:
    assert [len(taken(None, {})), "没有位置" in taken(None, {})[0], "没有拍摄时间" in taken(None, {})[1]] == [
        2,
        True,
        True,
    ]
    assert "晚于上传" in taken("2026:05:06 16:30:00")[0]
    assert "一个月" in taken("2026:03:06 16:30:00")[0]


def test_doubts_name_a_photo_that_was_used_before() -> None:
    attached(RESIDENT)
    again = photo_by(Visitor("r2"))
    assert any("用过" in doubt for doubt in selectors.doubts(again))
    assert again.uploaded_at - NOW == timedelta(0)
