"""Personal data goes when its declared term is over: once, noted in the journal, and not a day before."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from yipanqi.cases import actions, selectors
from yipanqi.cases.jobs import erase_personal_data
from yipanqi.cases.models import Assignment, Case, Report
from yipanqi.cases.selectors.retention import months_before
from yipanqi.cases.tests.town import MONDAY, ZONE, Town, moment
from yipanqi.kernel.actions import NotAllowed
from yipanqi.kernel.actors import SYSTEM, Visitor
from yipanqi.kernel.jobs import JOBS
from yipanqi.kernel.models import JournalEntry

LATE = dt.timedelta(days=183 + 5)


def report(at: dt.datetime = MONDAY, phone: str = "13912345678") -> Report:
    made: Report = actions.report_by_resident(None, text="路灯不亮", contact_name="王女士", contact_phone=phone, by=Visitor("v"), at=at)
    return made


def close(town: Town, case: Case) -> None:
    actions.fix_on_the_spot(actions.accept(case, issue_class=town.class_, by=town.desk, at=MONDAY), note="已清走", by=town.desk, at=MONDAY)


def kept(one: Report) -> tuple[str, str]:
    one.refresh_from_db()
    return one.contact_name, one.contact_phone


def test_erase_contacts_of_closed_rejected_and_merged_reports_only(town: Town) -> None:
    closed, rejected, merged, waiting = (report() for _n in range(4))
    primary, bare = report(), report(phone="")
    actions.merge(merged.case, primary=primary.case, by=town.desk, at=MONDAY)
    actions.reject(rejected.case, reason="不属实", by=town.desk, at=MONDAY)
    for one in (closed, primary, bare):
        close(town, one.case)
    erase_personal_data(MONDAY + dt.timedelta(days=180))
    assert all(kept(one)[0] for one in (closed, rejected, merged, primary))
    erase_personal_data(MONDAY + LATE)
    assert [kept(one) for one in (closed, rejected, merged, primary, bare)] == [("", "")] * 5
    assert closed.erased_at == MONDAY + LATE and kept(waiting) == ("王女士", "13912345678")
    closed.refresh_from_db()
    assert closed.text == "路灯不亮"


def test_erase_twice_changes_and_notes_nothing_more(town: Town) -> None:
    one = report()
    close(town, one.case)
    erase_personal_data(MONDAY + LATE)
    entry = JournalEntry.objects.get(action="cases.erase_contacts")
    assert (entry.actor, entry.data["reports"]) == ("system", [f"cases.report:{one.code}"])
    erase_personal_data(MONDAY + LATE + dt.timedelta(days=1))
    one.refresh_from_db()
    assert JournalEntry.objects.filter(action="cases.erase_contacts").count() == 1 and one.erased_at == MONDAY + LATE
    assert actions.erase_contacts(None, reports=[one], by=SYSTEM, at=MONDAY + LATE) == 0
    assert JOBS["cases.erase_personal_data"].every == dt.timedelta(days=1)




def test_erase_subjects_two_years_after_the_close(town: Town) -> None:
    case = actions.resolve(town.handling(), what_was_done="警告", outcome="warned", subject_name="张记烧烤", by=town.liaison, at=MONDAY)
    actions.verify_pass(case, by=town.desk, at=MONDAY)
    erase_personal_data(moment(729))
    assert Assignment.objects.get().subject_name == "张记烧烤" and selectors.earlier_offences("张记烧烤").exists()
    erase_personal_data(moment(732))
    share = Assignment.objects.get()
    assert (share.subject_name, share.subject_hash, share.outcome) == ("", "", "warned")
    assert JournalEntry.objects.get(action="cases.erase_subjects").data["cases"] == [f"cases.case:{case.number}"]
    assert "张记烧烤" not in str(list(JournalEntry.objects.values_list("data", flat=True)))


def test_erase_is_for_the_system_alone(town: Town) -> None:
    for person in town.people.values():
        with pytest.raises(NotAllowed):
            actions.erase_contacts(None, reports=[], by=person, at=MONDAY)
        with pytest.raises(NotAllowed):
            actions.erase_subjects(None, cases=[], by=person, at=MONDAY)


def test_privacy_page_tells_the_terms_that_the_job_keeps(town: Town, client: Client) -> None:
    assert "六个月" in str(Report.personal["contact_name"].retention) and "二年" in str(Assignment.personal["subject_name"].retention)
    assert client.get("/about/privacy/").content.decode().count("办结后六个月清除") == 2


@pytest.mark.parametrize(
    ("now", "months", "expected"),
    [((2026, 8, 31), 6, (2026, 2, 28)), ((2026, 1, 15), 6, (2025, 7, 15)), ((2028, 2, 29), 24, (2026, 2, 28)), ((2026, 12, 1), 12, (2025, 12, 1))],
)
def test_months_before_keeps_the_day_or_the_last_of_a_shorter_month(now: tuple[int, int, int], months: int, expected: tuple[int, int, int]) -> None:
    assert months_before(dt.datetime(*now, 9, tzinfo=ZONE), months) == dt.datetime(*expected, 9, tzinfo=ZONE)
