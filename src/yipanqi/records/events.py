"""What apps beside and above may hear of records."""

from __future__ import annotations

from dataclasses import dataclass

from yipanqi.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class StarConfirmed(Event):
    """A volunteer has a star now."""

    volunteer_id: int
    scheme: str
    grade: int


@dataclass(frozen=True, kw_only=True)
class CertificateIssued(Event):
    """A certificate was issued; `number` is what a stranger checks it by."""

    volunteer_id: int
    number: str


@dataclass(frozen=True, kw_only=True)
class CertificateRevoked(Event):
    """A certificate does not hold any more."""

    volunteer_id: int
    number: str
