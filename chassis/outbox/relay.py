"""The relay: follows the record behind the gate and lays it on the road, in the order of commit.

One is active for an outlet, however many processes run it: whoever holds the session's advisory lock. The connection
that holds the lock also reads the pages and moves the cursor, so a relay that has lost it can do neither, and is
stopped at once. The cursor moves only past what the broker has acknowledged, and only from where the relay believes it
to be: a relay that is killed, or deposed without knowing, repeats at worst and loses nothing
(docs/decisions/record-and-road.md).
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass

import asyncpg
from aiokafka.errors import KafkaError

from chassis.base.backoff import Backoff
from chassis.base.cancellation import heed_cancellation, run_until_one_ends
from chassis.base.logs import ServiceLog
from chassis.base.settings import Settings
from chassis.outbox.incarnations import (
    BEFORE,
    Cursor,
    RelayStatus,
    find_cursor,
    get_cursor,
    mint,
    move_cursor,
)
from chassis.outbox.source import OutboxPage, OutboxSource, StorePosition
from chassis.outbox.topic_writer import Batch, TopicLost, TopicWriter
from chassis.store.database import Connection
from chassis.store.event_store import lock_of

__all__ = ["Relay", "RelayStatus"]

PAGE = 2_000
POLL = 0.05
"""Seconds between looks at the record where nobody wakes the relay: another process may have written."""
STANDBY_POLL = 0.5
LOOK_EVERY = 5.0
"""Seconds after which a relay looks whether the broker still holds what it acknowledged."""
LOOK_AGAIN = 1.0
STATUS_FOR = 0.5
LONGEST_WAIT = 3.0

_log = ServiceLog()

# The connection reads by the gate's index alone: a plan made while the table was small must not sort when it is large.
# A relay whose machine has vanished holds the lock no longer than TCP keeps its connection: 15 seconds.
_SESSION = {
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
class _UnderWay:
    """A page handed to the producer."""

    batches: list[Batch]
    end: StorePosition
    count: int


def _pass(_: str) -> None:
    return None


class Relay:
    """Publishes one outlet. ``run()`` goes on until it is cancelled.

    ``at_step`` is called with the name of each step, ``laid``, ``acknowledged`` and ``moved``, for tests that end the
    process there.
    """

    def __init__(
        self,
        outlet: OutboxSource,
        settings: Settings,
        dsn: str,
        *,
        page: int = PAGE,
        at_step: Callable[[str], None] = _pass,
    ) -> None:
        self.outlet = outlet
        self.active = False
        self.last_progress = time.monotonic()
        self.trouble: str | None = None
        self._settings = settings
        self._dsn = dsn
        self._page = page
        self._at_step = at_step
        self._cursor = BEFORE
        self._woken = asyncio.Event()
        self._backoff = Backoff(LONGEST_WAIT)
        self._looking: asyncpg.Connection | None = None
        self._asking = asyncio.Lock()
        self._status: tuple[float, RelayStatus] | None = None

    def wake(self) -> None:
        """Look at the record now: something was committed. To be called in the relay's own event loop."""
        self._woken.set()

    @property
    def published(self) -> int:
        """How many records this relay knows to be acknowledged in this incarnation, repetitions included."""
        return self._cursor.published

    async def run(self) -> None:
        """Publish for as long as this process lives; whatever fails is logged and tried again."""
        try:
            while True:
                heed_cancellation()
                try:
                    await self._stand_by()
                except Exception as error:
                    await self._wait_out(error)
        finally:
            if self._looking is not None:
                self._looking.terminate()

    async def _stand_by(self) -> None:
        """Wait for the lock, then publish until it is lost."""
        connection = await self._connect()
        try:
            gone = asyncio.Event()
            connection.add_termination_listener(lambda _: gone.set())
            while not await connection.fetchval(
                "SELECT pg_try_advisory_lock($1)", lock_of("relay", self.outlet.name)
            ):
                self._progressed()
                await asyncio.sleep(STANDBY_POLL)
            await run_until_one_ends(self._lead(connection), gone.wait())
            raise ConnectionError("the connection that holds the lock is lost")
        finally:
            self.active = False
            connection.terminate()

    async def _connect(self, what: str = "relay") -> asyncpg.Connection:
        name = f"domnaer {what} {self.outlet.name}"
        return await asyncpg.connect(
            self._dsn, server_settings={**_SESSION, "application_name": name}, timeout=10, command_timeout=10
        )

    async def _lead(self, connection: Connection) -> None:
        """Publish; a road that breaks is built anew. Ends by Deposed or by an error of the connection."""
        _log.info("relay active", outlet=self.outlet.name)
        self.active = True
        while True:
            heed_cancellation()
            try:
                cursor = await get_cursor(connection, self.outlet)
                async with TopicWriter(self._settings, self.outlet.topic, self.outlet.identify) as road:
                    if not await self._still_laid(road, cursor):
                        cursor = await mint(connection, self.outlet, cursor)
                        tell = _log.info if cursor.incarnation == 1 else _log.warning
                        tell("the road is laid", topic=cursor.topic, incarnation=cursor.incarnation)
                    self._cursor = cursor
                    heed_cancellation()
                    await run_until_one_ends(self._publish(connection, road), self._keep_looking(road))
            except (KafkaError, OSError, TopicLost) as error:
                if connection.is_closed():
                    raise
                await self._wait_out(error)

    async def _still_laid(self, road: TopicWriter, cursor: Cursor) -> bool:
        """Whether the road is the one that the cursor speaks of. Two looks must agree before it counts as lost."""
        if cursor.incarnation == 0 or cursor.topic != self.outlet.topic:
            return False
        if await road.holds(cursor.last):
            return True
        await asyncio.sleep(LOOK_AGAIN)
        return await road.holds(cursor.last)

    async def _keep_looking(self, road: TopicWriter) -> None:
        """See to it that the broker still holds what it acknowledged."""
        while True:
            heed_cancellation()
            await asyncio.sleep(LOOK_EVERY)
            if not await self._still_laid(road, self._cursor):
                raise TopicLost("the broker no longer holds what it acknowledged")

    async def _publish(self, connection: Connection, road: TopicWriter) -> None:
        """Page after page: while the broker takes one, the next is laid and the one after it is read."""
        before: _UnderWay | None = None
        page = await self._read(connection, self._cursor.place)
        while True:
            if page:
                laid, following = await self._lay(connection, road, page)
            else:
                laid, following = None, page
            if before is not None:
                await self._acknowledged(connection, road, before)
            before, page = laid, following
            if before is None and not page:
                self._progressed()
                await self._rest()
                page = await self._read(connection, self._cursor.place)

    async def _lay(
        self, connection: Connection, road: TopicWriter, page: OutboxPage
    ) -> tuple[_UnderWay, OutboxPage]:
        """Lay a page; returns it, under way, and the next page, which PostgreSQL reads while batches are built here."""
        reading = asyncio.create_task(self._read(connection, page.end))
        try:
            await asyncio.sleep(0)  # lets the question go out
            sent = await road.lay(page)
            self._at_step("laid")
            return _UnderWay(sent, page.end, len(page)), await reading
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    async def _acknowledged(self, connection: Connection, road: TopicWriter, under_way: _UnderWay) -> None:
        """Wait for the broker's acknowledgement of a page and move the cursor behind it."""
        landed = await road.acknowledged(under_way.batches)
        last = self._cursor.last
        if any(nth in last and at.offset <= last[nth].offset for nth, at in landed.items()):
            raise TopicLost("the broker took a record before the place of an earlier one")
        self._at_step("acknowledged")
        self._cursor = await move_cursor(
            connection, self.outlet, self._cursor, under_way.end, under_way.count, landed
        )
        self._at_step("moved")
        self._progressed()

    async def _read(self, connection: Connection, after: StorePosition) -> OutboxPage:
        return await self.outlet.page(connection, after, self._page, self._cursor.incarnation)

    async def _rest(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(POLL):  # wait_for of Python 3.11 may swallow a cancellation
                await self._woken.wait()
        self._woken.clear()

    def _progressed(self) -> None:
        self.last_progress = time.monotonic()
        self.trouble = None
        self._backoff.reset()

    async def _wait_out(self, error: Exception) -> None:
        """Log the kind of error, never what it says: it might quote a row. Then wait, longer each time."""
        self.trouble = type(error).__name__
        wait = self._backoff.next_wait()
        _log.warning("relay waits", outlet=self.outlet.name, error=self.trouble, seconds=round(wait, 2))
        await asyncio.sleep(wait)

    async def status(self) -> RelayStatus:
        """How the relay is, at most half a second old. Raises asyncpg's errors and OSError."""
        async with self._asking:
            if self._status is None or time.monotonic() - self._status[0] > STATUS_FOR:
                self._status = (time.monotonic(), await self._ask())
            return self._status[1]

    async def backlog(self) -> int:
        """Events committed and not yet published, counted up to 100,000."""
        return (await self.status()).backlog

    async def _ask(self) -> RelayStatus:
        if self._looking is None or self._looking.is_closed():
            self._looking = await self._connect("relay status")
        connection = self._looking
        try:
            cursor = await find_cursor(connection, self.outlet) or BEFORE
            waiting = await self.outlet.backlog(connection, cursor.place)
        except BaseException:
            connection.terminate()
            raise
        return RelayStatus(
            outlet=self.outlet.name,
            topic=self.outlet.topic,
            active=self.active,
            incarnation=cursor.incarnation,
            cursor=cursor.place,
            published=cursor.published,
            backlog=waiting.waiting,
            lag_s=waiting.lag_s,
            gate_lag_s=waiting.gate_lag_s,
            last_progress=self.last_progress,
            trouble=self.trouble,
        )
