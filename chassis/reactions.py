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
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid5

from chassis.asks import Drafted
from chassis.database import Connection, Pool
from chassis.decider import Decider
from chassis.following import Following, Recorder
from chassis.heard import HeardLog
from chassis.persons import AnyPerson
from chassis.reader import Heard, HeardEntry, Poison
from chassis.runtime import Runtime
from chassis.store import AlreadyRecorded, ConcurrentAppend
from contracts.catalogue import owner
from contracts.command import Circumstances
from contracts.envelope import Event, Fact
from contracts.refusal import Refusal
from contracts.rulings import effective

Decision = Callable[[Any, Event[Any], Circumstances], Sequence[Fact]]


@dataclass(frozen=True, slots=True)
class Around:
    """What a handler may look at beside the event: what else stands on its stream, and what was gathered before."""

    standing: Sequence[Event[Fact]] = ()
    known: Any = None


@dataclass(frozen=True, slots=True)
class Effect:
    """What an event heard has for effect on one record of ours.

    ``record_id`` follows from the event's id alone. ``decide`` is given the state, the event as it is now stated and
    the circumstances; of its facts the first is the one that follows the event's corrections, and it carries
    ``person`` and ``handles``. ``withdraw`` is given the state and the void; without it the first fact is voided,
    unless the record ``stays`` because others have worked on it.
    """

    decider: Decider[Any]
    record_id: UUID
    decide: Decision
    person: AnyPerson | None = None
    handles: tuple[str, ...] = ()
    withdraw: Decision | None = None
    stays: Callable[[Any], bool] = lambda _: False

    @property
    def stream(self) -> str:
        """The stream of the record."""
        return self.decider.stream(self.record_id)


Handler = Callable[[Event[Any], Around], Effect | None]
Gather = Callable[[Pool, Mapping[str, Sequence[Event[Fact]]]], Awaitable[Any]]


@dataclass(slots=True)
class Prepared:
    """What a page will write, and what it rests on."""

    drafted: Drafted
    fresh: list[Event[Fact]]
    kept: dict[str, int]


