"""Cases are found by any few characters of what they say, as soon as they say it, and by nothing that they said before."""

from __future__ import annotations

import datetime as dt
from importlib import import_module

import pytest
from django.apps import apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yipanqi.cases import actions, selectors
from yipanqi.cases.checks import words_known
from yipanqi.cases.jobs import check_words
from yipanqi.cases.models import Case
from yipanqi.cases.tests.town import MONDAY, Town
from yipanqi.cases.words import FIELDS, WORDS, parts_of
from yipanqi.kernel.actors import SYSTEM, Visitor
from yipanqi.kernel.models import JournalEntry
from yipanqi.people.models import User

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=20)


def found(words: str, user: object = SYSTEM) -> set[str]:
    return set(selectors.filtered(selectors.visible_to(user), {"q": words}).values_list("number", flat=True))


def test_case_just_entered_is_found_by_what_it_says(town: Town) -> None:
    case = town.report(title="南市场：暴露垃圾", description="东门外垃圾成堆，有异味", address="新华南路12号")
    for words in ("垃圾", "异味", "新华南路", "新华南路12号", "市场", "味", "垃圾 新华", "12", case.number, case.number[-4:], case.number[:6]):
        assert found(words) == {case.number}, words
    for words in ("路灯", "垃圾 路灯", "圾暴"):
        assert found(words) == set(), words


def test_case_is_found_by_the_end_of_its_number() -> None:
    assert parts_of("2026-000017", "题")[1:] == ("00017", "0017", "017", "17", "题")
    assert parts_of("2026-123456")[1:] == ("23456", "3456", "456", "123456")


def test_only_who_may_see_a_case_finds_it(town: Town) -> None:
    mine, other = town.dispatched(), town.report()
    assert found("垃圾", town.desk) == {mine.number, other.number}
    assert found("垃圾", town.liaison) == {mine.number}
    assert found("垃圾", town.stranger) == found("垃圾", town.admin) == found("垃圾", Visitor("v")) == set()


def test_what_residents_leave_of_themselves_is_not_found(town: Town) -> None:
    actions.report_by_resident(
        None, text="路灯不亮，请打13912345678", contact_name="王小明", contact_phone="13812345678", by=Visitor("v"), at=MONDAY
    )
    assert len(found("路灯")) == 1
    for words in ("王小明", "小明", "13812345678", "138", "13912345678", "139"):
        assert found(words) == set(), words


def test_ledger_that_changes_words_changes_what_finds_them(town: Town) -> None:
    case = town.report(description="井盖破损")
    actions.import_case(case, facts={"source": case.source, "title": "路灯", "description": "路灯不亮"}, by=SYSTEM, at=MONDAY)
    assert found("路灯") == {case.number} and found("井盖") == set()


def test_hotline_ledger_is_found_and_kept_up(town: Town) -> None:
    message = actions.Message(number="H1", received_at=MONDAY, text="下水道堵塞")
    actions.import_messages(None, rows=[(message, None)], by=town.desk, at=MONDAY)
    assert len(found("下水道")) == 1
    changed = actions.Message(number="H1", received_at=MONDAY, text="化粪池外溢")
    actions.import_messages(None, rows=[(changed, Case.objects.get())], by=town.desk, at=MONDAY)
    assert len(found("化粪池")) == 1 and found("下水道") == set()


def test_job_mends_what_something_else_wrote(town: Town) -> None:
    changed, lost, good = town.report(description="井盖破损"), town.report(), town.report(description="绿化带缺株")
    Case.objects.filter(pk=changed.pk).update(title="路灯", description="路灯不亮")
    WORDS.remove([lost.pk])
    WORDS.put([(10**6, ("无主的话",))])
    assert [found.words[:34] for found in words_known(MONDAY)] == ["Search does not know every case: p"]
    check_words(MONDAY)
    assert not list(words_known(MONDAY))
    assert found("路灯") == {changed.number} and found("井盖") == set() and found("垃圾") == {lost.number} and found("缺株") == {good.number}
    written = JournalEntry.objects.filter(action="cases.mend_words").count()
    check_words(MONDAY + dt.timedelta(days=1))
    assert JournalEntry.objects.filter(action="cases.mend_words").count() == written == 2


def test_nobody_but_the_system_mends(town: Town) -> None:
    with pytest.raises(Exception, match="权限"):
        actions.mend_words(None, by=town.head, at=MONDAY)


def test_migration_knows_the_cases_of_a_city_that_is_at_work(town: Town) -> None:
    case = town.report(description="井盖破损")
    WORDS.remove([case.pk])
    import_module("yipanqi.cases.migrations.0007_words_of_known_cases").keep_words(apps, None)
    assert found("井盖") == {case.number}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30), part=HAN, field=st.sampled_from(("title", "description", "address")))
def test_every_chinese_part_that_a_plain_comparison_finds_is_found(town: Town, before: str, part: str, field: str) -> None:
    """In whatever field, after whatever else. What a plain comparison finds besides, and the index does not, on purpose: the
    middle of a Latin word or number, a sign standing alone, and telephone and identity numbers."""
    facts = {"description": "。", field: f"{before[:60]}{part}"[-100:]}
    case = town.report(**facts)
    plain = Case.objects.filter(pk=case.pk).filter(**{f"{field}__contains": part})
    assert not plain.exists() or case.number in found(part)


def test_index_and_cases_hold_the_same_fields(town: Town) -> None:
    assert {"number", "title", "description", "address"} == set(FIELDS)
    assert User.objects.exists()
