"""Activities in a real browser: looking without an account, planning and opening, signing up on a phone, deciding, series."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.journeys.serving import served
from yipanqi.activities.models import Activity, Series, SignUp
from yipanqi.activities.tests.world import DAY, Helping, shift_of, sign, volunteer
from yipanqi.people.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
#: Playwright keeps an event loop in this thread, beside which these tests read the database; nothing here is asynchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
SOON = timezone.now().replace(minute=0, second=0, microsecond=0) + 3 * DAY


class City:
    """A team with its leader and volunteers, on a server of its own."""

    def __init__(self, chromium: Browser, port: int) -> None:
        self.chromium, self.base = chromium, f"http://127.0.0.1:{port}"
        self.helping, self.contexts, self.wrong = Helping(), list[BrowserContext](), list[str]()

    def page(self, user: User | None = None, *, width: int | None = None, phone: bool = False) -> Page:
        """A browser in which somebody has signed in before."""
        size = {**(PHONE if phone else DESKTOP), **({"width": width} if width else {})}
        context = self.chromium.new_context(viewport=size, has_touch=phone, locale="zh-CN", timezone_id="Asia/Shanghai", base_url=self.base)  # type: ignore[arg-type]
        context.set_default_timeout(30_000)
        self.contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user)
            context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": self.base}])
        page = context.new_page()
        page.on("pageerror", lambda error: self.wrong.append(f"{page.url}: {error}"))
        return page


@pytest.fixture
def city(chromium: Browser, tmp_path: Path) -> Iterator[City]:
    with served(tmp_path) as server:
        made = City(chromium, server.port)
        yield made
        for context in made.contexts:
            context.close()
        assert not made.wrong, made.wrong


def fits(page: Page) -> None:
    """Nothing scrolls sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide"


def go(page: Page, path: str) -> None:
    page.goto(path)
    page.wait_for_selector("body[data-ready]")


def test_residents_look_without_an_account_on_a_small_phone(city: City) -> None:
    activity = city.helping.activity(starts_at=SOON, lon=98.29, lat=39.77)
    page = city.page(width=320, phone=True)
    for path in ("/activities/", "/activities/?lon=98.291&lat=39.77", f"/activities/calendar/?month={timezone.localtime(SOON):%Y-%m}", f"/activities/{activity.code}/"):
        go(page, path)
        expect(page.locator("main")).to_contain_text("逢6上街")
        fits(page)
    expect(page.locator("main")).to_contain_text("想参加")


def test_a_leader_plans_and_a_volunteer_signs_up_and_the_leader_decides(city: City) -> None:
    a, b = volunteer("V1"), volunteer("V2")
    leader = city.page(city.helping.leader)
    go(leader, "/activities/run/new/")
    leader.fill("#id_title", "社区清洁日")
    leader.select_option("#id_holder", "team:T1")
    leader.select_option("#id_kind", "street")
    leader.fill("#id_about", "清理楼院")
    leader.fill("#id_address", "雄关社区")
    leader.fill("#id_min_age", "16")
    leader.fill("#id_roles-0-limit", "2")
    leader.locator("main form button.btn-primary").click()
    leader.locator("[data-move=open_activity]").click()
    expect(leader.locator("main")).to_contain_text("已发布")
    activity = Activity.objects.get()
    for who in (a, b):
        phone = city.page(who.user, phone=True)
        go(phone, f"/activities/{activity.code}/")
        phone.locator("[data-shift] button.btn-primary").click()
        expect(phone.locator("main")).to_contain_text("报名成功")
        go(phone, "/activities/mine/")
        expect(phone.locator("main")).to_contain_text("社区清洁日")
        fits(phone)
    shift = shift_of(activity)
    go(leader, f"/activities/run/shifts/{shift.uuid}/edit/")
    leader.fill("#id_roles-0-limit", "1")
    leader.locator("main form button.btn-primary").click()
    expect(leader.locator("main")).to_contain_text("有 1 人受")
    leader.get_by_role("button", name="同意保留").click()
    expect(leader.locator("main")).not_to_contain_text("有 1 人受")
    assert SignUp.objects.filter(state="signed").count() == 2
    narrow = city.page(city.helping.leader, width=320, phone=True)
    for path in (f"/activities/run/shifts/{shift.uuid}/", f"/activities/run/{activity.code}/", "/activities/run/", "/activities/run/new/", f"/activities/run/{activity.code}/edit/"):
        go(narrow, path)
        fits(narrow)


