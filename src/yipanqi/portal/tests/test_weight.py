"""How heavy the first pages are on a phone that has never been here: page, styles, scripts and icons, compressed."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.test import Client

from yipanqi.cases.tests.town import Town

LIMIT = 200_000
STATIC = Path(__file__).parents[2] / "static"


def weight(page: bytes) -> dict[str, int]:
    """Bytes that travel for a page: the page itself, and the compressed file of everything it names."""
    names = set(re.findall(rb'(?:href|src)="/static/([^"#]+)', page))
    files = {name.decode(): STATIC / f"{name.decode()}.gz" for name in names}
    missing = [name for name, path in files.items() if not path.exists()]
    assert not missing, f"not built, or not compressed: {missing} (python frontend/build.py)"
    return {"page": len(gzip.compress(page)), **{name: path.stat().st_size for name, path in files.items()}}


@pytest.mark.parametrize("address", ["/", "/report/", "/track/", "/accounts/login/"])
def test_weigh_public_pages(client: Client, town: Town, address: str) -> None:
    found = weight(client.get(address).content)
    assert sum(found.values()) <= LIMIT, found


@pytest.mark.parametrize("address", ["/m/", "/m/verify/", "/m/map/"])
def test_weigh_phone_pages(client: Client, town: Town, address: str) -> None:
    client.force_login(town.inspector)
    found = weight(client.get(address).content)
    assert sum(found.values()) <= LIMIT, found


def test_leave_maps_and_charts_out_of_the_first_load(client: Client, town: Town) -> None:
    assert not {"map.js", "charts.js", "map.css"} & set(weight(client.get("/report/").content))
