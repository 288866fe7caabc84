"""Dead letters: what a reader could not take waits in its own database, whole, and blocks nobody.

A letter is buried in the transaction that moves the offset past it. It is taken by a replay, which runs the
reader on it and removes it in one transaction, or discarded with who and why; the stream passes over whatever
lies here.
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString, Self
from uuid import UUID

import asyncpg
import orjson

from chassis.projections.offsets import Record
from chassis.store.database import Connection, Pool

KEY = "kafka_key"  # among the headers of a letter stands the record's key, which is no header on the road


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A record that could not be taken: its envelope, and why in words without personal data."""

    event_id: UUID
    type: str
    topic: str
    partition: int
    at_offset: int
    headers: str
    body: bytes
    reason: str
    detail: str
    buried_at: datetime | None = None

    @classmethod
    def of(cls, record: Record, event_id: UUID, reason: str, detail: str) -> Self:
        """The letter of a record. ``reason`` is ``poison`` or ``unknown_type``."""
        type_ = next((value for name, value in record.headers if name == "ce_type" and value), b"")
        headers = [(name, _text(value)) for name, value in record.headers]
        headers.append((KEY, _text(record.key)))
        return cls(
            event_id=event_id,
            type=type_.decode(errors="replace").replace("\0", "?")[:200],
            topic=record.topic,
            partition=record.partition,
            at_offset=record.offset,
            headers=orjson.dumps(headers).decode(),
            body=record.value or b"",
            reason=reason,
            detail=detail.replace("\0", "")[:1000],
        )

    def attributes(self) -> dict[str, bytes]:
        """The headers as they were on the road, and the key under ``kafka_key``."""
        return {name: _bytes(value) for name, value in orjson.loads(self.headers) if value is not None}


@dataclass(frozen=True, slots=True)
class Known:
    """Ids that lie with the dead letters (with reason and detail) or were discarded.

    ``again`` makes a build that is being filled bury them as the live one did.
    """

    buried: Mapping[UUID, tuple[str, str]]
    discarded: frozenset[UUID]
    again: bool = False

    def __bool__(self) -> bool:
        return bool(self.buried or self.discarded)


NONE_KNOWN = Known({}, frozenset())

_ENVELOPE = ("event_id", "type", "topic", "partition", "at_offset", "headers", "body", "reason", "detail")
_BURY: LiteralString = (
    "INSERT INTO public.dead_letters"
    " (reader, build, event_id, type, topic, partition, at_offset, headers, body, reason, detail)"
    " SELECT $1, $2, given.* FROM unnest($3::uuid[], $4::text[], $5::text[], $6::int[], $7::bigint[],"
    " $8::text[], $9::bytea[], $10::text[], $11::text[])"
    " AS given(event_id, type, topic, partition, at_offset, headers, body, reason, detail)"
    " WHERE NOT EXISTS"
    " (SELECT FROM public.discarded_letters d WHERE d.reader = $1 AND d.event_id = given.event_id)"
    " ON CONFLICT DO NOTHING"
)
_LIST: LiteralString = (
    "SELECT event_id, type, topic, partition, at_offset, headers, body, reason, detail, buried_at"
    " FROM public.dead_letters WHERE reader = $1 AND build = $2"
)
_DISCARD: LiteralString = (
    "WITH gone AS (DELETE FROM public.dead_letters WHERE reader = $1 AND event_id = $2 RETURNING type)"
    " INSERT INTO public.discarded_letters (reader, event_id, type, reason, discarded_by)"
    " SELECT $1, $2, min(type), $3, $4 FROM gone HAVING count(*) > 0"
    " ON CONFLICT (reader, event_id) DO NOTHING"
)


async def known_letters(pool: Pool, reader: str, build: int, *, again: bool = False) -> Known:
    """What lies with the dead letters of a build, and what was discarded."""
    sql = "SELECT event_id, reason, detail FROM public.dead_letters WHERE reader = $1 AND build = $2"
    buried = await pool.fetch(sql, reader, build)
    gone = await pool.fetch("SELECT event_id FROM public.discarded_letters WHERE reader = $1", reader)
    return Known({row[0]: (row[1], row[2]) for row in buried}, frozenset(row[0] for row in gone), again)


async def store_dead_letters(
    connection: Connection, reader: str, build: int, letters: Sequence[DeadLetter]
) -> None:
    """Keep letters, in the transaction that moves the offsets past them; what was discarded is not kept."""
    columns: list[list[Any]] = [[getattr(letter, name) for letter in letters] for name in _ENVELOPE]
    await connection.execute(_BURY, reader, build, *columns)


async def list_letters(
    pool: Pool,
    reader: str,
    build: int = 0,
    *,
    ids: Collection[UUID] | None = None,
    types: Collection[str] | None = None,
    reason: str | None = None,
    after: UUID | None = None,
    limit: int = 500,
) -> list[DeadLetter]:
    """The letters of a reader in the order of their ids; ``after`` continues a list."""
    rows = await pool.fetch(
        _LIST + " AND ($3::uuid[] IS NULL OR event_id = ANY($3)) AND ($4::text[] IS NULL OR type = ANY($4))"
        " AND ($5::text IS NULL OR reason = $5) AND ($6::uuid IS NULL OR event_id > $6)"
        " ORDER BY event_id LIMIT $7",
        reader,
        build,
        None if ids is None else list(ids),
        None if types is None else list(types),
        reason,
        after,
        limit,
    )
    return [_letter(row) for row in rows]


async def types_waiting(pool: Pool, reader: str, build: int) -> list[str]:
    """The types of letters that wait for a version that knows them."""
    sql = (
        "SELECT DISTINCT type FROM public.dead_letters"
        " WHERE reader = $1 AND build = $2 AND reason = 'unknown_type'"
    )
    return [row[0] for row in await pool.fetch(sql, reader, build)]


async def remove(connection: Connection, reader: str, build: int, ids: Collection[UUID]) -> int:
    """Take letters out, in the transaction of their effect; returns how many were still there."""
    sql = "DELETE FROM public.dead_letters WHERE reader = $1 AND build = $2 AND event_id = ANY($3)"
    status: str = await connection.execute(sql, reader, build, list(ids))
    return int(status.split()[-1])


async def restate(pool: Pool, reader: str, build: int, event_id: UUID, detail: str) -> None:
    """Say anew why a letter cannot be taken, after a replay that failed."""
    sql = (
        "UPDATE public.dead_letters SET reason = 'poison', detail = $4"
        " WHERE reader = $1 AND build = $2 AND event_id = $3"
        " AND (reason, detail) IS DISTINCT FROM ('poison', $4)"
    )
    await pool.execute(sql, reader, build, event_id, detail[:1000])


async def discard(pool: Pool, reader: str, event_id: UUID, *, by: str, reason: str) -> bool:
    """Give a letter up for good, in every build; by whom and why is kept. False where there is none."""
    status: str = await pool.execute(_DISCARD, reader, event_id, reason, by)
    return not status.endswith(" 0")


def _letter(row: asyncpg.Record) -> DeadLetter:
    return DeadLetter(*row)


def _text(value: bytes | None) -> str | dict[str, str] | None:
    if value is None:
        return None
    try:
        return value.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value).decode()}


def _bytes(value: str | dict[str, str]) -> bytes:
    return value.encode() if isinstance(value, str) else base64.b64decode(value["base64"])
