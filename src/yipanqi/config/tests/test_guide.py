"""The guide inside the application: the page of one's role, both languages, nothing that leads nowhere."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from yipanqi.cases.tests.town import Town
from yipanqi.config import guide

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("desk", "desk"),
        ("liaison", "unit"),
        ("auditor", "auditor"),
        ("admin", "admin"),
        ("head", "office"),
        ("inspector", "inspector"),
    ],
)
def test_help_opens_the_page_of_ones_role(name: str, page: str) -> None:
    client = Client()
    client.force_login(Town().people[name], backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get("/help/", follow=True)
    assert answer.redirect_chain == [(f"/help/{page}/", 302)]
    assert guide.shown("zh", page)[0] in answer.content.decode()


def test_help_without_signing_in_is_the_residents(client: Client) -> None:
    answer = client.get("/help/", follow=True)
    assert answer.redirect_chain == [("/help/resident/", 302)] and "随手拍" in answer.content.decode()
    assert "<h1" in client.get("/help/desk/", headers={"accept-language": "en"}).content.decode()
    assert (
        client.get("/help/nothing/").status_code == 404 and client.get("/help/pictures/nothing.png").status_code == 404
    )


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("page", guide.PAGES)
def test_every_page_of_the_guide_is_shown_with_its_pictures(client: Client, language: str, page: str) -> None:
    title, body = guide.shown(language, page)
    assert title and "<h1" not in body and '.md"' not in body
    for address in re.findall(r'src="([^"]+)"', body):
        assert client.get(address).headers["Content-Type"] == "image/png"
    for address in re.findall(r'href="([^"]+)"', body):
        assert client.get(address).status_code in (200, 302), address
