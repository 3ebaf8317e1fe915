"""A real demo city in a process tree of its own, and a real Chromium to look at it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "yipanqi-demo"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a small demo city, served as a newcomer would get it."""
    if os.environ.get("YIPANQI_TEST_CITY"):  # a city that already runs, while writing tests
        yield os.environ["YIPANQI_TEST_CITY"]
        return
    port, data = free_port(), tmp_path_factory.mktemp("city")
    env = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")}
    log = (data / "log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "yipanqi.config.cli", "demo", "--port", str(port), "--data", str(data)],
        cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 240
    while True:
        try:
            urllib.request.urlopen(url, timeout=20).close()
            break
        except OSError as error:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((data / "log").read_text()[-3000:]) from error
            time.sleep(0.5)
    yield url
    server.terminate()
    server.wait(20)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.fail("Chromium is missing: apt-get install chromium")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_as(city: str, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """`open_as("desk")` signs in and returns a page; `open_as(None)` is a resident; `phone=True` is a phone's screen."""
    contexts = []

    def open_page(login: str | None = None, *, phone: bool = False, locale: str = "zh-CN", width: int | None = None) -> Page:
        size = {**(PHONE if phone else DESKTOP), **({"width": width} if width else {})}
        context = chromium.new_context(viewport=size, locale=locale, base_url=city, has_touch=phone)  # type: ignore[arg-type]
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
        if login:
            page.goto("/accounts/login/")
            page.fill("input[name=login]", login)
            page.fill("input[name=password]", PASSWORD)
            page.press("input[name=password]", "Enter")
            page.wait_for_url(lambda url: "/accounts/" not in url)
        return page

    yield open_page
    for context in contexts:
        context.close()
