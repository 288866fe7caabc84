"""Exponential backoff with jitter: the wait doubles after each failed attempt, up to a limit."""

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
        """Start again with the first wait, after an attempt has succeeded."""
        self._next = self._first

    def next_wait(self) -> float:
        """Return the seconds to wait now (0.5 to 1.5 times the current step) and double the step."""
        step, self._next = self._next, min(2 * self._next, self._longest)
        return step * random.uniform(0.5, 1.5)

    async def wait(self) -> None:
        """Wait for :meth:`next_wait` seconds."""
        await asyncio.sleep(self.next_wait())
