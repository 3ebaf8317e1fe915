"""The worker's promises: every event's effect once, whatever fails, dies, races or sets the clock."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.db.utils import OperationalError

from yipanqi.kernel import jobs, journal, outbox
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.events import HANDLERS, KINDS, Event, handles, kind_of, publish_all, revive
from yipanqi.kernel.models import Delivery, JobRun, JournalEntry, JournalSeal, OutboxEvent, Policy
from yipanqi.kernel.worker import Worker

NOW = dt.datetime(2026, 11, 20, 1, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
DAY = dt.timedelta(days=1)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Noted(Event):
    key: str


@pytest.fixture(autouse=True)
def handler() -> Iterator[None]:
    """Keeps one row per event; fails after its write where the key begins with "bad"."""

    def on_noted(event: Noted) -> None:
        Policy.objects.create(key=event.key, value=1, changed_at=event.at, changed_by="x")
        if event.key.startswith("bad"):
            raise RuntimeError("no luck")

    KINDS[kind_of(Noted)] = Noted
    HANDLERS["kernel.on_noted"] = ((Noted,), on_noted)
    yield
    del HANDLERS["kernel.on_noted"], KINDS[kind_of(Noted)]


def at_once(times: int, work: Callable[[int], object]) -> list[object]:
    """`work` in so many threads, each with a connection of its own."""

    def run(number: int) -> object:
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


def entries(count: int) -> None:
    JournalEntry.objects.bulk_create(
        [
            JournalEntry(at=NOW, action="kernel.test", actor="system", subject_kind="", subject=str(i))
            for i in range(count)
        ]
    )


@pytest.mark.django_db
def test_deliver_keeps_the_good_of_a_batch_and_undoes_the_bad() -> None:
    publish_all([Noted(at=NOW, key=key) for key in ("a", "bad", "c")])
    assert outbox.deliver_due(NOW) == 3
    assert set(Policy.objects.values_list("key", flat=True)) == {"a", "c"}
    assert dict(Delivery.objects.values_list("event__payload__key", "state")) == {
        "a": "done",
        "bad": "waiting",
        "c": "done",
    }


@pytest.mark.django_db
def test_deliver_ends_a_transaction_that_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "HOLD_S", -1)
    publish_all([Noted(at=NOW, key=f"k{i}") for i in range(5)])
    assert outbox.deliver_due(NOW) == 5 and Policy.objects.count() == 5


@pytest.mark.django_db
def test_what_comes_of_late_news_does_not_look_as_if_somebody_had_written_it_back_then(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[dt.datetime] = []

    def on_noted(event: Noted) -> None:
        heard.append(event.at)
        journal.write(journal.entry("kernel.test", None, {"by": SYSTEM, "at": event.at}, frozenset()))

    monkeypatch.setitem(HANDLERS, "kernel.on_noted", ((Noted,), on_noted))
    entries(1)
    assert journal.seal(NOW) == 1
    late = NOW + DAY
    publish_all([Noted(at=NOW - 3 * DAY, key="a"), Noted(at=late, key="b")])
    assert outbox.deliver_due(late) == 2 and journal.seal(late) == 2
    assert heard == [NOW - 3 * DAY, late] and journal.verify(now=late) is None
    assert list(JournalEntry.objects.order_by("id").values_list("at", flat=True)) == [NOW, late - journal.LATE / 2, late]
    journal.write(journal.entry("kernel.test", None, {"by": SYSTEM, "at": NOW - 3 * DAY}, frozenset()))
    assert JournalEntry.objects.latest("id").at == NOW - 3 * DAY


@pytest.mark.django_db
def test_deliver_leaves_alone_what_another_worker_finished() -> None:
    publish_all([Noted(at=NOW, key="a")])
    slow = outbox.claim(NOW)
    later = NOW + outbox.LEASE + SECOND
    assert outbox.deliver_due(later) == 1
    outbox.deliver(slow, later)
    assert Policy.objects.count() == 1 and Delivery.objects.get().state == "done"


@pytest.mark.django_db
def test_deliver_tries_again_alone_what_a_dead_worker_left() -> None:
    publish_all([Noted(at=NOW, key=f"k{i}") for i in range(3)])
    assert len(outbox.claim(NOW)) == 3
    again = outbox.claim(NOW + outbox.LEASE + SECOND)
    assert [row.attempts for row in again] == [2, 2, 2]
    outbox.deliver(again, NOW)
    assert Policy.objects.count() == 3


@pytest.mark.django_db
def test_deliveries_do_not_wait_for_a_clock_that_was_set_back() -> None:
    publish_all([Noted(at=NOW + DAY, key="a"), Noted(at=NOW + DAY, key="b")])
    Delivery.objects.filter(event__payload__key="b").update(state="running", lease_until=NOW + DAY)
    assert outbox.deliver_due(NOW) == 2 and Policy.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_events_of_many_workers_at_once_take_effect_once() -> None:
    publish_all([Noted(at=NOW, key=f"k{i}") for i in range(60)])

    def work(_number: int) -> int:
        done = 0
        while tried := outbox.deliver_due(NOW, limit=7):
            done += tried
        return done

    assert sum(int(str(n)) for n in at_once(4, work)) == 60
    assert Policy.objects.count() == 60 and not Delivery.objects.exclude(state="done").exists()


@pytest.mark.django_db(transaction=True)
def test_seal_of_several_workers_at_once_makes_one_chain() -> None:
    for _round in range(5):
        entries(20)
        at_once(3, lambda _number: journal.seal(NOW))
    while journal.seal(NOW):
        pass
    assert journal.verify() is None
    assert sum(JournalSeal.objects.values_list("count", flat=True)) == 100


@pytest.mark.django_db
def test_seal_leaves_to_the_other_worker_what_it_sealed_first(monkeypatch: pytest.MonkeyPatch) -> None:
    entries(3)
    rows = list(JournalEntry.objects.order_by("id"))
    merkle_root = journal.merkle_root

    def other_worker_first(leaves: list[bytes]) -> bytes:
        monkeypatch.setattr(journal, "merkle_root", merkle_root)
        JournalEntry.objects.filter(pk=rows[0].pk).update(batch=1)
        return merkle_root(leaves)

    monkeypatch.setattr(journal, "merkle_root", other_worker_first)
    assert journal.seal(NOW) == 0 and not JournalSeal.objects.exists()
    assert journal.seal(NOW) == 3 and journal.verify() is None


@pytest.mark.django_db
def test_events_without_a_handler_are_stored_and_owe_nothing() -> None:
    @handles(Noted)
    def on_noted_too(event: Noted) -> None: ...

    assert HANDLERS.pop("kernel.on_noted_too") == ((Noted,), on_noted_too)
    HANDLERS["kernel.on_noted"], kept = ((Event,), on_noted_too), HANDLERS["kernel.on_noted"]
    publish_all([Noted(at=NOW, key="a")])
    HANDLERS["kernel.on_noted"] = kept
    assert not Delivery.objects.exists() and revive(OutboxEvent.objects.get()) == Noted(at=NOW, key="a")


@pytest.mark.django_db
def test_verify_names_an_entry_of_a_seal_that_is_not_there() -> None:
    entries(2)
    journal.seal(NOW)
    entries(1)
    stray = JournalEntry.objects.get(batch=None)
    JournalEntry.objects.filter(pk=stray.pk).update(batch=9)
    assert journal.verify() == journal.Fault(9, stray.pk, "entry claims a seal that does not exist")


@pytest.fixture
def tick(monkeypatch: pytest.MonkeyPatch) -> list[dt.datetime]:
    """The moments at which the only job ran."""
    seen: list[dt.datetime] = []
    monkeypatch.setattr(jobs, "JOBS", {})

    def note(now: dt.datetime) -> None:
        seen.append(now)

    jobs.job(every=dt.timedelta(minutes=5), lease=dt.timedelta(minutes=10), title="x")(note)
    return seen


@pytest.mark.django_db
def test_job_of_a_dead_worker_runs_again_when_its_lease_ends(tick: list[dt.datetime]) -> None:
    jobs.run_due(NOW)
    due = NOW + dt.timedelta(minutes=5)
    JobRun.objects.update(lease_until=due + dt.timedelta(minutes=10), due_at=due)  # taken at `due`, then died
    assert not jobs.run_due(due + dt.timedelta(minutes=10))
    assert jobs.run_due(due + dt.timedelta(minutes=10) + SECOND) and len(tick) == 2


@pytest.mark.django_db
def test_job_does_not_wait_for_a_clock_that_was_set_back(tick: list[dt.datetime]) -> None:
    jobs.run_due(NOW + DAY)
    jobs.run_due(NOW)
    JobRun.objects.update(due_at=NOW, lease_until=NOW + DAY)
    jobs.run_due(NOW)
    assert tick == [NOW + DAY, NOW, NOW]


@pytest.mark.django_db(transaction=True)
def test_job_of_several_workers_at_once_runs_once(tick: list[dt.datetime]) -> None:
    at_once(4, lambda _number: jobs.run_due(NOW))
    assert tick == [NOW]


@pytest.mark.django_db
def test_worker_waits_for_a_database_that_is_away_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    worker, pauses, turns = Worker(pause=0.5), [], iter([OperationalError("away"), True, False])
    monkeypatch.setattr("yipanqi.kernel.worker.signal.signal", lambda *_args: None)
    monkeypatch.setattr("yipanqi.kernel.worker.close_old_connections", lambda: None)
    monkeypatch.setattr("yipanqi.kernel.worker.time.sleep", pauses.append)

    def turn(now: dt.datetime) -> bool:
        found = next(turns)
        if isinstance(found, Exception):
            raise found
        if found is False:
            worker.stop(15, None)
        return found

    monkeypatch.setattr(worker, "turn", turn)
    monkeypatch.setattr(worker, "_beside", lambda: None)
    worker.run()
    assert pauses == [3, 0.5, 0.5]


@pytest.mark.django_db(transaction=True)
def test_notices_are_delivered_while_a_long_job_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    worker, heard, told = Worker(pause=0.02), threading.Event(), []
    monkeypatch.setattr("yipanqi.kernel.worker.signal.signal", lambda *_args: None)

    def nightly(now: dt.datetime) -> None:
        publish_all([Noted(at=now, key="meanwhile")])
        told.append(heard.wait(20))
        worker.stop(15, None)

    def hear(event: Noted) -> None:
        heard.set()

    monkeypatch.setattr(jobs, "JOBS", {"kernel.nightly": jobs.Job("kernel.nightly", DAY, nightly, DAY, "", lambda now: False)})
    HANDLERS["kernel.on_noted"] = ((Noted,), hear)  # put away with the one in whose place it stands
    worker.run()
    assert told == [True] and JobRun.objects.get(key="kernel.nightly").failures == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("every", [dt.timedelta(minutes=5), DAY])
def test_worker_told_to_stop_does_not_wait_for_a_long_job(monkeypatch: pytest.MonkeyPatch, every: dt.timedelta) -> None:
    worker, go_on = Worker(pause=0.02, grace=1), threading.Event()
    before = {sign: signal.getsignal(sign) for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM)}

    def long(now: dt.datetime) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        go_on.wait(20)

    monkeypatch.setattr(jobs, "JOBS", {"kernel.long": jobs.Job("kernel.long", every, long, DAY, "", lambda now: False)})
    try:
        with pytest.raises(KeyboardInterrupt):
            worker.run()
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)
    assert JobRun.objects.get(key="kernel.long").finished_at is None  # to be done again once its lease is over
    go_on.set()
    for thread in threading.enumerate():
        if thread.name == "seldom jobs":
            thread.join()


@pytest.mark.django_db
def test_worker_turn_delivers_runs_and_seals(tick: list[dt.datetime]) -> None:
    publish_all([Noted(at=NOW, key="a")])
    entries(1)
    assert Worker().turn(NOW) and not Worker().turn(NOW)
    assert Policy.objects.exists() and tick == [NOW] and JournalSeal.objects.count() == 1
