"""Dead letters taken up again: read anew, given to their reader, removed in the transaction of the effect."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from chassis.projections.dead_letters import KEY, DeadLetter, list_letters, remove, restate, types_waiting
from chassis.projections.decoding import Decoder, EventInterest, heard
from chassis.projections.reader import ExtractedEvent, Poison, Reader, ReceivedEntry, ReceivedEvent
from chassis.store.database import Pool
from contracts.catalogue import Catalogue

_BATCH = 200


class _LetterGone(Exception):
    """Somebody else took one of these letters: look again at what is there."""


@dataclass(slots=True)
class Replayed:
    """How many letters were taken, and how many had to stay."""

    taken: int = 0
    stayed: int = 0


@dataclass(slots=True)
class _Batch:
    heard: list[ReceivedEvent | ExtractedEvent] = field(default_factory=list)
    entries: list[ReceivedEntry] = field(default_factory=list)
    passed: list[UUID] = field(default_factory=list)
    """Known now, and not listened to: they wait for nothing any more."""
    broken: list[tuple[UUID, str]] = field(default_factory=list)
    unknown: int = 0

    @property
    def ids(self) -> list[UUID]:
        return [*(each.id for each in self.heard), *(each.id for each in self.entries), *self.passed]

    def without(self, poison: Poison) -> bool:
        found = poison.event_id in self.ids
        self.heard = [each for each in self.heard if each.id != poison.event_id]
        self.entries = [each for each in self.entries if each.id != poison.event_id]
        self.broken.append((poison.event_id, poison.detail))
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
    """Take up letters again: those named, all of some types, or all.

    ``pool`` is one of the build (see :func:`chassis.projections.builds.build_pool`). A letter that still cannot be taken
    stays, with its present reason. Raises what the reader raises; the batch in which it did is then
    untouched.
    """
    hearing = Decoder(reader, catalogue)
    result = Replayed()
    after: UUID | None = None
    while True:
        letters = await list_letters(
            pool, reader.name, build, ids=ids, types=types, after=after, limit=_BATCH
        )
        if not letters:
            return result
        batch = _read(letters, reader, catalogue, hearing)
        try:
            await _take(batch, reader, pool, build)
        except _LetterGone:
            continue
        for event_id, detail in batch.broken:
            await restate(pool, reader.name, build, event_id, detail)
        result.taken += len(batch.ids)
        result.stayed += len(batch.broken) + batch.unknown
        after = letters[-1].event_id


async def sweep(reader: Reader, pool: Pool, catalogue: Catalogue, build: int = 0) -> Replayed:
    """Take what waited for a version that knows its type, where this one does."""
    types = [each for each in await types_waiting(pool, reader.name, build) if each in catalogue]
    return await replay(reader, pool, catalogue, build, types=types) if types else Replayed()


def _read(letters: Sequence[DeadLetter], reader: Reader, catalogue: Catalogue, hearing: Decoder) -> _Batch:
    batch = _Batch()
    entry_topics = frozenset(reader.entry_topics)
    for letter in letters:
        attributes = letter.attributes()
        key = attributes.pop(KEY, b"")
        place = (letter.topic, letter.partition, letter.at_offset)
        if letter.topic in entry_topics:
            try:
                batch.entries.append(ReceivedEntry(key.decode(), letter.body, *place, letter.event_id))
            except UnicodeDecodeError:
                batch.broken.append((letter.event_id, letter.detail))
            continue
        attention = hearing.attention(attributes.get("ce_type") or b"")
        if attention is EventInterest.PASS:
            batch.passed.append(letter.event_id)
            continue
        if attention is EventInterest.UNKNOWN and letter.reason == "unknown_type":
            batch.unknown += 1
            continue
        read = heard(*place, attributes, letter.body, catalogue)
        if isinstance(read, str):
            batch.broken.append((letter.event_id, read))
        else:
            batch.heard.append(hearing.given(read))
    return batch


async def _take(batch: _Batch, reader: Reader, pool: Pool, build: int) -> None:
    while ids := batch.ids:
        try:
            prepared = await reader.prepare(pool, batch.heard, batch.entries)
            async with pool.acquire() as connection, connection.transaction():
                if batch.heard or batch.entries:
                    await reader.apply(connection, batch.heard, batch.entries, prepared)
                if await remove(connection, reader.name, build, ids) != len(ids):
                    raise _LetterGone
        except Poison as poison:
            if not batch.without(poison):
                raise
        else:
            await reader.applied()
            return
