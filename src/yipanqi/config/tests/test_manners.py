"""What holds for every answer: who is believed to ask, what may be kept on the way, what no text may contain."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from yipanqi.config.commands import doctor_command
from yipanqi.config.proxies import client_address, client_of
from yipanqi.kernel.addresses import absolute
from yipanqi.people.tests.board import user


def asking(forwarded: str, peer: str = "10.0.0.5") -> str:
    seen: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    client_address(view)(RequestFactory(REMOTE_ADDR=peer).get("/", headers={"X-Forwarded-For": forwarded}))
    return seen[0]


def test_nobody_is_believed_about_their_address_without_trusted_proxies() -> None:
    assert asking("203.0.113.7") == "10.0.0.5"


def test_only_a_trusted_proxy_says_who_asks(settings: Any) -> None:
    settings.PROXIES = ["10.0.0.5", "10.1.0.0/24"]
    assert asking("203.0.113.7") == "203.0.113.7"
    assert asking("203.0.113.7, 10.1.0.9") == "203.0.113.7"
    assert asking("1.1.1.1, 203.0.113.7") == "203.0.113.7"  # what stands further left was sent by the person
    assert asking("203.0.113.7", peer="198.51.100.1") == "198.51.100.1"
    assert asking("unknown") == "10.0.0.5"


def test_proxies_that_are_none_are_named(settings: Any) -> None:
    settings.PROXIES = ["proxy.local"]
    with pytest.raises(ImproperlyConfigured, match="YIPANQI_PROXIES"):
        client_of("10.0.0.5", "203.0.113.7")


def test_doctor_names_missing_proxies_and_site(settings: Any) -> None:
    settings.SECURE, settings.ALLOWED_HOSTS = True, ["*"]
    found = " ".join(doctor_command.deploy())
    assert "YIPANQI_PROXIES" in found and "YIPANQI_SITE" in found
    settings.PROXIES, settings.SITE = ["10.0.0.5"], "https://city.example"
    found = " ".join(doctor_command.deploy())
    assert "YIPANQI_PROXIES" not in found and "YIPANQI_SITE" not in found


def test_addresses_sent_out_never_take_an_unchecked_host(settings: Any) -> None:
    request = RequestFactory().get("/", headers={"Host": "evil.example"})
    settings.ALLOWED_HOSTS, settings.ANY_HOST_IS_OURS = ["*"], False
    assert absolute(request, "/track/X/") == "/track/X/"
    settings.SITE = "https://city.example"
    assert absolute(request, "/track/X/") == "https://city.example/track/X/"
    settings.SITE, settings.ALLOWED_HOSTS = "", ["city.example"]
    assert absolute(RequestFactory().get("/", headers={"Host": "city.example"}), "/p") == "http://city.example/p"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/search/?q=%00", "/people/users/?q=a%00", "/track/?code=%00", "/track/%00/"])
def test_nul_in_an_address_is_named_and_no_crash(path: str) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(user("desk"))
    answer = client.get(path)
    assert answer.status_code == 400 and "空字符" in answer.content.decode()


@pytest.mark.django_db
def test_nul_in_a_form_is_named_and_no_crash() -> None:
    client = Client(raise_request_exception=False)
    for path, data in (("/report/", {"text": "a\x00b"}), ("/accounts/login/", {"login": "\x00", "password": "x"})):
        answer = client.post(path, data)
        assert answer.status_code == 400 and "空字符" in answer.content.decode()


HALVES = [
    ("/api/v1/batches", b'{"verb": "accept", "numbers": ["\\ud800"]}', "application/json"),
    ("/api/v1/batches", b'{"verb": "\\uDFFF", "numbers": ["1"]}', "application/json"),
    ("/api/v1/batches", b'{"verb": "reject", "numbers": ["1"], "given": {"reason": "\\ud800x"}}', "text/plain"),
    ("/api/v1/batches", b'{"verb": "reject", "numbers": ["1"], "given": {"\\ud800": "x"}}', "application/json"),
    ("/api/v1/batches", b'{"verb": "reject", "numbers": ["\xed\xa0\x80"]}', "application/json"),
    ("/api/v1/views", b'{"name": "\\udc00", "query": "q=1"}', "application/json"),
    ("/api/v1/cases", b'{"description": "\\ud83d"}', "application/json; charset=utf-8"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "body", "kind"), HALVES)
def test_half_a_character_is_named_and_no_crash(path: str, body: bytes, kind: str) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(user("desk"), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.generic("POST", path, body, content_type=kind)
    assert answer.status_code == 400 and "不完整的字符" in answer.json()["detail"], answer.content


@pytest.mark.django_db
@pytest.mark.parametrize("body", [b'{"name": "\\ud83d\\ude00 \\\\ud800", "query": "q=1"}', '{"name": "😀", "query": "q=1"}'.encode()])
def test_whole_characters_beyond_the_plane_and_words_that_look_like_halves_pass(body: bytes) -> None:
    client = Client()
    client.force_login(user("desk"), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.generic("POST", "/api/v1/views", body, content_type="application/json")
    assert answer.status_code == 201 and answer.json()["name"].startswith("😀")


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["\\ud800", "\\u0000"])
def test_cursor_with_a_character_that_cannot_be_stored_is_refused(text: str) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(user("desk"), backend="django.contrib.auth.backends.ModelBackend")
    cursor = base64.urlsafe_b64encode(f'["{text}"]'.encode()).decode()
    assert client.get("/api/v1/places", {"cursor": cursor}).status_code == 400
    assert client.get("/api/v1/units", {"cursor": cursor}).status_code == 400


@pytest.mark.django_db
def test_answers_for_one_person_are_kept_by_nobody() -> None:
    client = Client()
    assert "Cache-Control" not in client.get("/").headers
    assert client.get("/track/NOSUCH22/").headers["Cache-Control"] == "private, no-store"
    client.force_login(user("desk"))
    for path in ("/inbox/", "/api/v1/me", "/api/v1/cases", "/people/users/", "/no-such-page/"):
        assert client.get(path).headers["Cache-Control"] == "private, no-store", path


@pytest.mark.django_db
def test_long_menu_has_headings_and_a_short_one_none() -> None:
    def menu(role: str) -> str:
        client = Client()
        client.force_login(user(role), backend="django.contrib.auth.backends.ModelBackend")
        return client.get("/inbox/").content.decode().split("</aside>")[0]

    head, grid = menu("head"), menu("grid")
    assert [title for title in ("督查考核", "点位与标准", "单位与系统") if head.count(title) == 1] == ["督查考核", "点位与标准", "单位与系统"]
    assert head.index("督查考核") < head.index("指标") and "nav-section-title" in head
    assert ("nav-section-title" in grid) == (grid.count("nav-item") > 9)