class Reactions:
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
        self.hears = frozenset({fact.wire for fact in (*self.table, *beside)} | rulings)
        self.log = HeardLog(name, runtime.catalogue, runtime.store.persons, keeps_persons=True)
        self._runtime = runtime
        self._gather = gather
        self._recorder = Recorder(runtime.service, office, runtime.catalogue)

    async def prepare(self, pool: Pool, page: Sequence[Heard], entries: Sequence[HeardEntry]) -> Prepared:
        """Read what was heard before on these streams and our records of them; decide. Raises Poison."""
        kept = await self.log.load(pool, {heard.event.stream for heard in page})
        known_ids = {event.id for events in kept.values() for event in events}
        fresh = [heard.event for heard in page if heard.event.id not in known_ids]
        if not fresh:
            return Prepared(Drafted(), [], {})
        streams = {event.stream: kept[event.stream] for event in fresh}
        rests_on = {name: len(events) for name, events in streams.items()}
        whole = _joined(streams, fresh)
        known = None if self._gather is None else await self._gather(pool, whole)
        records = {effect.stream for events in whole.values() for effect in self._effects(events, known)}
        histories = await self._runtime.store.load_many(records) if records else {}
        reacting = Reacting(
            self.name, self.table, self._recorder, self._runtime.clock.today(), streams, histories, known
        )
        for event in fresh:
            reacting.hear(event)
        return Prepared(reacting.drafted, fresh, rests_on)

    def _effects(self, events: Sequence[Event[Fact]], known: Any) -> Iterable[Effect]:
        around = Around(effective(events), known)
        for event in events:
            handler = self.table.get(type(event.facts))
            if handler is not None and (effect := handler(event, around)) is not None:
                yield effect

    async def apply(
        self, connection: Connection, page: Sequence[Heard], entries: Sequence[HeardEntry], prepared: Prepared
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
        act = self._runtime.act(prepared.drafted)
        act.writes += self.log.keep(prepared.fresh)
        try:
            await self._runtime.store.commit(act, connection)
        except AlreadyRecorded as already:
            raise ConcurrentAppend from already

    async def applied(self) -> None:
        """Wake the relay."""
        self._runtime.wake()


@dataclass
class Reacting:
    """A page being decided: pure, from what was heard and what is recorded to the events to append."""

    reader: str
    table: Mapping[type[Fact], Handler]
    recorder: Recorder
    today: Any
    heard: dict[str, list[Event[Fact]]]
    histories: dict[str, list[Event[Fact]]]
    known: Any = None
    drafted: Drafted = field(default_factory=Drafted)

    def hear(self, event: Event[Fact]) -> None:
        """Take in an event that was not heard before. Raises Poison where a decision refuses it for good."""
        seen = self.heard[event.stream] = [*self.heard.get(event.stream, ()), event]
        around = Around(effective(seen), self.known)
        for cause in seen:
            handler = self.table.get(type(cause.facts))
            if handler is None:
                continue
            try:
                self._follow(Following(cause, seen, event), handler, around)
            except Refusal as refusal:
                raise Poison(event.id, f"{refusal.reason()}: {refusal.detail}") from refusal

    def _follow(self, following: Following, handler: Handler, around: Around) -> None:
        effect = handler(following.stated, around)
        if effect is None:
            return
        history = self.histories.setdefault(effect.stream, [])
        behind = len(history)

        def id_of(cause: Event[Fact], ordinal: int | str) -> UUID:
            return uuid5(cause.id, f"{self.reader}/{effect.record_id}/{ordinal}")

        first_id = id_of(following.cause, 0)
        begins = not any(event.id == first_id for event in history)
        if begins:
            # As it was first heard, then corrected: our record has the same steps in whatever order they are heard.
            self._begin(handler(following.cause, around) or effect, following, history, id_of)
        first = next((event for event in history if event.id == first_id), None)
        if first is not None and not (begins and following.last is None):
            self._correct(effect, following, history, first, id_of)
            self._reinstate(following, history, id_of)
            if following.void is not None:
                self._withdraw(effect, following, history, first, id_of)
        if len(history) > behind:
            self.drafted.events += history[behind:]
            self.drafted.remember(effect.decider, effect.record_id, history)

    def _begin(self, effect: Effect, following: Following, history: list[Event[Fact]], id_of: Any) -> None:
        cause = following.cause
        at = self.recorder.circumstances(effect.record_id, cause, self.today)
        state = effect.decider.fold(effective(history))
        for nth, fact in enumerate(effect.decide(state, cause, at)):
            self.recorder.append(history, effect.stream, fact, id_of(cause, nth), cause, cause.occurred_at)
            if nth == 0:
                self.recorder.identify(history, effect.person, effect.handles)

    def _correct(
        self, effect: Effect, following: Following, history: list[Event[Fact]], first: Event[Fact], id_of: Any
    ) -> None:
        """State our first fact anew where it says other than the event as it is now stated."""
        stated = following.stated
        current = next((event for event in effective(history) if event.id == first.id), None)
        if current is None and not (following.void is None and following.took_back(history, first)):
            return  # voided: by us, and the event still is, or by somebody who knows better
        before = effect.decider.fold(effective(history[: first.version - 1]))
        at = self.recorder.circumstances(effect.record_id, stated, self.today, recorded=first.facts.recorded)
        fact = next(iter(effect.decide(before, stated, at)), None)
        wanted = (fact, stated.occurred_at, effect.person, effect.handles)
        if fact is None or (
            current is not None
            and wanted == (current.facts, current.occurred_at, current.person, current.handles)
        ):
            return
        by = following.by(following.correction, history, lambda event: id_of(event, 0))
        self.recorder.correct(
            history, first, fact, id_of(by, 0), by, stated.occurred_at, effect.person, effect.handles
        )

    def _withdraw(
        self, effect: Effect, following: Following, history: list[Event[Fact]], first: Event[Fact], id_of: Any
    ) -> None:
        void = following.void
        assert void is not None
        standing = effective(history)
        recorded_before = {event.id for event in history}
        if effect.withdraw is None:
            stays = effect.stays(effect.decider.fold(standing))
            stands = any(event.id == first.id for event in standing)
            if stands and not stays and id_of(void, 0) not in recorded_before:
                self.recorder.void(history, first, id_of(void, 0), void)
            return
        at = self.recorder.circumstances(effect.record_id, void, self.today)
        for nth, fact in enumerate(effect.withdraw(effect.decider.fold(standing), void, at)):
            if id_of(void, nth) not in recorded_before:
                self.recorder.append(history, effect.stream, fact, id_of(void, nth), void, void.occurred_at)

    def _reinstate(self, following: Following, history: list[Event[Fact]], id_of: Any) -> None:
        """Take back what voids that no longer decide made us record: what it was recorded upon stands again."""
        overruled = following.voids - ({following.void.id} if following.void is not None else set())
        ours = [event for event in effective(history) if event.causation_id in overruled]
        for nth, event in enumerate(ours):
            by = following.by(following.last, history, lambda cause, nth=nth: id_of(cause, f"undone-{nth}"))  # type: ignore[misc]
            self.recorder.void(history, event, id_of(by, f"undone-{nth}"), by)


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
