"""Decisions are not taken blind: their forms say what was asked, by whom, how far a rule reaches, and what no photo shows."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from yipanqi.cases import actions
from yipanqi.cases.models import Case
from yipanqi.cases.tests.town import Town, in_grid, moment
from yipanqi.desk.tests.conftest import SignIn
from yipanqi.files.actions import attach
from yipanqi.files.models import Photo
from yipanqi.people.models import User
from yipanqi.places.models import Duty


def form(as_: SignIn, who: str, case: Case, verb: str) -> str:
    return as_(who).get(f"/cases/{case.number}/moves/{verb}/").content.decode()


def photo_after(case: Case, by: User, at: dt.datetime) -> None:
    made = Photo.objects.create(
        sha256="0" * 64, size_bytes=1, uploaded_at=at, uploader_key=by.actor_key, kind="after", original="o", large="l", thumb="t", width=1, height=1
    )
    attach(made, subject_kind="cases.case", subject_ref=case.number, by=by, at=at)


@pytest.mark.parametrize("verb", ["grant_extension", "refuse_extension"])
def test_form_about_more_time_says_what_was_asked(town: Town, as_: SignIn, verb: str) -> None:
    case = actions.ask_extension(town.handling(), reason="连日降雪，机械无法进场", days=3, by=town.liaison, at=moment(0, 10))
    page = form(as_, "desk", case, verb)
    assert "城管局 申请延期 3 个工作日" in page and "连日降雪，机械无法进场" in page and "2026-03-02 10:00" in page
    assert "liaison" in page and "现整改期限 2026-03-03" in page
    assert page.index("data-asked") < page.index("<textarea")


@pytest.mark.parametrize("verb", ["suspend", "refuse_suspension"])
def test_form_about_hanging_says_what_was_asked(town: Town, as_: SignIn, verb: str) -> None:
    case = actions.ask_suspension(town.handling(), reason="冻土期不能开挖", by=town.liaison, at=moment(0, 10))
    page = form(as_, "head", case, verb)
    assert "城管局 申请挂账" in page and "冻土期不能开挖" in page and "2026-03-02 10:00" in page


def test_form_of_hanging_without_a_request_says_nothing_of_one(town: Town, as_: SignIn) -> None:
    assert "data-asked" not in form(as_, "head", town.handling(), "suspend")


@pytest.mark.parametrize("verb", ["uphold", "overrule"])
def test_form_of_a_ruling_says_who_disputes_and_why(town: Town, as_: SignIn, verb: str) -> None:
    case = actions.dispute(town.dispatched(), reason="该路段不在我局养护清单", by=town.liaison, at=moment(0, 10))
    page = form(as_, "desk", case, verb)
    assert "城管局（主办）申请退单" in page and "该路段不在我局养护清单" in page and "2026-03-02 10:00" in page


def test_form_of_a_ruling_says_who_proposed_the_unit(town: Town, as_: SignIn) -> None:
    case = actions.dispute(town.dispatched(), reason="不归我管", proposed_unit=town.clean, by=town.liaison, at=moment(0, 10))
    page = form(as_, "desk", case, "uphold")
    assert "预选的“环卫站”是城管局建议的" in page and '<option value="HW" selected' in page


def test_form_of_a_ruling_says_that_the_rules_name_the_unit(town: Town, as_: SignIn) -> None:
    town.clean.department_type = town.class_.department_type
    town.clean.save()
    case = actions.dispute(town.dispatched(), reason="不归我管", by=town.liaison, at=moment(0, 10))
    page = form(as_, "desk", case, "uphold")
    assert "预选的“环卫站”出自责任规则" in page and '<option value="HW" selected' in page


def test_form_of_a_ruling_on_an_assisting_unit_names_nobody(town: Town, as_: SignIn) -> None:
    town.city.department_type = town.class_.department_type
    town.city.save()
    case = actions.dispute(town.handling(co_units=(town.clean,)), reason="不需协办", by=town.helper, at=moment(0, 10))
    page = form(as_, "desk", case, "uphold")
    assert "环卫站（协办）申请退单" in page and "data-heir" not in page and not re.search(r"<option value=\"\w+\" selected", page)


def test_form_of_a_ruling_says_how_far_the_rule_reaches(town: Town, as_: SignIn) -> None:
    town.city.department_type = town.class_.department_type
    town.city.save()
    case = in_grid(actions.dispute(town.dispatched(), reason="不归我管", by=town.liaison, at=moment(0, 10)), name="大众社区<第2>网格")
    page = form(as_, "desk", case, "uphold")
    assert "大众社区&lt;第2&gt;网格 · 暴露垃圾 → （所选单位），现由 城管局 负责" in page
    answer = as_("desk").post(
        f"/cases/{case.number}/moves/uphold/", {"unit": "HW", "make_rule": "on", "version": Case.objects.get().version}, follow=True
    )
    page, code = answer.content.decode(), Duty.objects.get().code
    assert f"已写入责任规则 {code}，" in page and f"改派 环卫站，并写入责任规则 {code}" in page


def test_form_of_a_ruling_offers_no_rule_for_the_whole_city(town: Town, as_: SignIn) -> None:
    case = actions.dispute(town.dispatched(), reason="不归我管", by=town.liaison, at=moment(0, 10))
    assert "make_rule" not in form(as_, "desk", case, "uphold")


@pytest.mark.parametrize("verb", ["verify_pass", "verify_fail"])
def test_form_of_a_look_warns_where_no_photo_shows_the_mending(town: Town, as_: SignIn, verb: str) -> None:
    case, words = town.resolved(), "还没有整改后照片，请到现场核实。"
    phone = f"/m/verify/{case.number}/"
    assert words in form(as_, "desk", case, verb) and words in as_("inspector").get(phone).content.decode()
    photo_after(case, town.liaison, moment(0, 11))
    assert words not in form(as_, "desk", case, verb) and words not in as_("inspector").get(phone).content.decode()
    case = actions.verify_fail(Case.objects.get(), note="还脏", by=town.desk, at=moment(0, 12))
    case = actions.resolve(case, what_was_done="又扫了一遍", by=town.liaison, at=moment(0, 13))
    assert words in form(as_, "desk", case, verb)
    photo_after(case, town.liaison, timezone.now())
    assert words not in form(as_, "desk", case, verb)
