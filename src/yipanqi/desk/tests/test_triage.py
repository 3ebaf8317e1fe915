"""The triage desk: what waits there in which order, what one form decides, and two clerks who never do the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from yipanqi.cases import actions
from yipanqi.cases.models import Case
from yipanqi.cases.tests.town import MONDAY, Town, moment, person
from yipanqi.desk.tests.conftest import SignIn
from yipanqi.kernel.actors import SYSTEM, Visitor
from yipanqi.kernel.models import JournalEntry
from yipanqi.people.models import Role
from yipanqi.places.actions import add_duty

IN_PLACE = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def nobody_looks() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def answered(town: Town) -> Town:
    """A town in which the city's bureau answers for the one class everywhere."""
    add_duty(None, unit=town.city, issue_class=town.class_, by=SYSTEM, at=MONDAY)
    return town


def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def sent(case: Case, decision: str, **facts: Any) -> dict[str, Any]:
    return {"decision": decision, "version": case.version, **facts}


def page_of(as_: SignIn, case: Case, who: str = "desk") -> str:
    return as_(who).get(f"/triage/{case.number}/").content.decode()


def test_the_most_severe_comes_first_and_the_next_leads_on(town: Town, as_: SignIn) -> None:
    mild, severe, filed = town.report(), town.report(severity=4, description="井盖缺失"), town.filed()
    first = as_("desk").get("/triage/")
    assert first.context["case"].number == severe.number and first.context["left"] == 3
    assert first.context["following"] == filed.number and first.context["previous"] == ""
    second = as_("desk").get(f"/triage/{filed.number}/?from={severe.number}")
    assert (second.context["previous"], second.context["following"]) == (severe.number, mild.number)


def test_nothing_waits_teaches_what_the_desk_is_for(town: Town, as_: SignIn) -> None:
    assert "没有待分拣的案件" in as_("desk").get("/triage/").content.decode()


@pytest.mark.parametrize("who", ["inspector", "liaison", "leader", "auditor", "grid", "admin"])
def test_only_the_office_sits_at_the_desk(town: Town, as_: SignIn, who: str) -> None:
    case = town.report()
    for path in ("/triage/", f"/triage/{case.number}/", f"/triage/{case.number}/duty/"):
        assert as_(who).get(path).status_code == 403
    for path in (f"/triage/{case.number}/", f"/triage/{case.number}/undo/"):
        assert as_(who).post(path, sent(case, "accept", issue_class=town.class_.key)).status_code == 403
    assert again(case).state == "reported"


def test_accept_and_dispatch_in_one_go_are_two_actions(answered: Town, as_: SignIn) -> None:
    case, following = answered.report(), answered.report(description="路灯不亮")
    before = JournalEntry.objects.count()
    answer = as_("desk").post(f"/triage/{case.number}/", sent(case, "dispatch", issue_class=answered.class_.key), **IN_PLACE)
    done = again(case)
    assert (done.state, done.unit, done.issue_class) == ("dispatched", answered.city, answered.class_)
    assert JournalEntry.objects.count() == before + 2
    assert answer.context["case"].number == following.number and "已受理并交办城管局" in answer.content.decode()
    assert answer.headers["HX-Push-Url"] == f"/triage/{following.number}/"


def test_accept_alone_keeps_what_was_suggested(answered: Town, as_: SignIn) -> None:
    case = answered.report(description="暴露垃圾无人清理")
    as_("desk").post(f"/triage/{case.number}/", sent(case, "accept", issue_class=answered.class_.key, suggested="bent"), **IN_PLACE)
    assert again(case).state == "filed"
    assert case.moves.get(verb="accept").data["suggested"] == {"classes": [answered.class_.key], "rank": 1}


def test_the_class_may_be_looked_up_and_the_unit_chosen(answered: Town, as_: SignIn) -> None:
    case = answered.report()
    facts = {"issue_class": "other", "other_class": answered.class_.key, "unit": "SW", "co_units": ["HW"], "requirements": "今日清完"}
    as_("desk").post(f"/triage/{case.number}/", sent(case, "dispatch", **facts), **IN_PLACE)
    done = again(case)
    assert (done.unit, done.requirements) == (answered.water, "今日清完")
    assert set(done.assignments.values_list("unit__code", flat=True)) == {"SW", "HW"}
    told = as_("desk").get(f"/triage/{case.number}/duty/", {"other_class": answered.class_.key}).content.decode()
    assert "城管局" in told