def test_whoever_waits_moves_up_and_two_swap(city: City) -> None:
    one, two = shift_of(city.helping.activity(starts_at=SOON, limit=1)), shift_of(city.helping.activity(starts_at=SOON + DAY, limit=1, title="周末清洁"))
    a, b, c = volunteer("V1"), volunteer("V2"), volunteer("V3")
    sign(one, a), sign(one, c), sign(two, b)
    first, second = city.page(a.user, phone=True), city.page(b.user, phone=True)
    go(first, "/activities/mine/")
    first.get_by_role("link", name="找人换班").click()
    first.select_option("#id_theirs", index=1)
    first.locator("main form button.btn-primary").click()
    expect(first.locator("main")).to_contain_text("等对方答复")
    go(second, "/activities/mine/")
    second.get_by_role("button", name="同意换班").click()
    second.wait_for_selector("body[data-ready]")
    assert SignUp.objects.get(volunteer=b, state="signed").shift == one
    second.get_by_role("button", name="退出").first.click()
    second.locator("dialog[open] button.btn-primary, dialog[open] button.btn-danger").first.click()
    expect(second.locator("main")).to_contain_text("已退出")
    assert SignUp.objects.get(volunteer=c).state == "signed"


def test_a_series_is_built_in_words(city: City) -> None:
    leader = city.page(city.helping.leader)
    go(leader, "/activities/run/series/new/")
    leader.fill("#id_title", "逢6上街")
    leader.select_option("#id_holder", "team:T1")
    leader.select_option("#id_kind", "street")
    leader.fill("#id_about", "清理烟头、擦洗站牌")
    leader.fill("#id_address", "新华路")
    leader.locator("main form button.btn-primary").click()
    expect(leader.locator("main")).to_contain_text("每月6日、16日、26日")
    series = Series.objects.get()
    assert series.rule == "FREQ=MONTHLY;BYMONTHDAY=6,16,26" and series.activities.filter(state="open").count() >= 3
    day = series.activities.order_by("starts_at").first().occurs_on  # type: ignore[union-attr]
    leader.fill("#skip_on", f"{day}")
    leader.fill("#skip_why", "寒潮")
    leader.get_by_role("button", name="跳过这一天").click()
    expect(leader.locator("main")).to_contain_text("跳过")
    for path in (f"/activities/run/series/{series.uuid}/", f"/activities/run/series/{series.uuid}/change/", "/activities/run/series/"):
        narrow = city.page(city.helping.leader, width=320, phone=True)
        go(narrow, path)
        fits(narrow)


def test_a_report_is_written_and_read_by_everybody(city: City) -> None:
    activity = city.helping.activity(starts_at=SOON)
    ago = dt.timedelta(days=5)
    activity.shifts.update(starts_at=activity.starts_at - ago, ends_at=activity.ends_at - ago)
    Activity.objects.update(starts_at=activity.starts_at - ago, ends_at=activity.ends_at - ago)
    leader = city.page(city.helping.leader)
    go(leader, f"/activities/run/{activity.code}/close/")
    leader.fill("#id_report", "清理两条街")
    leader.fill("#id_beneficiaries", "120")
    leader.check("#id_beneficiaries_estimated")
    leader.fill("#id_results-0-what", "清理烟头")
    leader.fill("#id_results-0-quantity", "300")
    leader.fill("#id_results-0-unit", "个")
    leader.locator("main form button.btn-primary").click()
    expect(leader.locator("main")).to_contain_text("已结项")
    anyone = city.page(phone=True)
    go(anyone, f"/activities/{activity.code}/")
    expect(anyone.locator("main")).to_contain_text("清理烟头 300 个")
    expect(anyone.locator("main")).to_contain_text("（估计）")
