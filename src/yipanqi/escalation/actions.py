"""Writing: a step of the ladder is taken; a letter is not written after all."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.cases.models import Case
from yipanqi.escalation import selectors
from yipanqi.escalation.catalogue import STEPS, Step
from yipanqi.escalation.models import LetterDue, Rung
from yipanqi.escalation.states import LETTER
from yipanqi.kernel.actions import Conflict, Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.messaging import actions as messaging
from yipanqi.messaging.selectors import people_of, people_with
from yipanqi.people.models import Unit


class NotDue(Conflict):
    """The step is not due any more, or was taken."""


@action
def climb(case: Case, *, step: str, occasion: str, overtaken: bool = False, by: Actor, at: dt.datetime) -> Case:
    """Take one step about a case: remember it, gather the letter it asks for, tell who should hear of it. A step that a
    harder one overtakes at the same moment is remembered alone.

    Raises:
        NotDue: somebody acted meanwhile, or the step was taken before.
    """
    if case.unit is None or case.due_at is None or not selectors.is_due(case, step, occasion, at):
        raise NotDue
    kind = STEPS[step]
    rung = Rung(case=case, unit=case.unit, step=step, occasion=occasion, at=at, due_at=case.due_at, overtaken=overtaken)
    if not overtaken:
        _gather(rung, kind, at)
        _tell(case, case.unit, step, kind, occasion, by, at)
    rung.save()
    return case


def _gather(rung: Rung, kind: Step, at: dt.datetime) -> None:
    """The problem goes into the unit's letter of this week, unless the unit has had enough this month."""
    if not kind.paper:
        return
    if selectors.capped(rung.unit, kind.paper, at):
        rung.capped = True
        return
    rung.letter, _new = LetterDue.objects.get_or_create(unit=rung.unit, kind=kind.paper, week=selectors.monday(at), defaults={"created_at": at})


def _tell(case: Case, unit: Unit, step: str, kind: Step, occasion: str, by: Actor, at: dt.datetime) -> None:
    facts = {
        "form": step, "number": case.number, "what": case.issue_class.name if case.issue_class else "", "unit": unit.name,
        "due": timezone.localtime(case.due_at).strftime("%Y-%m-%d %H:%M"),
    }  # fmt: skip
    people = [*people_of([unit.pk], *kind.unit_roles), *(people_with(*kind.city_roles) if kind.city_roles else ())]
    messaging.tell(None, kind="escalation.step", facts=facts, why=f"{step}:{case.number}:{occasion}", people=people, units=[unit], urgent=case.severity >= 4, by=by, at=at)


@action
def drop_letter(letter: LetterDue, *, reason: str, by: Actor, at: dt.datetime) -> LetterDue:
    """The head of the office decides that a letter is not written.

    Raises:
        WrongState: it was decided before.
        Refused: no reason was given.
    """
    if not reason.strip():
        raise Refused(_("请写明不予制发的理由。"), field="reason")
    LETTER.move(letter, "drop_letter")
    letter.reason = reason.strip()[:200]
    letter.save(update_fields=["state", "reason"])
    return letter
