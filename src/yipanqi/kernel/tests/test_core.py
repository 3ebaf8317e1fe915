"""Journal, outbox, jobs, machine, paging, personal fields: the promises the rest of the house relies on."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
import rules

from yipanqi.kernel import jobs, journal, outbox
from yipanqi.kernel.actions import ACTIONS, NotAllowed, action
from yipanqi.kernel.actors import SYSTEM, Visitor
from yipanqi.kernel.events import HANDLERS, KINDS, Event, kind_of, publish
from yipanqi.kernel.machine import Machine, WrongState, move
from yipanqi.kernel.models import Delivery, JobRun, JournalEntry, JournalSeal, OutboxEvent, Policy
from yipanqi.kernel.paging import BadCursor, keyset_page
from yipanqi.kernel.permissions import RULES, WHY, perm
from yipanqi.kernel.personal import decrypt, encrypt, keyed_hash, mask
from yipanqi.kernel.series import next_number
from yipanqi.kernel.stamps import bump, cached

NOW = dt.datetime(2026, 11, 20, 1, 0, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db


@action(private=("secret",))
def keep(subject: None, *, key: str, secret: str = "", by: object, at: dt.datetime) -> Policy:
    """Keep a value (an action for these tests)."""
    return Policy.objects.create(key=key, value=1, changed_at=at, changed_by="x")


perm(keep.spec.name, rules.predicate(lambda actor, obj=None: actor is SYSTEM))
del ACTIONS[keep.spec.name], RULES[keep.spec.name], WHY[keep.spec.name]  # not a part of the house: no register lists it


@dataclasses.dataclass(frozen=True, kw_only=True)
class Kept(Event):
    key: str


def test_action_writes_one_journal_row_without_private_arguments():
    keep(None, key="a", secret="13800000000", by=SYSTEM, at=NOW)
    row = JournalEntry.objects.get()
    assert (row.action, row.actor, row.subject_kind, row.subject) == (keep.spec.name, "system", "kernel.policy", "a")
    assert row.data == {"key": "a", "secret": "***"}


def test_action_by_somebody_without_rule_leaves_nothing():
    with pytest.raises(NotAllowed):
        keep(None, key="a", by=Visitor(), at=NOW)
    assert not Policy.objects.exists() and not JournalEntry.objects.exists()


def fill(n: int) -> None:
    for i in range(n):
        keep(None, key=f"k{i}", by=SYSTEM, at=NOW)


def test_seal_and_verify_an_untouched_journal():
    fill(5)
    assert journal.seal(NOW) == 5 and journal.seal(NOW) == 0
    keep(None, key="later", by=SYSTEM, at=NOW)
    assert journal.seal(NOW) == 1
    assert journal.verify() is None and len(journal.head()) == 64


def test_verify_names_a_changed_row():
    fill(5)
    journal.seal(NOW)
    row = JournalEntry.objects.order_by("id")[2]
    JournalEntry.objects.filter(pk=row.pk).update(actor="user:other")
    fault = journal.verify()
    assert fault and fault.entry == row.pk and "changed" in fault.problem


def test_verify_names_a_missing_and_an_inserted_row():
    fill(4)
    journal.seal(NOW)
    gone = JournalEntry.objects.order_by("id")[1]
    copy = JournalEntry.objects.get(pk=gone.pk)
    gone_pk = gone.pk
    gone.delete()
    fault = journal.verify()
    assert fault and fault.entry == gone_pk and fault.problem == "missing"
    copy.save(force_insert=True)
    assert journal.verify() is None
    stray = JournalEntry.objects.create(at=NOW, action="x", actor="y", subject_kind="", subject="", batch=1)
    fault = journal.verify()
    assert fault and fault.entry == stray.pk and "inserted" in fault.problem


def test_verify_names_a_missing_or_rewritten_seal():
    for i in range(3):
        keep(None, key=f"s{i}", by=SYSTEM, at=NOW)
        journal.seal(NOW)
    JournalSeal.objects.filter(number=2).update(chain="0" * 64)
    fault = journal.verify()
    assert fault and fault.seal == 2
    JournalSeal.objects.filter(number=2).delete()
    fault = journal.verify()
    assert fault and fault.seal == 2 and "missing" in fault.problem


@pytest.fixture
def handler():
    calls: list[str] = []

    def on_kept(event: Kept) -> None:
        calls.append(event.key)
        if event.key == "bad":
            raise RuntimeError("no luck")

    KINDS[kind_of(Kept)] = Kept
    HANDLERS["kernel.on_kept"] = ((Kept,), on_kept)
    yield calls
    del HANDLERS["kernel.on_kept"], KINDS[kind_of(Kept)]


def test_event_is_delivered_once_when_all_goes_well(handler):
    publish(Kept(at=NOW, key="good"))
    assert outbox.deliver_due(NOW) == 1 and outbox.deliver_due(NOW) == 0
    assert handler == ["good"] and Delivery.objects.get().state == "done"


def test_event_of_a_failing_handler_is_retried_with_back_off_and_ends_visible(handler):
    publish(Kept(at=NOW, key="bad"))
    moment = NOW
    for _ in range(outbox.MAX_ATTEMPTS):
        assert outbox.deliver_due(moment) == 1
        assert outbox.deliver_due(moment) == 0
        moment = Delivery.objects.get().next_at
    row = Delivery.objects.get()
    assert row.state == "failed" and "no luck" in row.error and len(handler) == outbox.MAX_ATTEMPTS


def test_event_of_a_dead_worker_is_taken_over_when_its_lease_ends(handler):
    publish(Kept(at=NOW, key="good"))
    assert len(outbox.claim(NOW)) == 1
    assert outbox.deliver_due(NOW + dt.timedelta(seconds=30)) == 0
    assert outbox.deliver_due(NOW + outbox.LEASE + dt.timedelta(seconds=1)) == 1
    assert handler == ["good"] and OutboxEvent.objects.count() == 1


def test_job_runs_when_due_and_keeps_its_error(monkeypatch):
    seen: list[dt.datetime] = []

    def tick(now: dt.datetime) -> None:
        seen.append(now)
        if len(seen) == 2:
            raise RuntimeError("broken")

    monkeypatch.setattr(jobs, "JOBS", {})
    jobs.job(every=dt.timedelta(minutes=5), title="x")(tick)
    assert jobs.run_due(NOW) and not jobs.run_due(NOW)
    jobs.run_due(NOW + dt.timedelta(minutes=5))
    row = JobRun.objects.get()
    assert row.failures == 1 and "broken" in row.error and row.lease_until is None


class Thing:
    state = "open"


def test_move_from_a_wrong_state_says_so():
    table = Machine("kernel", {"open": "开着", "shut": "关着"}, [move("close", "open", "shut", "关")])
    thing = Thing()
    assert table.move(thing, "close") == ("open", "shut")
    with pytest.raises(WrongState, match="关着"):
        table.move(thing, "close")
    assert "open --> shut: close" in table.diagram()


def test_machine_with_an_unknown_state_is_refused():
    with pytest.raises(ValueError, match="unknown states"):
        Machine("kernel", {"open": "开着"}, [move("close", "open", "shut", "关")])


def test_keyset_page_walks_every_row_once_in_both_directions():
    fill(7)
    for order in (("key", "id"), ("-key", "-id"), ("-id",)):
        seen, cursor = [], None
        while True:
            page = keyset_page(Policy.objects.all(), order, cursor, 3)
            seen += [p.key for p in page.items]
            cursor = page.next
            if cursor is None:
                break
        assert sorted(seen) == [f"k{i}" for i in range(7)] and len(set(seen)) == 7


@pytest.mark.parametrize("cursor", ["x", "W10", "WzFd", "bnVsbA", "WyJhIiwgOTIyMzM3MjAzNjg1NDc3NTgwODBd", "*"])
def test_keyset_page_with_a_strange_cursor_is_refused(cursor):
    with pytest.raises(BadCursor):
        keyset_page(Policy.objects.all(), ("key", "id"), cursor, 3)


def test_personal_fields_are_unreadable_and_findable():
    sealed = encrypt("13812345678")
    assert "138" not in sealed and decrypt(sealed) == "13812345678" and encrypt("13812345678") != sealed
    assert keyed_hash("13812345678") == keyed_hash("13812345678")
    assert mask("13812345678") == "138****5678" and mask("王五") == "王*"


def test_series_has_no_gaps_and_cache_follows_its_stamp():
    assert [next_number("x") for _ in range(3)] == [1, 2, 3]
    built = []
    for _ in range(2):
        cached("t", 1, lambda: built.append(1))
    bump("t")
    cached("t", 1, lambda: built.append(1))
    assert len(built) == 2
