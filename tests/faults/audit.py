"""The count after the strikes, made inside the installation: what was acknowledged, against what is there."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, Max

from tests.faults.load import LIFE
from tests.faults.town import LATE
from yipanqi.cases.models import Case, CaseMove, Report
from yipanqi.escalation.models import Rung
from yipanqi.files.models import Photo
from yipanqi.kernel import events, journal
from yipanqi.kernel.models import Delivery, IdempotencyKey, JobRun, JournalEntry, OutboxEvent
from yipanqi.messaging.models import Message
from yipanqi.messaging.selectors import people_of
from yipanqi.people.models import Role, Unit

MOVES = [f"cases.{verb}" for verb, _who in LIFE]
VERBS = ["report_case", *(verb for verb, _who in LIFE)]


def before() -> dict[str, int]:
    """Row ids after which everything is the strikes'."""
    tables = (Case, Report, CaseMove, JournalEntry, OutboxEvent, Delivery, Message, Rung, Photo, IdempotencyKey)
    return {model.__name__: model.objects.aggregate(top=Max("pk"))["top"] or 0 for model in tables}


def count(since: dict[str, int], reports: dict[str, str], lives: dict[str, str], keys: list[str], photos: int) -> dict[str, Any]:
    """Every difference as a sentence, and how much was counted."""
    problems = [
        *_reports(since, reports), *_lives(since, lives), *_numbers(), *_keys(since, keys), *_journal(since, reports, lives),
        *_deliveries(since), *_messages(since, lives), *_rungs(since), *_photos(since, photos), *_jobs(),
    ]  # fmt: skip
    tried = Delivery.objects.filter(pk__gt=since["Delivery"], attempts__gt=1).count()
    made = {model.__name__: model.objects.filter(pk__gt=since[model.__name__]).count() for model in (Report, Case, OutboxEvent, Message, Rung, Photo)}
    return {"problems": problems, "made": made, "delivered anew": tried}


def whole() -> dict[str, Any]:
    """What clients wrote, as far as it is there, and everything that is only half there."""
    ours = Case.objects.filter(description__startswith="垃圾成堆", state="closed")
    problems = [*_numbers(), *_files(Photo.objects.all()), *(f"{case} has no journal row" for case in _unwritten())]
    verified = journal.verify()
    return {
        "problems": [*problems, *([f"the journal does not verify: {verified}"] if verified else [])],
        "reports": dict(Report.objects.filter(text__startswith="路灯不亮 ").values_list("text", "code")), "lives": dict(ours.values_list("description", "number")),
    }  # fmt: skip


def _unwritten() -> Iterator[str]:
    for case in Case.objects.filter(description__startswith="垃圾成堆 "):
        verbs = [move.verb for move in case.moves.order_by("id")]
        if verbs != VERBS[: len(verbs)] or JournalEntry.objects.filter(subject=case.number, action__in=MOVES).count() != len(verbs) - 1:
            yield case.number


def _twice(what: str, things: Iterable[Any]) -> Iterator[str]:
    yield from (f"{what} {name!r} is there {n} times" for name, n in Counter(things).items() if n > 1)


def _reports(since: dict[str, int], told: dict[str, str]) -> Iterator[str]:
    rows = list(Report.objects.filter(pk__gt=since["Report"]).values_list("text", "code"))
    yield from _twice("report", (text for text, _code in rows))
    found = dict(rows)
    yield from (f"report {text!r} was acknowledged with {code}, there is {found.get(text)}" for text, code in told.items() if found.get(text) != code)
    yield from (f"report {text!r} is there, yet nobody was told" for text in found.keys() - told.keys())


def _lives(since: dict[str, int], told: dict[str, str]) -> Iterator[str]:
    ours = Case.objects.filter(pk__gt=since["Case"], reports__isnull=True).exclude(description__startswith=LATE)
    rows = {case.description: case for case in ours}
    yield from _twice("case", ours.values_list("description", flat=True))
    for text, number in told.items():
        case = rows.pop(text, None)
        if case is None or case.number != number:
            yield f"case {text!r} was acknowledged as {number}, there is {case}"
            continue
        verbs = [move.verb for move in case.moves.order_by("id")]
        if verbs != VERBS or case.state != "closed" or case.version != len(LIFE):
            yield f"case {number} went {verbs}, state {case.state}, version {case.version}"
    yield from (f"case {text!r} is there, yet nobody was told" for text in rows)


def _numbers() -> Iterator[str]:
    numbers: dict[str, list[int]] = {}
    for year, _dash, n in (number.rpartition("-") for number in Case.objects.values_list("number", flat=True)):
        numbers.setdefault(year, []).append(int(n))
    for year, given in numbers.items():
        if sorted(given) != list(range(min(given), min(given) + len(given))):
            yield f"numbers of {year} have gaps or doubles"


def _keys(since: dict[str, int], keys: list[str]) -> Iterator[str]:
    held = list(IdempotencyKey.objects.filter(pk__gt=since["IdempotencyKey"]).values_list("key", flat=True))
    yield from _twice("key", held)
    if set(held) != set(keys):
        yield f"{len(set(keys) - set(held))} acknowledged keys are gone, {len(set(held) - set(keys))} are there unasked"


