"""What inspectors say of closed cases is noted for the draw."""

from __future__ import annotations

from yipanqi.cases.events import CaseEvent, CaseRebounded, CaseRechecked
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.events import handles
from yipanqi.rechecks import actions, selectors


@handles(CaseRechecked)
def note_kept(event: CaseEvent) -> None:
    """The newest recheck of the case that is not answered."""
    for recheck in selectors.unanswered(event.case_id):
        actions.note_kept(recheck, by=SYSTEM, at=event.at)


@handles(CaseRebounded)
def note_back(event: CaseEvent) -> None:
    """The newest recheck of the case that is not answered."""
    for recheck in selectors.unanswered(event.case_id):
        actions.note_back(recheck, by=SYSTEM, at=event.at)
