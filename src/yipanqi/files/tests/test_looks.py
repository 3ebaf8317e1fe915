"""Photos are compared with all others: by index, each once, the like ones remembered."""

from pathlib import Path

import pytest
from django.db import connection
from PIL import Image, ImageOps

from yipanqi.files import fingerprints, jobs, selectors
from yipanqi.files.actions import compare_photos
from yipanqi.files.models import Photo, PhotoLikeness, PhotoLook
from yipanqi.files.tests import photos
from yipanqi.files.tests.people import user
from yipanqi.files.tests.test_actions import NOW, RESIDENT, photo_by
from yipanqi.kernel.actions import NotAllowed
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.models import JournalEntry

FINGERPRINT = 0x4A797ACA1164A012


def rings(seed: int = 1) -> Image.Image:
    """A picture with waves that look like nothing else."""
    grey = bytes((x * x * seed + y * 3 * (x + seed)) // 40 % 256 for y in range(90) for x in range(120))
    return Image.frombytes("L", (120, 90), grey).resize((480, 360), Image.Resampling.BICUBIC).convert("RGB")


def pair() -> tuple[Photo, Photo]:
    """A photo and the same one recompressed at half its size."""
    small = rings().resize((240, 180))
    return photo_by(RESIDENT, data=photos.encoded(rings(), quality=90)), photo_by(RESIDENT, data=photos.encoded(small, quality=50))


# ----- fingerprints -----


def test_fingerprint_is_of_64_bits_and_none_where_nothing_is_seen() -> None:
    found = fingerprints.fingerprint(rings())
    assert found is not None and 0 < found < 1 << 64
    assert fingerprints.fingerprint(Image.new("RGB", (300, 200), (90, 90, 90))) is None


@pytest.mark.parametrize(
    "turn", [ImageOps.mirror, ImageOps.flip, *(lambda picture, d=d: picture.rotate(d, expand=True) for d in (90, 180, 270))]
)  # fmt: skip
def test_turned_and_mirrored_pictures_have_the_turned_fingerprint(turn: object) -> None:
    one, other = fingerprints.fingerprint(rings()), fingerprints.fingerprint(turn(rings()))  # type: ignore[operator]
    assert one is not None and other is not None
    assert (one ^ other).bit_count() > 10 and fingerprints.differing(one, other) <= 2


def test_near_has_a_band_in_common_with_all_that_differ_in_up_to_seven_bits() -> None:
    wanted = fingerprints.near(FINGERPRINT)
    for start in range(64):  # seven neighbouring, and seven spread over all bands
        for bits in ([(start + n) % 64 for n in range(7)], [(start + 9 * n) % 64 for n in range(7)]):
            other = FINGERPRINT ^ sum(1 << bit for bit in bits)
            assert any(band in values for band, values in zip(fingerprints.bands(other), wanted, strict=True))


def test_joined_bands_are_the_fingerprint() -> None:
    assert fingerprints.joined(fingerprints.bands(FINGERPRINT)) == FINGERPRINT


# ----- looking -----

pytestmark = pytest.mark.django_db


def test_look_at_photos_finds_the_same_photo_recompressed() -> None:
    first, again = pair()
    other = photo_by(RESIDENT, data=photos.encoded(rings(7)))
    jobs.look_at_photos(NOW)
    found = PhotoLikeness.objects.get()
    assert (found.photo, found.earlier) == (again, first) and found.differing <= 3
    assert not Photo.objects.filter(looked_at=None).exists()
    assert {likeness.earlier for likeness in selectors.likenesses([first, again, other], within=6)[again.pk]} == {first}
    assert not selectors.likenesses([first, other], within=6)


def test_look_at_photos_a_second_time_changes_nothing() -> None:
    pair()
    jobs.look_at_photos(NOW)
    before = JournalEntry.objects.count()
    jobs.look_at_photos(NOW)
    compare_photos(None, fingerprints={p.pk: FINGERPRINT for p in Photo.objects.all()}, by=SYSTEM, at=NOW)
    assert (PhotoLook.objects.count(), PhotoLikeness.objects.count()) == (2, 1)
    assert JournalEntry.objects.count() == before + 1  # that of the call above: a run without new photos writes nothing


def test_look_at_photos_catches_up_whatever_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "PIECE", 1)
    monkeypatch.setattr(jobs, "PIECES", 1)
    first, again = pair()
    jobs.look_at_photos(NOW)
    assert list(Photo.objects.filter(looked_at=None)) == [first] and not PhotoLikeness.objects.exists()
    jobs.look_at_photos(NOW)
    assert [(found.photo, found.earlier) for found in PhotoLikeness.objects.all()] == [(again, first)]


