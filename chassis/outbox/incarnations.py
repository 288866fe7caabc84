"""The position of a relay and the incarnation of its topic, stored as one row of ``relays`` for each source.

PostgreSQL is the store of record; topics can be published again from it. The row holds the last acknowledged record of
each partition. If the broker no longer has that record, the topic was lost, and the relay publishes everything again
under the next *incarnation*. So it does if the topic has another number of partitions, because the partition of a key
depends on it: within one incarnation all events of a stream are in one partition, in order. Every update compares the row with the cursor that the relay holds in memory, so a relay
that was replaced by another one changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import orjson

from chassis.outbox.source import BEGINNING, OutboxSource, StorePosition
from chassis.store.database import Connection


class Deposed(Exception):
    """Another relay has moved the cursor of this source: this relay must stop publishing it."""


class AcknowledgedRecord(NamedTuple):
    """The last acknowledged record of a partition."""

    offset: int
    id: str


@dataclass(frozen=True, slots=True)
class Cursor:
    """The position in the store up to which a source is published, and the last records that the broker acknowledged.

    ``published`` counts the acknowledged records of this incarnation, repeated ones included. In incarnation 0 nothing
    has been published yet. ``partitions`` is the number of partitions in this incarnation, None if it is not stored yet.
    """

    topic: str
    incarnation: int
    position: StorePosition
    published: int
    last: Mapping[int, AcknowledgedRecord]
    partitions: int | None


BEFORE = Cursor("", 0, BEGINNING, 0, {}, None)
"""The cursor of a source that no relay has published yet."""


_READ = "SELECT topic, incarnation, tx, position, published, last, partitions FROM relays WHERE outlet = $1"


async def find_cursor(connection: Connection, source: OutboxSource) -> Cursor | None:
    """Return the cursor of a source; None if no relay has published it yet."""
    row = await connection.fetchrow(_READ, source.name)
    if row is None:
        return None
    last = {
        int(partition): AcknowledgedRecord(*record) for partition, record in orjson.loads(row["last"]).items()
    }
    position = (row["tx"], row["position"])
    return Cursor(row["topic"], row["incarnation"], position, row["published"], last, row["partitions"])


async def get_cursor(connection: Connection, source: OutboxSource) -> Cursor:
    """Return the cursor of a source; create it if it does not exist."""
    found = await find_cursor(connection, source)
    if found is None:
        await connection.execute(
            "INSERT INTO relays (outlet, topic) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            source.name,
            source.topic,
        )
        found = await find_cursor(connection, source)
    assert found is not None
    return found


async def note_partitions(
    connection: Connection, source: OutboxSource, cursor: Cursor, partitions: int
) -> Cursor:
    """Store the number of partitions of an incarnation that was begun by a version that did not store it."""
    await connection.execute(
        "UPDATE relays SET partitions = $3 WHERE outlet = $1 AND incarnation = $2 AND partitions IS NULL",
        source.name,
        cursor.incarnation,
        partitions,
    )
    return replace(cursor, partitions=partitions)


async def move_cursor(
    connection: Connection,
    source: OutboxSource,
    cursor: Cursor,
    to: StorePosition,
    count: int,
    acknowledged: Mapping[int, AcknowledgedRecord],
) -> Cursor:
    """Move the cursor to a position up to which everything is acknowledged. Raises Deposed."""
    moved = Cursor(
        cursor.topic,
        cursor.incarnation,
        to,
        cursor.published + count,
        {**cursor.last, **acknowledged},
        cursor.partitions,
    )
    done = await connection.fetchval(
        "UPDATE relays SET tx = $5, position = $6, published = $7, last = $8"
        " WHERE outlet = $1 AND incarnation = $2 AND tx = $3 AND position = $4 RETURNING true",
        source.name,
        cursor.incarnation,
        *cursor.position,
        *to,
        moved.published,
        orjson.dumps({str(partition): list(at) for partition, at in moved.last.items()}).decode(),
    )
    if not done:
        raise Deposed(source.name)
    return moved


async def begin_incarnation(
    connection: Connection, source: OutboxSource, cursor: Cursor, partitions: int
) -> Cursor:
    """Begin the next incarnation: publish the store again from its beginning. Raises Deposed."""
    row = await connection.fetchrow(
        "UPDATE relays SET incarnation = incarnation + 1, topic = $5, tx = '0', position = 0, published = 0,"
        " last = '{}', partitions = $6"
        " WHERE outlet = $1 AND incarnation = $2 AND tx = $3 AND position = $4 RETURNING incarnation",
        source.name,
        cursor.incarnation,
        *cursor.position,
        source.topic,
        partitions,
    )
    if row is None:
        raise Deposed(source.name)
    return Cursor(source.topic, row["incarnation"], BEGINNING, 0, {}, partitions)
