"""Dead letters: records that a reader could not process, kept whole in the reader's database.

A letter is stored in the transaction that moves the offset past its record, so it blocks no other record. A replay runs
the reader on the letter and removes it in one transaction; or an operator discards it, with a name and a reason. While
a letter is stored or discarded, the reader skips its record. It does not skip another record with the same event id: a
forged record may carry the id of a real event.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString, Self, TypeAlias
from uuid import UUID

import asyncpg
import orjson

from chassis.projections.offsets import Record, content_digest
from chassis.store.database import Connection, Pool
from chassis.store.persons import person_codec

_TYPE = re.compile(rb"[a-z0-9_.]{1,200}")
KEY = "kafka_key"  # the record's key is stored among the headers of a letter, although it is not a header in Kafka


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A record that could not be processed: the whole record, and the reason in words without personal data.

    The type is empty if it has not the form of a type. Headers and body are stored by the codec of persons.
    """

    event_id: UUID
    type: str
    topic: str
    partition: int
    at_offset: int
    headers: str
    body: bytes
    reason: str
    detail: str
    stored_at: datetime | None = None

    @classmethod
    def of(cls, record: Record, event_id: UUID, reason: str, detail: str) -> Self:
        """Create the letter of a record. ``reason`` is ``poison`` or ``unknown_type``."""
        type_ = next((value for name, value in record.headers if name == "ce_type" and value), b"")
        headers = [(name, _text(value)) for name, value in record.headers]
        headers.append((KEY, _text(record.key)))
        return cls(
            event_id=event_id,
            type=type_.decode() if _TYPE.fullmatch(type_) else "",
            topic=record.topic,
            partition=record.partition,
            at_offset=record.offset,
            headers=orjson.dumps(headers).decode(),
            body=record.value or b"",
            reason=reason,
            detail=detail.replace("\0", "")[:1000],
        )

    @property
    def digest(self) -> str:
        """The digest of the record's content."""
        headers = [
            (name, None if value is None else _bytes(value)) for name, value in orjson.loads(self.headers)
        ]
        key = headers.pop()[1] if headers and headers[-1][0] == KEY else None
        return content_digest(self.topic, key, self.body, headers)

    def attributes(self) -> dict[str, bytes]:
        """Return the headers of the record, and its key under ``kafka_key``."""
        return {name: _bytes(value) for name, value in orjson.loads(self.headers) if value is not None}


Known: TypeAlias = Mapping[UUID, Set[str] | None]
"""The records that a reader skips: digests of contents by event id; None skips every record with this id."""
NO_LETTERS: Known = {}

_ENVELOPE = ("event_id", "type", "topic", "partition", "at_offset", "headers", "body", "reason", "detail")
_STORE: LiteralString = (
    "INSERT INTO public.dead_letters"
    " (reader, build, event_id, type, topic, partition, at_offset, headers, body, reason, detail)"
    " SELECT $1, $2, event_id, type, topic, partition, at_offset, headers, body, reason, detail"
    " FROM unnest($3::uuid[], $4::text[], $5::text[], $6::int[], $7::bigint[],"
    " $8::text[], $9::bytea[], $10::text[], $11::text[], $12::text[])"
    " AS given(event_id, type, topic, partition, at_offset, headers, body, reason, detail, digest)"
    " WHERE NOT EXISTS (SELECT FROM public.discarded_letters AS d WHERE d.reader = $1"
    " AND d.event_id = given.event_id AND (d.digests IS NULL OR given.digest = ANY(d.digests)))"
    " ON CONFLICT DO NOTHING"
)
_LIST: LiteralString = (
    "SELECT event_id, type, topic, partition, at_offset, headers, body, reason, detail, buried_at"
    " FROM public.dead_letters WHERE reader = $1 AND build = $2"
)
_DELETE: LiteralString = (
    "DELETE FROM public.dead_letters WHERE reader = $1 AND event_id = $2"
    " RETURNING event_id, type, topic, partition, at_offset, headers, body, reason, detail"
)
_DISCARD: LiteralString = (
    "INSERT INTO public.discarded_letters AS d (reader, event_id, type, reason, discarded_by, digests)"
    " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (reader, event_id)"
    " DO UPDATE SET digests = d.digests || excluded.digests"
)


async def has_letters(pool: Pool, reader: str, build: int) -> bool:
    """Return whether a build has dead letters, or a reader discarded ones."""
    sql = (
        "SELECT EXISTS (SELECT FROM public.dead_letters WHERE reader = $1 AND build = $2)"
        " OR EXISTS (SELECT FROM public.discarded_letters WHERE reader = $1)"
    )
    found: bool = await pool.fetchval(sql, reader, build)
    return found


async def known_letters(pool: Pool, reader: str, build: int, ids: Collection[UUID]) -> Known:
    """Return which records with these event ids a reader skips: the dead letters of a build, and the discarded ones.

    There may be hundred thousands of letters: they are looked up for one page of events at a time.
    """
    wanted = list(ids)
    known: dict[UUID, Set[str] | None] = {}
    for row in await pool.fetch(_LIST + " AND event_id = ANY($3::uuid[])", reader, build, wanted):
        known[row["event_id"]] = {_letter(row).digest}
    sql = "SELECT event_id, digests FROM public.discarded_letters WHERE reader = $1 AND event_id = ANY($2::uuid[])"
    for event_id, digests in await pool.fetch(sql, reader, wanted):
        known[event_id] = None if digests is None else {*digests, *(known.get(event_id) or ())}
    return known


