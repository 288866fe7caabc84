"""The state of a relay, read on a connection of its own for health checks, metrics and uploads."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

import asyncpg

from chassis.outbox.incarnations import BEFORE, Cursor, find_cursor
from chassis.outbox.source import Backlog, OutboxSource, StorePosition

STATUS_FOR = 0.5
"""Seconds for which a state that was read is returned again."""

# The planner may only use the index of the gate: a plan made while the table was small must not sort a large table.
# If the machine of a relay disappears, TCP keepalive ends its connection, and so its lock, after 15 seconds.
SESSION = {
    "timezone": "UTC",
    "enable_sort": "off",
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
    "jit": "off",
    "transaction_timeout": "10s",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "2",
}


@dataclass(frozen=True, slots=True)
class RelayStatus:
    """The state of a relay, for health checks, for metrics, and for uploads, which slow down when the relay falls behind.

    ``active`` says whether the relay of this process is the active one; the other fields describe the source, in
    whichever process the active relay runs. ``last_progress`` is the monotonic time at which the relay last published,
    found nothing to publish, or found another relay active. ``trouble`` is the class of the error after which the relay
    waits before it retries.
    """

    outlet: str
    topic: str
    active: bool
    incarnation: int
    cursor: StorePosition
    published: int
    backlog: int
    lag_s: float
    gate_lag_s: float
    last_progress: float
    trouble: str | None


async def connect(dsn: str, purpose: str, source: OutboxSource) -> asyncpg.Connection:
    """Open a connection of a relay, named for its purpose."""
    name = f"domnaer {purpose} {source.name}"
    return await asyncpg.connect(
        dsn, server_settings={**SESSION, "application_name": name}, timeout=10, command_timeout=10
    )


class SourceStatus:
    """Reads how far a source is published, at most once every :data:`STATUS_FOR` seconds."""

    def __init__(self, source: OutboxSource, dsn: str) -> None:
        self._source, self._dsn = source, dsn
        self._lock = asyncio.Lock()
        self._connection: asyncpg.Connection | None = None
        self._read: tuple[float, tuple[Cursor, Backlog]] | None = None

    async def read(self) -> tuple[Cursor, Backlog]:
        """Return the stored cursor and what waits behind it. Raises asyncpg's errors and OSError."""
        async with self._lock:
            if self._read is None or time.monotonic() - self._read[0] > STATUS_FOR:
                self._read = (time.monotonic(), await self._query())
            return self._read[1]

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.terminate()

    async def _query(self) -> tuple[Cursor, Backlog]:
        if self._connection is None or self._connection.is_closed():
            self._connection = await connect(self._dsn, "relay status", self._source)
        try:
            cursor = await find_cursor(self._connection, self._source) or BEFORE
            return cursor, await self._source.backlog(self._connection, cursor.position)
        except BaseException:
            self._connection.terminate()
            raise
