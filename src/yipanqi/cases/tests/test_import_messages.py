"""The hotline's ledger about cases that are known already: nothing newer is overwritten, what changes is told in the thread."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yipanqi.cases import actions
from yipanqi.cases.models import Case, Report
from yipanqi.cases.tests.corner import town
from yipanqi.cases.tests.town import MONDAY, Town, moment
from yipanqi.kernel.actions import Conflict
from yipanqi.kernel.models import JournalEntry, OutboxEvent

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


def test_import_messages_tells_in_the_thread_what_it_changed(town: Town) -> None:
    take(town, MESSAGE, None)
    case = Case.objects.get()
    mended = replace(MESSAGE, title="井盖破损", text="井盖坏了，快修", address="", reply="已修", replied_at=moment(0, 12))
    assert [take(town, mended, case), take(town, mended, case, 2)] == ["updated", "unchanged"]
    line = case.moves.get(verb="import_case")
    assert (line.actor, line.source, line.target, line.public, line.at) == (town.desk, "reported", "reported", False, moment(1))
    assert line.note.splitlines() == [
        "标题：由“井盖”改为“井盖破损”", "问题描述：由“井盖坏了”改为“井盖坏了，快修”", "位置描述：由“新华路”改为“未填”", "答复：由“未填”改为“已修”",
    ]  # fmt: skip
    with pytest.raises(Conflict, match="办理“按台账更新”"):
        actions.accept(case, issue_class=town.class_, version=0, by=town.desk, at=moment(2))


def test_import_messages_takes_a_corrected_author_and_telephone_and_names_neither(town: Town) -> None:
    take(town, MESSAGE, None)
    case, report = Case.objects.get(), Report.objects.get()
    starred = replace(MESSAGE, author="张*", phone="139****1111")
    absent = replace(MESSAGE, author="", phone="")
    assert [take(town, one, case) for one in (starred, absent)] == ["unchanged", "unchanged"]
    assert take(town, replace(MESSAGE, author="李四光", phone="13800002222"), case) == "updated"
    report.refresh_from_db()
    assert (report.contact_name, report.contact_phone) == ("李四光", "13800002222")
    line = case.moves.get(verb="import_case")
    assert line.note.splitlines() == ["称呼：已按台账更正", "联系电话：已按台账更正"]
    told = str([line.data, *OutboxEvent.objects.values_list("payload", flat=True), *JournalEntry.objects.values_list("data", flat=True)])
    assert not any(word in told for word in ("李四光", "13800002222", "张三", "13900001111"))


def test_import_messages_leaves_an_erased_contact_erased(town: Town) -> None:
    take(town, MESSAGE, None)
    Report.objects.update(contact_name="", contact_phone="", erased_at=moment(1))
    assert take(town, replace(MESSAGE, phone="13800002222"), Case.objects.get()) == "unchanged"
    assert (Report.objects.get().contact_name, Report.objects.get().contact_phone) == ("", "")


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
