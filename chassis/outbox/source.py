"""Sources of the relay: a source names a topic and reads the pages to be published there from behind the gate.

There are two: the events of a service, and the entries of a read model that a service publishes (the worker numbers).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple, Protocol

import orjson

from chassis.outbox.cloudevents import FIXED, INCARNATION
from chassis.store.database import Connection
from chassis.store.gate import GATE
from contracts.catalogue import owner

StorePosition = tuple[str, int]
"""A position in the store: transaction id and row position. The first is ``BEGINNING``."""

BEGINNING: StorePosition = ("0", 0)

COUNTED = 100_000
"""A backlog is counted only up to this number: larger counts would be slow and are not needed."""

PAGE_BYTES = 8 << 20
"""Bytes of data after which a page of events ends. A relay holds three pages at a time; usual events reach a fifth of it."""

# The CloudEvents format of chassis/outbox/cloudevents.py. PostgreSQL renders it in a third of the time that Python takes.
# The ends of the calendar are stored as infinite; they are sent as the first and the last instant that text can express.
_TIME = (
    "convert_to(to_char(greatest(least({}, '9999-12-31 23:59:59.999999Z'), '0001-01-01 00:00:00Z') AT TIME ZONE 'UTC',"
    " 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), 'UTF8')"
)
EVENTS = (
    "SELECT tx::text AS tx_text, position, convert_to(stream, 'UTF8'),"
    " convert_to('{\"facts\":' || facts || coalesce(',\"person\":' || person, '') || ',\"handles\":' || handles || '}',"
    " 'UTF8'), event_id::text, type, version, "
    + _TIME.format("occurred_at")
    + ", "
    + _TIME.format("recorded_at")
    + ", "
    + _TIME.format("appended_at")
    + ", convert_to(correlation_id::text, 'UTF8'), convert_to(causation_id::text, 'UTF8'),"
    " convert_to(traceparent, 'UTF8') FROM ("
    "SELECT *, sum(size) OVER (ORDER BY tx, position ROWS UNBOUNDED PRECEDING) - size AS before FROM ("
    "SELECT *, octet_length(facts) + coalesce(octet_length(person), 0) + octet_length(handles) AS size FROM events"
    " WHERE (events.tx, events.position) > ($1::text::xid8, $2)"
    f" AND events.tx < {GATE}"
    " ORDER BY events.tx, events.position LIMIT $3) AS next) AS page"
    f" WHERE before < {PAGE_BYTES} ORDER BY page.tx, page.position"
)
"""The next page: at most $3 events, ended after the event with which it reaches :data:`PAGE_BYTES`.

