"""State tables: which verb leads from which states to which. Data, not a class on models."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Conflict
from yipanqi.kernel.permissions import why_not


class WrongState(Conflict):
    """The thing is not in a state from which this move exists."""


@dataclass(frozen=True)
class Move:
    """One line of a state table. `to` has several states where the action itself decides among them."""

    verb: str
    title: Any
    source: tuple[str, ...]
    to: tuple[str, ...]


def move(verb: str, source: str, to: str, title: Any) -> Move:
    """Build a Move from space-separated state names; ``=`` as target means "the state stays"."""
    return Move(verb, title, tuple(source.split()), tuple(to.split()))


@dataclass(frozen=True)
class OpenMove:
    """A move as one person sees it now."""

    name: str
    title: str
    allowed: bool
    why_not: str | None


class Machine:
    """The states of one kind of thing, and the moves between them. `app` is where the actions of the same names live."""

    def __init__(self, app: str, states: dict[str, Any], moves: Iterable[Move], field: str = "state") -> None:
        self.app, self.states, self.field = app, states, field
        self.moves = {m.verb: m for m in moves}
        unknown = {s for m in self.moves.values() for s in (*m.source, *m.to)} - set(states) - {"="}
        if unknown:
            raise ValueError(f"unknown states {sorted(unknown)} in the table of {app}")

    def check(self, thing: Any, verb: str) -> Move:
        """The line for `verb`, if it may start from the thing's state. Raises WrongState."""
        line, state = self.moves[verb], getattr(thing, self.field)
        if state not in line.source:
            raise WrongState(
                _("当前状态为“%(state)s”，不能%(move)s。可能已有他人处理，请刷新后查看最新进展。")
                % {"state": self.states[state], "move": line.title}
            )
        return line

    def move(self, thing: Any, verb: str, to: str | None = None) -> tuple[str, str]:
        """Set the new state (not saved) and return (from, to). Raises WrongState."""
        line, before = self.check(thing, verb), getattr(thing, self.field)
        target = to or (before if line.to[0] == "=" else line.to[0])
        if target not in line.to and "=" not in line.to:
            raise ValueError(f"{verb} cannot lead to {target}")
        setattr(thing, self.field, target)
        return before, target

    def open_moves(self, thing: Any, actor: Any, only: Iterable[str] | None = None) -> list[OpenMove]:
        """Every move of the thing's state, with whether `actor` may make it and why not."""
        state = getattr(thing, self.field)
        found = []
        for verb in only if only is not None else self.moves:
            if state not in self.moves[verb].source:
                continue
            allowed = actor.has_perm(f"{self.app}.{verb}", thing)
            reason = None if allowed else why_not(f"{self.app}.{verb}")
            found.append(OpenMove(verb, str(self.moves[verb].title), allowed, reason))
        return found

    def diagram(self) -> str:
        """The table as a Mermaid state diagram."""
        lines = ["stateDiagram-v2"]
        lines += [f"    {key}: {key} {title}" for key, title in self.states.items()]
        for m in self.moves.values():
            for source in m.source:
                for to in m.to:
                    lines.append(f"    {source} --> {source if to == '=' else to}: {m.verb} {m.title}")
        return "\n".join(lines)
