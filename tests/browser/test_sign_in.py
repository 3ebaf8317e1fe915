"""An account's life on the pages: one-time password, own password, second factor, signing out, wrong passwords."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_in
from tests.browser.steps import Finger, choose, go, says

pytestmark = pytest.mark.browser
OWN = "kunlun-qilian-2208"


def code_now(secret: str) -> str:
    """The six digits of RFC 6238 that an authenticator shows now."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def one_time_password(office: Page, login: str) -> str:
    go(office, "/people/users/add/")
    office.fill("main [name=username]", login)
    office.fill("main [name=name]", "新来的人")
    choose(office, "unit", "sanitation")
    choose(office, "role", "liaison")
    office.locator("main form button.btn-primary").last.click()
    return office.locator("#once").inner_text().strip()


def test_first_sign_in_own_password_second_factor_and_back_with_a_code(open_as: Callable[..., Page]) -> None:
    word = one_time_password(open_as("office"), "browser.newcomer")
    me = open_as(phone=True)
    sign_in(me, "browser.newcomer", word)
    me.wait_for_url("**/accounts/password/change/")
    says(me, "一次性密码")
    for name, value in (("oldpassword", word), ("password1", OWN), ("password2", OWN)):
        me.fill(f"[name={name}]", value)
    finger = Finger(me)
    finger.tap("main form button.btn-primary")
    me.wait_for_url("**/people/me/")
    finger.open(me.get_by_role("link", name="两步验证"), "**/accounts/2fa/")
    finger.tap(me.get_by_role("link", name="启用"))
    me.wait_for_selector("body[data-ready]")
    if "reauthenticate" in me.url:
        me.fill("[name=password]", OWN)
        finger.tap("main form button.btn-primary")
        me.wait_for_url("**/totp/activate/")
    secret = me.locator("main code").first.inner_text().strip()
    me.fill("[name=code]", "000000")
    finger.tap("main form button.btn-primary")
    says(me, "验证码不对")
    assert me.locator("main code").first.inner_text().strip() == secret, "a slip must not change the secret"
    me.fill("[name=code]", code_now(secret))
    finger.tap("main form button.btn-primary")
    me.wait_for_selector("body[data-ready]")
    assert finger.taps <= 6

    go(me, "/accounts/logout/")
    me.locator("main").get_by_role("button", name="退出登录").tap()
    me.wait_for_url(lambda url: "logout" not in url)
    sign_in(me, "browser.newcomer", OWN)
    me.wait_for_url("**/accounts/2fa/authenticate/")
    says(me, "6 位数字")
    me.fill("[name=code]", "123456")
    me.press("[name=code]", "Enter")
    says(me, "验证码不对")
    answer = me.goto("/inbox/")
    assert answer and "/accounts/" in me.url, "nothing opens on half a sign-in"


def test_wrong_password_says_what_to_do_and_keeps_the_name(open_as: Callable[..., Page]) -> None:
    page = open_as()
    go(page, "/accounts/login/")
    page.fill("[name=login]", "desk02")
    page.fill("[name=password]", "falsch-falsch")
    page.press("[name=password]", "Enter")
    expect(page.locator("[role=alert], .field-error").first).to_contain_text("用户名或密码不对")
    expect(page.locator("[name=login]")).to_have_value("desk02")


def test_page_asked_for_before_signing_in_opens_after_it(open_as: Callable[..., Page]) -> None:
    page = open_as()
    page.goto("/cases/?state=closed")
    page.wait_for_url(lambda url: "/accounts/login/?next=" in url)
    page.fill("[name=login]", "desk")
    page.fill("[name=password]", "yipanqi-demo")
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: url.endswith("/cases/?state=closed"))


def test_no_permission_and_nothing_there_are_explained(open_as: Callable[..., Page]) -> None:
    page = open_as("liaison", hears=False)
    for address, status in (("/system/", 403), ("/cases/2099-000001/", 404), ("/there/is/nothing/", 404)):
        answer = page.goto(address)
        assert answer and answer.status == status
        expect(page.locator("h1")).to_be_visible()
        assert page.locator("main a.btn, main a").count() >= 1, f"{address} shows no way on"
