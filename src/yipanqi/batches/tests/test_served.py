"""A table that was written is given out as long as whoever asked for it may still have it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from yipanqi.batches.actions import ask_for_file
from yipanqi.batches.models import Batch
from yipanqi.batches.tests.test_files import ask, table, work
from yipanqi.cases.tests.town import Town, moment
from yipanqi.desk.tests.conftest import SignIn
from yipanqi.people.models import Role


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def written(town: Town, who: str, what: str = "case_list", **given: str) -> Batch:
    town.report()
    given = given or {"query": ""}
    return work(ask_for_file(None, kind="export", what=what, given={**given, "fmt": "csv"}, file_name="x.csv", by=town.people[who], at=moment()))


def ended(town: Town, who: str) -> None:
    town.people[who].appointments.update(ends_on=timezone.localdate(moment(-100)))


def test_export_is_refused_once_the_right_ended(town: Town, as_: SignIn) -> None:
    made, client = written(town, "desk", "sheet", sheet="cases"), as_("desk")
    assert client.get(f"/batches/{made.uuid}/file/").status_code == 200
    ended(town, "desk")
    answer = client.get(f"/batches/{made.uuid}/file/")
    assert answer.status_code == 403 and "现在没有权限查看这张表" in answer.content.decode()
    page = client.get(f"/batches/{made.uuid}/").content.decode()
    assert "现在没有权限查看这张表" in page and "/file/" not in page


def test_export_of_what_one_sees_no_more_is_refused_and_written_anew(town: Town, as_: SignIn) -> None:
    made, client = written(town, "desk"), as_("desk")
    assert made.scope == [["desk", town.office.pk]]
    ended(town, "desk")
    town.desk.appointments.create(unit=town.city, role=Role.LIAISON, starts_on=timezone.localdate(moment(-100)))
    answer = client.get(f"/batches/{made.uuid}/file/")
    assert answer.status_code == 403 and "职务或所在单位有变" in answer.content.decode()
    again = written(town, "desk")
    assert client.get(f"/batches/{again.uuid}/file/").status_code == 200


def test_export_stays_with_whoever_has_one_more_appointment(town: Town, as_: SignIn) -> None:
    made = written(town, "liaison")
    town.liaison.appointments.create(unit=town.water, role=Role.LIAISON, starts_on=timezone.localdate(moment(-100)))
    assert as_("liaison").get(f"/batches/{made.uuid}/file/").status_code == 200


def test_refused_lines_of_an_import_are_not_given_out_once_the_right_ended(town: Town, as_: SignIn) -> None:
    made, client = ask(town, table(4, bad=(1,))), as_("desk")
    work()
    assert client.get(f"/batches/{made.uuid}/refused.xlsx").status_code == 200
    ended(town, "desk")
    assert client.get(f"/batches/{made.uuid}/refused.xlsx").status_code == 403