def _journal(since: dict[str, int], reports: dict[str, str], lives: dict[str, str]) -> Iterator[str]:
    rows = JournalEntry.objects.filter(pk__gt=since["JournalEntry"])
    acts: Counter[str] = Counter(dict(rows.values_list("action").annotate(n=Count("pk"))))
    wanted = {"cases.report_by_resident": len(reports), **{f"cases.{verb}": len(lives) for verb in VERBS}}
    yield from (f"the journal has {acts[name]} rows of {name} instead of {n}" for name, n in wanted.items() if acts[name] != n)
    rungs = Rung.objects.filter(pk__gt=since["Rung"]).count()
    if acts["escalation.climb"] != rungs:
        yield f"{acts['escalation.climb']} steps are written down, {rungs} were taken"
    if fault := journal.verify():
        yield f"the journal does not verify: {fault}"
    waiting = JournalEntry.objects.filter(batch__isnull=True).count()
    if waiting:
        yield f"{waiting} rows of the journal are not sealed"


def _deliveries(since: dict[str, int]) -> Iterator[str]:
    facts = OutboxEvent.objects.filter(pk__gt=since["OutboxEvent"])
    kinds = Counter(facts.values_list("kind", flat=True))
    debts = Counter(Delivery.objects.filter(event__in=facts).values_list("event__kind", "handler", "state"))
    for kind, n in kinds.items():
        for handler, (classes, _fn) in events.HANDLERS.items():
            if kind in map(events.kind_of, classes) and debts.pop((kind, handler, "done"), 0) != n:
                yield f"not every {kind} was delivered to {handler}"
    yield from (f"{n} deliveries of {kind} to {handler} are {state}" for (kind, handler, state), n in debts.items())


def _messages(since: dict[str, int], lives: dict[str, str]) -> Iterator[str]:
    rows = Message.objects.filter(pk__gt=since["Message"])
    yield from _twice("message", rows.values_list("to_id", "group_id", "why"))
    told = Counter((m.facts["number"], m.to_id) for m in rows.filter(kind="cases.dispatched", to__isnull=False).only("facts", "to_id"))
    for case in Case.objects.filter(number__in=lives.values()).only("number", "unit_id"):
        for person in _liaisons(case.unit_id):
            if told.pop((case.number, person), 0) != 1:
                yield f"person {person} was not told once of the hand-over of {case.number}"


_held: dict[Any, list[int]] = {}


def _liaisons(unit: Any) -> list[int]:
    if unit not in _held:
        _held[unit] = [person.pk for person in people_of([unit], Role.LIAISON)]
    return _held[unit]


def _rungs(since: dict[str, int]) -> Iterator[str]:
    late = Case.objects.filter(pk__lte=since["Case"], description__startswith=LATE)
    rungs = Rung.objects.filter(pk__gt=since["Rung"])
    yield from _twice("step", rungs.values_list("case_id", "step", "occasion"))
    steps = Counter(rungs.filter(case__in=late).values_list("case_id", "step"))
    yield from (f"{case} took the step 'overdue' {steps[(case.pk, 'overdue')]} times" for case in late if steps[(case.pk, "overdue")] != 1)
    told = Counter(Message.objects.filter(pk__gt=since["Message"], kind="escalation.step").values_list("why", flat=True))
    people = {unit.pk: people_of([unit.pk], Role.LIAISON, Role.UNIT_LEADER).count() for unit in Unit.objects.filter(rungs__in=rungs)}
    for rung in rungs.filter(case__in=late, step="overdue").select_related("case"):
        wanted = 0 if rung.overtaken else people[rung.unit_id]
        if told[f"overdue:{rung.case.number}:{rung.occasion}"] != wanted:
            yield f"the step about {rung.case.number} was told {told[f'overdue:{rung.case.number}:{rung.occasion}']} times instead of {wanted}"


def _photos(since: dict[str, int], told: int) -> Iterator[str]:
    rows = list(Photo.objects.filter(pk__gt=since["Photo"]))
    if len(rows) != told or not all(photo.is_attached for photo in rows):
        yield f"{told} photos were acknowledged, {len(rows)} are there"
    yield from _files(rows)


def _files(rows: Iterable[Photo]) -> Iterator[str]:
    for photo in rows:
        files = [Path(settings.MEDIA_ROOT, name) for name in (photo.original, photo.large, photo.thumb)]
        if not all(file.is_file() and file.stat().st_size for file in files):
            yield f"photo {photo.uuid} lacks a file"
        elif hashlib.sha256(files[0].read_bytes()).hexdigest() != photo.sha256:
            yield f"photo {photo.uuid} is not what was sent"


def _jobs() -> Iterator[str]:
    for run in JobRun.objects.all():
        if run.lease_until is not None or run.failures:
            yield f"job {run.key}: leased until {run.lease_until}, {run.failures} failures, {run.error[-200:]}"
