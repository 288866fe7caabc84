"""The offsets of a reader, stored in its own database and moved in the transaction of the effect.

They are moved by compare-and-set. A process that expects another offset than the one in the row was overtaken by
another owner of the partition, and its transaction fails. This needs no feature of Kafka
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
    """Another owner moved the offsets since this process read them: read them again and seek again."""


class Mark(NamedTuple):
    """A row of ``offsets``: the incarnation being read, the next offset, and the id of the record before it."""

    incarnation: int
    next_offset: int
    last_id: UUID | None


BEGINNING = Mark(0, 0, None)


@dataclass(frozen=True, slots=True)
class Move:
    """The move of a partition's offset by one page."""

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
        """Return the mark of each partition that the reader has read."""
        rows = await pool.fetch(_READ, self.reader, self.build)
        return {TopicPartition(row[0], row[1]): Mark(row[2], row[3], row[4]) for row in rows}

    async def open(self, pool: Pool, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, Mark]:
        """Return the marks of these partitions; create the rows that do not exist yet."""
        wanted = sorted(partitions)
        known = await self.read(pool)
        if missing := [each for each in wanted if each not in known]:
            topics, numbers = [each.topic for each in missing], [each.partition for each in missing]
            await pool.execute(_OPEN, self.reader, self.build, topics, numbers)
            known = await self.read(pool)
        return {each: known[each] for each in wanted}

    async def move(self, connection: Connection, moves: Sequence[Move]) -> None:
        """Move the offsets in the transaction of the effect. Raises OffsetsMoved, which rolls the transaction back."""
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
    """Return the incarnation of the topic in which a record was published; 0 if the record does not state it."""
    for name, value in reversed(record.headers):  # the relay writes this header last
        if name == INCARNATION:
            return int(value) if value and value.isdigit() and len(value) < 10 else 0
    return 0


def entry_id(key: bytes | None, value: bytes | None) -> UUID:
    """Return the id of an entry of a read model, derived from its content since it has no id of its own."""
    return uuid5(_ENTRIES, _digest(key, value))


def event_id(record: Record) -> UUID:
    """Return the id of an event. If the record states none, derive one from its content, always the same."""
    for name, value in record.headers:
        if name == "ce_id" and value:
            try:
                return UUID(value.decode())
            except ValueError:
                break
    return uuid5(_BROKEN, content_digest(record.topic, record.key, record.value, record.headers))


def content_digest(
    topic: str, key: bytes | None, value: bytes | None, headers: Iterable[tuple[str, bytes | None]]
) -> str:
    """Return a digest of the content of a record, the same in every incarnation of its topic."""
    parts = [part for name, given in headers if name != INCARNATION for part in (name.encode(), given)]
    return _digest(topic.encode(), key, value, *parts)


def _digest(*parts: bytes | None) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(b"-" if part is None else b"%d:" % len(part) + part)
    return digest.hexdigest()
