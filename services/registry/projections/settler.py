"""The settler: background work that settles the live build, with its metrics."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable

import structlog

from chassis.base.metrics import StateGauge
from chassis.projections.live_build import LiveBuild
from services.registry.projections.published_numbers import publish_all
from services.registry.projections.settling import BatchSize, Settling, begin_epoch
from services.registry.projections.timeline import TimelineReader

QUIET, QUIET_AT_MOST, PAUSE_AT_MOST = 0.1, 0.8, 8.0
"""Seconds. Received events are settled within one second, except under heavy load."""

log = structlog.get_logger()

UNSETTLED = StateGauge(
    "domnaer_workers_unsettled", "Evidence nodes that wait to be settled, counted up to 100,000."
)
SET_ASIDE = StateGauge(
    "domnaer_workers_set_aside", "Evidence nodes that could not be settled and are tried again later."
)
UNSETTLED_AGE = StateGauge(
    "domnaer_workers_unsettled_age_seconds", "Time for which the oldest of them has been seen waiting."
)
_SAMPLES = 1_000
_WAITING = (
    "SELECT (SELECT count(DISTINCT node) FROM (SELECT node FROM dirty LIMIT 100000) AS counted),"
    " (SELECT min(nth) FROM dirty), (SELECT max(nth) FROM dirty),"
    " (SELECT count(*) FROM public.set_aside WHERE build = current_schema())"
)


class Settler:
    """Background work of the registry. ``last_progress`` and ``trouble`` have the same meaning as in a relay.

    A mark has no timestamp. Its age is the time since this process first saw it or a later mark, and so begins at 0 when
    the process starts.
    """

    def __init__(self, live: LiveBuild, reader: TimelineReader, wake: Callable[[], None]) -> None:
        self.last_progress = time.monotonic()
        self.trouble: str | None = None
        self.set_aside = 0
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
        count, first, last, self.set_aside = await self._live.pool.fetchrow(_WAITING)
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

        reading = asyncio.create_task(self.waiting())

        async def value(pick: Callable[[int, float], float]) -> dict[tuple[str, ...], float]:
            return {(): pick(*await reading)}

        await UNSETTLED.read(service, value(lambda count, _: count))
        await UNSETTLED_AGE.read(service, value(lambda _, age: age))
        await SET_ASIDE.read(service, value(lambda *_: self.set_aside))

    def _progressed(self, trouble: str | None) -> None:
        self.trouble = trouble
        if trouble is None:
            self.last_progress = time.monotonic()


async def keep_live_settled(
    live: LiveBuild, reader: TimelineReader, wake: Callable[[], None], report: Callable[[str | None], None]
) -> None:
    """Settle the marked nodes of the live build until cancelled.

    If several processes call it, one settles and the others wait for its lock. ``wake`` is called when worker numbers may
    have changed. ``report`` is called with None after each step, and with the class of the error after a failure.
    """
    size = BatchSize()
    while True:
        try:
            await _settle_while_locked(live, reader, wake, report, size)
            report(None)
        except (
            Exception
        ) as error:  # such as a lost database: the nodes remain marked, and the settler retries
            report(type(error).__name__)
            log.warning("settling_failed", error=type(error).__name__)
        await asyncio.sleep(0.5)


async def _settle_while_locked(
    live: LiveBuild,
    reader: TimelineReader,
    wake: Callable[[], None],
    report: Callable[[str | None], None],
    size: BatchSize,
) -> None:
    pool, build = live.pool, live.build
    async with pool.acquire() as lock:
        if not await lock.fetchval("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", f"settle {build}"):
            return
        try:
            settling = Settling(pool, await begin_epoch(pool), size)
            await publish_all(pool)
            wake()
            while live.build == build and not lock.is_closed():
                report(None)
                began = time.monotonic()
                while await settling.step():
                    report(None)
                    wake()
                    if live.build != build or lock.is_closed():
                        return
                await _wait_until_quiet(reader.touched, 3 * (time.monotonic() - began))
        finally:
            if not lock.is_closed():
                await lock.execute("SELECT pg_advisory_unlock_all()")


async def _wait_until_quiet(touched: asyncio.Event, at_least: float) -> None:
    """Wait until no event was received for :data:`QUIET`, at most :data:`QUIET_AT_MOST`.

    A worker with many events in a short time is then folded once. ``at_least`` limits settling to a quarter of the time,
    so that it does not slow down the reader. Only new numbers and lists are delayed: timelines are folded when read.
    """
    began = time.monotonic()
    if at_least > QUIET:
        await asyncio.sleep(min(at_least, PAUSE_AT_MOST))
    while time.monotonic() - began < QUIET_AT_MOST:
        touched.clear()
        try:
            async with asyncio.timeout(QUIET):
                await touched.wait()
        except TimeoutError:
            return
