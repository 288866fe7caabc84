"""Reactions: a service changes its own records when it receives events of other services.

A service's ``reactions.py`` maps each received fact to a handler named for its effect. A handler is a pure function of
the received event and returns an :class:`Effect`, which names a record of this service and the decision on it. Later
rulings on the event are handled automatically: a correction leads to our own EventCorrected, a void to the effect's
``withdraw`` or to our own EventVoided, and a correction after a void reverses that.

Order and repetition do not matter: received events are kept, each new one is processed once, and then our record is
compared with what it should contain. Ids are derived from reader, cause, record and ordinal.
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
from chassis.store.append import AlreadyRecorded, ConcurrentAppend
from chassis.store.database import Connection, Pool
from contracts.catalogue import owner
from contracts.envelope import Event, Fact
from contracts.rulings import effective


@dataclass(slots=True)
class Prepared:
    """The events that a page will append, and the inbox counts on which the decisions are based."""

    drafted: Draft
    fresh: list[Event[Fact]]
    kept: dict[str, int]


class Reactor:
    """The reader of a service's table of reactions.

    ``beside`` lists facts that have no handler but that handlers use. ``gather`` reads further data for the received
    streams; handlers find it in ``HandlerContext.known``. The service records in the name of ``office``.
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
        """Read the earlier events of these streams and our records about them, and decide. Raises Poison."""
        kept = await self.log.load(pool, {received.event.stream for received in page})
        known_ids = {event.id for events in kept.values() for event in events}
        fresh = [received.event for received in page if received.event.id not in known_ids]
        if not fresh:
            return Prepared(Draft(), [], {})
        streams = {event.stream: kept[event.stream] for event in fresh}
        counts = {name: len(events) for name, events in streams.items()}
        whole = _joined(streams, fresh)
        known = None if self._gather is None else await self._gather(pool, whole)
        records = {effect.stream for events in whole.values() for effect in self._effects(events, known)}
        histories = await self._runtime.store.load_many(records) if records else {}
        reaction = PageReaction(
            self.name, self.table, self._recorder, self._runtime.clock.today(), streams, histories, known
        )
        for event in fresh:
            reaction.react(event)
        return Prepared(reaction.drafted, fresh, counts)

    def _effects(self, events: Sequence[Event[Fact]], known: Any) -> Iterable[Effect]:
        context = HandlerContext(effective(events), known)
        for event in events:
            handler = self.table.get(type(event.facts))
            if handler is not None and (effect := handler(event, context)) is not None:
                yield effect

    async def apply(
        self,
        connection: Connection,
        page: Sequence[ReceivedEvent],
        entries: Sequence[ReceivedEntry],
        prepared: Prepared,
    ) -> None:
        """Append our events, with the read models and the received events, in one statement.

        Raises ConcurrentAppend if our records or the inbox of these streams changed since ``prepare``: the page is then
        prepared again. (A replay of dead letters may run beside the live reader; the lock makes each see what the other
        has processed.)
        """
        if not prepared.fresh:
            return
        locks = sorted({_lock(self.name, received.topic, received.partition) for received in page})
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
