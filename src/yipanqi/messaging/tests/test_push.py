"""Notes on devices: sealed for the browser alone, signed with our key, and taken off the list when the browser says so."""

from __future__ import annotations

import base64
import datetime as dt
import json
from typing import Any, NamedTuple

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import LazySettings
from django.test import Client
from py_vapid import Vapid02

from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.models import JournalEntry
from yipanqi.messaging import actions, jobs, push
from yipanqi.messaging.models import Device, Message, Sending
from yipanqi.messaging.tests.conftest import PushService
from yipanqi.people.models import User
from yipanqi.people.tests.board import user

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 2, 2, 0, tzinfo=dt.UTC)


class Browser(NamedTuple):
    """What a browser keeps to itself, and what it gives away."""

    key: ec.EllipticCurvePrivateKey
    auth: bytes
    given: dict[str, str]

    def opened(self, body: bytes) -> dict[str, str]:
        """What the note says; only this browser can tell."""
        text = http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm")
        return dict(json.loads(text))


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def browser(endpoint: str, name: str = "办公室电脑") -> Browser:
    key = ec.generate_private_key(ec.SECP256R1())
    auth = b"0123456789abcdef"
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return Browser(key, auth, {"endpoint": endpoint, "p256dh": b64(point), "auth": b64(auth), "name": name})


def signed_up(person: User, one: Browser) -> Device:
    return actions.add_device(person, **one.given, by=person, at=NOW)


def tell(*people: User, why: str = "w") -> None:
    actions.tell(None, kind="tests.alarm", facts={"number": "A-1"}, why=why, people=people, by=SYSTEM, at=NOW)


def pushed(person: User) -> Sending:
    return Sending.objects.filter(to=person, channel="push").latest("id")


def test_note_is_sealed_for_the_browser_and_signed_by_us(push_service: PushService) -> None:
    person, one = user("liaison"), browser(push_service.address("a"))
    signed_up(person, one)
    tell(person, user("head"))
    jobs.send_due(NOW)
    (path, headers, body), = push_service.taken
    assert path == "/a" and headers["content-encoding"] == "aes128gcm" and int(headers["ttl"]) == push.KEEP
    assert b"A-1" not in body
    note = one.opened(body)
    assert note["body"] == "急：A-1" and note["url"] == "/cases/A-1/" and "急件" in note["title"]
    scheme, pair = headers["authorization"].split(" ", 1)
    parts = dict(part.strip().split("=", 1) for part in pair.split(","))
    assert scheme == "vapid" and parts["k"] == push.public_key()
    assert Vapid02.verify(headers["authorization"])
    assert pushed(person).state == "sent"
    assert not Sending.objects.filter(to__username="head", channel="push").exists()


def test_note_goes_to_every_device_and_a_lost_one_is_taken_off_and_told(push_service: PushService) -> None:
    person = user("liaison")
    for name in "ab":
        signed_up(person, browser(push_service.address(name), f"设备{name}"))
    push_service.answers["/a"] = 410
    tell(person)
    jobs.send_due(NOW)
    assert [path for path, *_rest in push_service.taken] == ["/a", "/b"]
    assert [sending.state for sending in Sending.objects.filter(channel="push").order_by("id")] == ["sent", "waiting"]  # and the news of the loss
    assert [device.name for device in Device.objects.all()] == ["设备b"]
    assert any("设备“设备a”已不再接收推送" in message.words for message in Message.objects.filter(to=person))


def test_last_device_gone_is_given_up_at_once(push_service: PushService) -> None:
    person = user("liaison")
    signed_up(person, browser(push_service.address("a")))
    push_service.answers["/a"] = 404
    tell(person)
    jobs.send_due(NOW)
    sending = pushed(person)
    assert (sending.state, sending.error) == ("failed", "设备已取消推送。")
    assert not Device.objects.exists()
    assert not Sending.objects.filter(channel="push", state="waiting").exists()


def test_service_that_fails_is_asked_again_later(push_service: PushService) -> None:
    person = user("liaison")
    signed_up(person, browser(push_service.address("a")))
    push_service.answers["/a"] = 503
    tell(person)
    jobs.send_due(NOW)
    assert (pushed(person).state, pushed(person).error) == ("waiting", "推送服务没有接收（503）")
    push_service.answers.clear()
    jobs.send_due(NOW + dt.timedelta(minutes=3))
    assert pushed(person).state == "sent" and len(push_service.taken) == 2


def test_service_away_is_told_in_the_log(settings: LazySettings) -> None:
    settings.PLAIN_GATEWAY, settings.PUSH_HOSTS = True, ["127.0.0.1"]
    person = user("liaison")
    signed_up(person, browser("http://127.0.0.1:9/a"))
    tell(person)
    jobs.send_due(NOW)
    assert (pushed(person).state, pushed(person).error) == ("waiting", "连不上推送服务。")


