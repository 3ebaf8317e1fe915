"""What happened to scorecards; ids only."""

from __future__ import annotations

from dataclasses import dataclass

from yipanqi.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class PeriodPublished(Event):
    period_id: int


@dataclass(frozen=True, kw_only=True)
class ObjectionFiled(Event):
    objection_id: int


@dataclass(frozen=True, kw_only=True)
class ObjectionRuled(Event):
    objection_id: int
