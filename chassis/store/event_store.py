"""The event store: streams of events in PostgreSQL, appended once and never changed.

A command is one statement, and so one transaction in one round trip: the append, the read models, the idempotency key
with its outcome and the audit entry are written together or not at all. Versions are computed by the process that read
the stream, never in SQL; the statement is the first of its transaction that assigns a transaction id. A stream's order of
commit is therefore its order of versions (docs/decisions/the-gate.md).
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

import asyncpg
import orjson
from pydantic import ValidationError

from chassis.base.priority import REQUEST_PRIORITY
from chassis.store.append import (
    COLUMNS,
    AlreadyRecorded,
    ConcurrentAppend,
    KeyTaken,
    Statement,
    StillRunning,
    columns,
    statement,
)
from chassis.store.database import Connection, Pool
from chassis.store.persons import PersonCodec, RecordUnreadable
from contracts.catalogue import Catalogue, UnknownEventType
from contracts.envelope import Event, Fact
from contracts.refusal import Refusal


class EventTypeNotKnown(Refusal):
    """This record was written by a newer version of the service"""

    code = "event-type-not-known"
    status = 503


_READ: LiteralString = (
    "SELECT event_id, stream, version, type, occurred_at, recorded_at, facts, person, handles, correlation_id,"
    " causation_id, traceparent, appended_at FROM events"
)

SLICE = 50
"""Events read without a pause, about two milliseconds of work; other tasks of this process run afterwards."""


def lock_of(caller: str, key: str) -> int:
    """Return the advisory lock of a caller's idempotency key."""
    return int.from_bytes(
        hashlib.blake2b(f"{caller}\0{key}".encode(), digest_size=8).digest(), "big", signed=True
    )


def encode_facts(facts: Fact) -> str:
    """Return facts as JSON for storage and Kafka, without the fields whose value is null by default."""
    return facts.model_dump_json(exclude_none=True)


class KnownEvent(NamedTuple):
    """A recorded event: its stream, and the correlation id of the request or upload that it came with."""

    stream: str
    correlation_id: UUID


class CommitConnections:
    """All connections of a pool, kept acquired for single statements such as commits: no read delays a commit.

    Acquiring a connection of asyncpg's pool and releasing it creates a task: 11% more of the service's processor time
    for a crossing (measured with ``bench.capture``).
    ``most`` statements run at a time; further ones wait.
    """

    def __init__(self, pool: Pool, most: int) -> None:
        self.pool = pool
        self._slots = asyncio.Semaphore(most)
        self._idle: list[Connection] = []
        self._closed = False

    async def fetch(self, sql: str, *args: Any) -> list[asyncpg.Record]:
        """Execute one statement and return its rows, as the pool would."""
        async with self._slots:
            connection = await self._take()
            try:
                rows: list[asyncpg.Record] = await connection.fetch(sql, *args)
            except BaseException as error:
                # A failed statement leaves the connection usable; after a cancelled one the pool must clean it up.
                if isinstance(error, asyncpg.PostgresError) and _is_open(connection) and not self._closed:
                    self._idle.append(connection)
                else:
                    await asyncio.shield(self.pool.release(connection))
                raise
            if self._closed:
                await self.pool.release(connection)
            else:
                self._idle.append(connection)
            return rows

    async def close(self) -> None:
        """Release idle connections now and busy ones when they finish; call this before the pool is closed."""
        self._closed = True
        while self._idle:
            await self.pool.release(self._idle.pop())

    async def _take(self) -> Connection:
        if self._closed:
            raise asyncpg.InterfaceError("the service is being closed")
        while self._idle:
            connection = self._idle.pop()
            if _is_open(connection):
                return connection
            await self.pool.release(connection)
        return await self.pool.acquire()


def _is_open(connection: Connection) -> bool:
    try:
        return not connection.is_closed()
    except asyncpg.InterfaceError:  # the connection ended, and the pool has already released it
        return False


