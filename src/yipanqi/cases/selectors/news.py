"""What is told of an event of a case, and to whom; nothing about a person in it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from yipanqi.cases.events import MOVED, CaseEvent
from yipanqi.cases.models import Case
from yipanqi.cases.selectors.one import live
from yipanqi.messaging.selectors import people_of, people_with
from yipanqi.people.models import Role, Unit

VERBS = {event: verb for verb, event in MOVED.items()}
#: From this severity on nobody waits for working time.
URGENT = 4
#: Events that concern every unit with a share; the others concern the unit that they name.
FOR_ALL = ("dispatch", "verify_fail", "suspend", "resume", "correct_class")


def news_for_units(event: CaseEvent) -> dict[str, Any]:
    """For the liaisons of the unit that the event names, or of all units with a share where it concerns all."""
    case = _case(event)
    units = [part.unit for part in live(case)] if VERBS[type(event)] in FOR_ALL else []
    units = units or _named(event)
    return {**_told(case, event, units), "people": people_of([unit.pk for unit in units], Role.LIAISON)}


def news_for_desk(event: CaseEvent) -> dict[str, Any]:
    """For whoever sits at the duty desk today."""
    case = _case(event)
    return {**_told(case, event, _named(event)), "people": people_with(Role.DESK)}


def _named(event: CaseEvent) -> list[Unit]:
    return list(Unit.objects.filter(pk=event.unit_id)) if event.unit_id else []


def _case(event: CaseEvent) -> Case:
    return Case.objects.select_related("issue_class", "unit").get(pk=event.case_id)


def _told(case: Case, event: CaseEvent, units: list[Unit]) -> dict[str, Any]:
    named = next((unit for unit in units if unit.pk == event.unit_id), None) or case.unit or (units[0] if units else None)
    verb = VERBS[type(event)]
    facts = {
        "form": verb, "number": case.number, "what": case.issue_class.name if case.issue_class else "", "unit": named.name if named else "",
        "due": timezone.localtime(case.due_at).strftime("%Y-%m-%d %H:%M") if case.due_at else "",
    }  # fmt: skip
    return {"facts": facts, "why": f"{verb}:{event.number}:{event.at.isoformat()}", "units": units, "urgent": case.severity >= URGENT}

