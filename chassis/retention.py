"""Retention: deletes outcomes of idempotency keys and refused rows of uploads when they expire."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import asyncpg

from chassis.base.logs import get_log
from chassis.commands.runtime import Runtime
from chassis.uploads.chunk import delete_expired_refusals

EVERY = 3600.0
_log = get_log()
_AT_ONCE = 10_000
_FORGET_OUTCOMES = (
    "DELETE FROM idempotency WHERE ctid IN (SELECT ctid FROM idempotency"
    f" WHERE created_at < clock_timestamp() - $1::interval LIMIT {_AT_ONCE})"
)


async def delete_expired_outcomes(runtime: Runtime) -> None:
    """Delete the outcomes of keys that are older than the settings keep them, some thousand at a time.

    A command that is repeated later is still recognised by its own id; without an id it would be recorded again.
    """
    kept_for = timedelta(days=runtime.settings.idempotency_days)
    while await runtime.pool.execute(_FORGET_OUTCOMES, kept_for) == f"DELETE {_AT_ONCE}":
        await asyncio.sleep(0)


async def keep_retention(runtime: Runtime) -> None:
    """Delete what has expired, every hour."""
    while True:
        for forget in (delete_expired_refusals, delete_expired_outcomes):
            try:
                await forget(runtime)
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
                _log.warning("retention_failed", what=forget.__name__, error=type(error).__name__)
        await asyncio.sleep(EVERY)