def test_service_that_sends_elsewhere_is_not_followed(push_service: PushService) -> None:
    person = user("liaison")
    signed_up(person, browser(push_service.address("a")))
    push_service.answers["/a"], push_service.elsewhere = 307, push_service.address("b")
    tell(person)
    jobs.send_due(NOW)
    assert [path for path, *_rest in push_service.taken] == ["/a"] and pushed(person).state == "waiting"


@pytest.mark.parametrize("endpoint", [
    "http://fcm.googleapis.com/x", "https://169.254.169.254/latest", "https://localhost/x", "https://evil.example/fcm.googleapis.com",
    "https://fcm.googleapis.com@evil.example/x", "https://notfcm.googleapis.com.evil.example/", "ftp://push.apple.com/x", "",
    "https://169.254.169.254\\.push.apple.com/latest", "https://push.apple.com:8443/x", "https://push.apple.com\t/x", "https://[::1", "https://[fcm.googleapis.com]/x",
    "https://push.apple.com", "https://PUSH.apple.com.evil.example/x",
])  # fmt: skip
def test_only_known_push_services_are_ever_called(endpoint: str) -> None:
    person = user("liaison")
    with pytest.raises(Refused, match="不是已知的浏览器推送服务"):
        actions.add_device(person, **browser(endpoint).given, by=person, at=NOW)


@pytest.mark.parametrize("endpoint", ["https://fcm.googleapis.com/fcm/send/x", "https://updates.push.services.mozilla.com/w", "https://web.push.apple.com/Q", "https://db5p.notify.windows.com/w/?t=1"])
def test_the_browsers_services_are_known(endpoint: str) -> None:
    person = user("liaison")
    assert signed_up(person, browser(endpoint)).user == person


@pytest.mark.parametrize("broken", [{"p256dh": "AAAA"}, {"p256dh": "!"}, {"auth": "AAAA"}])
def test_broken_keys_are_refused(broken: dict[str, str]) -> None:
    person = user("liaison")
    with pytest.raises(Refused, match="密钥不完整"):
        actions.add_device(person, **{**browser("https://fcm.googleapis.com/x").given, **broken}, by=person, at=NOW)


def test_browser_shows_the_news_of_whoever_signed_it_up_last_and_nobody_elses_is_closed() -> None:
    first, second = user("liaison"), user("head")
    one = browser("https://fcm.googleapis.com/x")
    signed_up(first, one)
    device = signed_up(second, one)
    assert list(Device.objects.values_list("user", flat=True)) == [second.pk]
    with pytest.raises(NotAllowed):
        actions.remove_device(device, by=first, at=NOW)
    with pytest.raises(NotAllowed):
        actions.add_device(second, **one.given, by=first, at=NOW)


def test_signing_out_on_a_device_ends_its_notes_and_no_other_ones(client: Client) -> None:
    person, other = user("liaison"), user("head")
    here, elsewhere, others = (
        signed_up(one, browser(f"https://fcm.googleapis.com/{n}")) for n, one in enumerate((person, person, other))
    )
    for told, left in ((others.endpoint_mark, 3), ("", 3), (here.endpoint_mark, 2)):
        client.force_login(person)
        assert client.post("/accounts/logout/", {"device": told}).status_code == 302
        assert Device.objects.count() == left
    assert set(Device.objects.all()) == {elsewhere, others}
    assert JournalEntry.objects.filter(action="messaging.remove_device", actor=person.actor_key).count() == 1


def test_devices_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yipanqi.messaging.actions.addresses.MOST_DEVICES", 1)
    person = user("liaison")
    one = browser("https://fcm.googleapis.com/1")
    signed_up(person, one)
    signed_up(person, one)
    with pytest.raises(Refused, match="最多开启 1 台"):
        signed_up(person, browser("https://fcm.googleapis.com/2"))


def test_neither_address_nor_keys_are_readable_in_table_or_journal() -> None:
    person = user("liaison")
    one = browser("https://fcm.googleapis.com/secret-part")
    signed_up(person, one)
    stored: dict[str, Any] = dict(Device.objects.extra(select={"raw": "endpoint || p256dh || auth"}).values("raw")[0])
    row = JournalEntry.objects.filter(action="messaging.add_device").latest("id")
    for text in (str(stored), str(row.data)):
        assert "secret-part" not in text and one.given["p256dh"] not in text and one.given["auth"] not in text