def test_a_filed_case_is_only_handed_over(answered: Town, as_: SignIn) -> None:
    case = answered.filed()
    page = page_of(as_, case)
    assert 'value="accept"' not in page and "城管局" in page
    as_("desk").post(f"/triage/{case.number}/", sent(case, "dispatch"), **IN_PLACE)
    assert again(case).unit == answered.city


def test_without_a_rule_of_duty_nothing_is_accepted_either(town: Town, as_: SignIn) -> None:
    case = town.report()
    answer = as_("desk").post(f"/triage/{case.number}/", sent(case, "dispatch", issue_class=town.class_.key), **IN_PLACE)
    assert "请指定主办单位" in answer.content.decode() and again(case).state == "reported"
    assert answer.context["case"].number == case.number


def test_no_class_or_no_decision_changes_nothing(answered: Town, as_: SignIn) -> None:
    case = answered.report()
    for facts in ({"decision": "accept"}, {"decision": "accept", "issue_class": "other"}, {"decision": "explode"}, {}):
        answer = as_("desk").post(f"/triage/{case.number}/", {"version": case.version, **facts}, **IN_PLACE)
        assert answer.status_code == 200 and "data-problem" in answer.content.decode()
    assert again(case).version == case.version


def test_reject_with_a_ready_reason_or_ones_own(town: Town, as_: SignIn) -> None:
    case, other = town.report(), town.report()
    ready = as_("desk").get(f"/triage/{case.number}/").context["reasons"][0][1]
    as_("desk").post(f"/triage/{case.number}/", sent(case, "reject", ready=ready), **IN_PLACE)
    as_("desk").post(f"/triage/{other.number}/", sent(other, "reject", ready=ready, reason="请联系物业"), **IN_PLACE)
    assert [one.moves.get(verb="reject").note for one in (case, other)] == [ready, "请联系物业"]
    third = town.report()
    assert "理由" in as_("desk").post(f"/triage/{third.number}/", sent(third, "reject"), **IN_PLACE).content.decode()
    assert again(third).state == "reported"


def test_merge_into_a_likely_duplicate_keeps_why(town: Town, as_: SignIn) -> None:
    first = town.report(description="西环路邮局门口的雨水井盖破损", lon=98.29, lat=39.77)
    case = town.report(moment(0, 11), description="西环路邮局门口雨水井盖坏了", lon=98.2904, lat=39.77)
    page = as_("desk").get(f"/triage/{case.number}/")
    [one] = page.context["duplicates"]
    assert (one["case"], one["key"]) == (first, "5") and "距此 34 米" in page.content.decode()
    as_("desk").post(f"/triage/{case.number}/", sent(case, "merge", candidate=first.number), **IN_PLACE)
    merged = again(case)
    assert merged.merged_into == first and "距此 34 米" in merged.moves.get(verb="merge").note
    shown = as_("desk").get(f"/cases/{case.number}/").content.decode()
    assert "data-why-merged" in shown and "距此 34 米" in shown


def test_merge_into_a_number_typed_and_refusals_in_words(town: Town, as_: SignIn) -> None:
    first, case = town.report(description="甲"), town.report(description="乙")
    for number, words in (("", "请选择并入哪一件"), ("2026-999999", "没有编号"), (case.number, "不能并入自己")):
        answer = as_("desk").post(f"/triage/{case.number}/", sent(case, "merge", primary=number), **IN_PLACE)
        assert words in answer.content.decode()
    as_("desk").post(f"/triage/{case.number}/", sent(case, "merge", primary=first.number), **IN_PLACE)
    assert again(case).merged_into == first


def test_two_clerks_are_led_to_different_cases_and_told_of_each_other(town: Town, as_: SignIn) -> None:
    town.people["second"] = person("second", Role.DESK, town.office)
    first, second = town.report(severity=4), town.report()
    assert as_("desk").get("/triage/").context["case"].number == first.number
    assert as_("second").get("/triage/").context["case"].number == second.number
    assert "desk正在看这一件" in page_of(as_, first, "second")
    as_("desk").get(f"/triage/{second.number}/?from={first.number}")
    assert "正在看这一件" not in page_of(as_, first, "second"), "who skips a case leaves it"


def test_the_second_of_two_is_refused_and_reads_who_was_first(answered: Town, as_: SignIn) -> None:
    answered.people["second"] = person("second", Role.DESK, answered.office)
    case = answered.report()
    facts = sent(case, "dispatch", issue_class=answered.class_.key)
    as_("desk").post(f"/triage/{case.number}/", facts, **IN_PLACE)
    answer = as_("second").post(f"/triage/{case.number}/", facts, **IN_PLACE).content.decode()
    assert "desk" in answer and "data-problem" in answer and case.moves.filter(verb="dispatch").count() == 1


