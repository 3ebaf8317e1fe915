"""A volunteer applies for a star and asks for a certificate, the centre issues it, a stranger checks it; the paper is looked at."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.steps import go

pytestmark = pytest.mark.browser
#: Of a sheet in a resolution of 60 dots an inch: where the QR code stands, and where nothing may stand.
CODE, MARGIN, DOTS = (60, 475, 130, 545), 40, 60


def rendered(pdf: bytes, folder: Path) -> Image.Image:
    """The first page as a picture, by another program than the one that drew it."""
    renderer = shutil.which("pdftoppm")
    if renderer is None:
        pytest.fail("pdftoppm is missing: apt-get install poppler-utils")
    (folder / "paper.pdf").write_bytes(pdf)
    subprocess.run([renderer, "-r", str(DOTS), "-png", str(folder / "paper.pdf"), str(folder / "paper")], check=True)
    pages = sorted(folder.glob("paper-*.png"))
    assert len(pages) == 1, "one sheet"
    return Image.open(pages[0]).convert("L")


def ink(picture: Image.Image, box: tuple[int, int, int, int]) -> float:
    """The share of dark dots in a part of a picture."""
    part = picture.crop(box)
    return sum(part.histogram()[:128]) / (part.width * part.height)


def test_star_and_certificate_from_a_phone_to_a_stranger(open_as: Callable[..., Page], tmp_path: Path) -> None:
    me, centre, stranger = open_as("volunteer", phone=True), open_as("centre"), open_as(None, phone=True)
    go(me, "/records/mine/")
    expect(me.locator("[data-hours]")).to_contain_text("小时")
    me.get_by_role("button", name="申请星级").click()
    me.wait_for_url("**/records/stars/**")
    expect(me.locator("main")).to_contain_text("待认定")
    star = me.url
    go(centre, "/records/")
    centre.goto(star)
    centre.wait_for_selector("body[data-ready]")
    centre.locator("[data-move=confirm_star]").click()
    centre.locator("#confirm-dialog button[value=ok]").click()
    expect(centre.locator("main")).to_contain_text("已认定")

    go(me, "/records/mine/")
    me.get_by_role("link", name="申请证明").click()
    me.wait_for_url("**/certificate/")
    issuer = me.locator("select[name=issuer]")
    if not issuer.input_value():
        issuer.select_option(index=1)
    me.get_by_role("button", name="提交申请").click()
    me.wait_for_url("**/records/volunteers/*/")
    me.locator("main a[href^='/records/certificates/']").first.click()
    me.wait_for_selector("body[data-ready]")
    paper = me.url
    centre.goto(paper)
    centre.wait_for_selector("body[data-ready]")
    centre.get_by_label("经办人").fill("李敏")
    centre.locator("[data-move=issue_certificate]").click()
    expect(centre.locator("[data-number]")).to_contain_text(re.compile(r"-\d{4}-\d{6}"))
    number, code = centre.locator("[data-number]").inner_text(), centre.locator("[data-code]").inner_text()

    pdf = me.request.get(f"{paper}certificate.pdf").body()
    picture = rendered(pdf, tmp_path)
    assert ink(picture, CODE) > 0.25, "the QR code stands where people look for it"
    width, height = picture.size
    assert ink(picture, (0, 0, MARGIN, height)) == ink(picture, (width - MARGIN, 0, width, height)) == 0, "nothing runs over the margins"
    assert pdf == centre.request.get(f"{paper}certificate.pdf").body()

    go(stranger, "/records/check/")
    stranger.get_by_label("证明编号").fill(number.lower())
    stranger.get_by_label("校验码").fill(code)
    stranger.get_by_role("button", name="核验").click()
    expect(stranger.locator("[data-verdict=issued]")).to_contain_text("真实、有效")
    expect(stranger.locator("main")).to_contain_text("*")
    seen = stranger.url

    centre.get_by_label("理由").fill("姓名登记有误，另行出具")
    centre.locator("[data-move=revoke_certificate]").click()
    expect(centre.locator("main")).to_contain_text("已撤销")
    stranger.goto(seen)
    expect(stranger.locator("[data-verdict=revoked]")).to_contain_text("不再有效")


def test_desk_lists_what_the_record_no_longer_bears_out(open_as: Callable[..., Page]) -> None:
    centre = open_as("centre")
    go(centre, "/records/")
    expect(centre.locator("[data-broken]")).to_contain_text("决定维持或撤销")
    centre.locator("[data-broken] a[data-open]").first.click()
    centre.wait_for_selector("body[data-ready]")
    expect(centre.locator("[data-differs]")).to_contain_text("现在")
    centre.get_by_label("理由").fill("已在纸质证明上加注")
    centre.locator("[data-move=keep_certificate]").click()
    expect(centre.locator("main")).to_contain_text("已办理")
