"""What every page offers its reader: one lit line of the menu, the language, the devices, pages for what went wrong."""

import datetime as dt
import re

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client

from yipanqi.cases.tests.town import Town
from yipanqi.desk.tests.conftest import SignIn
from yipanqi.desk.views.system import interval
from yipanqi.people.models import User

LOGIN = "/accounts/login/"
PASSWORD = "ein-langes-kennwort"


def sign_in(user: User, **headers: str) -> Client:
    if not user.check_password(PASSWORD):
        user.set_password(PASSWORD)
        user.save()
    client = Client(headers=headers)
    assert client.post(LOGIN, {"login": user.username, "password": PASSWORD}).status_code == 302
    return client


@pytest.mark.parametrize("address", ["/cases/", "/cases/new/", "/inbox/", "/map/", "/sheets/", "/settings/calendar/"])
def test_light_one_line_of_the_menu(town: Town, as_: SignIn, address: str) -> None:
    page = as_("desk").get(address).content.decode()
    assert len(re.findall(r'aria-current="page"', page)) == 1
    assert re.search(r'href="([^"]+)" aria-current="page"', page).group(1) in address  # type: ignore[union-attr]


def test_choose_language_is_found_again_on_another_device(town: Town) -> None:
    client = sign_in(town.desk)
    assert "我的待办" in client.get("/inbox/").content.decode()
    client.post("/i18n/setlang/", {"language": "en", "next": "/inbox/"})
    assert User.objects.get(pk=town.desk.pk).language == "en"
    other = sign_in(User.objects.get(pk=town.desk.pk))
    assert other.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    assert 'lang="en"' in other.get("/inbox/").content.decode()


def test_stored_language_wins_over_the_browsers_at_sign_in(town: Town) -> None:
    client = sign_in(town.desk, **{"accept-language": "en"})
    assert 'lang="zh-hans"' in client.get("/inbox/").content.decode()


def test_language_chosen_on_the_sign_in_page_becomes_the_own_one(town: Town) -> None:
    client = sign_in(town.head)
    client.post("/accounts/logout/")
    client.post("/i18n/setlang/", {"language": "en", "next": LOGIN})
    client.post(LOGIN, {"login": town.head.username, "password": PASSWORD})
    assert 'lang="en"' in client.get("/inbox/").content.decode()
    assert User.objects.get(pk=town.head.pk).language == "en"


def test_refusal_is_told_once(town: Town, as_: SignIn) -> None:
    liaison = as_("liaison")
    answer = liaison.post("/people/units/CGJ/dissolve/", {"on": "2026-05-06"})
    assert answer.status_code == 403 and "data-sentence" in answer.content.decode()
    assert "notice tone-late" not in liaison.get("/inbox/").content.decode()


def test_choose_language_without_signing_in(client: Client, db: None) -> None:
    client.post("/i18n/setlang/", {"language": "en", "next": "/"})
    assert 'lang="en"' in client.get("/").content.decode()
    client.post("/i18n/setlang/", {"language": "xx", "next": "/"})
    assert client.get("/").status_code == 200


def test_sign_out_one_device(town: Town) -> None:
    here = sign_in(town.desk, user_agent="Mozilla/5.0 (Windows NT 10.0) Chrome/150.0 Safari/537.36")
    lost = sign_in(town.desk, user_agent="Mozilla/5.0 (iPhone) MicroMessenger/9 Safari")
    kept = sign_in(town.desk, user_agent="Mozilla/5.0 (Linux; Android 16) Firefox/140.0")
    page = here.get("/accounts/sessions/").content.decode()
    assert "Chrome · Windows" in page and "微信 · iPhone" in page and "Firefox · 安卓" in page
    assert lost.session.session_key not in page
    wanted = re.search(r'data-device="(\w+)">\s*<div[^>]*><strong[^>]*>微信', page).group(1)  # type: ignore[union-attr]
    answer = here.post("/accounts/sessions/", {"device": wanted}, follow=True).content.decode()
    assert "已退出 1 台设备" in answer and "微信" not in answer
    assert lost.get("/inbox/").status_code == 302
    assert kept.get("/inbox/").status_code == here.get("/inbox/").status_code == 200


def test_sign_out_all_other_devices(town: Town) -> None:
    here, other, third = (sign_in(town.desk) for _n in range(3))
    here.post("/accounts/sessions/", {})
    assert other.get("/inbox/").status_code == third.get("/inbox/").status_code == 302
    assert here.get("/inbox/").status_code == 200


def test_sign_out_somebody_else_s_device_changes_nothing(town: Town) -> None:
    mine, theirs = sign_in(town.desk), sign_in(town.liaison)
    page = theirs.get("/accounts/sessions/").content.decode()
    ref = re.search(r'data-device="(\w+)"', page).group(1)  # type: ignore[union-attr]
    mine.post("/accounts/sessions/", {"device": ref})
    assert theirs.get("/inbox/").status_code == 200


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/no-such-page/", 404, "没有这一页"),
        ("/cases/2026-999999/", 404, "不在您的查看范围内"),
        ("/settings/", 403, "设置页供"),
    ],
)
def test_say_in_our_look_what_went_wrong(town: Town, as_: SignIn, address: str, status: int, words: str) -> None:
    answer = as_("liaison").get(address)
    page = answer.content.decode()
    assert answer.status_code == status and words in page and "app.css" in page
    ways = page[page.index("data-ways") :]
    assert 'href="/inbox/"' in ways and 'href="/cases/"' in ways and "login" not in ways


def test_say_to_strangers_where_they_can_go(town: Town) -> None:
    page = Client().get("/no-such-page/").content.decode()
    ways = page[page.index("data-ways") :]
    assert "没有这一页。" in page and "/accounts/login/?next=/no-such-page/" in ways
    assert all(f'href="{there}"' in ways for there in ("/", "/report/", "/track/")) and "/inbox/" not in ways


def test_say_who_can_give_the_right_that_is_missing(town: Town, as_: SignIn) -> None:
    page = as_("liaison").get("/settings/").content.decode()
    assert "没有权限" in page and "办理相应的任职" in page and "按提示修改" not in page
    refused = as_("desk").get("/figures/?unit=nonsense")
    assert refused.status_code == 422 and "按提示修改后再提交" in refused.content.decode()


def test_say_that_the_page_has_expired(town: Town) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/report/", {"text": "垃圾"})
    assert answer.status_code == 403 and "页面打开太久" in answer.content.decode()


@pytest.mark.parametrize("status", ["400", "403", "404", "429", "500"])
def test_say_what_went_wrong_without_request_and_database(status: str) -> None:
    page = render_to_string(f"{status}.html")
    assert status in page and 'href="/"' in page and 'href="/inbox/"' in page


def test_say_in_words_how_often_a_job_runs(town: Town, as_: SignIn) -> None:
    assert [interval(dt.timedelta(**one)) for one in ({"days": 1}, {"hours": 2}, {"minutes": 5}, {"seconds": 30})] == [
        "每 1 天", "每 2 小时", "每 5 分钟", "每 30 秒",
    ]  # fmt: skip
    assert "0:00:00" not in as_("admin").get("/system/").content.decode()
