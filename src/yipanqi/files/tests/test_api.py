"""Photos and attachments through the JSON interface."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yipanqi.files.models import Attachment, Photo
from yipanqi.files.tests import photos
from yipanqi.files.tests.conftest import SEEN
from yipanqi.files.tests.people import user

pytestmark = pytest.mark.django_db


def signed_in(role: str) -> Client:
    client = Client()
    client.force_login(user(role))
    return client


def sent(data: bytes, name: str = "IMG_0001.HEIC") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_add_photo_answers_with_addresses_time_and_place() -> None:
    client = Client()
    heic = photos.encoded(photos.scene(), "HEIF", exif=photos.camera_exif(offset="+08:00"))
    answer = client.post("/api/v1/photos", {"photo": sent(heic), "kind": "before"})
    facts = answer.json()
    photo = Photo.objects.get()
    assert answer.status_code == 201 and facts["id"] == str(photo.uuid) and photo.kind == Photo.Kind.BEFORE
    assert facts["position"] == pytest.approx([photos.LON, photos.LAT], abs=1e-6)
    assert client.get(facts["thumb_url"]).status_code == 200
    again = client.get(f"/api/v1/photos/{photo.uuid}").json()
    assert {**again, "warnings": []} == {**facts, "warnings": []}


def test_photo_of_someone_else_is_not_there() -> None:
    Client().post("/api/v1/photos", {"photo": sent(photos.jpeg())})
    assert signed_in("desk").get(f"/api/v1/photos/{Photo.objects.get().uuid}").status_code == 404


def test_photo_seen_only_because_it_is_public_tells_neither_place_nor_time() -> None:
    sender, desk = Client(), signed_in("desk")
    jpeg = photos.jpeg(exif=photos.camera_exif(offset="+08:00"))
    facts = sender.post("/api/v1/photos", {"photo": sent(jpeg)}).json()
    photo = Photo.objects.get()
    Photo.objects.update(subject_kind="test.box", subject_ref="7", attached_at=photo.uploaded_at, is_public=True)
    address = f"/api/v1/photos/{photo.uuid}"
    bare = {**facts, "taken_at": None, "position": None, "warnings": []}
    assert facts["position"] and facts["taken_at"]
    assert Client().get(address).json() == desk.get(address).json() == bare
    SEEN.add("user:desk:7")
    for who in (sender, desk):
        told = who.get(address).json()
        assert (told["position"], told["taken_at"]) == (facts["position"], facts["taken_at"])


@pytest.mark.parametrize(
    ("form", "status"),
    [({}, 400), ({"photo": "text"}, 400), ({"photo": sent(b"text")}, 422), ({"photo": sent(b"")}, 422)],
)
def test_add_photo_of_what_is_no_photo_says_why(form: dict[str, object], status: int) -> None:
    answer = Client().post("/api/v1/photos", form)
    assert answer.status_code == status and answer.json()["detail"]


def test_add_photo_of_a_strange_kind_says_so() -> None:
    answer = Client().post("/api/v1/photos", {"photo": sent(photos.jpeg()), "kind": "selfie"})
    assert answer.status_code == 400 and not Photo.objects.exists()


def test_add_photo_by_an_auditor_is_refused() -> None:
    assert signed_in("auditor").post("/api/v1/photos", {"photo": sent(photos.jpeg())}).status_code == 403


def test_add_attachment_answers_with_what_was_kept() -> None:
    answer = signed_in("liaison").post("/api/v1/attachments", {"file": sent(photos.office("xl"), "台账.xls")})
    paper = Attachment.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {
        "id": str(paper.uuid),
        "name": "台账.xls.xlsx",
        "mime": paper.mime,
        "size_bytes": paper.size_bytes,
        "sha256": paper.sha256,
    }


def test_add_attachment_by_a_resident_is_refused() -> None:
    answer = Client().post("/api/v1/attachments", {"file": sent(photos.office("word"))})
    assert answer.status_code in (401, 403) and not Attachment.objects.exists()
