"""The outbox relay: publishes the rows behind the gate to their topic, in the order of commit.

Many processes may run the relay of a source; only the one that holds the session's advisory lock is active. The
connection that holds the lock also reads the pages and moves the cursor. A relay that loses this connection can
therefore do neither, and it is stopped at once. The cursor moves only past records that the broker has acknowledged,
and only if the stored cursor equals the one in memory. A relay that is killed, or replaced without noticing it, may
publish records twice, but loses none (docs/decisions/store-and-topics.md).
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass

from aiokafka.errors import KafkaError

from chassis.base.backoff import Backoff
from chassis.base.cancellation import heed_cancellation, own_cancellation_only, run_until_one_ends
from chassis.base.failures import describe_exception
from chassis.base.logs import get_log
from chassis.base.settings import Settings
from chassis.outbox.incarnations import (
    BEFORE,
    Cursor,
    begin_incarnation,
    get_cursor,
    move_cursor,
    note_partitions,
)
from chassis.outbox.relay_status import RelayStatus, SourceStatus, connect
from chassis.outbox.source import OutboxPage, OutboxSource, StorePosition
from chassis.outbox.topic_writer import Batch, TopicLost, TopicWriter
from chassis.store.database import Connection
from chassis.store.event_store import lock_of

PAGE = 2_000
POLL = 0.05
"""Seconds after which an idle relay reads the store without being woken: another process may have committed."""
STANDBY_POLL = 0.5
CHECK_INTERVAL = 5.0
"""Seconds between checks that the broker still has the records it acknowledged."""
RECHECK_DELAY = 1.0
LONGEST_WAIT = 3.0

_log = get_log()


@dataclass(frozen=True, slots=True)
class _SentPage:
    """A page that was handed to the producer and is not acknowledged yet."""

    batches: list[Batch]
    end: StorePosition
    count: int


def _do_nothing(_: str) -> None:
    return None


class Relay:
    """Publishes one source. ``run()`` continues until it is cancelled.

    ``at_step`` is called with the name of each step (``sent``, ``acknowledged``, ``moved``), for tests that end the
    process there.
    """

    def __init__(
        self,
        source: OutboxSource,
        settings: Settings,
        dsn: str,
        *,
        page: int = PAGE,
        at_step: Callable[[str], None] = _do_nothing,
    ) -> None:
        self.source = source
        self.active = False
        self.last_progress = time.monotonic()
        self.trouble: str | None = None
        self._settings = settings
        self._dsn = dsn
        self._service = source.name.partition(".")[0]
        self._page = page
        self._at_step = at_step
        self._cursor = BEFORE
        self._woken = asyncio.Event()
        self._backoff = Backoff(LONGEST_WAIT)
        self._status = SourceStatus(source, dsn)

    def wake(self) -> None:
        """Read the store now, because something was committed. Call this in the event loop of the relay."""
        self._woken.set()

    @property
    def published(self) -> int:
        """The number of records acknowledged in this incarnation as far as this relay knows, repeated ones included."""
        return self._cursor.published

    async def run(self) -> None:
        """Publish until cancelled. Failures are logged and retried."""
        try:
            while True:
                heed_cancellation()
                try:
                    with own_cancellation_only():
                        await self._stand_by()
                except Exception as error:
                    await self._wait_to_retry(error)
        finally:
            self._status.close()

    async def _stand_by(self) -> None:
        """Wait for the lock, then publish until it is lost."""
        connection = await connect(self._dsn, "relay", self.source)
        try:
            gone = asyncio.Event()
            connection.add_termination_listener(lambda _: gone.set())
            while not await connection.fetchval(
                "SELECT pg_try_advisory_lock($1)", lock_of("relay", self.source.name)
            ):
                self._progressed()
                await asyncio.sleep(STANDBY_POLL)
            await run_until_one_ends(self._lead(connection), gone.wait())
            raise ConnectionError("the connection that holds the lock is lost")
        finally:
            self.active = False
            connection.terminate()

    async def _lead(self, connection: Connection) -> None:
        """Publish; open a new topic writer after an error. Ends with Deposed or with an error of the connection."""
        _log.info("relay_active", outlet=self.source.name)
        self.active = True
        while True:
            heed_cancellation()
            try:
                cursor = await get_cursor(connection, self.source)
                async with TopicWriter(
                    self._settings,
                    self._service,
                    self.source.topic,
                    self.source.identify,
                    compacted=self.source.compacted,
                ) as writer:
                    self._cursor = await self._fit_incarnation(connection, writer, cursor)
                    heed_cancellation()
                    await run_until_one_ends(self._publish(connection, writer), self._keep_checking(writer))
            except (KafkaError, OSError, TopicLost) as error:
                if connection.is_closed():
                    raise
                await self._wait_to_retry(error)

    async def _fit_incarnation(self, connection: Connection, writer: TopicWriter, cursor: Cursor) -> Cursor:
        """Add partitions if the settings ask for more; begin the next incarnation if the stored one does not fit the topic."""
        if cursor.partitions is None:
            cursor = await note_partitions(connection, self.source, cursor, writer.partitions)
        await writer.add_partitions()
        repartitioned = cursor.incarnation > 0 and cursor.partitions != writer.partitions
        if not repartitioned and await self._topic_intact(writer, cursor):
            return cursor
        cursor = await begin_incarnation(connection, self.source, cursor, writer.partitions)
        topic, incarnation = cursor.topic, cursor.incarnation
        if repartitioned:
            _log.info(
                "topic_repartitioned", topic=topic, incarnation=incarnation, partitions=cursor.partitions
            )
        elif incarnation == 1:
            _log.info("topic_first_published", topic=topic)
        else:
            _log.warning("topic_republished", topic=topic, incarnation=incarnation)
        return cursor

    async def _topic_intact(self, writer: TopicWriter, cursor: Cursor) -> bool:
        """Return whether the topic still has the acknowledged records. It counts as lost only after two checks."""
        if cursor.incarnation == 0 or cursor.topic != self.source.topic:
            return False
        if await writer.holds(cursor.last):
            return True
        await asyncio.sleep(RECHECK_DELAY)
        return await writer.holds(cursor.last)

    async def _keep_checking(self, writer: TopicWriter) -> None:
        """Check regularly that the broker still has the records it acknowledged. Raises TopicLost."""
        while True:
            heed_cancellation()
            await asyncio.sleep(CHECK_INTERVAL)
            if not await self._topic_intact(writer, self._cursor):
                raise TopicLost(
                    "the broker no longer has the records it acknowledged, or the topic has more partitions"
                )

    async def _publish(self, connection: Connection, writer: TopicWriter) -> None:
        """Publish page after page: while one page waits for its acknowledgement, the next is sent and a third is read."""
        unacknowledged: _SentPage | None = None
        page = await self._read(connection, self._cursor.position)
        while True:
            if page:
                sent, following = await self._publish_page(connection, writer, page)
            else:
                sent, following = None, page
            if unacknowledged is not None:
                await self._acknowledge(connection, writer, unacknowledged)
            unacknowledged, page = sent, following
            if unacknowledged is None and not page:
                self._progressed()
                await self._rest()
                page = await self._read(connection, self._cursor.position)

    async def _publish_page(
        self, connection: Connection, writer: TopicWriter, page: OutboxPage
    ) -> tuple[_SentPage, OutboxPage]:
        """Send a page; return it and the next page, which PostgreSQL reads while this process builds the batches."""
        reading = asyncio.create_task(self._read(connection, page.end))
        try:
            await asyncio.sleep(0)  # lets the task send its query
            batches = await writer.publish(page)
            self._at_step("sent")
            return _SentPage(batches, page.end, len(page)), await reading
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    async def _acknowledge(self, connection: Connection, writer: TopicWriter, sent: _SentPage) -> None:
        """Wait until the broker acknowledges a page, then move the cursor past it."""
        acknowledged = await writer.acknowledged(sent.batches)
        last = self._cursor.last
        if any(nth in last and at.offset <= last[nth].offset for nth, at in acknowledged.items()):
            raise TopicLost("the broker stored a record before the offset of an earlier one")
        self._at_step("acknowledged")
        self._cursor = await move_cursor(
            connection, self.source, self._cursor, sent.end, sent.count, acknowledged
        )
        self._at_step("moved")
        self._progressed()

    async def _read(self, connection: Connection, after: StorePosition) -> OutboxPage:
        return await self.source.page(connection, after, self._page, self._cursor.incarnation)

    async def _rest(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(POLL):  # wait_for of Python 3.11 may swallow a cancellation
                await self._woken.wait()
        self._woken.clear()

    def _progressed(self) -> None:
        self.last_progress = time.monotonic()
        self.trouble = None
        self._backoff.succeeded()

    async def _wait_to_retry(self, error: Exception) -> None:
        """Log the error, without texts that may quote a row. Then wait, longer each time."""
        self.trouble = describe_exception(error, places=False).partition("\n")[0]
        wait = self._backoff.next_wait()
        _log.warning("relay_retrying", outlet=self.source.name, error=self.trouble, seconds=round(wait, 2))
        await asyncio.sleep(wait)

    async def status(self) -> RelayStatus:
        """Return the state of the relay, at most half a second old. Raises asyncpg's errors and OSError."""
        cursor, waiting = await self._status.read()
        return RelayStatus(
            outlet=self.source.name,
            topic=self.source.topic,
            active=self.active,
            incarnation=cursor.incarnation,
            cursor=cursor.position,
            published=cursor.published,
            backlog=waiting.waiting,
            lag_s=waiting.lag_s,
            gate_lag_s=waiting.gate_lag_s,
            last_progress=self.last_progress,
            trouble=self.trouble,
        )

    async def backlog(self) -> int:
        """Return the number of rows committed and not yet published, counted up to 100,000."""
        return (await self.status()).backlog
