"""The settler: keeps the workers of the live build up to the evidence, and shows how far behind it is."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from chassis.base.metrics import StateGauge
from chassis.projections.builds import LiveBuild
from services.registry.projections.timeline import TimelineReader, keep_live_settled

UNSETTLED = StateGauge(
    "domnaer_workers_unsettled", "Evidence nodes that wait to be settled, counted up to 100,000."
)
UNSETTLED_AGE = StateGauge(
    "domnaer_workers_unsettled_age_seconds", "Time for which the oldest of them has been seen waiting."
)
_SAMPLES = 1_000
_WAITING = (
    "SELECT (SELECT count(DISTINCT node) FROM (SELECT node FROM dirty LIMIT 100000) AS counted),"
    " (SELECT min(nth) FROM dirty), (SELECT max(nth) FROM dirty)"
)


class Settler:
    """Background work of the registry. ``last_progress`` and ``trouble`` are as those of a relay.

    A mark that waits has no time. Its age is the time since a mark of its number or a later one was first seen, so it
    begins at 0 when this process starts.
    """

    def __init__(self, live: LiveBuild, reader: TimelineReader, wake: Callable[[], None]) -> None:
        self.last_progress = time.monotonic()
        self.trouble: str | None = None
        self._live, self._reader, self._wake = live, reader, wake
        self._seen: deque[tuple[float, int]] = deque()
        self._build = live.build

    async def run(self) -> None:
        """Settle until cancelled. Failures are logged and retried."""
        await keep_live_settled(self._live, self._reader, self._wake, self._progressed)

    async def waiting(self) -> tuple[int, float]:
        """Return how many nodes wait, and for how many seconds the oldest has been seen waiting."""
        if self._build != self._live.build:
            self._build = self._live.build
            self._seen.clear()
        count, first, last = await self._live.pool.fetchrow(_WAITING)
        now = time.monotonic()
        if not count:
            self._seen.clear()
            return 0, 0.0
        while self._seen and self._seen[0][1] < first:
            self._seen.popleft()
        if (not self._seen or self._seen[-1][1] < last) and len(self._seen) < _SAMPLES:
            self._seen.append((now, last))
        return count, now - self._seen[0][0]

    async def measure(self, service: str) -> None:
        """Set the metrics."""

        async def value(nth: int) -> dict[tuple[str, ...], float]:
            return {(): (await self.waiting())[nth]}

        await UNSETTLED.read(service, value(0))
        await UNSETTLED_AGE.read(service, value(1))

    def _progressed(self, trouble: str | None) -> None:
        self.trouble = trouble
        if trouble is None:
            self.last_progress = time.monotonic()
