"""Evidence as heard: facts and links that only grow, so that order, repetition and the number of readers do not matter.

A fact lies under its node; nothing stored moves when blocks join. Of an event and its rulings the highest version
stands: whether a row stands is asked when it is read, never written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from chassis.outbox.cloudevents import parts
from chassis.store.database import Connection
from contracts.envelope import Event, Fact, Ruling, Voiding
from services.registry.fold.events import moment_of
from services.registry.identity.evidence import Node, about_of, links_of, node_of, stated, stream_node

DDL = """
CREATE TABLE facts (
    node              uuid        NOT NULL,
    occurred_at       timestamptz NOT NULL,
    event_id          uuid        NOT NULL,
    recorded_at       timestamptz NOT NULL,
    first_recorded_at timestamptz NOT NULL,
    names             uuid        NOT NULL,
    version           integer     NOT NULL,
    void              boolean     NOT NULL,
    type              text        NOT NULL,
    stream            text        NOT NULL,
    moment            text        NOT NULL,
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
    nth  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    node uuid   NOT NULL
);
CREATE INDEX dirty_node ON dirty (node);
"""
TABLES = ("facts", "links", "rulings", "abouts")
INDEXES = """
CREATE UNIQUE INDEX IF NOT EXISTS facts_key ON facts (node, occurred_at, event_id);
CREATE UNIQUE INDEX IF NOT EXISTS links_key ON links (a, b, names, version);
CREATE UNIQUE INDEX IF NOT EXISTS rulings_key ON rulings (names, version, event_id);
CREATE INDEX IF NOT EXISTS links_back ON links (b, a);
CREATE INDEX IF NOT EXISTS facts_stream ON facts (stream);
CREATE INDEX IF NOT EXISTS abouts_node ON abouts (node);
"""
"""The indexes of a build that is filled from the beginning of the topics, made once it is full."""

_FACT_COLUMNS = [
    "node",
    "occurred_at",
    "event_id",
    "recorded_at",
    "first_recorded_at",
    "names",
    "version",
    "void",
    "type",
    "stream",
    "moment",
    "facts",
    "person",
]
_INCOMING = "CREATE TEMP TABLE IF NOT EXISTS incoming (LIKE facts) ON COMMIT DELETE ROWS"
_TAKE = (
    "WITH taken AS (INSERT INTO facts SELECT * FROM incoming ON CONFLICT DO NOTHING RETURNING node)"
    " INSERT INTO dirty (node) SELECT DISTINCT node FROM taken"
)
_LINKS = (
    "INSERT INTO links (a, b, names, version, recorded_at)"
    " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[], $5::timestamptz[]) ON CONFLICT DO NOTHING"
)
_RULINGS = (
    "INSERT INTO rulings (names, version, event_id, recorded_at)"
    " SELECT * FROM unnest($1::uuid[], $2::int[], $3::uuid[], $4::timestamptz[]) ON CONFLICT DO NOTHING"
)
_MARK = "INSERT INTO dirty (node) SELECT unnest($1::uuid[])"

FactRow = tuple[Node, datetime, UUID, datetime, datetime, UUID, int, bool, str, str, str, str, str | None]
LinkRow = tuple[Node, Node, UUID, int, datetime]
RulingRow = tuple[UUID, int, UUID, datetime]


class Piece(NamedTuple):
    """The rows of one event."""

    fact: FactRow
    links: list[LinkRow]
    ruling: RulingRow | None
    about: str | None
    """The stream of the record from which this one was made."""
    marks: Sequence[Node]
    """Further nodes of whom this tells something: those that an earlier version showed."""


def piece_of(event: Event[Fact], value: bytes) -> Piece:
    """The rows of an event, and of its data as it was sent."""
    facts, node = event.facts, node_of(event)
    named, first, void = event.id, event.recorded_at, False
    ruling: RulingRow | None = None
    marks: Sequence[Node] = ()
    if facts.rules and isinstance(facts, Ruling):
        named, first, void = facts.names, facts.first_recorded_at, isinstance(facts, Voiding)
        ruling = (named, event.version, event.id, event.recorded_at)
        marks = (stream_node(event.stream), *facts.formerly)
    said, person = parts(value)
    states = stated(event)
    links = [(a, b, named, event.version, event.recorded_at) for a, b in links_of(event, states)]
    about = about_of(states)
    if about is not None:
        other = stream_node(about)
        a, b = (node, other) if node < other else (other, node)
        links.append((a, b, named, event.version, event.recorded_at))
    fact = (
        node,
        event.occurred_at,
        event.id,
        event.recorded_at,
        first,
        named,
        event.version,
        void,
        facts.wire,
        event.stream,
        moment_of(event).brief(),
        said,
        person,
    )
    return Piece(fact, links, ruling, about, marks)


@dataclass(slots=True)
class Taken:
    """The rows of a page."""

    facts: list[FactRow]
    links: list[LinkRow]
    rulings: list[RulingRow]
    abouts: list[str]
    marks: set[Node]


def taken(pieces: Sequence[Piece]) -> Taken:
    """The rows of a page of events."""
    return Taken(
        facts=[piece.fact for piece in pieces],
        links=[link for piece in pieces for link in piece.links],
        rulings=[piece.ruling for piece in pieces if piece.ruling is not None],
        abouts=sorted({piece.about for piece in pieces if piece.about is not None}),
        marks={node for piece in pieces for node in piece.marks},
    )


_place = itemgetter(0, 1, 2)


async def take(connection: Connection, rows: Taken) -> None:
    """Take the rows in, each once; the nodes touched wait to be settled.

    Sorted by key they cost PostgreSQL a fifth less, and two readers never wait for each other in a circle.
    """
    if rows.facts:
        await connection.execute(_INCOMING)
        facts = sorted(rows.facts, key=_place)
        await connection.copy_records_to_table("incoming", records=facts, columns=_FACT_COLUMNS)
        await connection.execute(_TAKE)
    if rows.links:
        await connection.execute(_LINKS, *_columns(sorted(rows.links)))
    if rows.rulings:
        await connection.execute(_RULINGS, *_columns(sorted(rows.rulings)))
    await _refer(connection, rows.abouts)
    if marks := rows.marks | {row[0] for row in rows.links} | {row[1] for row in rows.links}:
        await connection.execute(_MARK, sorted(marks))


async def pour(connection: Connection, rows: Taken) -> None:
    """Take the rows in as they come, into a build without :data:`INDEXES`: what was repeated goes when it gets them."""
    if rows.facts:
        await connection.copy_records_to_table("facts", records=rows.facts, columns=_FACT_COLUMNS)
    if rows.links:
        await connection.copy_records_to_table("links", records=rows.links)
    if rows.rulings:
        await connection.copy_records_to_table("rulings", records=rows.rulings)
    await _refer(connection, rows.abouts)


async def _refer(connection: Connection, abouts: Sequence[str]) -> None:
    if abouts:
        await connection.execute(
            "INSERT INTO abouts SELECT * FROM unnest($1::text[], $2::uuid[]) ON CONFLICT DO NOTHING",
            abouts,
            [stream_node(stream) for stream in abouts],
        )


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


# --- reading -----------------------------------------------------------------------------------------------------

_STANDS = (
    "NOT EXISTS (SELECT FROM rulings r WHERE r.names = {0}.names AND r.version > {0}.version"
    " AND ($2::timestamptz IS NULL OR r.recorded_at <= $2))"
)
_KNOWN = "($2::timestamptz IS NULL OR {0}.recorded_at <= $2)"
_NEAR = f"""LATERAL (
        SELECT f.b AS node FROM links f WHERE f.a = reached.node AND {_KNOWN.format("f")} AND {_STANDS.format("f")}
        UNION ALL
        SELECT g.a AS node FROM links g WHERE g.b = reached.node AND {_KNOWN.format("g")} AND {_STANDS.format("g")}
    ) AS near"""
CLOSURE = f"""
WITH RECURSIVE reached(node) AS (
    SELECT unnest($1::uuid[])
    UNION
    SELECT near.node FROM reached, {_NEAR}
)
SELECT node FROM reached
"""
LINKS_AMONG = f"SELECT l.a, l.b FROM links l WHERE l.a = ANY($1::uuid[]) AND {_KNOWN.format('l')} AND {_STANDS.format('l')}"
TOLD = (
    "f.node, f.occurred_at, f.first_recorded_at, f.names, f.version, f.stream, f.moment, f.person,"
    f" f.void OR NOT {_STANDS.format('f')} AS overruled"
)
"""What a fold rests on, in this order."""
_TOLD = 9
FACTS_OF = f"""
SELECT {TOLD}
FROM facts f WHERE f.node = ANY($1::uuid[]) AND {_KNOWN.format("f")}
ORDER BY f.node, f.occurred_at, f.event_id
"""
_REACHED = CLOSURE.rsplit("SELECT node FROM reached", 1)[0]
BLOCK_OF = f"""{_REACHED}
SELECT {TOLD}, f.event_id, f.recorded_at, f.type, f.facts, f.void
FROM facts f WHERE f.node IN (SELECT node FROM reached) AND {_KNOWN.format("f")}
ORDER BY f.occurred_at, f.event_id
"""
"""All that lies in the block of some nodes, in one round trip."""
BLOCKS_WITHIN = f"""
WITH RECURSIVE lowest AS (
    SELECT n.node FROM (
        SELECT node FROM facts WHERE node BETWEEN $1 AND $3
        UNION
        SELECT l.a FROM links l WHERE l.a BETWEEN $1 AND $3 AND {_KNOWN.format("l")} AND {_STANDS.format("l")}
    ) AS n
    WHERE NOT EXISTS (SELECT FROM links m WHERE m.b = n.node AND m.a < n.node AND {_KNOWN.format("m")} AND {_STANDS.format("m")})
), reached(node) AS (
    SELECT node FROM lowest
    UNION
    SELECT near.node FROM reached, {_NEAR}
)
SELECT {TOLD}, reached.node AS member, NULL::uuid AS linked
FROM reached LEFT JOIN facts f ON f.node = reached.node AND {_KNOWN.format("f")}
UNION ALL
SELECT {"NULL, " * _TOLD} l.a, l.b
FROM reached JOIN links l ON l.a = reached.node AND {_KNOWN.format("l")} AND {_STANDS.format("l")}
"""
"""The blocks of all nodes between two from which no link leads down: their members with what lies there, and their links.

The smallest node of each block is one of those nodes. All of it in one round trip, and in the time of what is found.
"""
# A crossing with documents gets the link to its stream once another record refers to it, whichever is heard first.
LINK_REFERRED = """
INSERT INTO links (a, b, names, version, recorded_at)
SELECT least(f.node, abouts.node), greatest(f.node, abouts.node), f.names, f.version, f.recorded_at
FROM facts f JOIN abouts ON abouts.stream = f.stream
WHERE f.node <> abouts.node AND NOT f.void AND {where}
ON CONFLICT DO NOTHING
"""
