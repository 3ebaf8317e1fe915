"""The pages of units, groups, people and one's own account through HTTP."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.models import JournalEntry
from yipanqi.people import actions
from yipanqi.people.models import ApiToken, Appointment, Unit, User, WorkGroup

from .board import NOW, PASSWORD, unit, user

pytestmark = pytest.mark.django_db


def as_role(role: str, **where: Any) -> Client:
    cache.clear()
    client = Client()
    client.force_login(user(role, **where), backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(answer: Any) -> str:
    return str(answer.content.decode())


PAGES = ("units/", "units/cgj/", "groups/", "users/", "me/")


@pytest.mark.parametrize("role", ["head", "desk", "inspector", "liaison", "unit_leader", "grid", "leader", "auditor", "admin"])
def test_pages_open_for_every_role(role: str) -> None:
    client = as_role(role)
    for page in PAGES:
        assert client.get(f"/people/{page}").status_code == 200, page
    assert client.get("/people/").headers["Location"] == "/people/units/"
    expected = 200 if role in ("head", "admin") else 403
    for page in ("units/add/", "units/cgj/edit/", "groups/add/", "users/add/", f"users/{role}/edit/"):
        assert client.get(f"/people/{page}").status_code == expected, page


def test_pages_send_strangers_to_sign_in(client: Client) -> None:
    unit()
    for page in PAGES:
        assert client.get(f"/people/{page}").headers["Location"].startswith("/accounts/login/"), page


def test_add_unit_change_and_dissolve_through_pages() -> None:
    head = as_role("head")
    form = {"code": "sjj", "name": "市教育局", "kind": "department", "parent": "cgj"}
    assert head.post("/people/units/add/", form).headers["Location"] == "/people/units/sjj/"
    again = text(head.post("/people/units/add/", form))
    assert "该编码已被使用" in again and "市教育局" in again
    head.post("/people/units/sjj/edit/", {"name": "教育局", "kind": "department"})
    assert Unit.objects.get(code="sjj").parent is None
    assert "教育局" in text(head.get("/people/units/?q=教育"))
    assert "没有符合条件的单位" in text(head.get("/people/units/?q=没有的"))
    assert "已撤销" in text(head.post("/people/units/sjj/dissolve/", {"on": "2026-05-06"}, follow=True))
    assert "该单位已撤销" in text(head.post("/people/units/sjj/dissolve/", {"on": "2026-05-06"}, follow=True))
    assert "教育局" not in text(head.get("/people/units/")) and "教育局" in text(head.get("/people/units/?dissolved=on"))


def test_add_group_and_change_it_through_pages() -> None:
    head = as_role("head")
    head.post("/people/groups/add/", {"code": "zhz", "name": "综合组", "kind": "working", "leader": "head", "members": ["cgj"]})
    assert list(WorkGroup.objects.get().members.all()) == [unit()]
    assert "selected" in text(head.get("/people/groups/zhz/edit/"))
    head.post("/people/groups/zhz/edit/", {"name": "综合协调组", "kind": "working"})
    assert "综合协调组" in text(head.get("/people/groups/"))


def test_add_user_shows_a_one_time_password_that_signs_in() -> None:
    head = as_role("head")
    unit()
    form = {"username": "wang.li", "name": "王立", "unit": "cgj", "role": "liaison", "phone": "13909371234"}
    page = text(head.post("/people/users/add/", form))
    word = re.search(r'id="once">([^<]+)<', page)[1]  # type: ignore[index]
    assert "13909371234" not in page and "139****1234" in page
    fresh = Client()
    assert fresh.post("/accounts/login/", {"login": "wang.li", "password": word}).status_code == 302
    assert "该用户名已被使用" in text(head.post("/people/users/add/", form))
    assert User.objects.get(username="wang.li").appointments.get().role == "liaison"


def test_add_user_with_a_bad_phone_leaves_nothing_behind() -> None:
    head = as_role("head")
    page = text(head.post("/people/users/add/", {"username": "wang.li", "name": "王立", "unit": "cgj", "role": "liaison", "phone": "没有"}))
    assert "电话号码只能有数字和横线" in page
    assert User.objects.count() == 1


def test_change_user_keeps_the_phone_unless_a_new_one_is_given() -> None:
    person, head = user("liaison"), as_role("head")
    actions.change_user(person, phone="13909371234", by=SYSTEM, at=NOW)
    assert "13909371234" not in text(head.get("/people/users/liaison/edit/"))
    head.post("/people/users/liaison/edit/", {"name": "新名"})
    assert (User.objects.get(pk=person.pk).phone, User.objects.get(pk=person.pk).name) == ("13909371234", "新名")


def test_appoint_and_end_through_pages() -> None:
    user("grid")
    head = as_role("head")
    head.post("/people/users/grid/appoint/", {"unit": "cgj", "role": "inspector"})
    post = Appointment.objects.get(role="inspector")
    assert "已任" in text(head.post("/people/users/grid/appoint/", {"unit": "cgj", "role": "inspector"}))
    head.post(f"/people/appointments/{post.uuid}/end/")
    assert Appointment.objects.get(pk=post.pk).ends_on
    assert head.post(f"/people/appointments/{post.uuid}/end/").status_code == 409


def test_account_moves_through_pages() -> None:
    user("grid")
    head = as_role("head")
    assert "已停用" in text(head.post("/people/users/grid/account/deactivate/", follow=True))
    assert "重新启用" in text(head.get("/people/users/grid/"))
    assert "已重新启用" in text(head.post("/people/users/grid/account/reactivate/", follow=True))
    assert 'id="once"' in text(head.post("/people/users/grid/password/"))
    assert head.post("/people/users/grid/account/erase/").status_code == 404
    assert head.post("/people/users/grid/account/second-factor/").status_code == 409
    assert as_role("desk").post("/people/users/grid/account/deactivate/").status_code == 404
    assert as_role("auditor").post("/people/users/grid/account/deactivate/").status_code == 403


def test_reveal_phone_shows_one_number_and_leaves_a_trace() -> None:
    actions.change_user(user("liaison"), phone="13909371234", by=SYSTEM, at=NOW)
    leader = as_role("unit_leader")
    for page in ("/people/users/", "/people/users/liaison/"):
        assert "13909371234" not in text(leader.get(page)) and "139****1234" in text(leader.get(page))
    assert "13909371234" in text(leader.post("/people/users/liaison/phone/", headers={"HX-Request": "true"}))
    assert "本次查看已留痕" in text(leader.post("/people/users/liaison/phone/", follow=True))
    assert JournalEntry.objects.filter(action="people.reveal_phone", actor="user:unit_leader").count() == 2
    assert as_role("auditor").post("/people/users/liaison/phone/").status_code == 403


def test_own_profile_changes_phone_and_issues_tokens() -> None:
    desk = as_role("desk")
    desk.post("/people/me/", {"phone": "13909371234", "email": "desk@example.cn"})
    page = text(desk.get("/people/me/"))
    assert "139****1234" in page and "13909371234" not in page
    desk.post("/people/me/", {"remove_phone": "on"})
    assert User.objects.get().phone == ""
    token = re.search(r'id="once">([^<]+)<', text(desk.post("/people/users/desk/tokens/", {"name": "试用"})))[1]  # type: ignore[index]
    me = Client().get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert me.json()["roles"] == ["desk"]
    desk.post(f"/people/tokens/{ApiToken.objects.get().uuid}/revoke/")
    assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_issue_token_for_a_program_but_not_for_a_person() -> None:
    user("api", "robot"), user("grid")
    admin = as_role("admin")
    assert 'id="once"' in text(admin.post("/people/users/robot/tokens/", {"name": "大屏"}))
    assert "大屏" in text(admin.get("/people/users/robot/"))
    assert "只能为自己或接口账号" in text(admin.post("/people/users/grid/tokens/", {"name": "大屏"}))


def test_users_page_asks_the_same_number_of_queries_for_many() -> None:
    head = as_role("head")
    head.get("/people/users/")  # what the process keeps for itself is asked once
    counts = []
    for batch in range(2):
        for number in range(3):
            user("grid", f"grid{batch}{number}")
        with CaptureQueriesContext(connection) as queries:
            head.get("/people/users/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_users_page_turns_over() -> None:
    head = as_role("head")
    for number in range(51):
        User.objects.create(username=f"u{number:02}", name=f"人{number}")
    page = text(head.get("/people/users/"))
    following = re.search(r'rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&")  # type: ignore[index]
    assert "u50" in text(head.get(f"/people/users/{following}")) and "u50" not in page
    assert PASSWORD not in page


def test_add_user_asks_for_the_role_instead_of_guessing_one() -> None:
    head = as_role("head")
    page = text(head.get("/people/users/add/"))
    roles = page[page.index('name="role"') :]
    roles = roles[: roles.index("</select>")]
    assert "请选择" in roles and roles.index("请选择") < roles.index("创城办负责人")
    assert not re.search(r"<option value=\"[a-z_]+\"[^>]*selected", roles)
    form = {"username": "wang.fang", "name": "王芳", "unit": "cgj", "role": ""}
    assert "role" in head.post("/people/users/add/", form).context["form"].errors
    assert not User.objects.filter(username="wang.fang").exists()
