"""Rows built in bulk equal what the real actions leave."""

from datetime import datetime
from functools import cache
from typing import Any
from uuid import uuid4

from django.db import transaction

from yipanqi.cases import actions as cases
from yipanqi.cases.models import Case, CaseMove
from yipanqi.cases.states import CASE, State
from yipanqi.demo import pictures
from yipanqi.demo.build import DemoCity
from yipanqi.demo.bulk import Twins
from yipanqi.demo.load_board import BoardLoader
from yipanqi.demo.load_history import HistoryTeller
from yipanqi.demo.shots import Shot, shoot
from yipanqi.demo.tests.rows import all_rows, differences
from yipanqi.demo.tests.sampling import sample
from yipanqi.files import actions as files
from yipanqi.files import intake, storage
from yipanqi.files.intake import PreparedPhoto
from yipanqi.inspections import actions as inspections
from yipanqi.inspections.models import Finding, Visit
from yipanqi.kernel import journal, outbox
from yipanqi.kernel.models import JournalEntry
from yipanqi.kernel.stamps import forget, one_look
from yipanqi.messaging.models import Message


class RealActions:
    """The actions themselves, under their names."""

    def __getattr__(self, name: str) -> Any:
        return next(getattr(module, name) for module in (cases, inspections, files) if hasattr(module, name))

    def prepare(self, name: str | Shot) -> PreparedPhoto:
        """A photo of its own for every use, as from the phone; its content was looked at once."""
        facts, size, uuid = *_looked_at(name), uuid4()
        for ending in (intake.ORIGINAL, intake.LARGE, intake.THUMB):
            storage.stage(uuid, ending, b"photo")
        return PreparedPhoto(uuid=uuid, facts=facts, size_bytes=size)


@cache
def _looked_at(name: str | Shot) -> tuple[Any, int]:
    seen = intake.prepare(shoot(name) if isinstance(name, Shot) else pictures.draw(name))
    return seen.facts, seen.size_bytes


def _untell() -> None:
    """The past of the sample city is told to nobody: a thousand old messages would hide what happens while one looks."""
    Message.objects.all().delete()
    JournalEntry.objects.filter(action="messaging.tell").delete()


def test_bulk_built_rows_equal_what_the_actions_leave(board: BoardLoader, small: DemoCity, now: datetime) -> None:
    history = sample(small)
    start = transaction.savepoint()
    HistoryTeller(board, RealActions()).tell(history)
    while outbox.deliver_due(now):
        pass
    assert len(history.cases) >= 40
    assert {*Case.objects.values_list("state", flat=True)} == {*State.values}
    assert {*CaseMove.objects.values_list("verb", flat=True)} == {*CASE.moves, "report_case"} - {"withdraw", "release_unit", "unaccept", "split_off", "correct_class"}  # which the sample city does not tell
    assert {*Finding.objects.values_list("outcome", flat=True)} == {*Finding.Outcome.values}
    assert Visit.objects.filter(finished_at=None).count() == 1
    _untell()
    relived = all_rows()
    transaction.savepoint_rollback(start)
    forget()

    twins = Twins()
    with one_look():
        HistoryTeller(board, twins).tell(history)
        twins.write()
    built = all_rows()
    found = differences(built, relived)
    assert not found, "\n".join(found)

    assert journal.seal(now) == len(built["kernel.journalentry"])
    assert journal.verify() is None
    case = cases.report_case(None, source="grid", description="新问题", by=board.users["desk"], at=now)
    assert case.number > max(Case.objects.exclude(pk=case.pk).values_list("number", flat=True))
