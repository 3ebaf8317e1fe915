"""Taking files in, attaching, publishing, opening and throwing away: it works, wrong state, wrong person."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from PIL import Image

from yipanqi.files import actions, intake, papers, selectors, storage
from yipanqi.files.models import Attachment, Photo
from yipanqi.files.tests import photos
from yipanqi.files.tests.conftest import SEEN
from yipanqi.files.tests.people import user
from yipanqi.kernel.actions import NotAllowed
from yipanqi.kernel.actors import SYSTEM, Actor, Visitor
from yipanqi.kernel.models import JournalEntry

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 6, 8, 0, tzinfo=UTC)
RESIDENT = Visitor("r1")


def photo_by(by: Actor, kind: str = "report", data: bytes | None = None) -> Photo:
    prepared = intake.prepare(data or photos.jpeg(exif=photos.camera_exif()))
    return actions.add_photo(None, prepared=prepared, kind=kind, by=by, at=NOW)


def paper_by(by: Actor) -> Attachment:
    prepared = intake.prepare_attachment(photos.office("word"), "方案.docx")
    return actions.add_attachment(None, prepared=prepared, by=by, at=NOW)


def attached(by: Actor, ref: str = "1") -> Photo:
    return actions.attach(photo_by(by), subject_kind="test.box", subject_ref=ref, by=by, at=NOW)


def test_add_photo_keeps_facts_and_three_files(store: Path) -> None:
    photo = photo_by(RESIDENT)
    photo.refresh_from_db()
    assert photo.position == pytest.approx((photos.LON, photos.LAT), abs=1e-6)
    assert photo.taken_at == datetime(2026, 5, 5, 23, 8, 9, tzinfo=UTC)
    assert (photo.width, photo.height, photo.uploaded_by, photo.is_public) == (64, 48, None, False)
    assert (store / photo.original).read_bytes() == photos.jpeg(exif=photos.camera_exif())
    assert Image.open(store / photo.large).size == Image.open(store / photo.thumb).size == (64, 48)
    assert photo.size_bytes == (store / photo.original).stat().st_size
    assert not list((store / storage.INCOMING).iterdir())


def test_add_photo_of_a_user_names_the_user() -> None:
    inspector = user("inspector")
    photo = photo_by(inspector)
    assert (photo.uploaded_by, photo.uploader_key) == (inspector, inspector.actor_key)


def test_add_photo_leaves_position_and_digest_out_of_the_journal() -> None:
    photo = photo_by(RESIDENT)
    entry = JournalEntry.objects.get(action="files.add_photo")
    assert entry.subject == str(photo.uuid)
    assert entry.data == {"prepared": "***", "kind": "report"}


@pytest.mark.parametrize("role", ["auditor", "admin"])
def test_add_photo_by_those_who_change_nothing_is_refused(role: str) -> None:
    with pytest.raises(NotAllowed):
        photo_by(user(role))
    assert not Photo.objects.exists()


def test_add_photo_that_fails_leaves_no_row_and_can_be_repeated(store: Path) -> None:
    prepared = intake.prepare(photos.jpeg())
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        actions.add_photo(None, prepared=prepared, kind="report", by=RESIDENT, at=NOW)
        raise ZeroDivisionError
    assert not Photo.objects.exists()
    photo = actions.add_photo(None, prepared=prepared, kind="report", by=RESIDENT, at=NOW)
    assert (store / photo.original).exists()


def test_prepare_on_a_full_disk_says_so_and_leaves_nothing(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("yipanqi.files.storage.os.fsync", full)
    with pytest.raises(storage.StorageAway) as caught:
        intake.prepare(photos.jpeg())
    assert caught.value.status == 503 and "存储" in str(caught.value)
    assert not [path for path in store.rglob("*") if path.is_file()]


def test_add_photo_whose_staged_file_is_gone_says_so(store: Path) -> None:
    prepared = intake.prepare(photos.jpeg())
    next((store / storage.INCOMING).glob("*-large.jpg")).unlink()
    with pytest.raises(storage.StorageAway):
        actions.add_photo(None, prepared=prepared, kind="report", by=RESIDENT, at=NOW)
    assert not Photo.objects.exists()


def test_add_attachment_keeps_the_paper(store: Path) -> None:
    paper = paper_by(user("liaison"))
    assert (paper.name, paper.mime) == ("方案.docx", papers.MIME["docx"])
    assert (store / paper.file).stat().st_size == paper.size_bytes


def test_add_attachment_by_a_visitor_is_refused() -> None:
    with pytest.raises(NotAllowed):
        paper_by(RESIDENT)


def test_attach_makes_a_file_part_of_a_thing() -> None:
    photo = attached(RESIDENT, "7")
    assert (photo.subject_kind, photo.subject_ref, photo.attached_at) == ("test.box", "7", NOW)


def test_attach_works_for_papers_and_by_the_system() -> None:
    paper = actions.attach(paper_by(user("desk")), subject_kind="test.box", subject_ref="7", by=SYSTEM, at=NOW)
    assert selectors.attachments_of("test.box", ["7"]) == {"7": [paper]}


def test_attach_again_to_the_same_thing_changes_nothing() -> None:
    photo = attached(RESIDENT)
    later = NOW + timedelta(hours=1)
    assert actions.attach(photo, subject_kind="test.box", subject_ref="1", by=RESIDENT, at=later).attached_at == NOW


def test_attach_to_a_second_thing_is_refused() -> None:
    photo = attached(RESIDENT)
    with pytest.raises(actions.AttachedElsewhere):
        actions.attach(photo, subject_kind="test.box", subject_ref="2", by=RESIDENT, at=NOW)


def test_attach_of_an_unknown_kind_is_a_bug() -> None:
    with pytest.raises(LookupError):
        actions.attach(photo_by(RESIDENT), subject_kind="nobody.knows", subject_ref="1", by=RESIDENT, at=NOW)


def test_attach_of_someone_elses_photo_is_refused() -> None:
    photo = photo_by(RESIDENT)
    for other in (Visitor("r2"), user("liaison"), user("inspector"), user("desk"), user("head")):
        with pytest.raises(NotAllowed):
            actions.attach(photo, subject_kind="test.box", subject_ref="1", by=other, at=NOW)


def test_attach_by_a_visitor_without_a_key_of_their_own_is_refused() -> None:
    photo = photo_by(Visitor())
    with pytest.raises(NotAllowed):
        actions.attach(photo, subject_kind="test.box", subject_ref="1", by=Visitor(), at=NOW)


def test_publish_photo_and_take_it_back() -> None:
    desk = user("desk")
    SEEN.add(f"{desk.actor_key}:1")
    photo = actions.publish_photo(attached(RESIDENT), by=desk, at=NOW)
    assert selectors.visible_photo(Visitor("stranger"), photo.uuid) == photo
    actions.unpublish_photo(photo, by=desk, at=NOW)
    assert selectors.visible_photo(Visitor("stranger"), photo.uuid) is None


def test_publish_photo_that_belongs_to_nothing_is_refused() -> None:
    desk = user("desk")
    with pytest.raises(actions.NotAttached):
        actions.publish_photo(photo_by(desk), by=desk, at=NOW)


@pytest.mark.parametrize("verb", [actions.publish_photo, actions.unpublish_photo])
def test_publish_photo_by_others_is_refused(verb: object) -> None:
    photo, liaison = attached(RESIDENT), user("liaison")
    SEEN.add(f"{liaison.actor_key}:1")
    for actor in (liaison, RESIDENT, user("head")):  # the head of office does not see this box
        with pytest.raises(NotAllowed):
            verb(photo, by=actor, at=NOW)  # type: ignore[operator]


def test_open_original_is_written_down() -> None:
    auditor, photo = user("auditor"), attached(RESIDENT)
    SEEN.add(f"{auditor.actor_key}:1")
    actions.open_original(photo, by=auditor, at=NOW)
    entry = JournalEntry.objects.get(action="files.open_original")
    assert (entry.actor, entry.subject) == (auditor.actor_key, str(photo.uuid))


def test_open_original_by_those_who_see_only_pictures_is_refused() -> None:
    liaison, photo = user("liaison"), attached(RESIDENT)
    SEEN.add(f"{liaison.actor_key}:1")
    with pytest.raises(NotAllowed):
        actions.open_original(photo, by=liaison, at=NOW)


def test_discard_of_an_attached_photo_is_refused() -> None:
    with pytest.raises(actions.StillAttached):
        actions.discard(attached(RESIDENT), by=SYSTEM, at=NOW)


def test_discard_by_a_person_is_refused() -> None:
    with pytest.raises(NotAllowed):
        actions.discard(photo_by(RESIDENT), by=RESIDENT, at=NOW)


@pytest.mark.parametrize(
    "change",
    [{"lon": 98.0, "lat": None}, {"lon": 200.0, "lat": 0.0}, {"exif_stripped": False}, {"is_public": True},
     {"subject_kind": "test.box"}],
)  # fmt: skip
def test_database_refuses_photos_that_cannot_be(change: dict[str, object]) -> None:
    photo = photo_by(RESIDENT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Photo.objects.filter(pk=photo.pk).update(**change)
