"""Evidence: the tables of facts and links, and how a reader writes the received events into them.

Rows are only added. The result does not depend on the order of events, on repetition or on the number of readers. A fact
is stored under its node and does not move when blocks join. Of an event and its rulings the highest version is valid;
this is decided when rows are read and is not stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from chassis.outbox.cloudevents import parts
from chassis.store.database import Connection
from chassis.store.persons import person_codec
from contracts.envelope import Event, Fact, Ruling, Voiding
from contracts.journeys.events import timeline_event_of
from services.registry.identity.evidence import Node, about_of, links_of, node_of, stated, stream_node
from services.registry.identity.traits import traits_of
from services.registry.projections import sorting

DDL = """
CREATE TABLE facts (
    node              uuid        NOT NULL,
    occurred_at       timestamptz NOT NULL,
    event_id          uuid        NOT NULL,
    recorded_at       timestamptz NOT NULL,
    first_recorded_at timestamptz NOT NULL,
    first_appended_at timestamptz NOT NULL,
    names             uuid        NOT NULL,
    version           integer     NOT NULL,
    void              boolean     NOT NULL,
    type              text        NOT NULL,
    stream            text        NOT NULL,
    moment            text        NOT NULL,
    traits            text        NOT NULL,
    facts             text        NOT NULL,
    person            text
);
CREATE TABLE links (
    a           uuid        NOT NULL,
    b           uuid        NOT NULL,
    names       uuid        NOT NULL,
    version     integer     NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE TABLE rulings (
    names       uuid        NOT NULL,
    version     integer     NOT NULL,
    event_id    uuid        NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE TABLE abouts (
    stream text NOT NULL PRIMARY KEY,
    node   uuid NOT NULL
);
CREATE TABLE dirty (
    nth       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    node      uuid   NOT NULL,
    marked_at timestamptz
);
CREATE INDEX dirty_node ON dirty (node);
"""
TABLES = ("facts", "links", "rulings", "abouts")
FACTS_INDEXES = """
CREATE UNIQUE INDEX IF NOT EXISTS facts_key ON facts (node, occurred_at, event_id);
CREATE INDEX IF NOT EXISTS facts_stream ON facts (stream);
"""
INDEXES = (
    FACTS_INDEXES
    + """
CREATE UNIQUE INDEX IF NOT EXISTS links_key ON links (a, b, names, version);
CREATE UNIQUE INDEX IF NOT EXISTS rulings_key ON rulings (names, version, event_id);
CREATE INDEX IF NOT EXISTS links_back ON links (b, a);
CREATE INDEX IF NOT EXISTS abouts_node ON abouts (node);
"""
)
"""The indexes of the evidence. A build that is filled from the beginning of the topics gets them when it is full."""

_FACT_COLUMNS = [
    "node",
    "occurred_at",
    "event_id",
    "recorded_at",
    "first_recorded_at",
    "first_appended_at",
    "names",
    "version",
    "void",
    "type",
    "stream",
    "moment",
    "traits",
    "facts",
    "person",
]
_INCOMING = "CREATE TEMP TABLE IF NOT EXISTS incoming (LIKE facts) ON COMMIT DELETE ROWS"
_INSERT_FACTS = (
    "WITH taken AS (INSERT INTO facts SELECT * FROM incoming ON CONFLICT DO NOTHING RETURNING node)"
    " INSERT INTO dirty (node, marked_at) SELECT DISTINCT node, $1::timestamptz FROM taken"
)
_INSERT_LINKS = (
    "INSERT INTO links (a, b, names, version, recorded_at)"
    " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[], $5::timestamptz[]) ON CONFLICT DO NOTHING"
)
_INSERT_RULINGS = (
    "INSERT INTO rulings (names, version, event_id, recorded_at)"
    " SELECT * FROM unnest($1::uuid[], $2::int[], $3::uuid[], $4::timestamptz[]) ON CONFLICT DO NOTHING"
)
_MARK_DIRTY = "INSERT INTO dirty (node, marked_at) SELECT unnest($1::uuid[]), $2::timestamptz"

FactRow = tuple[
    Node, datetime, UUID, datetime, datetime, datetime, UUID, int, bool, str, str, str, str, str, str | None
]
LinkRow = tuple[Node, Node, UUID, int, datetime]
RulingRow = tuple[UUID, int, UUID, datetime]


class EventRows(NamedTuple):
    """The rows of one event."""

    fact: FactRow
    links: list[LinkRow]
    ruling: RulingRow | None
    about: str | None
    """The stream of the record from which this record was made."""
    marks: Sequence[Node]
    """Further nodes to settle again: the handles that an earlier version of the event showed."""


def rows_of_event(event: Event[Fact], value: bytes) -> EventRows:
    """Return the rows of an event; ``value`` is its data as received."""
    facts, node = event.facts, node_of(event)
    named, first, void = event.id, event.recorded_at, False
    appended = event.appended_at
    ruling: RulingRow | None = None
    marks: Sequence[Node] = ()
    if facts.rules and isinstance(facts, Ruling):
        named, first, void = facts.names, facts.first_recorded_at, isinstance(facts, Voiding)
        appended = facts.first_appended_at
        ruling = (named, event.version, event.id, event.recorded_at)
        marks = (stream_node(event.stream), *facts.formerly)
    facts_json, person = parts(value)
    codec = person_codec()
    states = stated(event)
    pairs = links_of(event, states)
    about = about_of(states)
    if about is not None:
        other = stream_node(about)
        pairs.append((node, other) if node < other else (other, node))
    links = [(a, b, named, event.version, event.recorded_at) for a, b in pairs]
    others = [b if a == node else a for a, b in pairs]
    fact = (
        node,
        event.occurred_at,
        event.id,
        event.recorded_at,
        first,
        first if appended is None else appended,
        named,
        event.version,
        void,
        facts.wire,
        event.stream,
        timeline_event_of(event).brief(),
        traits_of(event, states, others, codec.search_key),
        facts_json,
        None if person is None else codec.seal_block(person),
    )
    return EventRows(fact, links, ruling, about, marks)


@dataclass(slots=True)
class EvidenceRows:
    """The rows of several events, by table."""

    facts: list[FactRow]
    links: list[LinkRow]
    rulings: list[RulingRow]
    abouts: list[str]
    marks: set[Node]


def evidence_rows(events: Sequence[EventRows]) -> EvidenceRows:
    """Return the rows of several events, by table."""
    return EvidenceRows(
        facts=[event.fact for event in events],
        links=[link for event in events for link in event.links],
        rulings=[event.ruling for event in events if event.ruling is not None],
        abouts=sorted({event.about for event in events if event.about is not None}),
        marks={node for event in events for node in event.marks},
    )


_primary_key = itemgetter(0, 1, 2)


async def insert(connection: Connection, rows: EvidenceRows) -> None:
    """Insert rows, ignoring those that exist, and mark the affected nodes to be settled.

    Rows are sorted by key: this saves PostgreSQL a fifth of the time, and two readers cannot deadlock.
    """
    now = datetime.now(UTC)
    if rows.facts:
        await connection.execute(_INCOMING)
        facts = sorted(rows.facts, key=_primary_key)
        await connection.copy_records_to_table("incoming", records=facts, columns=_FACT_COLUMNS)
        await connection.execute(_INSERT_FACTS, now)
    if rows.links:
        await connection.execute(_INSERT_LINKS, *_columns(sorted(rows.links)))
    if rows.rulings:
        await connection.execute(_INSERT_RULINGS, *_columns(sorted(rows.rulings)))
    await _insert_abouts(connection, rows.abouts)
    if marks := rows.marks | {row[0] for row in rows.links} | {row[1] for row in rows.links}:
        await connection.execute(_MARK_DIRTY, sorted(marks), now)


async def append(connection: Connection, rows: EvidenceRows) -> None:
    """Append rows to a build that is filled, without :data:`INDEXES`.

    The facts are sorted when it is full; duplicates are deleted then, or when the indexes are created.
    """
    if rows.facts:
        await connection.copy_records_to_table(sorting.TABLE, records=rows.facts, columns=_FACT_COLUMNS)
    if rows.links:
        await connection.copy_records_to_table("links", records=rows.links)
    if rows.rulings:
        await connection.copy_records_to_table("rulings", records=rows.rulings)
    await _insert_abouts(connection, rows.abouts)


async def _insert_abouts(connection: Connection, abouts: Sequence[str]) -> None:
    if abouts:
        await connection.execute(
            "INSERT INTO abouts SELECT * FROM unnest($1::text[], $2::uuid[]) ON CONFLICT DO NOTHING",
            abouts,
            [stream_node(stream) for stream in abouts],
        )


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
