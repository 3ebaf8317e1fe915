"""The search box: which words hit, filters to narrow what was found, and more of it."""

from __future__ import annotations

from urllib.parse import unquote

from yipanqi.cases.tests.town import Town
from yipanqi.desk.tests.conftest import SignIn


def test_results_show_which_words_hit(town: Town, as_: SignIn) -> None:
    town.report(title="南市场：暴露垃圾", description="东门外成堆，<b>Ａ区</b>也有异味", address="新华南路12号")
    page = as_("desk").get("/search/?q=垃圾 a区").content.decode()
    assert "暴露<mark>垃圾</mark>" in page and "&lt;b&gt;<mark>Ａ区</mark>&lt;/b&gt;也有" in page
    listed = as_("desk").get("/cases/?q=新华").content.decode()
    assert "<mark>新华</mark>南路12号" in listed


def test_search_is_narrowed_by_filters(town: Town, as_: SignIn) -> None:
    open_one, closed = town.dispatched(), town.closed()
    page = as_("desk").get("/search/?q=垃圾&state=closed").content.decode()
    assert closed.number in page and open_one.number not in page
    assert "<details" in page and " open" in page[page.index("data-filters") :][:20]
    assert "/cases/?q=垃圾&amp;state=closed" in unquote(page)


def test_search_goes_on_page_by_page(town: Town, as_: SignIn) -> None:
    numbers = {town.report().number for _n in range(25)}
    desk = as_("desk")
    first = desk.get("/search/?q=垃圾")
    assert first.context["next_url"].startswith("?q=") and len(first.context["rows"]) == 20
    second = desk.get("/search/" + first.context["next_url"])
    assert {row["number"] for row in (*first.context["rows"], *second.context["rows"])} == numbers
    assert not second.context["next_url"] and second.context["first_url"]


def test_search_for_signs_alone_finds_nothing(town: Town, as_: SignIn) -> None:
    town.report(description="垃圾？")
    for words in ("？", "*", "' OR 1=1"):
        assert "没有找到" in as_("desk").get(f"/search/?q={words}").content.decode()
