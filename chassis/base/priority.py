"""Who goes first in a process that does several things: somebody who waits for an answer, before work that can wait."""

from __future__ import annotations

import asyncio
import time

LONGEST = 0.03
"""Seconds for which work gives way at a time: it still comes on while a post is busy all day."""


class RequestPriority:
    """The requests of this process that have not been answered yet; uploads, which answer at their end, do not count."""

    def __init__(self) -> None:
        self.waiting = 0
        self._next = 0.0

    async def give_way(self) -> None:
        """Called between a few milliseconds of work: let whoever waits for an answer go first."""
        await asyncio.sleep(0)
        if self.waiting:
            now = time.monotonic()
            until = self._next = (
                max(now, self._next) + LONGEST
            )  # of several that give way, one after the other
            while self.waiting and time.monotonic() < until:
                await asyncio.sleep(0.001)


REQUEST_PRIORITY = RequestPriority()
"""Of this process."""