def is_known(known: Known, event_id: UUID, record: Record) -> bool:
    """Return whether a record is a dead letter or was discarded: only a replay processes it."""
    if event_id not in known:
        return False
    digests = known[event_id]
    return digests is None or _record_digest(record) in digests


async def count_letters(pool: Pool, reader: str, build: int) -> int:
    """Return the number of dead letters of a build."""
    sql = "SELECT count(*) FROM public.dead_letters WHERE reader = $1 AND build = $2"
    count: int = await pool.fetchval(sql, reader, build)
    return count


async def store_dead_letters(
    connection: Connection, reader: str, build: int, letters: Sequence[DeadLetter]
) -> None:
    """Store letters in the transaction that moves the offsets past them. Discarded ones are not stored again."""
    codec = person_codec()
    columns: dict[str, list[Any]] = {
        name: [getattr(letter, name) for letter in letters] for name in (*_ENVELOPE, "digest")
    }
    columns["headers"] = [codec.seal_text(headers) for headers in columns["headers"]]
    columns["body"] = [codec.seal(body) for body in columns["body"]]
    await connection.execute(_STORE, reader, build, *columns.values())


async def list_letters(
    pool: Pool,
    reader: str,
    build: int = 0,
    *,
    ids: Collection[UUID] | None = None,
    types: Collection[str] | None = None,
    after: UUID | None = None,
    limit: int = 500,
) -> list[DeadLetter]:
    """Return the letters of a reader in the order of their ids, beginning after the id ``after``."""
    rows = await pool.fetch(
        _LIST + " AND ($3::uuid[] IS NULL OR event_id = ANY($3)) AND ($4::text[] IS NULL OR type = ANY($4))"
        " AND ($5::uuid IS NULL OR event_id > $5) ORDER BY event_id LIMIT $6",
        reader,
        build,
        None if ids is None else list(ids),
        None if types is None else list(types),
        after,
        limit,
    )
    return [_letter(row) for row in rows]


async def letters_of_one_build(
    pool: Pool, reader: str, build: int, other: int, after: UUID | None, limit: int = 500
) -> list[UUID]:
    """Return the ids of letters that one build has and the other has not, in their order, beginning after ``after``."""
    rows = await pool.fetch(
        "SELECT event_id FROM public.dead_letters AS one WHERE reader = $1 AND build = $2"
        " AND ($4::uuid IS NULL OR event_id > $4) AND NOT EXISTS (SELECT FROM public.dead_letters AS other"
        " WHERE other.reader = $1 AND other.build = $3 AND other.event_id = one.event_id)"
        " ORDER BY event_id LIMIT $5",
        reader,
        build,
        other,
        after,
        limit,
    )
    return [row["event_id"] for row in rows]


async def types_waiting(pool: Pool, reader: str, build: int) -> list[str]:
    """Return the types of the letters that no version of this service knew when they were stored."""
    sql = (
        "SELECT DISTINCT type FROM public.dead_letters"
        " WHERE reader = $1 AND build = $2 AND reason = 'unknown_type'"
    )
    return [row[0] for row in await pool.fetch(sql, reader, build)]


async def remove(connection: Connection, reader: str, build: int, ids: Collection[UUID]) -> int:
    """Delete letters in the transaction of their effect; return how many still existed."""
    sql = "DELETE FROM public.dead_letters WHERE reader = $1 AND build = $2 AND event_id = ANY($3)"
    status: str = await connection.execute(sql, reader, build, list(ids))
    return int(status.split()[-1])


async def restate(pool: Pool, reader: str, build: int, event_id: UUID, detail: str) -> None:
    """Store the new reason why a letter cannot be processed, after a failed replay."""
    sql = (
        "UPDATE public.dead_letters SET reason = 'poison', detail = $4"
        " WHERE reader = $1 AND build = $2 AND event_id = $3"
        " AND (reason, detail) IS DISTINCT FROM ('poison', $4)"
    )
    await pool.execute(sql, reader, build, event_id, detail[:1000])


async def discard(pool: Pool, reader: str, event_id: UUID, *, by: str, reason: str) -> bool:
    """Discard a letter for ever, in every build, and keep by whom and why. Return False if there is no such letter."""
    async with pool.acquire() as connection, connection.transaction():
        letters = [_letter(row) for row in await connection.fetch(_DELETE, reader, event_id)]
        if letters:
            digests = sorted({letter.digest for letter in letters})
            await connection.execute(_DISCARD, reader, event_id, letters[0].type, reason, by, digests)
    return bool(letters)


def _record_digest(record: Record) -> str:
    return content_digest(record.topic, record.key, record.value or b"", record.headers)


def _letter(row: asyncpg.Record) -> DeadLetter:
    codec, values = person_codec(), dict(row)
    values["headers"], values["body"] = codec.open_text(row["headers"]), codec.open(row["body"])
    return DeadLetter(*values.values())


def _text(value: bytes | None) -> str | dict[str, str] | None:
    if value is None:
        return None
    try:
        return value.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value).decode()}


def _bytes(value: str | dict[str, str]) -> bytes:
    return value.encode() if isinstance(value, str) else base64.b64decode(value["base64"])
