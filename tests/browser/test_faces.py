"""The faces in a browser: a report on a bad line, what a phone remembers, photos made small, paper, weak eyes, narrow screens."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from yipanqi.files.tests.photos import camera_exif, jpeg, scene

pytestmark = pytest.mark.browser
OpenAs = Callable[..., Page]


def report_page(open_as: OpenAs) -> Page:
    page = open_as(phone=True)
    page.goto("/report/")
    page.wait_for_selector("form[data-report-ready]")
    return page


def big_photo(path: Path) -> Path:
    """A photo of some megabytes with time and position, as a telephone takes it."""
    noise = Image.effect_noise((3000, 2250), 90).convert("RGB")
    noise.save(path, "JPEG", quality=92, exif=camera_exif())
    assert path.stat().st_size > 2_000_000
    return path


def test_report_survives_reload_and_a_broken_line(open_as: OpenAs, tmp_path: Path) -> None:
    good = tmp_path / "good.jpg"
    good.write_bytes(jpeg(320, 240, exif=camera_exif()))
    page = report_page(open_as)
    page.set_input_files("#id_photo_files", [str(good)])
    expect(page.locator("[data-photo-tile][data-state=sent]")).to_have_count(1)
    page.fill("#id_text", "东门外井盖破损，夜里看不见")
    page.reload()
    page.wait_for_selector("form[data-report-ready]")
    expect(page.locator("#id_text")).to_have_value("东门外井盖破损，夜里看不见")
    expect(page.locator("[data-photo-tile]")).to_have_count(1)
    expect(page.locator("[data-draft-told]")).to_be_visible()
    assert page.input_value("#id_lon")
    page.context.set_offline(True)
    page.click("form[data-report] button[type=submit]")
    expect(page.locator("[data-send-problem]")).to_contain_text("还没有提交成功")
    page.context.set_offline(False)
    page.click("form[data-report] button[type=submit]")
    page.wait_for_url("**/report/sent/**")
    page.goto("/report/")
    page.wait_for_selector("form[data-report-ready]")
    expect(page.locator("#id_text")).to_have_value("")
    expect(page.locator("[data-photo-tile]")).to_have_count(0)


def test_report_whose_answer_was_lost_is_made_once(open_as: OpenAs) -> None:
    page = report_page(open_as)
    codes: list[str] = []

    def lose(route: Route) -> None:
        answer = route.fetch(max_redirects=0)
        codes.append(answer.headers["location"])
        if len(codes) == 1:
            route.abort()
        else:
            route.fulfill(response=answer)

    page.fill("#id_text", "路灯不亮")
    page.fill("#id_address", "新华路口")
    page.route(
        re.compile(r"/report/$"), lambda route: lose(route) if route.request.method == "POST" else route.continue_()
    )
    page.click("form[data-report] button[type=submit]")
    expect(page.locator("[data-send-problem]")).to_be_visible()
    page.click("form[data-report] button[type=submit]")
    page.wait_for_timeout(1500)
    assert len(codes) == 2 and codes[0] == codes[1]


def test_report_clicked_twice_is_sent_once(open_as: OpenAs) -> None:
    page = report_page(open_as)
    sent: list[str] = []
    page.on(
        "request",
        lambda request: (
            sent.append(request.url) if request.method == "POST" and request.url.endswith("/report/") else None
        ),
    )
    page.click("[data-phrase] >> nth=0")
    page.fill("#id_address", "新华路口")
    page.dblclick("form[data-report] button[type=submit]")
    page.wait_for_url("**/report/sent/**")
    assert len(sent) == 1


def test_photo_is_made_small_and_keeps_time_and_place(open_as: OpenAs, tmp_path: Path) -> None:
    big = big_photo(tmp_path / "big.jpg")
    page = report_page(open_as)
    with page.expect_response("**/files/photos/") as sent:
        page.set_input_files("#id_photo_files", [str(big)])
    facts = sent.value.json()
    assert facts["position"] and facts["taken_at"]
    size = sent.value.request.sizes()["requestBodySize"]
    assert size < big.stat().st_size / 1.5
    expect(page.locator("[data-where-status]")).to_contain_text("已从照片里读出位置")


def test_photo_is_tried_again_when_the_line_returns(open_as: OpenAs, tmp_path: Path) -> None:
    photo = tmp_path / "a.png"
    scene(400, 300).save(photo)
    page = report_page(open_as)
    page.context.set_offline(True)
    page.set_input_files("#id_photo_files", [str(photo)])
    expect(page.locator("[data-photo-status]")).to_contain_text("还没传上去")
    expect(page.locator("[data-photo-retry]")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("[data-photo-tile][data-state=sent]")).to_have_count(1)


def test_large_type_is_remembered(open_as: OpenAs) -> None:
    page = open_as(phone=True)
    page.goto("/")
    page.click("[data-large-type]")
    page.goto("/report/")
    expect(page.locator("html")).to_have_class(re.compile("large-type"))
    assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") >= 20
    page.click("[data-large-type]")
    page.reload()
    expect(page.locator("html")).not_to_have_class(re.compile("large-type"))


def test_filters_come_and_go_as_chips(open_as: OpenAs) -> None:
    page = open_as("desk")
    page.goto("/cases/?state=closed&source=resident")
    expect(page.locator("[data-chip]")).to_have_count(2)
    page.click("[data-chip=source]")
    expect(page.locator("[data-chip]")).to_have_count(1)
    page.click("[data-chip=state]")
    page.wait_for_url("**/cases/?order=")
    expect(page.locator("[data-chip]")).to_have_count(0)


def test_case_list_and_case_print_on_paper(open_as: OpenAs) -> None:
    page = open_as("desk")
    for address in ("/cases/?state=closed", "/cases/?group=1"):
        page.goto(address)
        assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    page.goto("/cases/?state=closed")
    page.click("tr[data-row] a[data-open] >> nth=0")
    page.emulate_media(media="print")
    expect(page.locator(".print-head")).to_be_visible()
    for gone in (".topbar", ".navbar-vertical", "[data-move]", "[data-print]"):
        expect(page.locator(gone).first).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("login", [None, "desk", "leader", "inspector", "liaison"])
def test_nothing_needs_scrolling_sideways_on_the_narrowest_phone(open_as: OpenAs, login: str | None) -> None:
    pages = {None: ["/", "/report/", "/track/", "/nearby/", "/about/privacy/", "/feedback/"], "inspector": ["/m/", "/m/verify/", "/inbox/"],
             "leader": ["/board/", "/figures/"], "liaison": ["/inbox/", "/cases/"],
             "desk": ["/inbox/", "/cases/?state=handling&overdue=true", "/cases/new/", "/map/", "/accounts/sessions/", "/sheets/"]}  # fmt: skip
    page = open_as(login, phone=True, width=320)
    for address in pages[login]:
        page.goto(address)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, (address, over)
