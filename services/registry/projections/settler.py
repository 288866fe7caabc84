"""The settler: background work that settles the live build, with its metrics."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime

import structlog

from chassis.base.backoff import Backoff
from chassis.base.metrics import StateGauge
from chassis.projections.live_build import LiveBuild
from chassis.store.database import Pool
from services.registry.projections.epochs import become_publisher, begin_epoch
from services.registry.projections.figures import count_figures
from services.registry.projections.marks import WAITING
from services.registry.projections.published_numbers import publish_differences
from services.registry.projections.settling import BatchSize, Settling
from services.registry.projections.slices import add_missing_indexes
from services.registry.projections.timeline import TimelineReader

QUIET, QUIET_AT_MOST, PAUSE_AT_MOST = 0.1, 0.8, 8.0
RETRY, LONGEST_RETRY = 0.5, 3.0
"""Seconds. Received events are settled within one second, except under heavy load."""

log = structlog.get_logger()

UNSETTLED = StateGauge(
    "domnaer_workers_unsettled", "Evidence nodes that wait to be settled, counted up to 100,000."
)
SET_ASIDE = StateGauge(
    "domnaer_workers_set_aside", "Evidence nodes that could not be settled and are tried again later."
)
UNSETTLED_AGE = StateGauge("domnaer_workers_unsettled_age_seconds", "Age of the oldest of them.")
_WAITING = (
    f"SELECT (SELECT count(DISTINCT node) FROM (SELECT node FROM dirty WHERE {WAITING} LIMIT 100000) AS counted),"
    f" (SELECT marked_at FROM dirty WHERE {WAITING} ORDER BY nth LIMIT 1),"
    " (SELECT count(*) FROM public.set_aside WHERE build = current_schema())"
)


class Settler:
    """Background work of the registry. ``last_progress`` and ``trouble`` have the same meaning as in a relay."""

    name = "settler"

    def __init__(self, live: LiveBuild, reader: TimelineReader, wake: Callable[[], None]) -> None:
        self.last_progress = time.monotonic()
        self.trouble: str | None = None
        self.set_aside = 0
        self._live, self._reader, self._wake = live, reader, wake

    async def run(self) -> None:
        """Settle until cancelled. Failures are logged and retried."""
        await keep_live_settled(self._live, self._reader, self._wake, self._progressed)

    async def waiting(self) -> tuple[int, float]:
        """Return how many nodes wait, and for how many seconds the oldest has waited, also before this process began."""
        if not self._live.ready:
            return 0, 0.0
        count, marked_at, self.set_aside = await self._live.pool.fetchrow(_WAITING)
        age = 0.0 if marked_at is None else (datetime.now(UTC) - marked_at).total_seconds()
        return count, max(0.0, age)

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
    size, backoff = BatchSize(), Backoff(LONGEST_RETRY, RETRY)

    def progressed() -> None:
        backoff.succeeded()
        report(None)

    while True:
        try:
            if live.ready:
                await _settle_while_locked(live, reader, wake, progressed, size)
            progressed()
        except (
            Exception
        ) as error:  # such as a lost database: the nodes remain marked, and the settler retries
            report(type(error).__name__)
            log.warning("settling_failed", error=type(error).__name__)
            await backoff.wait()
        else:
            await asyncio.sleep(RETRY)


async def _settle_while_locked(
    live: LiveBuild,
    reader: TimelineReader,
    wake: Callable[[], None],
    progressed: Callable[[], None],
    size: BatchSize,
) -> None:
    pool, build = live.pool, live.build
    async with pool.acquire() as lock:
        if not await lock.fetchval("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", f"settle {build}"):
            return
        try:
            epoch = await begin_epoch(pool)
            await add_missing_indexes(pool)
            settling = Settling(pool, epoch, size)
            behind = True
            while live.build == build and not lock.is_closed():
                progressed()
                began = time.monotonic()
                behind = await become_publisher(pool, epoch) or (behind and await _complete(pool, epoch))
                while await settling.step() or behind:
                    progressed()
                    wake()
                    if live.build != build or lock.is_closed():
                        return
                    behind = behind and await _complete(pool, epoch)
                await _wait_until_quiet(reader.touched, 3 * (time.monotonic() - began))
        finally:
            if not lock.is_closed():
                await lock.execute("SELECT pg_advisory_unlock_all()")


async def _complete(pool: Pool, epoch: int) -> bool:
    """Publish or count a part of what a build that became live still lacks; return False if it lacks nothing."""
    return await publish_differences(pool, epoch) or await count_figures(pool, epoch)


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
