"""The inbox: received events of other services, stored unchanged, so that the order of receipt does not matter.

Events are keyed by (reader, stream, version) and never changed. Rulings are applied when the events are read, so a
correction or void may arrive before the event that it names. The migration
``0003_inbox.sql`` of the chassis creates table ``heard``.

``nodes`` identify the person of an event: its handles, its stream, and the record that it is about
(docs/decisions/evidence-blocks-and-workers.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import orjson

from chassis.commands.runtime import Runtime
from chassis.projections.reader import ReceivedEntry, ReceivedEvent
from chassis.store.append import Statement
from chassis.store.database import Connection, Pool
from chassis.store.decider import record_of
from chassis.store.event_store import encode_facts
from chassis.store.persons import PersonCodec
from contracts.catalogue import Catalogue
from contracts.envelope import Correction, Event, Fact
from contracts.rulings import effective

_COLUMNS = (
    "reader, stream, version, event_id, type, occurred_at, recorded_at, facts, person, handles, nodes, correlation_id,"
    " appended_at"
)
_KEEP = (
    f"INSERT INTO heard ({_COLUMNS})"
    " SELECT $1, stream, version, event_id, type, occurred_at, recorded_at, facts, person, handles, nodes::uuid[],"
    " correlation_id, appended_at FROM unnest($2::text[], $3::integer[], $4::uuid[], $5::text[], $6::timestamptz[],"
    " $7::timestamptz[], $8::text[], $9::text[], $10::text[], $11::text[], $12::uuid[], $13::timestamptz[])"
    " AS rows(stream, version, event_id, type, occurred_at, recorded_at, facts, person, handles, nodes, correlation_id,"
    " appended_at)"
    " ON CONFLICT DO NOTHING"
)
_LOAD = (
    f"SELECT {_COLUMNS} FROM heard WHERE reader = $1 AND stream = ANY($2::text[]) ORDER BY stream, version"
)
# The index of the nodes is used whatever PostgreSQL knows of the number of rows: the reader is compared afterwards.
OF_NODES = (
    "WITH kept AS MATERIALIZED (SELECT reader, stream FROM heard WHERE nodes && $2::uuid[])"
    f" SELECT {_COLUMNS} FROM heard WHERE reader = $1"
    " AND stream = ANY(ARRAY(SELECT stream FROM kept WHERE reader = $1)) ORDER BY stream, version"
)


def nodes_of(event: Event[Fact]) -> frozenset[UUID]:
    """Return the nodes of an event: its handles, its own stream, and the record that it is about."""
    facts = event.facts.restated.facts if isinstance(event.facts, Correction) else event.facts
    # Asking a model for an attribute that it lacks is slow.
    about = facts.about if "about" in type(facts).model_fields else None  # type: ignore[attr-defined]
    found = {UUID(handle) for handle in event.handles} | {record_of(event.stream)}
    return frozenset(found if about is None else found | {record_of(about)})


class Inbox:
    """The events that one reader keeps; with ``keeps_persons`` including their person blocks, written by the given codec."""

    def __init__(
        self, reader: str, catalogue: Catalogue, persons: PersonCodec, *, keeps_persons: bool = False
    ) -> None:
        self.reader = reader
        self._catalogue = catalogue
        self._persons = persons
        self._keeps_persons = keeps_persons

    def keep(self, events: Sequence[Event[Fact]]) -> list[Statement]:
        """Return the statement that stores events; it skips events that are stored already."""
        if not events:
            return []
        columns = [list(column) for column in zip(*(self._row(event) for event in events), strict=True)]
        return [Statement(_KEEP, (self.reader, *columns))]

    def _row(self, event: Event[Fact]) -> tuple[Any, ...]:
        person = event.person if self._keeps_persons else None
        return (
            event.stream,
            event.version,
            event.id,
            event.type,
            event.occurred_at,
            event.recorded_at,
            encode_facts(event.facts),
            None if person is None else self._persons.dump(person),
            orjson.dumps(event.handles).decode(),
            "{" + ",".join(sorted(map(str, nodes_of(event)))) + "}",
            event.correlation_id,
            event.appended_at,
        )

    async def load(self, source: Pool | Connection, streams: Iterable[str]) -> dict[str, list[Event[Fact]]]:
        """Return the stored events of streams, including rulings, in the order of their versions."""
        found: dict[str, list[Event[Fact]]] = {stream: [] for stream in streams}
        for row in await source.fetch(_LOAD, self.reader, list(found)):
            found[row["stream"]].append(self._event(row))
        return found

    async def of_nodes(
        self, source: Pool | Connection, nodes: Iterable[UUID]
    ) -> dict[str, list[Event[Fact]]]:
        """Return the stored events of the streams that have one of the nodes, including rulings."""
        streams: dict[str, list[Event[Fact]]] = {}
        for row in await source.fetch(OF_NODES, self.reader, list(nodes)):
            streams.setdefault(row["stream"], []).append(self._event(row))
        return streams

    async def standing_of(self, source: Pool | Connection, nodes: Iterable[UUID]) -> list[list[Event[Fact]]]:
        """Return the streams that have one of the nodes, in the order of their names, with rulings applied."""
        wanted = set(nodes)
        streams = await self.of_nodes(source, wanted)
        streams_now = [effective(events) for _, events in sorted(streams.items())]
        return [
            events
            for events in streams_now
            if any(not wanted.isdisjoint(nodes_of(event)) for event in events)
        ]

    def _event(self, row: Any) -> Event[Fact]:
        return Event(
            id=row["event_id"],
            stream=row["stream"],
            version=row["version"],
            occurred_at=row["occurred_at"],
            recorded_at=row["recorded_at"],
            facts=self._catalogue.fact(row["type"]).model_validate_json(row["facts"]).latest(),
            person=None if row["person"] is None else self._persons.load(row["person"]),
            handles=tuple(orjson.loads(row["handles"])),
            correlation_id=row["correlation_id"],
            appended_at=row["appended_at"],
        )


class InboxReader:
    """A reader that stores some facts of other services, with their rulings, and decides nothing."""

    entry_topics: Sequence[str] = ()
    projection: str | None = None

    def __init__(
        self,
        runtime: Runtime,
        name: str,
        topics: Sequence[str],
        facts: Iterable[type[Fact]],
        *,
        persons: bool = False,
    ) -> None:
        self.name = name
        self.topics = tuple(topics)
        self.event_types = frozenset(fact.wire for fact in facts)
        self.log = Inbox(name, runtime.catalogue, runtime.store.persons, keeps_persons=persons)
        self._runtime = runtime

    async def prepare(
        self, pool: Pool, page: Sequence[ReceivedEvent], entries: Sequence[ReceivedEntry]
    ) -> None:
        """Do nothing: storing events needs no preparation."""

    async def apply(
        self,
        connection: Connection,
        page: Sequence[ReceivedEvent],
        entries: Sequence[ReceivedEntry],
        prepared: None,
    ) -> None:
        """Store the received events."""
        for write in self.log.keep([received.event for received in page]):
            await connection.execute(write.sql, *write.args)

    async def applied(self) -> None:
        """Do nothing: no task waits for stored events."""
