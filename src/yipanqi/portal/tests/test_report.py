"""Reporting a problem: with words, photos, positions, signs at doors; and everything that can be wrong with it."""

from __future__ import annotations

import uuid

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yipanqi.cases.models import Case, Report
from yipanqi.cases.tests.town import Town
from yipanqi.files.models import Photo
from yipanqi.files.tests.photos import LAT, LON, camera_exif, jpeg
from yipanqi.kernel.policy import keep_policy
from yipanqi.places.models import Place

pytestmark = pytest.mark.django_db


def picture(name: str = "a.jpg", data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data or jpeg(), content_type="image/jpeg")


def test_report_form_opens_without_login(client: Client) -> None:
    page = client.get("/report/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "拍照或选照片" in text and 'enctype="multipart/form-data"' in text and "办结后六个月清除" in text


def test_report_with_words_and_address(client: Client, town: Town) -> None:
    answer = client.post(
        "/report/",
        {"text": "垃圾桶满了", "address": "新华南路口", "contact_name": "王女士", "contact_phone": "138 0000 0000"},
    )
    report = Report.objects.get()
    assert answer.status_code == 302 and answer["Location"] == f"/report/sent/{report.code}/"
    assert (report.case.source, report.case.state, report.case.address) == ("resident", "reported", "新华南路口")
    assert (report.contact_name, report.contact_phone) == ("王女士", "138 0000 0000")
    sent = client.get(answer["Location"])
    assert report.code in sent.content.decode() and "<svg" in sent.content.decode()
    assert sent["Cache-Control"] == "private, no-store"


def test_report_takes_the_position_from_the_photo(client: Client, town: Town) -> None:
    photo = picture(data=jpeg(exif=camera_exif()))
    assert client.post("/report/", {"text": "井盖破损", "photo_files": [photo]}).status_code == 302
    case = Case.objects.get()
    assert (case.lon, case.lat) == (pytest.approx(LON, abs=1e-4), pytest.approx(LAT, abs=1e-4))
    assert Photo.objects.get().subject_ref == case.number


def test_report_prefers_the_chosen_position(client: Client, town: Town) -> None:
    photo = picture(data=jpeg(exif=camera_exif()))
    client.post("/report/", {"text": "井盖破损", "lon": "98.3", "lat": "39.8", "photo_files": [photo]})
    assert (Case.objects.get().lon, Case.objects.get().lat) == (98.3, 39.8)


def test_report_uses_photos_uploaded_before(client: Client, town: Town) -> None:
    tile = client.post("/files/photos/", {"photo": picture(), "kind": "report"}).json()
    assert client.post("/report/", {"text": "乱堆放", "address": "东门", "photos": [tile["id"]]}).status_code == 302
    assert Photo.objects.get().subject_ref == Case.objects.get().number


def test_report_ignores_photos_of_others(client: Client, town: Town) -> None:
    tile = Client().post("/files/photos/", {"photo": picture(), "kind": "report"}).json()
    assert (
        client.post("/report/", {"text": "乱堆放", "address": "东门", "photos": [tile["id"], "x"]}).status_code == 302
    )
    assert not Photo.objects.get().is_attached


def test_report_by_staff_on_the_public_page_works(client: Client, town: Town) -> None:
    client.force_login(town.liaison)
    assert client.post("/report/", {"text": "乱堆放", "address": "东门", "photo_files": [picture()]}).status_code == 302
    assert Photo.objects.get().is_attached


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"text": ""}, "请用一句话写明是什么问题"),
        ({"address": ""}, "请告诉我们地点"),
        ({"contact_phone": "abc"}, "电话号码只能有数字"),
        ({"contact_phone": "12"}, "号码位数不对"),
        ({"text": "长" * 2001}, "最多 2000 字"),
        ({"address": "", "lon": "nan", "lat": "nan"}, "请告诉我们地点"),
        ({"address": "", "lon": "98"}, "请告诉我们地点"),
    ],
)
def test_report_refuses_what_is_wrong_and_keeps_the_rest(client: Client, wrong: dict[str, str], sentence: str) -> None:
    answer = client.post("/report/", {"text": "垃圾桶满了", "address": "新华南路口", "contact_name": "王女士", **wrong})
    page = answer.content.decode()
    assert answer.status_code == 422 and sentence in page and "王女士" in page
    assert not Report.objects.exists()


def test_report_keeps_photos_when_something_is_wrong(client: Client) -> None:
    answer = client.post("/report/", {"text": "", "address": "东门", "photo_files": [picture()]})
    assert str(Photo.objects.get().uuid) in answer.content.decode()


