"""Exponential backoff with jitter: the wait doubles after each failed attempt, up to a limit."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable


class Backoff:
    """Waits between attempts; ``first`` and ``longest`` are seconds.

    Waits become short again only after attempts have succeeded for twice the longest wait: work that succeeds for a
    moment and fails again, or takes long to fail, is not tried without pause.
    """

    def __init__(
        self, longest: float, first: float = 0.1, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._first = first
        self._longest = longest
        self._next = first
        self._clock = clock
        self._well_since: float | None = None

    def succeeded(self) -> None:
        """Note that the work succeeds: call this again and again while it does."""
        now = self._clock()
        if self._well_since is None:
            self._well_since = now
        elif now - self._well_since > 2 * self._longest:
            self._next = self._first

    def next_wait(self) -> float:
        """Return the seconds to wait now (0.5 to 1.5 times the current step) and double the step, after an attempt has failed."""
        self._well_since = None
        step, self._next = self._next, min(2 * self._next, self._longest)
        return step * random.uniform(0.5, 1.5)

    async def wait(self) -> None:
        """Wait for :meth:`next_wait` seconds."""
        await asyncio.sleep(self.next_wait())
