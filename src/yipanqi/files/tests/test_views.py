"""Files over HTTP: who gets which bytes, under which headers, and what a sender is told."""

from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from yipanqi.files import images, papers
from yipanqi.files.models import Attachment, Photo
from yipanqi.files.tests import photos
from yipanqi.files.tests.conftest import SEEN
from yipanqi.files.tests.people import user
from yipanqi.files.tests.test_actions import RESIDENT, attached, photo_by
from yipanqi.kernel.models import JournalEntry
from yipanqi.kernel.policy import keep_policy

pytestmark = pytest.mark.django_db


def signed_in(role: str) -> Client:
    client = Client()
    client.force_login(user(role))
    return client


def sent(data: bytes, name: str = "IMG_0001.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="image/jpeg")


def upload(client: Client, data: bytes, **headers: str) -> HttpResponseBase:
    return client.post("/files/photos/", {"photo": sent(data), "kind": "report"}, headers=headers)


def body(answer: HttpResponseBase) -> bytes:
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_upload_by_a_resident_answers_with_pictures_they_can_see() -> None:
    client = Client()
    facts = upload(client, photos.jpeg(exif=photos.camera_exif())).json()
    assert set(facts) == {"id", "thumb_url", "large_url", "taken_at", "position", "warnings"}
    assert facts["position"] == pytest.approx([photos.LON, photos.LAT], abs=1e-6)
    assert facts["taken_at"].startswith("2026-05-0")
    for address in (facts["thumb_url"], facts["large_url"]):
        assert client.get(address).status_code == 200
        assert Client().get(address).status_code == 404
    assert upload(client, photos.jpeg()).status_code == 201
    assert Photo.objects.values("uploader_key").distinct().count() == 1


def test_upload_asks_for_the_csrf_token() -> None:
    assert upload(Client(enforce_csrf_checks=True), photos.jpeg()).status_code == 403


def test_upload_by_htmx_answers_with_a_tile() -> None:
    text = upload(Client(), photos.jpeg(), **{"HX-Request": "true"}).content.decode()
    photo = Photo.objects.get()
    assert f'name="photos" value="{photo.uuid}"' in text and "-large" not in text and "没有位置" in text


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        ("这不是照片".encode(), 422, "不是照片"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 422, "不是照片"),
        (photos.png_header(10_000, 10_000), 422, "6000 万像素"),
        (photos.jpeg()[:300], 422, "损坏"),
        (b"", 422, "空的"),
        (bytes(images.MAX_BYTES + 1), 413, "20 MB"),
    ],
)
@pytest.mark.parametrize("htmx", [False, True])
def test_upload_of_what_is_no_photo_says_why(data: bytes, status: int, words: str, htmx: bool, store: Path) -> None:
    answer = upload(Client(), data, **({"HX-Request": "true"} if htmx else {}))
    text = answer.content.decode() if htmx else answer.json()["detail"]  # type: ignore[attr-defined]
    assert answer.status_code == (200 if htmx else status) and words in text
    assert not Photo.objects.exists() and not [path for path in store.rglob("*") if path.is_file()]


def test_upload_without_a_file_or_of_a_strange_kind_says_so() -> None:
    assert "没有收到文件" in Client().post("/files/photos/").json()["detail"]
    assert Client().post("/files/photos/", {"photo": "text"}).status_code == 422
    answer = Client().post("/files/photos/", {"photo": sent(photos.jpeg()), "kind": "selfie"})
    assert answer.status_code == 422


def test_upload_by_an_auditor_is_refused_before_the_file_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yipanqi.files.intake.prepare", lambda *_: pytest.fail("looked at"))
    assert upload(signed_in("auditor"), photos.jpeg()).status_code == 403


