"""What a relay lays on the road: an outlet names a topic and reads pages for it behind the gate.

Two kinds: the events of a service, and the entries of a read model that a service publishes (who is who).
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
from contracts.catalogue import owner

StorePosition = tuple[str, int]
"""A place in the record: transaction and position. The beginning is ``BEGINNING``."""

BEGINNING: StorePosition = ("0", 0)

COUNTED = 100_000
"""A backlog is counted up to here: who asks wants to know whether it is small."""

# What chassis/outbox/cloudevents.py says, rendered by PostgreSQL: a third of the time that Python takes (a test compares the two).
_MOMENT = "convert_to(to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), 'UTF8')"
EVENTS = (
    "SELECT events.tx::text AS tx_text, position, convert_to(stream, 'UTF8'),"
    " convert_to('{\"facts\":' || facts || coalesce(',\"person\":' || person, '') || ',\"handles\":' || handles || '}',"
    " 'UTF8'), event_id::text, type, version, "
    + _MOMENT.format("occurred_at")
    + ", "
    + _MOMENT.format("recorded_at")
    + ", convert_to(correlation_id::text, 'UTF8'), convert_to(causation_id::text, 'UTF8'),"
    " convert_to(traceparent, 'UTF8') FROM events"
    " WHERE (events.tx, events.position) > ($1::text::xid8, $2)"
    " AND events.tx < pg_snapshot_xmin(pg_current_snapshot())"
    " ORDER BY events.tx, events.position LIMIT $3"
)

_NAME = re.compile(r"[a-z_][a-z0-9_]*")


class Outgoing(NamedTuple):
    """A record as it goes on the road, and its place in the record it comes from."""

    tx: str
    position: int
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]
    id: str


class OutboxPage:
    """Rows behind the gate; each begins with ``tx``, ``position`` and the key.

    Iterating renders one record after the other: records that live only until they are in a batch cost the garbage
    collector nothing, whole pages of them a fifth of the time.
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
        """The place of the last row."""
        return self.rows[-1][0], self.rows[-1][1]

    @property
    def keys(self) -> list[bytes]:
        """The keys, in order."""
        return [row[2] for row in self.rows]


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is committed and not yet published, up to :data:`COUNTED`; how long the first of it has waited; how long
    the gate has withheld the first that it withholds."""

    waiting: int
    lag_s: float
    gate_lag_s: float


class OutboxSource(Protocol):
    """What the relay knows of what it publishes."""

    @property
    def name(self) -> str:
        """Its row in ``relays`` and its lock; never renamed: it is the position."""

    @property
    def topic(self) -> str:
        """The topic, of which the relay is the only writer."""

    async def page(
        self, connection: Connection, after: StorePosition, limit: int, incarnation: int
    ) -> OutboxPage:
        """The next records behind the gate, in the order of (transaction, position)."""

    def identify(self, key: bytes, body: bytes, attributes: Mapping[str, bytes]) -> str:
        """The id of a record as the broker gives it back, equal to :attr:`Outgoing.id`; empty if it is none of ours."""

    async def backlog(self, connection: Connection, after: StorePosition) -> Backlog:
        """What waits behind this place."""


@cache
def _kind(wire: str) -> tuple[tuple[str, bytes], tuple[str, bytes]]:
    return ("ce_type", wire.encode()), ("ce_source", b"/" + owner(wire).encode())


class EventSource:
    """The events of a service, as CloudEvents, keyed by their stream."""

    def __init__(self, service: str, *, topic: str | None = None) -> None:
        self.name = f"{service}.events"
        self.topic = topic or f"domnaer.{service}.v1"

    async def page(
        self, connection: Connection, after: StorePosition, limit: int, incarnation: int
    ) -> OutboxPage:
        """The next events behind the gate."""
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
        """The event's id."""
        return attributes.get("ce_id", b"").decode(errors="replace")

    async def backlog(self, connection: Connection, after: StorePosition) -> Backlog:
        """Events that wait, and for how long."""
        return await _backlog(connection, "events", "appended_at", after)


class EntrySource:
    """The entries of a read model that other services read, keyed by one column, the value a JSON object of others.

    ``table`` has the columns ``tx`` (xid8) and ``position`` (bigint) and an index on the pair. Whoever writes a row,
    a changed one too, gives it the current transaction and a new position: so the change comes behind the gate.
    ``written_at`` names the column that says when, if there is one: without it no lag in seconds is known.
    """

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
                raise ValueError(f"{identifier!r} is no name of a table or column")
        self.name = name
        self.topic = topic
        self._table = table
        self._columns = columns
        self._written_at = written_at or "clock_timestamp()"
        self._sql = (
            f"SELECT {table}.tx::text AS tx_text, position, convert_to({key}::text, 'UTF8'), {', '.join(columns)} FROM {table}"
            f" WHERE ({table}.tx, {table}.position) > ($1::text::xid8, $2)"
            f" AND {table}.tx < pg_snapshot_xmin(pg_current_snapshot())"
            f" ORDER BY {table}.tx, {table}.position LIMIT $3"
        )

    async def page(
        self, connection: Connection, after: StorePosition, limit: int, incarnation: int
    ) -> OutboxPage:
        """The next entries behind the gate."""
        stamp = [(INCARNATION, b"%d" % incarnation)]

        def render(row: Any) -> Outgoing:
            tx, position, key, *values = row
            body = orjson.dumps(dict(zip(self._columns, values, strict=True)))
            return Outgoing(tx, position, key, body, stamp, self.identify(key, body, {}))

        return OutboxPage(await connection.fetch(self._sql, *after, limit), render)

    def identify(self, key: bytes, body: bytes, attributes: Mapping[str, bytes]) -> str:
        """An entry has no id of its own: a digest of key and value stands for one."""
        return hashlib.blake2b(key + b"\0" + body, digest_size=16).hexdigest()

    async def backlog(self, connection: Connection, after: StorePosition) -> Backlog:
        """Entries that wait."""
        return await _backlog(connection, self._table, self._written_at, after)


async def _backlog(connection: Connection, table: str, written_at: str, after: StorePosition) -> Backlog:
    behind = f"({table}.tx, {table}.position) > ($1::text::xid8, $2)"
    age = f"SELECT extract(epoch FROM clock_timestamp() - {written_at})::float8 FROM {table} WHERE {behind}"
    first = f"ORDER BY {table}.tx, {table}.position LIMIT 1"
    found = await connection.fetchrow(
        f"SELECT (SELECT count(*) FROM (SELECT FROM {table} WHERE {behind} LIMIT {COUNTED}) AS counted),"
        f" ({age} {first}), ({age} AND {table}.tx >= pg_snapshot_xmin(pg_current_snapshot()) {first})",
        *after,
    )
    assert found is not None
    return Backlog(found[0], max(0.0, found[1] or 0.0), max(0.0, found[2] or 0.0))