def test_report_says_which_photo_was_refused(client: Client) -> None:
    answer = client.post(
        "/report/", {"text": "乱停车", "address": "东门", "photo_files": [picture(), picture("b.jpg", b"no photo")]}
    )
    page = answer.content.decode()
    assert answer.status_code == 422 and "“b.jpg”没有收下" in page and "乱停车" in page
    assert not Report.objects.exists()


def test_report_takes_nine_photos_at_most(client: Client) -> None:
    answer = client.post(
        "/report/", {"text": "乱停车", "address": "东门", "photo_files": [picture(f"{i}.jpg") for i in range(10)]}
    )
    assert "最多九张照片" in answer.content.decode()
    assert Photo.objects.count() == 9


def test_report_is_limited_by_address_and_keeps_the_words(client: Client, town: Town) -> None:
    keep_policy("portal.reports_per_hour", 1, by="test", at="2026-01-01T00:00Z")
    facts = {"text": "垃圾桶满了", "address": "新华南路口"}
    assert client.post("/report/", facts).status_code == 302
    answer = client.post("/report/", facts)
    assert answer.status_code == 429 and int(answer["Retry-After"]) > 0
    assert "过一会儿再提交" in answer.content.decode() and "垃圾桶满了" in answer.content.decode()
    assert Report.objects.count() == 1


def test_place_sign_fills_in_the_place_and_who_answers(client: Client, market: Place) -> None:
    page = client.get(f"/p/{market.qr}")
    assert page.status_code == 200
    assert (
        "新华农贸市场" in page.content.decode()
        and "城管局" in page.content.decode()
        and str(market.qr) in page.content.decode()
    )
    assert client.post("/report/", {"text": "地面有积水", "place": str(market.qr)}).status_code == 302
    case = Case.objects.get()
    assert case.place == market and (case.lon, case.lat) == (market.lon, market.lat)


def test_place_sign_of_a_closed_place_still_leads_to_the_form(client: Client, market: Place) -> None:
    market.status = Place.Status.CLOSED
    market.save()
    for qr in (market.qr, uuid.uuid4()):
        page = client.get(f"/p/{qr}")
        assert (
            page.status_code == 404
            and "二维码已经失效" in page.content.decode()
            and 'href="/report/"' in page.content.decode()
        )


def test_report_with_a_wrong_place_asks_for_another(client: Client, town: Town) -> None:
    answer = client.post("/report/", {"text": "积水", "place": str(uuid.uuid4())})
    assert answer.status_code == 422 and "请告诉我们地点" in answer.content.decode()


def test_place_sign_leads_inspectors_to_the_check_list(client: Client, market: Place, town: Town) -> None:
    client.force_login(town.inspector)
    assert client.get(f"/p/{market.qr}")["Location"] == f"/m/p/{market.qr}/"
    client.force_login(town.liaison)
    assert market.name in client.get(f"/p/{market.qr}").content.decode()


def test_report_sent_twice_is_one_report(client: Client, town: Town) -> None:
    page = client.get("/report/").content.decode()
    attempt = page.split('name="attempt" value="')[1].split('"')[0]
    facts = {"text": "垃圾桶满了", "address": "新华南路口", "attempt": attempt}
    first, second = client.post("/report/", facts), client.post("/report/", facts)
    assert first["Location"] == second["Location"] and Report.objects.count() == 1
    client.post("/report/", {**facts, "attempt": str(uuid.uuid4())})
    assert Report.objects.count() == 2


def test_report_sent_twice_at_once_waits(client: Client, town: Town) -> None:
    attempt = uuid.uuid4()
    client.post("/files/photos/", {"photo": picture(), "kind": "report"})
    cache.set(f"portal:attempt:visitor:{client.session['files_visitor']}:{attempt}", "")
    answer = client.post("/report/", {"text": "垃圾桶满了", "address": "路口", "attempt": str(attempt)})
    assert answer.status_code == 409 and "不会重复登记" in answer.content.decode() and not Report.objects.exists()


def test_report_refused_may_be_sent_again_with_the_same_attempt(client: Client, town: Town) -> None:
    keep_policy("portal.reports_per_hour", 0, by="t", at="2026-01-01T00:00Z")
    facts = {"text": "垃圾桶满了", "address": "路口", "attempt": str(uuid.uuid4())}
    assert client.post("/report/", facts).status_code == 429
    keep_policy("portal.reports_per_hour", 20, by="t", at="2026-01-01T00:00Z")
    cache.clear()
    assert client.post("/report/", facts).status_code == 302
