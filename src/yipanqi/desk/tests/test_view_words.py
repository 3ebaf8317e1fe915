"""The page of kept views: in words whatever their filters name, read once for all of them, and page by page."""

from __future__ import annotations

import h3
import pytest

from yipanqi.cases.tests.test_queries import statements
from yipanqi.cases.tests.town import MONDAY, Town, moment
from yipanqi.desk import actions, saved
from yipanqi.desk.models import SavedView
from yipanqi.desk.tests.conftest import SignIn
from yipanqi.desk.views import saved_views, system
from yipanqi.kernel.models import Delivery, OutboxEvent
from yipanqi.places.models import Area, Place
from yipanqi.standards.models import PlaceCategory


@pytest.fixture
def query(town: Town) -> str:
    """Names one of everything."""
    area = Area.objects.create(code="620902107", name="某街道", level=Area.Level.STREET, path="620902107/")
    category = PlaceCategory.objects.create(key="park9", name="公园")
    Place.objects.create(code="P001", name="人民公园", category=category, area=area, lon=98.5, lat=39.7, cell="x")
    cell = h3.latlng_to_cell(39.7, 98.5, 8)
    return f"state=handling&class={town.class_.code}&unit=CGJ&area={area.code}&cell={cell}&place=P001&source=hotline&severity=4&overdue=1&order=due"


def test_views_are_told_in_words(town: Town, as_: SignIn, query: str) -> None:
    actions.keep_view(town.desk, name="什么都有", query=query, by=town.desk, at=MONDAY)
    page = as_("desk").get("/views/")
    words = page.context["lines"][0]["words"]
    for word in ("状态：整改中", f"问题类别：{town.class_.code} 暴露垃圾", "主办单位：城管局", "区域：某街道", "点位：人民公园（P001）", "来源：12345", "严重程度：紧急", "期限：已超期", "排序：最先到期在前"):
        assert word in words, (word, words)
    assert "一带" in words and "CGJ" not in words and "620902107" not in words and "handling" not in words
    assert "人民公园（P001）" in as_("desk").get("/cases/?place=P001").content.decode()


def test_page_of_views_asks_the_same_for_one_as_for_thirty(town: Town, as_: SignIn, query: str) -> None:
    desk = as_("desk")
    actions.keep_view(town.desk, name="0", query=query, by=town.desk, at=MONDAY)
    desk.get("/views/")  # what is cached is cached
    one = statements(lambda: desk.get("/views/"))
    for n in range(1, 30):
        actions.keep_view(town.desk, name=str(n), query=f"{query}&q={n}", by=town.desk, at=MONDAY)
    many = statements(lambda: desk.get("/views/"))
    assert len(many) == len(one) <= 21, "\n".join(many)
    programs = statements(lambda: desk.get("/api/v1/views?limit=30"))
    assert len(programs) <= 16, "\n".join(programs)


def test_views_come_page_by_page(town: Town, as_: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_views, "PAGE", 2)
    for n in range(5):
        actions.keep_view(town.desk, name=f"视图{n}", query=f"q={n}", by=town.desk, at=MONDAY)
    desk, url, seen = as_("desk"), "/views/", list[str]()
    while url:
        page = desk.get(url)
        seen += [line["view"].name for line in page.context["lines"]]
        url = page.context["next_url"] and f"/views/{page.context['next_url']}"
    assert seen == [f"视图{n}" for n in range(5)] == [view.name for view in saved.visible_to(town.desk)] and SavedView.objects.count() == 5
    assert desk.get("/views/?cursor=x").status_code == 400


def test_failed_deliveries_come_page_by_page(town: Town, as_: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "SHOWN", 2)
    event = OutboxEvent.objects.create(kind="x", payload={}, at=moment())
    Delivery.objects.bulk_create(Delivery(event=event, handler=f"h{n}", state=Delivery.State.FAILED, next_at=moment()) for n in range(3))
    page = as_("admin").get("/system/")
    assert [row.handler for row in page.context["failed"]] == ["h2", "h1"]
    assert [row.handler for row in as_("admin").get(f"/system/{page.context['next_url']}").context["failed"]] == ["h0"]
