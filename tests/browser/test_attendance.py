"""Eight phones sign in at once while the network comes and goes; the leader's phone shows its code without any."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.conftest import PHONE
from tests.journeys.serving import served
from yipanqi.activities.models import Activity, Attendance, Mark, Shift
from yipanqi.activities.tests.world import DAY, HOUR, Helping, sign, volunteer
from yipanqi.people.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
#: Playwright keeps an event loop in this thread, beside which these tests read the database; nothing here is asynchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
HERE = {"longitude": 98.2901, "latitude": 39.7701}


class Street:
    """A shift that goes on now, its leader and eight volunteers, on a server of its own; each with a phone."""

    def __init__(self, chromium: Browser, port: int) -> None:
        self.chromium, self.base = chromium, f"http://127.0.0.1:{port}"
        self.helping, self.contexts = Helping(), list[BrowserContext]()
        activity = self.helping.activity(limit=9, starts_at=timezone.now() + 30 * DAY, hours=3, lon=98.29, lat=39.77)
        self.people = [volunteer(f"V{n}") for n in range(1, 9)]
        for who in self.people:
            sign(activity.shifts.get(), who, at=timezone.now())
        begins = timezone.now().replace(second=0, microsecond=0) - HOUR
        Activity.objects.update(starts_at=begins, ends_at=begins + 3 * HOUR)
        Shift.objects.update(starts_at=begins, ends_at=begins + 3 * HOUR)
        self.shift = Shift.objects.get()

    def phone(self, user: User | None, **more: Any) -> Page:
        """A phone on which somebody has signed in before."""
        context = self.chromium.new_context(viewport=PHONE, has_touch=True, locale="zh-CN", timezone_id="Asia/Shanghai", base_url=self.base, **more)  # type: ignore[arg-type]
        context.set_default_timeout(30_000)
        self.contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user)
            context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": self.base}])
        return context.new_page()

    @property
    def address(self) -> str:
        return f"/activities/in/{self.shift.uuid}/"

    @property
    def list_address(self) -> str:
        return f"/activities/run/shifts/{self.shift.uuid}/attendance/"

    def states(self) -> list[str]:
        return sorted(Attendance.objects.values_list("state", flat=True))


@pytest.fixture
def street(chromium: Browser, tmp_path: Path) -> Iterator[Street]:
    with served(tmp_path) as server:
        made = Street(chromium, server.port)
        yield made
        for context in made.contexts:
            context.close()


def ready(page: Page) -> None:
    page.wait_for_selector("[data-attendance-ready]")


def shown(leader: Page) -> str:
    leader.wait_for_selector("[data-code-face][data-code]")
    return leader.locator("[data-code-face]").get_attribute("data-code") or ""


def eventually(page: Page, holds: Callable[[], bool], seconds: float = 40) -> None:
    """Wait until something holds; the page's clock is used, so that what the browser asks meanwhile is answered."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, f"it did not come to that: {list(Attendance.objects.values_list('volunteer__number', 'state'))}"
        page.wait_for_timeout(200)


