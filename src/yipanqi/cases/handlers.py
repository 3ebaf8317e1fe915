"""Who is told of what happens to a case: the units that have a share in it, and the desk."""

from __future__ import annotations

from yipanqi.cases import events, selectors
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.events import handles
from yipanqi.messaging import actions as messaging


@handles(events.CaseDispatched, events.DisputeUpheld)
def tell_of_hand_over(event: events.CaseEvent) -> None:
    """The liaisons of every unit that has a share."""
    messaging.tell(None, kind="cases.dispatched", **selectors.news_for_units(event), by=SYSTEM, at=event.at)


@handles(events.CaseSentBack)
def tell_of_rework(event: events.CaseEvent) -> None:
    """The liaisons of every unit that has a share."""
    messaging.tell(None, kind="cases.sent_back", **selectors.news_for_units(event), by=SYSTEM, at=event.at)


@handles(
    events.DisputeOverruled, events.ExtensionGranted, events.ExtensionRefused, events.CaseSuspended,
    events.SuspensionRefused, events.CaseResumed,
)  # fmt: skip
def tell_of_answer(event: events.CaseEvent) -> None:
    """The liaisons of the unit that asked, or of all where it concerns all."""
    messaging.tell(None, kind="cases.answered", **selectors.news_for_units(event), by=SYSTEM, at=event.at)


@handles(events.CaseWithdrawn, events.UnitReleased)
def tell_of_taking_back(event: events.CaseEvent) -> None:
    """The liaisons of the unit that has it no longer."""
    messaging.tell(None, kind="cases.taken_away", **selectors.news_for_units(event), by=SYSTEM, at=event.at)


@handles(events.ClassCorrected)
def tell_of_correction(event: events.CaseEvent) -> None:
    """The liaisons of every unit that has a share; nobody where none has."""
    news = selectors.news_for_units(event)
    if news["units"]:
        messaging.tell(None, kind="cases.corrected", **news, by=SYSTEM, at=event.at)


@handles(events.CaseDisputed, events.ExtensionAsked, events.SuspensionAsked)
def tell_the_desk(event: events.CaseEvent) -> None:
    """Whoever sits at the duty desk."""
    messaging.tell(None, kind="cases.asked", **selectors.news_for_desk(event), by=SYSTEM, at=event.at)
