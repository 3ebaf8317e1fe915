"""GeoReport v2, POST requests: form-encoded and multipart, with keys and without, and everything that is refused."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlencode

import pytest
from defusedxml import ElementTree
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from yipanqi.cases.models import Case, Report
from yipanqi.cases.tests.town import Town
from yipanqi.files.models import Photo
from yipanqi.files.tests.photos import LAT, LON, jpeg
from yipanqi.kernel.policy import keep_policy
from yipanqi.people.models import ApiToken
from yipanqi.places.models import Place

pytestmark = pytest.mark.django_db
URL = "/open311/v2/requests.json"
FACTS = {"service_code": "event-06010", "lat": str(LAT), "long": str(LON), "description": "垃圾没清"}


def post(client: Client, form: dict[str, str], url: str = URL) -> Any:
    return client.post(url, urlencode(form), content_type="application/x-www-form-urlencoded")


def policy(key: str, value: Any) -> None:
    keep_policy(key, value, by="test", at=timezone.now())


def test_post_form_encoded_makes_a_report(town: Town) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = post(
        client, {**FACTS, "first_name": "三", "last_name": "张", "phone": "13800001234", "jurisdiction_id": "x"}
    )
    report = Report.objects.get()
    assert answer.status_code == 201
    (row,) = answer.json()
    assert row["service_request_id"] == report.case.number and report.code in row["service_notice"]
    assert (report.text, report.contact_name, report.contact_phone) == ("垃圾没清", "张三", "13800001234")
    assert (report.case.issue_class, report.case.source, report.case.lon) == (town.class_, "resident", LON)
    assert client.get(f"/open311/v2/requests/{row['service_request_id']}.json").json()[0]["status"] == "open"


def test_post_xml_answers_xml(client: Client, town: Town) -> None:
    root = ElementTree.fromstring(post(client, FACTS, "/open311/v2/requests.xml").content)
    assert root.tag == "service_requests" and root.findtext("request/service_request_id") == Case.objects.get().number


def test_post_multipart_with_media(client: Client, town: Town) -> None:
    media = [SimpleUploadedFile(f"{n}.jpg", jpeg(), content_type="image/jpeg") for n in range(2)]
    assert client.post(URL, {**FACTS, "media": media}).status_code == 201
    assert {photo.subject_ref for photo in Photo.objects.all()} == {Case.objects.get().number}


def test_post_with_address_only_place_or_media_url(client: Client, town: Town, market: Place) -> None:
    assert post(client, {"service_code": "other", "address_string": "东门", "description": "脏"}).status_code == 201
    assert (
        post(
            client, {"service_code": "event-06010", "address_id": market.code, "media_url": "https://e.org/a.jpg"}
        ).status_code
        == 201
    )
    first, second = Case.objects.order_by("id")
    assert (first.issue_class, first.address, second.place) == (None, "东门", market)
    assert second.description.startswith("暴露垃圾\n") and "https://e.org/a.jpg" in second.description


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"service_code": ""}, 400), ({"service_code": "event-99999"}, 404), ({"lat": "", "long": ""}, 400), ({"lat": ""}, 400),
        ({"lat": "north"}, 400), ({"lat": "nan"}, 400), ({"lat": "91"}, 400), ({"long": "inf"}, 400), ({"address_id": "none"}, 404),
        ({"service_code": "other", "description": " "}, 400), ({"description": "长" * 4001}, 400), ({"api_key": "wrong"}, 403),
        ({"phone": "1" * 31}, 400),
    ],
)  # fmt: skip
def test_post_refuses_wrong_arguments(client: Client, town: Town, change: dict[str, str], status: int) -> None:
    answer = post(client, {**FACTS, **change})
    assert answer.status_code == status and answer.json()[0]["code"] == status and answer.json()[0]["description"]
    assert not Report.objects.exists()


def test_post_refuses_what_is_no_photo_and_writes_nothing(client: Client, town: Town) -> None:
    answer = client.post(URL, {**FACTS, "media": SimpleUploadedFile("a.jpg", b"no photo")})
    assert answer.status_code in (400, 415) and answer.json()[0]["description"]
    assert (
        client.post(URL, {**FACTS, "media": [SimpleUploadedFile(f"{n}.jpg", jpeg()) for n in range(10)]}).status_code
        == 400
    )
    assert not Report.objects.exists()


def test_post_keeps_odd_characters_out(client: Client, town: Town) -> None:
    assert post(client, {**FACTS, "description": "垃圾\0\x01<b>"}).status_code == 201
    ElementTree.fromstring(client.get("/open311/v2/requests.xml").content)


def test_post_is_limited_without_a_key(client: Client, town: Town) -> None:
    policy("interop.open311_posts_per_hour", 1)
    assert post(client, FACTS).status_code == 201
    answer = post(client, FACTS)
    assert answer.status_code == 429 and int(answer["Retry-After"]) > 0
    key = "k" * 40
    ApiToken.objects.create(
        user=town.client, name="t", digest=hashlib.sha256(key.encode()).hexdigest(), created_at=timezone.now()
    )
    assert post(client, {**FACTS, "api_key": key}).status_code == 201


def test_post_asks_for_a_key_where_the_office_wants_one(client: Client, town: Town) -> None:
    policy("interop.open311_key_required", True)
    assert post(client, FACTS).status_code == 403
    for user, status in ((town.client, 201), (town.desk, 403)):
        ApiToken.objects.create(
            user=user, name="t", digest=hashlib.sha256(user.username.encode()).hexdigest(), created_at=timezone.now()
        )
        assert post(client, {**FACTS, "api_key": user.username}).status_code == status
    ApiToken.objects.update(revoked_at=timezone.now())
    assert post(client, {**FACTS, "api_key": "client"}).status_code == 403


def test_post_of_unreadable_content_is_refused_in_the_asked_form(client: Client, town: Town) -> None:
    answer = client.post("/open311/v2/requests.xml", b"abc", content_type="multipart/form-data")
    assert answer.status_code == 400 and ElementTree.fromstring(answer.content).findtext("error/code") == "400"


def test_post_keeps_an_email_as_the_contact(client: Client, town: Town) -> None:
    email = "somebody.with.a.long.name@department.example.gov.cn"
    assert post(client, {**FACTS, "email": email, "phone": ""}).status_code == 201
    assert Report.objects.get().contact_phone == email
