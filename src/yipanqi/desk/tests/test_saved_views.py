"""Kept views: made from the list, shared, ordered, opened with, and honest about what is no more."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from yipanqi.cases.tests.town import MONDAY, Town, unit
from yipanqi.desk import actions, saved
from yipanqi.desk.forms import CaseFilter
from yipanqi.desk.models import SavedView
from yipanqi.desk.tests.conftest import SignIn
from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.people.actions import dissolve_unit

QUERY = "state=handling&unit=CGJ&order=due"


def kept(who: object, name: str = "城管整改中", query: str = QUERY) -> SavedView:
    return actions.keep_view(who, name=name, query=query, by=who, at=MONDAY)


def names(who: object) -> list[str]:
    return [view.name for view in saved.visible_to(who)]  # type: ignore[arg-type]


def test_view_keeps_every_filter_of_the_list(town: Town) -> None:
    assert set(saved.KEPT) == set(CaseFilter().fields) - {"group", "board"}


@pytest.mark.parametrize(
    ("asked", "tidied"),
    [
        ("?order=due&state=handling&q=&colour=red&cursor=xyz&group=2", "state=handling&order=due"),
        ("q=垃圾 路口", "q=%E5%9E%83%E5%9C%BE+%E8%B7%AF%E5%8F%A3"),
        ("order=", ""),
        ("", ""),
    ],
)
def test_query_is_tidied(asked: str, tidied: str) -> None:
    assert saved.tidy(asked) == tidied


def test_view_is_kept_from_the_list_and_shown_above_it(town: Town, as_: SignIn) -> None:
    desk = as_("desk")
    page = desk.get(f"/cases/?{QUERY}").content.decode()
    assert "存为常用视图" in page
    answer = desk.post("/views/keep/", {"name": "城管整改中", "query": QUERY})
    assert answer["Location"] == f"/cases/?{QUERY}"
    page = desk.get("/cases/?order=due&unit=CGJ&state=handling&q=").content.decode()  # the same, written otherwise
    assert 'aria-current="true" data-data>城管整改中' in page and "存为常用视图" not in page
    assert "城管整改中" in desk.get("/cases/?order=").content.decode() and "城管整改中" not in as_("head").get("/cases/?order=").content.decode()


@pytest.mark.parametrize(
    ("name", "query", "words"),
    [("", QUERY, "名字"), ("  ", QUERY, "名字"), ("长" * 31, QUERY, "名字"), ("甲", "order=", "先选好"), ("有了", QUERY, "换个名字"), ("甲", "q=" + "长" * 400, "太长")],
)
def test_view_that_cannot_be_kept_says_why(town: Town, as_: SignIn, name: str, query: str, words: str) -> None:
    kept(town.desk, "有了")
    with pytest.raises(Refused, match=words):
        kept(town.desk, name, query)
    assert words in as_("desk").post("/views/keep/", {"name": name, "query": query}, follow=True).content.decode()


def test_nobody_keeps_more_than_thirty(town: Town) -> None:
    for n in range(actions.MOST_VIEWS):
        kept(town.desk, f"视图{n}")
    with pytest.raises(Refused, match="最多"):
        kept(town.desk, "再来")


def test_views_are_shared_with_the_unit_or_with_all(town: Town) -> None:
    view = kept(town.liaison)
    actions.share_view_with_unit(view, by=town.liaison, at=MONDAY)
    assert names(town.chief) == ["城管整改中"] and names(town.stranger) == names(town.desk) == []
    office = kept(town.desk, "全市超期", "overdue=true")
    actions.share_view_with_all(office, by=town.desk, at=MONDAY)
    assert names(town.liaison) == ["城管整改中", "全市超期"] and names(town.stranger) == ["全市超期"]
    actions.keep_view_to_owner(office, by=town.head, at=MONDAY)
    assert names(town.stranger) == [] and names(town.desk) == ["全市超期"]


def test_who_may_change_a_view(town: Town) -> None:
    mine, office = kept(town.liaison), kept(town.desk, "全市")
    actions.share_view_with_all(office, by=town.desk, at=MONDAY)
    for forbidden in (
        lambda: actions.share_view_with_all(mine, by=town.liaison, at=MONDAY),
        lambda: actions.rename_view(mine, name="x", by=town.desk, at=MONDAY),
        lambda: actions.remove_view(mine, by=town.head, at=MONDAY),
        lambda: actions.remove_view(office, by=town.liaison, at=MONDAY),
        lambda: actions.move_view(office, earlier=True, by=town.head, at=MONDAY),
        lambda: actions.open_with_view(mine, by=town.desk, at=MONDAY),
        lambda: actions.keep_view(town.head, name="x", query=QUERY, by=town.desk, at=MONDAY),
        lambda: kept(town.admin),
        lambda: actions.open_without_view(town.head, by=town.desk, at=MONDAY),
    ):
        with pytest.raises(NotAllowed):
            forbidden()
    actions.remove_view(office, by=town.head, at=MONDAY)
    actions.rename_view(mine, name="改名", by=town.liaison, at=MONDAY)
    assert names(town.liaison) == ["改名"] and names(town.desk) == []


def test_views_are_put_in_order(town: Town, as_: SignIn) -> None:
    for name in "甲乙丙":
        last = kept(town.desk, name)
    as_("desk").post(f"/views/{last.uuid}/move/", {"to": "earlier"})
    assert names(town.desk) == ["甲", "丙", "乙"]
    for _n in range(3):
        actions.move_view(last, earlier=True, by=town.desk, at=MONDAY)
    assert names(town.desk) == ["丙", "甲", "乙"]


def test_list_opens_with_the_view_chosen_for_it(town: Town, as_: SignIn) -> None:
    view, desk = kept(town.desk), as_("desk")
    desk.post(f"/views/{view.uuid}/open/")
    assert desk.get("/cases/")["Location"] == f"/cases/?{QUERY}"
    assert desk.get("/cases/?order=").status_code == 200 and as_("head").get("/cases/").status_code == 200
    desk.post("/views/none/open/")
    assert desk.get("/cases/").status_code == 200


def test_list_does_not_open_with_a_view_that_was_taken_back(town: Town, as_: SignIn) -> None:
    view = kept(town.liaison)
    actions.share_view_with_unit(view, by=town.liaison, at=MONDAY)
    actions.open_with_view(view, by=town.chief, at=MONDAY)
    assert as_("chief").get("/cases/").status_code == 302
    actions.keep_view_to_owner(view, by=town.liaison, at=MONDAY)
    assert as_("chief").get("/cases/").status_code == 200
    actions.open_with_view(view, by=town.liaison, at=MONDAY)
    actions.remove_view(view, by=town.liaison, at=MONDAY)
    assert as_("liaison").get("/cases/").status_code == 200


def test_view_says_what_is_no_more(town: Town, as_: SignIn) -> None:
    gone = unit("OLD", "老单位")
    dissolve_unit(gone, on=timezone.localdate() - dt.timedelta(days=1), by=town.head, at=timezone.now())
    town.class_.active = False
    town.class_.save(update_fields=["active"])
    query = f"class={town.class_.key}&unit=OLD"
    kept(town.desk, "旧", saved.tidy(query))
    for path in (f"/cases/?{query}", "/views/"):
        page = as_("desk").get(path).content.decode()
        assert "“老单位”已于" in page and "问题类别“暴露垃圾”已停用" in page, path
    assert saved.gone("unit=NONE&area=9&place=ZZ&class=zz") and len(saved.gone("unit=NONE&area=9&place=ZZ&class=zz")) == 4
    assert saved.gone(QUERY) == []


def test_page_of_views(town: Town, as_: SignIn) -> None:
    desk = as_("desk")
    assert "还没有常用视图" in desk.get("/views/").content.decode()
    view = kept(town.desk)
    page = desk.get("/views/").content.decode()
    assert "状态：整改中；主办单位：城管局" in page and "分享给全体" in page
    for verb, data in (("rename", {"name": "新名"}), ("share", {"with": "all"}), ("share", {"with": "unit"}), ("share", {"with": "owner"}), ("open", {})):
        assert desk.post(f"/views/{view.uuid}/{verb}/", data).status_code == 302, verb
    assert "新名" in desk.get("/views/").content.decode()
    assert desk.post(f"/views/{view.uuid}/share/", {"with": "world"}).status_code == desk.post(f"/views/{view.uuid}/fly/").status_code == 404
    assert as_("stranger").post(f"/views/{view.uuid}/remove/").status_code == 404
    assert as_("admin").get("/views/").status_code == 403
    desk.post(f"/views/{view.uuid}/remove/")
    assert not SavedView.objects.exists()


def test_views_for_programs(town: Town, as_: SignIn) -> None:
    desk = as_("desk")
    made = desk.post("/api/v1/views", {"name": "超期", "query": "overdue=true&order="}, content_type="application/json")
    assert made.status_code == 201 and made.json()["query"] == "overdue=true"
    assert desk.post("/api/v1/views", {"name": "超期", "query": "overdue=true"}, content_type="application/json").status_code == 422
    listed = desk.get("/api/v1/views?count=true").json()
    assert listed["count"] == 1 and listed["items"][0] | {"kept_at": ""} == {
        "id": made.json()["id"], "name": "超期", "query": "overdue=true", "shown_to": "owner", "mine": True, "opens": False, "gone": [], "kept_at": "",
    }  # fmt: skip
    assert as_("head").get("/api/v1/views").json()["items"] == []
    assert as_("head").delete(f"/api/v1/views/{made.json()['id']}").status_code == 404
    assert as_("admin").get("/api/v1/views").status_code == 403
    assert desk.delete(f"/api/v1/views/{made.json()['id']}").status_code == 204 and not SavedView.objects.exists()


def test_keep_view_of_an_endless_address_is_refused_and_shows_the_list(town: Town, as_: SignIn) -> None:
    answer = as_("desk").post("/views/keep/", {"name": "甲", "query": "q=" + "a" * 60_000}, follow=True)
    assert answer.status_code == 200 and "太长" in answer.content.decode() and not SavedView.objects.exists()
