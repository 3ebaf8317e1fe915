"""What `doctor` looks at: whether the books of points add up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from yipanqi.findings import ERROR, Finding, check
from yipanqi.points.selectors import differences


@check
def books_balance(now: datetime) -> Iterator[Finding]:
    """Every entry sums to nothing, and every account keeps what its lines make."""
    for told in differences():
        yield Finding("points.books_balance", ERROR, f"The books of points do not add up: {told}. Redeem nothing more and report this, for it should not happen.")
