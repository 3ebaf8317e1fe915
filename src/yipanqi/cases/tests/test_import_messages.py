"""The hotline's ledger about cases that are known already: nothing newer is overwritten, what changes is told in the thread."""

from __future__ import annotations

from dataclasses import replace

from django.db import connection
from django.test.utils import CaptureQueriesContext

from yipanqi.cases import actions
from yipanqi.cases.models import Case, Report
from yipanqi.cases.tests.corner import town
from yipanqi.cases.tests.town import MONDAY, Town, moment

__all__ = ["town"]  # fixture

MESSAGE = actions.Message("1", MONDAY, "井盖坏了", "井盖", "张三", "13900001111", "新华路")


def take(town: Town, message: actions.Message, known: Case | None, day: int = 1) -> str | Exception:
    [outcome] = actions.import_messages(None, rows=[(message, known)], by=town.desk, at=moment(day))
    assert isinstance(outcome, str | Exception)
    return outcome


def test_import_messages_reads_known_cases_again_before_it_writes(town: Town) -> None:
    take(town, MESSAGE, None)
    read_before = Case.objects.prefetch_related("reports").get()
    case = actions.accept(read_before, issue_class=town.class_, by=town.desk, at=moment(2))
    case = actions.dispatch(case, unit=town.city, by=town.desk, at=moment(2))
    actions.answer(case.reports.get(), text="已转办", by=town.desk, at=moment(2))
    replied = replace(MESSAGE, text="井盖坏了，快修", reply="已修", replied_at=moment(0, 12))
    assert take(town, replied, read_before, 3) == "updated"
    after, report = Case.objects.get(), Report.objects.get()
    assert (after.version, after.state, after.first_reply_at) == (case.version + 1, "dispatched", moment(2))
    assert (after.description, report.answer) == ("井盖坏了，快修", "已修")


def test_import_messages_locks_known_cases_in_their_order_with_two_statements(town: Town) -> None:
    texts = [replace(MESSAGE, number=str(n)) for n in range(8)]
    actions.import_messages(None, rows=[(one, None) for one in texts], by=town.desk, at=moment(1))
    known = {case.external_ref: case for case in Case.objects.all()}
    rows = [(one, known[one.number]) for one in reversed(texts)]
    with CaptureQueriesContext(connection) as asked:
        assert set(actions.import_messages(None, rows=rows, by=town.desk, at=moment(1))) == {"unchanged"}
    reads = [query["sql"] for query in asked if 'FROM "cases_case"' in query["sql"] or 'FROM "cases_report"' in query["sql"]]
    assert len(reads) == 2 and all('ORDER BY "cases_' in sql and 'ASC' in sql for sql in reads)
    if connection.features.has_select_for_update:
        assert all("FOR UPDATE" in sql for sql in reads)
