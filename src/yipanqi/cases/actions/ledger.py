"""A case ledger at once: what single rows would leave, written in a few statements per batch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from yipanqi.cases.actions.importing import check_class, import_case
from yipanqi.cases.actions.intake import build_case, new_numbers
from yipanqi.cases.actions.steps import stage_due
from yipanqi.cases.events import CaseReported
from yipanqi.cases.likeness import likeness
from yipanqi.cases.models import Case, CaseMove
from yipanqi.cases.words import keep_words
from yipanqi.kernel import journal
from yipanqi.kernel.actions import Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.events import publish_all
from yipanqi.kernel.models import JournalEntry
from yipanqi.people.models import User

PIECE = 200
Row = tuple[Mapping[str, Any], Case | None]


@action(private=("rows",))
def import_cases(_nothing: None, *, rows: Sequence[Row], by: Actor, at: dt.datetime) -> list[str | Exception]:
    """Take over rows of a case ledger, each with the case that its number or its likeness names. Rows that can only be new
    are entered together; the others one by one, as `import_case` does.

    Returns:
        For each row "created", "updated", "unchanged", or the refusal. Every case has its own line in the journal, too.
    """
    new = _plainly_new(rows)
    made: dict[int, Case] = {}
    outcomes: list[str | Exception] = []
    for at_row in sorted(new):
        try:
            made[at_row] = _case(rows[at_row][0], by, at)
        except (Refused, ValidationError) as error:
            new[at_row] = error
    if made and not _stored(list(made.values()), [_digest(rows[n][0]) for n in made], by, at):
        made, new = {}, {}  # somebody entered one of them this moment
    for n, (values, known) in enumerate(rows):
        refusal = new.get(n)
        outcomes.append("created" if n in made else refusal if isinstance(refusal, Exception) else _single(values, known, by, at))
    journal.write(*(_entry(case, rows[n][0], by, at) for n, case in made.items()))
    return outcomes


def _entry(case: Case, values: Mapping[str, Any], by: Actor, at: dt.datetime) -> JournalEntry:
    """The line of the journal that `import_case` would have left."""
    written = sorted(key for key, value in values.items() if value not in (None, "") and key != "number")
    told = {"number": "", "facts": values, "changes": written, "by": by, "at": at}
    return journal.entry("cases.import_case", case, told, frozenset({"facts"}))


def _plainly_new(rows: Sequence[Row]) -> dict[int, Exception | None]:
    """The places of rows that name no case, whose source's number is not known, and that no row above says the same as."""
    refs = [values["external_ref"] for values, known in rows if known is None and values.get("external_ref")]
    taken: set[Any] = set(Case.objects.filter(external_ref__in=refs).values_list("source", "external_ref"))
    found: dict[int, Exception | None] = {}
    for n, (values, known) in enumerate(rows):
        name = (values.get("source"), values["external_ref"]) if values.get("external_ref") else _digest(values)
        if known is None and not values.get("number") and name not in taken:
            found[n] = None
        if name:
            taken.add(name)
    return found


def _digest(values: Mapping[str, Any]) -> str:
    like = likeness(values)
    return like.digest if like else ""


def _case(values: Mapping[str, Any], by: Actor, at: dt.datetime) -> Case:
    given = {key: value for key, value in values.items() if value not in (None, "") and key != "number"}
    check_class(given.get("issue_class"))
    case = build_case(by=by, at=at, **given)
    case.stage_due_at = stage_due(case)
    return case


def _stored(cases: list[Case], digests: list[str], by: Actor, at: dt.datetime) -> bool:
    """Whether the cases were stored with their first lines; False where one of them is known by now."""
    user = by if isinstance(by, User) else None
    said = {"verb": "report_case", "source": "", "at": at, "actor": user, "actor_key": by.actor_key, "unit": user.main_unit if user else None, "public": True}
    try:
        with transaction.atomic():
            for case, number in zip(cases, new_numbers([at] * len(cases)), strict=True):
                case.number = number
            Case.objects.bulk_create(cases, batch_size=PIECE)
            keep_words(cases)
            lines = [CaseMove(case=case, target=case.state, data=_data(case, digest), **said) for case, digest in zip(cases, digests, strict=True)]
            CaseMove.objects.bulk_create(lines, batch_size=PIECE)
            publish_all([CaseReported(at=at, case_id=case.pk, number=case.number) for case in cases])
    except IntegrityError:
        return False
    return True


def _data(case: Case, digest: str) -> dict[str, str]:
    data = {"imported": digest} if digest else {}
    return data | ({"stage_due": case.stage_due_at.isoformat()} if case.stage_due_at else {})


def _single(values: Mapping[str, Any], known: Case | None, by: Actor, at: dt.datetime) -> str | Exception:
    facts = {key: value for key, value in values.items() if key != "number"}
    try:
        with transaction.atomic():
            return str(import_case(known, number=values.get("number") or "", facts=facts, changes=[], by=by, at=at).outcome)
    except (Refused, ValidationError) as refusal:
        return refusal