@pytest.mark.parametrize("first", ["accept", "reject"])
def test_an_acceptance_that_somebody_else_forestalled_is_never_told_as_made(answered: Town, as_: SignIn, first: str) -> None:
    case = answered.report()
    as_("head").post(f"/triage/{case.number}/", sent(case, first, issue_class=answered.class_.key, reason="不在本市范围"), **IN_PLACE)
    state = again(case).state
    for version in (case.version, "", again(case).version):
        told = as_("desk").post(f"/triage/{case.number}/", {**sent(case, "accept", issue_class=answered.class_.key), "version": version}, **IN_PLACE)
        assert told.context["problem"] and not told.context["note"], version
    assert again(case).state == state and again(case).moves.filter(verb="accept").count() == (first == "accept")


def test_a_hand_over_is_taken_back_until_a_unit_signs(answered: Town, as_: SignIn) -> None:
    case = answered.report()
    done = as_("desk").post(f"/triage/{case.number}/", sent(case, "dispatch", issue_class=answered.class_.key), **IN_PLACE)
    assert done.context["undo"] == case.number and "data-undo" in done.content.decode()
    back = as_("desk").post(f"/triage/{case.number}/undo/", **IN_PLACE)
    assert again(case).state == "filed" and back.context["case"].number == case.number
    as_("desk").post(f"/triage/{case.number}/", sent(again(case), "dispatch"), **IN_PLACE)
    actions.sign(again(case), by=answered.liaison, at=moment(300))
    assert "已有后续进展" in as_("desk").post(f"/triage/{case.number}/undo/", **IN_PLACE).content.decode()
    assert again(case).state == "handling"


@pytest.mark.parametrize(("decision", "word", "verb"), [("accept", "撤销受理", "unaccept"), ("merge", "撤销并案", "split_off")])
def test_an_acceptance_and_a_merge_are_taken_back_at_once_by_whoever_made_them(town: Town, as_: SignIn, decision: str, word: str, verb: str) -> None:
    primary, case = town.filed(), town.report()
    given = {"issue_class": town.class_.key} if decision == "accept" else {"primary": primary.number}
    done = as_("desk").post(f"/triage/{case.number}/", sent(case, decision, **given), **IN_PLACE)
    assert done.context["undo"] == case.number and word in done.content.decode()
    assert "已有后续进展" in as_("head").post(f"/triage/{case.number}/undo/", **IN_PLACE).content.decode(), "not theirs"
    back = as_("desk").post(f"/triage/{case.number}/undo/", **IN_PLACE)
    assert word[-2:] in back.context["note"] and back.context["case"].number == case.number
    assert again(case).state == "reported" and case.moves.get(verb=verb).note
    assert "已有后续进展" in as_("desk").post(f"/triage/{case.number}/undo/", **IN_PLACE).content.decode()


def test_what_cannot_be_taken_back_offers_no_undo(town: Town, as_: SignIn) -> None:
    case = town.report()
    done = as_("desk").post(f"/triage/{case.number}/", sent(case, "reject", reason="不属于受理范围"), **IN_PLACE)
    assert done.context["undo"] == ""


def test_a_plain_form_leads_on_with_a_redirect(answered: Town, as_: SignIn) -> None:
    case, following = answered.report(), answered.report()
    client = as_("desk")
    answer = client.post(f"/triage/{case.number}/", sent(case, "dispatch", issue_class=answered.class_.key))
    assert (answer.status_code, answer["Location"]) == (302, f"/triage/{following.number}/")
    assert "已受理并交办城管局" in client.get(answer["Location"]).content.decode()
    wrong = client.post(f"/triage/{following.number}/", sent(following, "reject"))
    assert wrong.status_code == 422 and "<html" in wrong.content.decode()
    assert client.post(f"/triage/{case.number}/undo/").status_code == 302


def test_contacts_are_starred_as_elsewhere(town: Town, as_: SignIn) -> None:
    actions.report_by_resident(None, text="路口垃圾成堆", contact_name="张三丰", contact_phone="13912345678", by=Visitor(), at=MONDAY)
    page = page_of(as_, Case.objects.get())
    assert "13912345678" not in page and "张三丰" not in page and "reveal_contact" not in page and "contact-" in page


def test_a_case_that_is_done_says_so(town: Town, as_: SignIn) -> None:
    assert "不用再分拣" in page_of(as_, town.dispatched())
    assert as_("desk").get("/triage/2026-999999/").status_code == 404