def lose_answers(page: Page, times: int) -> None:
    """The server hears what the phone sends; the phone hears nothing of it, so many times."""
    left = [times]

    def lose(route: Route) -> None:
        if route.request.method == "POST" and left[0] > 0:
            left[0] -= 1
            route.fetch(max_redirects=0)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/*", lose)


def press_at_once(pages: list[Page], words: str) -> None:
    """All press the button at the same moment."""
    moment = time.time() * 1000 + 1500
    for page in pages:
        page.evaluate(
            "([at, words]) => { const b = [...document.querySelectorAll('form[data-call] button.btn-primary')].find(e => e.textContent.trim() === words && e.offsetParent);"
            " setTimeout(() => b.click(), at - Date.now()); }", [moment, words],
        )  # fmt: skip
    time.sleep(max(0, moment / 1000 - time.time()) + 0.5)


def test_eight_phones_at_once_with_the_network_dropping_are_eight_attendances(street: Street) -> None:
    leader = street.phone(street.helping.leader)
    leader.goto(street.list_address)
    phones = [street.phone(who.user) for who in street.people]
    for verb, words, state in (("in", "签到", "in"), ("out", "签退", "done")):
        code = shown(leader)
        for page in phones:
            page.goto(f"{street.address}?c={code}")
            ready(page)
        for n in (1, 4, 7):
            phones[n].context.set_offline(True)
        for n in (2, 5):
            lose_answers(phones[n], 2)
        press_at_once(phones, words)
        for n in (1, 4, 7):
            expect(phones[n].locator("[data-outbox-count]")).to_have_text("1")
            expect(phones[n].locator("[data-said]")).to_contain_text("已保存在手机里")
        eventually(leader, lambda: Attendance.objects.filter(state=state).count() == 5)  # noqa: B023
        for n in (1, 4, 7):
            phones[n].context.set_offline(False)
        eventually(leader, lambda: Attendance.objects.filter(state=state).count() == 8)  # noqa: B023
        for page in phones:
            page.unroute_all(behavior="wait")
            expect(page.locator("[data-outbox]")).to_be_hidden(timeout=45_000)
        assert Mark.objects.filter(out=verb == "out").count() == 8
    assert street.states() == ["done"] * 8


def test_the_code_changes_on_the_leaders_phone_without_a_network_and_is_good(street: Street) -> None:
    from yipanqi.kernel.policy import keep_policy  # noqa: PLC0415  for this test alone

    keep_policy("activities.code_seconds", 10, by="test", at=timezone.now())
    leader = street.phone(street.helping.leader)
    leader.goto(street.list_address)
    before = shown(leader)
    leader.context.set_offline(True)
    leader.wait_for_function("before => document.querySelector('[data-code-face]').dataset.code !== before", arg=before)
    page = street.phone(street.people[0].user)
    page.goto(f"{street.address}?c={shown(leader)}")
    ready(page)
    page.get_by_role("button", name="签到", exact=True).click()
    expect(page.locator("[data-standing]")).to_have_attribute("data-standing", "in")
    leader.get_by_role("button", name="登记志愿者V2签到").click()
    expect(leader.locator("[data-outbox-count]")).to_have_text("1")
    leader.context.set_offline(False)
    eventually(leader, lambda: street.states() == ["in", "in"])


def test_without_a_network_the_scan_opens_and_is_kept(street: Street) -> None:
    leader, page = street.phone(street.helping.leader), street.phone(street.people[0].user)
    leader.goto(street.list_address)
    page.goto(street.address)
    ready(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("caches.open('attendance').then(store => store.match('/activities/in/offline/')).then(Boolean)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.context.set_offline(True)
    page.goto(f"{street.address}?c={shown(leader)}")
    ready(page)
    expect(page.locator("h1")).to_contain_text("没有网络")
    page.locator("[data-offline-in] button", has_text="签到").first.click()
    expect(page.locator("[data-outbox-count]")).to_have_text("1")
    kept = page.evaluate("localStorage.getItem('yipanqi.outbox')")
    assert "lon" not in kept and "志愿者" not in kept
    page.context.set_offline(False)
    page.goto(street.address)
    eventually(leader, lambda: street.states() == ["in"])
    assert Mark.objects.get().kept
    leader.context.set_offline(True)
    leader.wait_for_function("caches.open('attendance').then(store => store.match('/activities/in/offline/')).then(Boolean)")
    leader.goto(street.list_address)
    assert len(shown(leader)) == 6


def test_by_position_and_by_digits(street: Street) -> None:
    leader = street.phone(street.helping.leader)
    leader.goto(street.list_address)
    there = street.phone(street.people[0].user, geolocation=HERE, permissions=["geolocation"])
    there.goto(street.address)
    ready(there)
    there.get_by_role("button", name="我在现场，定位签到").click()
    expect(there.locator("[data-standing]")).to_have_attribute("data-standing", "in")
    elsewhere = street.phone(street.people[1].user, geolocation={"longitude": 98.4, "latitude": 39.77}, permissions=["geolocation"])
    elsewhere.goto(street.address)
    ready(elsewhere)
    elsewhere.get_by_role("button", name="我在现场，定位签到").click()
    expect(elsewhere.locator("[role=alert]")).to_contain_text("不在活动地点")
    digits = shown(leader)
    elsewhere.get_by_label("队长手机上的数字").fill(f"{digits[:3]} {digits[3:]}")
    elsewhere.get_by_role("button", name="签到", exact=True).click()
    expect(elsewhere.locator("[data-standing]")).to_have_attribute("data-standing", "in")


def test_pages_fit_a_narrow_phone_and_hold_no_position(street: Street) -> None:
    for user, address in ((street.people[0].user, street.address), (street.helping.leader, street.list_address), (street.people[0].user, "/activities/hours/")):
        page = street.phone(user)
        page.set_viewport_size({"width": 320, "height": 640})
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