@pytest.mark.parametrize("damage", [b"", b"\xff\xd8 no picture", None])
def test_look_at_photos_goes_on_where_a_file_is_gone_or_damaged(store: Path, damage: bytes | None) -> None:
    broken, good = photo_by(RESIDENT), photo_by(RESIDENT, data=photos.encoded(rings()))
    if damage is None:
        (store / broken.thumb).unlink()
    else:
        (store / broken.thumb).write_bytes(damage)
    jobs.look_at_photos(NOW)
    assert [look.photo for look in PhotoLook.objects.all()] == [good]
    assert not Photo.objects.filter(looked_at=None).exists()


def test_compare_photos_is_for_the_system_alone() -> None:
    with pytest.raises(NotAllowed):
        compare_photos(None, fingerprints={photo_by(RESIDENT).pk: 1}, by=user("desk"), at=NOW)


def test_compare_photos_keeps_looks_out_of_the_journal() -> None:
    compare_photos(None, fingerprints={photo_by(RESIDENT).pk: FINGERPRINT}, by=SYSTEM, at=NOW)
    assert JournalEntry.objects.get(action="files.compare_photos").data == {"fingerprints": "***"}


# ----- finding -----


def known(*prints: int) -> list[Photo]:
    """Photos that look like this."""
    made = [photo_by(RESIDENT) for _ in prints]
    compare_photos(None, fingerprints={p.pk: one for p, one in zip(made, prints, strict=True)}, by=SYSTEM, at=NOW)
    return made


def test_photos_like_answers_the_nearest_first_and_no_more_than_asked() -> None:
    far, three, same, mirrored = known(FINGERPRINT ^ 0xFF, FINGERPRINT ^ 0b111, FINGERPRINT, fingerprints.turned(FINGERPRINT)[1])
    assert selectors.photos_like(0, FINGERPRINT) == [(same.pk, 0), (mirrored.pk, 0), (three.pk, 3)]
    assert selectors.photos_like(same.pk, FINGERPRINT, within=2) == [(mirrored.pk, 0)]
    assert selectors.photos_like(0, FINGERPRINT, most=1) == [(same.pk, 0)]
    assert far.pk not in dict(selectors.photos_like(0, FINGERPRINT))


def test_photos_are_deleted_with_their_looks() -> None:
    first, _same = known(FINGERPRINT, FINGERPRINT)
    first.delete()
    assert PhotoLook.objects.count() == 1 and not PhotoLikeness.objects.exists()


def test_candidates_are_found_by_index() -> None:
    """No scan, on either database; PostgreSQL would scan a small table, so that is forbidden here."""
    found = selectors.candidates(FINGERPRINT)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        assert found.explain().count("Bitmap Index Scan on files_photolook_band") == fingerprints.BANDS
    else:
        plan = found.explain()
        assert "MULTI-INDEX OR" in plan and plan.count("USING INDEX files_photolook_band") == fingerprints.BANDS and "SCAN" not in plan


def test_waiting_photos_are_found_by_index() -> None:
    if connection.vendor == "sqlite":
        assert "files_photo_unseen" in Photo.objects.filter(looked_at__isnull=True).order_by("-id").explain()
