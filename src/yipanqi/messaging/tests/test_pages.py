"""The pages and the API of news."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from yipanqi.kernel.actors import SYSTEM
from yipanqi.messaging import actions
from yipanqi.messaging.catalogue import KINDS
from yipanqi.messaging.models import ChatGroup, Message, Sending
from yipanqi.people.models import User
from yipanqi.people.tests.board import unit, user

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 2, 10, 0, tzinfo=dt.UTC)


def of(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def told(settings: LazySettings) -> User:
    """A liaison who was told twice, with an address."""
    settings.EMAIL_HOST = "mail.example"
    made = user("liaison")
    made.email = "liaison@example.org"
    made.save()
    head = user("head")
    for n in "12":
        actions.tell(None, kind="tests.news", facts={"number": f"A-{n}"}, why=n, people=[made, head], by=SYSTEM, at=NOW)
    return made


def test_mine_shows_one_s_own_and_opens_what_it_is_about(told: User) -> None:
    client = of(told)
    page = text(client.get("/messages/"))
    assert page.count("data-row") == 2 and "案件 A-2 有新进展" in page and "只看 2 条未读" in page
    first = Message.objects.filter(to=told).order_by("id").first()
    assert first is not None
    assert client.post(f"/messages/{first.uuid}/open/").headers["Location"] == "/cases/A-1/"
    assert text(client.get("/messages/?unread=1")).count("data-row") == 1
    assert ">1<" in text(client.get("/messages/unread/"))
    client.post("/messages/read/")
    assert text(client.get("/messages/unread/")).strip() == ""
    assert "没有消息" in text(client.get("/messages/?unread=1"))
    foreign = Message.objects.exclude(to=told).first()
    assert foreign is not None and client.post(f"/messages/{foreign.uuid}/open/").status_code == 404
    assert client.get(f"/messages/{first.uuid}/open/").status_code == 405


def test_wishes_are_kept_and_say_what_is_off(told: User, settings: LazySettings) -> None:
    client = of(told)
    page = text(client.get("/messages/wishes/"))
    assert "liaison@example.org" in page and "发信服务器" not in page
    fields = {f"{kind}/{channel}": "each" for kind in KINDS for channel in ("email", "push")}
    assert client.post("/messages/wishes/", {**fields, "tests.news/email": "daily"}).status_code == 302
    assert told.wishes.get(kind="tests.news", channel="email").way == "daily"
    settings.EMAIL_HOST = ""
    page = text(client.get("/messages/wishes/"))
    assert "电子邮件还没有开通" in page and "YIPANQI_" not in page
    assert "还没有配置发信服务器（YIPANQI_EMAIL_URL）" in text(of(User.objects.get(username="head")).get("/messages/wishes/"))


@pytest.mark.parametrize(("role", "sees", "keeps"), [("head", True, True), ("admin", True, True), ("auditor", True, False), ("desk", False, False), ("liaison", False, False)])
def test_log_and_groups_are_looked_after_by_few(told: User, role: str, sees: bool, keeps: bool) -> None:
    Sending.objects.filter(to__username="liaison").update(state="failed", error="连不上")
    failed = Sending.objects.first()
    assert failed is not None
    person = User.objects.filter(username=role).first() or user(role)
    client = of(person)
    for page in ("log/", "groups/"):
        assert client.get(f"/messages/{page}").status_code == (200 if sees else 403)
    page = text(client.get("/messages/log/?state=failed"))
    assert ("连不上" in page) == sees and ("重新发送" in page) == keeps
    assert client.post(f"/messages/log/{failed.uuid}/again/").status_code == (302 if keeps else 403)
    assert client.get("/messages/groups/add/").status_code == (200 if keeps else 403)
    assert Sending.objects.filter(state="waiting").exists() == keeps


def test_groups_are_added_changed_and_removed_and_never_show_their_address(told: User) -> None:
    client = of(User.objects.get(username="head"))
    assert "还没有工作群" in text(client.get("/messages/groups/"))
    given = {"name": "城管群", "unit": unit().code, "url": "wecombot://" + "k" * 20, "kinds": ["tests.news"], "active": "on"}
    wrong = client.post("/messages/groups/add/", {**given, "url": "http://x"})
    assert wrong.status_code == 422 and "开头" in text(wrong) and "城管群" in text(wrong)
    assert client.post("/messages/groups/add/", given).status_code == 302
    group = ChatGroup.objects.get()
    page = text(client.get("/messages/groups/")) + text(client.get(f"/messages/groups/{group.uuid}/edit/"))
    assert "城管群" in page and "kkkk" not in page
    client.post(f"/messages/groups/{group.uuid}/edit/", {**given, "url": "", "name": "城管工作群"})
    group.refresh_from_db()
    assert (group.name, group.url) == ("城管工作群", given["url"])
    assert client.post(f"/messages/groups/{group.uuid}/remove/").status_code == 302
    assert not ChatGroup.objects.exists()


def test_api_tells_one_s_own_and_notes_them_read(told: User) -> None:
    client = of(told)
    answer = client.get("/api/v1/messages?unread=true").json()
    assert [row["link"] for row in answer["items"]] == ["/cases/A-2/", "/cases/A-1/"]
    key = answer["items"][0]["id"]
    assert client.post(f"/api/v1/messages/{key}/moves/read").status_code == 200
    assert len(client.get("/api/v1/messages?unread=true").json()["items"]) == 1
    assert len(client.get("/api/v1/messages").json()["items"]) == 2
    foreign = Message.objects.exclude(to=told).first()
    assert foreign is not None and client.post(f"/api/v1/messages/{foreign.uuid}/moves/read").status_code == 404
