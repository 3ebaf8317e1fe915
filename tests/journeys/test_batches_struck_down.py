"""kill -9 of the worker in the middle of long work: every case and every line once, and the work comes to its end."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from pathlib import Path

import pytest
from django.utils import timezone

from tests.journeys.city import City
from tests.journeys.test_struck_down import struck_down
from yipanqi.batches import owners, running
from yipanqi.batches.actions import ask, ask_for_file, working
from yipanqi.batches.models import Batch
from yipanqi.batches.selectors import waiting
from yipanqi.cases.models import Case, CaseMove
from yipanqi.kernel.models import JournalEntry
from yipanqi.sheets import engine
from yipanqi.sheets.held import hold, note

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def short_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever was struck down is known to be dead at once; and on a slow machine nobody is given up who was struck down before
    the first line was done."""
    monkeypatch.setattr(running, "TRIES", 100)
    monkeypatch.setattr(owners, "LEASE", dt.timedelta(microseconds=-1))
    monkeypatch.setattr(working, "LEASE", dt.timedelta(microseconds=-1))


def work_to_the_end(kills: int) -> int:
    """Workers that are struck down one after the other, and a last one that is let be; how many had something to do."""

    def work(pipe: int) -> None:
        os.write(pipe, b".")
        while waiting(timezone.now()).exists():
            running.work(timezone.now())

    struck = 0
    while struck < kills and waiting(timezone.now()).exists():
        struck_down(work, (0.02, 0.35))
        struck += 1
    while waiting(timezone.now()).exists():
        running.work(timezone.now())
    return struck


def test_moves_struck_down_in_the_middle_are_made_once_each() -> None:
    city = City()
    found = [city.report(city.began, issue_class=city.class_) for _n in range(150)]
    batch = ask(None, verb="accept", numbers=[case.number for case in found], by=city.people["desk"], at=timezone.now())
    assert work_to_the_end(12) >= 3, "the worker was never struck down while it had something to do"
    batch.refresh_from_db()
    assert (batch.state, batch.done, batch.refused) == ("done", 150, 0)
    assert Counter(CaseMove.objects.filter(verb="accept").values_list("case_id", flat=True)) == Counter(case.pk for case in found)
    assert Counter(JournalEntry.objects.filter(action="cases.accept").values_list("subject", flat=True)) == Counter(case.number for case in found)
    assert set(batch.items.values_list("move_id", flat=True)) == set(CaseMove.objects.filter(verb="accept").values_list("pk", flat=True))


def test_import_struck_down_in_the_middle_goes_on_behind_the_last_line_that_is_stored(settings: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    monkeypatch.setattr(engine, "BATCH", 20)
    monkeypatch.setattr(running, "TRIES", 99)  # struck down far more often than a worker that something is wrong with
    city = City()
    path = hold(city.people["desk"], "x.csv")
    lines = [f"检查发现,第 {n} 处垃圾成堆,{'2020-13-45' if n % 50 == 7 else '2026-01-05'}" for n in range(600)]  # 12 bad dates
    path.write_text("\n".join(["来源,问题描述,发现时间", *lines]), "utf-8")
    note(path, sheet="cases", file_name="x.csv")
    batch: Batch = ask_for_file(None, kind="import", what="cases", file=path.name, total=600, by=city.people["desk"], at=timezone.now())
    assert work_to_the_end(8) >= 2, "the worker was never struck down while it had something to do"
    batch.refresh_from_db()
    assert (batch.state, batch.done, batch.refused, batch.counts["created"]) == ("done", 588, 12, 588)
    assert Case.objects.count() == 588 == len(set(Case.objects.values_list("description", flat=True)))
    assert batch.items.count() == 12 and all("2020-13-45" in why or "日期" in why for why in batch.items.values_list("why", flat=True))
