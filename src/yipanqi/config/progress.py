"""The progress bar of commands: on standard error, only once the work has lasted two seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import TextIO, TypeVar

T = TypeVar("T")
WAIT_S, EVERY_S, EVERY_LINE_S, WIDTH = 2.0, 0.2, 10.0, 30


class Progress:
    """Shows how far a piece of work is. On a terminal one line that moves; elsewhere a line every ten seconds.

    Args:
        title: what is being done.
        total: how many steps there are; 0 where nobody knows, then only the count is shown.
    """

    def __init__(
        self, title: str, total: int = 0, out: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.title, self.total, self.done = title, total, 0
        self._out, self._clock = out or sys.stderr, clock
        self._shown_at, self._begun = -EVERY_LINE_S, clock()
        self._moving, self._told = self._out.isatty(), ""

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._moving and self._told:
            self._out.write("\n")

    def to(self, done: int) -> None:
        """So many steps are done."""
        self.done = done
        now = self._clock()
        pause = EVERY_S if self._moving else EVERY_LINE_S
        ended = bool(self.total) and done >= self.total
        if now - self._begun >= WAIT_S and (ended or now - self._shown_at >= pause):
            self._shown_at = now
            self._show()

    def over(self, things: Iterable[T]) -> Iterator[T]:
        """The same things, counted as they go by."""
        for number, thing in enumerate(things, 1):
            yield thing
            self.to(number)

    def line(self) -> str:
        """The bar as text."""
        if not self.total:
            return f"{self.title} {self.done:,}"
        share = min(1.0, self.done / self.total)
        full = int(WIDTH * share)
        return f"{self.title} [{'#' * full}{'.' * (WIDTH - full)}] {share:4.0%} {self.done:,}/{self.total:,}"

    def _show(self) -> None:
        line = self.line()
        if line != self._told:
            self._told = line
            self._out.write(f"\r{line}" if self._moving else f"{line}\n")
            self._out.flush()
