"""Replay of dead letters: decode them again, give them to their reader, delete them in the transaction of the effect."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from chassis.projections.culprits import find_culprits
from chassis.projections.dead_letters import KEY, DeadLetter, list_letters, remove, restate, types_waiting
from chassis.projections.decoding import Decoder, EventInterest
from chassis.projections.reader import (
    RECORD_ERRORS,
    ExtractedEvent,
    Poison,
    Reader,
    ReceivedEntry,
    ReceivedEvent,
)
from chassis.store.database import Pool
from contracts.catalogue import Catalogue

_BATCH = 200


class _LetterGone(Exception):
    """Another process has removed one of these letters: read the list again."""


@dataclass(slots=True)
class Replayed:
    """The number of letters that were processed, and of those that remain."""

    taken: int = 0
    stayed: int = 0


@dataclass(slots=True)
class _Batch:
    events: list[ReceivedEvent | ExtractedEvent] = field(default_factory=list)
    entries: list[ReceivedEntry] = field(default_factory=list)
    skipped: list[UUID] = field(default_factory=list)
    """Their type is known now, and the reader does not handle it: they can be deleted."""
    broken: list[tuple[UUID, str]] = field(default_factory=list)
    unknown: int = 0

    @property
    def ids(self) -> list[UUID]:
        return [*(each.id for each in self.events), *(each.id for each in self.entries), *self.skipped]

    def without(self, poison: UUID, detail: str) -> bool:
        found = poison in self.ids
        self.events = [each for each in self.events if each.id != poison]
        self.entries = [each for each in self.entries if each.id != poison]
        self.broken.append((poison, detail))
        return found


async def replay(
    reader: Reader,
    pool: Pool,
    catalogue: Catalogue,
    build: int = 0,
    *,
    ids: Collection[UUID] | None = None,
    types: Collection[str] | None = None,
) -> Replayed:
    """Process letters again: those with the given ids, all of the given types, or all.

    ``pool`` belongs to the build (see :func:`chassis.projections.builds.build_pool`). A letter that still cannot be
    processed remains, with its new reason. Raises what the reader raises if no letter caused it; the batch is then
    unchanged.
    """
    decoder = Decoder(reader, catalogue)
    result = Replayed()
    after: UUID | None = None
    while True:
        letters = await list_letters(
            pool, reader.name, build, ids=ids, types=types, after=after, limit=_BATCH
        )
        if not letters:
            return result
        batch = _decode(letters, reader, decoder)
        try:
            await _process(batch, reader, pool, build)
        except _LetterGone:
            continue
        for event_id, detail in batch.broken:
            await restate(pool, reader.name, build, event_id, detail)
        result.taken += len(batch.ids)
        result.stayed += len(batch.broken) + batch.unknown
        after = letters[-1].event_id


async def sweep(reader: Reader, pool: Pool, catalogue: Catalogue, build: int = 0) -> Replayed:
    """Replay the letters whose type was unknown before and is known to this version."""
    types = [each for each in await types_waiting(pool, reader.name, build) if each in catalogue]
    return await replay(reader, pool, catalogue, build, types=types) if types else Replayed()


def _decode(letters: Sequence[DeadLetter], reader: Reader, decoder: Decoder) -> _Batch:
    batch = _Batch()
    entry_topics = frozenset(reader.entry_topics)
    for letter in letters:
        attributes = letter.attributes()
        key = attributes.pop(KEY, b"")
        position = (letter.topic, letter.partition, letter.at_offset)
        if letter.topic in entry_topics:
            try:
                batch.entries.append(ReceivedEntry(key.decode(), letter.body, *position, letter.event_id))
            except UnicodeDecodeError:
                batch.broken.append((letter.event_id, letter.detail))
            continue
        interest = decoder.interest(attributes.get("ce_type") or b"")
        if interest is EventInterest.SKIP:
            batch.skipped.append(letter.event_id)
            continue
        if interest is EventInterest.UNKNOWN and letter.reason == "unknown_type":
            batch.unknown += 1
            continue
        decoded = decoder.decode(*position, attributes, letter.body)
        if isinstance(decoded, str):
            batch.broken.append((letter.event_id, decoded))
        else:
            batch.events.append(decoded)
    return batch


async def _process(batch: _Batch, reader: Reader, pool: Pool, build: int) -> None:
    while ids := batch.ids:
        try:
            prepared = await reader.prepare(pool, batch.events, batch.entries)
            async with pool.acquire() as connection, connection.transaction():
                if batch.events or batch.entries:
                    await reader.apply(connection, batch.events, batch.entries, prepared)
                if await remove(connection, reader.name, build, ids) != len(ids):
                    raise _LetterGone
        except Poison as poison:
            if not batch.without(poison.event_id, poison.detail):
                raise
        except RECORD_ERRORS:
            culprits = await find_culprits(pool, reader, batch.events, batch.entries)
            if not culprits:
                raise
            for event_id, detail in culprits.items():
                batch.without(event_id, detail)
        else:
            await reader.applied()
            return
