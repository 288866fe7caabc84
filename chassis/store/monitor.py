"""The monitor of a service's database: whether it answers, and locks that outlive a statement, on one connection."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import asyncpg

from chassis.base.checks import Check
from chassis.base.logs import get_log
from chassis.store.database import AWAY

EVERY_SECONDS = 0.25
ANSWER_SECONDS = 0.5
"""Seconds within which the database answers ``SELECT 1``, or lets the monitor connect."""
MISSED = 2
"""Attempts without an answer after which the database counts as unavailable: one may be a pause of this process."""
_LOCK = "SELECT pg_try_advisory_lock($1)"
_log = get_log()


class DatabaseMonitor:
    """Asks the database four times a second whether it answers, on a connection that no pool holds.

    Probes and uploads read :attr:`answers`; they do not wait for a connection. The same connection holds the locks of
    uploads, which last for minutes, so that an upload that waits for its caller's bytes holds no connection.
    """

    def __init__(self, dsn: str, service: str) -> None:
        self._dsn, self._service = dsn, service
        self._connection: asyncpg.Connection | None = None
        self._using = asyncio.Lock()
        self._locks: dict[int, bool] = {}
        self._missed = 0
        self._error: str | None = None

    @property
    def answers(self) -> bool:
        """Return whether the database answered lately."""
        return self._missed < MISSED

    async def check(self) -> Check:
        """Return the readiness of the database, without asking it."""
        return Check(self.answers, {} if self._error is None else {"error": self._error})

    async def run(self) -> None:
        """Ask until cancelled; while the database is unavailable, connect again and again."""
        try:
            while True:
                try:
                    await self._fetch("SELECT 1")
                except Exception as error:  # whatever it is, the database is asked again
                    self._missed += 1
                    if self._missed == MISSED:
                        _log.warning(
                            "database_unavailable", service=self._service, error=type(error).__name__
                        )
                    self._error = type(error).__name__
                    if self._missed < MISSED:
                        continue
                else:
                    if not self.answers:
                        _log.info("database_available", service=self._service)
                    self._missed, self._error = 0, None
                await asyncio.sleep(EVERY_SECONDS)
        finally:
            self._disconnect()

    @contextlib.asynccontextmanager
    async def lock(self, key: int) -> AsyncIterator[bool]:
        """Hold the advisory lock of a key; yields False if another holder has it. Raises an error of :data:`AWAY`.

        After a lost connection the lock is taken again, and may meanwhile have been taken by another process. Hold
        it only for work that is also safe without it.
        """
        if not self.answers:
            raise ConnectionError("the database does not answer")
        if key in self._locks:
            yield False
            return
        self._locks[key] = False
        try:
            self._locks[key] = await self._fetch(_LOCK, key)
            yield self._locks[key]
        finally:
            if self._locks.pop(key):
                await asyncio.shield(self._unlock(key))

    async def _unlock(self, key: int) -> None:
        if self._connection is not None:
            with contextlib.suppress(*AWAY):  # a lost connection releases its locks
                await self._fetch("SELECT pg_advisory_unlock($1)", key)

    async def _fetch(self, sql: str, *args: Any) -> Any:
        async with self._using:
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    if self._connection is None or self._connection.is_closed():
                        self._connection = await self._connect()
                    return await self._connection.fetchval(sql, *args)
            except BaseException:
                self._disconnect()
                raise

    async def _connect(self) -> asyncpg.Connection:
        connection = await asyncpg.connect(
            self._dsn, server_settings={"application_name": f"domnaer {self._service} monitor"}
        )
        for key in [key for key, taken in self._locks.items() if taken]:
            await connection.fetchval(_LOCK, key)
        return connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None
