"""A real demo city in a process tree of its own, and a real Chromium that listens for every error while it looks."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from yipanqi.demo import pictures

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "yipanqi-demo"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
ORDINARY = re.compile(
    r"WebGL|GPU stall|GL Driver|software rendering", re.IGNORECASE
)  # of a browser without a graphics card


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def started(command: list[str], data: Path, url: str) -> subprocess.Popen[bytes]:
    """A `yipanqi` process on a data directory, once it answers; raises RuntimeError with its last words."""
    log = (data / "log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "yipanqi.config.cli", *command, "--data", str(data)],
        cwd=ROOT, env=environment(), stdout=log, stderr=subprocess.STDOUT,
    )  # fmt: skip
    deadline = time.monotonic() + 240
    while True:
        try:
            urllib.request.urlopen(url, timeout=20).close()
            return server
        except OSError as error:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((data / "log").read_text()[-3000:]) from error
            time.sleep(0.2)


def environment() -> dict[str, str]:
    """What a newcomer's process would find, without the settings of the test run."""
    return {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")}


@pytest.fixture(scope="session")
def city_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of the demo city."""
    known = os.environ.get("YIPANQI_TEST_CITY_DATA")
    return Path(known) if known else tmp_path_factory.mktemp("city")


@pytest.fixture(scope="session")
def city(city_data: Path) -> Iterator[str]:
    """Address of a small demo city, served as a newcomer would get it."""
    if os.environ.get("YIPANQI_TEST_CITY"):  # a city that already runs, while writing tests
        yield os.environ["YIPANQI_TEST_CITY"]
        return
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    server = started(["demo", "--port", str(port)], city_data, url)
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


@pytest.fixture(scope="session")
def keys() -> dict[tuple[str, str], Any]:
    """Cookies of those who signed in before, by city and login: the sign-in itself has tests of its own."""
    return {}


class Listener:
    """Collects what no page may do: script errors, breaches of the policy, failing requests, requests to elsewhere."""

    def __init__(self, base: str) -> None:
        self.base, self.heard = base, list[str]()

    def listen(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.heard.append(f"{page.url}: script error: {error}"))
        page.on("console", lambda message: self.console(page.url, message.type, message.text))
        page.on("request", lambda request: self.request(page.url, request.url))
        page.on("response", lambda response: self.response(page.url, response.url, response.status))

    def console(self, at: str, kind: str, text: str) -> None:
        if (
            kind in ("error", "warning")
            and not ORDINARY.search(text)
            and not text.startswith("Failed to load resource")
        ):
            self.heard.append(f"{at}: console {kind}: {text[:300]}")

    def request(self, at: str, url: str) -> None:
        if not url.startswith((self.base, "data:", "blob:", "about:")):
            self.heard.append(f"{at}: asks elsewhere: {url}")

    def response(self, at: str, url: str, status: int) -> None:
        if status >= 400 and status != 422:  # a form that was refused, shown again with what was typed
            self.heard.append(f"{at}: {status} from {url}")


@pytest.fixture
def open_as(city: str, chromium: Browser, keys: dict[tuple[str, str], Any]) -> Iterator[Callable[..., Page]]:
    """`open_as("desk")` is a signed-in page; `open_as(None)` is a resident; `phone=True` is a phone's touch screen.

    When the test ends, whatever the pages did wrong behind the scenes fails it; `hears=False` for tests of refusals.
    """
    contexts = []
    listener = Listener(city)

    def open_page(
        login: str | None = None, *, phone: bool = False, locale: str = "zh-CN", width: int | None = None,
        hears: bool = True, **more: Any,
    ) -> Page:  # fmt: skip
        size = {**(PHONE if phone else DESKTOP), **({"width": width} if width else {})}
        state = keys.get((city, login)) if login else None
        context = chromium.new_context(  # type: ignore[arg-type,misc]
            viewport=size,
            locale=locale,
            timezone_id="Asia/Shanghai",
            base_url=city,
            has_touch=phone,
            storage_state=state,
            **more,
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        if login and state is None:
            sign_in(page, login)
            keys[city, login] = context.storage_state()
        if hears:
            listener.listen(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not listener.heard, "\n".join(listener.heard)


def sign_in(page: Page, login: str, password: str = PASSWORD) -> None:
    """The sign-in form, as far as the first factor."""
    page.goto("/accounts/login/")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/accounts/login" not in url)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo as a phone takes it."""
    path = tmp_path / "photo.jpg"
    path.write_bytes(pictures.draw("rubbish-0-before"))
    return path
