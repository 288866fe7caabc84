"""Background work pauses (up to 30 ms at a time) while a request is waiting."""

from __future__ import annotations

import asyncio
import time

LONGEST = 0.03
"""The longest pause in seconds: background work continues, slower, even if requests wait all day."""


class RequestPriority:
    """Counts the requests of this process that wait for a response. Uploads, which answer at their end, are not counted."""

    def __init__(self) -> None:
        self.waiting = 0
        self._next = 0.0

    async def give_way(self) -> None:
        """Pause while requests wait; background work calls this every few milliseconds."""
        await asyncio.sleep(0)
        if self.waiting:
            now = time.monotonic()
            until = self._next = max(now, self._next) + LONGEST  # several callers pause one after the other
            while self.waiting and time.monotonic() < until:
                await asyncio.sleep(0.001)


REQUEST_PRIORITY = RequestPriority()
"""The priority counter of this process."""
