"""How far a relay has come, and which laying of its topic this is: a row of ``relays`` for every outlet.

PostgreSQL is the record, Kafka the road. The row remembers the last acknowledged record of each partition; where the
broker no longer holds it, the road is gone, and the relay lays it again under the next *incarnation*. All changes
compare the row with what the relay believes, so that a deposed one changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import orjson

from chassis.outbox.source import BEGINNING, OutboxSource, StorePosition
from chassis.store.database import Connection


class Deposed(Exception):
    """Another relay has moved this outlet's cursor: this one no longer speaks for it."""


class AcknowledgedRecord(NamedTuple):
    """The last acknowledged record of a partition."""

    offset: int
    id: str


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far an outlet is published: the place in the record, and what the broker acknowledged last.

    ``published`` counts what this incarnation has acknowledged, repetitions included. Incarnation 0 is before the
    first laying.
    """

    topic: str
    incarnation: int
    place: StorePosition
    published: int
    last: Mapping[int, AcknowledgedRecord]


BEFORE = Cursor("", 0, BEGINNING, 0, {})
"""Where an outlet stands that no relay has taken up yet."""


@dataclass(frozen=True, slots=True)
class RelayStatus:
    """How a relay is: for health, for metrics, and for uploads, which slow down when it falls behind.

    ``active`` is this process's; the rest is the outlet's, whoever is active. ``last_progress`` is the monotonic time
    at which the relay last published, or found nothing to publish, or found another one active. ``trouble`` names the
    kind of error that it is waiting out.
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


_READ = "SELECT topic, incarnation, tx, position, published, last FROM relays WHERE outlet = $1"


async def find_cursor(connection: Connection, outlet: OutboxSource) -> Cursor | None:
    """The cursor of an outlet; None for one that no relay has taken up yet."""
    row = await connection.fetchrow(_READ, outlet.name)
    if row is None:
        return None
    last = {
        int(partition): AcknowledgedRecord(*landed) for partition, landed in orjson.loads(row["last"]).items()
    }
    return Cursor(row["topic"], row["incarnation"], (row["tx"], row["position"]), row["published"], last)


async def get_cursor(connection: Connection, outlet: OutboxSource) -> Cursor:
    """The cursor of an outlet, made where there is none."""
    found = await find_cursor(connection, outlet)
    if found is None:
        await connection.execute(
            "INSERT INTO relays (outlet, topic) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            outlet.name,
            outlet.topic,
        )
        found = await find_cursor(connection, outlet)
    assert found is not None
    return found


async def move_cursor(
    connection: Connection,
    outlet: OutboxSource,
    cursor: Cursor,
    to: StorePosition,
    count: int,
    landed: Mapping[int, AcknowledgedRecord],
) -> Cursor:
    """Move the cursor to a record that is acknowledged. Raises Deposed."""
    moved = Cursor(
        cursor.topic,
        cursor.incarnation,
        to,
        cursor.published + count,
        {**cursor.last, **landed},
    )
    done = await connection.fetchval(
        "UPDATE relays SET tx = $5, position = $6, published = $7, last = $8"
        " WHERE outlet = $1 AND incarnation = $2 AND tx = $3 AND position = $4 RETURNING true",
        outlet.name,
        cursor.incarnation,
        *cursor.place,
        *to,
        moved.published,
        orjson.dumps({str(partition): list(at) for partition, at in moved.last.items()}).decode(),
    )
    if not done:
        raise Deposed(outlet.name)
    return moved


async def mint(connection: Connection, outlet: OutboxSource, cursor: Cursor) -> Cursor:
    """Begin the next incarnation: from the beginning of the record, on a road that holds none of it.

    Raises Deposed.
    """
    row = await connection.fetchrow(
        "UPDATE relays SET incarnation = incarnation + 1, topic = $5, tx = '0', position = 0, published = 0, last = '{}'"
        " WHERE outlet = $1 AND incarnation = $2 AND tx = $3 AND position = $4 RETURNING incarnation",
        outlet.name,
        cursor.incarnation,
        *cursor.place,
        outlet.topic,
    )
    if row is None:
        raise Deposed(outlet.name)
    return Cursor(outlet.topic, row["incarnation"], BEGINNING, 0, {})
