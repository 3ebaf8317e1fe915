"""A ledger of cases at once leaves what its rows would leave one by one."""

from __future__ import annotations

from typing import Any

import pytest
from django.forms.models import model_to_dict

from yipanqi.cases import actions, selectors
from yipanqi.cases.models import Case, CaseMove
from yipanqi.cases.tests.town import MONDAY, Town, moment
from yipanqi.cases.words import WORDS, known
from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.models import JournalEntry, OutboxEvent


def row(**values: Any) -> dict[str, Any]:
    return {"number": "", "source": "inspection", "description": "路口垃圾成堆", **values}


def test_import_cases_leaves_what_single_rows_leave(town: Town) -> None:
    rows = [
        row(external_ref="A1", issue_class=town.class_, found_at=moment(-1)), row(title="没有编号的", address="建设路", lon=98.28, lat=39.77),
        row(external_ref="A2", severity=4),
    ]  # fmt: skip
    for one in rows:
        actions.import_case(None, number="", facts={k: v for k, v in one.items() if k != "number"}, changes=[], by=town.desk, at=MONDAY)
    singly = [(model_to_dict(c, exclude=["id", "number", "external_ref"]), c.found_at, c.reported_at) for c in Case.objects.order_by("id")]
    lines = [(m.verb, m.target, m.actor_key, m.unit_id, m.data, m.public) for m in CaseMove.objects.order_by("id")]
    events = list(OutboxEvent.objects.order_by("id").values_list("kind", flat=True))
    for model in (CaseMove, Case, OutboxEvent):
        model.objects.all().delete()
    journal = [(e.action, e.actor, e.data) for e in JournalEntry.objects.filter(action="cases.import_case").order_by("id")]
    JournalEntry.objects.filter(action="cases.import_case").delete()
    assert actions.import_cases(None, rows=[(one, None) for one in rows], by=town.desk, at=MONDAY) == ["created"] * 3
    assert [(model_to_dict(c, exclude=["id", "number", "external_ref"]), c.found_at, c.reported_at) for c in Case.objects.order_by("id")] == singly
    assert [(m.verb, m.target, m.actor_key, m.unit_id, m.data, m.public) for m in CaseMove.objects.order_by("id")] == lines
    assert list(OutboxEvent.objects.order_by("id").values_list("kind", flat=True)) == events
    assert WORDS.wrong(known(Case.objects.all())) == [] and not WORDS.lacking("cases_case", 1)
    assert selectors.filtered(Case.objects.all(), {"q": "没有编号"}).count() == 1
    told = JournalEntry.objects.filter(action="cases.import_case").order_by("id")
    assert [(e.action, e.actor, e.data) for e in told] == journal
    assert [e.subject for e in told] == list(Case.objects.order_by("id").values_list("number", flat=True))


def test_import_cases_enters_a_row_that_stands_twice_once_and_updates_what_is_known(town: Town) -> None:
    known = town.report()
    rows: list[Any] = [
        (row(external_ref="A1"), None), (row(external_ref="A1", description="改过的话"), None), (row(title="甲"), None), (row(title="甲"), None),
        (row(number=known.number, title="新标题"), known), (row(number="2026-999999"), None), (row(description=" "), None), (row(lon=98.2), None),
    ]  # fmt: skip
    found = actions.import_cases(None, rows=rows, by=town.desk, at=moment(1))
    assert found[:5] == ["created", "updated", "created", "unchanged", "updated"]
    assert all(isinstance(one, Refused) for one in found[5:]) and "没有编号为" in str(found[5])
    assert Case.objects.count() == 3 and Case.objects.get(external_ref="A1").description == "改过的话"
    assert actions.import_cases(None, rows=rows[:1], by=town.desk, at=moment(2)) == ["updated"]


def test_import_cases_by_a_unit_is_refused(town: Town) -> None:
    with pytest.raises(NotAllowed):
        actions.import_cases(None, rows=[(row(), None)], by=town.liaison, at=MONDAY)
