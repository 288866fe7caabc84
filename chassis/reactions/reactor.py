"""Reactions: what a service does with records of its own when it hears what others have recorded.

A service's ``reactions.py`` is a table *fact heard -> handler named for its effect*. A handler is a pure function of
the event heard: it answers with the :class:`Effect`, which names a record of ours and the decision on it. What
becomes of the event afterwards is followed by itself: a correction is followed by our own EventCorrected, a void by
the effect's ``withdraw`` or our own EventVoided, and a correction after a void takes that back.

Order and repetition do not matter: whatever was heard is kept, each new event is taken in once, and then what our
record *should* say is held against what it says. Ids derive from reader, cause, record and ordinal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chassis.commands.draft import Draft
from chassis.commands.execution import commit
from chassis.commands.runtime import Runtime
from chassis.projections.reader import ReceivedEntry, ReceivedEvent
from chassis.reactions.causes import ReactionRecorder
from chassis.reactions.effects import Effect, Gather, Handler, HandlerContext, PageReaction
from chassis.reactions.inbox import Inbox
from chassis.store.database import Connection, Pool
from chassis.store.event_store import AlreadyRecorded, ConcurrentAppend
from contracts.catalogue import owner
from contracts.envelope import Event, Fact
from contracts.rulings import effective


@dataclass(slots=True)
class Prepared:
    """What a page will write, and what it rests on."""

    drafted: Draft
    fresh: list[Event[Fact]]
    kept: dict[str, int]


class Reactor:
    """The reader of a service's table of reactions.

    ``beside`` are facts that cause nothing and that handlers look at. ``gather`` reads what handlers need to know, for
    the streams heard (``Around.known``). ``office`` is the office in whose name the service records.
    """

    entry_topics: Sequence[str] = ()
    projection: str | None = None

    def __init__(
        self,
        runtime: Runtime,
        name: str,
        topics: Sequence[str],
        table: Mapping[type[Fact], Handler],
        *,
        office: str,
        beside: Iterable[type[Fact]] = (),
        gather: Gather | None = None,
    ) -> None:
        self.name = name
        self.topics = tuple(topics)
        self.table = dict(table)
        owners = {owner(fact.wire) for fact in self.table}
        rulings = {
            f"domnaer.{each}.{kind}.v1" for each in owners for kind in ("event_voided", "event_corrected")
        }
        self.event_types = frozenset({fact.wire for fact in (*self.table, *beside)} | rulings)
        self.log = Inbox(name, runtime.catalogue, runtime.store.persons, keeps_persons=True)
        self._runtime = runtime
        self._gather = gather
        self._recorder = ReactionRecorder(runtime.service, office, runtime.catalogue)

    async def prepare(
        self, pool: Pool, page: Sequence[ReceivedEvent], entries: Sequence[ReceivedEntry]
    ) -> Prepared:
        """Read what was heard before on these streams and our records of them; decide. Raises Poison."""
        kept = await self.log.load(pool, {heard.event.stream for heard in page})
        known_ids = {event.id for events in kept.values() for event in events}
        fresh = [heard.event for heard in page if heard.event.id not in known_ids]
        if not fresh:
            return Prepared(Draft(), [], {})
        streams = {event.stream: kept[event.stream] for event in fresh}
        rests_on = {name: len(events) for name, events in streams.items()}
        whole = _joined(streams, fresh)
        known = None if self._gather is None else await self._gather(pool, whole)
        records = {effect.stream for events in whole.values() for effect in self._effects(events, known)}
        histories = await self._runtime.store.load_many(records) if records else {}
        reacting = PageReaction(
            self.name, self.table, self._recorder, self._runtime.clock.today(), streams, histories, known
        )
        for event in fresh:
            reacting.hear(event)
        return Prepared(reacting.drafted, fresh, rests_on)

    def _effects(self, events: Sequence[Event[Fact]], known: Any) -> Iterable[Effect]:
        around = HandlerContext(effective(events), known)
        for event in events:
            handler = self.table.get(type(event.facts))
            if handler is not None and (effect := handler(event, around)) is not None:
                yield effect

    async def apply(
        self,
        connection: Connection,
        page: Sequence[ReceivedEvent],
        entries: Sequence[ReceivedEntry],
        prepared: Prepared,
    ) -> None:
        """Append, with the read models and what was heard, in one statement.

        Raises ConcurrentAppend where our records or what was heard of these streams changed since: the page is then
        prepared anew. (Letters are replayed beside the live reading; the lock makes each see what the other took.)
        """
        if not prepared.fresh:
            return
        locks = sorted({_lock(self.name, heard.topic, heard.partition) for heard in page})
        await connection.fetch("SELECT pg_advisory_xact_lock(lock) FROM unnest($1::bigint[]) AS lock", locks)
        counted = await connection.fetch(
            "SELECT stream, count(*) AS events FROM heard WHERE reader = $1 AND stream = ANY($2::text[]) GROUP BY stream",
            self.name,
            list(prepared.kept),
        )
        if {row["stream"]: row["events"] for row in counted} != {s: n for s, n in prepared.kept.items() if n}:
            raise ConcurrentAppend
        try:
            await commit(
                self._runtime, prepared.drafted, self.log.keep(prepared.fresh), connection=connection
            )
        except AlreadyRecorded as already:
            raise ConcurrentAppend from already

    async def applied(self) -> None:
        """Wake the relay."""
        self._runtime.wake()


def _joined(
    streams: Mapping[str, list[Event[Fact]]], fresh: Sequence[Event[Fact]]
) -> dict[str, list[Event[Fact]]]:
    whole = {name: list(events) for name, events in streams.items()}
    for event in fresh:
        whole[event.stream].append(event)
    return whole


def _lock(reader: str, topic: str, partition: int) -> int:
    text = f"reactions\0{reader}\0{topic}\0{partition}"
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)
