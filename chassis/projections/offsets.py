"""Where a reader stands: its offsets, kept in its own database and moved in the transaction of the effect.

They are moved by compare-and-set: who expects another place than the one in the row has been overtaken by
another owner of the partition and is refused, without any feature of Kafka
(docs/decisions/store-and-topics.md).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import LiteralString, NamedTuple, TypeAlias
from uuid import UUID, uuid5

from aiokafka import ConsumerRecord, TopicPartition

from chassis.outbox.cloudevents import INCARNATION
from chassis.store.database import Connection, Pool

Record: TypeAlias = "ConsumerRecord[bytes, bytes]"

_ENTRIES = UUID("5d0f6a0e-2f43-5c0a-9b35-2f6a5c1d7e11")
_BROKEN = UUID("a1b7c1de-6f0b-5d55-8a90-0e1a7f3c9b42")


class OffsetsMoved(Exception):
    """Another owner of the partitions wrote since we read where we stand: read it again and seek again."""


class Mark(NamedTuple):
    """A row of ``offsets``: the incarnation that was begun, the next offset, the id of the record before."""

    incarnation: int
    next_offset: int
    last_id: UUID | None


BEGINNING = Mark(0, 0, None)


@dataclass(frozen=True, slots=True)
class Move:
    """From where to where a page takes a partition."""

    partition: TopicPartition
    was: Mark
    now: Mark


_OPEN: LiteralString = (
    "INSERT INTO public.offsets (reader, build, topic, partition)"
    " SELECT $1, $2, topic, partition FROM unnest($3::text[], $4::int[]) AS given(topic, partition)"
    " ORDER BY topic, partition ON CONFLICT DO NOTHING"
)
_READ: LiteralString = (
    "SELECT topic, partition, incarnation, next_offset, last_id FROM public.offsets"
    " WHERE reader = $1 AND build = $2"
)
_MOVE: LiteralString = (
    "UPDATE public.offsets"
    " SET incarnation = given.incarnation, next_offset = given.next_offset, last_id = given.last_id"
    " FROM unnest($3::text[], $4::int[], $5::int[], $6::bigint[], $7::int[], $8::bigint[], $9::uuid[])"
    " AS given(topic, partition, was_incarnation, was_offset, incarnation, next_offset, last_id)"
    " WHERE offsets.reader = $1 AND offsets.build = $2 AND offsets.topic = given.topic"
    " AND offsets.partition = given.partition AND offsets.incarnation = given.was_incarnation"
    " AND offsets.next_offset = given.was_offset"
)


@dataclass(frozen=True, slots=True)
class Offsets:
    """The offsets of one build of a reader (build 0 for a reader without builds)."""

    reader: str
    build: int

    async def read(self, pool: Pool) -> dict[TopicPartition, Mark]:
        """Where the reader stands in each partition it has met."""
        rows = await pool.fetch(_READ, self.reader, self.build)
        return {TopicPartition(row[0], row[1]): Mark(row[2], row[3], row[4]) for row in rows}

    async def open(self, pool: Pool, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, Mark]:
        """Where the reader stands in these partitions; rows of those it meets for the first time are made."""
        wanted = sorted(partitions)
        known = await self.read(pool)
        if missing := [each for each in wanted if each not in known]:
            topics, numbers = [each.topic for each in missing], [each.partition for each in missing]
            await pool.execute(_OPEN, self.reader, self.build, topics, numbers)
            known = await self.read(pool)
        return {each: known[each] for each in wanted}

    async def move(self, connection: Connection, moves: Sequence[Move]) -> None:
        """Move on, within the transaction of the effect. Raises OffsetsMoved, for it to be undone."""
        moves = sorted(moves, key=lambda move: move.partition)
        status = await connection.execute(
            _MOVE,
            self.reader,
            self.build,
            [move.partition.topic for move in moves],
            [move.partition.partition for move in moves],
            [move.was.incarnation for move in moves],
            [move.was.next_offset for move in moves],
            [move.now.incarnation for move in moves],
            [move.now.next_offset for move in moves],
            [move.now.last_id for move in moves],
        )
        if status != f"UPDATE {len(moves)}":
            raise OffsetsMoved(self.reader)


def incarnation_of(record: Record) -> int:
    """Which laying of the topic a record belongs to; 0 where it does not say."""
    for name, value in reversed(record.headers):  # it is laid last
        if name == INCARNATION:
            return int(value) if value and value.isdigit() and len(value) < 10 else 0
    return 0


def entry_id(key: bytes | None, value: bytes | None) -> UUID:
    """The id of an entry of a read model: it has none of its own, so it derives from what it says."""
    return uuid5(_ENTRIES, _digest(key, value))


def event_id(record: Record) -> UUID:
    """The id of an event; for a record that states none, the same one wherever its content is met again."""
    for name, value in record.headers:
        if name == "ce_id" and value:
            try:
                return UUID(value.decode())
            except ValueError:
                break
    said = [part for name, value in record.headers if name != INCARNATION for part in (name.encode(), value)]
    return uuid5(_BROKEN, _digest(record.topic.encode(), record.key, record.value, *said))


def _digest(*parts: bytes | None) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(b"-" if part is None else b"%d:" % len(part) + part)
    return digest.hexdigest()
