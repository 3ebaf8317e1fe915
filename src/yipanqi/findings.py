"""What `doctor` found, and where apps register what it should look at.

An app that keeps something of its own in order writes a `checks.py` beside its models: functions under `@check` that yield
findings. They run after the database answered; one that fails is itself a finding.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

#: How bad it is: something does not work, or soon will not.
ERROR, WARNING = "error", "warning"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: under which check, how bad, and a sentence that says what to do."""

    key: str
    severity: str
    words: str

    def __str__(self) -> str:
        return self.words


Check = Callable[[dt.datetime], Iterable[Finding]]
CHECKS: dict[str, Check] = {}


def check(fn: Check) -> Check:
    """Register a check under its app and name."""
    CHECKS[f"{fn.__module__.split('.')[1]}.{fn.__name__}"] = fn
    return fn


def registered(now: dt.datetime) -> Iterator[Finding]:
    """What all registered checks find."""
    for key, fn in CHECKS.items():
        try:
            yield from fn(now)
        except Exception as error:  # the others are still to be heard
            yield Finding(key, ERROR, f"The check {key} itself failed ({type(error).__name__}: {error}): report this.")