The sizes are read without the contents, so that the contents of events beyond the page are not read.
"""

_NAME = re.compile(r"[a-z_][a-z0-9_]*")


class Outgoing(NamedTuple):
    """A Kafka record to be sent, and the position in the store of the row it comes from."""

    tx: str
    position: int
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]
    id: str


class OutboxPage:
    """Rows behind the gate; each begins with ``tx``, ``position`` and the key.

    Iterating renders one record at a time. Records that exist only until they are added to a batch cost no garbage
    collection; a whole page of them would cost a fifth of the time.
    """

    def __init__(self, rows: Sequence[Any], render: Callable[[Any], Outgoing]) -> None:
        self.rows = rows
        self._render = render

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Outgoing]:
        return map(self._render, self.rows)

    @property
    def end(self) -> StorePosition:
        """The position of the last row."""
        return self.rows[-1][0], self.rows[-1][1]

    @property
    def keys(self) -> list[bytes]:
        """The keys in the order of the rows."""
        return [row[2] for row in self.rows]


@dataclass(frozen=True, slots=True)
class Backlog:
    """Rows committed and not yet published.

    ``waiting`` is their number, counted up to :data:`COUNTED`; ``lag_s`` is the age of the first of them, and
    ``gate_lag_s`` the age of the first one that the gate holds back.
    """

    waiting: int
    lag_s: float
    gate_lag_s: float


class OutboxSource(Protocol):
    """The interface through which the relay reads what it publishes."""

    @property
    def name(self) -> str:
        """The name of its row in ``relays`` and of its lock. Never rename it: the position would be lost."""

    @property
    def topic(self) -> str:
        """The topic. The relay is its only writer."""

    @property
    def compacted(self) -> bool:
        """True if the topic keeps only the latest record of each key."""

    async def page(
        self, connection: Connection, after: StorePosition, limit: int, incarnation: int
    ) -> OutboxPage:
        """Return the next records behind the gate, in the order of (transaction, position)."""

    def identify(self, key: bytes, body: bytes, attributes: Mapping[str, bytes]) -> str:
        """Return the id of a record read from the broker, equal to :attr:`Outgoing.id`; empty if this relay did not write it."""

    async def backlog(self, connection: Connection, after: StorePosition) -> Backlog:
        """Return the backlog after this position."""


@cache
def _kind(wire: str) -> tuple[tuple[str, bytes], tuple[str, bytes]]:
    return ("ce_type", wire.encode()), ("ce_source", b"/" + owner(wire).encode())


class EventSource:
    """The events of a service as CloudEvents. The key is the stream."""

    compacted = False

    def __init__(self, service: str, *, topic: str | None = None) -> None:
        self.name = f"{service}.events"
        self.topic = topic or f"domnaer.{service}.v1"

    async def page(
        self, connection: Connection, after: StorePosition, limit: int, incarnation: int
    ) -> OutboxPage:
        """Return the next events behind the gate."""
        stamp = (INCARNATION, b"%d" % incarnation)

        def render(row: Any) -> Outgoing:
            (
                tx,
                position,
                stream,
                body,
                event_id,
                wire,
                version,
                occurred,
                recorded,
                appended,
                correlation,
                cause,
                trace,
            ) = row
            attributes = [
                *FIXED,
                ("ce_id", event_id.encode()),
                *_kind(wire),
                ("ce_subject", stream),
                ("ce_time", occurred),
                ("ce_partitionkey", stream),
                ("ce_recordedtime", recorded),
                ("ce_appendedtime", appended),
                ("ce_streamversion", b"%d" % version),
                ("ce_correlationid", correlation),
                stamp,
            ]
            if cause is not None:
                attributes.append(("ce_causationid", cause))
            if trace is not None:
                attributes.append(("ce_traceparent", trace))
            return Outgoing(tx, position, stream, body, attributes, event_id)

        return OutboxPage(await connection.fetch(EVENTS, *after, limit), render)

    def identify(self, key: bytes, body: bytes, attributes: Mapping[str, bytes]) -> str:
        """Return the id of the event."""
        return attributes.get("ce_id", b"").decode(errors="replace")

    async def backlog(self, connection: Connection, after: StorePosition) -> Backlog:
        """Return the number and age of the events that wait."""
        return await _backlog(connection, "events", "appended_at", after)


class EntrySource:
    """The entries of a read model that other services read.

    The key is one column of ``table``, the value a JSON object of other columns. ``table`` needs the columns ``tx``
    (xid8) and ``position`` (bigint) and an index on the pair. Code that inserts or changes a row sets the current
    transaction id and a new position, so that the relay publishes the change. ``written_at`` names the column with the
    time of writing; without it the lag in seconds is unknown.
    """

    compacted = True

    def __init__(
        self,
        name: str,
        topic: str,
        *,
        table: str,
        key: str,
        columns: tuple[str, ...],
        written_at: str | None = None,
    ) -> None:
        for identifier in (table, key, *columns, *([written_at] if written_at else [])):
            if not _NAME.fullmatch(identifier):
                raise ValueError(f"{identifier!r} is not a valid name of a table or column")
        self.name = name
        self.topic = topic
        self._table = table
        self._columns = columns
        self._written_at = written_at or "clock_timestamp()"
        self._sql = (
            f"SELECT {table}.tx::text AS tx_text, position, convert_to({key}::text, 'UTF8'), {', '.join(columns)} FROM {table}"
            f" WHERE ({table}.tx, {table}.position) > ($1::text::xid8, $2)"
            f" AND {table}.tx < {GATE}"
            f" ORDER BY {table}.tx, {table}.position LIMIT $3"
        )

    async def page(
        self, connection: Connection, after: StorePosition, limit: int, incarnation: int
    ) -> OutboxPage:
        """Return the next entries behind the gate."""
        stamp = [(INCARNATION, b"%d" % incarnation)]

        def render(row: Any) -> Outgoing:
            tx, position, key, *values = row
            body = orjson.dumps(dict(zip(self._columns, values, strict=True)))
            return Outgoing(tx, position, key, body, stamp, self.identify(key, body, {}))

        return OutboxPage(await connection.fetch(self._sql, *after, limit), render)

    def identify(self, key: bytes, body: bytes, attributes: Mapping[str, bytes]) -> str:
        """Return a digest of key and value, since an entry has no id."""
        return hashlib.blake2b(key + b"\0" + body, digest_size=16).hexdigest()

    async def backlog(self, connection: Connection, after: StorePosition) -> Backlog:
        """Return the number and age of the entries that wait."""
        return await _backlog(connection, self._table, self._written_at, after)


async def _backlog(connection: Connection, table: str, written_at: str, after: StorePosition) -> Backlog:
    behind = f"({table}.tx, {table}.position) > ($1::text::xid8, $2)"
    age = f"SELECT extract(epoch FROM clock_timestamp() - {written_at})::float8 FROM {table} WHERE {behind}"
    first = f"ORDER BY {table}.tx, {table}.position LIMIT 1"
    found = await connection.fetchrow(
        f"SELECT (SELECT count(*) FROM (SELECT FROM {table} WHERE {behind} LIMIT {COUNTED}) AS counted),"
        f" ({age} {first}), ({age} AND {table}.tx >= {GATE} {first})",
        *after,
    )
    assert found is not None
    return Backlog(found[0], max(0.0, found[1] or 0.0), max(0.0, found[2] or 0.0))