def test_page_signs_up_lists_and_closes() -> None:
    person = user("liaison")
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    assert f'data-push-key="{push.public_key()}"' in client.get("/messages/wishes/").content.decode()
    client.post("/messages/devices/add/", browser("https://fcm.googleapis.com/x", "我的手机").given)
    page = client.get("/messages/wishes/").content.decode()
    assert "我的手机" in page and "fcm.googleapis.com" not in page and "已开启" in page
    device = Device.objects.get()
    other = Client()
    other.force_login(user("head"), backend="django.contrib.auth.backends.ModelBackend")
    assert other.post(f"/messages/devices/{device.uuid}/remove/").status_code == 404
    client.post(f"/messages/devices/{device.uuid}/remove/")
    assert not Device.objects.exists()
    client.post("/messages/devices/add/", {"name": "x"})
    assert "没有给出推送地址" in client.get("/messages/wishes/").content.decode()
    client.post("/messages/devices/add/", browser("https://evil.example/x").given)
    assert "不是已知的浏览器推送服务" in client.get("/messages/wishes/").content.decode()


def test_worker_script_is_served_to_browsers_signed_in_or_not() -> None:
    answer = Client().get("/messages/push-worker.js")
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/javascript")
    assert b"showNotification" in answer.content


def test_wish_off_keeps_news_from_devices_alone(push_service: PushService) -> None:
    person = user("liaison")
    signed_up(person, browser(push_service.address("a")))
    actions.keep_wishes(person, ways={"tests.alarm/push": "off"}, by=person, at=NOW)
    tell(person)
    jobs.send_due(NOW)
    assert not push_service.taken and Message.objects.filter(to=person).count() == 1


def test_device_of_a_closed_account_is_erased() -> None:
    stays, leaves = user("head"), user("liaison")
    for n, person in enumerate((stays, leaves)):
        signed_up(person, browser(f"https://fcm.googleapis.com/{n}"))
    User.objects.filter(pk=leaves.pk).update(is_active=False)
    jobs.forget_old(NOW)
    assert [device.user for device in Device.objects.all()] == [stays]


def test_api_tells_devices_without_their_address() -> None:
    person = user("liaison")
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    given = browser("https://fcm.googleapis.com/x", "手机").given
    made = client.post("/api/v1/messages/devices", json.dumps(given), content_type="application/json")
    assert made.status_code == 200 and set(made.json()) == {"id", "name", "added_at"}
    told = client.get("/api/v1/messages/devices").json()
    assert told["key"] == push.public_key() and [row["name"] for row in told["items"]] == ["手机"]
    assert client.post(f"/api/v1/messages/devices/{made.json()['id']}/moves/remove").status_code == 200
    assert client.post(f"/api/v1/messages/devices/{made.json()['id']}/moves/remove").status_code == 404
    refused = client.post("/api/v1/messages/devices", json.dumps({**given, "endpoint": "https://evil.example/"}), content_type="application/json")
    assert refused.status_code == 422 and refused.json()["errors"][0]["field"] == "endpoint"


def test_api_of_the_log_and_the_groups_is_for_their_keepers() -> None:
    client = Client()
    client.force_login(user("admin"), backend="django.contrib.auth.backends.ModelBackend")
    given = {"name": "城管群", "url": "wecombot://" + "k" * 20, "kinds": ["tests.news"]}
    made = client.post("/api/v1/chat-groups", json.dumps(given), content_type="application/json").json()
    assert (made["name"], made["unit"], made["active"]) == ("城管群", None, True) and "url" not in made
    wrong = client.post("/api/v1/chat-groups", json.dumps({**given, "name": "又", "unit": "没有的"}), content_type="application/json")
    assert wrong.status_code == 422 and wrong.json()["errors"][0]["field"] == "unit"
    changed = client.post(f"/api/v1/chat-groups/{made['id']}/moves/change_group", json.dumps({**given, "name": "改名", "url": ""}), content_type="application/json")
    assert changed.json()["name"] == "改名"
    assert [row["name"] for row in client.get("/api/v1/chat-groups").json()["items"]] == ["改名"]
    actions.tell(None, kind="tests.news", facts={"number": "A-9"}, why="g", by=SYSTEM, at=NOW)
    (row,) = client.get("/api/v1/sendings?state=waiting&channel=chat").json()["items"]
    assert (row["group"], row["to"], row["channel"]) == ("改名", None, "chat")
    assert client.get("/api/v1/sendings?state=failed").json()["items"] == []
    assert client.post(f"/api/v1/chat-groups/{made['id']}/moves/remove_group").status_code == 200
    assert client.get("/api/v1/chat-groups").json()["items"] == []
    other = Client()
    other.force_login(user("desk"), backend="django.contrib.auth.backends.ModelBackend")
    for path in ("chat-groups", "sendings"):
        assert other.get(f"/api/v1/{path}").status_code == 403
