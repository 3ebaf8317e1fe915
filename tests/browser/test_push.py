"""A person signs a browser up for notes, and a note is shown while no page asks for it.

The maker's push service is the one thing that is not real here: the browser gets an address of it made up, and the note
is handed to the browser as that service would.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.browser.conftest import sign_in
from tests.browser.steps import go, says

pytestmark = pytest.mark.browser
#: What `subscribe` answers where a push service can be reached: the base point of P-256 and 16 bytes.
SIGNED_UP = """
const given = { endpoint: "https://fcm.googleapis.com/fcm/send/a-browser", keys: {
  p256dh: "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU", auth: "MDEyMzQ1Njc4OWFiY2RlZg" } };
PushManager.prototype.subscribe = async () => { sessionStorage.signed = "yes"; return { ...given, toJSON: () => given }; };
PushManager.prototype.getSubscription = async () => sessionStorage.signed ? { ...given, unsubscribe: async () => true } : null;
"""


#: The notes that are shown, as soon as that of a tag is among them.
SHOWN = """async (tag) => {
  const worker = await navigator.serviceWorker.getRegistration('/messages/');
  for (let n = 0; n < 600; n++) {
    const all = await worker.getNotifications();
    if (all.some((note) => note.tag === tag)) return all.map(({ title, body, data, tag }) => ({ title, body, data, tag }));
    await new Promise((then) => setTimeout(then, 50));
  }
  return [];
}"""


def shown(page: Page, session: CDPSession, ids: list[dict[str, Any]], note: dict[str, str]) -> list[dict[str, Any]]:
    """The notes that the browser shows once it was handed one."""
    session.send("ServiceWorker.deliverPushMessage", {"origin": ids[0]["scopeURL"].split("/messages/")[0], "registrationId": ids[0]["registrationId"], "data": json.dumps(note)})
    return page.evaluate(SHOWN, note["tag"])


def test_liaison_signs_a_device_up_sees_a_note_and_closes_it(open_as: Callable[..., Page], city: str) -> None:
    page = open_as("liaison", phone=True)
    page.context.grant_permissions(["notifications"], origin=city)
    page.add_init_script(SIGNED_UP)
    session = page.context.new_cdp_session(page)
    ids: list[dict[str, Any]] = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda told: ids.extend(r for r in told["registrations"] if r["scopeURL"].endswith("/messages/")))
    session.send("ServiceWorker.enable")
    go(page, "/messages/wishes/")
    expect(page.get_by_role("button", name="在这台设备上开启")).to_be_visible()
    page.get_by_label("设备名称").fill("我的手机")
    page.get_by_role("button", name="在这台设备上开启").click()
    says(page, "已开启")
    expect(page.locator("[data-push-here]")).to_be_visible()
    expect(page.locator("[data-device]")).to_contain_text("我的手机")
    (told,) = shown(page, session, ids, {"title": "【一盘棋】交办", "body": "案件已交办。", "url": "/cases/1/", "tag": "a"})
    assert (told["title"], told["body"], told["data"]) == ("【一盘棋】交办", "案件已交办。", f"{city}/cases/1/")
    both = shown(page, session, ids, {"title": "t", "body": "b", "url": "https://evil.example/x", "tag": "b"})
    assert {note["data"] for note in both} == {f"{city}/cases/1/", f"{city}/messages/"}
    page.locator("[data-device] button").click()
    says(page, "已关闭")
    expect(page.locator("[data-device]")).to_have_count(0)


def test_signing_out_ends_the_notes_of_this_device(open_as: Callable[..., Page], city: str) -> None:
    page = open_as(None)
    page.context.grant_permissions(["notifications"], origin=city)
    page.add_init_script(SIGNED_UP.replace("async () => true", "async () => { delete sessionStorage.signed; return true; }"))
    sign_in(page, "liaison")
    go(page, "/messages/wishes/")
    page.get_by_label("设备名称").fill("公用电脑")
    page.get_by_role("button", name="在这台设备上开启").click()
    says(page, "已开启")
    page.locator(".topbar .dropdown-toggle").click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url(lambda url: "/messages/" not in url)
    assert page.evaluate("sessionStorage.signed") is None
    sign_in(page, "liaison")
    go(page, "/messages/wishes/")
    expect(page.locator("[data-device]", has_text="公用电脑")).to_have_count(0)
    expect(page.get_by_role("button", name="在这台设备上开启")).to_be_visible()


def test_browser_that_reaches_no_push_service_says_so_and_what_else_there_is(open_as: Callable[..., Page], city: str) -> None:
    page = open_as("liaison")
    page.context.grant_permissions(["notifications"], origin=city)
    page.add_init_script("PushManager.prototype.subscribe = async () => { throw new DOMException('push service not available'); };")
    go(page, "/messages/wishes/")
    page.get_by_role("button", name="在这台设备上开启").click()
    expect(page.locator("[data-push-failed]")).to_be_visible()


def test_browser_whose_owner_refuses_says_where_to_allow_it(open_as: Callable[..., Page]) -> None:
    page = open_as("liaison")
    page.add_init_script("Notification.requestPermission = async () => 'denied';")
    go(page, "/messages/wishes/")
    page.get_by_role("button", name="在这台设备上开启").click()
    expect(page.locator("[data-push-denied]")).to_be_visible()
