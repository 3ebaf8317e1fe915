"""What happened while looking, as facts that others may act on."""

from __future__ import annotations

from dataclasses import dataclass

from yipanqi.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class CampaignOpened(Event):
    """Inspectors may start; `campaign` is its code."""

    campaign: str


@dataclass(frozen=True, kw_only=True)
class CampaignClosed(Event):
    """No further visits are recorded under the campaign."""

    campaign: str


@dataclass(frozen=True, kw_only=True)
class VisitFinished(Event):
    """Every item of a place was judged; `score` 0–100 as text, None where no item applied; `n_items` applicable ones."""

    visit: str
    place: str
    score: str | None
    n_items: int


@dataclass(frozen=True, kw_only=True)
class VisitGivenUp(Event):
    """A place could not be inspected; `why` is a value of `Visit.Missed`."""

    visit: str
    place: str
    why: str
