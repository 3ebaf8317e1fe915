"""What happens to a case, as facts in the past tense: one per line of the state table, and those of residents' reports."""

from __future__ import annotations

from dataclasses import dataclass

from yipanqi.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class CaseEvent(Event):
    """Base: the case's row id and number, the unit that acted or is meant, and a second case where one is involved."""

    case_id: int
    number: str
    unit_id: int | None = None
    other_case_id: int | None = None


class CaseReported(CaseEvent):
    """A problem was entered, from whatever source."""


class CaseAccepted(CaseEvent):
    """The desk took it on."""


class CaseRejected(CaseEvent):
    """The desk declined it; the reason went to the reporter."""


class CaseMerged(CaseEvent):
    """It follows `other_case_id` from now on."""


class AcceptanceWithdrawn(CaseEvent):
    """The desk took its acceptance back; it waits to be looked at again."""


class CaseSplitOff(CaseEvent):
    """It follows `other_case_id` no longer, and is worked on by itself."""


class ClassCorrected(CaseEvent):
    """The desk put its class or severity right."""


class CaseFixedOnTheSpot(CaseEvent):
    """It was put right where it was seen, and is closed."""


class CaseDispatched(CaseEvent):
    """It was handed over; `unit_id` leads."""


class CaseWithdrawn(CaseEvent):
    """The desk took it back from `unit_id`, which led, and from all that assisted; it waits to be handed over anew."""


class UnitReleased(CaseEvent):
    """`unit_id` need not assist any longer."""


class CaseSigned(CaseEvent):
    """`unit_id` took it over."""


class CaseDisputed(CaseEvent):
    """`unit_id` says that it is not its business."""


class DisputeUpheld(CaseEvent):
    """The dispute was right; `unit_id` has it now."""


class DisputeOverruled(CaseEvent):
    """The dispute was wrong; `unit_id` keeps it."""


class ExtensionAsked(CaseEvent):
    """`unit_id` asks for more time."""


class ExtensionGranted(CaseEvent):
    """`unit_id` has more time."""


class ExtensionRefused(CaseEvent):
    """`unit_id` gets no more time."""


class SuspensionAsked(CaseEvent):
    """`unit_id` asks to hang the case."""


class SuspensionRefused(CaseEvent):
    """It goes on."""


class CaseSuspended(CaseEvent):
    """Its clock stands still until it is resumed."""


class CaseResumed(CaseEvent):
    """Its clock runs on with the time that was left."""


class StepFinished(CaseEvent):
    """`unit_id` has finished a step of the mending that has its own time limit."""


class CaseResolved(CaseEvent):
    """`unit_id` reports its share mended; the case may still wait for other units."""


class CaseClosed(CaseEvent):
    """Somebody else looked and struck it off."""


class CaseSentBack(CaseEvent):
    """Somebody else looked and it was not mended."""


class CaseRechecked(CaseEvent):
    """Looked at again after its close, and still in order."""


class CaseRebounded(CaseEvent):
    """Back again after its close; `other_case_id` is the new case."""


class CaseConfirmed(CaseEvent):
    """Seen again while it is open."""


class CaseCommented(CaseEvent):
    """Somebody added a note."""


@dataclass(frozen=True, kw_only=True)
class ReportEvent(Event):
    """Base of what happens to a resident's report: its row id and its case's."""

    report_id: int
    case_id: int


class ReportReceived(ReportEvent):
    """A resident sent something in."""


class ReportAnswered(ReportEvent):
    """A resident was answered."""


class ReportRated(ReportEvent):
    """A resident said how satisfied they are."""


MOVED: dict[str, type[CaseEvent]] = {
    "accept": CaseAccepted, "reject": CaseRejected, "merge": CaseMerged, "unaccept": AcceptanceWithdrawn, "split_off": CaseSplitOff, "correct_class": ClassCorrected,
    "fix_on_the_spot": CaseFixedOnTheSpot,
    "dispatch": CaseDispatched, "withdraw": CaseWithdrawn, "release_unit": UnitReleased, "sign": CaseSigned, "dispute": CaseDisputed, "uphold": DisputeUpheld,
    "overrule": DisputeOverruled, "ask_extension": ExtensionAsked, "grant_extension": ExtensionGranted,
    "refuse_extension": ExtensionRefused, "ask_suspension": SuspensionAsked, "refuse_suspension": SuspensionRefused,
    "suspend": CaseSuspended, "resume": CaseResumed, "finish_step": StepFinished, "resolve": CaseResolved, "verify_pass": CaseClosed,
    "verify_fail": CaseSentBack, "recheck_pass": CaseRechecked, "rebound": CaseRebounded, "confirm": CaseConfirmed,
    "comment": CaseCommented,
}  # fmt: skip
