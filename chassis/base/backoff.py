"""The one backoff: waits that double from a first to a longest one, with jitter, until something succeeds."""

from __future__ import annotations

import asyncio
import random


class Backoff:
    """Waits between attempts; ``first`` and ``longest`` are seconds."""

    def __init__(self, longest: float, first: float = 0.1) -> None:
        self._first = first
        self._longest = longest
        self._next = first

    def reset(self) -> None:
        """Begin again with the first wait: an attempt succeeded."""
        self._next = self._first

    def next_wait(self) -> float:
        """Seconds to wait now, from half to one and a half of the step; the step then doubles."""
        step, self._next = self._next, min(2 * self._next, self._longest)
        return step * random.uniform(0.5, 1.5)

    async def wait(self) -> None:
        """Wait for :meth:`next_wait` seconds."""
        await asyncio.sleep(self.next_wait())
