"""Retention: deletes what expires: outcomes of idempotency keys and of rows of uploads, refused rows, files of lists, rows of a service."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from chassis.base.logs import get_log
from chassis.base.metrics import StateGauge
from chassis.commands.runtime import Runtime
from chassis.exports.jobs import delete_expired_exports
from chassis.uploads.refusals import delete_expired_refusals

EVERY = 30.0
"""Seconds between two deletions: below the time after which background work without progress counts as blocked."""
OVERDUE = StateGauge(
    "domnaer_retention_overdue_seconds",
    "Time for which the oldest data that has expired has not been deleted.",
)
DeleteExpired = Callable[[Runtime], Awaitable[None]]
_log = get_log()
_AT_ONCE = 10_000
_FORGET_OUTCOMES = (
    "DELETE FROM idempotency WHERE ctid IN (SELECT ctid FROM idempotency"
    f" WHERE created_at < clock_timestamp() - $1::interval LIMIT {_AT_ONCE})"
)
_OVERDUE = (
    "SELECT extract(epoch FROM clock_timestamp() - least((SELECT min(created_at) FROM idempotency) + $1::interval,"
    " (SELECT min(expires_at) FROM upload_refusals), (SELECT min(expires_at) FROM upload_rows),"
    " (SELECT min(expires_at) FROM list_exports)))::float8"
)


async def delete_expired_outcomes(runtime: Runtime) -> None:
    """Delete the outcomes of keys that are older than the settings keep them, some thousand at a time.

    A command that is repeated later is still recognised by its own id; without an id it would be recorded again.
    """
    kept_for = timedelta(days=runtime.settings.idempotency_days)
    while await runtime.pool.execute(_FORGET_OUTCOMES, kept_for) == f"DELETE {_AT_ONCE}":
        await asyncio.sleep(0)


class Retention:
    """Background work that deletes what has expired, twice a minute. What fails is tried again then."""

    name = "retention"
    set_aside = 0

    def __init__(self, runtime: Runtime, further: Sequence[DeleteExpired] = ()) -> None:
        self.last_progress = time.monotonic()
        self.trouble: str | None = None
        self._runtime = runtime
        self._deletes: Sequence[DeleteExpired] = (
            delete_expired_refusals,
            delete_expired_outcomes,
            delete_expired_exports,
            *further,
        )

    async def run(self) -> None:
        """Delete until cancelled."""
        while True:
            await self.delete()
            await asyncio.sleep(EVERY)

    async def delete(self) -> None:
        """Delete what has expired now. A failure is logged and shown in the health check."""
        trouble = None
        for forget in self._deletes:
            try:
                await forget(self._runtime)
            except Exception as error:  # such as a database that is away
                trouble = type(error).__name__
                _log.warning("retention_failed", what=getattr(forget, "__name__", ""), error=trouble)
        self.trouble, self.last_progress = trouble, time.monotonic()

    async def waiting(self) -> tuple[int, float]:
        """Return 1 if expired data waits to be deleted, and for how many seconds."""
        kept_for = timedelta(days=self._runtime.settings.idempotency_days)
        overdue = max(0.0, await self._runtime.pool.fetchval(_OVERDUE, kept_for) or 0.0)
        return int(overdue > 0), overdue

    async def measure(self, service: str) -> None:
        """Set the metric."""

        async def overdue() -> dict[tuple[str, ...], float]:
            return {(): (await self.waiting())[1]}

        await OVERDUE.read(service, overdue())