def test_upload_by_residents_is_limited_per_address_and_hour(django_user_model: object) -> None:
    keep_policy("files.visitor_photos_per_hour", 2, by="user:head", at="2026-05-06T00:00:00Z")
    answers = [upload(Client(), photos.jpeg()) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert 0 < int(answers[2]["Retry-After"]) <= 3600 and "太多" in answers[2].json()["detail"]  # type: ignore[attr-defined]
    elsewhere = Client(REMOTE_ADDR="10.1.2.3")
    assert upload(elsewhere, photos.jpeg()).status_code == 201
    assert upload(signed_in("grid"), photos.jpeg()).status_code == 201


def test_picture_is_kept_private_and_harmless() -> None:
    photo, client = attached(RESIDENT), signed_in("desk")
    SEEN.add("user:desk:1")
    answer = client.get(f"/files/photos/{photo.uuid}/large.jpg")
    assert answer["Content-Type"] == "image/jpeg" and answer["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer["Cache-Control"] and "sandbox" in answer["Content-Security-Policy"]
    assert body(answer).startswith(b"\xff\xd8\xff")
    again = client.get(f"/files/photos/{photo.uuid}/large.jpg", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    thumb = client.get(f"/files/photos/{photo.uuid}/thumb.jpg", headers={"If-None-Match": answer["ETag"]})
    assert thumb.status_code == 200


def test_picture_asks_for_permission_before_it_answers_not_modified() -> None:
    photo = attached(RESIDENT)
    address = f"/files/photos/{photo.uuid}/large.jpg"
    etag = f'"{photo.uuid.hex}-large"'
    assert signed_in("liaison").get(address, headers={"If-None-Match": etag}).status_code == 404


@pytest.mark.parametrize("size", ["original", "huge", "../original"])
def test_picture_of_another_size_is_not_there(size: str) -> None:
    SEEN.add("user:desk:1")
    assert signed_in("desk").get(f"/files/photos/{attached(RESIDENT).uuid}/{size}.jpg").status_code == 404


def test_picture_that_does_not_exist_is_not_there() -> None:
    assert Client().get(f"/files/photos/{uuid4()}/large.jpg").status_code == 404


def test_picture_whose_file_was_lost_is_not_there_and_said_in_the_log(
    store: Path, caplog: pytest.LogCaptureFixture
) -> None:
    photo = attached(RESIDENT)
    SEEN.add("user:desk:1")
    (store / photo.large).unlink()
    assert signed_in("desk").get(f"/files/photos/{photo.uuid}/large.jpg").status_code == 404
    assert photo.large in caplog.text


def test_original_is_a_download_of_plain_bytes_and_written_down() -> None:
    page = b"<!DOCTYPE html><script>alert(1)</script>"
    photo = photo_by(RESIDENT, data=photos.jpeg(comment=page) + photos.zipped())
    Photo.objects.filter(pk=photo.pk).update(subject_kind="test.box", subject_ref="1", attached_at=photo.uploaded_at)
    SEEN.add("user:desk:1")
    answer = signed_in("desk").get(f"/files/photos/{photo.uuid}/original")
    assert answer["Content-Type"] == "application/octet-stream" and answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment") and "no-store" in answer["Cache-Control"]
    assert page in body(answer)
    assert JournalEntry.objects.filter(action="files.open_original", actor="user:desk").count() == 1


def test_original_for_those_who_see_only_pictures_is_refused_with_a_reason() -> None:
    photo = attached(RESIDENT)
    SEEN.add("user:liaison:1")
    answer = signed_in("liaison").get(f"/files/photos/{photo.uuid}/original")
    assert answer.status_code == 403 and "原图" in answer.content.decode()
    assert signed_in("grid").get(f"/files/photos/{photo.uuid}/original").status_code == 404


def test_upload_attachment_and_download_it() -> None:
    client = signed_in("liaison")
    answer = client.post("/files/attachments/", {"file": sent(photos.office("word"), "整改方案.docx")})
    paper = Attachment.objects.get()
    assert answer.json() == {"id": str(paper.uuid), "name": "整改方案.docx", "size_bytes": paper.size_bytes}
    download = client.get(reverse("files:attachment", args=[paper.uuid]))
    assert download["Content-Type"] == papers.MIME["docx"]
    assert download["Content-Disposition"].startswith("attachment")
    assert body(download) == photos.office("word")
    assert Client().get(reverse("files:attachment", args=[paper.uuid])).status_code == 404


def test_upload_attachment_by_htmx_answers_with_a_line() -> None:
    form = {"file": sent(photos.office("xl"), "台账.xlsx")}
    answer = signed_in("desk").post("/files/attachments/", form, headers={"HX-Request": "true"})
    assert "台账.xlsx" in answer.content.decode()


def test_upload_attachment_by_a_resident_or_of_another_kind_is_refused() -> None:
    form = {"file": sent(photos.office("word"), "方案.docx")}
    assert Client().post("/files/attachments/", form).status_code == 403
    answer = signed_in("desk").post("/files/attachments/", {"file": sent(photos.zipped(), "方案.docx")})
    assert answer.status_code == 422 and "PDF" in answer.json()["detail"]


def test_upload_attachment_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers, "MAX_BYTES", 10)
    answer = signed_in("desk").post("/files/attachments/", {"file": sent(photos.office("word"), "方案.docx")})
    assert answer.status_code == 413