class EventStore:
    """The events of one service.

    ``catalogue`` knows the facts; ``persons`` is the one codec by which person blocks are read and written. Commits use
    ``commit_connections`` if there are some, otherwise the pool.
    """

    def __init__(
        self,
        pool: Pool,
        catalogue: Catalogue,
        persons: PersonCodec,
        commit_connections: CommitConnections | None = None,
    ) -> None:
        self.pool = pool
        self._commit_connections = commit_connections
        self.catalogue = catalogue
        self.persons = persons

    @property
    def pools(self) -> Sequence[Pool]:
        """The pools that the store uses."""
        return [self.pool] if self._commit_connections is None else [self.pool, self._commit_connections.pool]

    async def commit(
        self,
        events: Sequence[Event[Fact]],
        statements: Sequence[Statement] = (),
        *,
        lock: int | None = None,
        connection: Connection | None = None,
    ) -> None:
        """Append events, with further statements, as one statement and so in one transaction and one round trip.

        ``lock`` is the advisory lock of an idempotency key. Raises ConcurrentAppend, AlreadyRecorded, KeyTaken or
        StillRunning; nothing is then written.
        """
        sql, args = await self._compose(events, statements, lock)
        try:
            await (connection or self._commit_connections or self.pool).fetch(sql, *args)
        except asyncpg.UniqueViolationError as violation:
            match violation.constraint_name:
                case "events_stream_version" | "count_versions_key":
                    raise ConcurrentAppend from violation
                case "events_event_id":
                    raise AlreadyRecorded from violation
                case "idempotency_key":
                    raise KeyTaken from violation
            raise
        except asyncpg.DeadlockDetectedError as deadlock:  # two acts took the same ids, in another order
            raise ConcurrentAppend from deadlock
        except asyncpg.PostgresError as error:
            if error.sqlstate == "DM409":
                raise StillRunning from error
            raise

    async def _compose(
        self, events: Sequence[Event[Fact]], statements: Sequence[Statement], lock: int | None
    ) -> tuple[str, list[Any]]:
        args: list[Any] = []
        single = len(events) == 1
        if events:
            rows = []
            for nth, event in enumerate(events, 1):
                rows.append(self._row(event))
                if nth % SLICE == 0:
                    await REQUEST_PRIORITY.give_way()
            args += rows[0] if single else columns(COLUMNS, rows)
        if lock is not None:
            args.append(lock)
        shape = tuple((each.sql, len(each.args)) for each in statements)
        sql = statement(len(events) and (1 if single else 2), lock is not None, shape)
        for each in statements:
            args += each.args
        return sql, args

    def _row(self, event: Event[Fact]) -> tuple[Any, ...]:
        return (
            event.id,
            event.stream,
            event.version,
            event.facts.wire,
            event.occurred_at,
            event.recorded_at,
            encode_facts(event.facts),
            None if event.person is None else self.persons.dump(event.person),
            _handles(event.handles),
            event.correlation_id,
            event.causation_id,
            event.traceparent,
        )

    async def fetch(self, sql: str, *args: Any) -> list[asyncpg.Record]:
        """Return the rows of a short query that follows a commit, on the connections of commits."""
        return await (self._commit_connections or self.pool).fetch(sql, *args)

    async def load(self, stream: str, connection: Connection | None = None) -> list[Event[Fact]]:
        """Return all events of a stream in the order of their versions; none for a stream that does not exist."""
        rows = await (connection or self.pool).fetch(_READ + " WHERE stream = $1 ORDER BY version", stream)
        return [self.event(row) for row in rows]

    async def load_many(
        self, streams: Iterable[str], connection: Connection | None = None
    ) -> dict[str, list[Event[Fact]]]:
        """Return the events of several streams."""
        stored = await self.load_rows(streams, connection)
        return {stream: [self.event(row) for row in rows] for stream, rows in stored.items()}

    async def load_rows(
        self, streams: Iterable[str], connection: Connection | None = None
    ) -> dict[str, list[asyncpg.Record]]:
        """Return the stored rows of several streams, for :meth:`event`."""
        found: dict[str, list[asyncpg.Record]] = {stream: [] for stream in streams}
        sql = _READ + " WHERE stream = ANY($1::text[]) ORDER BY stream, version"
        for row in await (connection or self.pool).fetch(sql, list(found)):
            found[row["stream"]].append(row)
        return found

    async def find(self, event_id: UUID) -> Event[Fact] | None:
        """Return the event with an id, or None."""
        row = await self.pool.fetchrow(_READ + " WHERE event_id = $1", event_id)
        return None if row is None else self.event(row)

    async def known(self, event_ids: Iterable[UUID]) -> dict[UUID, KnownEvent]:
        """Return those of the ids that are already recorded, each with its stream and the request or upload it came with."""
        rows = await self.pool.fetch(
            "SELECT event_id, stream, correlation_id FROM events WHERE event_id = ANY($1::uuid[])",
            list(event_ids),
        )
        return {row[0]: KnownEvent(row[1], row[2]) for row in rows}

    async def with_voids(self, streams: Iterable[str]) -> set[str]:
        """Return those of the streams that hold a void, of whichever event."""
        rows = await self.pool.fetch(
            "SELECT DISTINCT stream FROM events WHERE stream = ANY($1::text[]) AND type LIKE '%.event\\_voided.v1'",
            list(streams),
        )
        return {row[0] for row in rows}

    def event(self, row: asyncpg.Record) -> Event[Fact]:
        """Return an event from its row. Raises EventTypeNotKnown or RecordUnreadable."""
        try:
            facts = self.catalogue.fact(row["type"]).model_validate_json(row["facts"]).latest()
        except UnknownEventType:
            raise EventTypeNotKnown(
                f"its stream holds an event of type {row['type']}",
                remedy="update this service, then try again",
            ) from None
        except ValidationError as error:
            raise RecordUnreadable(f"the facts of an event of type {row['type']}") from error
        return Event(
            id=row["event_id"],
            stream=row["stream"],
            version=row["version"],
            occurred_at=row["occurred_at"],
            recorded_at=row["recorded_at"],
            facts=facts,
            person=None if row["person"] is None else self.persons.load(row["person"]),
            handles=tuple(orjson.loads(row["handles"])),
            correlation_id=row["correlation_id"],
            causation_id=row["causation_id"],
            traceparent=row["traceparent"],
            appended_at=row["appended_at"],
        )


def _handles(handles: Sequence[str]) -> str:
    return "[]" if not handles else '["' + '","'.join(handles) + '"]'
