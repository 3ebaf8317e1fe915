"""The action calls that phones may keep without a network and send later, and how each is read. All of them are marked
`offline` where they stand: the same rules hold for them as online, and the id given by the phone makes each count once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yipanqi.activities.actions.attendance import note_in, note_out, sign_in, sign_out
from yipanqi.activities.models import Shift
from yipanqi.activities.selectors.attendance import shift_by_uuid
from yipanqi.kernel.actions import Conflict, NotAllowed, Refused
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.gates import demand
from yipanqi.volunteers.models import Volunteer


@dataclass(frozen=True)
class Kept:
    """A call as the phone kept it: its own id, the action, when it was, and plain arguments."""

    id: UUID
    action: str
    when: dt.datetime
    args: dict[str, str]


@dataclass(frozen=True)
class Outcome:
    """What became of a call: done, refused (why), or conflict (why)."""

    id: UUID
    outcome: str
    detail: str = ""


def _shift(args: dict[str, str]) -> Shift:
    try:
        found = shift_by_uuid(UUID(args.get("shift", "")))
    except ValueError:
        found = None
    if found is None:
        raise Refused(_("没有这个班次，请联系队长。"), field="shift")
    return found


def _by_code(action: Callable[..., Any]) -> Callable[[Kept, Actor, dt.datetime], None]:
    def run(call: Kept, by: Actor, at: dt.datetime) -> None:
        action(_shift(call.args), code="".join(call.args.get("code", "").split())[:10], when=call.when, call=call.id, by=by, at=at)

    return run


def _by_leader(action: Callable[..., Any]) -> Callable[[Kept, Actor, dt.datetime], None]:
    def run(call: Kept, by: Actor, at: dt.datetime) -> None:
        shift = _shift(call.args)
        demand(by, "activities.note_in", shift)  # who asks must not learn by it which numbers there are
        who = Volunteer.objects.filter(number=call.args.get("volunteer", "").strip()).first()
        if who is None:
            raise Refused(_("没有这个编号的志愿者，请核对。"), field="volunteer")
        action(shift, volunteer=who, when=call.when, call=call.id, by=by, at=at)

    return run


#: By the name of the action: how a kept call of it runs.
RUNS: dict[str, Callable[[Kept, Actor, dt.datetime], None]] = {
    "activities.sign_in": _by_code(sign_in), "activities.sign_out": _by_code(sign_out),
    "activities.note_in": _by_leader(note_in), "activities.note_out": _by_leader(note_out),
}  # fmt: skip


def run_kept(calls: list[Kept], by: Any, at: dt.datetime) -> list[Outcome]:
    """Run calls in the order in which they happened, each by itself: one that is refused holds up no other."""
    found = {call.id: _outcome(call, by, at) for call in sorted(calls, key=lambda call: call.when)}
    return [found[call.id] for call in calls]


def _outcome(call: Kept, by: Any, at: dt.datetime) -> Outcome:
    try:
        if call.action not in RUNS:
            raise NotAllowed(_("这项操作不能离线补传。"))
        RUNS[call.action](call, by, at)
    except Conflict as refusal:
        return Outcome(call.id, "conflict", str(refusal))
    except Refused as refusal:
        return Outcome(call.id, "refused", str(refusal))
    return Outcome(call.id, "done")
